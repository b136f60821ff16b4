/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_FDT_WALK_H
#define FOREARM_FDT_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <libfdt.h>

/*
 * A strict one-pass reader of a flattened device tree (Devicetree Specification, chapter 5).
 *
 * libfdt writes our trees and decodes their cells, but it finds nodes by scanning: one libfdt pass
 * over QEMU's tree costs 84,000 instructions or more, which is our whole budget. This reader makes
 * one pass in about a tenth of that, checks every byte that it follows, and touches only aligned
 * words and single bytes, so that it also runs with the MMU off, where RAM is Device memory.
 */

#define FDT_MAX_SIZE                                                                               \
	0x400000	 /* QEMU doubles the 1 MiB of a tree of its own that it is given back */
#define FDT_MAX_DEPTH 16 /* real trees stay below 8 */

struct fdt_walk {
	const char *start; /* of the structure block */
	const char *at;	   /* next token */
	const char *end;   /* of the structure block */
	const char *strings;
	uint32_t strings_size;
	int depth; /* nodes open after the last token: 1 inside the root's own properties */
	int properties_end; /* set once the open node had a subnode: no property may follow */

	const char *name; /* of the node (FDT_BEGIN_NODE) or property (FDT_PROP), terminated */
	const char *data; /* FDT_PROP: value, 4-byte aligned */
	uint32_t len;	  /* FDT_PROP: its bytes */
	int offset;	  /* of the token, in libfdt's terms (structure block offset) */
};

/*
 * Checks the header at 'fdt' (8-byte aligned) and prepares a pass over its structure.
 * 'limit' is how many bytes may be read at 'fdt'. Returns 0 or ERR_FDT_*.
 */
int fdt_walk_start(struct fdt_walk *walk, const void *fdt, size_t limit);

/* The same for a tree within a file: a multiple of 4 is aligned enough, and 'limit' the only one.
 */
int fdt_walk_part(struct fdt_walk *walk, const void *fdt, size_t limit);

/*
 * Steps to the next token, skipping FDT_NOP. Returns FDT_BEGIN_NODE, FDT_PROP, FDT_END_NODE or
 * FDT_END, or ERR_FDT_STRUCTURE / ERR_FDT_DEPTH; after those the walk may not go on.
 */
int fdt_walk_next(struct fdt_walk *walk);

/* A property as it is in the tree. */
struct fdt_property_at {
	const char *data; /* the value, 4-byte aligned */
	uint32_t len;	  /* its bytes */
	uint32_t name;	  /* where that is in the strings */
};

/*
 * Takes the properties that come next, 'max' of them at most. Returns how many they were, or
 * ERR_FDT_STRUCTURE. For all properties of a node, at half of what steps cost.
 */
int fdt_walk_properties(struct fdt_walk *walk, struct fdt_property_at *property, int max);

/* Goes to the end of the tree: once it has been there, libfdt may have it. Returns 0 or ERR_FDT_*.
 */
int fdt_walk_rest(struct fdt_walk *walk);

/* Whether four bytes at any alignment are what a tree begins with. */
static inline bool fdt_has_magic(const void *bytes)
{
	return memcmp(bytes, "\xd0\x0d\xfe\xed", 4) == 0;
}

/*
 * Steps over the properties that come next, checking them all the same. Returns 0 or
 * ERR_FDT_STRUCTURE. For nodes whose properties do not matter, at a third of the cost.
 */
int fdt_walk_skip_properties(struct fdt_walk *walk);

/*
 * Steps over the node that was begun by the last token, and over its FDT_END_NODE, checking all of
 * it the same. Returns 0 or ERR_FDT_*.
 */
int fdt_walk_skip_node(struct fdt_walk *walk);

/* The bytes in use, from the header to the end of the last block; 0 unless the header is valid. */
uint32_t fdt_used_size(const void *fdt);

/* One big-endian cell. 'cells' must be 4-byte aligned. */
static inline uint32_t fdt_cell(const char *cells)
{
	return fdt32_to_cpu(*(const fdt32_t *)(const void *)cells);
}

/* A value of 'count' cells (1 or 2). */
static inline uint64_t fdt_cells(const char *cells, unsigned int count)
{
	uint64_t high = count > 1 ? fdt_cell(cells) : 0;

	return high << 32 | fdt_cell(cells + 4 * (count - 1));
}

/*
 * The bytes of an entry of "reg" (Devicetree Specification 2.3.6); 0 if numbers of so many cells
 * are not understood: an address has 1 or 2, a size 0 to 2.
 */
static inline uint32_t fdt_entry_size(uint32_t address_cells, uint32_t size_cells)
{
	if (address_cells < 1 || address_cells > 2 || size_cells > 2)
		return 0;
	return 4 * (address_cells + size_cells);
}

#endif
