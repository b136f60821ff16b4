/* SPDX-License-Identifier: BSD-2-Clause */
/* The tree that the guest gets: all that was there, and /chosen as it should be. */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "tables/fdt/handoff.h"
#include "lib/fdt/walk.h"
#include "test.h"
#include "trees.h"

#define KASLR "12345678"
#define RNG   "0123456789abcdef0123456789abcdef"

static const struct fdt_handoff nothing = {.chosen = -1};
static struct maker m;

/* Hands 'from' over into 'room' bytes of the heap; frees the copy again when there is an error. */
static int hand_over(const void *from, size_t room, struct fdt_handoff h, void **to)
{
	int result;

	*to = malloc(room);
	h.chosen = fdt_path_offset(from, "/chosen");
	result = fdt_handoff(from, *to, room, &h);
	if (result) {
		free(*to);
		*to = NULL;
	}
	return result;
}

static struct fdt_handoff everything(void)
{
	return (struct fdt_handoff) {
		.bootargs = "console=ttyAMA0 root=/dev/vda",
		.initrd = 0x848000000,
		.initrd_size = 0x1234567,
		.kaslr_seed = KASLR,
		.rng_seed = RNG,
		.rng_seed_size = 32,
		.efirng = {0x87fff000, 64},
	};
}

static bool is_ours(const char *name)
{
	static const char *const names[] = {
		"bootargs", "linux,initrd-start",  "linux,initrd-end", "kaslr-seed",
		"rng-seed", "netbsd,efirng-start", "netbsd,efirng-end"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

static void check_property(const void *from, int node, const void *to, int copy, int property)
{
	int length, copy_length;
	const char *name;
	const void *value = fdt_getprop_by_offset(from, property, &name, &length), *same;

	if (is_ours(name))
		return;
	same = fdt_getprop(to, copy, name, &copy_length);
	test_note("%s in %s", name, fdt_get_name(from, node, NULL));
	if (CHECK(same != NULL) && CHECK_EQ(copy_length, length))
		CHECK_BYTES(same, value, (size_t)length);
}

static int properties(const void *fdt, int node)
{
	int property, count = 0;

	fdt_for_each_property_offset(property, fdt, node)
	{
		const char *name;

		fdt_getprop_by_offset(fdt, property, &name, NULL);
		count += !is_ours(name);
	}
	return count;
}

/* Same nodes in the same order with the same properties; only what is ours may differ. */
static void check_kept(const void *from, const void *to)
{
	int node = 0, copy = 0, depth = 0, copy_depth = 0, property;

	while (node >= 0 && copy >= 0) {
		CHECK_TEXT(fdt_get_name(to, copy, NULL), fdt_get_name(from, node, NULL));
		fdt_for_each_property_offset(property, from, node)
			check_property(from, node, to, copy, property);
		CHECK_EQ(properties(to, copy), properties(from, node));
		node = fdt_next_node(from, node, &depth);
		copy = fdt_next_node(to, copy, &copy_depth);
		CHECK_EQ(depth, copy_depth);
	}
	CHECK_EQ(copy < 0, node < 0);
}

static void check_reservations(const void *from, const void *to)
{
	CHECK_EQ(fdt_num_mem_rsv(to), fdt_num_mem_rsv(from));
	for (int i = 0; i < fdt_num_mem_rsv(from); i++) {
		uint64_t base, size, same_base, same_size;

		fdt_get_mem_rsv(from, i, &base, &size);
		fdt_get_mem_rsv(to, i, &same_base, &same_size);
		CHECK_EQ(same_base, base);
		CHECK_EQ(same_size, size);
	}
	CHECK_EQ(fdt_boot_cpuid_phys(to), fdt_boot_cpuid_phys(from));
}

static void check_number(const void *fdt, const char *name, uint64_t expected)
{
	int length, chosen = fdt_path_offset(fdt, "/chosen");
	const fdt64_t *value = fdt_getprop(fdt, chosen, name, &length);

	if (CHECK(value != NULL) && CHECK_EQ(length, 8))
		CHECK_EQ(fdt64_ld(value), expected);
}

static void check_bytes(const void *fdt, const char *name, const void *expected, int size)
{
	int length, chosen = fdt_path_offset(fdt, "/chosen");
	const void *value = fdt_getprop(fdt, chosen, name, &length);

	test_note("%s", name);
	if (CHECK(value != NULL) && CHECK_EQ(length, size))
		CHECK_BYTES(value, expected, (size_t)size);
}

static bool has(const void *fdt, const char *name)
{
	return fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"), name, NULL) != NULL;
}

static void check_everything(const void *fdt)
{
	struct fdt_handoff h = everything();

	check_bytes(fdt, "bootargs", h.bootargs, (int)strlen(h.bootargs) + 1);
	check_number(fdt, "linux,initrd-start", h.initrd);
	check_number(fdt, "linux,initrd-end", h.initrd + h.initrd_size);
	check_bytes(fdt, "kaslr-seed", KASLR, 8);
	check_bytes(fdt, "rng-seed", RNG, 32);
	check_number(fdt, "netbsd,efirng-start", 0x87fff000);
	check_number(fdt, "netbsd,efirng-end", 0x87fff040);
}

static void complete(const char *name, const void *fdt, size_t size)
{
	size_t room = size + FDT_HANDOFF_EXTRA + strlen(everything().bootargs);
	void *to;

	(void)name;
	REQUIRE(CHECK_EQ(hand_over(fdt, room, everything(), &to), 0));
	CHECK_EQ(fdt_check_full(to, room), 0);
	check_everything(to);
	check_reservations(fdt, to);
	if (fdt_path_offset(fdt, "/chosen") >= 0)
		check_kept(fdt, to);
	free(to);
}

/* With the room that boot/handoff.c gives it. */
TEST(handoff_completes_every_tree_and_keeps_the_rest)
{
	tree_each(complete);
}

/* Entry rules of every guest: totalsize is what is used, not the VMM's padding. */
static void pack(const char *name, const void *fdt, size_t size)
{
	size_t padded_size = size + 0x10000;
	void *padded = calloc(1, padded_size), *to;
	int result;

	(void)name;
	memcpy(padded, fdt, size);
	tree_set_field(padded, HEADER_TOTAL, (uint32_t)padded_size);
	result = hand_over(padded, size + FDT_HANDOFF_EXTRA, nothing, &to);
	if (CHECK_EQ(result, 0)) {
		CHECK(fdt_totalsize(to) <= size + 32);
		CHECK_EQ(fdt_totalsize(to), fdt_used_size(to));
		free(to);
	}
	free(padded);
}

TEST(handoff_leaves_padding_out)
{
	tree_each(pack);
}

TEST(handoff_leaves_the_source_alone)
{
	size_t size;
	void *fdt = tree_load("qemu-gicv3", &size), *before = tree_copy(fdt, size), *to;

	CHECK_EQ(hand_over(fdt, size + 1000, everything(), &to), 0);
	CHECK_BYTES(fdt, before, size);
	free(to);
	free(before);
	free(fdt);
}

TEST(handoff_leaves_what_it_is_not_given)
{
	size_t size;
	void *fdt = tree_load("qemu-gicv2", &size), *to;

	CHECK_EQ(hand_over(fdt, size + FDT_HANDOFF_EXTRA, nothing, &to), 0);
	check_bytes(to, "bootargs", "console=ttyAMA0 quiet", 22);
	check_bytes(to, "kaslr-seed", "\x12\x34\x56\x78\x9a\xbc\xde\xf0", 8);
	check_bytes(to, "rng-seed",
		    fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"), "rng-seed", NULL), 32);
	CHECK(!has(to, "linux,initrd-start"));
	free(to);
	free(fdt);
}

/* Without an initrd, one that the VMM announced must not be looked for either. */
TEST(handoff_removes_an_initrd_that_is_not_there)
{
	static const char *const names[] = {"kvmtool", "crosvm", "xen", "reserved"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t size;
		void *fdt = tree_load(names[i], &size), *to;

		CHECK(has(fdt, "linux,initrd-start"));
		CHECK_EQ(hand_over(fdt, size + FDT_HANDOFF_EXTRA, nothing, &to), 0);
		CHECK(!has(to, "linux,initrd-start"));
		CHECK(!has(to, "linux,initrd-end"));
		free(to);
		free(fdt);
	}
}

/* crosvm writes cells of one word; an initrd above 4 GiB needs two. */
TEST(handoff_replaces_an_initrd_of_another_width)
{
	size_t size;
	void *fdt = tree_load("crosvm", &size), *to;

	CHECK_EQ(hand_over(fdt, size + FDT_HANDOFF_EXTRA, everything(), &to), 0);
	check_number(to, "linux,initrd-start", 0x848000000);
	check_number(to, "linux,initrd-end", 0x848000000 + 0x1234567);
	free(to);
	free(fdt);
}

TEST(handoff_sets_an_empty_command_line)
{
	size_t size;
	void *fdt = tree_load("qemu-gicv2", &size), *to;
	struct fdt_handoff h = nothing;

	h.bootargs = "";
	CHECK_EQ(hand_over(fdt, size + FDT_HANDOFF_EXTRA, h, &to), 0);
	check_bytes(to, "bootargs", "", 1);
	free(to);
	free(fdt);
}

TEST(handoff_adds_chosen_where_there_is_none)
{
	size_t size, room;
	void *fdt, *to;

	make_start(&m);
	make_text(&m, "model", "no chosen");
	make_node(&m, "chosen-not");
	make_end(&m);
	fdt = make_finish(&m, &size);
	room = size + FDT_HANDOFF_EXTRA + strlen(everything().bootargs);
	CHECK_EQ(hand_over(fdt, room, everything(), &to), 0);
	check_everything(to);
	CHECK_TEXT(fdt_getprop(to, 0, "model", NULL), "no chosen");
	CHECK(fdt_path_offset(to, "/chosen-not") > 0);
	free(to);
	free(fdt);
}

/* A command line as long as boot/ allows, in the room that it computes. */
TEST(handoff_takes_a_long_command_line)
{
	size_t size;
	void *fdt = tree_load("numa", &size), *to;
	struct fdt_handoff h = everything();
	char *text = calloc(1, 4096);

	memset(text, 'a', 4095);
	h.bootargs = text;
	CHECK_EQ(hand_over(fdt, size + FDT_HANDOFF_EXTRA + 4095, h, &to), 0);
	check_bytes(to, "bootargs", text, 4096);
	free(to);
	free(text);
	free(fdt);
}

/* Any room from nothing to plenty: an error or a whole tree, never a byte behind it. */
TEST(handoff_says_when_there_is_too_little_room)
{
	size_t size;
	void *fdt = tree_load("numa", &size), *to;
	bool fitted = false;

	for (size_t room = 1; room < size + 600; room++) {
		int result = hand_over(fdt, room, everything(), &to);

		test_note("%zu bytes of room for %zu", room, size);
		CHECK(!fitted || result == 0);
		CHECK(result == 0 || result == ERR_FDT_SPACE);
		fitted |= result == 0;
		if (result == 0)
			check_everything(to);
		free(to);
	}
	CHECK(fitted);
}

TEST(handoff_refuses_what_is_no_tree)
{
	size_t size;
	void *fdt = tree_load("numa", &size), *to = malloc(2 * size);

	tree_set_field(fdt, HEADER_MAGIC, 0);
	CHECK(fdt_handoff(fdt, to, 2 * size, &nothing) < 0);
	free(to);
	free(fdt);
}

TEST(handoff_skips_nops)
{
	size_t size;
	void *fdt = tree_load("numa", &size), *to;
	struct fdt_handoff h = everything();

	CHECK_EQ(fdt_nop_node(fdt, fdt_path_offset(fdt, "/cpus")), 0);
	CHECK_EQ(hand_over(fdt, size + FDT_HANDOFF_EXTRA + strlen(h.bootargs), h, &to), 0);
	check_everything(to);
	CHECK(fdt_path_offset(to, "/cpus") < 0);
	free(to);
	free(fdt);
}

/*
 * The Devicetree Specification (5.1) names an order of the blocks and says "should". A tree in
 * another order that the reader accepts must reach the guest.
 */
TEST(handoff_takes_blocks_in_another_order)
{
	size_t size;
	char *fdt = tree_load("numa", &size), *other = calloc(1, size + 64);
	uint32_t structure = tree_field(fdt, HEADER_STRUCT);
	uint32_t structure_size = tree_field(fdt, HEADER_STRUCT_SIZE);
	uint32_t strings_size = tree_field(fdt, HEADER_STRINGS_SIZE);
	uint32_t moved = (structure + strings_size + 3) & ~3U;
	struct fdt_walk walk;
	void *to;

	memcpy(other, fdt, structure);
	memcpy(other + structure, fdt + tree_field(fdt, HEADER_STRINGS), strings_size);
	memcpy(other + moved, fdt + structure, structure_size);
	tree_set_field(other, HEADER_STRINGS, structure);
	tree_set_field(other, HEADER_STRUCT, moved);
	tree_set_field(other, HEADER_TOTAL, moved + structure_size);
	if (fdt_walk_start(&walk, other, size + 64) == 0) {
		CHECK_EQ(hand_over(other, moved + structure_size + FDT_HANDOFF_EXTRA, nothing, &to),
			 0);
		if (to)
			check_kept(other, to);
		free(to);
	}
	free(other);
	free(fdt);
}

static uint32_t boothowto_of(const void *fdt)
{
	int length = 0;
	const fdt32_t *howto =
		fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"), "openbsd,boothowto", &length);

	return howto && length == 4 ? fdt32_ld(howto) : 0;
}

/* RB_GOODRANDOM comes beside what the VMM says. */
TEST(handoff_adds_to_boothowto)
{
	struct fdt_handoff h = {.boothowto = 0x10000};
	void *to, *again;
	size_t size;
	void *from = tree_load("qemu-gicv3", &size);

	REQUIRE(CHECK_EQ(hand_over(from, size + FDT_HANDOFF_EXTRA, h, &to), 0));
	CHECK_EQ(boothowto_of(to), 0x10000);
	h.boothowto = 2;
	REQUIRE(CHECK_EQ(hand_over(to, size + FDT_HANDOFF_EXTRA, h, &again), 0));
	CHECK_EQ(boothowto_of(again), 0x10002);
	free(again);
	h.boothowto = 0;
	REQUIRE(CHECK_EQ(hand_over(from, size + FDT_HANDOFF_EXTRA, h, &again), 0));
	CHECK_EQ(boothowto_of(again), 0);
	free(again);
	free(to);
	free(from);
}

static void check_keeps(const void *fdt, const char *path, uint64_t base, uint64_t size)
{
	int length = 0, node = fdt_path_offset(fdt, path);
	const fdt64_t *reg = fdt_getprop(fdt, node, "reg", &length);

	test_note("%s", path);
	CHECK(fdt_getprop(fdt, node, "no-map", NULL) != NULL);
	if (CHECK(reg != NULL) && CHECK_EQ(length, 16)) {
		CHECK_EQ(fdt64_ld(reg), base);
		CHECK_EQ(fdt64_ld(reg + 1), size);
	}
}

/* FreeBSD sees neither /memreserve/ nor what is only EFI's or ours; room for it is as promised. */
TEST(handoff_makes_nodes_of_all_that_is_reserved)
{
	static const struct region kept[] = {{0x7fff0000, 0x10000}, {0xfffffffffffe0000, 0x10000}};
	struct fdt_handoff h = {.nodes = true, .kept = kept, .num_kept = 2};
	size_t size, room;
	void *from = tree_load("reserved", &size), *to;

	room = size + FDT_HANDOFF_EXTRA + FDT_NODES_EXTRA(4);
	REQUIRE(CHECK_EQ(hand_over(from, room, h, &to), 0));
	CHECK_EQ(fdt_check_full(to, fdt_totalsize(to)), 0);
	check_keeps(to, "/reserved-memory/keep@7fff0000", 0x7fff0000, 0x10000);
	check_keeps(to, "/reserved-memory/keep@fffffffffffe0000", 0xfffffffffffe0000, 0x10000);
	check_keeps(to, "/reserved-memory/keep@47f00000", 0x47f00000, 0x10000);
	check_keeps(to, "/reserved-memory/keep@40000000", 0x40000000, 0x1000);
	CHECK_EQ(fdt_num_mem_rsv(to), 2);
	free(to);
	CHECK_EQ(hand_over(from, size + 64, h, &to), ERR_FDT_SPACE);
	h.nodes = false;
	REQUIRE(CHECK_EQ(hand_over(from, room, h, &to), 0));
	CHECK(fdt_path_offset(to, "/reserved-memory/keep@47f00000") < 0);
	free(to);
	free(from);
}

TEST(handoff_keeps_a_piece_once)
{
	static const struct region kept[] = {
		{0x7fff0000, 0x10000}, {0x7fff0000, 0x10000}, {0x7fff0000, 0}};
	struct fdt_handoff h = {.nodes = true, .kept = kept, .num_kept = 3};
	size_t size;
	void *from = tree_load("qemu-gicv3", &size), *to;

	REQUIRE(CHECK_EQ(hand_over(from, size + FDT_HANDOFF_EXTRA + FDT_NODES_EXTRA(3), h, &to),
			 0));
	check_keeps(to, "/reserved-memory/keep@7fff0000", 0x7fff0000, 0x10000);
	free(to);
	free(from);
}
