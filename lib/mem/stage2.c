/* SPDX-License-Identifier: BSD-2-Clause */
/* What a guest below a monitor at EL2 reaches of memory: all but the monitor. See stage2.h. */
#include "lib/mem/stage2.h"
#include <string.h>
#include "error.h"

/* Descriptor bits (Arm ARM D8.3.1, D8.3.2). */
#define DESC_VALID  (1ULL << 0)
#define DESC_TABLE  (1ULL << 1)	  /* levels 0..2: table rather than block; level 3: page */
#define DESC_NORMAL (0xfULL << 2) /* MemAttr: write-back, inner and outer */
#define DESC_ACCESS (3ULL << 6)	  /* S2AP: read and write */
#define DESC_AF	    (1ULL << 10)
#define LEAF	    (DESC_VALID | DESC_NORMAL | DESC_ACCESS | DESC_AF)
#define LEVEL_LAST  3
#define ENTRIES	    512

#define USUAL_BITS   40
#define LEVEL0_BITS  44 /* below, the CPU has no level 0 with this granule (VTCR_EL2.SL0) */
#define SLOT_BITS    39
#define HOLE_TABLES  2 /* of levels 2 and 3 */
#define ENTRIES_BITS 9

/* The tables that are made: the first one, and the rest around it. */
struct build {
	const struct stage2 *plan;
	const struct region *hole;
	uint8_t *memory;
	uint64_t at, end; /* physical, as all that follows */
	uint64_t root, root_end, next;
};

void stage2_plan(struct stage2 *plan, unsigned int cpu_bits)
{
	memset(plan, 0, sizeof(*plan));
	plan->cpu_bits = cpu_bits < STAGE2_BITS_MAX ? cpu_bits : STAGE2_BITS_MAX;
	plan->bits = plan->cpu_bits < USUAL_BITS ? plan->cpu_bits : USUAL_BITS;
	plan->level = 1;
	plan->slot[0] = 3; /* the usual bits */
}

/* All bits that there are. */
static void widen(struct stage2 *plan)
{
	plan->bits = plan->cpu_bits;
	plan->level = plan->bits < LEVEL0_BITS ? 1 : 0;
}

void stage2_add(struct stage2 *plan, const struct region *region)
{
	uint64_t limit = 1ULL << plan->cpu_bits, last;

	if (!region->size || region->base >= limit)
		return;
	last = min64(region_end(region), limit) - 1;
	if (last >> plan->bits)
		widen(plan);
	for (uint64_t i = region->base >> SLOT_BITS; i <= last >> SLOT_BITS; i++)
		plan->slot[i / 64] |= 1ULL << i % 64;
}

static bool has_slot(const struct stage2 *plan, uint64_t base)
{
	uint64_t i = base >> SLOT_BITS;

	return plan->slot[i / 64] >> i % 64 & 1;
}

/* Tables of level 1 that are looked at as one are side by side, from a multiple of their size on.
 */
static uint64_t root_pages(const struct stage2 *plan)
{
	return plan->level && plan->bits > SLOT_BITS ? 1ULL << (plan->bits - SLOT_BITS) : 1;
}

static uint64_t other_pages(const struct stage2 *plan)
{
	uint64_t pages = HOLE_TABLES;

	for (uint64_t i = 0; !plan->level && i < STAGE2_SLOTS; i++)
		pages += has_slot(plan, i << SLOT_BITS);
	return pages;
}

/* Wherever in them the first table has to lie, the others fit around it. */
uint64_t stage2_size(const struct stage2 *plan)
{
	uint64_t root = root_pages(plan), others = other_pages(plan);

	return (root + (others < root ? root - 1 : others)) * PAGE_SIZE;
}

/* An entry of 'level' spans 1 << shift bytes. */
static unsigned int shift(unsigned int level)
{
	return SLOT_BITS - ENTRIES_BITS * level;
}

static uint64_t *table_at(const struct build *b, uint64_t at)
{
	return (uint64_t *)(void *)(b->memory + (at - b->at));
}

/* Returns 0 when there is none left. */
static uint64_t new_table(struct build *b)
{
	uint64_t at = b->next == b->root ? b->root_end : b->next;

	if (at >= b->end)
		return 0;
	b->next = at + PAGE_SIZE;
	return at;
}

static int fill(struct build *b, uint64_t table, unsigned int level, uint64_t base);

static int add_table(struct build *b, uint64_t *entry, unsigned int level, uint64_t base)
{
	uint64_t below = new_table(b);

	if (!below)
		return ERR_FULL;
	*entry = below | DESC_TABLE | DESC_VALID;
	return fill(b, below, level, base);
}

/* What 'entry' of 'level' has to say about [base, base + its span), some of which is not mapped. */
static int fill_entry(struct build *b, uint64_t *entry, unsigned int level, uint64_t base)
{
	*entry = 0;
	if (level ? in_range(base, 1ULL << shift(level), b->hole) : !has_slot(b->plan, base))
		return 0;
	return add_table(b, entry, level + 1, base);
}

/* Of 'count' entries from 'base' on, how many are blocks or pages before there is something else.
 */
static unsigned int leaves(const struct build *b, unsigned int count, unsigned int level,
			   uint64_t base)
{
	uint64_t size = (uint64_t)count << shift(level);

	if (!level)
		return 0;
	if (!overlaps(base, size, b->hole))
		return count;
	return base < b->hole->base ? (unsigned int)((b->hole->base - base) >> shift(level)) : 0;
}

static void fill_leaves(uint64_t *entry, unsigned int count, unsigned int level, uint64_t base)
{
	uint64_t leaf = base | LEAF | (level == LEVEL_LAST ? DESC_TABLE : 0);

	for (; count; count--, leaf += 1ULL << shift(level))
		*entry++ = leaf;
}

/* The first table has as many entries as the guest has addresses, others are pages. */
static unsigned int entries(const struct build *b, uint64_t table, unsigned int level)
{
	return table == b->root ? 1U << (b->plan->bits - shift(level)) : ENTRIES;
}

static int fill(struct build *b, uint64_t table, unsigned int level, uint64_t base)
{
	uint64_t *entry = table_at(b, table);
	unsigned int left = entries(b, table, level), run;
	int error = 0;

	for (; left && !error; left -= run, entry += run, base += (uint64_t)run << shift(level)) {
		run = leaves(b, left, level, base);
		fill_leaves(entry, run, level, base);
		if (run)
			continue;
		run = 1;
		error = fill_entry(b, entry, level, base);
	}
	return error;
}

/* Whole pages that the guest's addresses reach, with the tables among them. */
static bool is_hole(const struct stage2 *plan, const struct region *hole, uint64_t at)
{
	struct region all = {0, 1ULL << plan->bits};

	return hole->size && !((hole->base | hole->size | at) & (PAGE_SIZE - 1)) &&
	       in_range(hole->base, hole->size, &all) && in_range(at, stage2_size(plan), hole);
}

int stage2_build(const struct stage2 *plan, const struct region *hole, void *memory, uint64_t at,
		 uint64_t *root)
{
	uint64_t size = root_pages(plan) * PAGE_SIZE;
	struct build b = {.plan = plan, .hole = hole, .memory = memory, .at = at, .next = at};

	if (!is_hole(plan, hole, at))
		return ERR_HEADER;
	b.end = at + stage2_size(plan);
	b.root = (at + size - 1) & ~(size - 1);
	b.root_end = b.root + size;
	memset(table_at(&b, b.root), 0, size);
	*root = b.root;
	return fill(&b, b.root, plan->level, 0);
}
