/* SPDX-License-Identifier: BSD-2-Clause */
#include "fdt_walk.h"
#include "platform_details.h"

#define PPI_BASE 16
#define SPI_BASE 32

/* Type (0 SPI, 1 PPI), number, flags (edge 1, 2; level 4, 8). */
void platform_interrupt(struct interrupt *interrupt, const char *cells)
{
	uint32_t flags = fdt_cell(cells + 8);

	interrupt->intid = fdt_cell(cells + 4) + (fdt_cell(cells) == 1 ? PPI_BASE : SPI_BASE);
	interrupt->edge = flags & 3;
	interrupt->active_low = flags & 0xa;
}
