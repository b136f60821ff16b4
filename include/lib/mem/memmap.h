/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_MEMMAP_H
#define FOREARM_MEMMAP_H

#include "region.h"

/* Free RAM as a sorted list of ranges that neither touch nor overlap. All addresses physical. */

#ifndef MEMMAP_MAX /* the proofs have smaller maps */
#define MEMMAP_MAX 128
#endif

struct memmap_range {
	uint64_t base, end; /* end is the first address behind; not empty */
};

struct memmap {
	unsigned int count;
	struct memmap_range range[MEMMAP_MAX];
};

/*
 * A request for memory: whole pages, for 'size' bytes of any number, in [min, max), from the lowest
 * or from the highest place on.
 */
struct memmap_request {
	uint64_t size;	/* bytes; 0 is refused */
	uint64_t align; /* of the start: a power of two; less than a page is a page */
	uint64_t min, max;
	int highest;	 /* the highest place rather than the lowest */
	uint64_t within; /* may not cross a multiple of this power of two; 0: may */
};

void memmap_init(struct memmap *map);

/*
 * Adds RAM / takes RAM out, wherever it overlaps; what would go on behind the last address ends
 * there. Return 0 or ERR_FULL (the map is unchanged).
 */
__must_check int memmap_add(struct memmap *map, uint64_t base, uint64_t size);
__must_check int memmap_remove(struct memmap *map, uint64_t base, uint64_t size);

/*
 * Takes pages out that satisfy the request; their start in *base. Returns 0, ERR_NO_ROOM,
 * ERR_EMPTY (nothing was asked for) or ERR_FULL; then *base and the map are unchanged.
 */
__must_check int memmap_alloc(struct memmap *map, const struct memmap_request *request,
			      uint64_t *base);

/* The same for 'size' bytes anywhere below 'max', as high as there is room. */
__must_check int memmap_alloc_high(struct memmap *map, uint64_t size, uint64_t max, uint64_t *base);

/*
 * Takes the pages out that [base, base + size) touches, if all of it is in the map; of its first
 * and its last page the map may have but that part. Returns as memmap_alloc().
 */
__must_check int memmap_take(struct memmap *map, uint64_t base, uint64_t size);

/* Adds the pages back that were allocated for 'size' bytes at 'base'. Returns 0 or ERR_FULL. */
__must_check int memmap_free(struct memmap *map, uint64_t base, uint64_t size);

/* Whether all of [base, base + size) is in the map. */
int memmap_contains(const struct memmap *map, uint64_t base, uint64_t size);

/* Sum of all ranges, the largest of them in whole pages, and the lowest address (0 when empty). */
uint64_t memmap_total(const struct memmap *map);
uint64_t memmap_largest(const struct memmap *map);
uint64_t memmap_lowest(const struct memmap *map);

#endif
