/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts of a device tree's nodes, by the GIC's binding (interrupt-controller/arm,gic.yaml). */
#include <string.h>
#include "lib/fdt/walk.h"
#include "platform/fdt_details.h"

#define PPI_BASE 16
#define SPI_BASE 32
#define NUMBERS	 1020 /* GICs have none from there on that a tree names */

/* Type (0 SPI, 1 PPI), number, flags (edge 1, 2; level 4, 8). */
void platform_interrupt(struct interrupt *interrupt, const char *cells)
{
	uint32_t flags = fdt_cell(cells + 8), number = fdt_cell(cells + 4);

	interrupt->intid =
		number < NUMBERS ? number + (fdt_cell(cells) == 1 ? PPI_BASE : SPI_BASE) : 0;
	interrupt->edge = flags & 3;
	interrupt->active_low = flags & 0xa;
}

bool fdt_interrupt(const struct fdt_node *node, unsigned int index, struct interrupt *out)
{
	const struct fdt_value *value = &node->value[P_INTERRUPTS];

	memset(out, 0, sizeof(*out));
	if (!fdt_has(node, P_INTERRUPTS) || value->len / 12 <= index)
		return false;
	platform_interrupt(out, value->data + 12 * index);
	return true;
}
