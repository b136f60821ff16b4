/* SPDX-License-Identifier: BSD-2-Clause */
/* Device paths: sizes, comparisons, files' names and texts. */
#include <string.h>
#include "error.h"
#include "lib/efi/path.h"
#include "test.h"

#define END 0x7f, 0xff, 4, 0

static const uint8_t disk[] = {1,    4,	   20,	 0,    0x52, 0x7c, 0x1f, 0x0e, 0x55, 0x3a, 0x1b,
			       0x4d, 0x9c, 0x27, 0x5f, 0x6a, 0x0d, 0x4b, 0x11, 3,    END};
static const uint8_t empty[] = {END};
static uint8_t path[EFI_PATH_MAX], joined[EFI_PATH_MAX];
static uint16_t text[200];

/* As a text of bytes. */
static const char *read_text(void)
{
	static char bytes[200];
	size_t i = 0;

	for (; text[i]; i++)
		bytes[i] = (char)text[i];
	bytes[i] = '\0';
	return bytes;
}

TEST(efi_path_sizes)
{
	static const uint8_t short_node[] = {1, 4, 3, 0, END}, other_end[] = {0x7f, 1, 4, 0},
			     long_end[] = {0x7f, 0xff, 8, 0, 0, 0, 0, 0};
	static uint8_t endless[EFI_PATH_MAX + 8];

	CHECK_EQ(efi_path_size(empty), 4);
	CHECK_EQ(efi_path_size(disk), sizeof(disk));
	CHECK_EQ(efi_path_size(short_node), 0);
	CHECK_EQ(efi_path_size(other_end), 4);
	CHECK_EQ(efi_path_size(long_end), 0);
	for (size_t at = 0; at < sizeof(endless); at += 4)
		memcpy(endless + at, "\1\1\4", 4);
	CHECK_EQ(efi_path_size(endless), 0);
	memcpy(endless, "\1\1\xff\xff", 4);
	CHECK_EQ(efi_path_size(endless), 0);
}

TEST(efi_path_joins)
{
	int size = efi_path_file(u"\\EFI\\a.efi", path, sizeof(path));

	CHECK_EQ(size, 4 + 22 + 4);
	CHECK_EQ(efi_path_size(path), size);
	CHECK_EQ(efi_path_join(disk, path, joined, sizeof(joined)), 20 + size);
	CHECK(efi_path_behind(disk, joined) == joined + 20);
	CHECK(efi_path_behind(empty, joined) == joined);
	CHECK(!efi_path_behind(joined, disk));
	CHECK(!efi_path_behind(path, joined));
	CHECK_EQ(efi_path_join(NULL, path, joined, sizeof(joined)), size);
	CHECK_EQ(efi_path_join(disk, path, joined, (size_t)size + 19), ERR_TOO_LONG);
	CHECK_EQ(efi_path_file(u"\\EFI\\a.efi", path, (size_t)size - 1), ERR_TOO_LONG);
}

/* GRUB makes a node of each folder. */
TEST(efi_path_names)
{
	static const uint8_t two[] = {4, 4, 8, 0, '\\', 0, 0, 0, 4, 4, 8, 0, 'x', 0, 0, 0, END};
	static const uint8_t plain[] = {4, 4, 6, 0, 'a', 0, 4, 4, 6, 0, 'b', 0, END};

	efi_path_file(u"\\EFI\\a.efi", path, sizeof(path));
	CHECK_EQ(efi_path_name(path, text, 200), 0);
	CHECK_TEXT(read_text(), "\\EFI\\a.efi");
	CHECK_EQ(efi_path_name(path, text, 11), 0);
	CHECK_EQ(efi_path_name(path, text, 10), ERR_TOO_LONG);
	CHECK_EQ(efi_path_name(two, text, 200), 0);
	CHECK_TEXT(read_text(), "\\x");
	CHECK_EQ(efi_path_name(plain, text, 200), 0);
	CHECK_TEXT(read_text(), "a\\b");
	CHECK_EQ(efi_path_name(disk, text, 200), ERR_UNKNOWN);
	CHECK_EQ(efi_path_name(empty, text, 200), ERR_UNKNOWN);
}

TEST(efi_path_texts)
{
	static const uint8_t gpt[] = {4, 1, 42,	  0,	2,    0,    0,	  0,	0,    8,  0,
				      0, 0, 0,	  0,	0,    0,    0x10, 0,	0,    0,  0,
				      0, 0, 0x0a, 0x3c, 0x4c, 0x1b, 0x6f, 0x02, 0x01, 4,  3,
				      5, 6, 7,	  8,	9,    0xa,  0xb,  2,	2,    END};
	static const uint8_t media[] = {4, 3, 20, 0, 1, 0, 0, 0,  2,  0,  3,
					0, 4, 5,  6, 7, 8, 9, 10, 11, END};
	static const uint8_t other[] = {2, 1, 12, 0, 1, 2, 3, 4, 5, 6, 7, 8, END};

	efi_path_file(u"\\a", path, sizeof(path));
	efi_path_join(disk, path, joined, sizeof(joined));
	CHECK(efi_path_text(joined, false, text, 200) > 0);
	CHECK_TEXT(read_text(), "VenHw(0e1f7c52-3a55-4d1b-9c27-5f6a0d4b1103)/\\a");
	CHECK(efi_path_text(joined, true, text, 200) > 0);
	CHECK_TEXT(read_text(), "VenHw(0e1f7c52-3a55-4d1b-9c27-5f6a0d4b1103)");
	CHECK(efi_path_text(gpt, false, text, 200) > 0);
	CHECK_TEXT(read_text(), "HD(2,GPT,1b4c3c0a-026f-0401-0305-060708090a0b,0x800,0x1000)");
	CHECK(efi_path_text(media, false, text, 200) > 0);
	CHECK_TEXT(read_text(), "VenMedia(00000001-0002-0003-0405-060708090a0b)");
	CHECK(efi_path_text(other, false, text, 200) > 0);
	CHECK_TEXT(read_text(), "Path(2,1)");
	CHECK_EQ(efi_path_text(empty, false, text, 200), 0);
	CHECK_EQ(efi_path_text(other, false, text, 9), ERR_TOO_LONG);
	CHECK_EQ(efi_path_text(other, false, text, 10), 9);
}
