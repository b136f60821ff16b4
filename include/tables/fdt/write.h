/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_FDT_WRITE_H
#define FOREARM_FDT_WRITE_H

#include <libfdt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * libfdt's sequential writer, for trees that are written from their first node to their last:
 * what did not fit is remembered until fdt_write_finish(), names may have numbers, values may be
 * written cell by cell. Pure.
 */
struct fdt_writer {
	void *fdt;
	fdt32_t *at; /* where the next cell goes, while there are some left */
	size_t left;
	bool failed;
};

/*
 * A name of up to 24 letters with a number, to base 10 or 16, behind it. Returns where it starts
 * in 'text'.
 */
#define FDT_WRITE_NAME 48
const char *fdt_write_name(char text[FDT_WRITE_NAME], const char *name, uint64_t number,
			   uint32_t base);

/*
 * Begins a tree in 'room' bytes at 'to' (8-byte aligned). Its nodes come next, the root first.
 * 'flags' are libfdt's: 0 or FDT_CREATE_FLAG_NO_NAME_DEDUP. Returns 0 or ERR_FDT_SPACE: then
 * nothing may be written.
 */
int fdt_write_start(struct fdt_writer *w, void *to, size_t room, uint32_t flags);

/* Begins a node; its properties come before its subnodes. */
void fdt_write_node(struct fdt_writer *w, const char *name);
/* The same for a name with a number behind it. */
void fdt_write_node_number(struct fdt_writer *w, const char *name, uint64_t number, uint32_t base);
void fdt_write_end(struct fdt_writer *w);

/* A whole property; without a value, 'size' is 0. */
void fdt_write_bytes(struct fdt_writer *w, const char *name, const void *data, size_t size);
void fdt_write_text(struct fdt_writer *w, const char *name, const char *text);
void fdt_write_number(struct fdt_writer *w, const char *name, uint32_t value);

/* A property of 'cells' cells, which come next, one by one or as addresses of two. */
void fdt_write_property(struct fdt_writer *w, const char *name, size_t cells);
void fdt_write_cell(struct fdt_writer *w, uint32_t value);
void fdt_write_address(struct fdt_writer *w, uint64_t value);

/*
 * Ends the tree, all nodes of which have been ended. Its totalsize is what is used.
 * Returns 0 or ERR_FDT_SPACE, if anything did not fit.
 */
int fdt_write_finish(struct fdt_writer *w);

#endif
