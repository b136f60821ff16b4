/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory map of the EFI environment. */
#include <string.h>
#include "error.h"
#include "lib/efi/pages.h"
#include "region.h"

void efi_pages_init(struct efi_pages *pages)
{
	pages->count = 0;
	pages->key = 1;
}

/* The first range that ends behind 'at'. */
static unsigned int first_behind(const struct efi_pages *pages, uint64_t at)
{
	unsigned int low = 0, high = pages->count;

	while (low < high) {
		unsigned int middle = (low + high) / 2;

		if (pages->range[middle].end > at)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* Puts 'count' ranges in place of those from 'first' on, before 'behind'. */
static int replace(struct efi_pages *pages, unsigned int first, unsigned int behind,
		   const struct efi_pages_range *range, unsigned int count)
{
	unsigned int left = pages->count - behind;

	if (first + count + left > EFI_PAGES_MAX)
		return ERR_FULL;
	memmove(&pages->range[first + count], &pages->range[behind], left * sizeof(*range));
	memcpy(&pages->range[first], range, count * sizeof(*range));
	pages->count = first + count + left;
	pages->key++;
	return 0;
}

/* A part that is left of a range, or a neighbour: it is joined, or stays beside. */
static bool joins(struct efi_pages_range *own, const struct efi_pages_range *other)
{
	if (own->type != other->type || other->end < own->base || other->base > own->end)
		return false;
	own->base = min64(own->base, other->base);
	own->end = max64(own->end, other->end);
	return true;
}

int efi_pages_set(struct efi_pages *pages, uint64_t base, uint64_t end, uint32_t type)
{
	struct efi_pages_range piece[3], own = {base, end, type}, part;
	unsigned int first = first_behind(pages, base), behind = first, count = 0;

	if (base >= end || base % PAGE_SIZE || end % PAGE_SIZE)
		return ERR_ADDRESS;
	while (behind < pages->count && pages->range[behind].base < end)
		behind++;
	if (first < behind && pages->range[first].base < base) {
		part = (struct efi_pages_range) {pages->range[first].base, base,
						 pages->range[first].type};
		if (!joins(&own, &part))
			piece[count++] = part;
	} else if (first && joins(&own, &pages->range[first - 1])) {
		first--;
	}
	if (first < behind && pages->range[behind - 1].end > end) {
		part = (struct efi_pages_range) {end, pages->range[behind - 1].end,
						 pages->range[behind - 1].type};
		if (joins(&own, &part)) {
			piece[count++] = own;
		} else {
			piece[count++] = own;
			piece[count++] = part;
		}
		return replace(pages, first, behind, piece, count);
	}
	if (behind < pages->count && joins(&own, &pages->range[behind]))
		behind++;
	piece[count++] = own;
	return replace(pages, first, behind, piece, count);
}

const struct efi_pages_range *efi_pages_at(const struct efi_pages *pages, uint64_t at)
{
	unsigned int i = first_behind(pages, at);

	return i < pages->count && pages->range[i].base <= at ? &pages->range[i] : NULL;
}

bool efi_pages_free(const struct efi_pages *pages, uint64_t base, uint64_t size)
{
	const struct efi_pages_range *range = efi_pages_at(pages, base);

	return range && range->type == EFI_CONVENTIONAL && size <= range->end - base;
}

int efi_pages_find(const struct efi_pages *pages, uint64_t size, uint64_t align, uint64_t limit,
		   uint64_t *base)
{
	for (unsigned int i = pages->count; i > 0; i--) {
		const struct efi_pages_range *range = &pages->range[i - 1];
		uint64_t end = min64(range->end, limit), at;

		if (range->type != EFI_CONVENTIONAL || end < range->base ||
		    end - range->base < size)
			continue;
		at = align_down(end - size, align);
		if (at < range->base)
			continue;
		*base = at;
		return 0;
	}
	return ERR_NO_ROOM;
}

uint64_t efi_pages_attributes(uint32_t type)
{
	type &= ~EFI_PAGES_OWN;
	if (type == EFI_MMIO)
		return EFI_MEMORY_UC | EFI_MEMORY_RUNTIME;
	if (type == EFI_RUNTIME_CODE || type == EFI_RUNTIME_DATA)
		return EFI_MEMORY_WB | EFI_MEMORY_RUNTIME;
	return EFI_MEMORY_WB;
}
