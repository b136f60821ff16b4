/* SPDX-License-Identifier: BSD-2-Clause */
/* The flattened device tree's blocks and tokens. */
#include "fdt.h"

uint32_t be32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

uint64_t be_cells(const uint8_t *p, uint32_t cells)
{
	uint64_t value = 0;

	while (cells--) {
		value = value << 32 | be32(p);
		p += 4;
	}
	return value;
}

void fdt_header(struct fdt *f, const uint8_t *base)
{
	f->base = base;
	f->total = be32(base + 4);
	f->structs = be32(base + 8);
	f->strings = be32(base + 12);
	f->reserves = be32(base + 16);
	f->version = be32(base + 20);
	f->compatible = be32(base + 24);
	f->strings_size = be32(base + 32);
	f->structs_size = be32(base + 36);
}

static bool block_fits(const struct fdt *f, uint32_t start, uint32_t size)
{
	return start >= FDT_HEADER_SIZE && start <= f->total && size <= f->total - start;
}

bool fdt_blocks_fit(const struct fdt *f)
{
	return block_fits(f, f->structs, f->structs_size) &&
	       block_fits(f, f->strings, f->strings_size) && block_fits(f, f->reserves, 16) &&
	       !(f->structs & 3) && !(f->reserves & 7);
}

/* One entry of /memreserve/; false at the end of the list. */
bool fdt_reserve(const struct fdt *f, uint32_t index, struct range *r)
{
	uint32_t at = f->reserves + index * 16;

	if (!block_fits(f, at, 16))
		return false;
	r->start = be_cells(f->base + at, 2);
	r->size = be_cells(f->base + at + 8, 2);
	return r->start || r->size;
}

/* Bytes up to the end of the last block. */
uint32_t fdt_used(const struct fdt *f)
{
	uint32_t structs_end = f->structs + f->structs_size;
	uint32_t strings_end = f->strings + f->strings_size;

	return structs_end > strings_end ? structs_end : strings_end;
}

/* Length of a string that ends before the limit, or -1. */
static int string_len(const uint8_t *s, uint32_t limit)
{
	for (uint32_t n = 0; n < limit; n++)
		if (!s[n])
			return (int)n;
	return -1;
}

static bool next_node(const struct fdt *f, uint32_t *pos, struct fdt_event *ev)
{
	const uint8_t *at = f->base + f->structs + *pos;
	int len = string_len(at, f->structs_size - *pos);

	ev->name = (const char *)at;
	*pos += ((uint32_t)len + 4) & ~3u;
	return len >= 0;
}

static bool next_prop(const struct fdt *f, uint32_t *pos, struct fdt_event *ev)
{
	const uint8_t *at = f->base + f->structs + *pos;
	uint32_t left = f->structs_size - *pos, name;

	if (left < 8)
		return false;
	ev->len = be32(at);
	name = be32(at + 4);
	ev->value = at + 8;
	if (ev->len > left - 8 || name >= f->strings_size)
		return false;
	ev->name = (const char *)f->base + f->strings + name;
	*pos += 8 + ((ev->len + 3) & ~3u);
	return string_len((const uint8_t *)ev->name, f->strings_size - name) >= 0;
}

enum fdt_token fdt_next(const struct fdt *f, uint32_t *pos, struct fdt_event *ev)
{
	bool good = true;

	if (*pos > f->structs_size || f->structs_size - *pos < 4)
		return FDT_BROKEN;
	ev->token = (enum fdt_token)be32(f->base + f->structs + *pos);
	*pos += 4;
	if (ev->token == FDT_BEGIN_NODE)
		good = next_node(f, pos, ev);
	else if (ev->token == FDT_PROP)
		good = next_prop(f, pos, ev);
	else
		good = ev->token == FDT_END_NODE || ev->token == FDT_NOP || ev->token == FDT_END;
	return good ? ev->token : FDT_BROKEN;
}
