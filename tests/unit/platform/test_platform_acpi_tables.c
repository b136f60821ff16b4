/* SPDX-License-Identifier: BSD-2-Clause */
/* The platform model from ACPI tables made by hand: forms that QEMU does not use, and wrong ones.
 */
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "platform/acpi.h"
#include "tables.h"
#include "test.h"

static struct platform p;
static struct platform_details d;

/* Reads into what is there. */
static int add_tables(void)
{
	struct acpi acpi;

	return CHECK_EQ(tables_open(&acpi), 0) ? platform_from_acpi(&p, &d, &acpi) : ERR_ACPI_TABLE;
}

static int read_tables(void)
{
	platform_init(&p);
	platform_details_init(&d);
	return add_tables();
}

static void add(const char *signature, const void *data, uint32_t size)
{
	tables_append(signature, data, size);
}

static void add_gicd(uint64_t base, uint8_t version)
{
	uint8_t s[24] = {12, 24};

	tables_put(s + 8, base, 8);
	s[20] = version;
	add("APIC", s, sizeof(s));
}

/* flags, PMU interrupt, GICR */
static void add_gicc(uint32_t uid, uint64_t mpidr, uint32_t flags, uint32_t pmu, uint64_t gicr)
{
	uint8_t s[82] = {11, 82};

	tables_put(s + 8, uid, 4);
	tables_put(s + 12, flags, 4);
	tables_put(s + 20, pmu, 4);
	tables_put(s + 56, 25, 4);
	tables_put(s + 60, gicr, 8);
	tables_put(s + 68, mpidr, 8);
	add("APIC", s, sizeof(s));
}

static void add_gicr(uint64_t base, uint32_t size)
{
	uint8_t s[16] = {14, 16};

	tables_put(s + 4, base, 8);
	tables_put(s + 12, size, 4);
	add("APIC", s, sizeof(s));
}

static void add_its(uint32_t id, uint64_t base)
{
	uint8_t s[20] = {15, 20};

	tables_put(s + 4, id, 4);
	tables_put(s + 8, base, 8);
	add("APIC", s, sizeof(s));
}

static void add_msi_frame(uint64_t base)
{
	uint8_t s[24] = {13, 24};

	tables_put(s + 8, base, 8);
	add("APIC", s, sizeof(s));
}

/* FADT with those Arm flags, GTDT, and a MADT that is empty. */
static void start(uint8_t psci)
{
	uint8_t *fadt;

	tables_clear();
	fadt = tables_add("FACP", 276);
	fadt[8] = 6;
	tables_put(fadt + 112, 1U << 20, 4);
	fadt[129] = psci;
	tables_add("GTDT", 96);
	tables_add("APIC", 44);
}

/* And one CPU with a GICv3. */
static void start_gicv3(void)
{
	start(3);
	add_gicd(0x8000000, 3);
	add_gicr(0x80a0000, 0x20000);
	add_gicc(7, 0, 1, 23, 0);
}

static void check_region(const struct region *region, uint64_t base, uint64_t size)
{
	CHECK_EQ(region->base, base);
	CHECK_EQ(region->size, size);
}

/* -- MADT
 * ------------------------------------------------------------------------------------------- */

TEST(platform_acpi_needs_its_tables)
{
	static const char needed[][5] = {"FACP", "GTDT", "APIC"};

	for (int i = 0; i < 3; i++) {
		start_gicv3();
		CHECK_EQ(read_tables(), 0);
		tables_remove(needed[i]);
		CHECK_EQ(read_tables(), ERR_ACPI_MISSING);
	}
	start_gicv3();
	tables_resize("FACP", 260);
	CHECK_EQ(read_tables(), ERR_ACPI_FADT);
}

TEST(platform_acpi_needs_a_cpu_and_a_gic)
{
	start(1);
	CHECK_EQ(read_tables(), ERR_ACPI_TABLE);
	add_gicd(0x8000000, 2);
	CHECK_EQ(read_tables(), ERR_ACPI_TABLE);
	add_gicc(0, 0, 8, 0, 0); /* online-capable */
	CHECK_EQ(read_tables(), ERR_ACPI_TABLE);
	add_gicc(0, 0, 1, 0, 0);
	CHECK_EQ(read_tables(), 0);
	start(1);
	add_gicc(0, 0, 1, 0, 0);
	CHECK_EQ(read_tables(), ERR_ACPI_TABLE);
}

TEST(platform_acpi_lists_enabled_cpus)
{
	start(1);
	add_gicd(0x8000000, 2);
	add_gicc(5, 0x80000000ff, 0, 99, 0); /* not enabled: nothing of it counts */
	add_gicc(6, 0xff818283c4, 1 | 2 | 4, 23, 0);
	add_gicc(7, 0x8100000001, 8, 23, 0);
	add_gicc(8, 0x100, 1, 24, 0);
	REQUIRE(CHECK_EQ(read_tables(), 0));
	CHECK_EQ(p.cpus, 2);
	CHECK_EQ(p.cpu[0].mpidr, 0xff008283c4); /* bits outside of the affinity are not */
	CHECK_EQ(p.cpu[1].mpidr, 0x100);
	CHECK(p.cpu[0].psci && p.cpu[1].psci);
	CHECK_EQ(d.pmu.intid, 23);
	CHECK(d.pmu.edge);
	CHECK_EQ(p.gic.maintenance.intid, 25);
	CHECK(p.gic.maintenance.edge);
}

TEST(platform_acpi_takes_ppis_for_the_pmu)
{
	static const uint32_t intids[] = {0, 15, 16, 31, 32, 0xffffffff};

	for (int i = 0; i < 6; i++) {
		start(1);
		add_gicd(0x8000000, 2);
		add_gicc(0, 0, 1, intids[i], 0);
		CHECK_EQ(read_tables(), 0);
		CHECK_EQ(d.pmu.intid, intids[i] >= 16 && intids[i] < 32 ? intids[i] : 0);
	}
}

TEST(platform_acpi_cuts_the_list_of_cpus)
{
	start(1);
	add_gicd(0x8000000, 2);
	for (unsigned int i = 0; i < PLATFORM_CPUS; i++)
		add_gicc(i, i, 1, 23, 0);
	CHECK_EQ(read_tables(), 0);
	CHECK_EQ(p.cpus, PLATFORM_CPUS);
	CHECK_TEXT(p.overflow, NULL);
	add_gicc(0, 0, 0, 0, 0);
	CHECK_EQ(read_tables(), 0);
	CHECK_TEXT(p.overflow, NULL);
	add_gicc(0, 0, 1, 0, 0);
	CHECK_EQ(read_tables(), 0);
	CHECK_EQ(p.cpus, PLATFORM_CPUS);
	CHECK_TEXT(p.overflow, "CPUs");
}

TEST(platform_acpi_tells_gic_versions)
{
	static const unsigned int expected[] = {2, 2, 2, 3, 3};

	for (uint8_t version = 0; version < 10; version++) {
		start(1);
		add_gicc(0, 0, 1, 0, 0);
		add_gicd(0x8000000, version);
		test_note("version %u", version);
		CHECK_EQ(read_tables(), version <= 4 ? 0 : ERR_VERSION);
		if (version <= 4)
			CHECK_EQ(p.gic.version, expected[version]);
	}
	start(1); /* not told, with redistributors of either kind */
	add_gicc(0, 0, 1, 0, 0x80a0000);
	add_gicd(0x8000000, 0);
	CHECK_EQ(read_tables(), 0);
	CHECK_EQ(p.gic.version, 3);
	start(1);
	add_gicc(0, 0, 1, 0, 0);
	add_gicr(0x80a0000, 0x20000);
	add_gicd(0x8000000, 0);
	CHECK_EQ(read_tables(), 0);
	CHECK_EQ(p.gic.version, 3);
	CHECK_EQ(p.gic.dist.size, 0x10000);
}

TEST(platform_acpi_finds_redistributors_of_cpus)
{
	start(1);
	add_gicd(0x8000000, 3);
	add_gicc(0, 0, 1, 0, 0x80a0000);
	add_gicc(1, 1, 1, 0, 0x80c0000); /* goes on */
	add_gicc(2, 2, 0, 0, 0x80e0000); /* is not there */
	add_gicc(3, 3, 1, 0, 0x8100000);
	REQUIRE(CHECK_EQ(read_tables(), 0));
	REQUIRE(CHECK_EQ(p.gic.redists, 2));
	check_region(&p.gic.redist[0], 0x80a0000, 0x40000);
	check_region(&p.gic.redist[1], 0x8100000, 0x20000);
	start(1);
	add_gicd(0x8000000, 4); /* has larger ones */
	add_gicc(0, 0, 1, 0, 0x80a0000);
	add_gicc(1, 1, 1, 0, 0x80e0000);
	REQUIRE(CHECK_EQ(read_tables(), 0));
	CHECK_EQ(p.gic.redists, 1);
	check_region(&p.gic.redist[0], 0x80a0000, 0x80000);
}

TEST(platform_acpi_prefers_listed_redistributors)
{
	start(1);
	add_gicc(0, 0, 1, 0, 0x5000000);
	add_gicr(0x80a0000, 0xf60000);
	add_gicr(0x10000000, 0);
	add_gicr(0x4000000000, 0x4000000);
	add_gicd(0x8000000, 3);
	REQUIRE(CHECK_EQ(read_tables(), 0));
	REQUIRE(CHECK_EQ(p.gic.redists, 2));
	check_region(&p.gic.redist[0], 0x80a0000, 0xf60000);
	check_region(&p.gic.redist[1], 0x4000000000, 0x4000000);
	add_gicr(UINT64_MAX - 0xffff, 0x20000);
	CHECK_EQ(read_tables(), ERR_ACPI_TABLE);
}

TEST(platform_acpi_cuts_lists_of_the_gic)
{
	start_gicv3();
	for (uint64_t i = 0; i < PLATFORM_REDISTS; i++)
		add_gicr(0x10000000 + 0x40000 * i, 0x20000);
	CHECK_EQ(read_tables(), 0);
	CHECK_EQ(p.gic.redists, PLATFORM_REDISTS);
	CHECK_TEXT(p.overflow, "GIC redistributor regions");
	start_gicv3();
	for (uint64_t i = 0; i < PLATFORM_ITS + 1; i++)
		add_its((uint32_t)i, 0x10000000 + 0x20000 * i);
	CHECK_EQ(read_tables(), 0);
	CHECK_EQ(p.gic.num_its, PLATFORM_ITS);
	CHECK_TEXT(p.overflow, "GIC ITS units");
	start_gicv3();
	add_msi_frame(0x8020000);
	CHECK_EQ(read_tables(), 0);
	CHECK_TEXT(p.overflow, NULL);
	add_msi_frame(0x8030000);
	CHECK_EQ(read_tables(), 0);
	check_region(&p.gic.v2m, 0x8020000, 0x1000);
	CHECK_TEXT(p.overflow, "GICv2m frames");
}

TEST(platform_acpi_skips_unknown_structures)
{
	static const uint8_t unknown[] = {0x80, 5, 1, 2, 3, 0xff, 2, 0, 8, 0, 0, 0, 0, 0, 0};

	start_gicv3();
	add("APIC", unknown, sizeof(unknown));
	add_its(0, 0x8080000);
	CHECK_EQ(read_tables(), 0);
	CHECK_EQ(p.cpus, 1);
	CHECK_EQ(p.gic.num_its, 1);
}

TEST(platform_acpi_refuses_wrong_lengths)
{
	static const struct {
		uint8_t type, size;
	} kinds[] = {{11, 76}, {12, 24}, {13, 24}, {14, 16}, {15, 20}};

	for (int i = 0; i < 5; i++)
		for (unsigned int length = 0; length < 83; length++) {
			uint8_t s[83] = {kinds[i].type, (uint8_t)length};

			start_gicv3();
			add("APIC", s, length < 2 ? 2 : length);
			test_note("type %u of %u bytes", s[0], length);
			CHECK_EQ(read_tables(), length < kinds[i].size ? ERR_ACPI_TABLE : 0);
			add("APIC", "\x80", 1); /* and half a header behind it */
			CHECK_EQ(read_tables(), ERR_ACPI_TABLE);
		}
	start_gicv3();
	add("APIC", "\x80\5\0\0", 4);
	CHECK_EQ(read_tables(), ERR_ACPI_TABLE);
	tables_resize("APIC", 43);
	CHECK_EQ(read_tables(), ERR_ACPI_TABLE);
}

/* -- FADT, GTDT
 * ------------------------------------------------------------------------------------ */

TEST(platform_acpi_knows_psci)
{
	static const enum conduit conduits[] = {CONDUIT_NONE, CONDUIT_SMC, CONDUIT_NONE,
						CONDUIT_HVC};

	for (uint8_t flags = 0; flags < 4; flags++) {
		start(flags);
		add_gicd(0x8000000, 2);
		add_gicc(0, 0, 1, 0, 0);
		CHECK_EQ(read_tables(), 0);
		CHECK_EQ(p.psci.version, flags & 1 ? 2 : 0);
		CHECK_EQ(p.psci.conduit, conduits[flags]);
		CHECK_EQ(p.cpu[0].psci, flags & 1);
	}
	p.psci.version = 0x10000; /* is known better, the conduit is not */
	p.psci.conduit = CONDUIT_SMC;
	CHECK_EQ(add_tables(), 0);
	CHECK_EQ(p.psci.version, 0x10000);
	CHECK_EQ(p.psci.conduit, CONDUIT_HVC);
	p.psci.version = 1;
	CHECK_EQ(add_tables(), 0);
	CHECK_EQ(p.psci.version, 2);
}

TEST(platform_acpi_reads_the_timer)
{
	uint8_t *gtdt;
	uint32_t size;

	start_gicv3();
	gtdt = tables_find("GTDT", &size);
	for (int i = 0; i < 4; i++) {
		tables_put(gtdt + 48 + 8 * i, 16 + (uint64_t)i, 4);
		tables_put(gtdt + 52 + 8 * i, (uint64_t)i, 4);
	}
	CHECK_EQ(read_tables(), 0);
	for (int i = 0; i < 4; i++) {
		CHECK_EQ(p.timer.interrupt[i].intid, 16 + i);
		CHECK_EQ(p.timer.interrupt[i].edge, i & 1);
		CHECK_EQ(p.timer.interrupt[i].active_low, i >> 1);
	}
	CHECK(!p.timer.always_on);
	gtdt[52 + 16] |= 4;
	CHECK_EQ(read_tables(), 0);
	CHECK(p.timer.always_on && p.timer.present);
	tables_resize("GTDT", 79);
	CHECK_EQ(read_tables(), ERR_ACPI_TABLE);
}

/* -- SPCR
 * ------------------------------------------------------------------------------------------ */

static uint8_t *add_spcr(uint8_t type, uint64_t base)
{
	uint8_t *spcr = tables_add("SPCR", 80);

	spcr[36] = type;
	spcr[41] = 8;
	tables_put(spcr + 44, base, 8);
	spcr[52] = 8;
	tables_put(spcr + 54, 33, 4);
	return spcr;
}

TEST(platform_acpi_knows_uarts)
{
	for (unsigned int type = 0; type < 256; type++) {
		enum uart_type expected = type <= 1 || type == 0x12  ? UART_NS16550
					  : type == 3		     ? UART_PL011
					  : type == 13 || type == 14 ? UART_SBSA
								     : UART_NONE;

		start_gicv3();
		add_spcr((uint8_t)type, 0x9000000);
		test_note("type %u", type);
		CHECK_EQ(read_tables(), 0);
		CHECK_EQ(p.uarts, expected != UART_NONE);
		CHECK_EQ(p.console, expected == UART_NONE ? -1 : 0);
		if (!p.uarts)
			continue;
		CHECK_EQ(p.uart[0].type, expected);
		check_region(&p.uart[0].region, 0x9000000, expected == UART_NS16550 ? 8 : 0x1000);
		CHECK_EQ(p.uart[0].interrupt.intid, 33);
	}
}

/* Each is what the model has no words for. */
TEST(platform_acpi_leaves_other_consoles_out)
{
	uint8_t *spcr;

	start_gicv3();
	spcr = add_spcr(0, 0);
	CHECK_EQ(read_tables(), 0);
	CHECK_EQ(p.console, -1);
	tables_put(spcr + 44, 0x3f8, 8);
	spcr[40] = 1; /* I/O ports */
	CHECK_EQ(read_tables(), 0);
	CHECK_EQ(p.console, -1);
	spcr[40] = 0;
	spcr[41] = 32; /* registers apart */
	CHECK_EQ(read_tables(), 0);
	CHECK_EQ(p.console, -1);
	spcr[36] = 3;
	spcr[52] = 0; /* no interrupt */
	CHECK_EQ(read_tables(), 0);
	CHECK_EQ(p.console, 0);
	CHECK_EQ(p.uart[0].interrupt.intid, 0);
	tables_resize("SPCR", 79);
	CHECK_EQ(read_tables(), ERR_ACPI_TABLE);
}

TEST(platform_acpi_finds_the_console_among_uarts)
{
	start_gicv3();
	add_spcr(3, 0x9000000);
	CHECK_EQ(read_tables(), 0);
	p.uart[1] = p.uart[0];
	p.uart[0].region.base = 0x9040000;
	p.uart[1].region.size = 0x10000;
	p.uarts = 2;
	p.console = 0;
	CHECK_EQ(add_tables(), 0);
	CHECK_EQ(p.uarts, 2);
	CHECK_EQ(p.console, 1);
	CHECK_EQ(p.uart[1].region.size, 0x10000);
	for (unsigned int i = 0; i < PLATFORM_UARTS; i++)
		p.uart[i].region.base = 0x1000000 * i;
	p.uarts = PLATFORM_UARTS;
	CHECK_EQ(add_tables(), 0);
	CHECK_EQ(p.uarts, PLATFORM_UARTS);
	CHECK_TEXT(p.overflow, "UARTs");
}
