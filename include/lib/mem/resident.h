/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_RESIDENT_H
#define FOREARM_RESIDENT_H

#include <stdint.h>
#include "tables/efi/efi.h"
#include "lib/mem/memmap.h"
#include "platform/platform.h"

/*
 * Memory that stays after the hand-off: the tables of an ACPI guest. EFI's map counts in granules
 * of 64 KiB, so all of it is packed into as few as possible: a first part for what is small, and
 * behind it room for one large file, of which only the beginning may turn out to be in use. What
 * fits in neither has granules of its own. Pure.
 */

#define RESIDENT_BLOCKS 16

struct resident {
	struct memmap *ram;
	uint64_t next, small_end; /* of the first part */
	uint64_t large, end;	  /* the second part; end is where the first block ends */
	bool large_taken;
	unsigned int blocks;
	struct region block[RESIDENT_BLOCKS]; /* the first one holds both parts */
};

/*
 * Takes the first block out of 'ram', below 4 GiB if there is room: 'small' bytes of first part,
 * and 'large' bytes of second. A first part of up to 2 MiB crosses no multiple of that, as a
 * monitor in it must not (STAGE2_WITHIN). Returns 0, ERR_NO_ROOM or ERR_FULL.
 */
__must_check int resident_init(struct resident *resident, struct memmap *ram, uint64_t small,
			       uint64_t large);

/*
 * 'size' bytes (not 0) at a multiple of 'align', a power of two of up to EFI_GRANULE; the address
 * in *at. Returns 0, ERR_NO_ROOM, ERR_EMPTY or ERR_FULL.
 */
__must_check int resident_alloc(struct resident *resident, uint64_t size, uint64_t align,
				uint64_t *at);

/*
 * Says that of the allocation at 'at' only 'used' bytes matter. What comes behind the second part
 * goes back to free RAM; other allocations stay as large as they were.
 */
__must_check int resident_trim(struct resident *resident, uint64_t at, uint64_t used);

/* Adds memory that is not free RAM, and stays. Returns 0 or ERR_FULL. */
__must_check int resident_adopt(struct resident *resident, const struct region *region);

#endif
