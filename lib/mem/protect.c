/* SPDX-License-Identifier: BSD-2-Clause */
/* Changing what may be done with pages that are mapped, by splitting the blocks that they are in.
 */
#include "lib/mem/protect.h"
#include "error.h"
#include "types.h"

/* Descriptor bits (Arm ARM D8.3.1, D8.3.2). */
#define DESC_VALID (1ULL << 0)
#define DESC_TABLE (1ULL << 1)
#define DESC_RO	   (1ULL << 7)
#define DESC_ADDR  0x0000FFFFFFFFF000ULL
#define LEVEL_LAST 3U
#define ENTRIES	   512U

struct span {
	uint64_t va, size;
	uint64_t clear, set; /* bits of entries */
	void (*replace)(uint64_t *entry, uint64_t value);
};

static uint64_t *table_at(const struct pagetable *pt, uint64_t table)
{
	return (uint64_t *)(uintptr_t)(table + pt->view);
}

static unsigned int span_shift(unsigned int level)
{
	return 39 - 9 * level;
}

static bool is_last(uint64_t entry, unsigned int level)
{
	return level == LEVEL_LAST || !(entry & DESC_TABLE);
}

/* The same memory by entries of the next level. */
static int split(struct pagetable *pt, uint64_t *entry, unsigned int level, const struct span *span)
{
	uint64_t table = pt->next, step = 1ULL << span_shift(level + 1), value = *entry;
	uint64_t *to = table_at(pt, table);

	if (pt->end - pt->next < PAGE_SIZE)
		return ERR_FULL;
	pt->next += PAGE_SIZE;
	if (level + 1 == LEVEL_LAST)
		value |= DESC_TABLE;
	for (unsigned int i = 0; i < ENTRIES; i++)
		to[i] = value + i * step;
	span->replace(entry, table | DESC_VALID | DESC_TABLE);
	return 0;
}

static void pass(struct span *span, uint64_t bytes)
{
	uint64_t step = min64(span->size, bytes - (span->va & (bytes - 1)));

	span->va += step;
	span->size -= step;
}

static int protect_level(struct pagetable *pt, uint64_t table, unsigned int level,
			 struct span *span)
{
	uint64_t bytes = 1ULL << span_shift(level);
	int error = 0;

	do {
		uint64_t *entry = table_at(pt, table) + (span->va >> span_shift(level)) % ENTRIES;
		uint64_t changed = (*entry & ~span->clear) | span->set;
		bool whole = !(span->va & (bytes - 1)) && span->size >= bytes;

		if (!(*entry & DESC_VALID)) {
			pass(span, bytes);
		} else if (!is_last(*entry, level)) {
			error = protect_level(pt, *entry & DESC_ADDR, level + 1, span);
		} else if (whole || *entry == changed) {
			*entry = changed;
			pass(span, bytes);
		} else {
			error = split(pt, entry, level, span);
		}
	} while (!error && span->size && (span->va >> span_shift(level)) % ENTRIES);
	return error;
}

int pt_protect(struct pagetable *pt, uint64_t va, uint64_t size, bool writable, bool executable,
	       void (*replace)(uint64_t *entry, uint64_t value))
{
	struct span span = {
		.va = va,
		.size = size,
		.clear = (DESC_RO | pt->regime.code | pt->regime.data) & ~pt->regime.every,
		.set = (writable ? 0 : DESC_RO) | (executable ? pt->regime.code : pt->regime.data),
		.replace = replace,
	};
	int error = 0;

	while (span.size && !error)
		error = protect_level(pt, pt->root, pt->regime.level, &span);
	return error;
}
