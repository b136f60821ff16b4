/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_EARLY_H
#define FOREARM_EARLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "types.h"

/*
 * What happens before the MMU is on: find RAM for the writable part of the window and for page
 * tables, and build the tables. Runs at whatever address the VMM put the file, on a small stack,
 * without globals; assembly shares the struct, so its layout is fixed (offsets in entry.S).
 */
struct early {
	uint64_t fdt; /* in: device tree, or 0 when none was found */
	uint64_t
		image; /* in, out: where the file is; out: moved to a page boundary if it was not */
	uint64_t workspace;  /* out: page tables (root first), then the writable part, in RAM; 0:
				none */
	int64_t error;	     /* out: why the tree could not be used, or 0 */
	uint64_t tables_end; /* out: first free page of the pool of page tables */
	/* out: what is around the workspace, and is not mapped at its physical addresses */
	uint64_t hole, hole_size;
};

/* A run of free RAM, and the bank of RAM that it lies in, as far as it can be addressed. */
struct early_plan {
	uint64_t bank, bank_size;
	uint64_t workspace;
	/*
	 * What has to be left out of a one-to-one map of the bank: the workspace, and where nothing
	 * else is in its blocks of EARLY_BLOCK bytes, all of these, so that no table is split.
	 */
	uint64_t hole, hole_size;
};

#define EARLY_BLOCK	0x200000ULL  /* what an entry of the last table but one maps */
#define EARLY_BANK_TINY 0x4000000ULL /* of so little RAM no more is left out than has to be */

/*
 * Finds 'size' bytes (a multiple of 4 KiB) of RAM that the tree at 'fdt' names, as high as
 * possible in the first bank below 'limit', clear of the tree itself, of its reserved regions, of
 * an initrd that it announces, and of [image, image + image_size).
 * Pure; reads only the tree. Returns 0, ERR_FDT_*, ERR_FULL or ERR_NO_ROOM.
 */
__must_check int early_find_ram(const void *fdt, uint64_t image, uint64_t image_size, uint64_t size,
				uint64_t limit, struct early_plan *plan);

/*
 * Whether the tree is a sound one as far as early_find_ram() can tell, although 'error' is what
 * came out. ERR_FDT_RAM is what early_init() adds: where it has to run there is no RAM.
 */
bool early_tree_walked(int error);

/*
 * Fills in 'early' and builds the page tables at early->workspace. Called by entry.S with MMU off.
 * Returns 0, or negative when there is no RAM to run in at all.
 */
__must_check int early_init(struct early *early);

#endif
