/* SPDX-License-Identifier: BSD-2-Clause */
/* SPCR and DBG2 (Microsoft's specifications of them), and IORT (DEN0049D). */
#include <stdio.h>
#include <stdlib.h>
#include "built.h"
#include "test.h"

/* -- SPCR, DBG2 ------------------------------------------------------------------------------ */

static void check_spcr(int type, uint64_t address, int width, int access, uint32_t gsi)
{
	const uint8_t *table = need("SPCR");

	CHECK_EQ(length(table), 80);
	CHECK_EQ(table[8], 2);
	CHECK_EQ(get(table + 36, 4), type);
	CHECK_EQ(get(table + 40, 4), (uint32_t)width << 8 | (uint32_t)access << 24);
	CHECK_EQ(get(table + 44, 8), address);
	CHECK_EQ(get(table + 52, 2), gsi ? 8 : 0);
	CHECK_EQ(get(table + 54, 4), gsi);
	CHECK_EQ(get(table + 58, 4), 0x00010000); /* speed as it is, no parity, a stop bit */
	CHECK_EQ(get(table + 64, 4), UINT32_MAX);
}

static void check_dbg2(int subtype, uint64_t address, uint32_t size)
{
	const uint8_t *table = need("DBG2"), *info = table + 44;

	CHECK_EQ(get(table + 36, 4), 44);
	CHECK_EQ(get(table + 40, 4), 1);
	CHECK_EQ(length(table), 44 + get(info + 1, 2));
	CHECK_EQ(info[0], 0);
	CHECK_EQ(info[3], 1);
	CHECK_EQ(get(info + 6, 2) + get(info + 4, 2), get(info + 1, 2));
	CHECK_TEXT((const char *)info + get(info + 6, 2), "\\_SB.COM0");
	CHECK_EQ(get(info + 4, 2), 10);
	CHECK_EQ(get(info + 12, 2), 0x8000);
	CHECK_EQ(get(info + 14, 2), subtype);
	CHECK_EQ(get(info + get(info + 18, 2) + 4, 8), address);
	CHECK_EQ(get(info + get(info + 20, 2), 4), size);
}

TEST(acpi_build_console_of_each_kind)
{
	load("qemu-gicv3");
	check_spcr(3, 0x9000000, 32, 3, 33);
	check_dbg2(3, 0x9000000, 0x1000);
	load("crosvm");
	check_spcr(0, 0x3f8, 8, 1, 32);
	check_dbg2(0, 0x3f8, 8);
	model("xen");
	p.console = 0;
	CHECK_EQ(build(), 0);
	check_spcr(14, 0x22000000, 32, 3, 32);
	check_dbg2(14, 0x22000000, 0x1000);
	p.uart[0].interrupt.intid = 0;
	CHECK_EQ(build(), 0);
	check_spcr(14, 0x22000000, 32, 3, 0);
}

/* The second UART is the console, and so the DSDT's first. */
TEST(acpi_build_console_is_com0)
{
	model("crosvm");
	p.console = 1;
	CHECK_EQ(build(), 0);
	check_spcr(0, 0x2f8, 8, 1, 34);
	check_dbg2(0, 0x2f8, 8);
}

TEST(acpi_build_has_no_spcr_when_no_console_is_named)
{
	load("firecracker");
	CHECK(find("SPCR") == NULL);
	check_dbg2(0, 0x40002000, 0x1000);
	p.uarts = 0;
	CHECK_EQ(build(), 0);
	CHECK(find("DBG2") == NULL);
}

/* -- IORT ------------------------------------------------------------------------------------ */

/* Node 'index' of that type; its place in the table goes to *offset. */
static const uint8_t *iort(int type, unsigned int index, uint32_t *offset)
{
	const uint8_t *table = need("IORT");
	uint64_t nodes = get(table + 36, 4), i = get(table + 40, 4);

	for (; nodes; nodes--, i += get(table + i + 1, 2)) {
		if (i + get(table + i + 1, 2) > length(table) || !get(table + i + 1, 2)) {
			fprintf(stderr, "IORT: a node ends outside\n");
			abort();
		}
		*offset = (uint32_t)i;
		if (table[i] == type && !index--)
			return table + i;
	}
	CHECK_EQ(i, length(table));
	return NULL;
}

static void check_mapping(const uint8_t *node, unsigned int index, uint32_t from, uint32_t to,
			  uint32_t target)
{
	const uint8_t *mapping = node + get(node + 12, 4) + 20 * (size_t)index;

	REQUIRE(CHECK(index < get(node + 8, 4)));
	CHECK(get(node + 12, 4) + 20 * (size_t)(index + 1) <= get(node + 1, 2));
	CHECK_EQ(get(mapping, 4), from);
	CHECK_EQ(get(mapping + 4, 4), 0xffff);
	CHECK_EQ(get(mapping + 8, 4), to);
	CHECK_EQ(get(mapping + 12, 4), target);
	CHECK_EQ(get(mapping + 16, 4), 0);
}

TEST(acpi_build_iort_with_an_its)
{
	const uint8_t *node;
	uint32_t its, offset;

	load("qemu-gicv3");
	CHECK_EQ(need("IORT")[8], 0);
	CHECK_EQ(get(need("IORT") + 36, 4), 2);
	node = iort(0, 0, &its);
	CHECK_EQ(get(node + 1, 2), 24);
	CHECK_EQ(get(node + 8, 8), 0);
	CHECK_EQ(get(node + 16, 8), 1); /* one, number 0 */
	node = iort(2, 0, &offset);
	CHECK_EQ(get(node + 1, 2), 56);
	CHECK_EQ(node[3], 1);
	CHECK_EQ(get(node + 16, 8), 0x0300000000000001);
	CHECK_EQ(get(node + 24, 8), 0);
	CHECK_EQ(node[32], 64);
	CHECK_EQ(get(node + 8, 4), 1);
	check_mapping(node, 0, 0, 0, its);
	CHECK(iort(4, 0, &offset) == NULL);
}

TEST(acpi_build_iort_with_an_smmu)
{
	const uint8_t *node;
	uint32_t its, smmu, offset;

	load("qemu-smmu");
	iort(0, 0, &its);
	node = iort(4, 0, &smmu);
	CHECK_EQ(get(node + 16, 8), 0x9050000);
	CHECK_EQ(get(node + 24, 4), 1);
	CHECK_EQ(get(node + 32, 8), 0);
	CHECK_EQ(get(node + 40, 4), 0);
	CHECK_EQ(get(node + 44, 4), 106);
	CHECK_EQ(get(node + 48, 4), 107);
	CHECK_EQ(get(node + 52, 4), 109);
	CHECK_EQ(get(node + 56, 4), 108);
	check_mapping(node, 0, 0, 0, its);
	node = iort(2, 0, &offset);
	CHECK_EQ(get(node + 8, 4), 1);
	check_mapping(node, 0, 0, 0, smmu);
}

/* Two hosts, each with requester IDs from 0 on, behind an SMMU and an ITS that tell them apart. */
TEST(acpi_build_iort_with_bases)
{
	const uint8_t *node;
	uint32_t its, smmu, offset;

	model("cloud-hypervisor");
	d.smmus = 1;
	d.pcie[0] = (struct platform_pcie_details) {
		.coherent = true, .its = 0, .its_base = 0x100, .smmu = PLATFORM_NO_UNIT};
	d.pcie[1] = (struct platform_pcie_details) {
		.its = 0, .its_base = 0x200, .smmu = 0, .smmu_base = 0x3000};
	CHECK_EQ(build(), 0);
	iort(0, 0, &its);
	node = iort(4, 0, &smmu);
	CHECK_EQ(get(node + 8, 4), 1);
	CHECK_EQ(get(node + 24, 4), 0);
	check_mapping(node, 0, 0x3000, 0x200, its);
	check_mapping(iort(2, 0, &offset), 0, 0, 0x100, its);
	node = iort(2, 1, &offset);
	CHECK_EQ(get(node + 16, 8), 0); /* not coherent */
	CHECK_EQ(get(node + 28, 4), 1); /* segment */
	check_mapping(node, 0, 0, 0x3000, smmu);
	d.pcie[1].its = PLATFORM_NO_UNIT;
	CHECK_EQ(build(), 0);
	CHECK_EQ(get(iort(4, 0, &offset) + 8, 8), 0);
}

TEST(acpi_build_iort_with_two_smmus)
{
	uint32_t its, smmu[2], offset;

	model("cloud-hypervisor");
	d.smmus = 2;
	d.smmu[1].region.base = 0x50000000;
	d.pcie[0] = (struct platform_pcie_details) {.its = 0, .smmu = 1};
	d.pcie[1] = (struct platform_pcie_details) {.its = 0, .smmu = 0, .smmu_base = 0x7000};
	CHECK_EQ(build(), 0);
	iort(0, 0, &its);
	check_mapping(iort(4, 0, &smmu[0]), 0, 0x7000, 0, its);
	check_mapping(iort(4, 1, &smmu[1]), 0, 0, 0, its);
	CHECK_EQ(get(iort(4, 0, &offset) + 8, 4), 1);
	CHECK_EQ(get(iort(4, 1, &offset) + 8, 4), 1);
	CHECK_EQ(get(iort(4, 1, &offset) + 16, 8), 0x50000000);
	check_mapping(iort(2, 0, &offset), 0, 0, 0, smmu[1]);
	check_mapping(iort(2, 1, &offset), 0, 0, 0x7000, smmu[0]);
	p.pcie[1].ecam = false; /* ACPI cannot describe it: nothing goes through its SMMU */
	CHECK_EQ(build(), 0);
	CHECK_EQ(get(iort(4, 0, &offset) + 8, 4), 0);
	CHECK(iort(2, 1, &offset) == NULL);
}

TEST(acpi_build_has_no_iort_without_units)
{
	load("qemu-gicv2");
	CHECK(find("IORT") == NULL);
}
