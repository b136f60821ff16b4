/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib/fdt/walk.c, for trees of 160 bytes with blocks of the sizes in main(), whatever else is in
 * them: it reads nothing outside, and a step ends within the structure block, with a name and a
 * value that lie in the tree. A step is proven from each place in the block, at any depth; so a
 * walk of any number of steps is, too.
 *
 * prove: by eva
 * prove: with lib/fdt/walk.c
 * prove: open fdt_walk_start 1: trees are small here, so no limit is cut
 * prove: option -eva-slevel 300 -eva-split-return full
 * prove: option -eva-slevel-function fdt_walk_rest:0,fdt_walk_skip_node:0
 */
#include "error.h"
#include "lib/fdt/walk.h"
#include "prove.h"

#define SIZE 160

static union {
	uint64_t aligned;
	uint8_t byte[SIZE];
} tree;

static void put(unsigned int offset, uint32_t value)
{
	for (unsigned int i = 0; i < 4; i++)
		tree.byte[offset + i] = (uint8_t)(value >> (24 - 8 * i));
}

/* A header with these blocks, and anything behind it. */
static void make_tree(uint32_t structure, uint32_t size, uint32_t strings, uint32_t strings_size)
{
	any_bytes(tree.byte, sizeof(tree.byte));
	put(0, FDT_MAGIC);
	put(4, SIZE);
	put(8, structure);
	put(12, strings);
	put(16, 40);
	put(20, 17);
	put(24, 16);
	put(32, strings_size);
	put(36, size);
}

static void one_step(struct fdt_walk walk, uint32_t at)
{
	int token;

	walk.at = walk.start + at;
	walk.depth = Frama_C_interval(0, FDT_MAX_DEPTH);
	walk.properties_end = any_bool();
	token = fdt_walk_next(&walk);
	if (token < 0)
		return;
	/*@ check walk.start < walk.at <= walk.end; */
	/*@ check 0 <= walk.depth <= FDT_MAX_DEPTH; */
	if (token == FDT_PROP) {
		/*@ check walk.strings <= walk.name < walk.strings + walk.strings_size; */
		/*@ check walk.start + 12 <= walk.data <= walk.end; */
	}
}

static void skip(struct fdt_walk walk, uint32_t at)
{
	walk.at = walk.start + at;
	walk.depth = Frama_C_interval(0, FDT_MAX_DEPTH);
	if (fdt_walk_skip_properties(&walk) == 0) {
		/*@ check walk.start <= walk.at; */
	}
}

static void take(struct fdt_walk walk, uint32_t at)
{
	struct fdt_property_at property[2];
	int count;

	walk.at = walk.start + at;
	walk.depth = Frama_C_interval(0, FDT_MAX_DEPTH);
	walk.properties_end = any_bool();
	count = fdt_walk_properties(&walk, property, 2);
	/*@ check count <= 2; */
	if (count > 0) {
		/*@ check property[0].name < walk.strings_size; */
		/*@ check walk.start + 12 <= property[0].data <= walk.end; */
	}
	if (count > 1) {
		/*@ check property[1].name < walk.strings_size; */
		/*@ check walk.start + 12 <= property[1].data <= walk.end; */
	}
}

static void walk_blocks(uint32_t structure, uint32_t size, uint32_t strings, uint32_t strings_size)
{
	struct fdt_walk walk;

	make_tree(structure, size, strings, strings_size);
	if (fdt_walk_start(&walk, &tree, SIZE))
		return;
	/*@ loop unroll 40; */
	for (uint32_t at = 0; at <= size / 4 * 4; at += 4) {
		one_step(walk, at);
		skip(walk, at);
		take(walk, at);
	}
}

/* Many steps at once, of which less is known then. */
static void walk_on(void)
{
	struct fdt_walk walk;

	make_tree(56, 40, 96, 8);
	if (fdt_walk_start(&walk, &tree, SIZE))
		return;
	if (any_bool())
		fdt_walk_rest(&walk);
	else if (fdt_walk_next(&walk) == FDT_BEGIN_NODE)
		fdt_walk_skip_node(&walk);
}

/* Of the header, nothing is known but the sizes of its blocks, and where the strings are. */
static void any_header(size_t limit, uint32_t size, uint32_t strings, uint32_t strings_size)
{
	struct fdt_walk walk;

	any_bytes(tree.byte, sizeof(tree.byte));
	if (limit >= 40) {
		put(SIZE - (unsigned int)limit + 12, strings);
		put(SIZE - (unsigned int)limit + 32, strings_size);
		put(SIZE - (unsigned int)limit + 36, size);
	}
	fdt_walk_part(&walk, tree.byte + SIZE - limit, limit);
}

static void used_size(void)
{
	any_bytes(tree.byte, sizeof(tree.byte));
	put(4, SIZE);
	fdt_used_size(&tree);
}

int main(void)
{
	struct fdt_walk walk;

	fdt_has_magic(tree.byte);
	fdt_walk_start(&walk, tree.byte + 4, SIZE - 4);
	for (uint32_t size = 0; size <= 24; size += 8)
		walk_blocks(56, size, 56 + size, 8);
	walk_blocks(128, 32, 56, 72);
	walk_blocks(56, 35, 100, 0);
	walk_on();
	/*@ loop unroll 40; */
	for (size_t limit = 20; limit <= SIZE; limit += 20) {
		any_header(limit, 24, 56, 0);
		any_header(limit, 24, 56, 8);
		any_header(limit, 24, (uint32_t)limit - 8, 8);
		any_header(limit, 24, (uint32_t)limit - 4, 8);
		any_header(limit, UINT32_MAX, 56, 8);
		any_header(limit, 24, 56, UINT32_MAX);
	}
	used_size();
	return 0;
}
