/* SPDX-License-Identifier: BSD-2-Clause */
/* FIT images that are cut off, made by hand, or damaged. */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "fits.h"
#include "test.h"
#include "lib/hash/sha.h"
#include "trees.h"

/* Opens the first 'part' bytes, in a block of exactly that size. */
static int open_cut(size_t part)
{
	uint8_t *whole = file;
	size_t all = size;
	int error;

	file = malloc(part ? part : 1);
	memcpy(file, whole, part);
	size = part;
	error = fit_open_named(NULL);
	free(file);
	file = whole;
	size = all;
	return error;
}

TEST(fit_truncated)
{
	fit_load("full");
	for (size_t part = 0; part < size; part += part < 4096 || part > size - 64 ? 1 : 511)
		CHECK_EQ(open_cut(part), ERR_TRUNCATED);
	for (size_t i = 1; i < 4; i++) {
		size_t part = 0, total, end;

		fit_load(fit_layouts[i]);
		CHECK_EQ(fit_open_named(NULL), 0);
		total = fdt_totalsize(file);
		end = (size_t)(found.overlay[1].at - file) + found.overlay[1].size;
		CHECK(total < end && end <= size);
		for (; part < total; part += 13)
			CHECK_EQ(open_cut(part), ERR_TRUNCATED);
		for (part = total; part < end; part += part < end - 64 ? 61 : 1)
			CHECK_EQ(open_cut(part), ERR_PART);
		CHECK_EQ(open_cut(end), 0);
	}
}

TEST(fit_misaligned)
{
	uint8_t *copy, *whole;

	fit_load("full");
	whole = file;
	copy = malloc(size + 4);
	memcpy(copy + 4, file, size);
	file = copy + 4;
	CHECK_EQ(fit_open_named(NULL), ERR_FDT_LAYOUT);
	CHECK(fit_is(file, 4096));
	file = whole;
	free(copy);
}

static void put(const char *path, const char *name, uint32_t value)
{
	uint8_t cells[] = {(uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
			   (uint8_t)value};

	fit_change(path, name, cells, 4);
}

TEST(fit_places_outside)
{
	fit_load("full-position");
	put("/images/kernel", "data-position", (uint32_t)size);
	CHECK_EQ(fit_open_named(NULL), ERR_PART);
	put("/images/kernel", "data-position", 0xffffffff);
	CHECK_EQ(fit_open_named(NULL), ERR_PART);
	put("/images/kernel", "data-position", 0);
	CHECK_EQ(fit_open_named(NULL), ERR_HASH);
	put("/images/kernel", "data-size", (uint32_t)size);
	CHECK_EQ(fit_open_named(NULL), ERR_HASH);
	put("/images/kernel", "data-size", (uint32_t)size + 1);
	CHECK_EQ(fit_open_named(NULL), ERR_PART);
	fit_drop("/images/kernel", "data-size");
	CHECK_EQ(fit_open_named(NULL), ERR_PART);
	fit_load("full-external");
	put("/images/kernel", "data-offset", 0xffffffff);
	CHECK_EQ(fit_open_named(NULL), ERR_PART);
	put("/images/kernel", "data-offset", 1);
	CHECK_EQ(fit_open_named(NULL), ERR_HASH);
	put("/images/kernel", "data-size", 0xffffffff);
	CHECK_EQ(fit_open_named(NULL), ERR_PART);
	fit_drop("/images/kernel", "data-offset");
	CHECK_EQ(fit_open_named(NULL), ERR_PART);
}

static struct maker m;

static void make_image(const char *type)
{
	make_start(&m);
	make_node(&m, "images");
	make_node(&m, "image");
	if (type)
		make_text(&m, "type", type);
}

static int open_made(void)
{
	int error;

	make_end(&m);
	make_end(&m);
	free(file);
	file = make_finish(&m, &size);
	error = fit_open_named(NULL);
	return error;
}

TEST(fit_made_by_hand)
{
	make_image("kernel");
	make_property(&m, "data", "kern", 4);
	CHECK_EQ(open_made(), 0);
	CHECK(part_is_text(&found.kernel, "kern"));
	CHECK(fit_is(file, size));
	make_image("kernel");
	make_property(&m, "data", "", 0);
	CHECK_EQ(open_made(), ERR_NO_KERNEL);
	make_image("kernel");
	CHECK_EQ(open_made(), ERR_PART);
	make_image("ramdisk");
	make_property(&m, "data", "kern", 4);
	CHECK_EQ(open_made(), ERR_NO_KERNEL);
	make_image(NULL);
	make_property(&m, "data", "kern", 4);
	CHECK_EQ(open_made(), ERR_NO_KERNEL);
}

/* 64-bit numbers that wrap around. */
TEST(fit_places_that_wrap)
{
	make_image("kernel");
	make_cells(&m, "data-position", 0xffffffff, 0xfffffff0);
	make_cells(&m, "data-size", 0, 0x20);
	CHECK_EQ(open_made(), ERR_PART);
	make_image("kernel");
	make_cells(&m, "data-offset", 0xffffffff, 0xfffffff0);
	make_cells(&m, "data-size", 0x10);
	CHECK_EQ(open_made(), ERR_PART);
	make_image("kernel");
	make_cells(&m, "data-position", 0x20);
	make_cells(&m, "data-size", 0xffffffff, 0xffffffe4);
	CHECK_EQ(open_made(), ERR_PART);
	make_image("kernel");
	make_cells(&m, "data-position", 0, 0x20);
	make_cells(&m, "data-size", 0, 4);
	CHECK_EQ(open_made(), 0);
	CHECK(found.kernel.at == file + 0x20 && found.kernel.size == 4);
}

/* Data begins at the first multiple of 4 behind the tree. */
TEST(fit_tree_of_any_size)
{
	for (uint32_t more = 0; more < 12; more++) {
		uint8_t *tree;
		size_t tree_size;

		make_image("kernel");
		make_cells(&m, "data-offset", 4);
		make_cells(&m, "data-size", 4);
		make_end(&m);
		make_end(&m);
		tree = make_finish(&m, &tree_size);
		tree_set_field(tree, HEADER_TOTAL, (uint32_t)tree_size + more);
		size = (tree_size + more + 3) / 4 * 4 + 8;
		free(file);
		file = calloc(1, size);
		memcpy(file, tree, tree_size);
		memcpy(file + size - 4, "kern", 4);
		free(tree);
		CHECK_EQ(fit_open_named(NULL), 0);
		CHECK(part_is_text(&found.kernel, "kern"));
	}
}

/* A digest that is right as far as it goes. */
TEST(fit_hash_length)
{
	uint8_t value[SHA256_SIZE + 8] = {0};

	sha256((const uint8_t *)"kern", 4, value);
	for (size_t length = 0; length < sizeof(value); length++) {
		make_image("kernel");
		make_property(&m, "data", "kern", 4);
		make_node(&m, "hash");
		make_text(&m, "algo", "sha256");
		make_property(&m, "value", value, length);
		make_end(&m);
		CHECK_EQ(open_made(), length == SHA256_SIZE ? 0 : ERR_HASH);
	}
}

/* libfdt 1.6 would go round for ever on this length. */
TEST(fit_property_of_no_length)
{
	make_image("kernel");
	make_token(&m, FDT_PROP);
	make_token(&m, 0xfffffff4);
	make_token(&m, 0);
	CHECK_EQ(open_made(), ERR_FDT_STRUCTURE);
}

/* libfdt's work grows with their length times the number of properties that share one. */
TEST(fit_names_have_an_end)
{
	char name[FIT_NAME_MAX + 2];

	for (int node = 0; node < 2; node++)
		for (int more = 0; more < 2; more++) {
			memset(name, 'n', sizeof(name));
			name[FIT_NAME_MAX + more] = 0;
			make_image("kernel");
			make_property(&m, "data", "kern", 4);
			if (node) {
				make_node(&m, name);
				make_end(&m);
			} else {
				make_property(&m, name, "", 0);
			}
			CHECK_EQ(open_made(), more ? ERR_FDT_NAME : 0);
		}
}

TEST(fit_empty_configurations)
{
	make_image("kernel");
	make_property(&m, "data", "kern", 4);
	make_end(&m);
	make_end(&m);
	make_node(&m, "configurations");
	make_node(&m, "nothing");
	CHECK_EQ(open_made(), ERR_NO_KERNEL);
	make_image("kernel");
	make_end(&m);
	make_end(&m);
	make_node(&m, "outer");
	make_node(&m, "configurations");
	CHECK_EQ(open_made(), ERR_PART);
}

static void check_no_fit(const char *name, const void *fdt, size_t fdt_size)
{
	struct fit_choice choice = {0};

	memset(&found, 0, sizeof(found));
	CHECK(!fit_is(fdt, fdt_size < 4096 ? fdt_size : 4096));
	CHECK_EQ(fit_open(fdt, fdt_size, &choice, &found), ERR_NO_KERNEL);
	(void)name;
}

TEST(fit_is_no_machine_tree)
{
	tree_each(check_no_fit);
	fit_load("full");
	for (size_t part = 0; part < 40; part++)
		CHECK(!fit_is(file, part));
	file[0] ^= 1;
	CHECK(!fit_is(file, 4096));
	CHECK_EQ(fit_open_named(NULL), ERR_FDT_MAGIC);
}

/* Whatever is written over the tree: nothing outside of the file is touched or handed out. */
TEST(fit_damage)
{
	static const char compatible[] = "vendor,none\0xen,xenvm";

	for (int i = 0; i < 400; i++) {
		fit_load(fit_layouts[1 + i % 3]);
		for (uint64_t count = test_between(1, 6); count; count--) {
			size_t at = test_between(0, fdt_totalsize(file) / 4 < size / 4
							    ? fdt_totalsize(file) / 4 - 1
							    : 9);

			file[4 * at + test_between(0, 3)] = (uint8_t)test_random();
		}
		fit_open_choice(NULL, compatible, sizeof(compatible));
		fit_open_named("xen");
	}
}
