/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_PLATFORM_DEVICES_H
#define FOREARM_PLATFORM_DEVICES_H

#include <stdbool.h>
#include "lib/fdt/visit.h"
#include "platform/platform.h"

/* Between platform/fdt.c, which reads the tree, and what it reads of devices. Pure. */

/* Adds what the node says, if its "compatible" is of a kind that is known and it is enabled. */
void platform_device(struct platform *platform, const struct fdt_node *node);

/* Notes the first list that had no room for all of it: 'what', for people. */
static inline void platform_overflow(struct platform *platform, const char *what)
{
	if (!platform->overflow)
		platform->overflow = what;
}

/* Entry 'index' of the node's "reg"; false: there is none. */
static inline bool fdt_region(const struct fdt_node *node, unsigned int index, struct region *out)
{
	return fdt_reg(node, index, &out->base, &out->size);
}

#endif
