/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_PLATFORM_MODULES_H
#define FOREARM_PLATFORM_MODULES_H

#include <stdint.h>
#include "lib/fdt/visit.h"
#include "platform/platform.h"

/*
 * Adds a node that is compatible with "multiboot,module" (docs/misc/arm/device-tree/booting.txt of
 * Xen), if it is below /chosen, to the platform's modules. When they are full, 'modules' goes on
 * counting. Pure.
 */
void platform_module(struct platform *platform, const struct fdt_node *node);

/*
 * The cells of the address in such a node's 'reg' of 'length' bytes; the others are the size's. It
 * may have more or less of them than its parent says, as QEMU's guest-loader writes it. 0: it is no
 * address and size.
 */
static inline uint32_t module_address_cells(uint32_t length)
{
	return length == 8 ? 1 : length == 12 || length == 16 ? 2 : 0;
}

#endif
