/* SPDX-License-Identifier: BSD-2-Clause */
/* PE files as EFI applications: headers, sections and base relocations. */
#include <string.h>
#include "error.h"
#include "le.h"
#include "lib/efi/loader.h"
#include "test.h"

#define HEADER	  0x40
#define OPTIONAL  (HEADER + 24)
#define DIRECTORY (OPTIONAL + 112 + 5 * 8)
#define TABLE	  (OPTIONAL + 160)
#define SIZE	  0x3000
#define BASE	  0x140000000ULL
#define TEXT	  0x1000
#define RELOC	  0x2000

static uint8_t file[SIZE];
static struct efi_image image;

static void put_section(unsigned int index, uint32_t at, uint32_t size, uint32_t raw,
			uint32_t flags)
{
	uint8_t *header = file + TABLE + 40 * (size_t)index;

	put_le32(header + 8, size);
	put_le32(header + 12, at);
	put_le32(header + 16, raw);
	put_le32(header + 20, at);
	put_le32(header + 36, flags);
}

/* A section of code, and one of relocations: of the words at 0x1008 and, in the next block, 0x1ff0.
 */
static void make(void)
{
	memset(file, 0, sizeof(file));
	put_le16(file, 0x5a4d);
	put_le32(file + 0x3c, HEADER);
	put_le32(file + HEADER, 0x4550);
	put_le16(file + HEADER + 4, 0xaa64);
	put_le16(file + HEADER + 6, 2);
	put_le16(file + HEADER + 20, 160);
	put_le16(file + OPTIONAL, 0x20b);
	put_le32(file + OPTIONAL + 16, TEXT + 4);
	put_le64(file + OPTIONAL + 24, BASE);
	put_le32(file + OPTIONAL + 32, 0x1000);
	put_le32(file + OPTIONAL + 56, SIZE);
	put_le32(file + OPTIONAL + 60, 0x1000);
	put_le16(file + OPTIONAL + 68, 10);
	put_le32(file + OPTIONAL + 108, 6);
	put_le32(file + DIRECTORY, RELOC);
	put_le32(file + DIRECTORY + 4, 24);
	put_section(0, TEXT, 0x1000, 0x200, 0x60000020);
	put_section(1, RELOC, 0x100, 0x200, 0x42000040);
	put_le32(file + RELOC, TEXT);
	put_le32(file + RELOC + 4, 12);
	put_le16(file + RELOC + 8, 0xa008);
	put_le32(file + RELOC + 12, 0x1800);
	put_le32(file + RELOC + 16, 12);
	put_le16(file + RELOC + 20, 0xa7f0);
	put_le64(file + TEXT + 8, BASE + 0x123);
	put_le64(file + 0x1ff0, BASE - 1);
}

static int open_it(void)
{
	return efi_image_open(file, sizeof(file), &image);
}

TEST(efi_image_is_read)
{
	struct efi_section section;

	make();
	REQUIRE(CHECK_EQ(open_it(), 0));
	CHECK_EQ(image.kind, EFI_IMAGE_APPLICATION);
	CHECK_EQ(image.size, SIZE);
	CHECK_EQ(image.entry, TEXT + 4);
	CHECK_EQ(image.align, 0x1000);
	REQUIRE(CHECK_EQ(image.sections, 2));
	CHECK_EQ(efi_image_section(&image, file, 0, &section), 0);
	CHECK(section.code && !section.writable);
	CHECK_EQ(section.size, 0x1000);
	CHECK_EQ(section.in_file, 0x200);
	CHECK_EQ(efi_image_section(&image, file, 1, &section), 0);
	CHECK(!section.code);
	CHECK_EQ(section.in_file, 0x100);
	put_section(1, SIZE - 0x80, 0x100, 0, 0);
	CHECK_EQ(efi_image_section(&image, file, 1, &section), ERR_PART);
	put_section(1, 0x800, 0x100, 0, 0);
	CHECK_EQ(efi_image_section(&image, file, 1, &section), ERR_PART);
	put_section(1, RELOC, 0, 0x80, 0);
	CHECK_EQ(efi_image_section(&image, file, 1, &section), 0);
	CHECK_EQ(section.size, 0x80);
}

TEST(efi_image_moves)
{
	make();
	REQUIRE(CHECK_EQ(open_it(), 0));
	CHECK_EQ(efi_image_relocate(&image, file, BASE), 0);
	CHECK_EQ(le64(file + TEXT + 8), BASE + 0x123);
	CHECK_EQ(efi_image_relocate(&image, file, 0x40000000), 0);
	CHECK_EQ(le64(file + TEXT + 8), 0x40000123);
	CHECK_EQ(le64(file + 0x1ff0), 0x3fffffff);
	image.fixed = true;
	CHECK_EQ(efi_image_relocate(&image, file, 0x40000000), ERR_ADDRESS);
}

/* Blocks of no or of too many bytes, words that are not there, kinds of other machines. */
TEST(efi_image_relocations_wrong)
{
	static const struct {
		uint32_t at;
		uint16_t value;
	} wrong[] = {{RELOC + 4, 4}, {RELOC + 4, 26}, {RELOC + 8, 0x3008}, {RELOC + 20, 0xaffc}};

	for (unsigned int i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		test_note("mistake %u", i);
		make();
		put_le16(file + wrong[i].at, wrong[i].value);
		if (i == 3)
			put_le32(file + RELOC + 12, 0x2800);
		REQUIRE(CHECK_EQ(open_it(), 0));
		CHECK_EQ(efi_image_relocate(&image, file, 0x40000000), ERR_HEADER);
	}
}

TEST(efi_image_refused)
{
	static const struct {
		uint32_t at, value;
		int error;
	} wrong[] = {
		{HEADER + 4, 0x00028664, ERR_MACHINE}, {OPTIONAL + 68, 3, ERR_MACHINE},
		{OPTIONAL, 0x10b, ERR_MACHINE},	       {OPTIONAL + 68, 13, ERR_MACHINE},
		{OPTIONAL + 56, 0, ERR_HEADER},	       {OPTIONAL + 56, 0x80000000, ERR_HEADER},
		{OPTIONAL + 60, SIZE + 1, ERR_HEADER}, {OPTIONAL + 16, SIZE, ERR_HEADER},
		{OPTIONAL + 32, 0x1001, ERR_HEADER},   {OPTIONAL + 60, 0x80, ERR_HEADER},
		{DIRECTORY, SIZE - 8, ERR_HEADER},     {HEADER + 20, 100, ERR_HEADER},
		{HEADER + 20, 0xfff0, ERR_TRUNCATED},  {HEADER, 0, ERR_UNKNOWN},
	};

	for (unsigned int i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		test_note("mistake %u", i);
		make();
		put_le32(file + wrong[i].at, wrong[i].value);
		CHECK_EQ(open_it(), wrong[i].error);
	}
	make();
	put_le32(file + OPTIONAL + 108, 5); /* no such directory: nothing to relocate */
	CHECK_EQ(open_it(), 0);
	CHECK_EQ(image.relocations_size, 0);
}
