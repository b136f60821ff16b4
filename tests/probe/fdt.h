/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A reader of flattened device trees of the probe's own: it shares no bug with the loader under
 * test, and reads byte by byte, as unaligned words fault while the MMU is off.
 */
#ifndef PROBE_FDT_H
#define PROBE_FDT_H

#include "probe.h"

#define FDT_MAGIC	0xd00dfeed
#define FDT_HEADER_SIZE 40
#define FDT_DEPTH	16

enum fdt_token {
	FDT_BROKEN = -1,
	FDT_BEGIN_NODE = 1,
	FDT_END_NODE = 2,
	FDT_PROP = 3,
	FDT_NOP = 4,
	FDT_END = 9,
};

struct fdt {
	const uint8_t *base;
	uint32_t total;
	uint32_t structs, structs_size;
	uint32_t strings, strings_size;
	uint32_t reserves;
	uint32_t version, compatible;
};

struct fdt_event {
	enum fdt_token token;
	const char *name;
	const uint8_t *value;
	uint32_t len;
};

uint32_t be32(const uint8_t *p);
uint64_t be_cells(const uint8_t *p, uint32_t cells);
void fdt_header(struct fdt *f, const uint8_t *base);
bool fdt_blocks_fit(const struct fdt *f);
uint32_t fdt_used(const struct fdt *f);
bool fdt_reserve(const struct fdt *f, uint32_t index, struct range *r);
enum fdt_token fdt_next(const struct fdt *f, uint32_t *pos, struct fdt_event *ev);

/* tree.c: read it all; 0, or the place where the structure is broken */
uint32_t tree_read(struct tree *t, const struct fdt *f);

#endif
