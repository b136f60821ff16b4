/* SPDX-License-Identifier: BSD-2-Clause */
/* uImages: those that mkimage writes, and hostile ones. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include "error.h"
#include "made.h"
#include "test.h"
#include "lib/formats/uimage.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct payload payload;
static uint8_t *file;
static size_t size;

/* What is in 'file' now, with the caller's struct as it should be. */
static int open_again(void)
{
	memset(&payload, 0, sizeof(payload));
	return uimage_open(file, size, &payload);
}

static int open_made(const char *name)
{
	free(file);
	file = made_load(name, &size);
	test_note("%s", name);
	CHECK(uimage_is(file, size));
	return open_again();
}

/* That a part is what went in. */
static void check_part(const struct part *part, const char *name)
{
	size_t length;
	uint8_t *wanted = made_load(name, &length);

	if (CHECK_EQ(part->size, length))
		CHECK_BYTES(part->at, wanted, length);
	free(wanted);
}

static void check_name(const char *name)
{
	if (CHECK_EQ(payload.name.size, strlen(name)))
		CHECK_BYTES(payload.name.at, name, strlen(name));
}

/* -- what mkimage writes ------------------------------------------------------------------------
 */

TEST(uimage_reads_a_kernel)
{
	REQUIRE(CHECK_EQ(open_made("uimage/kernel"), 0));
	check_part(&payload.kernel, "elf/arm64.bin");
	CHECK(payload.placed && !payload.relocatable);
	CHECK_EQ(payload.load, 0x40008000);
	CHECK_EQ(payload.entry, 0x40008040);
	CHECK_EQ(payload.lead, 0);
	CHECK_EQ(payload.arch, PAYLOAD_ARM);
	CHECK_EQ(payload.initrds, 0);
	CHECK_EQ(payload.dtb.size, 0);
	check_name("unit-test");
}

TEST(uimage_reads_an_arm64_kernel)
{
	REQUIRE(CHECK_EQ(open_made("uimage/kernel-arm64"), 0));
	check_part(&payload.kernel, "elf/arm64.bin");
	CHECK_EQ(payload.load, 0xfff80000); /* no sign to extend */
	CHECK_EQ(payload.entry, 0xfff80008);
	CHECK_EQ(payload.arch, PAYLOAD_ARM64);
	check_name("0123456789abcdef0123456789abcdef"); /* nothing ends it */
}

TEST(uimage_hands_on_what_is_compressed)
{
	REQUIRE(CHECK_EQ(open_made("uimage/kernel-gzip"), 0));
	check_part(&payload.kernel, "elf/arm64.gz");
	CHECK(payload.placed);
	CHECK_EQ(payload.entry, 0x40008040);
}

TEST(uimage_reads_a_kernel_for_anywhere)
{
	REQUIRE(CHECK_EQ(open_made("uimage/noload"), 0));
	check_part(&payload.kernel, "elf/arm64.bin");
	CHECK(!payload.placed && payload.relocatable);
	CHECK_EQ(payload.load, 0);
	CHECK_EQ(payload.entry, 8);
	CHECK_EQ(payload.lead, 64);
	check_name("NetBSD/unit");
	REQUIRE(CHECK_EQ(open_made("uimage/noload-gzip"), 0));
	check_part(&payload.kernel, "elf/arm64.gz");
	CHECK(!payload.placed && payload.relocatable);
	CHECK_EQ(payload.entry, 0);
	CHECK_EQ(payload.lead, 0);
}

TEST(uimage_reads_many_parts)
{
	static const char *const names[] = {"uimage/multi-two", "uimage/multi",
					    "uimage/multi-four"};

	for (size_t i = 0; i < COUNT(names); i++) {
		REQUIRE(CHECK_EQ(open_made(names[i]), 0));
		CHECK(payload.placed);
		CHECK_EQ(payload.entry, 0x40008040);
		check_part(&payload.kernel, "elf/arm64.bin");
		if (CHECK_EQ(payload.initrds, 1))
			check_part(&payload.initrd[0], "gzip-1.gz");
		if (i)
			check_part(&payload.dtb, "dtb/qemu-gicv2.dtb");
		else
			CHECK_EQ(payload.dtb.size, 0);
	}
}

TEST(uimage_refuses_what_is_no_kernel)
{
	CHECK_EQ(open_made("uimage/ramdisk"), ERR_NO_KERNEL);
	CHECK_EQ(open_made("uimage/script"), ERR_NO_KERNEL);
}

TEST(uimage_keeps_what_was_in_the_payload)
{
	static const uint8_t other;

	CHECK_EQ(open_made("uimage/multi"), 0);
	payload.initrd[0].at = &other;
	payload.dtb.size = 0;
	CHECK_EQ(uimage_open(file, size, &payload), 0);
	CHECK_EQ(payload.initrds, 2);
	CHECK(payload.initrd[0].at == &other);
	check_part(&payload.initrd[1], "gzip-1.gz");
	payload.initrds = PAYLOAD_INITRDS;
	CHECK_EQ(uimage_open(file, size, &payload), ERR_FULL);
	CHECK_EQ(open_made("uimage/kernel"), 0);
	payload.initrds = PAYLOAD_INITRDS;
	payload.dtb.at = &other;
	payload.dtb.size = 1;
	CHECK_EQ(uimage_open(file, size, &payload), 0);
	CHECK(payload.dtb.at == &other && payload.dtb.size == 1);
}

/* -- damage -------------------------------------------------------------------------------------
 */

static void put32(size_t at, uint32_t value)
{
	for (unsigned int i = 0; i < 4; i++)
		file[at + i] = (uint8_t)(value >> (24 - 8 * i));
}

/* Makes the sums right again, as an attacker would. */
static void seal(void)
{
	uint32_t length = (uint32_t)file[12] << 24 | (uint32_t)file[13] << 16 |
			  (uint32_t)file[14] << 8 | file[15];

	if (length <= size - 64)
		put32(24, (uint32_t)crc32(0, file + 64, length));
	put32(4, 0);
	put32(4, (uint32_t)crc32(0, file, 64));
}

static int open_sealed(void)
{
	seal();
	return open_again();
}

/* A multi of these words, ended by nothing but the data's end. */
static void make_words(const uint32_t *words, size_t count)
{
	free(file);
	size = 64 + 4 * count;
	file = calloc(1, size);
	put32(0, 0x27051956);
	put32(12, (uint32_t)(4 * count));
	file[29] = 2;
	file[30] = 4;
	for (size_t i = 0; i < count; i++)
		put32(64 + 4 * i, words[i]);
}

#define make(...)                                                                                  \
	make_words((const uint32_t[]) {__VA_ARGS__}, sizeof((const uint32_t[]) {__VA_ARGS__}) / 4)

TEST(uimage_knows_its_magic)
{
	CHECK(uimage_is((const uint8_t *)"\x27\x05\x19\x56", 4));
	CHECK(!uimage_is((const uint8_t *)"\x27\x05\x19\x56", 3));
	CHECK(!uimage_is((const uint8_t *)"\x56\x19\x05\x27", 4));
	CHECK(!uimage_is(NULL, 0));
	CHECK_EQ(uimage_open((const uint8_t *)"text", 4, &payload), ERR_UNKNOWN);
}

TEST(uimage_sees_that_a_file_is_cut)
{
	REQUIRE(CHECK_EQ(open_made("uimage/kernel-gzip"), 0));
	for (size_t cut = 0; cut < size; cut++) {
		uint8_t *block = malloc(cut ? cut : 1);

		memcpy(block, file, cut);
		test_note("%zu bytes", cut);
		CHECK_EQ(uimage_open(block, cut, &payload), cut < 4 ? ERR_UNKNOWN : ERR_TRUNCATED);
		free(block);
	}
}

TEST(uimage_takes_more_than_its_data)
{
	REQUIRE(CHECK_EQ(open_made("uimage/kernel-gzip"), 0));
	file = realloc(file, size + 100);
	memset(file + size, 0xee, 100);
	size += 100;
	CHECK_EQ(open_again(), 0);
	check_part(&payload.kernel, "elf/arm64.gz");
}

TEST(uimage_sees_any_wrong_bit)
{
	REQUIRE(CHECK_EQ(open_made("uimage/kernel-gzip"), 0));
	for (size_t i = 0; i < 8 * size; i++) {
		test_note("bit %zu", i);
		file[i / 8] ^= (uint8_t)(1 << i % 8);
		CHECK_EQ(open_again(), i < 32 ? ERR_UNKNOWN : ERR_HASH);
		file[i / 8] ^= (uint8_t)(1 << i % 8);
	}
	CHECK_EQ(open_again(), 0);
}

TEST(uimage_refuses_sizes_behind_its_end)
{
	static const uint32_t more[] = {1, 64, 0x10000, 0x7fffffff};

	REQUIRE(CHECK_EQ(open_made("uimage/kernel-gzip"), 0));
	for (size_t i = 0; i < COUNT(more); i++) {
		put32(12, (uint32_t)(size - 64 + more[i]));
		CHECK_EQ(open_sealed(), ERR_TRUNCATED);
	}
	put32(12, UINT32_MAX);
	CHECK_EQ(open_sealed(), ERR_TRUNCATED);
	put32(12, 1);
	CHECK_EQ(open_sealed(), 0);
	CHECK_EQ(payload.kernel.size, 1);
	put32(12, 0);
	CHECK_EQ(open_sealed(), ERR_NO_KERNEL);
}

TEST(uimage_knows_architectures_and_types)
{
	REQUIRE(CHECK_EQ(open_made("uimage/kernel-gzip"), 0));
	for (unsigned int value = 0; value < 256; value++) {
		test_note("type or architecture %u", value);
		file[29] = (uint8_t)value;
		CHECK_EQ(open_sealed(), 0);
		CHECK_EQ(payload.arch, value == 2    ? PAYLOAD_ARM
				       : value == 22 ? PAYLOAD_ARM64
						     : PAYLOAD_OTHER);
		file[30] = (uint8_t)value;
		if (value != 4)
			CHECK_EQ(open_sealed(),
				 value == 1 || value == 2 || value == 14 ? 0 : ERR_NO_KERNEL);
		file[30] = 2;
	}
}

TEST(uimage_refuses_a_list_without_end)
{
	make(0);
	CHECK_EQ(open_sealed(), ERR_NO_KERNEL);
	make(4, 4);
	CHECK_EQ(open_sealed(), ERR_HEADER);
	make(4);
	CHECK_EQ(open_sealed(), ERR_HEADER);
	make(4, 0, 0x12345678);
	for (uint32_t length = 0; length < 8; length++) {
		put32(12, length);
		CHECK_EQ(open_sealed(), ERR_HEADER);
	}
	put32(12, 12);
	CHECK_EQ(open_sealed(), 0);
	CHECK_EQ(payload.kernel.size, 4);
	CHECK(payload.kernel.at == file + 72);
}

TEST(uimage_refuses_parts_outside_of_its_data)
{
	make(5, 0, 1);
	CHECK_EQ(open_sealed(), ERR_PART);
	make(UINT32_MAX, 0, 1);
	CHECK_EQ(open_sealed(), ERR_PART);
	make(4, UINT32_MAX, 0, 1);
	CHECK_EQ(open_sealed(), ERR_PART);
	make(UINT32_MAX - 3, UINT32_MAX, 12, 0, 1, 2, 3); /* the sum wraps to 12 */
	CHECK_EQ(open_sealed(), ERR_PART);
	make(4, 3, 2, 0, 1, 2, 3);
	CHECK_EQ(open_sealed(), 0);
	CHECK(payload.dtb.at == file + 64 + 24);
	make(4, 3, 5, 0, 1, 2, 3);
	CHECK_EQ(open_sealed(), ERR_PART);
	make(4, 3, 2, 99, 0, 1, 2, 3); /* nobody asks for the fourth */
	CHECK_EQ(open_sealed(), 0);
	make(3, 1, 0, 1); /* the padding goes to the end, and nothing is left */
	CHECK_EQ(open_sealed(), ERR_PART);
	put32(12, 15); /* within the padding */
	CHECK_EQ(open_sealed(), ERR_PART);
}
