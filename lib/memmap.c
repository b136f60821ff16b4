/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include "error.h"
#include "memmap.h"
#include "pagetable.h"

void memmap_init(struct memmap *map)
{
	map->count = 0;
}

static uint64_t end_of(uint64_t base, uint64_t size)
{
	return base + size < base ? UINT64_MAX : base + size;
}

static void erase(struct memmap *map, unsigned int at, unsigned int count)
{
	map->count -= count;
	memmove(&map->range[at], &map->range[at + count],
		(map->count - at) * sizeof(map->range[0]));
}

static int insert(struct memmap *map, unsigned int at, uint64_t base, uint64_t end)
{
	if (map->count == MEMMAP_MAX)
		return ERR_FULL;
	memmove(&map->range[at + 1], &map->range[at], (map->count - at) * sizeof(map->range[0]));
	map->range[at].base = base;
	map->range[at].end = end;
	map->count++;
	return 0;
}

int memmap_add(struct memmap *map, uint64_t base, uint64_t size)
{
	uint64_t end = end_of(base, size);
	unsigned int first = 0, last;

	if (!size)
		return 0;
	while (first < map->count && map->range[first].end < base)
		first++;
	for (last = first; last < map->count && map->range[last].base <= end; last++) {
		base = map->range[last].base < base ? map->range[last].base : base;
		end = map->range[last].end > end ? map->range[last].end : end;
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
	uint64_t end = end_of(base, size);

	/* From the back, so that erasing does not move what is still to be seen. */
	for (unsigned int i = map->count; size && i-- > 0;) {
		int error = 0;

		if (map->range[i].base < end && map->range[i].end > base)
			error = cut(map, i, base, end);
		if (error)
			return error;
	}
	return 0;
}

/* The lowest (or highest) fitting start in [low, high), or UINT64_MAX. */
static uint64_t fit(const struct memmap_request *r, uint64_t low, uint64_t high)
{
	uint64_t mask = r->align - 1, at;

	if (high < low || high - low < r->size)
		return UINT64_MAX;
	at = r->highest ? (high - r->size) & ~mask : (low + mask) & ~mask;
	if (at < low || at > high - r->size)
		return UINT64_MAX;
	if (!r->within || !((at ^ (at + r->size - 1)) & ~(r->within - 1)))
		return at;
	/* It crosses a boundary: move to the boundary's near side and look again. */
	if (r->size > r->within)
		return UINT64_MAX;
	if (r->highest)
		at = (((at + r->size - 1) & ~(r->within - 1)) - r->size) & ~mask;
	else
		at = ((at + r->size - 1) & ~(r->within - 1));
	return at >= low && at <= high - r->size ? at : UINT64_MAX;
}

int memmap_alloc(struct memmap *map, const struct memmap_request *request, uint64_t *base)
{
	for (unsigned int n = 0; n < map->count; n++) {
		unsigned int i = request->highest ? map->count - 1 - n : n;
		uint64_t low = map->range[i].base, high = map->range[i].end, at;

		low = low > request->min ? low : request->min;
		high = high < request->max ? high : request->max;
		at = fit(request, low, high);
		if (at == UINT64_MAX)
			continue;
		*base = at;
		return memmap_remove(map, at, request->size);
	}
	return ERR_NO_ROOM;
}

int memmap_alloc_high(struct memmap *map, uint64_t size, uint64_t max, uint64_t *base)
{
	struct memmap_request request = {
		.size = size, .align = PAGE_SIZE, .max = max, .highest = 1};

	return memmap_alloc(map, &request, base);
}

int memmap_contains(const struct memmap *map, uint64_t base, uint64_t size)
{
	for (unsigned int i = 0; i < map->count; i++)
		if (base >= map->range[i].base && base < map->range[i].end)
			return size <= map->range[i].end - base;
	return 0;
}

uint64_t memmap_total(const struct memmap *map)
{
	uint64_t total = 0;

	for (unsigned int i = 0; i < map->count; i++)
		total += map->range[i].end - map->range[i].base;
	return total;
}

uint64_t memmap_lowest(const struct memmap *map)
{
	return map->count ? map->range[0].base : 0;
}
