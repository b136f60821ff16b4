/* SPDX-License-Identifier: BSD-2-Clause */
/* The reader of trees: its checks one by one, and what it finds against libfdt. */
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "lib/fdt/walk.h"
#include "test.h"
#include "trees.h"

static struct maker m;

/* Walks to the end; returns FDT_END or the first error. */
static int walk_all(const void *fdt, size_t limit)
{
	struct fdt_walk walk;
	int token = fdt_walk_start(&walk, fdt, limit);

	if (token)
		return token;
	do
		token = fdt_walk_next(&walk);
	while (token >= 0 && token != FDT_END);
	return token;
}

/* The same, but without looking at any property. */
static int walk_nodes(const void *fdt, size_t limit)
{
	struct fdt_walk walk;
	int token = fdt_walk_start(&walk, fdt, limit);

	if (token)
		return token;
	do {
		token = fdt_walk_next(&walk);
		CHECK(token != FDT_PROP);
		if (token == FDT_BEGIN_NODE && fdt_walk_skip_properties(&walk))
			return ERR_FDT_STRUCTURE;
	} while (token >= 0 && token != FDT_END);
	return token;
}

/* The same with all properties of a node, two at once. */
static int walk_properties(const void *fdt, size_t limit)
{
	struct fdt_property_at found[2];
	struct fdt_walk walk;
	int token = fdt_walk_start(&walk, fdt, limit), count;

	if (token)
		return token;
	do {
		token = fdt_walk_next(&walk);
		CHECK(token != FDT_PROP);
		count = token == FDT_BEGIN_NODE ? 2 : 0;
		while (count == 2)
			count = fdt_walk_properties(&walk, found, 2);
	} while (token >= 0 && count >= 0 && token != FDT_END);
	return count < 0 ? count : token;
}

/* The same without looking into nodes that are so deep. */
static int walk_down_to(int depth, const void *fdt, size_t limit)
{
	struct fdt_walk walk;
	int token = fdt_walk_start(&walk, fdt, limit), error = 0;

	if (token)
		return token;
	do {
		token = fdt_walk_next(&walk);
		if (token == FDT_BEGIN_NODE && walk.depth == depth) {
			error = fdt_walk_skip_node(&walk);
			CHECK(error || walk.depth == depth - 1);
		}
	} while (token >= 0 && !error && token != FDT_END);
	return error ? error : token;
}

/* All ways to go must come to the same end. */
static int walk_all_ways(const void *fdt, size_t limit)
{
	int result = walk_all(fdt, limit);

	CHECK_EQ(walk_nodes(fdt, limit), result);
	CHECK_EQ(walk_properties(fdt, limit), result);
	for (int depth = 1; depth <= 3; depth++)
		CHECK_EQ(walk_down_to(depth, fdt, limit), result);
	return result;
}

static int walk_and_free(void *fdt, size_t size)
{
	int result = walk_all_ways(fdt, size);

	free(fdt);
	return result;
}

static int start_and_free(void *fdt, size_t size)
{
	struct fdt_walk walk;
	int result = fdt_walk_start(&walk, fdt, size);

	free(fdt);
	return result;
}

/* What comes of the tree that is being made, once it is ended properly. */
static int result_of_tree(void)
{
	size_t size;
	void *fdt = make_finish(&m, &size);

	return walk_and_free(fdt, size);
}

/* The same, for one that is left open as it is. */
static int result_of_blob(void)
{
	size_t size;
	void *fdt = make_blob(&m, &size);

	return walk_and_free(fdt, size);
}

static int start_with(size_t field, uint32_t value)
{
	size_t size;
	void *fdt = tree_load("reserved", &size);

	tree_set_field(fdt, field, value);
	return start_and_free(fdt, size);
}

/* -- against libfdt ------------------------------------------------------------------------- */

static void check_property(const struct fdt_walk *walk, const void *fdt, int offset)
{
	const char *name;
	int length;
	const void *data = fdt_getprop_by_offset(fdt, offset, &name, &length);

	CHECK_TEXT(walk->name, name);
	CHECK_EQ(walk->len, length);
	CHECK(walk->data == data);
}

static void check_token(const struct fdt_walk *walk, const void *fdt, uint32_t token, int offset)
{
	CHECK_EQ(walk->offset, offset);
	if (token == FDT_PROP)
		check_property(walk, fdt, offset);
	else if (token == FDT_BEGIN_NODE)
		CHECK_TEXT(walk->name, fdt_get_name(fdt, offset, NULL));
}

/* Token by token: the same, in the same order, at the same offsets. */
static void same_as_libfdt(const char *name, const void *fdt, size_t size)
{
	struct fdt_walk walk;
	int offset = 0, next = 0, depth = 0;
	uint32_t token;

	REQUIRE(CHECK_EQ(fdt_walk_start(&walk, fdt, size), 0));
	do {
		do {
			offset = next;
			token = fdt_next_tag(fdt, offset, &next);
		} while (token == FDT_NOP);
		test_note("%s, offset %d", name, offset);
		REQUIRE(CHECK_EQ(fdt_walk_next(&walk), token));
		check_token(&walk, fdt, token, offset);
		depth += (token == FDT_BEGIN_NODE) - (token == FDT_END_NODE);
		REQUIRE(CHECK_EQ(walk.depth, depth));
	} while (token != FDT_END);
}

TEST(fdt_walk_sees_what_libfdt_sees)
{
	tree_each(same_as_libfdt);
}

static void same_with_nops(const char *name, const void *fdt, size_t size)
{
	void *copy = tree_copy(fdt, size);
	int cpus = fdt_path_offset(copy, "/cpus"), memory;

	if (cpus >= 0)
		CHECK_EQ(fdt_nop_node(copy, cpus), 0);
	memory = fdt_node_offset_by_prop_value(copy, -1, "device_type", "memory", 7);
	CHECK_EQ(fdt_nop_property(copy, memory, "device_type"), 0);
	same_as_libfdt(name, copy, size);
	free(copy);
}

TEST(fdt_walk_skips_nops_like_libfdt)
{
	tree_each(same_with_nops);
}

/* Node by node without the properties: the same nodes at the same offsets. */
static void same_nodes_as_libfdt(const char *name, const void *fdt, size_t size)
{
	struct fdt_walk walk;
	int offset = -1, depth = 0, token;

	REQUIRE(CHECK_EQ(fdt_walk_start(&walk, fdt, size), 0));
	while ((token = fdt_walk_next(&walk)) >= 0 && token != FDT_END) {
		REQUIRE(CHECK(token == FDT_BEGIN_NODE || token == FDT_END_NODE));
		if (token == FDT_END_NODE)
			continue;
		offset = fdt_next_node(fdt, offset, &depth);
		test_note("%s, offset %d", name, offset);
		CHECK_EQ(walk.offset, offset);
		CHECK_EQ(walk.depth, depth);
		CHECK_TEXT(walk.name, fdt_get_name(fdt, offset, NULL));
		CHECK_EQ(fdt_walk_skip_properties(&walk), 0);
	}
	CHECK_EQ(token, FDT_END);
	CHECK_EQ(fdt_next_node(fdt, offset, &depth), -FDT_ERR_NOTFOUND);
}

TEST(fdt_walk_skips_properties)
{
	tree_each(same_nodes_as_libfdt);
}

/* The properties of a node, taken at once: the same as libfdt's, in its order. */
static void same_properties_as_libfdt(const char *name, const void *fdt, size_t size)
{
	struct fdt_property_at found[64];
	struct fdt_walk walk;
	int token, count, offset;

	REQUIRE(CHECK_EQ(fdt_walk_start(&walk, fdt, size), 0));
	while ((token = fdt_walk_next(&walk)) >= 0 && token != FDT_END) {
		if (token != FDT_BEGIN_NODE)
			continue;
		test_note("%s, node %s", name, walk.name);
		offset = fdt_first_property_offset(fdt, walk.offset);
		count = fdt_walk_properties(&walk, found, 64);
		REQUIRE(CHECK(count >= 0 && count < 64));
		for (int i = 0; i < count; i++) {
			walk.name = walk.strings + found[i].name;
			walk.data = found[i].data;
			walk.len = found[i].len;
			REQUIRE(CHECK(offset >= 0));
			check_property(&walk, fdt, offset);
			offset = fdt_next_property_offset(fdt, offset);
		}
		CHECK_EQ(offset, -FDT_ERR_NOTFOUND);
	}
	CHECK_EQ(token, FDT_END);
}

TEST(fdt_walk_takes_properties_at_once)
{
	tree_each(same_properties_as_libfdt);
}

TEST(fdt_walk_has_no_properties_outside_of_nodes)
{
	struct fdt_property_at found[2];
	struct fdt_walk walk;
	size_t size;
	void *fdt = tree_load("numa", &size);

	CHECK_EQ(fdt_walk_start(&walk, fdt, size), 0);
	CHECK_EQ(fdt_walk_skip_properties(&walk), ERR_FDT_STRUCTURE);
	CHECK_EQ(fdt_walk_properties(&walk, found, 2), ERR_FDT_STRUCTURE);
	free(fdt);
}

/* -- the header ----------------------------------------------------------------------------- */

TEST(fdt_walk_wants_the_magic_number)
{
	CHECK_EQ(start_with(HEADER_MAGIC, 0), ERR_FDT_MAGIC);
	CHECK_EQ(start_with(HEADER_MAGIC, 0xedfe0dd0), ERR_FDT_MAGIC);
	CHECK_EQ(start_with(HEADER_MAGIC, FDT_MAGIC), 0);
}

TEST(fdt_walk_wants_version_17_or_compatible)
{
	CHECK_EQ(start_with(HEADER_VERSION, 0), ERR_FDT_VERSION);
	CHECK_EQ(start_with(HEADER_VERSION, 16), ERR_FDT_VERSION);
	CHECK_EQ(start_with(HEADER_VERSION, 18), 0);
	CHECK_EQ(start_with(HEADER_LAST, 17), 0);
	CHECK_EQ(start_with(HEADER_LAST, 18), ERR_FDT_VERSION);
	CHECK_EQ(start_with(HEADER_LAST, UINT32_MAX), ERR_FDT_VERSION);
}

TEST(fdt_walk_refuses_absurd_total_sizes)
{
	static const uint32_t absurd[] = {0, 1, 39, 40, 55, 0x400001, 0x7fffffff, UINT32_MAX};

	for (size_t i = 0; i < sizeof(absurd) / sizeof(absurd[0]); i++) {
		test_note("totalsize 0x%x", absurd[i]);
		CHECK_EQ(start_with(HEADER_TOTAL, absurd[i]), ERR_FDT_SIZE);
	}
}

TEST(fdt_walk_takes_trees_of_2_mib_and_no_larger)
{
	size_t size;
	void *small = tree_load("reserved", &size), *fdt = calloc(1, FDT_MAX_SIZE + 8);

	memcpy(fdt, small, size);
	free(small);
	tree_set_field(fdt, HEADER_TOTAL, FDT_MAX_SIZE);
	CHECK_EQ(walk_all(fdt, FDT_MAX_SIZE + 8), FDT_END);
	tree_set_field(fdt, HEADER_TOTAL, FDT_MAX_SIZE + 8);
	CHECK_EQ(walk_all(fdt, FDT_MAX_SIZE + 8), ERR_FDT_SIZE);
	free(fdt);
}

TEST(fdt_walk_wants_an_aligned_tree)
{
	size_t size;
	void *fdt = tree_load("reserved", &size);
	char *block = malloc(size + 4);
	struct fdt_walk walk;

	memcpy(block + 4, fdt, size);
	CHECK_EQ(fdt_walk_start(&walk, block + 4, size), ERR_FDT_LAYOUT);
	CHECK_EQ(fdt_walk_part(&walk, block + 4, size), 0);
	CHECK_EQ(fdt_walk_part(&walk, block + 4, size - 1), ERR_FDT_SIZE);
	memmove(block + 2, block + 4, size);
	CHECK_EQ(fdt_walk_part(&walk, block + 2, size), ERR_FDT_LAYOUT);
	free(block);
	free(fdt);
}

/* Offsets that lie outside, wrap around, or are misaligned; one header field at a time. */
TEST(fdt_walk_refuses_blocks_outside_the_tree)
{
	static const size_t fields[] = {HEADER_STRUCT, HEADER_STRINGS, HEADER_RESERVATIONS,
					HEADER_STRUCT_SIZE, HEADER_STRINGS_SIZE};
	static const uint32_t bad[] = {0x80000000, 0xfffffff0, 0xffffffff, 0x7fffffff, 0x200000};

	for (size_t f = 0; f < sizeof(fields) / sizeof(fields[0]); f++)
		for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
			test_note("field 0x%zx = 0x%x", fields[f], bad[i]);
			CHECK_EQ(start_with(fields[f], bad[i]), ERR_FDT_LAYOUT);
		}
}

TEST(fdt_walk_refuses_blocks_that_overlap_the_header)
{
	CHECK_EQ(start_with(HEADER_STRUCT, 0), ERR_FDT_LAYOUT);
	CHECK_EQ(start_with(HEADER_STRUCT, 36), ERR_FDT_LAYOUT);
	CHECK_EQ(start_with(HEADER_STRINGS, 39), ERR_FDT_LAYOUT);
	CHECK_EQ(start_with(HEADER_RESERVATIONS, 0), ERR_FDT_LAYOUT);
	CHECK_EQ(start_with(HEADER_RESERVATIONS, 32), ERR_FDT_LAYOUT);
}

TEST(fdt_walk_refuses_misaligned_blocks)
{
	size_t size;
	void *fdt = tree_load("reserved", &size);
	uint32_t structure = tree_field(fdt, HEADER_STRUCT);

	free(fdt);
	for (uint32_t i = 1; i < 4; i++)
		CHECK_EQ(start_with(HEADER_STRUCT, structure + i), ERR_FDT_LAYOUT);
	for (uint32_t i = 1; i < 8; i++)
		CHECK_EQ(start_with(HEADER_RESERVATIONS, 40 + i), ERR_FDT_LAYOUT);
}

TEST(fdt_walk_wants_the_end_of_the_reservations)
{
	size_t size;
	void *fdt;

	make_start(&m);
	make_reservation(&m, 0x1000, 0x1000);
	fdt = make_finish(&m, &size);
	/* the last 8-byte boundary before the end: no room for an entry there */
	tree_set_field(fdt, HEADER_RESERVATIONS, (uint32_t)size & ~7U);
	CHECK_EQ(start_and_free(fdt, size), ERR_FDT_LAYOUT);
	/* a list without end, up to the end of the tree */
	fdt = calloc(1, 4096);
	memcpy(fdt, "\xd0\x0d\xfe\xed", 4);
	tree_set_field(fdt, HEADER_TOTAL, 4096);
	tree_set_field(fdt, HEADER_STRUCT, 40);
	tree_set_field(fdt, HEADER_STRINGS, 40);
	tree_set_field(fdt, HEADER_VERSION, 17);
	tree_set_field(fdt, HEADER_RESERVATIONS, 40);
	memset((char *)fdt + 40, 0x11, 4096 - 40);
	CHECK_EQ(start_and_free(fdt, 4096), ERR_FDT_LAYOUT);
}

TEST(fdt_walk_wants_terminated_strings)
{
	size_t size;
	char *fdt = tree_load("reserved", &size);

	fdt[size - 1] = 'x';
	CHECK_EQ(walk_and_free(fdt, size), ERR_FDT_LAYOUT);
}

TEST(fdt_walk_takes_a_tree_without_any_property)
{
	make_start(&m);
	CHECK_EQ(result_of_tree(), FDT_END);
}

static void cut_at_every_byte(const char *name, const void *fdt, size_t size)
{
	for (size_t length = 0; length < size; length++) {
		void *cut = tree_copy(fdt, length);

		test_note("%s cut to %zu bytes", name, length);
		CHECK_EQ(walk_all(cut, length), ERR_FDT_SIZE);
		if (length >= 40) {
			tree_set_field(cut, HEADER_TOTAL, (uint32_t)length);
			CHECK(walk_all(cut, length) < 0);
		}
		free(cut);
	}
}

TEST(fdt_walk_refuses_trees_cut_at_any_byte)
{
	tree_each(cut_at_every_byte);
}

static void shorten_structure(const char *name, const void *fdt, size_t size)
{
	uint32_t whole = tree_field(fdt, HEADER_STRUCT_SIZE);
	void *copy = tree_copy(fdt, size);

	for (uint32_t length = 0; length < whole; length++) {
		test_note("%s with a structure of %u bytes", name, length);
		tree_set_field(copy, HEADER_STRUCT_SIZE, length);
		CHECK_EQ(walk_all_ways(copy, size), ERR_FDT_STRUCTURE);
	}
	free(copy);
}

TEST(fdt_walk_refuses_structures_cut_at_any_byte)
{
	tree_each(shorten_structure);
}

/* -- the structure -------------------------------------------------------------------------- */

TEST(fdt_walk_refuses_unknown_tokens)
{
	static const uint32_t unknown[] = {0, 5, 8, 10, 0x01000000, UINT32_MAX};

	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		test_note("token 0x%x", unknown[i]);
		make_start(&m);
		make_token(&m, unknown[i]);
		CHECK_EQ(result_of_tree(), ERR_FDT_STRUCTURE);
	}
}

TEST(fdt_walk_wants_one_root)
{
	memset(&m, 0, sizeof(m));
	make_token(&m, FDT_END);
	CHECK_EQ(result_of_blob(), ERR_FDT_STRUCTURE);

	memset(&m, 0, sizeof(m));
	make_text(&m, "model", "a property before the root");
	make_node(&m, "");
	CHECK_EQ(result_of_tree(), ERR_FDT_STRUCTURE);

	make_start(&m);
	make_end(&m);
	make_node(&m, "");
	CHECK_EQ(result_of_tree(), ERR_FDT_STRUCTURE);

	make_start(&m);
	make_end(&m);
	make_text(&m, "model", "a property behind the root");
	make_token(&m, FDT_END);
	CHECK_EQ(result_of_blob(), ERR_FDT_STRUCTURE);
}

TEST(fdt_walk_wants_nodes_to_end)
{
	make_start(&m);
	make_token(&m, FDT_END);
	CHECK_EQ(result_of_blob(), ERR_FDT_STRUCTURE);

	make_start(&m);
	make_node(&m, "open");
	CHECK_EQ(result_of_tree(), ERR_FDT_STRUCTURE);

	make_start(&m);
	make_end(&m);
	CHECK_EQ(result_of_tree(), ERR_FDT_STRUCTURE);

	make_start(&m);
	make_end(&m);
	CHECK_EQ(result_of_blob(), ERR_FDT_STRUCTURE); /* no FDT_END */
}

TEST(fdt_walk_wants_properties_before_subnodes)
{
	make_start(&m);
	make_node(&m, "child");
	make_end(&m);
	make_text(&m, "model", "too late");
	CHECK_EQ(result_of_tree(), ERR_FDT_STRUCTURE);
}

static int nested(int depth)
{
	make_start(&m);
	for (int i = 1; i < depth; i++)
		make_node(&m, "n");
	for (int i = 1; i < depth; i++)
		make_end(&m);
	return result_of_tree();
}

TEST(fdt_walk_limits_nesting)
{
	CHECK_EQ(nested(FDT_MAX_DEPTH), FDT_END);
	CHECK_EQ(nested(FDT_MAX_DEPTH + 1), ERR_FDT_DEPTH);
	CHECK_EQ(nested(5000), ERR_FDT_DEPTH);
}

TEST(fdt_walk_takes_names_of_any_length)
{
	char name[64] = "";

	for (size_t length = 0; length < sizeof(name) - 1; length++) {
		test_note("a name of %zu bytes", length);
		name[length] = '\0';
		make_start(&m);
		make_node(&m, name);
		make_end(&m);
		CHECK_EQ(result_of_tree(), FDT_END);
		name[length] = 'x';
	}
}

/* The terminator must come inside the structure block, wherever the next zero byte is. */
TEST(fdt_walk_refuses_unterminated_names)
{
	for (uint32_t length = 4; length <= 16; length += 4) {
		memset(&m, 0, sizeof(m));
		make_token(&m, FDT_BEGIN_NODE);
		memset(m.structure + m.structure_size, 'x', length);
		m.structure_size += length;
		CHECK_EQ(result_of_blob(), ERR_FDT_STRUCTURE);
	}
}

/* A name with every kind of byte: the search for its end works on words. */
TEST(fdt_walk_finds_the_end_of_names_with_any_byte)
{
	char name[8] = "";

	for (int byte = 1; byte < 256; byte++) {
		for (size_t length = 1; length < sizeof(name); length++) {
			size_t size;
			void *fdt;

			memset(name, 0, sizeof(name));
			memset(name, byte, length);
			make_start(&m);
			make_node(&m, name);
			make_end(&m);
			fdt = make_finish(&m, &size);
			same_as_libfdt("names", fdt, size);
			free(fdt);
		}
	}
}

static int with_length(uint32_t length)
{
	make_start(&m);
	make_property(&m, "last", "12345678", 8);
	fdt32_st(m.structure + 12, length); /* behind the root's begin token, name, and FDT_PROP */
	return result_of_tree();
}

TEST(fdt_walk_refuses_values_that_run_out_of_the_structure)
{
	static const uint32_t bad[] = {17,	   20,	       0x10000,	  0x7ffffff0,
				       0xfffffff0, 0xfffffffd, UINT32_MAX};

	CHECK_EQ(with_length(8), FDT_END);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		test_note("a value of 0x%x bytes", bad[i]);
		CHECK_EQ(with_length(bad[i]), ERR_FDT_STRUCTURE);
	}
	/* up to the very end of the block, past the tokens that end the tree */
	for (uint32_t length = 9; length <= 16; length++)
		CHECK_EQ(with_length(length), ERR_FDT_STRUCTURE);
}

TEST(fdt_walk_refuses_a_property_without_room_for_its_header)
{
	for (uint32_t words = 0; words < 2; words++) {
		make_start(&m);
		make_token(&m, FDT_PROP);
		for (uint32_t i = 0; i < words; i++)
			make_token(&m, 0);
		CHECK_EQ(result_of_blob(), ERR_FDT_STRUCTURE);
	}
}

static int with_name_offset(uint32_t offset)
{
	make_start(&m);
	make_property(&m, "name", NULL, 0);
	fdt32_st(m.structure + 16, offset);
	return result_of_tree();
}

TEST(fdt_walk_refuses_property_names_outside_the_strings)
{
	CHECK_EQ(with_name_offset(4), FDT_END); /* the empty name, at the terminator */
	CHECK_EQ(with_name_offset(5), ERR_FDT_STRUCTURE);
	CHECK_EQ(with_name_offset(0x80000000), ERR_FDT_STRUCTURE);
	CHECK_EQ(with_name_offset(UINT32_MAX), ERR_FDT_STRUCTURE);
}

/* -- helpers -------------------------------------------------------------------------------- */

static void check_used(const char *name, const void *fdt, size_t size)
{
	void *padded = calloc(1, size + 4096);

	(void)name;
	memcpy(padded, fdt, size);
	tree_set_field(padded, HEADER_TOTAL, (uint32_t)size + 4096);
	CHECK_EQ(fdt_used_size(fdt), size);
	CHECK_EQ(fdt_used_size(padded), size);
	free(padded);
}

TEST(fdt_used_size_leaves_padding_out)
{
	tree_each(check_used);
}

static uint32_t used_with(size_t field, uint32_t value)
{
	size_t size;
	void *fdt = tree_load("reserved", &size);
	uint32_t used;

	tree_set_field(fdt, field, value);
	used = fdt_used_size(fdt);
	free(fdt);
	return used;
}

TEST(fdt_used_size_is_0_for_an_invalid_header)
{
	CHECK_EQ(used_with(HEADER_MAGIC, 0), 0);
	CHECK_EQ(used_with(HEADER_STRUCT_SIZE, 0x10000), 0);
	CHECK_EQ(used_with(HEADER_STRINGS_SIZE, 0x10000), 0);
	CHECK_EQ(used_with(HEADER_TOTAL, 41), 0);
	/* sums that wrap around to something small */
	CHECK_EQ(used_with(HEADER_STRUCT_SIZE, UINT32_MAX), 0);
	CHECK_EQ(used_with(HEADER_STRINGS, UINT32_MAX), 0);
}

/* The Devicetree Specification (5.1) has the reservations first; nothing may be cut off elsewhere.
 */
TEST(fdt_used_size_covers_reservations_at_the_end)
{
	size_t size;
	char *fdt = tree_load("numa", &size), *moved = calloc(1, size + 32);
	uint32_t at = ((uint32_t)size + 7) & ~7U;

	memcpy(moved, fdt, size);
	tree_set_field(moved, HEADER_TOTAL, at + 16);
	tree_set_field(moved, HEADER_RESERVATIONS, at);
	if (walk_all(moved, size + 32) == FDT_END)
		CHECK_EQ(fdt_used_size(moved), at + 16);
	free(moved);
	free(fdt);
}

TEST(fdt_cells_reads_big_endian_numbers)
{
	static const fdt32_t cells[2] = {0x78563412, 0xf0debc9a};

	CHECK_EQ(fdt_cell((const char *)cells), 0x12345678);
	CHECK_EQ(fdt_cells((const char *)cells, 1), 0x12345678);
	CHECK_EQ(fdt_cells((const char *)cells, 2), 0x123456789abcdef0);
}
