/* SPDX-License-Identifier: BSD-2-Clause */
/* cpio archives: those that cpio(1) writes, and hostile ones. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib/formats/cpio.h"
#include "error.h"
#include "parts.h"
#include "test.h"

static struct payload payload;
static uint8_t *file;
static size_t size;

static int open_again(void)
{
	memset(&payload, 0, sizeof(payload));
	return cpio_open(file, size, &payload);
}

static int open_made(const char *name)
{
	free(file);
	file = part_load(name, &size);
	test_note("%s", name);
	CHECK(cpio_is(file, size));
	return open_again();
}

/* -- what cpio(1) writes ------------------------------------------------------------------------
 */

TEST(cpio_has_a_kernel_and_an_initrd)
{
	static const char *const names[] = {"cpio/newc", "cpio/crc"};

	for (size_t i = 0; i < 2; i++) {
		REQUIRE(CHECK_EQ(open_made(names[i]), 0));
		CHECK(part_is_file(&payload.kernel, "parts/kernel"));
		REQUIRE(CHECK_EQ(payload.initrds, 1));
		CHECK(part_is_file(&payload.initrd[0], "parts/initrd"));
		CHECK(parts_inside(&payload, file, size, NULL, 0));
	}
}

/* The whole of it, but for what fills up its last block. */
TEST(cpio_is_an_initrd_itself)
{
	REQUIRE(CHECK_EQ(open_made("cpio/plain"), 0));
	CHECK(part_is_file(&payload.kernel, "parts/kernel"));
	REQUIRE(CHECK_EQ(payload.initrds, 1));
	CHECK(payload.initrd[0].at == file);
	CHECK(payload.initrd[0].size <= size && size - payload.initrd[0].size < 512);
	CHECK(memcmp(file + payload.initrd[0].size - 14, "TRAILER!!!", 11) == 0);
}

/* Links, empty files and folders have none, and other folders do not count. */
TEST(cpio_without_a_kernel)
{
	CHECK_EQ(open_made("cpio/bare"), ERR_NO_KERNEL);
}

TEST(cpio_checks_sums)
{
	uint8_t *kernel;

	REQUIRE(CHECK_EQ(open_made("cpio/crc"), 0));
	kernel = file + (payload.kernel.at - file);
	kernel[100] ^= 1;
	CHECK_EQ(open_again(), ERR_HASH);
	REQUIRE(CHECK_EQ(open_made("cpio/newc"), 0));
	file[payload.kernel.at - file + 100] ^= 1;
	CHECK_EQ(open_again(), 0);
}

/* Wherever it is cut, it is seen, or nothing is missing but the padding. */
TEST(cpio_cut_short)
{
	uint8_t *whole;
	size_t all, end;

	REQUIRE(CHECK_EQ(open_made("cpio/plain"), 0));
	end = (size_t)payload.initrd[0].size;
	whole = file;
	all = size;
	for (size = 6; size < all; size += size + 200 < end ? 97 : 1) {
		int result;

		file = malloc(size);
		memcpy(file, whole, size);
		test_note("%zu of %zu bytes, %zu count", size, all, end);
		result = open_again();
		CHECK(size < end - 3 ? result == ERR_TRUNCATED || result == ERR_HEADER
				     : result == 0);
		free(file);
	}
	file = whole;
}

/* -- archives of our own ------------------------------------------------------------------------
 */

struct writer {
	uint8_t at[4096];
	size_t size;
};

static void pad(struct writer *writer)
{
	while (writer->size % 4)
		writer->at[writer->size++] = 0;
}

static void add_mode(struct writer *writer, unsigned int mode, const char *name, const char *text)
{
	writer->size += (size_t)sprintf(
		(char *)writer->at + writer->size,
		"070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08X%08x%s", 1, mode, 0, 0, 1, 0,
		(unsigned int)strlen(text), 0, 0, 0, 0, (unsigned int)strlen(name) + 1, 0, name);
	writer->at[writer->size++] = 0;
	pad(writer);
	memcpy(writer->at + writer->size, text, strlen(text));
	writer->size += strlen(text);
	pad(writer);
}

static void add(struct writer *writer, const char *name, const char *text)
{
	add_mode(writer, 0100644, name, text);
}

static void finish(struct writer *writer)
{
	add_mode(writer, 0, "TRAILER!!!", "");
}

static int open_written(const struct writer *writer)
{
	free(file);
	size = writer->size;
	file = malloc(size);
	memcpy(file, writer->at, size);
	return open_again();
}

/* The kernel of an archive of files of these names, each with its name in it. */
static void check_choice(const char *const *names, const char *wanted)
{
	struct writer writer = {.size = 0};

	while (*names) {
		add(&writer, *names, *names);
		names++;
	}
	finish(&writer);
	test_note("%s", wanted);
	REQUIRE(CHECK_EQ(open_written(&writer), 0));
	CHECK(part_is_text(&payload.kernel, wanted));
}

TEST(cpio_prefers_some_names)
{
	static const char *const all[] = {"boot/a.itb",	  "boot/a.efi",	   "boot/linux-2",
					  "boot/zImage",  "boot/Image.gz", "boot/vmlinuz-1",
					  "boot/vmlinuz", "boot/.efi",	   NULL};

	check_choice(all, "boot/vmlinuz-1");
	for (int i = 4; i >= 0; i--) {
		const char *const some[] = {"boot/config", all[0], all[i], "boot/sub/vmlinuz",
					    NULL};

		check_choice(some, all[i]);
	}
}

TEST(cpio_takes_names_as_they_are_written)
{
	static const char *const dot[] = {"./boot/Image", NULL},
				 *const slash[] = {"/boot/Image", NULL},
				 *const both[] = {".//boot/Image", NULL};

	check_choice(dot, "./boot/Image");
	check_choice(slash, "/boot/Image");
	check_choice(both, ".//boot/Image");
}

static int open_named(const char *name)
{
	struct writer writer = {.size = 0};

	add(&writer, name, "kernel");
	finish(&writer);
	test_note("%s", name);
	return open_written(&writer);
}

TEST(cpio_leaves_other_names)
{
	static const char *const names[] = {"vmlinuz",	   "boot",	   "boot/",
					    "bootvmlinuz", "boot/efi",	   "boot/a.efix",
					    "boot/mlinuz", "x/boot/Image", "../boot/Image"};

	CHECK_EQ(open_named("boot/Image"), 0);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		CHECK_EQ(open_named(names[i]), ERR_NO_KERNEL);
}

/* As Linux takes them: microcode before the rest, zeros between. */
TEST(cpio_goes_on_with_the_next_archive)
{
	struct writer writer = {.size = 0};

	add(&writer, "early", "x");
	finish(&writer);
	memset(writer.at + writer.size, 0, 20);
	writer.size += 20;
	add(&writer, "boot/Image", "kernel");
	finish(&writer);
	REQUIRE(CHECK_EQ(open_written(&writer), 0));
	CHECK(part_is_text(&payload.kernel, "kernel"));
	CHECK_EQ(payload.initrd[0].size, size);
}

/* What follows is part of the initrd, unless it is erased flash. */
TEST(cpio_ends_where_it_ends)
{
	struct writer writer = {.size = 0};
	size_t end;

	add(&writer, "boot/Image", "kernel");
	finish(&writer);
	end = writer.size;
	memset(writer.at + writer.size, 0xff, 64);
	writer.size += 64;
	REQUIRE(CHECK_EQ(open_written(&writer), 0));
	CHECK_EQ(payload.initrd[0].size, end);
	file[end] = 0x1f;
	REQUIRE(CHECK_EQ(open_again(), 0));
	CHECK_EQ(payload.initrd[0].size, size);
	memset(file + end, 0, 64);
	REQUIRE(CHECK_EQ(open_again(), 0));
	CHECK_EQ(payload.initrd[0].size, end);
}

TEST(cpio_refuses_bad_headers)
{
	struct writer writer = {.size = 0};

	add(&writer, "boot/Image", "kernel");
	finish(&writer);
	REQUIRE(CHECK_EQ(open_written(&writer), 0));
	for (size_t at = 6; at < 110; at++) {
		unsigned int field = (unsigned int)(at - 6) / 8;
		bool counts = field == 1 || field == 6 || field >= 11;
		uint8_t old = file[at];

		test_note("byte %zu", at);
		for (size_t i = 0; i < 6; i++) {
			file[at] = (uint8_t) "gG/:@`"[i];
			CHECK_EQ(open_again(), counts ? ERR_HEADER : 0);
		}
		file[at] = old;
	}
	memcpy(file + 6 + 8 * 11, "00000000", 8);
	CHECK_EQ(open_again(), ERR_HEADER);
	memcpy(file + 6 + 8 * 11, "ffffffff", 8);
	CHECK_EQ(open_again(), ERR_TRUNCATED);
	memcpy(file + 6 + 8 * 11, "0000000B", 8);
	memcpy(file + 6 + 8 * 6, "ffffffff", 8);
	CHECK_EQ(open_again(), ERR_TRUNCATED);
}

TEST(cpio_is_known_by_its_magic)
{
	CHECK(cpio_is((const uint8_t *)"070701", 6));
	CHECK(cpio_is((const uint8_t *)"070702", 6));
	CHECK(!cpio_is((const uint8_t *)"070707", 6)); /* the old portable format */
	CHECK(!cpio_is((const uint8_t *)"070701", 5));
}
