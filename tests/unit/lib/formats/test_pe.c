/* SPDX-License-Identifier: BSD-2-Clause */
/* PE/COFF headers and sections (Microsoft's "PE Format"), whole and damaged. */
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "layout.h"
#include "le.h"
#include "lib/formats/pe.h"
#include "pe_file.h"
#include "test.h"

static struct pe_file file;
static struct pe pe;
static struct part part;

static void make(uint16_t machine)
{
	pe_file_start(&file, machine);
	pe_file_text(&file, ".text", "code");
	pe_file_text(&file, ".eightby", "more");
}

static int open_file(void)
{
	memset(&pe, 0xa5, sizeof(pe));
	return pe_open(file.data, file.size, &pe);
}

TEST(pe_sections_are_found)
{
	make(0xAA64);
	CHECK_EQ(open_file(), 0);
	CHECK_EQ(pe.sections, 2);
	CHECK(memcmp(pe_name(&pe, 0), ".text\0\0", 8) == 0);
	CHECK(memcmp(pe_name(&pe, 1), ".eightby", 8) == 0);
	CHECK_EQ(pe_section(&pe, 1, &part), 0);
	CHECK_EQ(part.size, 4);
	CHECK(memcmp(part.at, "more", 4) == 0);
	CHECK_EQ(pe_extent(&pe), file.size);
}

TEST(pe_machines_are_told_apart)
{
	static const struct {
		uint16_t machine;
		enum payload_arch arch;
	} machines[] = {{0xAA64, PAYLOAD_ARM64}, {0x1C0, PAYLOAD_ARM},	  {0x1C2, PAYLOAD_ARM},
			{0x1C4, PAYLOAD_ARM},	 {0x8664, PAYLOAD_OTHER}, {0, PAYLOAD_OTHER}};

	for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
		make(machines[i].machine);
		test_note("machine %x", machines[i].machine);
		CHECK_EQ(open_file(), 0);
		CHECK_EQ(pe.arch, machines[i].arch);
	}
}

TEST(pe_file_that_is_forearm_is_for_both)
{
	make(0xAA64);
	put_le32(file.data, IMAGE_MAGIC);
	CHECK_EQ(open_file(), 0);
	CHECK_EQ(pe.arch, PAYLOAD_ANY);
}

/* The size in memory is the real one when it is smaller, and has no data behind the file's. */
TEST(pe_section_size_is_the_lesser)
{
	make(0xAA64);
	CHECK_EQ(open_file(), 0);
	put_le32(file.data + PE_FILE_TABLE + 8, 0x10000);
	CHECK_EQ(pe_section(&pe, 0, &part), 0);
	CHECK_EQ(part.size, PE_FILE_UNIT);
	put_le32(file.data + PE_FILE_TABLE + 8, 3);
	put_le32(file.data + PE_FILE_TABLE + 16, 0xFFFFFFFF);
	CHECK_EQ(pe_section(&pe, 0, &part), 0);
	CHECK_EQ(part.size, 3);
	CHECK_EQ(pe_extent(&pe), PE_FILE_HEADERS + 0xFFFFFFFFULL);
}

TEST(pe_section_outside_of_the_file)
{
	make(0xAA64);
	CHECK_EQ(open_file(), 0);
	put_le32(file.data + PE_FILE_TABLE + 20, (uint32_t)file.size - 3);
	CHECK_EQ(pe_section(&pe, 0, &part), ERR_PART);
	put_le32(file.data + PE_FILE_TABLE + 20, (uint32_t)file.size - 4);
	CHECK_EQ(pe_section(&pe, 0, &part), 0);
	put_le32(file.data + PE_FILE_TABLE + 20, 0xFFFFFFFE);
	CHECK_EQ(pe_section(&pe, 0, &part), ERR_PART);
	put_le32(file.data + PE_FILE_TABLE + 20, (uint32_t)file.size + 1);
	put_le32(file.data + PE_FILE_TABLE + 8, 0);
	CHECK_EQ(pe_section(&pe, 0, &part), ERR_PART);
}

/* In memory only the address and the size there count. */
TEST(pe_section_that_was_loaded)
{
	make(0xAA64);
	put_le32(file.data + PE_FILE_TABLE + 8, 7);
	put_le32(file.data + PE_FILE_TABLE + 12, 0x123);
	put_le32(file.data + PE_FILE_TABLE + 16, 0xFFFFFFFF);
	put_le32(file.data + PE_FILE_TABLE + 20, 0xFFFFFFFF);
	CHECK_EQ(open_file(), 0);
	CHECK_EQ(pe_loaded(&pe, 0, &part), 0);
	CHECK_EQ(part.at - file.data, 0x123);
	CHECK_EQ(part.size, 7);
	put_le32(file.data + PE_FILE_TABLE + 12, (uint32_t)file.size - 6);
	CHECK_EQ(pe_loaded(&pe, 0, &part), ERR_PART);
	put_le32(file.data + PE_FILE_TABLE + 12, 0xFFFFFFFF);
	CHECK_EQ(pe_loaded(&pe, 0, &part), ERR_PART);
}

/* Cut at every byte of the headers: an error, and no read behind the end (the sanitizer looks). */
TEST(pe_headers_cut_short)
{
	size_t whole = PE_FILE_TABLE + 2 * PE_SECTION;

	for (size_t size = 0; size <= whole; size++) {
		make(0xAA64);
		pe_file_resize(&file, size);
		test_note("%zu bytes", size);
		CHECK_EQ(open_file(), size == whole ? 0
				      : size < 0x40 ? ERR_UNKNOWN
						    : ERR_TRUNCATED);
	}
}

TEST(pe_headers_that_are_none)
{
	make(0xAA64);
	file.data[1] = 'z';
	CHECK_EQ(open_file(), ERR_UNKNOWN);
	make(0xAA64);
	file.data[PE_FILE_AT + 2] = 1;
	CHECK_EQ(open_file(), ERR_UNKNOWN);
	make(0xAA64);
	put_le16(file.data + PE_FILE_AT + 24, 0x107);
	CHECK_EQ(open_file(), ERR_HEADER);
	make(0xAA64);
	put_le32(file.data + 0x3C, 0xFFFFFFFF);
	CHECK_EQ(open_file(), ERR_TRUNCATED);
	make(0xAA64);
	put_le16(file.data + PE_FILE_AT + 6, 0xFFFF);
	CHECK_EQ(open_file(), ERR_TRUNCATED);
	make(0xAA64);
	put_le16(file.data + PE_FILE_AT + 20, 0xFFFF);
	CHECK_EQ(open_file(), ERR_TRUNCATED);
}
