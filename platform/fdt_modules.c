/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Modules in RAM that the device tree announces in /chosen (Xen,
 * docs/misc/arm/device-tree/booting.txt).
 */
#include <string.h>
#include "platform/fdt_modules.h"

/* Those of domains that Xen is to start by itself lie deeper, and are none of ours. */
#define DEPTH 3

static enum module_kind kind_of(const struct fdt_node *node)
{
	if (node->depth != DEPTH)
		return MODULE_OTHER;
	return fdt_lists(node, P_COMPATIBLE, "multiboot,kernel")    ? MODULE_KERNEL
	       : fdt_lists(node, P_COMPATIBLE, "multiboot,ramdisk") ? MODULE_RAMDISK
								    : MODULE_OTHER;
}

void platform_module(struct platform *p, const struct fdt_node *node)
{
	const struct fdt_value *reg = &node->value[P_REG];
	uint32_t cells = fdt_has(node, P_REG) ? module_address_cells(reg->len) : 0;
	struct platform_module *module;

	if (node->depth < DEPTH || strcmp(node->level[2].name, "chosen") != 0 || !cells)
		return;
	if (p->modules++ >= PLATFORM_MODULES)
		return;
	module = &p->module[p->modules - 1];
	module->region.base = fdt_cells(reg->data, cells);
	module->region.size = fdt_cells(reg->data + 4 * cells, reg->len / 4 - cells);
	module->kind = kind_of(node);
	module->bootargs = fdt_text(node, P_BOOTARGS);
}
