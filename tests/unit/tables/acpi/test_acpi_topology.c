/* SPDX-License-Identifier: BSD-2-Clause */
/* PPTT, SRAT and SLIT (ACPI 6.3, 5.2.29, 5.2.16, 5.2.17). */
#include <string.h>
#include "built.h"
#include "test.h"

/* -- PPTT ------------------------------------------------------------------------------------ */

/* The node of that CPU; each must be there once. */
static const uint8_t *pptt_cpu(unsigned int uid)
{
	const uint8_t *node, *found = NULL;

	for (unsigned int i = 0; (node = entry("PPTT", HEADER, 0, i)); i++) {
		if (!(get(node + 4, 4) & 2) || get(node + 12, 4) != uid)
			continue;
		CHECK(!found);
		found = node;
	}
	return found;
}

/* The node above, which must come before it in the table; NULL: none. */
static const uint8_t *above(const uint8_t *node)
{
	const uint8_t *table = need("PPTT");
	uint64_t offset = get(node + 8, 4);

	if (!offset)
		return NULL;
	CHECK(offset >= HEADER && (offset - HEADER) % 20 == 0 && offset < (size_t)(node - table));
	return table + offset;
}

static const uint8_t *check_pptt(unsigned int uid, int height, uint32_t flags)
{
	const uint8_t *node = pptt_cpu(uid);

	test_note("CPU %u", uid);
	CHECK(node != NULL);
	CHECK_EQ(get(node + 4, 4), flags);
	CHECK_EQ(get(node + 16, 4), 0);
	for (; height; height--) {
		node = above(node);
		CHECK(node != NULL);
		CHECK_EQ(get(node + 4, 4), height == 1);
	}
	CHECK(above(node) == NULL);
	return node;
}

TEST(acpi_build_pptt)
{
	load("qemu-gicv3");
	CHECK_EQ(need("PPTT")[8], 2);
	CHECK_EQ(length(need("PPTT")), HEADER + 3 * 20);
	CHECK(check_pptt(0, 1, 0xa) == check_pptt(1, 1, 0xa));
	load("firecracker"); /* not a word about it: one package */
	CHECK(check_pptt(0, 1, 0xa) == check_pptt(1, 1, 0xa));
	load("xen"); /* one CPU: kernels want the table all the same */
	check_pptt(0, 1, 0xa);
}

TEST(acpi_build_pptt_with_clusters_and_threads)
{
	load("qemu-smmu");
	CHECK_EQ(length(need("PPTT")), HEADER + 20 * (2 + 4 + 4 + 8));
	for (unsigned int i = 0; i < 8; i++) {
		const uint8_t *package = check_pptt(i, 3, 0xe), *core = above(pptt_cpu(i));

		CHECK_EQ(package == check_pptt(0, 3, 0xe), i < 4);
		CHECK_EQ(core == above(pptt_cpu(i ^ 1)), 1);
		CHECK_EQ(above(core) == above(above(pptt_cpu(i ^ 2))), 0);
	}
}

TEST(acpi_build_pptt_of_cpus_in_any_order)
{
	model("qemu-smmu");
	for (unsigned int i = 0; i < 8; i++)
		d.place[i] = (struct platform_place) {i % 2, i / 2 % 2, 0, (uint16_t)(i / 4)};
	CHECK_EQ(build(), 0);
	CHECK_EQ(length(need("PPTT")), HEADER + 20 * (2 + 4 + 4 + 8));
	for (unsigned int i = 0; i < 8; i++) {
		CHECK(above(pptt_cpu(i)) == above(pptt_cpu(i ^ 4)));
		CHECK(check_pptt(i, 3, 0xe) == check_pptt(i ^ 2, 3, 0xe));
		CHECK(check_pptt(i, 3, 0xe) != check_pptt(i ^ 1, 3, 0xe));
	}
}

/* -- SRAT, SLIT ------------------------------------------------------------------------------ */

TEST(acpi_build_srat)
{
	const uint8_t *e;

	model("qemu-smmu");
	p.cpu[3].psci = false;
	CHECK_EQ(build(), 0);
	CHECK_EQ(need("SRAT")[8], 3);
	CHECK_EQ(get(need("SRAT") + 36, 4), 1);
	for (unsigned int i = 0; i < 8; i++) {
		e = entry("SRAT", 48, 3, i);
		CHECK_EQ(e[1], 18);
		CHECK_EQ(get(e + 2, 4), i / 4);
		CHECK_EQ(get(e + 6, 4), i);
		CHECK_EQ(get(e + 10, 4), i != 3); /* as MADT says */
	}
	e = entry("SRAT", 48, 1, 0);
	CHECK_EQ(e[1], 40);
	CHECK_EQ(get(e + 2, 4), 1);
	CHECK_EQ(get(e + 8, 8), 0x60000000);
	CHECK_EQ(get(e + 16, 8), 0x20000000);
	CHECK_EQ(get(e + 28, 4), 1);
	CHECK_EQ(get(entry("SRAT", 48, 1, 1) + 2, 4), 0);
	CHECK(entry("SRAT", 48, 1, 2) == NULL);
}

static void check_slit(const char *distances)
{
	const uint8_t *table;

	CHECK_EQ(build(), 0);
	table = need("SLIT");
	CHECK_EQ(length(table), 44 + strlen(distances));
	CHECK_EQ(get(table + 36, 8) * get(table + 36, 8), strlen(distances));
	CHECK_BYTES(table + 44, distances, strlen(distances));
}

TEST(acpi_build_slit)
{
	load("qemu-smmu");
	CHECK_EQ(need("SLIT")[8], 1);
	check_slit("\x0a\x14\x14\x0a");
	d.distance[0][1] = 255;
	check_slit("\x0a\xff\x14\x0a");
	d.distance[0][1] = 10; /* Linux refuses it */
	d.distance[1][1] = 33;
	check_slit("\x0a\x14\x14\x0a");
	p.cpu[1].node = 2;
	check_slit("\x0a\x14\x14\x14\x0a\x14\x14\x14\x0a");
	p.cpu[1].node = 0;
	p.bank[0].node = 2;
	check_slit("\x0a\x14\x14\x14\x0a\x14\x14\x14\x0a");
}

TEST(acpi_build_has_no_slit_for_far_nodes)
{
	model("qemu-smmu");
	p.bank[0].node = PLATFORM_NODES - 1;
	CHECK_EQ(build(), 0);
	CHECK_EQ(get(need("SLIT") + 36, 8), PLATFORM_NODES);
	p.bank[0].node = PLATFORM_NODES;
	CHECK_EQ(build(), 0);
	CHECK(find("SLIT") == NULL);
	CHECK(find("SRAT") != NULL);
}

TEST(acpi_build_has_no_srat_without_numa)
{
	load("qemu-gicv3");
	CHECK(find("SRAT") == NULL);
	CHECK(find("SLIT") == NULL);
}
