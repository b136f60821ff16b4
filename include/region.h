/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_REGION_H
#define FOREARM_REGION_H

#include "types.h"

/*
 * Pieces of memory: the one place where they are compared. Any base and size will do: a region that
 * would go on behind the last address ends there.
 */
struct region {
	uint64_t base, size;
};

/* The first address behind it; UINT64_MAX if it ends at the last one. */
static inline uint64_t region_end(const struct region *region)
{
	return add_capped(region->base, region->size);
}

/* Whether it would go on behind the last address: nobody means that. */
static inline bool region_wraps(const struct region *region)
{
	return region->size && region->size - 1 > UINT64_MAX - region->base;
}

/* Whether [at, at + size) is in the first 'room' bytes, of a file for example. */
static inline bool fits_in(uint64_t at, uint64_t size, uint64_t room)
{
	return at <= room && size <= room - at;
}

/*
 * Whether all of [base, base + size) is in the region. Nothing at all (size 0) is in it if 'base'
 * is in it or right behind it.
 */
static inline bool in_range(uint64_t base, uint64_t size, const struct region *region)
{
	return base >= region->base && fits_in(sub_capped(base, region->base), size, region->size);
}

/* Whether [base, base + size) and the region have an address in common. */
static inline bool overlaps(uint64_t base, uint64_t size, const struct region *region)
{
	if (base < region->base)
		return region->size && sub_capped(region->base, base) < size;
	return size && sub_capped(base, region->base) < region->size;
}

/* The pages that it touches, as a whole; all of them if it does not end within 2^64. */
static inline struct region region_pages(const struct region *region)
{
	uint64_t base = page_down(region->base);

	return (struct region) {base, sub_capped(page_up(region_end(region)), base)};
}

/* The pages that are inside as a whole; without any, the size is 0. */
static inline struct region region_whole_pages(const struct region *region)
{
	uint64_t base = page_up(region->base);

	return (struct region) {base, sub_capped(page_down(region_end(region)), base)};
}

#endif
