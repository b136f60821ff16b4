/* SPDX-License-Identifier: BSD-2-Clause */
/* Translation tables of forearm itself: 4 KiB granule, blocks where they fit (Arm ARM, D8.3). */
#include "lib/mem/pagetable.h"
#include "error.h"
#include "region.h"

/* Descriptor bits (Arm ARM D8.3.1, D8.3.2). */
#define DESC_VALID (1ULL << 0)
#define DESC_TABLE (1ULL << 1) /* levels 0..2: table rather than block; level 3: page */
#define DESC_INDEX 2
#define DESC_RO	   (1ULL << 7)
#define DESC_INNER (3ULL << 8)
#define DESC_AF	   (1ULL << 10)
#define DESC_ADDR  0x0000FFFFFFFFF000ULL
#define LEVEL_LAST 3
#define ENTRIES	   512

struct request {
	uint64_t va, pa, size, attributes;
	int fresh; /* the table that is being filled has nothing in it from r->va on */
};

static uint64_t *view(const struct pagetable *pt, uint64_t table)
{
	return (uint64_t *)(uintptr_t)(table + pt->view);
}

static int new_table(struct pagetable *pt, uint64_t *table)
{
	uint64_t *entry = view(pt, pt->next);

	if (pt->next + PAGE_SIZE > pt->end)
		return ERR_FULL;
	/* By hand: with the MMU off, memset() may not be used. */
	for (uint64_t *end = entry + ENTRIES; entry < end; entry += 16) {
		entry[0] = entry[1] = entry[2] = entry[3] = 0;
		entry[4] = entry[5] = entry[6] = entry[7] = 0;
		entry[8] = entry[9] = entry[10] = entry[11] = 0;
		entry[12] = entry[13] = entry[14] = entry[15] = 0;
	}
	*table = pt->next;
	pt->next += PAGE_SIZE;
	return 0;
}

int pt_init(struct pagetable *pt, const struct pt_regime *regime, uint64_t next, uint64_t end)
{
	pt->next = next;
	pt->end = end;
	pt->view = 0;
	pt->regime = *regime;
	return new_table(pt, &pt->root);
}

static uint64_t attributes(const struct pagetable *pt, enum pt_use use)
{
	uint64_t bits = DESC_VALID | DESC_AF | pt->regime.every;

	bits |= use == PT_DEVICE ? 0 : (1ULL << DESC_INDEX | DESC_INNER);
	if (use == PT_CODE || use == PT_RODATA)
		bits |= DESC_RO;
	return bits | (use == PT_CODE ? pt->regime.code : pt->regime.data);
}

/* An entry of 'level' spans 1 << shift bytes. */
static unsigned int shift(unsigned int level)
{
	return 39 - 9 * level;
}

static unsigned int index_of(uint64_t va, unsigned int level)
{
	return (unsigned int)(va >> shift(level)) % ENTRIES;
}

static int is_leaf(uint64_t entry, unsigned int level)
{
	return (entry & DESC_VALID) && (level == LEVEL_LAST || !(entry & DESC_TABLE));
}

static void advance(struct request *r, uint64_t step)
{
	step = step < r->size ? step : r->size;
	r->va += step;
	r->pa += step;
	r->size -= step;
}

/* Entries from r->va on in the table: to its end, or to the request's if that comes first. */
static unsigned int entries_left(const struct request *r, unsigned int level)
{
	uint64_t wanted = r->size >> shift(level);
	unsigned int left = ENTRIES - index_of(r->va, level);

	return wanted < left ? (unsigned int)wanted : left;
}

/* Eight entries at a time: a bank of RAM can have hundreds. */
static uint64_t *fill_eights(uint64_t *entry, const uint64_t *end, uint64_t *leaf, uint64_t step)
{
	uint64_t a = *leaf, b = a + step, c = b + step, d = c + step, four = 4 * step;

	for (; end - entry >= 8; entry += 8) {
		entry[0] = a;
		entry[1] = b;
		entry[2] = c;
		entry[3] = d;
		a += four;
		b += four;
		c += four;
		d += four;
		entry[4] = a;
		entry[5] = b;
		entry[6] = c;
		entry[7] = d;
		a += four;
		b += four;
		c += four;
		d += four;
	}
	*leaf = a;
	return entry;
}

/* Blocks or pages of 'level' from 'entry' on, as long as they are whole and unused. */
static void fill(uint64_t *entry, unsigned int level, struct request *r)
{
	uint64_t *first = entry, *end = entry + entries_left(r, level);
	uint64_t leaf = r->pa | r->attributes | (level == LEVEL_LAST ? DESC_TABLE : 0);
	uint64_t step = 1ULL << shift(level);

	if (r->fresh)
		entry = fill_eights(entry, end, &leaf, step);
	for (; entry < end && !*entry; leaf += step)
		*entry++ = leaf;
	advance(r, (uint64_t)(entry - first) << shift(level));
}

/* What is mapped already, from the one that r->va is somewhere in. */
static void skip(const uint64_t *entry, unsigned int level, struct request *r)
{
	const uint64_t *first, *end;
	uint64_t bytes = 1ULL << shift(level);

	advance(r, bytes - (r->va & (bytes - 1)));
	if (!r->size || !index_of(r->va, level))
		return;
	first = ++entry;
	end = entry + entries_left(r, level);
	while (entry < end && is_leaf(*entry, level))
		entry++;
	advance(r, (uint64_t)(entry - first) << shift(level));
}

/* Fills 'table' from r->va on, up to the table's end or the request's. */
static int map_level(struct pagetable *pt, uint64_t table, unsigned int level, struct request *r)
{
	uint64_t bytes = 1ULL << shift(level);

	do {
		uint64_t *entry = view(pt, table) + index_of(r->va, level);
		int whole = level > 0 && !((r->va | r->pa) & (bytes - 1)) && r->size >= bytes;
		uint64_t below;
		int error;

		if (is_leaf(*entry, level)) {
			skip(entry, level, r);
			continue;
		}
		if (!*entry && whole) {
			fill(entry, level, r);
			continue;
		}
		if (!*entry) {
			error = new_table(pt, &below);
			if (error)
				return error;
			*entry = below | DESC_VALID | DESC_TABLE;
			r->fresh = 1;
		}
		error = map_level(pt, *entry & DESC_ADDR, level + 1, r);
		if (error)
			return error;
		r->fresh = 0;
	} while (r->size && index_of(r->va, level));
	return 0;
}

int pt_map(struct pagetable *pt, uint64_t va, uint64_t pa, uint64_t size, enum pt_use use)
{
	struct request r = {va, pa, size, attributes(pt, use), 0};
	int error = 0;

	if (((va | pa | size) & (PAGE_SIZE - 1)) ||
	    !fits_in(va, size, (uint64_t)ENTRIES << shift(pt->regime.level)) ||
	    !fits_in(pa, size, DESC_ADDR + PAGE_SIZE))
		return ERR_ADDRESS;
	while (r.size && !error)
		error = map_level(pt, pt->root, pt->regime.level, &r);
	return error;
}
