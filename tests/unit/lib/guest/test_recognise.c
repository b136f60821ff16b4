/* SPDX-License-Identifier: BSD-2-Clause */
/* Guests by their files: headers as each guest's own tools write them. */
#include <stdlib.h>
#include <string.h>
#include "lib/formats/image.h"
#include "le.h"
#include "lib/guest/recognise.h"
#include "test.h"

static uint8_t head[IMAGE_HEAD];

static void header(uint32_t code0, uint64_t offset, uint64_t size, uint64_t flags)
{
	memset(head, 0, sizeof(head));
	put_le32(head, code0);
	put_le64(head + 8, offset);
	put_le64(head + 16, size);
	put_le64(head + 24, flags);
	memcpy(head + 56, "ARM\x64", 4);
}

static void check_image(enum guest guest, const char *name)
{
	struct image image;

	CHECK_EQ(recognise_image(head, sizeof(head)), guest);
	CHECK_EQ(image_identify(head, sizeof(head), 0x100000, &image), 0);
	CHECK_EQ(image.guest, guest);
	CHECK_TEXT(image_name(&image), name);
}

/* mkubootimage: the page size is ORed in as 1, and so may "anywhere" be as 8. */
TEST(recognise_netbsd)
{
	header(0x14000010, 0x200000, 0x100000, 1);
	check_image(GUEST_NETBSD, "NetBSD arm64 Image");
	header(0x14000010, 0x200000, 0x100000, 9);
	check_image(GUEST_NETBSD, "NetBSD arm64 Image");
	header(0x14000010, 0x80000, 0x100000, 1); /* a Linux of 2014, big-endian */
	check_image(GUEST_AUTO, "Linux arm64 big-endian Image");
	header(0x14000010, 0x200000, 0x100000, 0xb);
	check_image(GUEST_AUTO, "Linux arm64 big-endian Image");
	header(0x14000011, 0x200000, 0x100000, 1);
	check_image(GUEST_AUTO, "Linux arm64 big-endian Image");
}

TEST(recognise_freebsd)
{
	header(0x14000200, 0, 0x100000, 8);
	memset(head + 0x800, 0x55, 16);
	check_image(GUEST_FREEBSD, "FreeBSD arm64 Image");
	head[0x7ff] = 1;
	check_image(GUEST_AUTO, "Linux arm64 Image");
	header(0x14000200, 0, 0x100000, 0xa);
	check_image(GUEST_AUTO, "Linux arm64 Image");
	header(0x14000010, 0, 0x100000, 8); /* code right behind the header */
	check_image(GUEST_AUTO, "Linux arm64 Image");
	header(0x15ffffff, 0, 0x100000, 8); /* _start behind what we see */
	check_image(GUEST_FREEBSD, "FreeBSD arm64 Image");
	header(0x17ffffff, 0, 0x100000, 8); /* backwards */
	check_image(GUEST_AUTO, "Linux arm64 Image");
	header(0x14000200, 0, 0x100000, 8);
	CHECK_EQ(recognise_image(head, 64), GUEST_FREEBSD);
}

TEST(recognise_nuttx_and_zephyr)
{
	header(0x91005a4d, 0x480000, 0x100000, 0xa);
	check_image(GUEST_NUTTX, "NuttX arm64 Image");
	put_le32(head + 0x3c, 0x40);
	check_image(GUEST_AUTO, "Linux arm64 Image");
	header(0x14000400, 0, 0x40068000, 2);
	check_image(GUEST_ZEPHYR, "Zephyr arm64 Image");
	header(0x14000400, 0, 0x68000, 2);
	check_image(GUEST_AUTO, "Linux arm64 Image");
}

/* Its flags say big-endian, and it is not. */
TEST(recognise_unikraft)
{
	struct image image;

	header(0x91005a4d, 0xfffc0, 0x100000, 3);
	put_le32(head + 0x3c, 0x40);
	check_image(GUEST_UNIKRAFT, "Unikraft arm64 Image");
	CHECK_EQ(image_identify(head, sizeof(head), 0x1000, &image), 0);
	CHECK(!image.big_endian);
	header(0x14000010, 0xfffc0, 0x100000, 0xa);
	check_image(GUEST_UNIKRAFT, "Unikraft arm64 Image");
	header(0x91005a4d, 0x100000, 0x100000, 0xa);
	check_image(GUEST_AUTO, "Linux arm64 Image");
}

/* Raw code has its own addresses in its literals. */
TEST(recognise_place_of_raw_code)
{
	uint64_t found;

	memset(head, 0, sizeof(head));
	CHECK_EQ(recognise_place(head, sizeof(head), 0x40000000, 0x40000000, &found), 0);
	put_le32(head + 0x20, 0x40091234);
	put_le32(head + 0x40, 0x400812f8);
	put_le32(head + 0x80, 0x3fffffff);
	put_le32(head + 0x84, 0x48000000); /* far */
	CHECK_EQ(recognise_place(head, sizeof(head), 0x40000000, 0x40000000, &found), 0x40080000);
	CHECK_EQ(found, 0x400812f8);
	CHECK_EQ(recognise_place(head, 0x43, 0x40000000, 0x40000000, &found), 0x40090000);
	CHECK_EQ(recognise_place(head, 0x44, 0x40000000, 0x81000, &found), 0);
	CHECK_EQ(recognise_place(head, 3, 0x40000000, 0x40000000, &found), 0);
	CHECK_EQ(recognise_place(head, sizeof(head), 0, 0x40000000, &found), 0);
	CHECK_EQ(recognise_place(head, sizeof(head), 0x10000000000, 0x40000000, &found), 0);
}

/* -- ELF ----------------------------------------------------------------------------------------
 */

#define FILE_SIZE 0x1000
#define TEXT_AT	  0x200

/* One segment, and one header more, with 'text' in the file. */
static enum guest of_elf(const char *text, size_t length, uint32_t type, uint64_t offset)
{
	uint8_t *file = calloc(1, FILE_SIZE);
	enum guest guest = GUESTS;
	struct elf elf;

	memcpy(file, "\177ELF\2\1\1", 7);
	put_le16(file + 16, 2);
	put_le16(file + 18, 183);
	put_le64(file + 24, 0x40001000);
	put_le64(file + 32, 64);
	put_le16(file + 54, 56);
	put_le16(file + 56, 2);
	put_le32(file + 64, 1);
	put_le64(file + 64 + 16, 0x40001000);
	put_le64(file + 64 + 24, 0x40001000);
	put_le64(file + 64 + 32, 0x100);
	put_le64(file + 64 + 40, 0x100);
	put_le32(file + 120, type);
	put_le64(file + 120 + 8, offset);
	put_le64(file + 120 + 32, length);
	memcpy(file + (offset < FILE_SIZE - length ? offset : TEXT_AT), text, length);
	if (CHECK_EQ(elf_open(file, FILE_SIZE, &elf), 0))
		guest = recognise_elf(&elf);
	free(file);
	return guest;
}

TEST(recognise_elf_by_its_interpreter)
{
	CHECK_EQ(of_elf("/red/herring", 13, 3, TEXT_AT), GUEST_FREEBSD);
	CHECK_EQ(of_elf("/red/herrinG", 13, 3, TEXT_AT), GUEST_AUTO);
	CHECK_EQ(of_elf("/red/herring", 12, 3, TEXT_AT), GUEST_AUTO);
	CHECK_EQ(of_elf("/red/herring", 13, 4, TEXT_AT), GUEST_AUTO);
	CHECK_EQ(of_elf("/red/herring", 13, 3, FILE_SIZE - 12), GUEST_AUTO);
	CHECK_EQ(of_elf("/red/herring", 13, 3, UINT64_MAX - 4), GUEST_AUTO);
}

TEST(recognise_elf_by_its_greeting)
{
	static const struct {
		const char *text;
		enum guest guest;
	} files[] = {
		{"*** Booting Zephyr OS build v2.6.0", GUEST_ZEPHYR},
		{"****** Booting Zephyr OS", GUEST_ZEPHYR},
		{"NuttShell (NSH) NuttX-10.0", GUEST_NUTTX},
		{"\nwelcome to lk/MP\n", GUEST_LK},
		{"*** Booting Zephyr O", GUEST_AUTO},
		{"welcome", GUEST_AUTO},
	};

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		size_t length = strlen(files[i].text);

		test_note("%s", files[i].text);
		CHECK_EQ(of_elf(files[i].text, length, 0, TEXT_AT), files[i].guest);
		CHECK_EQ(of_elf(files[i].text, length, 0, FILE_SIZE - length - 1), files[i].guest);
	}
}
