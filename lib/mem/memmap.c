/* SPDX-License-Identifier: BSD-2-Clause */
/* The map of free RAM: sorted ranges, allocation by size, alignment and limits. */
#include "error.h"
#include "lib/mem/memmap.h"

void memmap_init(struct memmap *map)
{
	map->count = 0;
}

static void erase(struct memmap *map, unsigned int at, unsigned int count)
{
	map->count -= count;
	for (; at < map->count; at++)
		map->range[at] = map->range[at + count];
}

static int insert(struct memmap *map, unsigned int at, uint64_t base, uint64_t end)
{
	if (map->count == MEMMAP_MAX)
		return ERR_FULL;
	for (unsigned int i = map->count++; i > at; i--)
		map->range[i] = map->range[i - 1];
	map->range[at].base = base;
	map->range[at].end = end;
	return 0;
}

int memmap_add(struct memmap *map, uint64_t base, uint64_t size)
{
	uint64_t end = add_capped(base, size);
	unsigned int first = 0, last;

	if (base >= end)
		return 0;
	while (first < map->count && map->range[first].end < base)
		first++;
	for (last = first; last < map->count && map->range[last].base <= end; last++) {
		base = min64(map->range[last].base, base);
		end = max64(map->range[last].end, end);
	}
	if (first == last)
		return insert(map, first, base, end);
	map->range[first].base = base;
	map->range[first].end = end;
	erase(map, first + 1, last - first - 1);
	return 0;
}

/* Cuts [base, end) out of one range; may split it. */
static int cut(struct memmap *map, unsigned int at, uint64_t base, uint64_t end)
{
	struct memmap_range *range = &map->range[at];
	uint64_t old_end = range->end;
	int error;

	if (range->base >= base && range->end <= end) {
		erase(map, at, 1);
		return 0;
	}
	if (range->base < base && range->end > end) {
		error = insert(map, at + 1, end, old_end);
		if (!error)
			map->range[at].end = base;
		return error;
	}
	if (range->base < base)
		range->end = base;
	else
		range->base = end;
	return 0;
}

int memmap_remove(struct memmap *map, uint64_t base, uint64_t size)
{
	uint64_t end = add_capped(base, size);

	/* From the back, so that erasing does not move what is still to be seen. */
	for (unsigned int i = map->count; base < end && i > 0; i--) {
		int error = 0;

		if (map->range[i - 1].base < end && map->range[i - 1].end > base)
			error = cut(map, i - 1, base, end);
		if (error)
			return error;
	}
	return 0;
}

#define NOWHERE UINT64_MAX

/* Whether there is a multiple of 'within' among the addresses behind the first of [at, at + size).
 */
static bool crosses(uint64_t at, uint64_t size, uint64_t within)
{
	return within && align_down(at, within) != align_down(add_capped(at, size - 1), within);
}

/* The start nearest to the wanted end of [low, last], or NOWHERE. */
static uint64_t nearest(const struct memmap_request *r, uint64_t low, uint64_t last)
{
	uint64_t align = max64(r->align, PAGE_SIZE);
	uint64_t at = r->highest ? align_down(last, align) : align_up(low, align);

	return at >= low && at <= last ? at : NOWHERE;
}

/* The lowest (or highest) start of 'size' bytes, not 0, in [low, high), or NOWHERE. */
static uint64_t fit(const struct memmap_request *r, uint64_t size, uint64_t low, uint64_t high)
{
	uint64_t last, at, boundary;

	if (high < low || high - low < size)
		return NOWHERE;
	last = high - size;
	at = nearest(r, low, last);
	if (at == NOWHERE || !crosses(at, size, r->within))
		return at;
	/* To the near side of the boundary, and look again. */
	boundary = align_down(add_capped(at, size - 1), r->within);
	if (r->highest)
		last = min64(last, sub_capped(boundary, size));
	else
		low = max64(low, boundary);
	at = low <= last ? nearest(r, low, last) : NOWHERE;
	return at == NOWHERE || crosses(at, size, r->within) ? NOWHERE : at;
}

static uint64_t fit_range(const struct memmap_request *r, uint64_t size,
			  const struct memmap_range *range)
{
	return fit(r, size, max64(range->base, r->min), min64(range->end, r->max));
}

int memmap_alloc(struct memmap *map, const struct memmap_request *request, uint64_t *base)
{
	uint64_t size;

	if (!request->size)
		return ERR_EMPTY;
	size = page_up(request->size);
	/*@ loop invariant 0 <= n <= map->count;
	    loop assigns n;
	    loop variant map->count - n; */
	for (unsigned int n = 0; n < map->count; n++) {
		unsigned int i = request->highest ? map->count - 1 - n : n;
		uint64_t at = fit_range(request, size, &map->range[i]);
		int error;

		if (at == NOWHERE)
			continue;
		error = memmap_remove(map, at, size);
		if (!error)
			*base = at;
		return error;
	}
	return ERR_NO_ROOM;
}

int memmap_alloc_high(struct memmap *map, uint64_t size, uint64_t max, uint64_t *base)
{
	struct memmap_request request = {.size = size, .max = max, .highest = 1};

	return memmap_alloc(map, &request, base);
}

int memmap_take(struct memmap *map, uint64_t base, uint64_t size)
{
	struct region pages = region_pages(&(struct region) {base, size});

	if (!size)
		return ERR_EMPTY;
	return memmap_contains(map, base, size) ? memmap_remove(map, pages.base, pages.size)
						: ERR_NO_ROOM;
}

int memmap_free(struct memmap *map, uint64_t base, uint64_t size)
{
	return memmap_add(map, base, page_up(size));
}

static struct region range_region(const struct memmap_range *range)
{
	return (struct region) {range->base, sub_capped(range->end, range->base)};
}

int memmap_contains(const struct memmap *map, uint64_t base, uint64_t size)
{
	for (unsigned int i = 0; i < map->count; i++) {
		struct region range = range_region(&map->range[i]);

		if (in_range(base, size, &range))
			return 1;
	}
	return 0;
}

uint64_t memmap_total(const struct memmap *map)
{
	uint64_t total = 0;

	for (unsigned int i = 0; i < map->count; i++)
		total = add_capped(total, range_region(&map->range[i]).size);
	return total;
}

uint64_t memmap_largest(const struct memmap *map)
{
	uint64_t largest = 0;

	for (unsigned int i = 0; i < map->count; i++) {
		uint64_t base = page_up(map->range[i].base);

		largest = max64(largest, page_down(sub_capped(map->range[i].end, base)));
	}
	return largest;
}

uint64_t memmap_lowest(const struct memmap *map)
{
	return map->count ? map->range[0].base : 0;
}
