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
	r->size = sub_capped(r->size, step);
}

/* Where the entries for the request end that 'first' is one of: in the table, or with it. */
static unsigned int entries_end(const struct request *r, unsigned int first, unsigned int level)
{
	uint64_t end = first + (r->size >> shift(level));

	return end < ENTRIES ? (unsigned int)end : ENTRIES;
}

/* Eight entries at a time: a bank of RAM can have hundreds. Returns how many it filled. */
static unsigned int fill_eights(uint64_t *table, unsigned int first, unsigned int end,
				uint64_t leaf, uint64_t step)
{
	uint64_t a = leaf, b = a + step, c = b + step, d = c + step, four = 4 * step;
	unsigned int i = first;

	for (; i + 8 <= end; i += 8) {
		uint64_t *entry = table + i;

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
	return i - first;
}

/* Blocks or pages of 'level' from entry 'first' on, as long as they are whole and unused. */
static void fill(uint64_t *table, unsigned int first, unsigned int level, struct request *r)
{
	unsigned int i = first, end = entries_end(r, first, level);
	uint64_t leaf = r->pa | r->attributes | (level == LEVEL_LAST ? DESC_TABLE : 0);
	uint64_t step = 1ULL << shift(level);

	if (r->fresh)
		i += fill_eights(table, first, end, leaf, step);
	for (; i < end && !table[i]; i++)
		table[i] = leaf + (i - first) * step;
	advance(r, (i - first) * step);
}

/* What is mapped already, from the entry that r->va is somewhere in. */
static void skip(const uint64_t *table, unsigned int level, struct request *r)
{
	uint64_t step = 1ULL << shift(level);
	unsigned int first, i, end;

	advance(r, step - (r->va & (step - 1)));
	first = i = index_of(r->va, level);
	if (!r->size || !first)
		return;
	end = entries_end(r, first, level);
	while (i < end && is_leaf(table[i], level))
		i++;
	advance(r, (i - first) * step);
}

/* Fills 'table' from r->va on, up to the table's end or the request's. */
static int map_level(struct pagetable *pt, uint64_t table, unsigned int level, struct request *r)
{
	uint64_t bytes = 1ULL << shift(level);

	do {
		unsigned int index = index_of(r->va, level);
		uint64_t *entries = view(pt, table), *entry = entries + index;
		int whole = level > 0 && !((r->va | r->pa) & (bytes - 1)) && r->size >= bytes;
		uint64_t below;
		int error;

		if (is_leaf(*entry, level)) {
			skip(entries, level, r);
			continue;
		}
		if (!*entry && whole) {
			fill(entries, index, level, r);
			continue;
		}
		if (!*entry) {
			error = new_table(pt, &below);
			if (error)
				return error;
			*entry = below | DESC_VALID | DESC_TABLE;
			r->fresh = 1;
		} else {
			below = *entry & DESC_ADDR;
		}
		error = map_level(pt, below, level + 1, r);
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
