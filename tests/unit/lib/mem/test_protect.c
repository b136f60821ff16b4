/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages of other rights in blocks: each address is walked to as the CPU would. */
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "lib/mem/protect.h"
#include "test.h"

#define MIB   (1024 * 1024ULL)
#define BASE  (1024 * MIB)
#define RAM   (1026 * MIB) /* a block of 1 GiB and one of 2 MiB */
#define TRIED (8 * MIB)	   /* from here on rights change */
#define PAGES 2048

static const struct pt_regime regimes[] = {
	{.level = 0, .every = 0, .code = PT_XN, .data = PT_XN | PT_PXN},
	{.level = 0, .every = PT_AP1, .code = 0, .data = PT_XN},
};

static struct pagetable pt;
static uint8_t rights[PAGES]; /* bit 0: written to, bit 1: executed */
static unsigned int replaced;

static void replace(uint64_t *entry, uint64_t value)
{
	*entry = value;
	replaced++;
}

static uint64_t walk(uint64_t va, uint64_t *pa)
{
	uint64_t table = pt.root;

	for (unsigned int level = 0; level <= 3; level++) {
		unsigned int shift = 39 - 9 * level;
		uint64_t entry = ((uint64_t *)(uintptr_t)table)[va >> shift & 511];

		if (!(entry & 1))
			return 0;
		if (level == 3 || !(entry & 2)) {
			*pa = (entry & 0xfffffffff000) | (va & ((1ULL << shift) - 1));
			return entry;
		}
		table = entry & 0xfffffffff000;
	}
	return 0;
}

static bool check_page(const struct pt_regime *regime, uint64_t page)
{
	uint64_t va = BASE + TRIED + page * PAGE_SIZE + 8, pa = 0, entry = walk(va, &pa);
	uint64_t execute = rights[page] & 2 ? regime->code : regime->data;

	return pa == va && (entry >> 7 & 1) != (rights[page] & 1) &&
	       (entry & (PT_XN | PT_PXN)) == execute && (entry & PT_AP1) == regime->every &&
	       entry & 1 << 10;
}

static void change(uint64_t first, uint64_t count, uint8_t to)
{
	CHECK_EQ(pt_protect(&pt, BASE + TRIED + first * PAGE_SIZE, count * PAGE_SIZE, to & 1,
			    to & 2, replace),
		 0);
	memset(rights + first, to, count);
}

static void *start(const struct pt_regime *regime, uint64_t pages)
{
	void *pool = aligned_alloc(PAGE_SIZE, pages * PAGE_SIZE);
	uint64_t base = (uintptr_t)pool;

	CHECK_EQ(pt_init(&pt, regime, base, base + pages * PAGE_SIZE), 0);
	CHECK_EQ(pt_map(&pt, BASE, BASE, RAM, PT_RAM), 0);
	memset(rights, 1, sizeof(rights));
	replaced = 0;
	return pool;
}

TEST(protect_any_pages)
{
	for (unsigned int r = 0; r < 2; r++) {
		void *pool = start(&regimes[r], 32);

		for (unsigned int i = 0; i < 40; i++) {
			uint64_t first = test_between(0, PAGES - 1);

			change(first, test_between(1, PAGES - first), (uint8_t)test_between(0, 3));
			for (uint64_t page = 0; page < PAGES; page++)
				if (!CHECK(check_page(&regimes[r], page)))
					break;
		}
		free(pool);
	}
}

/* Whole blocks are not split, nor what has the rights already; what is not mapped stays so. */
TEST(protect_blocks)
{
	void *pool = start(&regimes[0], 32);
	uint64_t pa;

	change(0, 512, 1);
	CHECK_EQ(replaced, 0);
	change(0, 512, 3);
	CHECK_EQ(replaced, 1); /* 1 GiB to pieces of 2 MiB */
	change(512, 1, 2);
	CHECK_EQ(replaced, 2);
	change(512, 512, 2);
	CHECK_EQ(replaced, 2);
	CHECK_EQ(pt_protect(&pt, BASE + RAM, 4 * MIB, true, true, replace), 0);
	CHECK_EQ(walk(BASE + RAM, &pa), 0);
	CHECK_EQ(pt_protect(&pt, BASE + RAM - PAGE_SIZE, 4 * MIB, false, false, replace), 0);
	CHECK_EQ(replaced, 3);
	free(pool);
}

TEST(protect_without_tables)
{
	void *pool = start(&regimes[0], 3);

	CHECK_EQ(pt_protect(&pt, BASE, PAGE_SIZE, true, true, replace), ERR_FULL);
	free(pool);
}
