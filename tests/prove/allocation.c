/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What lib/mem/memmap.c allocates lies in one range of the map that it came from, inside of what
 * was asked for, and is not empty: for any map, any request.
 *
 * prove: by wp
 * prove: inside lib/mem/memmap.c
 * prove: open memmap_init: the others have a driver of their own
 * prove: open erase
 * prove: open insert
 * prove: open memmap_add
 * prove: open cut
 * prove: open memmap_remove
 * prove: open memmap_alloc_high
 * prove: open memmap_take
 * prove: open memmap_free
 * prove: open range_region
 * prove: open memmap_contains
 * prove: open memmap_total
 * prove: open memmap_largest
 * prove: open memmap_lowest
 */
#include <stdbool.h>
#include <stdint.h>

/* Proven by region.c. */
/*@ assigns \nothing;
    ensures \result == (a < b ? a : b); */
static inline uint64_t min64(uint64_t a, uint64_t b);

/*@ assigns \nothing;
    ensures \result == (a > b ? a : b); */
static inline uint64_t max64(uint64_t a, uint64_t b);

/*@ assigns \nothing;
    ensures a + b <= UINT64_MAX ==> \result == a + b;
    ensures a + b > UINT64_MAX ==> \result == UINT64_MAX; */
static inline uint64_t add_capped(uint64_t a, uint64_t b);

/*@ assigns \nothing;
    ensures a >= b ==> \result == a - b;
    ensures a < b ==> \result == 0; */
static inline uint64_t sub_capped(uint64_t a, uint64_t b);

/*@ requires align > 0;
    assigns \nothing; */
static inline uint64_t align_down(uint64_t value, uint64_t align);

/*@ requires align > 0;
    assigns \nothing; */
static inline uint64_t align_up(uint64_t value, uint64_t align);

/*@ assigns \nothing;
    ensures value <= \result; */
static inline uint64_t page_up(uint64_t value);

#include "lib/mem/memmap.h"

/*@ predicate inside(integer at, integer size, integer low, integer high) =
	low <= at && at + size <= high; */

/*@ requires size > 0;
    assigns \nothing;
    ensures within == 0 ==> !\result; */
static bool crosses(uint64_t at, uint64_t size, uint64_t within);

/*@ requires \valid_read(r);
    assigns \nothing;
    ensures \result == UINT64_MAX || low <= \result <= last; */
static uint64_t nearest(const struct memmap_request *r, uint64_t low, uint64_t last);

/*@ requires \valid_read(r) && size > 0;
    assigns \nothing;
    ensures \result == UINT64_MAX || inside(\result, size, low, high); */
static uint64_t fit(const struct memmap_request *r, uint64_t size, uint64_t low, uint64_t high);

/*@ requires \valid_read(r) && \valid_read(range) && size > 0;
    assigns \nothing;
    ensures \result == UINT64_MAX || (inside(\result, size, range->base, range->end) &&
	inside(\result, size, r->min, r->max)); */
static uint64_t fit_range(const struct memmap_request *r, uint64_t size,
			  const struct memmap_range *range);

/*@ requires \valid(map) && map->count <= MEMMAP_MAX;
    assigns *map; */
int memmap_remove(struct memmap *map, uint64_t base, uint64_t size);

/*@ requires \valid(map) && map->count <= MEMMAP_MAX;
    requires \valid_read(request) && \valid(base);
    requires \separated(map, request, base);
    assigns *map, *base;
    ensures \result == 0 ==> request->size > 0;
    ensures \result == 0 ==> inside(*base, request->size, request->min, request->max);
    ensures \result == 0 ==> (\exists integer i; 0 <= i < \old(map->count) &&
	inside(*base, request->size, \old(map->range[i].base), \old(map->range[i].end))); */
int memmap_alloc(struct memmap *map, const struct memmap_request *request, uint64_t *base);

#include "lib/mem/memmap.c"
