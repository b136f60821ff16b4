/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_FDT_VISIT_H
#define FOREARM_FDT_VISIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/fdt/walk.h"

/*
 * Visits every node of a tree once, with the properties that we know looked up, and with
 * addresses translated through the buses above it.
 */

/* The properties that the platform model is made of. */
enum fdt_known {
	P_ADDRESS_CELLS,
	P_SIZE_CELLS,
	P_REDISTRIBUTOR_REGIONS,
	P_ALWAYS_ON,
	P_BOOTARGS,
	P_BUS_RANGE,
	P_COMPATIBLE,
	P_CPU,
	P_CPU_OFF,
	P_CPU_ON,
	P_CPU_SUSPEND,
	P_DEVICE_TYPE,
	P_DMA_COHERENT,
	P_ENABLE_METHOD,
	P_INITRD_END,
	P_INITRD_START,
	P_INTERRUPTS,
	P_KASLR_SEED,
	P_METHOD,
	P_MIGRATE,
	P_MODEL,
	P_NO_MAP,
	P_NUMA_NODE,
	P_PCI_DOMAIN,
	P_PHANDLE,
	P_PROBE_ONLY,
	P_RANGES,
	P_REG,
	P_REG_IO_WIDTH,
	P_REG_OFFSET,
	P_REG_SHIFT,
	P_RNG_SEED,
	P_STATUS,
	P_STDOUT_PATH,
	P_COUNT
};

struct fdt_value {
	const char *data;
	uint32_t len;
};

/* A node on the way from the root to the one being visited. */
struct fdt_level {
	const char *name;
	int offset;			    /* structure block offset */
	uint32_t address_cells, size_cells; /* for its children */
	bool translates;	 /* has 'ranges': children's addresses mean something above */
	struct fdt_value ranges; /* empty: they mean the same */
};

struct fdt_node {
	int depth;				   /* 1: the root */
	struct fdt_level level[FDT_MAX_DEPTH + 1]; /* [1] the root .. [depth] the node itself */
	uint64_t present;			   /* bit i: value[i] is valid */
	struct fdt_value value[P_COUNT];
};
_Static_assert(P_COUNT <= 64, "each known property has a bit in 'present'");

/* Called for each node in the tree's order; a negative result ends the visit and is returned. */
typedef int fdt_visitor(void *context, const struct fdt_node *node);

/* Returns 0, ERR_FDT_* for a damaged tree, or what the visitor returned. Pure. */
int fdt_visit(const void *fdt, size_t limit, fdt_visitor *visitor, void *context);

static inline bool fdt_has(const struct fdt_node *node, enum fdt_known property)
{
	return node->present >> property & 1;
}

/* The value as text; NULL when missing, empty or not terminated. */
const char *fdt_text(const struct fdt_node *node, enum fdt_known property);

/* The value as one number of 1 or 2 cells; 'missing' when absent or of another length. */
uint64_t fdt_number(const struct fdt_node *node, enum fdt_known property, uint64_t missing);

/* Whether the text list 'property' has 'text' as one of its strings. */
bool fdt_lists(const struct fdt_node *node, enum fdt_known property, const char *text);

/*
 * Entry 'index' of 'reg', as the CPU sees it. Returns false when there is no such entry, or when
 * a bus above does not translate it.
 */
bool fdt_reg(const struct fdt_node *node, unsigned int index, uint64_t *base, uint64_t *size);

/* Whether 'status' lets the node be used: it is missing, "okay" or "ok". */
bool fdt_enabled(const struct fdt_node *node);

/* What the rows of a table begin with that are found by a node's "compatible". */
struct fdt_device {
	const char *compatible;
	size_t length;
};
#define FDT_DEVICE(compatible)                                                                     \
	{                                                                                          \
		compatible, sizeof(compatible) - 1                                                 \
	}

/*
 * The row of the table, of 'rows' rows of 'row_size' bytes, for the first string of the node's
 * "compatible" that is there; negative: none is.
 */
int fdt_find_device(const struct fdt_node *node, const void *table, size_t row_size, int rows);

/* Name of the node, or of its ancestor 'up' levels above; "" above the root. */
const char *fdt_name(const struct fdt_node *node, int up);

#endif
