/* SPDX-License-Identifier: BSD-2-Clause */
/* The strict reader of device trees: one pass, token by token; it also runs with the MMU off. */
#include "lib/fdt/walk.h"
#include "error.h"

static uint32_t max32(uint32_t a, uint32_t b)
{
	return a > b ? a : b;
}

/* Is [offset, offset + size) inside the tree, behind the header, and aligned? */
static int block_ok(uint32_t offset, uint32_t size, uint32_t align, uint32_t total)
{
	return offset >= FDT_V17_SIZE && offset % align == 0 && offset <= total &&
	       size <= total - offset;
}

/*
 * The reservation block has no size field: it ends with an all-zero entry. 0: it does not end. The
 * tree has room for a header and one entry at least.
 */
static uint32_t reservations_end(const char *fdt, uint32_t offset, uint32_t total)
{
	if (offset % 8 || offset < FDT_V17_SIZE)
		return 0;
	for (; offset <= total - 16; offset += 16)
		if (!fdt_cells(fdt + offset, 2) && !fdt_cells(fdt + offset + 8, 2))
			return offset + 16;
	return 0;
}

/* What a header says, once it is checked: each field is read a single time. */
struct layout {
	uint32_t structure, structure_size, strings, strings_size;
	uint32_t reservations_end;
};

static int check_blocks(const struct fdt_header *h, uint32_t total, struct layout *l)
{
	l->structure = fdt32_to_cpu(h->off_dt_struct);
	l->structure_size = fdt32_to_cpu(h->size_dt_struct);
	l->strings = fdt32_to_cpu(h->off_dt_strings);
	l->strings_size = fdt32_to_cpu(h->size_dt_strings);
	if (!block_ok(l->structure, l->structure_size, 4, total) ||
	    !block_ok(l->strings, l->strings_size, 1, total))
		return ERR_FDT_LAYOUT;
	l->reservations_end =
		reservations_end((const char *)h, fdt32_to_cpu(h->off_mem_rsvmap), total);
	return l->reservations_end ? 0 : ERR_FDT_LAYOUT;
}

static int check_header(const struct fdt_header *h, size_t limit, struct layout *layout)
{
	uint32_t total;

	if (limit < FDT_V17_SIZE)
		return ERR_FDT_SIZE;
	if ((uintptr_t)h & 3)
		return ERR_FDT_LAYOUT;
	if (fdt32_to_cpu(h->magic) != FDT_MAGIC)
		return ERR_FDT_MAGIC;
	if (fdt32_to_cpu(h->version) < 17 || fdt32_to_cpu(h->last_comp_version) > 17)
		return ERR_FDT_VERSION;
	total = fdt32_to_cpu(h->totalsize);
	if (total < FDT_V17_SIZE + 16 || total > limit)
		return ERR_FDT_SIZE;
	return check_blocks(h, total, layout);
}

int fdt_walk_start(struct fdt_walk *walk, const void *fdt, size_t limit)
{
	if ((uintptr_t)fdt & 7)
		return ERR_FDT_LAYOUT;
	return fdt_walk_part(walk, fdt, limit < FDT_MAX_SIZE ? limit : FDT_MAX_SIZE);
}

int fdt_walk_part(struct fdt_walk *walk, const void *fdt, size_t limit)
{
	struct layout layout;
	int error = check_header(fdt, limit, &layout);

	if (error)
		return error;
	walk->start = walk->at = (const char *)fdt + layout.structure;
	walk->end = walk->start + (layout.structure_size & ~3U);
	walk->strings = (const char *)fdt + layout.strings;
	walk->strings_size = layout.strings_size;
	/* Once the block itself is terminated, every name that starts in it is. */
	if (walk->strings_size && walk->strings[walk->strings_size - 1])
		return ERR_FDT_LAYOUT;
	walk->depth = 0;
	walk->properties_end = 0;
	walk->name = walk->data = NULL;
	walk->len = 0;
	walk->offset = 0;
	return 0;
}

/*
 * Does a word of four characters hold a terminator? Works in either byte order. Subtracts 1 from
 * each, in a sum that 64 bits hold.
 */
static int has_zero_byte(uint32_t word)
{
	uint32_t less = (uint32_t)((uint64_t)word + 0xFEFEFEFFU);

	return (less & ~word & 0x80808080U) != 0;
}

static int begin_node(struct fdt_walk *walk)
{
	const char *at = walk->at;

	if (walk->depth == 0 && walk->properties_end)
		return ERR_FDT_STRUCTURE; /* a second root */
	walk->properties_end = 0;
	if (walk->depth >= FDT_MAX_DEPTH)
		return ERR_FDT_DEPTH;
	walk->depth++;
	for (walk->name = at; at < walk->end; at += 4)
		if (has_zero_byte(*(const uint32_t *)(const void *)at)) {
			walk->at = at + 4;
			return FDT_BEGIN_NODE;
		}
	return ERR_FDT_STRUCTURE;
}

#define PROPERTY_HEAD 12 /* token, length, name */

/*
 * The property whose token is at 'at', with all of its head in the block; each field is read a
 * single time. Its bytes, or 0: it is damaged.
 */
static inline size_t read_property(const char *at, const char *end, uint32_t strings_size,
				   struct fdt_property_at *out)
{
	uint32_t len = fdt_cell(at + 4), name = fdt_cell(at + 8);

	if (len > (uint32_t)(end - at) - PROPERTY_HEAD || name >= strings_size)
		return 0;
	*out = (struct fdt_property_at) {at + PROPERTY_HEAD, len, name};
	/* The block's size is a multiple of 4, so rounding up cannot pass its end. */
	return PROPERTY_HEAD + (((size_t)len + 3) & ~(size_t)3);
}

static int property(struct fdt_walk *walk)
{
	const char *token = walk->at - 4;
	struct fdt_property_at property;
	size_t size;

	if (walk->end - token < PROPERTY_HEAD || walk->depth == 0 || walk->properties_end)
		return ERR_FDT_STRUCTURE;
	size = read_property(token, walk->end, walk->strings_size, &property);
	if (!size)
		return ERR_FDT_STRUCTURE;
	walk->name = walk->strings + property.name;
	walk->data = property.data;
	walk->len = property.len;
	walk->at = token + size;
	return FDT_PROP;
}

int fdt_walk_properties(struct fdt_walk *walk, struct fdt_property_at *property, int max)
{
	const char *at = walk->at, *end = walk->end;
	uint32_t strings_size = walk->strings_size;
	int count = 0;

	while (count < max && end - at >= PROPERTY_HEAD) {
		uint32_t token = fdt_cell(at);
		size_t size = 4;

		if (token == FDT_PROP)
			size = read_property(at, end, strings_size, &property[count++]);
		else if (token != FDT_NOP)
			break;
		if (!size)
			return ERR_FDT_STRUCTURE;
		at += size;
	}
	walk->at = at;
	return walk->depth && !walk->properties_end ? count : ERR_FDT_STRUCTURE;
}

int fdt_walk_skip_properties(struct fdt_walk *walk)
{
	const char *at = walk->at, *end = walk->end;
	uint32_t strings_size = walk->strings_size;
	struct fdt_property_at ignored;

	while (end - at >= PROPERTY_HEAD) {
		uint32_t token = fdt_cell(at);
		size_t size = 4;

		if (token == FDT_PROP)
			size = read_property(at, end, strings_size, &ignored);
		else if (token != FDT_NOP)
			break;
		if (!size)
			return ERR_FDT_STRUCTURE;
		at += size;
	}
	walk->at = at;
	return walk->depth ? 0 : ERR_FDT_STRUCTURE;
}

static int end_node(struct fdt_walk *walk)
{
	walk->properties_end = 1;
	if (walk->depth <= 0)
		return ERR_FDT_STRUCTURE;
	walk->depth--;
	return FDT_END_NODE;
}

int fdt_walk_next(struct fdt_walk *walk)
{
	uint32_t token;

	do {
		if (walk->at >= walk->end)
			return ERR_FDT_STRUCTURE;
		token = fdt_cell(walk->at);
		walk->at += 4;
	} while (token == FDT_NOP);
	walk->offset = (int)(walk->at - walk->start) - 4;
	/* What comes most often is first: who walks over many nodes takes their properties at once.
	 */
	if (token == FDT_END_NODE)
		return end_node(walk);
	if (token == FDT_BEGIN_NODE)
		return begin_node(walk);
	if (token == FDT_PROP)
		return property(walk);
	if (token == FDT_END && walk->depth == 0 && walk->properties_end)
		return FDT_END;
	return ERR_FDT_STRUCTURE;
}

int fdt_walk_skip_node(struct fdt_walk *walk)
{
	int depth = walk->depth, token = FDT_BEGIN_NODE;

	while (token >= 0 && walk->depth >= depth) {
		if (token == FDT_BEGIN_NODE && fdt_walk_skip_properties(walk))
			return ERR_FDT_STRUCTURE;
		token = fdt_walk_next(walk);
	}
	return token < 0 ? token : 0;
}

int fdt_walk_rest(struct fdt_walk *walk)
{
	int token;

	do {
		token = fdt_walk_next(walk);
	} while (token >= 0 && token != FDT_END);
	return token == FDT_END ? 0 : token;
}

uint32_t fdt_used_size(const void *fdt)
{
	struct layout layout;
	uint32_t end;

	if (check_header(fdt, FDT_MAX_SIZE, &layout))
		return 0;
	end = max32(layout.reservations_end, layout.structure + layout.structure_size);
	return max32(end, layout.strings + layout.strings_size);
}
