/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Tables are built in memory of the host and walked here as the CPU would (Arm ARM D8.3 for
 * AArch64, G5.5 for AArch32 with LPAE): addresses, block sizes, permissions, memory types.
 */
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "layout.h"
#include "lib/mem/pagetable.h"
#include "test.h"

#define KIB    1024ULL
#define MIB    (1024 * KIB)
#define GIB    (1024 * MIB)
#define BLOCK2 (2 * MIB)

/* The regimes that forearm runs in, each with what its descriptors need (arch_regime()). */
enum regime { EL1, EL2, SVC, HYP, REGIMES };

static const struct pt_regime regimes[REGIMES] = {
	[EL1] = {.level = 0, .every = 0, .code = PT_XN, .data = PT_XN | PT_PXN},
	[EL2] = {.level = 0, .every = PT_AP1, .code = 0, .data = PT_XN},
	[SVC] = {.level = 1, .every = 0, .code = 0, .data = PT_XN | PT_PXN},
	[HYP] = {.level = 1, .every = PT_AP1, .code = 0, .data = PT_XN},
};

static enum regime regime;
static struct pagetable pt;
static void *pool;

/* A pool of exactly so many pages: a store behind it is seen by the sanitizer. */
static int start(enum regime which, uint64_t pages)
{
	uint64_t base;

	regime = which;
	free(pool);
	pool = aligned_alloc(PAGE_SIZE, pages * PAGE_SIZE);
	memset(pool, 0xa5, pages * PAGE_SIZE);
	base = (uintptr_t)pool;
	return pt_init(&pt, &regimes[which], base, base + pages * PAGE_SIZE);
}

/* -- the CPU's walk ------------------------------------------------------------------------- */

struct translation {
	uint64_t pa, entry;
	uint64_t bytes; /* of the block or page */
};

static bool walk(uint64_t va, struct translation *out)
{
	uint64_t table = pt.root;

	for (unsigned int level = pt.regime.level; level <= 3; level++) {
		unsigned int shift = 39 - 9 * level;
		uint64_t entry = ((uint64_t *)(uintptr_t)table)[va >> shift & 511];

		if (!(entry & 1))
			return false;
		if (level == 3 && !(entry & 2))
			return false; /* reserved */
		if (level == 3 || !(entry & 2)) {
			out->bytes = 1ULL << shift;
			out->entry = entry;
			CHECK(level > 0); /* no blocks of 512 GiB with this granule */
			out->pa = (entry & 0xfffffffff000) | (va & (out->bytes - 1));
			CHECK_EQ(entry & 0xfffffffff000 & (out->bytes - 1), 0);
			return true;
		}
		CHECK_EQ(entry >> 59, 0); /* no hierarchical permissions */
		table = entry & 0xfffffffff000;
		CHECK(table >= (uintptr_t)pool && table < pt.next);
	}
	return false;
}

static bool writable(uint64_t entry)
{
	return !(entry & 1 << 7);
}

/* For code at the level that we run at. */
static bool executable(uint64_t entry)
{
	bool xn = entry >> 54 & 1, pxn = entry >> 53 & 1, lower = entry >> 6 & 1;

	switch (regime) {
	case EL1: /* bit 54 is UXN: EL0's; what EL0 may write, EL1 may not execute */
		return !pxn && !(lower && writable(entry));
	case SVC: /* XN is for all privilege levels */
		return !xn && !pxn;
	default: /* one level: XN */
		return !xn;
	}
}

/* Bit 6 opens a page to the lower level; where there is none it is RES1. */
static bool bit_6_is_right(uint64_t entry)
{
	return (entry >> 6 & 1) == (regime == EL2 || regime == HYP);
}

static void check_entry(uint64_t entry, enum pt_use use)
{
	unsigned int type = PT_MAIR >> 8 * (entry >> 2 & 7) & 0xff;

	CHECK_EQ(writable(entry), use == PT_RAM || use == PT_DEVICE);
	CHECK_EQ(executable(entry), use == PT_CODE);
	CHECK(bit_6_is_right(entry));
	CHECK_EQ(type, use == PT_DEVICE ? 0x04 : 0xff);
	CHECK_EQ(entry >> 10 & 1, 1); /* AF: there is no handler for access faults */
	if (use != PT_DEVICE)
		CHECK_EQ(entry >> 8 & 3, 3); /* inner shareable */
	CHECK_EQ(entry >> 52 & 1, 0);	     /* not "contiguous" */
}

static void check_mapped(uint64_t va, uint64_t pa, uint64_t bytes, enum pt_use use)
{
	struct translation t;

	test_note("regime %d, va 0x%llx", regime, (unsigned long long)va);
	if (!CHECK(walk(va, &t)))
		return;
	CHECK_EQ(t.pa, pa);
	if (bytes)
		CHECK_EQ(t.bytes, bytes);
	check_entry(t.entry, use);
}

static void check_unmapped(uint64_t va)
{
	struct translation t;

	test_note("regime %d, va 0x%llx", regime, (unsigned long long)va);
	CHECK(!walk(va, &t));
}

/* -- tests --------------------------------------------------------------------------------------
 */

TEST(pagetable_starts_empty)
{
	for (int i = 0; i < REGIMES; i++) {
		CHECK_EQ(start((enum regime)i, 1), 0);
		CHECK_EQ(pt.root, (uintptr_t)pool);
		CHECK_EQ(pt.next, (uintptr_t)pool + PAGE_SIZE);
		for (unsigned int entry = 0; entry < 512; entry++)
			CHECK_EQ(((uint64_t *)pool)[entry], 0);
	}
}

TEST(pagetable_wants_room_for_its_root)
{
	uint64_t base;

	start(EL1, 1);
	base = (uintptr_t)pool;
	CHECK_EQ(pt_init(&pt, &regimes[EL1], base, base), ERR_FULL);
	CHECK_EQ(pt_init(&pt, &regimes[EL1], base, base + PAGE_SIZE - 1), ERR_FULL);
}

TEST(pagetable_gives_each_use_its_permissions)
{
	static const enum pt_use uses[] = {PT_CODE, PT_RODATA, PT_RAM, PT_DEVICE};

	for (int r = 0; r < REGIMES; r++) {
		start((enum regime)r, 8);
		for (uint64_t i = 0; i < 4; i++) {
			/* as a page, as a block of 2 MiB, as one of 1 GiB */
			CHECK_EQ(pt_map(&pt, i * PAGE_SIZE, i * PAGE_SIZE, PAGE_SIZE, uses[i]), 0);
			CHECK_EQ(pt_map(&pt, GIB + i * BLOCK2, i * BLOCK2, BLOCK2, uses[i]), 0);
			check_mapped(i * PAGE_SIZE + 0x123, i * PAGE_SIZE + 0x123, PAGE_SIZE,
				     uses[i]);
			check_mapped(GIB + i * BLOCK2 + 0x12345, i * BLOCK2 + 0x12345, BLOCK2,
				     uses[i]);
		}
		for (uint64_t i = 0; i < 2; i++) {
			CHECK_EQ(pt_map(&pt, (2 + i) * GIB, i * GIB, GIB, uses[i]), 0);
			check_mapped((2 + i) * GIB + 0x123456, i * GIB + 0x123456, GIB, uses[i]);
		}
	}
}

TEST(pagetable_uses_the_largest_blocks)
{
	for (int r = 0; r < REGIMES; r++) {
		uint64_t used;

		start((enum regime)r, 8);
		used = pt.next;
		/* 1 GiB - 4 KiB to 3 GiB + 2 MiB + 4 KiB */
		CHECK_EQ(pt_map(&pt, GIB - PAGE_SIZE, GIB - PAGE_SIZE,
				2 * GIB + BLOCK2 + 2 * PAGE_SIZE, PT_RAM),
			 0);
		check_unmapped(GIB - PAGE_SIZE - 1);
		check_mapped(GIB - PAGE_SIZE, GIB - PAGE_SIZE, PAGE_SIZE, PT_RAM);
		check_mapped(GIB, GIB, GIB, PT_RAM);
		check_mapped(3 * GIB - 1, 3 * GIB - 1, GIB, PT_RAM);
		check_mapped(3 * GIB, 3 * GIB, BLOCK2, PT_RAM);
		check_mapped(3 * GIB + BLOCK2, 3 * GIB + BLOCK2, PAGE_SIZE, PT_RAM);
		check_unmapped(3 * GIB + BLOCK2 + PAGE_SIZE);
		/* two tables each for the first page and the last; with level 0 one above them */
		CHECK_EQ((pt.next - used) / PAGE_SIZE, 4 + (regimes[r].level == 0));
	}
}

/* A block needs virtual and physical address aligned alike. */
TEST(pagetable_uses_pages_where_addresses_differ_in_alignment)
{
	start(EL1, 16);
	CHECK_EQ(pt_map(&pt, BLOCK2, PAGE_SIZE, 2 * BLOCK2, PT_RAM), 0);
	check_mapped(BLOCK2, PAGE_SIZE, PAGE_SIZE, PT_RAM);
	check_mapped(3 * BLOCK2 - 1, 2 * BLOCK2 + PAGE_SIZE - 1, PAGE_SIZE, PT_RAM);
	check_unmapped(BLOCK2 - 1);
	check_unmapped(3 * BLOCK2);
	start(EL1, 16);
	CHECK_EQ(pt_map(&pt, GIB, BLOCK2, GIB, PT_RAM), 0);
	check_mapped(GIB + 5, BLOCK2 + 5, BLOCK2, PT_RAM);
	check_mapped(2 * GIB - 1, GIB + BLOCK2 - 1, BLOCK2, PT_RAM);
}

/* The window as boot/early/init.c lays it out, with a hole under each stack. */
static void map_window(uint64_t window, uint64_t image, uint64_t data)
{
	CHECK_EQ(pt_map(&pt, window, image, 0x10000, PT_CODE), 0);
	CHECK_EQ(pt_map(&pt, window + 0x10000, image + 0x10000, 0x4000, PT_RODATA), 0);
	CHECK_EQ(pt_map(&pt, window + WINDOW_DATA, data, 0x8000, PT_RAM), 0);
	CHECK_EQ(pt_map(&pt, window + WINDOW_DATA + 0x9000, data + 0x9000, STACK_SIZE, PT_RAM), 0);
	CHECK_EQ(pt_map(&pt, window + WINDOW_DATA + 0xe000, data + 0xe000, TRAP_STACK_SIZE, PT_RAM),
		 0);
}

static void check_window(uint64_t window, uint64_t image, uint64_t data)
{
	check_unmapped(window - 1);
	check_mapped(window, image, PAGE_SIZE, PT_CODE);
	check_mapped(window + 0xffff, image + 0xffff, PAGE_SIZE, PT_CODE);
	check_mapped(window + 0x10000, image + 0x10000, PAGE_SIZE, PT_RODATA);
	check_unmapped(window + 0x14000);
	check_unmapped(window + WINDOW_DATA - 1);
	check_mapped(window + WINDOW_DATA, data, PAGE_SIZE, PT_RAM);
	check_unmapped(window + WINDOW_DATA + 0x8000); /* guards */
	check_unmapped(window + WINDOW_DATA + 0x8fff);
	check_mapped(window + WINDOW_DATA + 0x9000, data + 0x9000, PAGE_SIZE, PT_RAM);
	check_unmapped(window + WINDOW_DATA + 0xd000);
	check_mapped(window + WINDOW_DATA + 0xe000, data + 0xe000, PAGE_SIZE, PT_RAM);
	check_unmapped(window + WINDOW_DATA + 0xf000);
}

TEST(pagetable_maps_the_window_and_all_ram)
{
	for (int r = 0; r < REGIMES; r++) {
		uint64_t window = regimes[r].level ? WINDOW_VA_ARM : WINDOW_VA_ARM64;
		uint64_t ram = GIB, size = 2 * GIB, data = ram + size - 0x40000;

		start((enum regime)r, 24);
		map_window(window, 0, data);
		CHECK_EQ(pt_map(&pt, 0x1000, 0x1000, PAGE_SIZE, PT_CODE), 0); /* identity */
		CHECK_EQ(pt_map(&pt, ram, ram, size, PT_RAM), 0);
		CHECK_EQ(pt_map(&pt, 0x9000000, 0x9000000, PAGE_SIZE, PT_DEVICE), 0);
		check_window(window, 0, data);
		check_mapped(0x1000, 0x1000, PAGE_SIZE, PT_CODE);
		check_mapped(ram, ram, GIB, PT_RAM);
		check_mapped(data + 5, data + 5, GIB, PT_RAM);
		check_mapped(0x9000000, 0x9000000, PAGE_SIZE, PT_DEVICE);
		check_unmapped(ram - 1);
		check_unmapped(ram + size);
		check_unmapped(0x9001000);
		check_unmapped(0);
	}
}

TEST(pagetable_reaches_the_ends_of_the_address_space)
{
	uint64_t top = 1ULL << 48;

	start(EL2, 16);
	CHECK_EQ(pt_map(&pt, top - PAGE_SIZE, top - PAGE_SIZE, PAGE_SIZE, PT_RAM), 0);
	CHECK_EQ(pt_map(&pt, 0, 0, PAGE_SIZE, PT_RAM), 0);
	CHECK_EQ(pt_map(&pt, top - 512 * GIB, top - 512 * GIB, GIB, PT_RAM), 0);
	check_mapped(top - 1, top - 1, PAGE_SIZE, PT_RAM);
	check_mapped(0, 0, PAGE_SIZE, PT_RAM);
	check_mapped(top - 512 * GIB, top - 512 * GIB, GIB, PT_RAM);
	check_unmapped(PAGE_SIZE);
	check_unmapped(top - 2 * PAGE_SIZE);
	/* across a boundary of the first level */
	CHECK_EQ(pt_map(&pt, 512 * GIB - GIB, 512 * GIB - GIB, 2 * GIB, PT_RAM), 0);
	check_mapped(512 * GIB - 1, 512 * GIB - 1, GIB, PT_RAM);
	check_mapped(512 * GIB, 512 * GIB, GIB, PT_RAM);
	check_unmapped(512 * GIB + GIB);
	start(SVC, 16);
	CHECK_EQ(pt_map(&pt, 4 * GIB - PAGE_SIZE, 4 * GIB - PAGE_SIZE, PAGE_SIZE, PT_RAM), 0);
	check_mapped(4 * GIB - 1, 4 * GIB - 1, PAGE_SIZE, PT_RAM);
	for (unsigned int i = 4; i < 512; i++) /* LPAE's first table has four entries */
		CHECK_EQ(((uint64_t *)(uintptr_t)pt.root)[i], 0);
}

TEST(pagetable_maps_physical_addresses_of_48_bits)
{
	uint64_t pa = 0xfffffffff000;

	start(EL1, 8);
	CHECK_EQ(pt_map(&pt, 0x1000, pa, PAGE_SIZE, PT_RAM), 0);
	check_mapped(0x1000, pa, PAGE_SIZE, PT_RAM);
	CHECK_EQ(pt_map(&pt, GIB, 0xffffc0000000, GIB, PT_RAM), 0);
	check_mapped(GIB + 1, 0xffffc0000001, GIB, PT_RAM);
}

TEST(pagetable_leaves_what_is_mapped)
{
	start(EL1, 16);
	CHECK_EQ(pt_map(&pt, GIB + 5 * BLOCK2 + PAGE_SIZE, 0x7000, PAGE_SIZE, PT_CODE), 0);
	CHECK_EQ(pt_map(&pt, GIB + 7 * BLOCK2, 8 * BLOCK2, BLOCK2, PT_DEVICE), 0);
	CHECK_EQ(pt_map(&pt, GIB, 4 * GIB, GIB, PT_RAM), 0); /* around both */
	check_mapped(GIB + 5 * BLOCK2 + PAGE_SIZE, 0x7000, PAGE_SIZE, PT_CODE);
	check_mapped(GIB + 7 * BLOCK2 + 9, 8 * BLOCK2 + 9, BLOCK2, PT_DEVICE);
	check_mapped(GIB, 4 * GIB, BLOCK2, PT_RAM);
	check_mapped(GIB + 5 * BLOCK2, 4 * GIB + 5 * BLOCK2, PAGE_SIZE, PT_RAM);
	check_mapped(GIB + 5 * BLOCK2 + 2 * PAGE_SIZE, 4 * GIB + 5 * BLOCK2 + 2 * PAGE_SIZE,
		     PAGE_SIZE, PT_RAM);
	check_mapped(2 * GIB - 1, 5 * GIB - 1, BLOCK2, PT_RAM);
	check_unmapped(2 * GIB);
	/* and a page inside a block */
	CHECK_EQ(pt_map(&pt, GIB + 7 * BLOCK2 + PAGE_SIZE, 0x9000, PAGE_SIZE, PT_CODE), 0);
	check_mapped(GIB + 7 * BLOCK2 + PAGE_SIZE, 8 * BLOCK2 + PAGE_SIZE, BLOCK2, PT_DEVICE);
	/* and a range that starts inside a block and goes on behind it */
	CHECK_EQ(pt_map(&pt, 4 * GIB, 4 * GIB, GIB, PT_RODATA), 0);
	CHECK_EQ(pt_map(&pt, 5 * GIB - PAGE_SIZE, 0, 2 * PAGE_SIZE, PT_RAM), 0);
	check_mapped(5 * GIB - PAGE_SIZE, 5 * GIB - PAGE_SIZE, GIB, PT_RODATA);
	check_mapped(5 * GIB, PAGE_SIZE, PAGE_SIZE, PT_RAM);
}

TEST(pagetable_refuses_impossible_addresses)
{
	start(EL1, 8);
	CHECK_EQ(pt_map(&pt, 0, 0, (1ULL << 48) + PAGE_SIZE, PT_RAM), ERR_ADDRESS);
	CHECK_EQ(pt_map(&pt, 0, page_down(UINT64_MAX), PAGE_SIZE, PT_RAM), ERR_ADDRESS);
	CHECK_EQ(pt_map(&pt, 1ULL << 48, 0, PAGE_SIZE, PT_RAM), ERR_ADDRESS);
	CHECK_EQ(pt_map(&pt, PAGE_SIZE, PAGE_SIZE, page_down(UINT64_MAX), PT_RAM), ERR_ADDRESS);
	CHECK_EQ(pt_map(&pt, 1, 0, PAGE_SIZE, PT_RAM), ERR_ADDRESS);
	CHECK_EQ(pt_map(&pt, 0, 0x800, PAGE_SIZE, PT_RAM), ERR_ADDRESS);
	CHECK_EQ(pt_map(&pt, 0, 0, PAGE_SIZE + 1, PT_RAM), ERR_ADDRESS);
	check_unmapped(0);
	CHECK_EQ(pt_map(&pt, 0, 0, 0, PT_RAM), 0);
	check_unmapped(0);
	CHECK_EQ(pt.next, (uintptr_t)pool + PAGE_SIZE);
}

/* With any pool that is too small: an error, no store behind it, and what was mapped stays. */
TEST(pagetable_says_when_the_pool_is_used_up)
{
	for (uint64_t pages = 1; pages <= 8; pages++) {
		int result;

		test_note("%llu pages", (unsigned long long)pages);
		CHECK_EQ(start(EL1, pages), 0);
		result = pt_map(&pt, GIB - PAGE_SIZE, GIB - PAGE_SIZE, GIB + BLOCK2, PT_RAM);
		CHECK_EQ(result, pages < 6 ? ERR_FULL : 0);
		CHECK(pt.next <= pt.end);
		if (pages == 3) /* the root and two levels: blocks still work */
			CHECK_EQ(pt_map(&pt, 0, 0, BLOCK2, PT_RAM), 0);
	}
}

/* -- at random, against an array ----------------------------------------------------------------
 */

#define PAGES 0x8000 /* 128 MiB */

static struct {
	uint64_t pa;
	int use; /* -1: not mapped */
} model[PAGES];

static void random_map(uint64_t base)
{
	uint64_t grain = test_between(0, 2) ? 1 : BLOCK2 / PAGE_SIZE;
	uint64_t first = test_between(0, PAGES - 1) / grain * grain;
	uint64_t count = test_between(1, 1500),
		 pa = test_between(0, PAGES) / grain * grain * PAGE_SIZE;
	enum pt_use use = (enum pt_use)test_between(0, 3);

	count = count < PAGES - first ? count : PAGES - first;
	CHECK_EQ(pt_map(&pt, base + first * PAGE_SIZE, pa, count * PAGE_SIZE, use), 0);
	for (uint64_t i = first; i < first + count; i++)
		if (model[i].use < 0) {
			model[i].use = (int)use;
			model[i].pa = pa + (i - first) * PAGE_SIZE;
		}
}

static void check_model(uint64_t base)
{
	for (uint64_t i = 0; i < PAGES; i++)
		if (model[i].use < 0)
			check_unmapped(base + i * PAGE_SIZE);
		else
			check_mapped(base + i * PAGE_SIZE, model[i].pa, 0,
				     (enum pt_use)model[i].use);
}

TEST(pagetable_agrees_with_a_plain_model)
{
	for (int round = 0; round < 8; round++) {
		uint64_t base = GIB - 64 * MIB; /* across a boundary of the level above */

		start((enum regime)(round % REGIMES), 100);
		for (unsigned int i = 0; i < PAGES; i++)
			model[i].use = -1;
		for (int i = 0; i < 40; i++)
			random_map(base);
		check_model(base);
	}
}
