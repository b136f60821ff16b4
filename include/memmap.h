/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_MEMMAP_H
#define FOREARM_MEMMAP_H

#include <stdint.h>

/* Free RAM as a sorted list of ranges that neither touch nor overlap. All addresses physical. */

#define MEMMAP_MAX 128

struct memmap_range {
	uint64_t base, end; /* end is the first address behind */
};

struct memmap {
	unsigned int count;
	struct memmap_range range[MEMMAP_MAX];
};

/* Where an allocation may lie: [min, max), from the lowest or from the highest place on. */
struct memmap_request {
	uint64_t size;	/* bytes, not 0 */
	uint64_t align; /* of the start; a power of two */
	uint64_t min, max;
	int highest;	 /* the highest place rather than the lowest */
	uint64_t within; /* may not cross a multiple of this power of two; 0: may */
};

void memmap_init(struct memmap *map);

/* Adds RAM / takes RAM out, wherever it overlaps. Return 0 or ERR_FULL (the map is unchanged). */
int memmap_add(struct memmap *map, uint64_t base, uint64_t size);
int memmap_remove(struct memmap *map, uint64_t base, uint64_t size);

/* Takes a range out that satisfies the request; its start in *base. Returns 0, ERR_NO_ROOM or
 * ERR_FULL. */
int memmap_alloc(struct memmap *map, const struct memmap_request *request, uint64_t *base);

/* The same for 'size' bytes from a page boundary on, as high as there is room below 'max'. */
int memmap_alloc_high(struct memmap *map, uint64_t size, uint64_t max, uint64_t *base);

/* Whether all of [base, base + size) is in the map. */
int memmap_contains(const struct memmap *map, uint64_t base, uint64_t size);

/* Sum of all ranges, and the lowest address (0 when empty). */
uint64_t memmap_total(const struct memmap *map);
uint64_t memmap_lowest(const struct memmap *map);

#endif
