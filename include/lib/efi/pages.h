/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_EFI_PAGES_H
#define FOREARM_EFI_PAGES_H

#include "tables/efi/efi.h"
#include "types.h"

/*
 * The memory map of the EFI environment (UEFI Specification 2.10, 7.2): a sorted list of ranges of
 * whole pages, each with a type; neighbours of one type are one range. Pure.
 */

#define EFI_PAGES_MAX 256

/* Added to a type: the range is forearm's own, which nobody else can free. */
#define EFI_PAGES_OWN 0x100U

struct efi_pages_range {
	uint64_t base, end; /* the first address behind */
	uint32_t type;	    /* enum efi_memory_type, and perhaps EFI_PAGES_OWN */
};

struct efi_pages {
	unsigned int count;
	uint64_t key; /* another one after each change */
	struct efi_pages_range range[EFI_PAGES_MAX];
};

void efi_pages_init(struct efi_pages *pages);

/*
 * Makes [base, end) that type, whatever it was or whether it was there; both are on pages.
 * Returns 0, ERR_ADDRESS for a range that is none, or ERR_FULL (the map is unchanged).
 */
__must_check int efi_pages_set(struct efi_pages *pages, uint64_t base, uint64_t end, uint32_t type);

/* The range that 'at' is in, or NULL. */
const struct efi_pages_range *efi_pages_at(const struct efi_pages *pages, uint64_t at);

/* Whether all of [base, base + size) is in one range of free memory; size is not 0. */
bool efi_pages_free(const struct efi_pages *pages, uint64_t base, uint64_t size);

/*
 * The highest place of 'size' bytes of free memory that begins on a multiple of 'align', a power of
 * two of a page or more, and ends at 'limit' or before. Returns 0 or ERR_NO_ROOM.
 */
__must_check int efi_pages_find(const struct efi_pages *pages, uint64_t size, uint64_t align,
				uint64_t limit, uint64_t *base);

/* What the memory map tells of a type: how it may be cached, and whether it stays in use. */
uint64_t efi_pages_attributes(uint32_t type);

#endif
