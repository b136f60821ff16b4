/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The platform model from whole sets of ACPI tables: QEMU's own, compared with what it says in its
 * device trees, and those that we build from each VMM's tree, which must give the same back.
 */
#include <stdlib.h>
#include <string.h>
#include "tables/acpi/build.h"
#include "built.h"
#include "error.h"
#include "platform/acpi.h"
#include "tables.h"
#include "test.h"
#include "trees.h"

static struct platform q; /* from ACPI; 'p' and 'd' are from a tree */
static struct platform_details e;

static int read_tables(void)
{
	struct acpi acpi;

	memset(&q, 0xa5, sizeof(q));
	memset(&e, 0xa5, sizeof(e));
	platform_init(&q);
	platform_details_init(&e);
	if (!CHECK_EQ(tables_open(&acpi), 0))
		return ERR_ACPI_TABLE;
	return platform_from_acpi(&q, &e, &acpi);
}

static void check_region(const struct region *region, uint64_t base, uint64_t size)
{
	CHECK_EQ(region->base, base);
	CHECK_EQ(region->size, size);
}

static void check_interrupt(const struct interrupt *a, uint32_t intid, bool edge, bool low)
{
	CHECK_EQ(a->intid, intid);
	CHECK_EQ(a->edge, edge);
	CHECK_EQ(a->active_low, low);
}

/* -- QEMU's own
 * ------------------------------------------------------------------------------------ */

static void check_qemu(unsigned int cpus)
{
	CHECK_EQ(q.cpus, cpus);
	for (unsigned int i = 0; i < cpus; i++) {
		CHECK_EQ(q.cpu[i].mpidr, i);
		CHECK(q.cpu[i].psci);
	}
	CHECK_EQ(q.gic.dist.base, 0x8000000);
	CHECK(q.timer.present && q.timer.always_on);
	check_interrupt(&q.timer.interrupt[TIMER_SECURE], 29, false, false);
	check_interrupt(&q.timer.interrupt[TIMER_NONSECURE], 30, false, false);
	check_interrupt(&q.timer.interrupt[TIMER_VIRTUAL], 27, false, false);
	check_interrupt(&q.timer.interrupt[TIMER_HYP], 26, false, false);
	check_interrupt(&e.pmu, 23, false, false);
	CHECK_EQ(q.psci.version, 2);
	REQUIRE(CHECK_EQ(q.uarts, 1) && CHECK_EQ(q.console, 0));
	CHECK_EQ(q.uart[0].type, UART_PL011);
	CHECK_TEXT(q.uart[0].compatible, "arm,pl011");
	CHECK_TEXT(q.uart[0].path, "");
	check_region(&q.uart[0].region, 0x9000000, 0x1000);
	check_interrupt(&q.uart[0].interrupt, 33, false, false);
	REQUIRE(CHECK_EQ(q.num_pcie, 1));
	check_region(&q.pcie[0].config, 0x4010000000, 0x10000000);
	CHECK_EQ(q.pcie[0].bus_first, 0);
	CHECK_EQ(q.pcie[0].bus_last, 255);
	CHECK_EQ(q.pcie[0].segment, 0);
	CHECK(q.pcie[0].ecam && !q.pcie[0].mem32.size && q.pcie[0].node < 0);
	CHECK(e.pcie[0].coherent);
	CHECK_TEXT(q.overflow, NULL);
}

TEST(platform_acpi_of_qemu_gicv2)
{
	tables_qemu(qemu_gicv2el2);
	REQUIRE(CHECK_EQ(read_tables(), 0));
	check_qemu(2);
	CHECK_EQ(q.psci.conduit, CONDUIT_SMC);
	CHECK_EQ(q.gic.version, 2);
	check_region(&q.gic.dist, 0x8000000, 0x1000);
	check_region(&q.gic.cpu, 0x8010000, 0x2000);
	check_region(&q.gic.hyp, 0x8030000, 0x1000);
	check_region(&q.gic.vcpu, 0x8040000, 0x2000);
	check_region(&q.gic.v2m, 0x8020000, 0x1000);
	check_interrupt(&q.gic.maintenance, 25, false, false);
	CHECK_EQ(q.gic.redists, 0);
	CHECK_EQ(q.gic.num_its, 0);
	CHECK_EQ(q.banks, 0);
	CHECK(!e.numa);
	CHECK_EQ(e.smmus, 0);
	CHECK_EQ(e.pcie[0].its, PLATFORM_NO_UNIT);
}

TEST(platform_acpi_of_qemu_gicv3)
{
	tables_qemu(qemu_gicv3);
	REQUIRE(CHECK_EQ(read_tables(), 0));
	check_qemu(2);
	CHECK_EQ(q.psci.conduit, CONDUIT_HVC);
	CHECK_EQ(q.gic.version, 3);
	check_region(&q.gic.dist, 0x8000000, 0x10000);
	REQUIRE(CHECK_EQ(q.gic.redists, 1) && CHECK_EQ(q.gic.num_its, 1));
	check_region(&q.gic.redist[0], 0x80a0000, 0xf60000);
	check_region(&q.gic.its[0], 0x8080000, 0x20000);
	check_region(&q.gic.cpu, 0, 0);
	check_region(&q.gic.hyp, 0, 0);
	check_region(&q.gic.vcpu, 0, 0);
	check_region(&q.gic.v2m, 0, 0);
	CHECK_EQ(q.gic.maintenance.intid, 0);
	CHECK_EQ(e.pcie[0].its, 0);
	CHECK_EQ(e.pcie[0].smmu, PLATFORM_NO_UNIT);
}

static void check_smmu(const struct platform_smmu *s)
{
	check_region(&s->region, 0x9050000, 0x20000);
	check_interrupt(&s->event, 106, true, false);
	check_interrupt(&s->pri, 107, true, false);
	check_interrupt(&s->sync, 108, true, false);
	check_interrupt(&s->error, 109, true, false);
	CHECK(s->coherent);
}

TEST(platform_acpi_of_qemu_with_nodes_and_smmu)
{
	tables_qemu(qemu_numa);
	REQUIRE(CHECK_EQ(read_tables(), 0));
	check_qemu(4);
	CHECK_EQ(q.gic.maintenance.intid, 25);
	CHECK(e.numa);
	for (unsigned int i = 0; i < 4; i++)
		CHECK_EQ(q.cpu[i].node, i / 2);
	REQUIRE(CHECK_EQ(q.banks, 2) && CHECK_EQ(e.smmus, 1));
	check_region(&q.bank[0].region, 0x40000000, 0x40000000);
	check_region(&q.bank[1].region, 0x80000000, 0x40000000);
	CHECK_EQ(q.bank[0].node, 0);
	CHECK_EQ(q.bank[1].node, 1);
	CHECK_EQ(e.distance[0][0], 10);
	CHECK_EQ(e.distance[0][1], 25);
	CHECK_EQ(e.distance[1][0], 25);
	CHECK_EQ(e.distance[1][1], 10);
	check_smmu(&e.smmu[0]);
	CHECK_EQ(e.pcie[0].smmu, 0);
	CHECK_EQ(e.pcie[0].its, 0);
}

/* Every cut of every table, and every byte of each set to a few values, one at a time. */
TEST(platform_acpi_survives_damage)
{
	static const char signature[][5] = {"APIC", "GTDT", "SPCR", "MCFG", "SRAT", "SLIT", "IORT"};
	static const uint8_t values[] = {0, 1, 2, 0x7f, 0xff};
	uint32_t size;

	for (size_t i = 0; i < sizeof(signature) / sizeof(signature[0]); i++) {
		tables_qemu(qemu_numa);
		tables_find(signature[i], &size);
		for (uint32_t at = 36; at < size; at++)
			for (size_t v = 0; v < sizeof(values); v++) {
				uint8_t *byte = tables_find(signature[i], &size) + at, old = *byte;

				test_note("%s, byte %u is %u", signature[i], at, values[v]);
				*byte = values[v];
				read_tables();
				*byte = old;
			}
		while (--size >= 36) {
			test_note("%s has %u bytes", signature[i], size);
			tables_resize(signature[i], size);
			read_tables();
		}
	}
}

/* -- what we build
 * --------------------------------------------------------------------------------- */

static void *guest(void *context, uint64_t address, uint64_t size)
{
	(void)context;
	if (address < ADDRESS || size > used || address - ADDRESS > used - size)
		return NULL;
	return buffer + (address - ADDRESS);
}

static void same_interrupt(const struct interrupt *a, const struct interrupt *b)
{
	check_interrupt(b, a->intid, a->intid && a->edge, a->intid && a->active_low);
}

static void same_region(const struct region *a, const struct region *b)
{
	check_region(b, a->base, a->size);
}

/* ACPI lists those that can be started. */
static void same_cpus(void)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < p.cpus; i++) {
		if (i && !p.cpu[i].psci)
			continue;
		CHECK_EQ(q.cpu[n].mpidr, p.cpu[i].mpidr);
		CHECK_EQ(q.cpu[n].psci, p.psci.version >= 2);
		CHECK_EQ(q.cpu[n].node, d.numa ? p.cpu[i].node : 0);
		n++;
	}
	CHECK_EQ(q.cpus, n);
	same_interrupt(&d.pmu, &e.pmu);
}

static void same_gic(void)
{
	const struct platform_gic *a = &p.gic, *b = &q.gic;

	CHECK_EQ(b->version, a->version);
	CHECK_EQ(b->dist.base, a->dist.base);
	CHECK_EQ(b->redists, a->redists);
	for (unsigned int i = 0; i < a->redists; i++)
		same_region(&a->redist[i], &b->redist[i]);
	CHECK_EQ(b->num_its, a->num_its);
	for (unsigned int i = 0; i < a->num_its; i++)
		CHECK_EQ(b->its[i].base, a->its[i].base);
	CHECK_EQ(b->v2m.base, a->v2m.base);
	CHECK_EQ(b->maintenance.intid, a->maintenance.intid);
	if (a->version == 3)
		return;
	CHECK_EQ(b->cpu.base, a->cpu.base);
	CHECK_EQ(b->hyp.base, a->hyp.base);
	CHECK_EQ(b->vcpu.base, a->vcpu.base);
}

static void same_timer(void)
{
	CHECK(q.timer.present);
	CHECK_EQ(q.timer.always_on, p.timer.always_on);
	for (int i = 0; i < TIMER_INTERRUPTS; i++)
		same_interrupt(&p.timer.interrupt[i], &q.timer.interrupt[i]);
}

static void same_console(void)
{
	const struct platform_uart *a, *b;

	CHECK_EQ(q.console < 0, p.console < 0);
	if (p.console < 0 || q.console < 0)
		return;
	a = &p.uart[p.console];
	b = &q.uart[q.console];
	CHECK_EQ(b->type, a->type);
	CHECK_EQ(b->region.base, a->region.base);
	CHECK_EQ(b->interrupt.intid, a->interrupt.intid);
	CHECK_TEXT(b->compatible, a->compatible);
}

static void same_host(unsigned int i)
{
	const struct platform_pcie_details *a = &d.pcie[i], *b = &e.pcie[i];

	same_region(&p.pcie[i].config, &q.pcie[i].config);
	CHECK_EQ(q.pcie[i].bus_first, p.pcie[i].bus_first);
	CHECK_EQ(q.pcie[i].bus_last, p.pcie[i].bus_last);
	CHECK_EQ(q.pcie[i].segment, p.pcie[i].segment);
	CHECK(q.pcie[i].ecam);
	CHECK_EQ(b->its, a->its);
	CHECK_EQ(b->smmu, a->smmu);
	CHECK_EQ(b->its_base, a->its_base);
	CHECK_EQ(b->smmu_base, a->smmu_base);
	if (p.gic.num_its || d.smmus)
		CHECK_EQ(b->coherent, a->coherent);
}

/* crosvm's has CAM, for which ACPI has no words. */
static void same_hosts(void)
{
	unsigned int n = p.num_pcie && acpi_pcie_buses(&p.pcie[0]) ? p.num_pcie : 0;

	CHECK_EQ(q.num_pcie, n);
	for (unsigned int i = 0; i < n && i < q.num_pcie; i++)
		same_host(i);
}

static void same_smmus(void)
{
	CHECK_EQ(e.smmus, d.smmus);
	for (unsigned int i = 0; i < d.smmus; i++) {
		const struct platform_smmu *a = &d.smmu[i], *b = &e.smmu[i];

		CHECK_EQ(b->region.base, a->region.base);
		CHECK_EQ(b->event.intid, a->event.intid);
		CHECK_EQ(b->pri.intid, a->pri.intid);
		CHECK_EQ(b->sync.intid, a->sync.intid);
		CHECK_EQ(b->error.intid, a->error.intid);
		CHECK_EQ(b->coherent, a->coherent);
	}
}

static void same_nodes(void)
{
	CHECK_EQ(e.numa, d.numa);
	CHECK_EQ(q.banks, d.numa ? p.banks : 0);
	for (unsigned int i = 0; i < q.banks; i++) {
		same_region(&p.bank[i].region, &q.bank[i].region);
		CHECK_EQ(q.bank[i].node, p.bank[i].node);
	}
}

static void read_built(void)
{
	struct acpi acpi;

	platform_init(&q);
	platform_details_init(&e);
	REQUIRE(CHECK_EQ(acpi_open(&acpi, rsdp, guest, NULL), 0));
	CHECK_EQ(platform_from_acpi(&q, &e, &acpi), 0);
}

static unsigned int tried;

static void round_trip(const char *name, const void *fdt, size_t size)
{
	if (platform_from_fdt(&p, fdt, size) || platform_details_from_fdt(&d, &p) || build())
		return;
	tried++;
	read_built();
	test_note("%s", name);
	same_cpus();
	same_gic();
	same_timer();
	same_console();
	CHECK_EQ(q.psci.version, p.psci.version ? 2 : 0);
	CHECK_EQ(q.psci.conduit, p.psci.conduit);
	same_hosts();
	same_smmus();
	same_nodes();
	CHECK_TEXT(q.overflow, NULL);
}

TEST(platform_acpi_gives_back_what_we_build)
{
	tree_each(round_trip);
	CHECK(tried >= 8);
}

/* The second reading finds all that the first one found. */
TEST(platform_acpi_completes_what_a_tree_says)
{
	static struct platform before;

	load("qemu-smmu");
	before = p;
	q = p;
	e = d;
	{
		struct acpi acpi;

		REQUIRE(CHECK_EQ(acpi_open(&acpi, rsdp, guest, NULL), 0));
		CHECK_EQ(platform_from_acpi(&q, &e, &acpi), 0);
	}
	same_cpus();
	same_gic();
	CHECK_EQ(q.uarts, before.uarts);
	CHECK_EQ(q.console, before.console);
	CHECK_TEXT(q.uart[0].path, before.uart[0].path);
	CHECK_EQ(q.num_pcie, before.num_pcie);
	same_region(&before.pcie[0].mem32, &q.pcie[0].mem32);
	CHECK_EQ(e.pcie[0].routes, d.pcie[0].routes);
	CHECK_EQ(q.psci.version, before.psci.version);
	CHECK_EQ(q.banks, before.banks);
	CHECK_EQ(e.smmus, d.smmus);
}

TEST(platform_acpi_knows_512_cpus)
{
	load("qemu-gicv3");
	p.cpus = PLATFORM_CPUS;
	for (unsigned int i = 0; i < p.cpus; i++)
		p.cpu[i] = (struct platform_cpu) {.mpidr = i << 8, .psci = true, .node = i & 3};
	d.numa = true;
	REQUIRE(CHECK_EQ(build(), 0));
	read_built();
	same_cpus();
	CHECK_TEXT(q.overflow, NULL);
}
