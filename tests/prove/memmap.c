/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib/mem/memmap.c and the helpers of include/types.h and include/region.h: any ranges in a map
 * that is empty, full or between, any sizes, addresses and requests.
 *
 * prove: by eva
 * prove: with lib/mem/memmap.c
 * prove: option -cpp-extra-args=-DMEMMAP_MAX=4 -eva-slevel 2000
 */
#include "lib/mem/memmap.h"
#include "prove.h"

static struct memmap map;

/* Ranges anywhere and in any order, even such as no map has. */
static void any_map(unsigned int count)
{
	memmap_init(&map);
	any_bytes(map.range, sizeof(map.range));
	map.count = count;
	/*@ dynamic_split map.count; */
}

static uint64_t power_of_two(unsigned int low, unsigned int high)
{
	return 1ULL << Frama_C_interval((int)low, (int)high);
}

static void add(unsigned int count)
{
	any_map(count);
	if (memmap_add(&map, any64(), any64()) == 0) {
		/*@ check map.count <= MEMMAP_MAX; */
	}
}

static void remove_and_take(unsigned int count)
{
	any_map(count);
	if (memmap_remove(&map, any64(), any64()) == 0) {
		/*@ check map.count <= MEMMAP_MAX; */
	}
	any_map(count);
	if (memmap_take(&map, any64(), any64()) == 0) {
		/*@ check map.count <= MEMMAP_MAX; */
	}
	any_map(count);
	if (memmap_free(&map, any64(), any64()) == 0) {
		/*@ check map.count <= MEMMAP_MAX; */
	}
}

static void allocate(unsigned int count)
{
	struct memmap_request request = {
		.size = any64(),
		.align = any_bool() ? power_of_two(0, 63) : 0,
		.min = any64(),
		.max = any64(),
		.highest = any_bool(),
		.within = any_bool() ? power_of_two(12, 63) : 0,
	};
	uint64_t base;

	any_map(count);
	if (memmap_alloc(&map, &request, &base) == 0) {
		/*@ check \initialized(&base) && map.count <= MEMMAP_MAX; */
	}
	if (memmap_alloc_high(&map, any64(), any64(), &base) == 0) {
		/*@ check \initialized(&base) && map.count <= MEMMAP_MAX; */
	}
}

static void ask(unsigned int count)
{
	any_map(count);
	memmap_contains(&map, any64(), any64());
	memmap_total(&map);
	memmap_largest(&map);
	memmap_lowest(&map);
}

static void one_count(unsigned int count)
{
	add(count);
	remove_and_take(count);
	allocate(count);
	ask(count);
}

int main(void)
{
	for (unsigned int count = 0; count <= MEMMAP_MAX; count++)
		one_count(count);
	return 0;
}
