/* SPDX-License-Identifier: BSD-2-Clause */
/* Initial ramdisks out of uImages and Android boot images, and those that are in nothing. */
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "lib/formats/initrd.h"
#include "le.h"
#include "made.h"
#include "parts.h"
#include "test.h"

static uint8_t *file;
static size_t size;
static struct part initrd;

static int unwrap_made(const char *name)
{
	free(file);
	file = made_load(name, &size);
	test_note("%s", name);
	return initrd_unwrap(file, size, &initrd);
}

static bool is_whole(void)
{
	return initrd.at == file && initrd.size == size;
}

TEST(initrd_comes_out_of_a_uimage)
{
	REQUIRE(CHECK_EQ(unwrap_made("uimage/ramdisk"), 0));
	CHECK(part_is_file(&initrd, "gzip-1.gz"));
	CHECK(initrd_is_wrapped(file, 64) && !initrd_is_wrapped(file, 30));
	/* what follows the data does not matter */
	file = realloc(file, size + 5);
	memset(file + size, 0xee, 5);
	CHECK_EQ(initrd_unwrap(file, size + 5, &initrd), 0);
	CHECK_EQ(initrd.size, size - 64);
}

TEST(initrd_of_a_damaged_uimage)
{
	REQUIRE(CHECK_EQ(unwrap_made("uimage/ramdisk"), 0));
	CHECK_EQ(initrd_unwrap(file, size - 1, &initrd), ERR_TRUNCATED);
	CHECK_EQ(initrd_unwrap(file, 40, &initrd), ERR_TRUNCATED);
	file[size - 1] ^= 1;
	CHECK_EQ(initrd_unwrap(file, size, &initrd), ERR_HASH);
	file[size - 1] ^= 1;
	file[5] ^= 1;
	CHECK_EQ(initrd_unwrap(file, size, &initrd), ERR_HASH);
}

TEST(initrd_comes_out_of_a_boot_image)
{
	static const char *const names[] = {"android/v0.img", "android/v1.img", "android/v2.img",
					    "android/v3.img"};

	for (size_t i = 0; i < 4; i++) {
		REQUIRE(CHECK_EQ(unwrap_made(names[i]), 0));
		CHECK(part_is_file(&initrd, "parts/initrd"));
		CHECK(!initrd_is_wrapped(file, 64));
	}
	CHECK_EQ(initrd_unwrap(file, 100, &initrd), ERR_TRUNCATED);
}

/* mkbootimg wants a kernel: init_boot.img is one without its pages. */
TEST(initrd_comes_out_of_an_init_boot_image)
{
	size_t pages;

	REQUIRE(CHECK_EQ(unwrap_made("android/v3.img"), 0));
	pages = (le32(file + 8) + 4095) & ~4095UL;
	memmove(file + 4096, file + 4096 + pages, size - 4096 - pages);
	put_le32(file + 8, 0);
	size -= pages;
	CHECK(initrd_is_wrapped(file, 64));
	REQUIRE(CHECK_EQ(initrd_unwrap(file, size, &initrd), 0));
	CHECK(part_is_file(&initrd, "parts/initrd"));
	put_le32(file + 12, 0);
	CHECK_EQ(initrd_unwrap(file, size, &initrd), ERR_NO_INITRD);
	put_le32(file + 12, 0x7fffffff);
	CHECK_EQ(initrd_unwrap(file, size, &initrd), ERR_PART);
}

TEST(initrd_that_needs_its_boot_image)
{
	CHECK_EQ(unwrap_made("android/vendor-4k.img"), ERR_VENDOR);
}

TEST(initrd_in_nothing_stays_as_it_is)
{
	static const char *const names[] = {"parts/initrd", "gzip-1.gz", "uimage/kernel",
					    "cpio/newc", "fit/full.itb"};

	for (size_t i = 0; i < 5; i++) {
		CHECK_EQ(unwrap_made(names[i]), 0);
		CHECK(is_whole() && !initrd_is_wrapped(file, 64));
	}
	CHECK_EQ(initrd_unwrap(file, 0, &initrd), 0);
	CHECK_EQ(initrd.size, 0);
	CHECK(!initrd_is_wrapped(file, 0));
}
