/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_FDT_BOARD_H
#define FOREARM_FDT_BOARD_H

#include <stddef.h>
#include "platform/platform.h"

/*
 * A device tree that a container brings, which is a board's, for this machine: what a boot loader
 * knows better than its author comes from the platform.
 */

/* Bytes by which it may become larger. */
#define FDT_BOARD_EXTRA 0x8000

/*
 * Copies the tree of up to 'size' bytes at 'from' (8-byte aligned; nothing in it is believed) to
 * 'to' (8-byte aligned) with its 'room', and puts in: the memory nodes, in place of its own; /psci
 * and the CPUs' enable-method, if the platform has PSCI; all reserved memory, in addition to its
 * own; and the seeds of /chosen. Pure.
 * Returns 0, ERR_FDT_* for a damaged tree, ERR_FDT_VALUE when its #address-cells are too few for
 * the platform's RAM, or ERR_FDT_SPACE.
 */
int fdt_board(const void *from, size_t size, void *to, size_t room,
	      const struct platform *platform);

#endif
