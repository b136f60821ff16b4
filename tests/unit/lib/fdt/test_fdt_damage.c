/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every reader of trees over every damage of one byte: no crash, no hang, and either an error or a
 * result that libfdt can live with too.
 */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>
#include "boot/early/ram.h"
#include "error.h"
#include "tables/fdt/handoff.h"
#include "lib/fdt/walk.h"
#include "judge.h"
#include "platform/platform.h"
#include "test.h"
#include "trees.h"

#define NO_LIMIT (1ULL << 48)
#define ROOM	 0x4000

static struct platform platform;
static uint8_t room[ROOM] __attribute__((aligned(8)));

static bool is_error(int result)
{
	return (result <= ERR_FDT_MAGIC && result >= ERR_FDT_SPACE) || result == ERR_FULL ||
	       result == ERR_NO_ROOM;
}

static void check_handoff(const void *fdt)
{
	struct fdt_handoff handoff = {
		.chosen = platform.chosen.node,
		.bootargs = "quiet",
		.initrd = 0x48000000,
		.initrd_size = 0x1000,
		.kaslr_seed = "kaslrseed",
		.rng_seed = "randomness",
		.rng_seed_size = 10,
	};
	int result = fdt_handoff(fdt, room, sizeof(room), &handoff);

	if (result)
		CHECK_EQ(result, ERR_FDT_SPACE);
	else
		CHECK(tree_is_good_for_libfdt(room, sizeof(room)));
}

/* It has no limit but 4 MiB, so the size that the header names must be true here. */
static int find_ram(const void *fdt, size_t size)
{
	struct early_plan plan;

	if (tree_field(fdt, HEADER_TOTAL) > size)
		return ERR_FDT_SIZE;
	return early_find_ram(fdt, 0, 0x20000, 0x30000, NO_LIMIT, &plan);
}

/* To the end, with or without looking at properties: is it a whole tree? */
static bool walks(const void *fdt, size_t size, bool skip)
{
	struct fdt_walk walk;
	int token = fdt_walk_start(&walk, fdt, size);

	while (token >= 0 && token != FDT_END) {
		token = fdt_walk_next(&walk);
		if (skip && token == FDT_BEGIN_NODE && fdt_walk_skip_properties(&walk))
			return false;
	}
	return token == FDT_END;
}

static void read_all(const void *fdt, size_t size)
{
	int early = find_ram(fdt, size), result = platform_from_fdt(&platform, fdt, size);

	CHECK_EQ(walks(fdt, size, true), walks(fdt, size, false));
	CHECK(early == 0 || is_error(early));
	CHECK(result == 0 || is_error(result));
	if (result)
		return;
	CHECK(tree_is_good_for_libfdt(fdt, size));
	check_handoff(fdt);
}

static void flip_every_byte(const char *name, const void *fdt, size_t size)
{
	static const uint8_t flips[] = {0xff, 0x01, 0x80};
	uint8_t *copy = tree_copy(fdt, size);

	for (size_t at = 0; at < size; at++)
		for (size_t i = 0; i < sizeof(flips); i++) {
			test_note("%s, byte %zu flipped by 0x%02x", name, at, flips[i]);
			copy[at] ^= flips[i];
			read_all(copy, size);
			copy[at] ^= flips[i];
		}
	free(copy);
}

TEST(trees_with_any_byte_flipped_do_no_harm)
{
	tree_each(flip_every_byte);
}

/* Whole words of the structure become something else: lengths, tokens, offsets, values. */
static void replace_every_word(const char *name, const void *fdt, size_t size)
{
	static const uint32_t values[] = {0, 1, 2, 3, 4, 9, 0x7fffffff, 0x80000000, UINT32_MAX};
	uint8_t *copy = tree_copy(fdt, size);

	for (size_t at = 0; at + 4 <= size; at += 4) {
		uint32_t old = tree_field(copy, at);

		for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
			test_note("%s, word at %zu is 0x%x", name, at, values[i]);
			tree_set_field(copy, at, values[i]);
			read_all(copy, size);
		}
		tree_set_field(copy, at, old);
	}
	free(copy);
}

TEST(trees_with_any_word_replaced_do_no_harm)
{
	tree_each(replace_every_word);
}

static void damage_at_random(const char *name, const void *fdt, size_t size)
{
	for (int round = 0; round < 2000; round++) {
		uint8_t *copy = tree_copy(fdt, size);

		test_note("%s, round %d", name, round);
		for (uint64_t n = test_between(1, 12); n; n--)
			copy[test_between(0, size - 1)] = (uint8_t)test_random();
		read_all(copy, size);
		free(copy);
	}
}

TEST(trees_damaged_at_random_do_no_harm)
{
	tree_each(damage_at_random);
}

/* A tree that is cut, with a header that says so. */
static void cut(const char *name, const void *fdt, size_t size)
{
	for (size_t length = 40; length < size; length++) {
		void *copy = tree_copy(fdt, length);

		test_note("%s cut to %zu bytes", name, length);
		tree_set_field(copy, HEADER_TOTAL, (uint32_t)length);
		CHECK(is_error(find_ram(copy, length)));
		CHECK(is_error(platform_from_fdt(&platform, copy, length)));
		free(copy);
	}
}

TEST(trees_cut_at_any_byte_are_refused_by_all)
{
	tree_each(cut);
}

/* Blocks may lie anywhere, over each other too: offsets taken from a list of odd ones. */
static void overlap_blocks(const char *name, const void *fdt, size_t size)
{
	static const size_t fields[] = {HEADER_STRUCT, HEADER_STRINGS, HEADER_RESERVATIONS};
	void *copy = tree_copy(fdt, size);

	for (size_t f = 0; f < sizeof(fields) / sizeof(fields[0]); f++) {
		uint32_t old = tree_field(copy, fields[f]);

		for (uint32_t offset = 0; offset < size + 8; offset += 4) {
			test_note("%s, field 0x%zx = %u", name, fields[f], offset);
			tree_set_field(copy, fields[f], offset);
			read_all(copy, size);
		}
		tree_set_field(copy, fields[f], old);
	}
	free(copy);
}

TEST(trees_with_overlapping_blocks_do_no_harm)
{
	tree_each(overlap_blocks);
}
