/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib/mem/pagetable.c: a run of entries, for any request in a table with anything in it, at each
 * level: only that table is written to, and no sum overflows.
 *
 * prove: by eva
 * prove: inside lib/mem/pagetable.c
 * prove: open pt_map: goes from run to run; tests/unit/test_pagetable.c does
 * prove: open map_level
 * prove: open new_table
 * prove: open view
 * prove: open pt_init
 * prove: open attributes
 * prove: option -absolute-valid-range 0x40000000-0x40000fff -eva-slevel 20
 */
#include "lib/mem/pagetable.c"
#include "prove.h"

#define POOL 0x40000000ULL

static struct request any_request(unsigned int level)
{
	struct request r = {.attributes = any64(), .fresh = each_in(0, 1)};

	/* As pt_map() lets them through, and at least one entry. */
	r.va = any_in(0, (1ULL << 48) / PAGE_SIZE - 1) * PAGE_SIZE;
	r.pa = any_in(0, (1ULL << 48) / PAGE_SIZE - 1) * PAGE_SIZE;
	r.size = any_in(1ULL << shift(level), 1ULL << 48);
	r.attributes = any_in(0, PT_XN | PT_PXN | 0xfff);
	return r;
}

static void one_run(unsigned int level)
{
	struct request r = any_request(level);
	unsigned int first = (unsigned int)any_in(0, ENTRIES - 1);

	any_bytes((void *)POOL, PAGE_SIZE);
	fill((uint64_t *)POOL, first, level, &r);
	/*@ check r.size <= 1ULL << 48; */
	r = any_request(level);
	skip((const uint64_t *)POOL, level, &r);
	/*@ check r.size <= 1ULL << 48; */
}

int main(void)
{
	for (unsigned int level = 0; level <= LEVEL_LAST; level++)
		one_run(level);
	return 0;
}
