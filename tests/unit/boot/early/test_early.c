/* SPDX-License-Identifier: BSD-2-Clause */
/* The search for RAM to run in: where it ends up for each VMM's tree, and what it stays clear of.
 */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>
#include "boot/early/ram.h"
#include "error.h"
#include "lib/mem/pagetable.h"
#include "test.h"
#include "trees.h"

#define SIZE	 0x30000 /* of a workspace */
#define IMAGE	 0	 /* flash */
#define FILESIZE 0x20000
#define NO_LIMIT (1ULL << 48)

static struct early_plan plan;
static struct maker m;

static int find_in(const char *name, uint64_t image, uint64_t limit)
{
	size_t size;
	void *fdt = tree_load(name, &size);
	int result = early_find_ram(fdt, image, FILESIZE, SIZE, limit, &plan);

	free(fdt);
	return result;
}

static void check_plan(const char *name, uint64_t bank, uint64_t bank_size, uint64_t workspace)
{
	test_note("%s", name);
	if (!CHECK_EQ(find_in(name, IMAGE, NO_LIMIT), 0))
		return;
	CHECK_EQ(plan.bank, bank);
	CHECK_EQ(plan.bank_size, bank_size);
	CHECK_EQ(plan.workspace, workspace);
}

TEST(early_takes_the_top_of_the_first_bank)
{
	check_plan("qemu-gicv2", 0x40000000, 0x40000000, 0x80000000 - SIZE);
	check_plan("qemu-gicv3", 0x40000000, 0x40000000, 0x80000000 - SIZE);
	check_plan("kvmtool", 0x80000000, 0x20000000, 0xa0000000 - SIZE);
	check_plan("cloud-hypervisor", 0x40000000, 0xbc000000, 0xfc000000 - SIZE);
	check_plan("crosvm", 0x80000000, 0x10000000, 0x90000000 - SIZE);
	check_plan("firecracker", 0x80200000, 0x3f7fe00000, 0x4000000000 - SIZE);
	check_plan("xen", 0x40000000, 0xc0000000, 0x100000000 - SIZE);
	check_plan("numa", 0x80000000, 0x40000000, 0xc0000000 - SIZE);
	check_plan("one-cell", 0x80000000, 0x20000000, 0xa0000000 - SIZE);
}

/* Reserved from the top: 64 KiB behind 0x47f00000, a 1 MiB initrd, 128 KiB at 0x47fe0000, ... */
TEST(early_stays_clear_of_reserved_memory)
{
	check_plan("reserved", 0x40000000, 0x8000000, 0x47fe0000 - SIZE);
	size_t size;
	void *fdt = tree_load("reserved", &size);

	/* too large for what is left above the initrd: next is what lies between two regions */
	CHECK_EQ(early_find_ram(fdt, IMAGE, FILESIZE, 0xe0000, NO_LIMIT, &plan), 0);
	CHECK_EQ(plan.workspace, 0x47e00000 - 0xe0000);
	CHECK_EQ(early_find_ram(fdt, IMAGE, FILESIZE, 0xe00000, NO_LIMIT, &plan), 0);
	CHECK_EQ(plan.workspace, 0x47000000 - 0xe00000);
	free(fdt);
}

/* Linux and the Devicetree Specification (2.3.4): what is disabled is not there, RAM included. */
TEST(early_leaves_out_secure_memory)
{
	check_plan("qemu-secure", 0x40000000, 0x40000000, 0x80000000 - SIZE);
}

TEST(early_stays_clear_of_the_image)
{
	CHECK_EQ(find_in("qemu-gicv3", 0x80000000 - FILESIZE, NO_LIMIT), 0);
	CHECK_EQ(plan.workspace, 0x80000000 - FILESIZE - SIZE);
	/* one byte less would not fit above it */
	CHECK_EQ(find_in("qemu-gicv3", 0x80000000 - SIZE - FILESIZE, NO_LIMIT), 0);
	CHECK_EQ(plan.workspace, 0x80000000 - SIZE);
	CHECK_EQ(find_in("qemu-gicv3", 0x80000000 - SIZE - FILESIZE + 1, NO_LIMIT), 0);
	CHECK_EQ(plan.workspace, 0x80000000 - 2 * SIZE - FILESIZE + 0);
}

TEST(early_stays_below_the_limit)
{
	CHECK_EQ(find_in("firecracker", IMAGE, 1ULL << 36), 0);
	CHECK_EQ(plan.workspace, (1ULL << 36) - SIZE);
	CHECK_EQ(find_in("xen", IMAGE, 0xffe00000), 0);
	CHECK_EQ(plan.workspace, 0xffe00000 - SIZE);
	CHECK_EQ(find_in("numa", IMAGE, 0x80000000), 0); /* the first bank is out of reach */
	CHECK_EQ(plan.bank, 0x40000000);
	CHECK_EQ(plan.workspace, 0x80000000 - SIZE);
	CHECK_EQ(find_in("qemu-gicv3", IMAGE, 0x40000000 + SIZE - 1), ERR_NO_ROOM);
	CHECK_EQ(find_in("qemu-gicv3", IMAGE, 0x1000), ERR_NO_ROOM);
	CHECK_EQ(find_in("qemu-gicv3", IMAGE, 0), ERR_NO_ROOM);
}

/* -- the tree itself, in RAM ------------------------------------------------------------------ */

/* A tree whose only bank is 'before' bytes in front of it and 'size' long in all. */
static int find_around_tree(uint64_t before, uint64_t size, uint64_t *tree, uint64_t *tree_end)
{
	size_t tree_size;
	void *fdt = tree_load("numa", &tree_size);
	int memory = fdt_path_offset(fdt, "/memory@80000000"), other;
	int result;

	*tree = (uintptr_t)fdt;
	*tree_end = *tree + tree_size;
	CHECK_EQ(fdt_setprop_inplace(fdt, memory, "reg",
				     (const fdt64_t[]) {cpu_to_fdt64((*tree & ~0xfffULL) - before),
							cpu_to_fdt64(size)},
				     16),
		 0);
	other = fdt_path_offset(fdt, "/memory@40000000");
	CHECK_EQ(fdt_nop_node(fdt, other), 0);
	result = early_find_ram(fdt, IMAGE, FILESIZE, SIZE, NO_LIMIT, &plan);
	free(fdt);
	return result;
}

TEST(early_stays_clear_of_the_tree)
{
	uint64_t tree, end;

	CHECK_EQ(find_around_tree(0x100000, 0x100000 + SIZE, &tree, &end), 0);
	CHECK(plan.workspace + SIZE <= tree || plan.workspace >= end);
	CHECK(plan.workspace >= plan.bank);
	CHECK_EQ(find_around_tree(0, 0x100000, &tree, &end), 0);
	CHECK(plan.workspace >= end);
	/* the tree leaves no room on either side */
	CHECK_EQ(find_around_tree(SIZE - 0x1000, SIZE, &tree, &end), ERR_NO_ROOM);
}

/* -- odd trees ----------------------------------------------------------------------------------
 */

static void start(void)
{
	make_start(&m);
	make_cell_counts(&m, 2, 2);
}

static int finish(void)
{
	size_t size;
	void *fdt = make_finish(&m, &size);
	int result;

	memset(&plan, 0, sizeof(plan));
	result = early_find_ram(fdt, IMAGE, FILESIZE, SIZE, NO_LIMIT, &plan);
	free(fdt);
	return result;
}

static void reserve(uint64_t base, uint64_t size)
{
	make_node(&m, "region");
	make_cells(&m, "reg", (uint32_t)(base >> 32), (uint32_t)base, (uint32_t)(size >> 32),
		   (uint32_t)size);
	make_end(&m);
}

TEST(early_wants_memory)
{
	start();
	CHECK_EQ(finish(), ERR_FDT_NO_MEMORY);
	start();
	make_memory(&m, 0x40000000, 0);
	CHECK_EQ(finish(), ERR_FDT_NO_MEMORY);
	start();
	make_node(&m, "memory@40000000"); /* without device_type */
	make_cells(&m, "reg", 0, 0x40000000, 0, 0x1000000);
	make_end(&m);
	CHECK_EQ(finish(), ERR_FDT_NO_MEMORY);
	start();
	make_node(&m, "bus"); /* not a child of the root */
	make_memory(&m, 0x40000000, 0x1000000);
	make_end(&m);
	CHECK_EQ(finish(), ERR_FDT_NO_MEMORY);
	start();
	make_node(&m, "memory@40000000");
	make_text(&m, "device_type", "memory");
	make_cells(&m, "reg", 0, 0x40000000, 0); /* cut short */
	make_end(&m);
	CHECK_EQ(finish(), ERR_FDT_NO_MEMORY);
}

TEST(early_passes_over_banks_that_are_too_small)
{
	start();
	make_memory(&m, 0x40000000, SIZE - 0x1000);
	make_memory(&m, 0x50000800, SIZE + 0x800);
	make_memory(&m, 0x60000000, SIZE);
	CHECK_EQ(finish(), 0);
	CHECK_EQ(plan.bank, 0x50000800);
	CHECK_EQ(plan.bank_size, SIZE + 0x800);
	CHECK_EQ(plan.workspace, 0x50001000);
	start();
	make_memory(&m, 0x40000000, SIZE - 1);
	CHECK_EQ(finish(), ERR_NO_ROOM);
}

/* Aligned to pages, whatever the bank's ends are. */
TEST(early_aligns_to_pages)
{
	start();
	make_memory(&m, 0x40000123, 0x1000321);
	CHECK_EQ(finish(), 0);
	CHECK_EQ(plan.workspace, (0x41000444 - SIZE) & ~0xfffULL);
}

TEST(early_survives_banks_at_the_ends_of_the_address_space)
{
	start();
	make_memory(&m, UINT64_MAX - 0xfffff, 0x200000); /* wraps around */
	CHECK(finish() < 0);
	start();
	make_memory(&m, 0, 0x1000000);
	CHECK_EQ(finish(), 0);
	CHECK_EQ(plan.workspace, 0x1000000 - SIZE);
	start();
	make_memory(&m, 0, UINT64_MAX);
	CHECK_EQ(finish(), 0);
	CHECK_EQ(plan.workspace, NO_LIMIT - SIZE);
}

/* Address 0 says "no workspace" to the callers, so it cannot be one. */
TEST(early_never_takes_address_0)
{
	size_t size;
	void *fdt;

	start();
	make_memory(&m, 0, SIZE);
	fdt = make_finish(&m, &size);
	CHECK_EQ(early_find_ram(fdt, 0x10000000, FILESIZE, SIZE, NO_LIMIT, &plan), ERR_NO_ROOM);
	free(fdt);
}

TEST(early_refuses_absurd_cell_counts)
{
	static const uint32_t counts[][2] = {{0, 2},
					     {3, 2},
					     {2, 0},
					     {2, 3},
					     {UINT32_MAX, UINT32_MAX},
					     {0x40000000, 0x40000000},
					     {1, UINT32_MAX}};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		test_note("%u and %u cells", counts[i][0], counts[i][1]);
		make_start(&m);
		make_cell_counts(&m, counts[i][0], counts[i][1]);
		make_memory(&m, 0x40000000, 0x1000000);
		CHECK_EQ(finish(), ERR_FDT_VALUE);
		start();
		make_memory(&m, 0x40000000, 0x1000000);
		make_node(&m, "reserved-memory");
		make_cell_counts(&m, counts[i][0], counts[i][1]);
		reserve(0x40000000, 0x1000);
		make_end(&m);
		CHECK_EQ(finish(), ERR_FDT_VALUE);
	}
}

TEST(early_takes_other_cell_counts)
{
	make_start(&m); /* none: two and one */
	make_node(&m, "memory");
	make_text(&m, "device_type", "memory");
	make_cells(&m, "reg", 8, 0, 0x1000000);
	make_end(&m);
	CHECK_EQ(finish(), 0);
	CHECK_EQ(plan.workspace, 0x801000000 - SIZE);
	make_start(&m);
	make_cell_counts(&m, 1, 1);
	make_node(&m, "memory");
	make_text(&m, "device_type", "memory");
	make_cells(&m, "reg", 0x40000000, 0x1000000);
	make_end(&m);
	make_node(&m, "reserved-memory");
	make_cell_counts(&m, 2, 1);
	make_node(&m, "region");
	make_cells(&m, "reg", 0, 0x40f00000, 0x100000);
	make_end(&m);
	make_end(&m);
	CHECK_EQ(finish(), 0);
	CHECK_EQ(plan.workspace, 0x40f00000 - SIZE);
}

/* What a deeper node has must not be taken for what the node above has. */
TEST(early_looks_at_the_right_level)
{
	start();
	make_node(&m, "memory@40000000");
	make_text(&m, "device_type", "memory");
	make_cells(&m, "reg", 0, 0x40000000, 0, 0x1000000);
	make_node(&m, "child");
	make_text(&m, "device_type", "other");
	make_cells(&m, "reg", 1, 2, 3, 4);
	make_end(&m);
	make_end(&m);
	make_node(&m, "chosen");
	make_node(&m, "linux");
	make_cells(&m, "linux,initrd-start", 0x40000000);
	make_cells(&m, "linux,initrd-end", 0x41000000);
	make_end(&m);
	make_end(&m);
	CHECK_EQ(finish(), 0);
	CHECK_EQ(plan.workspace, 0x41000000 - SIZE);
}

/* The same where a NOP, left by whoever took a property out, comes before the deeper one's. */
TEST(early_looks_at_the_right_level_behind_nops)
{
	start();
	make_node(&m, "memory@40000000");
	make_text(&m, "device_type", "memory");
	make_cells(&m, "reg", 0, 0x40000000, 0, 0x1000000);
	make_node(&m, "child");
	make_token(&m, FDT_NOP);
	make_cells(&m, "reg", 0, 0x90000000, 0, 0x1000000);
	make_end(&m);
	make_end(&m);
	make_node(&m, "chosen");
	make_node(&m, "linux");
	make_token(&m, FDT_NOP);
	make_cells(&m, "linux,initrd-start", 0x40000000);
	make_cells(&m, "linux,initrd-end", 0x41000000);
	make_end(&m);
	make_end(&m);
	make_node(&m, "reserved-memory");
	make_cell_counts(&m, 2, 2);
	make_node(&m, "region");
	make_cells(&m, "reg", 0, 0x40fff000, 0, 0x1000);
	make_node(&m, "child");
	make_token(&m, FDT_NOP);
	make_cells(&m, "reg", 0, 0x1000, 0, 0x1000);
	make_end(&m);
	make_end(&m);
	make_end(&m);
	CHECK_EQ(finish(), 0);
	CHECK_EQ(plan.workspace, 0x40fff000 - SIZE);
}

TEST(early_leaves_out_disabled_memory)
{
	start();
	make_node(&m, "memory@50000000");
	make_text(&m, "status", "disabled");
	make_text(&m, "device_type", "memory");
	make_cells(&m, "reg", 0, 0x50000000, 0, 0x1000000);
	make_end(&m);
	make_node(&m, "memory@40000000");
	make_text(&m, "status", "okay");
	make_text(&m, "device_type", "memory");
	make_cells(&m, "reg", 0, 0x40000000, 0, 0x1000000);
	make_end(&m);
	CHECK_EQ(finish(), 0);
	CHECK_EQ(plan.bank, 0x40000000);
}

/* A reserved region that calls itself memory is still no RAM of ours. */
TEST(early_takes_no_bank_from_reserved_memory)
{
	make_start(&m);
	make_cell_counts(&m, 2, 2);
	make_node(&m, "reserved-memory");
	make_cell_counts(&m, 1, 1);
	make_node(&m, "region");
	make_text(&m, "device_type", "memory");
	make_cells(&m, "reg", 0, 0x40000000, 0, 0x1000000);
	make_end(&m);
	make_end(&m);
	CHECK_EQ(finish(), ERR_FDT_NO_MEMORY);
}

TEST(early_takes_an_initrd_in_cells_of_one_or_two_words)
{
	for (int words = 1; words <= 2; words++) {
		static const uint32_t start_cells[] = {0, 0x40f80000},
				      end_cells[] = {0, 0x41000000};

		start();
		make_memory(&m, 0x40000000, 0x1000000);
		make_node(&m, "chosen");
		make_cells_of(&m, "linux,initrd-start", start_cells + 2 - words, (size_t)words);
		make_cells_of(&m, "linux,initrd-end", end_cells + 2 - words, (size_t)words);
		make_end(&m);
		CHECK_EQ(finish(), 0);
		CHECK_EQ(plan.workspace, 0x40f80000 - SIZE);
	}
}

TEST(early_refuses_more_busy_ranges_than_it_can_hold)
{
	start();
	make_memory(&m, 0x40000000, 0x1000000);
	for (uint32_t i = 0; i < 30; i++)
		make_reservation(&m, 0x40ff0000 - 0x10000 * i, 0x1000);
	CHECK_EQ(finish(), 0);
	CHECK(plan.workspace + SIZE <= 0x40ff0000 - 0x10000 * 29);
	for (uint32_t i = 30; i < 60; i++)
		make_reservation(&m, 0x40ff0000 - 0x10000 * i, 0x1000);
	start();
	make_memory(&m, 0x40000000, 0x1000000);
	for (uint32_t i = 0; i < 60; i++)
		make_reservation(&m, 0x40ff0000 - 0x10000 * i, 0x1000);
	CHECK_EQ(finish(), ERR_FULL);
}

/* Too many banks are no reason to stop: one is enough to run in. */
TEST(early_takes_any_number_of_banks)
{
	start();
	for (uint64_t i = 0; i < 40; i++)
		make_memory(&m, 0x40000000 + i * 0x10000000, 0x1000000);
	CHECK_EQ(finish(), 0);
	CHECK_EQ(plan.bank, 0x40000000);
}

/* All of the first eight count: here the last is the first one that is large enough. */
TEST(early_looks_at_eight_banks)
{
	start();
	for (uint64_t i = 0; i < 7; i++)
		make_memory(&m, 0x40000000 + i * 0x10000000, SIZE - 0x1000);
	make_memory(&m, 0xc0000000, 0x1000000);
	CHECK_EQ(finish(), 0);
	CHECK_EQ(plan.bank, 0xc0000000);
}

/* Only an entry that is all zero ends the list (Devicetree Specification 5.3.2). */
TEST(early_goes_on_behind_an_empty_reservation)
{
	start();
	make_memory(&m, 0x40000000, 0x1000000);
	make_reservation(&m, 0x40000000, 0);
	make_reservation(&m, 0x40fff000, 0x1000);
	CHECK_EQ(finish(), 0);
	CHECK_EQ(plan.workspace, 0x40fff000 - SIZE);
}

/* -- at random ----------------------------------------------------------------------------------
 */

#define REGIONS 12

struct range {
	uint64_t base, size;
};

static bool overlap(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
	return a < b + b_size && b < a + a_size;
}

static void check_random_plan(const struct range *banks, const struct range *busy, uint64_t image)
{
	bool inside = false;

	for (int i = 0; i < 3; i++)
		inside |= plan.bank == banks[i].base && plan.bank_size == banks[i].size &&
			  plan.workspace >= banks[i].base &&
			  plan.workspace + SIZE <= banks[i].base + banks[i].size;
	CHECK(inside);
	CHECK_EQ(plan.workspace % PAGE_SIZE, 0);
	CHECK(!overlap(plan.workspace, SIZE, image, FILESIZE));
	for (int i = 0; i < REGIONS; i++)
		CHECK(!overlap(plan.workspace, SIZE, busy[i].base, busy[i].size));
}

/* Could it have been placed at this address? */
static bool is_free(uint64_t at, const struct range *busy, uint64_t image)
{
	bool result = !overlap(at, SIZE, image, FILESIZE);

	for (int i = 0; i < REGIONS; i++)
		result &= !overlap(at, SIZE, busy[i].base, busy[i].size);
	return result;
}

/* No page boundary above the plan's, in its bank, nor any in an earlier bank would have done. */
static void check_highest(const struct range *banks, const struct range *busy, uint64_t image,
			  int result)
{
	for (int i = 0; i < 3; i++) {
		uint64_t first = (banks[i].base + 0xfff) & ~0xfffULL;
		bool last = !result && plan.bank == banks[i].base;

		if (last)
			first = plan.workspace + 0x1000;
		for (uint64_t at = first; at + SIZE <= banks[i].base + banks[i].size; at += 0x1000)
			if (!CHECK(!is_free(at, busy, image)))
				return;
		if (last)
			return;
	}
}

TEST(early_finds_the_best_place_in_random_machines)
{
	for (int round = 0; round < 3000; round++) {
		struct range banks[3], busy[REGIONS];
		uint64_t image = 0x40000000 + test_between(0, 0xa00000);
		int result;

		start();
		for (uint64_t i = 0; i < 3; i++) {
			banks[i].base = 0x40000000 + i * 0x400000 + test_between(0, 0x100000);
			banks[i].size = test_between(1, 0x200000);
			make_memory(&m, banks[i].base, banks[i].size);
		}
		make_node(&m, "reserved-memory");
		make_cell_counts(&m, 2, 2);
		for (int i = 0; i < REGIONS; i++) {
			busy[i].base = 0x40000000 + test_between(0, 0xa00000);
			busy[i].size = test_between(1, 0x30000);
			if (i % 2)
				reserve(busy[i].base, busy[i].size);
			else
				make_reservation(&m, busy[i].base, busy[i].size);
		}
		make_end(&m);
		size_t size;
		void *fdt = make_finish(&m, &size);

		test_note("round %d", round);
		result = early_find_ram(fdt, image, FILESIZE, SIZE, NO_LIMIT, &plan);
		free(fdt);
		CHECK(result == 0 || result == ERR_NO_ROOM);
		if (!result)
			check_random_plan(banks, busy, image);
		check_highest(banks, busy, image, result);
	}
}

/* -- what is left out of the one-to-one map -----------------------------------------------------
 */

static void check_hole(const char *name, uint64_t image, uint64_t hole, uint64_t end)
{
	test_note("%s", name);
	CHECK_EQ(find_in(name, image, NO_LIMIT), 0);
	CHECK_EQ(plan.hole, hole);
	CHECK_EQ(plan.hole + plan.hole_size, end);
	CHECK(plan.hole <= plan.workspace && plan.hole_size >= SIZE);
}

/* As large as a block where nobody else is in it: no table is split. */
TEST(early_leaves_out_whole_blocks)
{
	check_hole("qemu-gicv3", IMAGE, 0x80000000 - EARLY_BLOCK, 0x80000000);
	check_hole("firecracker", IMAGE, 0x4000000000 - EARLY_BLOCK, 0x4000000000);
	/* the image is in the block */
	check_hole("qemu-gicv3", 0x80000000 - FILESIZE, 0x80000000 - FILESIZE - SIZE,
		   0x80000000 - FILESIZE);
	/* or ends where the block begins */
	check_hole("qemu-gicv3", 0x80000000 - EARLY_BLOCK - FILESIZE, 0x80000000 - EARLY_BLOCK,
		   0x80000000);
	/* reserved memory is */
	CHECK_EQ(find_in("reserved", IMAGE, NO_LIMIT), 0);
	CHECK_EQ(plan.hole, plan.workspace);
	CHECK_EQ(plan.hole_size, SIZE);
}

/* A bank of one block has to be used for more. */
TEST(early_leaves_out_little_of_little)
{
	uint64_t tree, end;

	CHECK_EQ(find_around_tree(0x1000000, 0x3ffffff, &tree, &end), 0);
	CHECK_EQ(plan.hole, plan.workspace);
	CHECK_EQ(plan.hole_size, SIZE);
}
