/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_PLACE_H
#define FOREARM_PLACE_H

#include "lib/guest/profiles.h"
#include "lib/formats/image.h"
#include "lib/mem/memmap.h"

/*
 * Where kernel, initrd and device tree go: each kernel's own rules
 * (Documentation/arm64/booting.rst, Documentation/arm/booting.rst) over the RAM that is free. Pure;
 * takes the places out of 'ram'. 'base' is the start of RAM. Returns 0, ERR_NO_ROOM or ERR_FULL.
 */
struct placement {
	uint64_t base; /* start of RAM, as the kernel sees it */
	uint64_t kernel;
	uint64_t initrd; /* meaningless without one */
	uint64_t fdt;
	enum tree_place tree;
	struct region tail; /* what is free of the kernel's tail (image.h); size 0: nothing */
};

__must_check int place_kernel(struct memmap *ram, const struct image *image,
			      struct placement *placement);
__must_check int place_initrd(struct memmap *ram, const struct image *image, uint64_t size,
			      struct placement *placement);
/*
 * The tree gets 'size' bytes (at most 2 MiB), inside one 2 MiB block, where placement->tree says;
 * TREE_AUTO: for ELF and raw files to the start of RAM if that is free, as some of them look there
 * and nowhere else; for others above the kernel if there is room.
 */
__must_check int place_fdt(struct memmap *ram, const struct image *image, uint64_t size,
			   struct placement *placement);

/*
 * Whole pages for 'size' bytes, the next ones of the kernel's tail: initrd and tree of a kernel
 * that has one come from there, too. Returns 0 or ERR_NO_ROOM.
 */
__must_check int place_in_tail(struct placement *placement, uint64_t size, uint64_t *at);

#endif
