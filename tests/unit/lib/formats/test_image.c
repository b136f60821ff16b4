/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel files by their headers (Linux Documentation/arm64/booting.rst, arm/booting.rst). */
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "lib/formats/image.h"
#include "test.h"

#define MIB 0x100000ULL

static uint8_t head[IMAGE_HEAD];
static struct image image;

static void put16(size_t at, uint32_t value)
{
	head[at] = (uint8_t)value;
	head[at + 1] = (uint8_t)(value >> 8);
}

static void put32(size_t at, uint32_t value)
{
	put16(at, value);
	put16(at + 2, value >> 16);
}

static void put64(size_t at, uint64_t value)
{
	put32(at, (uint32_t)value);
	put32(at + 4, (uint32_t)(value >> 32));
}

static void arm64_header(uint64_t text_offset, uint64_t image_size, uint64_t flags)
{
	memset(head, 0, sizeof(head));
	put64(8, text_offset);
	put64(16, image_size);
	put64(24, flags);
	memcpy(head + 56, "ARM\x64", 4);
}

static void zimage_header(uint32_t start, uint32_t end)
{
	memset(head, 0, sizeof(head));
	put32(0x24, 0x016f2818);
	put32(0x28, start);
	put32(0x2c, end);
	put32(0x30, 0x04030201);
}

/* As the boot flow calls it, on a block of exactly the head's size. */
static int identify(uint64_t file_size)
{
	size_t size = file_size < IMAGE_HEAD ? (size_t)file_size : IMAGE_HEAD;
	uint8_t *block = malloc(size ? size : 1);
	int result;

	memcpy(block, head, size);
	memset(&image, 0xa5, sizeof(image));
	result = image_identify(block, size, file_size, &image);
	free(block);
	return result;
}

/* -- arm64 --------------------------------------------------------------------------------------
 */

TEST(image_knows_an_arm64_image)
{
	arm64_header(0, 40 * MIB, 0xa);
	REQUIRE(CHECK_EQ(identify(33 * MIB), 0));
	CHECK_EQ(image.format, IMAGE_ARM64);
	CHECK_EQ(image.state, STATE_AARCH64);
	CHECK_EQ(image.file_size, 33 * MIB);
	CHECK_EQ(image.memory_size, 40 * MIB);
	CHECK_EQ(image.text_offset, 0);
	CHECK(image.anywhere);
	CHECK(!image.big_endian);
	CHECK_TEXT(image_name(&image), "Linux arm64 Image");
}

TEST(image_knows_large_pages)
{
	for (unsigned int size = 0; size < 4; size++) {
		arm64_header(0, MIB, 0x8 | size << 1);
		test_note("page size %u", size);
		CHECK_EQ(identify(MIB), 0);
		CHECK_EQ(image.large_pages, size >= 2);
		CHECK(image.anywhere);
		CHECK(!image.big_endian);
	}
}

TEST(image_takes_text_offset_and_flags)
{
	arm64_header(0x80000, MIB, 0x2);
	CHECK_EQ(identify(MIB), 0);
	CHECK_EQ(image.text_offset, 0x80000);
	CHECK(!image.anywhere);
	arm64_header(0xfffc0, MIB, 0xb); /* Unikraft's offset, and what its flags mean */
	CHECK_EQ(identify(MIB), 0);
	CHECK_EQ(image.text_offset, 0xfffc0);
	CHECK(image.anywhere);
	CHECK(!image.big_endian);
	CHECK_TEXT(image_name(&image), "Unikraft arm64 Image");
	arm64_header(0x80000, MIB, 0xb);
	CHECK_EQ(identify(MIB), 0);
	CHECK(image.anywhere);
	CHECK(image.big_endian);
	CHECK_TEXT(image_name(&image), "Linux arm64 big-endian Image");
	arm64_header(0x200000, MIB, 0); /* NetBSD's */
	CHECK_EQ(identify(MIB), 0);
	CHECK_EQ(image.text_offset, 0x200000);
}

/* booting.rst: without image_size, text_offset is 0x80000 whatever the field says. */
TEST(image_takes_headers_before_3_17)
{
	arm64_header(0x1234567, 0, 0);
	CHECK_EQ(identify(5 * MIB), 0);
	CHECK_EQ(image.text_offset, 0x80000);
	CHECK_EQ(image.memory_size, 5 * MIB);
}

TEST(image_needs_memory_for_all_of_the_file)
{
	arm64_header(0, MIB, 0);
	CHECK_EQ(identify(5 * MIB), 0);
	CHECK_EQ(image.memory_size, 5 * MIB);
}

TEST(image_refuses_impossible_arm64_headers)
{
	arm64_header(1ULL << 40, MIB, 0);
	CHECK_EQ(identify(MIB), ERR_HEADER);
	arm64_header(UINT64_MAX, MIB, 0);
	CHECK_EQ(identify(MIB), ERR_HEADER);
	arm64_header(0, 1ULL << 40, 0);
	CHECK_EQ(identify(MIB), ERR_HEADER);
	arm64_header(0, UINT64_MAX, 0);
	CHECK_EQ(identify(MIB), ERR_HEADER);
	for (uint64_t offset = 1; offset < 4; offset++) { /* instructions are aligned */
		arm64_header(0x80000 + offset, MIB, 0);
		CHECK_EQ(identify(MIB), ERR_HEADER);
	}
}

TEST(image_needs_the_whole_arm64_header)
{
	arm64_header(0, MIB, 0);
	for (uint64_t size = 1; size < 64; size++) {
		test_note("%llu bytes", (unsigned long long)size);
		CHECK_EQ(identify(size), ERR_UNKNOWN);
	}
	CHECK_EQ(identify(64), 0);
}

/* A PE header at 'pe' with sections of these raw sizes, one after the other from 'raw' on. */
static void pe_header(uint32_t pe, uint32_t sections, uint32_t raw, uint32_t raw_size)
{
	put16(0, 0x5a4d);
	put32(0x3c, pe);
	put32(pe, 0x4550);
	put16(pe + 6, sections);
	put16(pe + 20, 0xa0);
	for (uint32_t i = 0; i < sections; i++) {
		uint32_t section = pe + 24 + 0xa0 + 40 * i;

		put32(section + 16, raw_size);
		put32(section + 20, raw + i * raw_size);
	}
}

TEST(image_sees_by_its_sections_that_a_file_is_cut)
{
	arm64_header(0, 40 * MIB, 0xa);
	pe_header(0x40, 2, 0x10000, 0x200000);
	CHECK_EQ(identify(0x410000), 0);
	CHECK(image.efi);
	CHECK_EQ(identify(0x410001), 0);
	CHECK_EQ(identify(0x40ffff), ERR_TRUNCATED);
	CHECK_EQ(identify(0x1000), ERR_TRUNCATED);
	pe_header(0x40, 2, 0xffff0000, 0xffff0000); /* the sum needs more than 32 bits */
	CHECK_EQ(identify(0x410000), ERR_TRUNCATED);
}

/* By its sections, and by its signatures where the file still has them. */
TEST(image_tells_its_own_size)
{
	arm64_header(0, 40 * MIB, 0xa);
	CHECK_EQ(identify(0x410000), 0);
	CHECK_EQ(image.own_size, 0);
	pe_header(0x40, 2, 0x10000, 0x200000);
	CHECK_EQ(identify(0x420000), 0);
	CHECK_EQ(image.own_size, 0x410000);
	put32(0x40 + 168, 0x410000);
	put32(0x40 + 172, 1472);
	CHECK_EQ(identify(0x420000), 0);
	CHECK_EQ(image.own_size, 0x410000 + 1472);
	CHECK_EQ(identify(0x410000), 0);
	CHECK_EQ(image.own_size, 0x410000);
	put32(0x40 + 172, UINT32_MAX);
	CHECK_EQ(identify(0x410000), 0);
	CHECK_EQ(image.own_size, 0x410000);
	put32(0x40 + 172, 1472);
	put16(0x40 + 20, 0x90); /* an optional header that ends before */
	CHECK(identify(0x420000) != 0 || image.own_size != 0x410000 + 1472);
}

TEST(image_ignores_a_pe_header_that_is_none)
{
	static const uint32_t offsets[] = {0, 1, 63, 4073, 4096, 0x7fffffff, UINT32_MAX};

	for (size_t i = 0; i < sizeof(offsets) / sizeof(offsets[0]); i++) {
		test_note("PE header at 0x%x", offsets[i]);
		arm64_header(0, MIB, 0);
		put16(0, 0x5a4d);
		put32(0x3c, offsets[i]);
		CHECK_EQ(identify(MIB), 0);
		CHECK(!image.efi);
	}
	arm64_header(0, MIB, 0);
	pe_header(0x40, 2, 0x10000, 0x200000);
	put16(0, 0x1234); /* no MZ */
	CHECK_EQ(identify(MIB), 0);
	CHECK(!image.efi);
	arm64_header(0, MIB, 0);
	pe_header(0x40, 2, 0x10000, 0x200000);
	put32(0x40, 0x1234); /* no PE */
	CHECK_EQ(identify(MIB), 0);
	CHECK(!image.efi);
}

/* Headers at the very end of what was read, and tables that run out of it. */
TEST(image_stays_inside_the_head)
{
	for (uint32_t pe = 0x40; pe <= IMAGE_HEAD - 24; pe += 4) {
		arm64_header(0, MIB, 0);
		put16(0, 0x5a4d);
		put32(0x3c, pe);
		put32(pe, 0x4550);
		put16(pe + 6, 0xffff);
		put16(pe + 20, pe & 4 ? 0xffff : 0);
		test_note("PE header at 0x%x", pe);
		CHECK_EQ(identify(MIB), 0);
	}
	for (uint64_t size = 64; size < 400; size++) {
		arm64_header(0, MIB, 0);
		pe_header(0x40, 4, 0, 1);
		test_note("%llu bytes", (unsigned long long)size);
		CHECK_EQ(identify(size), 0);
	}
}

/* -- zImage -------------------------------------------------------------------------------------
 */

TEST(image_knows_a_zimage)
{
	zimage_header(0, 0x543210);
	REQUIRE(CHECK_EQ(identify(0x543210), 0));
	CHECK_EQ(image.format, IMAGE_ZIMAGE);
	CHECK_EQ(image.state, STATE_AARCH32);
	CHECK_EQ(image.file_size, 0x543210);
	CHECK(image.memory_size >= 0x543210);
	CHECK(!image.big_endian);
	CHECK_TEXT(image_name(&image), "Linux arm zImage");
}

TEST(image_knows_a_big_endian_zimage)
{
	zimage_header(0, MIB);
	put32(0x30, 0x01020304);
	CHECK_EQ(identify(MIB), 0);
	CHECK(image.big_endian);
	CHECK_TEXT(image_name(&image), "Linux arm big-endian zImage");
}

/* Linked at an address, or with a device tree appended. */
TEST(image_takes_zimages_with_an_address_or_more_behind)
{
	zimage_header(0x60008000, 0x60108000);
	CHECK_EQ(identify(MIB), 0);
	CHECK_EQ(identify(MIB + 0x5000), 0);
	CHECK_EQ(image.file_size, MIB + 0x5000);
	CHECK_EQ(identify(MIB - 1), ERR_TRUNCATED);
	CHECK_EQ(image.memory_size, MIB);
}

TEST(image_refuses_impossible_zimage_headers)
{
	static const uint32_t bad[][2] = {{0, 0},	   {1, 0},    {MIB, MIB},
					  {MIB + 1, MIB},  {0, 0x33}, {UINT32_MAX, 0},
					  {0x1000, 0x1033}};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		test_note("start 0x%x, end 0x%x", bad[i][0], bad[i][1]);
		zimage_header(bad[i][0], bad[i][1]);
		CHECK_EQ(identify(2 * MIB), ERR_HEADER);
	}
	zimage_header(0, UINT32_MAX);
	CHECK_EQ(identify(2 * MIB), ERR_TRUNCATED);
}

TEST(image_needs_the_whole_zimage_header)
{
	zimage_header(0, 0x34);
	for (uint64_t size = 1; size < 0x34; size++) {
		test_note("%llu bytes", (unsigned long long)size);
		CHECK_EQ(identify(size), ERR_UNKNOWN);
	}
	CHECK_EQ(identify(0x34), 0);
}

/* forearm's own file is both; it counts as what a 64-bit loader would see. */
TEST(image_prefers_the_arm64_header)
{
	zimage_header(0, MIB);
	put64(16, MIB);
	memcpy(head + 56, "ARM\x64", 4);
	CHECK_EQ(identify(MIB), 0);
	CHECK_EQ(image.format, IMAGE_ARM64);
}

/* -- the others ---------------------------------------------------------------------------------
 */

TEST(image_knows_nothing_else)
{
	memset(head, 0, sizeof(head));
	CHECK_EQ(identify(0), ERR_EMPTY);
	CHECK_EQ(identify(1), ERR_UNKNOWN);
	CHECK_EQ(identify(MIB), ERR_UNKNOWN);
	memset(head, 0xff, sizeof(head));
	CHECK_EQ(identify(MIB), ERR_UNKNOWN);
	memcpy(head,
	       "\x7f"
	       "ELF",
	       4);
	CHECK_EQ(identify(MIB), ERR_UNKNOWN);
}

TEST(image_of_more_than_4_gib_is_counted_whole)
{
	arm64_header(0, MIB, 0);
	CHECK_EQ(identify(5ULL << 30), 0);
	CHECK_EQ(image.memory_size, 5ULL << 30);
	CHECK_EQ(image.file_size, 5ULL << 30);
}

/* Whatever the bytes: an error, or an image that makes sense. */
TEST(image_headers_at_random_do_no_harm)
{
	for (int round = 0; round < 200000; round++) {
		uint64_t size =
			test_between(0, 1) ? test_between(0, 200) : test_between(0, 2 * MIB);
		int result;

		if (round % 3)
			arm64_header(test_random() >> test_between(0, 63),
				     test_random() >> test_between(0, 63), test_random());
		else
			zimage_header((uint32_t)test_random(), (uint32_t)test_random());
		if (round % 5 == 0)
			pe_header((uint32_t)test_between(0x40, 0xe00), 1, (uint32_t)test_random(),
				  (uint32_t)test_random());
		for (uint64_t n = test_between(0, 3); n; n--)
			head[test_between(0, 0x80)] = (uint8_t)test_random();
		result = identify(size);
		CHECK(result <= 0 && result >= ERR_CORRUPT);
		CHECK(result ||
		      (image.memory_size >= image.file_size && image.memory_size < 1ULL << 40));
		CHECK(result || image.text_offset < 1ULL << 40);
		CHECK(strlen(image_name(&image)) > 3);
	}
}

static void check_fixed(uint64_t address, uint64_t memory, uint64_t fixed_memory)
{
	struct image fixed = {.file_size = 0x10000, .memory_size = memory};

	image_fix(&fixed, address);
	CHECK(fixed.fixed);
	CHECK_EQ(fixed.address, address);
	CHECK_EQ(fixed.memory_size, fixed_memory);
}

/* A size that is the address of the end; but where RAM is near 0 it is a size. */
TEST(image_fixed)
{
	check_fixed(0x40000000, 0x40068000, 0x68000);
	check_fixed(0x40000000, 0x40010000, 0x10000);
	check_fixed(0x40000000, 0x4000ffff, 0x4000ffff); /* less than the file */
	check_fixed(0x40000000, 0x68000, 0x68000);
	check_fixed(0x8000000, 0x8068000, 0x68000);
	check_fixed(0x80000, 0x200000, 0x200000);
	check_fixed(0, 0x200000, 0x200000);
	check_fixed(UINT64_MAX, 0x200000, 0x200000);
}
