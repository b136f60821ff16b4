/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_TREES_H
#define FOREARM_TREES_H

#include <stddef.h>
#include <stdint.h>

/*
 * Device trees for tests. Each comes in a heap block of exactly its size, so that the sanitizer
 * sees any read behind it; free() it.
 */

/* A fixture of dts/, by its name without suffix. */
void *tree_load(const char *name, size_t *size);
/* Calls 'visit' with every fixture. */
void tree_each(void (*visit)(const char *name, const void *fdt, size_t size));
/* A copy of 'size' bytes, or of the first 'size' bytes. */
void *tree_copy(const void *fdt, size_t size);

/* Builds any tree, a damaged one too, token by token. */
struct maker {
	uint64_t reservation[64][2];
	unsigned int reservations;
	char structure[0x20000], strings[0x4000];
	uint32_t structure_size, strings_size;
};

/* Starts a tree with its root node, which is open then. */
void make_start(struct maker *m);
void make_reservation(struct maker *m, uint64_t base, uint64_t size);
void make_token(struct maker *m, uint32_t token);
void make_node(struct maker *m, const char *name);
void make_end(struct maker *m);
void make_property(struct maker *m, const char *name, const void *data, size_t size);
void make_text(struct maker *m, const char *name, const char *text);
void make_cells_of(struct maker *m, const char *name, const uint32_t *cells, size_t count);
#define make_cells(m, name, ...)                                                                   \
	make_cells_of(m, name, (const uint32_t[]) {__VA_ARGS__},                                   \
		      sizeof((const uint32_t[]) {__VA_ARGS__}) / 4)
/* #address-cells and #size-cells */
void make_cell_counts(struct maker *m, uint32_t address, uint32_t size);
/* A memory node with one bank, for a root with two cells each. */
void make_memory(struct maker *m, uint64_t base, uint64_t size);
/* The tree as it is, header and all; what is open stays open. */
void *make_blob(const struct maker *m, size_t *size);
/* Ends the root node and the structure, then make_blob(). */
void *make_finish(struct maker *m, size_t *size);

/* Header fields by their byte offset, for damage. */
#define HEADER_MAGIC	    0x00
#define HEADER_TOTAL	    0x04
#define HEADER_STRUCT	    0x08
#define HEADER_STRINGS	    0x0c
#define HEADER_RESERVATIONS 0x10
#define HEADER_VERSION	    0x14
#define HEADER_LAST	    0x18
#define HEADER_BOOT_CPU	    0x1c
#define HEADER_STRINGS_SIZE 0x20
#define HEADER_STRUCT_SIZE  0x24

uint32_t tree_field(const void *fdt, size_t field);
void tree_set_field(void *fdt, size_t field, uint32_t value);

#endif
