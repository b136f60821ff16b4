/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_FDT_OVERLAY_H
#define FOREARM_FDT_OVERLAY_H

#include <stddef.h>
#include "types.h"

/*
 * Device tree overlays, as dtc -@ writes them (Documentation/devicetree/dynamic-resolution-notes
 * and overlay-notes in Linux). What comes out is what libfdt's fdt_overlay_apply() makes. That one
 * believes every offset in an overlay, in version 1.6.1 at least, takes three times the room, and
 * does not say which label is missing.
 */

#define FDT_OVERLAY_MAX 0x10000 /* bytes of one; real ones stay below 16 KiB */

/* Bytes by which an overlay of so many may make a tree grow: labels become paths in it. */
#define FDT_OVERLAY_GROWTH(size) (2 * (size) + 1024)

/*
 * Applies the overlay of 'size' bytes at 'overlay' (8-byte aligned; nothing in it is believed, and
 * all of it may be changed) to the tree at 'fdt', which is good and has room between its blocks, as
 * fdt_open_into() leaves it. Pure. Returns 0; ERR_FDT_* for a damaged overlay; ERR_FULL for
 * phandles; ERR_FDT_SPACE; or, with *what naming it in the overlay: ERR_LABEL, ERR_TARGET,
 * ERR_FIXUP. ERR_NO_FRAGMENT: it is another kind of tree. *what is NULL otherwise.
 * On error the tree at 'fdt' is still a tree, with a part of the changes.
 */
__must_check int fdt_overlay(void *fdt, void *overlay, size_t size, const char **what);

#endif
