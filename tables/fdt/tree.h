/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_FDT_TREE_H
#define FOREARM_FDT_TREE_H

#include "tables/fdt/build.h"
#include "tables/fdt/write.h"

/* Shared by the files that write a tree from the model: phandles, pieces of nodes. */

/* Nodes that others refer to. */
enum fdt_phandle {
	PHANDLE_NONE,
	PHANDLE_GIC,
	PHANDLE_CLOCK,
	PHANDLE_GPIO,
	PHANDLE_V2M,
	PHANDLE_ITS = 0x10,
	PHANDLE_SMMU = 0x20,
	PHANDLE_CPU = 0x100,
};

struct fdt_tree {
	struct fdt_writer w;
	const struct platform *p;
	const struct platform_details *d;
	bool probe_only; /* the addresses behind every PCI host are to be kept */
};

#define FDT_UART "serial@"

/* Properties: one without a value, of a number, of texts with zeros between them. */
#define FLAG(t, name)		fdt_write_bytes(&(t)->w, name, "", 0)
#define NUMBER(t, name, value)	fdt_write_number(&(t)->w, name, (uint32_t)(value))
#define TEXT(t, name, text)	fdt_write_text(&(t)->w, name, text)
#define TEXTS(t, name, literal) fdt_write_bytes(&(t)->w, name, literal, sizeof(literal))

void fdt_cell_counts(struct fdt_tree *t, uint32_t address, uint32_t size);
void fdt_write_reg(struct fdt_tree *t, const struct region *r, unsigned int regions);

/* -- groups of nodes ----------------------------------------------------------------------------
 */
/* GIC, timer, PMU. */
void fdt_build_interrupts(struct fdt_tree *t);
/* All that is neither CPU nor memory nor about interrupts. */
void fdt_build_devices(struct fdt_tree *t);

#endif
