/* SPDX-License-Identifier: BSD-2-Clause */
/* PCIe hosts (MCFG), NUMA nodes (SRAT, SLIT), units of DMA (IORT): QEMU's tables, changed by hand.
 */
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "platform/acpi.h"
#include "tables.h"
#include "test.h"

static struct platform p;
static struct platform_details d;

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

static uint8_t *table(const char *signature)
{
	uint32_t size;

	return tables_find(signature, &size);
}

/* -- MCFG
 * ------------------------------------------------------------------------------------------ */

/* QEMU's tables, with no host yet. */
static void start_hosts(void)
{
	tables_qemu(qemu_gicv3);
	tables_resize("MCFG", 44);
}

static void check_region(const struct region *region, uint64_t base, uint64_t size)
{
	CHECK_EQ(region->base, base);
	CHECK_EQ(region->size, size);
}

static void add_host(uint64_t base, uint16_t segment, uint8_t first, uint8_t last)
{
	uint8_t s[16] = {0};

	tables_put(s, base, 8);
	tables_put(s + 8, segment, 2);
	s[10] = first;
	s[11] = last;
	tables_append("MCFG", s, sizeof(s));
}

TEST(platform_acpi_lists_pcie_hosts)
{
	start_hosts();
	add_host(0x4010000000, 0, 0, 255);
	add_host(0x3f000000, 7, 16, 31);
	REQUIRE(CHECK_EQ(read_tables(), 0));
	REQUIRE(CHECK_EQ(p.num_pcie, 2));
	check_region(&p.pcie[0].config, 0x4010000000, 0x10000000);
	check_region(&p.pcie[1].config, 0x40000000, 0x1000000); /* the table has that of bus 0 */
	CHECK_EQ(p.pcie[1].segment, 7);
	CHECK_EQ(p.pcie[1].bus_first, 16);
	CHECK_EQ(p.pcie[1].bus_last, 31);
	p.pcie[1].mem32 = (struct region) {0x10000000, 0x1000000};
	CHECK_EQ(add_tables(), 0);
	CHECK_EQ(p.num_pcie, 2);
	check_region(&p.pcie[1].mem32, 0x10000000, 0x1000000);
}

TEST(platform_acpi_refuses_impossible_hosts)
{
	static const struct {
		uint64_t base;
		uint8_t first, last;
	} wrong[] = {
		{0x40000000, 2, 1}, {UINT64_MAX - 0xfffff, 1, 2}, {UINT64_MAX - 0xfffff, 0, 1}};

	for (int i = 0; i < 3; i++) {
		start_hosts();
		add_host(wrong[i].base, 0, wrong[i].first, wrong[i].last);
		CHECK_EQ(read_tables(), ERR_ACPI_TABLE);
	}
	start_hosts();
	add_host(0x40000000, 0, 0, 255);
	tables_resize("MCFG", 59);
	CHECK_EQ(read_tables(), ERR_ACPI_TABLE);
	tables_resize("MCFG", 44);
	CHECK_EQ(read_tables(), 0);
	CHECK_EQ(p.num_pcie, 0);
	tables_resize("MCFG", 43);
	CHECK_EQ(read_tables(), ERR_ACPI_TABLE);
	start_hosts();
	for (uint8_t i = 0; i < PLATFORM_PCIE + 1; i++)
		add_host(0x40000000, i, i, i);
	CHECK_EQ(read_tables(), 0);
	CHECK_EQ(p.num_pcie, PLATFORM_PCIE);
	CHECK_TEXT(p.overflow, "PCI host bridges");
}

/* -- SRAT, SLIT
 * ------------------------------------------------------------------------------------ */

static void add_memory(uint32_t node, uint64_t base, uint64_t size, uint32_t flags)
{
	uint8_t s[40] = {1, 40};

	tables_put(s + 2, node, 4);
	tables_put(s + 8, base, 8);
	tables_put(s + 16, size, 8);
	tables_put(s + 28, flags, 4);
	tables_append("SRAT", s, sizeof(s));
}

static void add_cpu(uint32_t uid, uint32_t node, uint32_t flags)
{
	uint8_t s[18] = {3, 18};

	tables_put(s + 2, node, 4);
	tables_put(s + 6, uid, 4);
	tables_put(s + 10, flags, 4);
	tables_append("SRAT", s, sizeof(s));
}

static void start(void)
{
	tables_qemu(qemu_numa);
	tables_resize("SRAT", 48);
}

TEST(platform_acpi_lists_ram_that_is_there)
{
	start();
	add_memory(3, 0x100000000, 0x40000000, 1);
	add_memory(4, 0x200000000, 0x40000000, 0);     /* not enabled */
	add_memory(5, 0x300000000, 0x40000000, 1 | 2); /* for hotplug */
	add_memory(6, 0x400000000, 0x40000000, 1 | 4); /* keeps its contents */
	add_memory(7, 0x500000000, 0, 1);	       /* empty */
	add_memory(256, 0x600000000, 0x40000000, 1);   /* a node that the model cannot have */
	add_memory(255, 0x40000000, 0x40000000, 1);
	REQUIRE(CHECK_EQ(read_tables(), 0));
	REQUIRE(CHECK_EQ(p.banks, 2));
	CHECK_EQ(p.bank[0].region.base, 0x100000000);
	CHECK_EQ(p.bank[0].node, 3);
	CHECK_EQ(p.bank[1].region.base, 0x40000000);
	CHECK_EQ(p.bank[1].node, 255);
	CHECK_TEXT(p.overflow, "NUMA nodes");
	CHECK(!d.numa); /* no CPU has one */
}

TEST(platform_acpi_lists_whole_pages_of_ram)
{
	start();
	add_memory(0, 0x40000fff, 0x2001, 1);
	add_memory(0, 0x50000fff, 0x1000, 1); /* no page in it */
	add_memory(0, 4, UINT64_MAX - 3, 1);  /* to the end of all addresses */
	add_memory(0, UINT64_MAX - 0xfff, 0x1000, 1);
	REQUIRE(CHECK_EQ(read_tables(), 0));
	REQUIRE(CHECK_EQ(p.banks, 2));
	CHECK_EQ(p.bank[0].region.base, 0x40001000);
	CHECK_EQ(p.bank[0].region.size, 0x2000);
	CHECK_EQ(p.bank[1].region.base, 0x1000);
	CHECK_EQ(p.bank[1].region.size, UINT64_MAX - 0x1fff);
}

TEST(platform_acpi_keeps_ram_that_is_known)
{
	start();
	CHECK_EQ(read_tables(), 0);
	CHECK_EQ(p.banks, 0);
	p.bank[0].region = (struct region) {0x40000000, 0x20000000};
	p.bank[1].region = (struct region) {0x60000000, 0x20000000};
	p.bank[2].region = (struct region) {0x100000000, 0x20000000};
	p.bank[0].node = p.bank[1].node = p.bank[2].node = 9;
	p.bank[3].region = (struct region) {0x50000000, 0x10000000};
	p.bank[3].node = 9;
	p.banks = 4;
	add_memory(8, 0x4fffffff, 1, 1); /* ends right before it */
	add_memory(8, 0x50000001, 1, 1);
	add_memory(1, 0x40000000, 1, 1);
	add_memory(1, 0x60000000, 1, 1);
	add_memory(2, 0x60000001, 0x40000000, 1);
	add_memory(3, 0x100000000, 0x10000000, 0);
	CHECK_EQ(add_tables(), 0);
	CHECK_EQ(p.banks, 4);
	CHECK_EQ(p.bank[0].node, 1);
	CHECK_EQ(p.bank[1].node, 1);
	CHECK_EQ(p.bank[2].node, 9);
	CHECK_EQ(p.bank[2].region.size, 0x20000000);
	CHECK_EQ(p.bank[3].node, 9);
}

TEST(platform_acpi_finds_cpus_by_their_uid)
{
	start();
	for (unsigned int i = 0; i < 4; i++) /* the GICC structures follow the GICD's */
		table("APIC")[44 + 24 + 80 * i + 8] = (uint8_t)(40 - i);
	add_cpu(38, 2, 1);
	add_cpu(40, 5, 1);
	add_cpu(39, 6, 0);
	add_cpu(3, 7, 1);
	add_cpu(37, 256, 1);
	CHECK_EQ(read_tables(), 0);
	CHECK_EQ(p.cpu[0].node, 5);
	CHECK_EQ(p.cpu[1].node, 0);
	CHECK_EQ(p.cpu[2].node, 2);
	CHECK_EQ(p.cpu[3].node, 0);
	CHECK_TEXT(p.overflow, "NUMA nodes");
	CHECK(d.numa);
}

TEST(platform_acpi_refuses_damaged_srat)
{
	static const uint8_t shorter[39] = {1, 39};

	start();
	add_memory(0, UINT64_MAX - 0xfff, 0x2000, 1);
	CHECK_EQ(read_tables(), ERR_ACPI_TABLE);
	start();
	tables_append("SRAT", shorter, sizeof(shorter));
	CHECK_EQ(read_tables(), ERR_ACPI_TABLE);
	start();
	add_cpu(0, 0, 1);
	tables_resize("SRAT", 48 + 17);
	CHECK_EQ(read_tables(), ERR_ACPI_TABLE);
	start();
	add_cpu(0, 0, 1);
	table("SRAT")[49] = 0; /* would go round for ever */
	CHECK_EQ(read_tables(), ERR_ACPI_TABLE);
	tables_resize("SRAT", 47);
	CHECK_EQ(read_tables(), ERR_ACPI_TABLE);
	start();
	for (uint64_t i = 0; i <= PLATFORM_BANKS; i++)
		add_memory(0, i << 30, 0x1000, 1);
	CHECK_EQ(read_tables(), 0);
	CHECK_EQ(p.banks, PLATFORM_BANKS);
	CHECK_TEXT(p.overflow, "memory banks");
}

TEST(platform_acpi_checks_the_size_of_slit)
{
	static const uint64_t wrong[] = {3, 0x10000, 0x100000000, UINT64_MAX};

	for (int i = 0; i < 4; i++) {
		tables_qemu(qemu_numa);
		tables_put(table("SLIT") + 36, wrong[i], 8);
		CHECK_EQ(read_tables(), ERR_ACPI_TABLE);
	}
	tables_put(table("SLIT") + 36, 1, 8);
	CHECK_EQ(read_tables(), 0);
	CHECK_EQ(d.distance[0][0], 10);
	CHECK_EQ(d.distance[0][1], 0);
	tables_resize("SLIT", 43);
	CHECK_EQ(read_tables(), ERR_ACPI_TABLE);
	tables_qemu(qemu_numa);
	tables_resize("SLIT", 44 + 33 * 33);
	tables_put(table("SLIT") + 36, 33, 8);
	CHECK_EQ(read_tables(), 0);
	CHECK_EQ(d.distance[0][0], 0);
	CHECK_TEXT(p.overflow, "NUMA nodes");
	memset(table("SLIT") + 44, 77, 32 * 32);
	tables_put(table("SLIT") + 36, 32, 8);
	CHECK_EQ(read_tables(), 0);
	CHECK_EQ(d.distance[31][31], 77);
}

/* -- IORT
 * ------------------------------------------------------------------------------------------ */

/* Where QEMU has what. */
#define GROUP	     48
#define SMMU	     72
#define SMMU_MAPPING 140
#define ROOT	     160
#define ROOT_MAPPING 196
#define MAPPING_SIZE 20

/* The table as QEMU makes it, with one field of 32 bits changed. */
static int change(uint32_t at, uint64_t value)
{
	tables_qemu(qemu_numa);
	tables_put(table("IORT") + at, value, 4);
	return read_tables();
}

static void check_units(int smmu, int its)
{
	CHECK_EQ(d.pcie[0].smmu, smmu);
	CHECK_EQ(d.pcie[0].its, its);
}

TEST(platform_acpi_follows_mappings)
{
	CHECK_EQ(change(SMMU_MAPPING + 8, 0x1000), 0);
	check_units(0, 0);
	CHECK_EQ(d.pcie[0].smmu_base, 0);
	CHECK_EQ(d.pcie[0].its_base, 0x1000);
	CHECK_EQ(change(ROOT_MAPPING + 8, 0x300), 0); /* what the SMMU gets */
	check_units(0, 0);
	CHECK_EQ(d.pcie[0].smmu_base, 0x300);
	CHECK_EQ(d.pcie[0].its_base, 0x300);
	CHECK_EQ(change(ROOT_MAPPING + 8, 0x10000), 0); /* has no mapping there */
	check_units(0, PLATFORM_NO_UNIT);
	CHECK_EQ(change(ROOT_MAPPING + 12, GROUP), 0);
	check_units(PLATFORM_NO_UNIT, 0);
	CHECK_EQ(change(ROOT_MAPPING, 1), 0); /* not for ID 0 */
	check_units(PLATFORM_NO_UNIT, PLATFORM_NO_UNIT);
	CHECK_EQ(change(ROOT_MAPPING + 16, 1), 0); /* of the host itself */
	check_units(PLATFORM_NO_UNIT, PLATFORM_NO_UNIT);
	CHECK_EQ(change(ROOT + 8, 0), 0); /* none */
	check_units(PLATFORM_NO_UNIT, PLATFORM_NO_UNIT);
	tables_put(table("IORT") + ROOT + 12, 0xffffffff, 4);
	d.pcie[0].its = d.pcie[0].smmu = 1;
	CHECK_EQ(add_tables(), 0);
	check_units(PLATFORM_NO_UNIT, PLATFORM_NO_UNIT);
}

TEST(platform_acpi_follows_the_first_bus)
{
	tables_qemu(qemu_numa);
	table("MCFG")[54] = 1;				       /* begins with bus 1, */
	tables_put(table("IORT") + ROOT_MAPPING + 4, 0xff, 4); /* which bypasses the SMMU */
	CHECK_EQ(read_tables(), 0);
	check_units(PLATFORM_NO_UNIT, 0);
	CHECK_EQ(d.pcie[0].its_base, 0);
	tables_put(table("IORT") + ROOT_MAPPING + MAPPING_SIZE + 8, 0, 4);
	CHECK_EQ(read_tables(), 0);
	CHECK_EQ(d.pcie[0].its_base, (uint32_t)-0x100);
}

TEST(platform_acpi_finds_the_its_by_its_number)
{
	uint8_t its[20] = {15, 20};

	CHECK_EQ(change(GROUP + 20, 1), 0); /* MADT has 0 alone */
	check_units(0, PLATFORM_NO_UNIT);
	tables_put(its + 4, 1, 4);
	tables_append("APIC", its, sizeof(its));
	CHECK_EQ(read_tables(), 0);
	check_units(0, 1);
	CHECK_EQ(change(GROUP + 16, 0), 0); /* a group of none */
	check_units(0, PLATFORM_NO_UNIT);
}

TEST(platform_acpi_finds_hosts_by_their_segment)
{
	CHECK_EQ(change(ROOT + 28, 1), 0);
	check_units(PLATFORM_NO_UNIT, PLATFORM_NO_UNIT);
	tables_put(table("MCFG") + 52, 1, 2);
	CHECK_EQ(read_tables(), 0);
	check_units(0, 0);
	tables_remove("MCFG");
	CHECK_EQ(read_tables(), 0);
	CHECK_EQ(d.smmus, 1);
}

TEST(platform_acpi_knows_coherent_dma)
{
	CHECK_EQ(change(ROOT + 16, 0), 0);
	CHECK(!d.pcie[0].coherent);
	CHECK(d.smmu[0].coherent);
	CHECK_EQ(change(SMMU + 24, 0), 0);
	CHECK(d.pcie[0].coherent);
	CHECK(!d.smmu[0].coherent);
}

/* To nowhere, into the middle of a node, outside of the table, to itself. */
TEST(platform_acpi_ignores_references_to_no_node)
{
	static const uint32_t wrong[] = {0, GROUP + 1, SMMU + 16, 236, 0xffffffff, ROOT};

	for (int i = 0; i < 6; i++) {
		test_note("reference %u", wrong[i]);
		CHECK_EQ(change(ROOT_MAPPING + 12, wrong[i]), 0);
		check_units(PLATFORM_NO_UNIT, PLATFORM_NO_UNIT);
		CHECK_EQ(change(SMMU_MAPPING + 12, wrong[i]), 0);
		check_units(0, PLATFORM_NO_UNIT);
	}
	CHECK_EQ(change(SMMU_MAPPING + 12, SMMU), 0); /* in a circle */
	check_units(0, PLATFORM_NO_UNIT);
}

TEST(platform_acpi_refuses_damaged_iort)
{
	static const struct {
		uint32_t at, value;
	} wrong[] = {
		{36, 4}, /* more nodes than there are */
		{36, 0xffffffff},
		{40, 47},  /* nodes in the header, */
		{40, 237}, /* or behind the end */
		{40, 0xffffffff},
		{GROUP, 0x01000000}, /* no length */
		{GROUP, 0x01000f00}, /* shorter than a header */
		{GROUP, 0x01001300}, /* than its kind */
		{GROUP, 0x0100ffff},
		{GROUP + 16, 2}, /* more identifiers than there are */
		{GROUP + 16, 0x40000000},
		{SMMU, 0x04003b04}, /* shorter than its kind */
		{ROOT, 0x03001f02},
		{ROOT + 8, 3}, /* more mappings than there are */
		{ROOT + 8, 0x40000000},
		{ROOT + 12, 37}, /* mappings that end behind it */
		{ROOT + 12, 0xffffffff},
		{SMMU + 12, 69},
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		test_note("%x at %u", wrong[i].value, wrong[i].at);
		CHECK_EQ(change(wrong[i].at, wrong[i].value), ERR_ACPI_TABLE);
	}
	tables_qemu(qemu_numa);
	tables_resize("IORT", 47);
	CHECK_EQ(read_tables(), ERR_ACPI_TABLE);
}

TEST(platform_acpi_refuses_short_nodes)
{
	static const uint8_t least[][2] = {{0, 20}, {1, 16}, {2, 32}, {3, 16}, {4, 60}, {77, 16}};

	for (int i = 0; i < 6; i++)
		for (uint8_t length = 0; length < 70; length++) {
			uint8_t node[70] = {least[i][0], length};

			tables_qemu(qemu_numa);
			tables_append("IORT", node, length < 16 ? 16 : length);
			table("IORT")[36] = 4;
			test_note("type %u of %u bytes", node[0], length);
			CHECK_EQ(read_tables(), length < least[i][1] ? ERR_ACPI_TABLE : 0);
		}
}

TEST(platform_acpi_takes_an_iort_without_nodes)
{
	CHECK_EQ(change(36, 0), 0);
	CHECK_EQ(d.smmus, 0);
	check_units(PLATFORM_NO_UNIT, PLATFORM_NO_UNIT);
	tables_put(table("IORT") + 40, 236, 4);
	CHECK_EQ(read_tables(), 0);
	tables_put(table("IORT") + 40, 47, 4);
	CHECK_EQ(read_tables(), ERR_ACPI_TABLE);
}

TEST(platform_acpi_cuts_the_list_of_smmus)
{
	uint8_t smmu[68];

	tables_qemu(qemu_numa);
	memcpy(smmu, table("IORT") + SMMU, sizeof(smmu));
	smmu[1] = sizeof(smmu);
	smmu[8] = 0;
	for (uint8_t i = 1; i <= PLATFORM_SMMUS; i++) {
		tables_put(smmu + 16, 0x10000000ULL * i, 8);
		tables_append("IORT", smmu, sizeof(smmu));
		table("IORT")[36] = 3 + i;
		CHECK_EQ(read_tables(), 0);
		CHECK_EQ(d.smmus, i < PLATFORM_SMMUS ? i + 1 : PLATFORM_SMMUS);
		CHECK_TEXT(p.overflow, i < PLATFORM_SMMUS ? NULL : "SMMUs");
	}
	CHECK_EQ(d.smmu[3].region.base, 0x30000000);
	tables_put(table("IORT") + ROOT_MAPPING + 12, 236 + 3 * 68, 4); /* the one that is cut */
	CHECK_EQ(read_tables(), 0);
	check_units(PLATFORM_NO_UNIT, PLATFORM_NO_UNIT);
}
