/* SPDX-License-Identifier: BSD-2-Clause */
/* Linux's EFI zboot images, with the header of its zboot-header.S. */
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "le.h"
#include "pe_file.h"
#include "test.h"
#include "lib/formats/zboot.h"

static struct pe_file file;
static struct payload payload;
static size_t at;

static void make(uint16_t machine)
{
	pe_file_start(&file, machine);
	at = pe_file_text(&file, ".text", "packed");
	memcpy(file.data + 4, "zimg", 4);
	put_le32(file.data + 8, (uint32_t)at);
	put_le32(file.data + 12, 6);
	memcpy(file.data + 24, "zstd22", 7);
}

static int open_file(void)
{
	memset(&payload, 0, sizeof(payload));
	return zboot_open(file.data, file.size, &payload);
}

TEST(zboot_kernel_is_found)
{
	make(0xAA64);
	CHECK(zboot_is(file.data, file.size));
	CHECK_EQ(open_file(), 0);
	CHECK(payload.kernel.at == file.data + at && payload.kernel.size == 6);
	CHECK_EQ(payload.arch, PAYLOAD_ARM64);
	CHECK(!zboot_is(file.data, 0x3F));
	file.data[7] = 'h';
	CHECK(!zboot_is(file.data, file.size));
}

TEST(zboot_of_another_machine)
{
	make(0x5064);
	CHECK(zboot_is(file.data, file.size));
	CHECK_EQ(open_file(), ERR_MACHINE);
}

TEST(zboot_damaged)
{
	make(0xAA64);
	put_le32(file.data + 12, 0);
	CHECK_EQ(open_file(), ERR_NO_KERNEL);
	put_le32(file.data + 12, (uint32_t)(file.size - at));
	CHECK_EQ(open_file(), 0);
	put_le32(file.data + 12, (uint32_t)(file.size - at) + 1);
	CHECK_EQ(open_file(), ERR_PART);
	put_le32(file.data + 12, 0xFFFFFFFF);
	CHECK_EQ(open_file(), ERR_PART);
	put_le32(file.data + 8, 0xFFFFFFFF);
	put_le32(file.data + 12, 1);
	CHECK_EQ(open_file(), ERR_PART);
	pe_file_resize(&file, PE_FILE_TABLE);
	CHECK_EQ(open_file(), ERR_TRUNCATED);
	pe_file_resize(&file, 0x20);
	CHECK(!zboot_is(file.data, file.size));
	CHECK_EQ(open_file(), ERR_UNKNOWN);
}
