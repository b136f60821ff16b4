/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that are no kernels, by their names. */
#include <stdlib.h>
#include <string.h>
#include "le.h"
#include "lib/formats/magic.h"
#include "test.h"

static uint8_t head[MAGIC_HEAD];

static const char *name_of(size_t at, const void *bytes, size_t size)
{
	memset(head, 0, sizeof(head));
	memcpy(head + at, bytes, size);
	return magic_name(head, sizeof(head));
}

#define NAME(at, bytes) name_of((at), (bytes), sizeof(bytes) - 1)

static void check_has(const char *name, const char *part)
{
	test_note("%s", part);
	CHECK(name && strstr(name, part));
}

TEST(magic_numbers_have_names)
{
	check_has(NAME(0, "\x88\x16\x88\x58"), "MediaTek");
	check_has(NAME(0, "BZh9"), "bzip2");
	check_has(NAME(0, "\x89LZO\0\r\n\x1a\n"), "lzop");
	check_has(NAME(0, "hsqs"), "SquashFS");
	check_has(NAME(0, "\xcf\xfa\xed\xfe"), "Mach-O");
	check_has(NAME(0x30, "RISCV\0\0\0"), "RISC-V");
	check_has(NAME(0x202, "HdrS"), "x86");
	check_has(NAME(512, "EFI PART"), "GPT");
	check_has(NAME(0, "QFI\xfb"), "QCOW2");
	check_has(NAME(32769, "CD001"), "ISO");
	check_has(NAME(0x438, "\x53\xef\1\0"), "ext4");
	CHECK(!NAME(0, "") && !NAME(0, "\x5d\0\0\0\0") && !NAME(0x438, "\x53\xef\x99\0"));
}

TEST(magic_of_pe_and_mbr)
{
	NAME(0x80, "PE\0\0");
	put_le16(head, 0x5a4d);
	put_le32(head + 0x3c, 0x80);
	check_has(magic_name(head, sizeof(head)), "PE");
	put_le32(head + 0x3c, MAGIC_HEAD - 3);
	CHECK(!magic_name(head, sizeof(head)));
	NAME(510, "\x55\xaa");
	CHECK(!magic_name(head, sizeof(head)));
	head[446] = 0x80;
	head[450] = 0x83;
	check_has(magic_name(head, sizeof(head)), "disk");
	head[446] = 1;
	CHECK(!magic_name(head, sizeof(head)));
}

/* No size is too small: the sanitizer sees what is read behind it. */
TEST(magic_of_short_files)
{
	for (size_t size = 0; size < 600; size++) {
		uint8_t *copy = malloc(size ? size : 1);

		memset(copy, 'M', size);
		if (size > 1)
			copy[1] = 'Z';
		CHECK(!magic_name(copy, size));
		free(copy);
	}
}
