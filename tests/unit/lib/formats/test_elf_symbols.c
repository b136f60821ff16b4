/* SPDX-License-Identifier: BSD-2-Clause */
/* Symbols behind a kernel, of a file that the real linker wrote, and of damaged ones. */
#include <stdlib.h>
#include <string.h>
#include "lib/formats/elf_symbols.h"
#include "le.h"
#include "parts.h"
#include "test.h"

#define E_SHOFF	    40
#define E_SHENTSIZE 58
#define E_SHNUM	    60
#define SECTION	    64
#define SH_TYPE	    4
#define SH_FLAGS    8
#define SH_OFFSET   24
#define SH_SIZE	    32
#define SH_LINK	    40

static uint8_t *file;
static struct elf elf;

static void load(const char *name)
{
	size_t size;

	free(file);
	file = part_load(name, &size);
	REQUIRE(elf_open(file, size, &elf) == 0);
}

static uint8_t *section(uint8_t *from, unsigned int index)
{
	return from + le64(from + E_SHOFF) + index * SECTION;
}

/* The first section of a type. */
static uint8_t *typed(uint32_t type)
{
	for (unsigned int i = 0; i < le16(file + E_SHNUM); i++)
		if (le32(section(file, i) + SH_TYPE) == type)
			return section(file, i);
	return NULL;
}

TEST(elf_symbols_are_copied)
{
	uint64_t size, next;
	unsigned int tables = 0;
	uint8_t *to;

	load("elf/arm64.elf");
	size = elf_symbols_size(&elf);
	REQUIRE(CHECK(size > 0 && size % 8 == 0));
	to = malloc(size);
	memset(to, 0xa5, size);
	elf_symbols_copy(&elf, to);
	CHECK(memcmp(to, file, 32) == 0);
	CHECK_EQ(le64(to + 32), 0);
	CHECK_EQ(le64(to + E_SHOFF), 64);
	CHECK_EQ(le32(to + 54), 0);
	CHECK_EQ(le16(to + E_SHNUM), le16(file + E_SHNUM));
	next = 64 + le16(to + E_SHNUM) * SECTION;
	for (unsigned int i = 0; i < le16(to + E_SHNUM); i++) {
		const uint8_t *old = section(file, i), *new = section(to, i);
		uint64_t length = le64(new + SH_SIZE);

		if (le32(old + SH_TYPE) != 2 && le32(old + SH_TYPE) != 3) {
			CHECK(memcmp(old, new, SECTION) == 0);
			continue;
		}
		tables++;
		CHECK_EQ(le64(new + SH_OFFSET), next);
		CHECK(le64(new + SH_FLAGS) & 2);
		CHECK(memcmp(to + next, file + le64(old + SH_OFFSET), length) == 0);
		for (next += length; next % 8; next++)
			CHECK_EQ(to[next], 0);
	}
	CHECK_EQ(next, size);
	CHECK_EQ(tables, 3);
	free(to);
}

TEST(elf_symbols_only_of_64_bits)
{
	load("elf/arm.elf");
	CHECK_EQ(elf_symbols_size(&elf), 0);
	load("elf/arm64-be.elf");
	CHECK_EQ(elf_symbols_size(&elf), 0);
}

TEST(elf_symbols_that_are_damaged)
{
	uint8_t *table;

	load("elf/arm64.elf");
	table = typed(2);
	REQUIRE(CHECK(table != NULL));
	put_le64(table + SH_SIZE, elf.size - le64(table + SH_OFFSET));
	CHECK(elf_symbols_size(&elf) > 0);
	put_le64(table + SH_SIZE, elf.size - le64(table + SH_OFFSET) + 1);
	CHECK_EQ(elf_symbols_size(&elf), 0);
	put_le64(table + SH_SIZE, UINT64_MAX);
	CHECK_EQ(elf_symbols_size(&elf), 0);
	put_le64(table + SH_SIZE, 0);
	put_le64(table + SH_OFFSET, elf.size + 1);
	CHECK_EQ(elf_symbols_size(&elf), 0);
	put_le32(table + SH_TYPE, 1); /* strings, but no symbols */
	CHECK_EQ(elf_symbols_size(&elf), 0);
	load("elf/arm64.elf");
	put_le16(file + E_SHENTSIZE, 40);
	CHECK_EQ(elf_symbols_size(&elf), 0);
	load("elf/arm64.elf");
	put_le64(file + E_SHOFF, elf.size - le16(file + E_SHNUM) * SECTION + 1);
	CHECK_EQ(elf_symbols_size(&elf), 0);
	put_le64(file + E_SHOFF, UINT64_MAX);
	CHECK_EQ(elf_symbols_size(&elf), 0);
	load("elf/arm64.elf");
	put_le16(file + E_SHNUM, 0);
	CHECK_EQ(elf_symbols_size(&elf), 0);
}

TEST(elf_tables_are_copied)
{
	const uint8_t *table, *strings;
	uint64_t size, first, second;
	uint8_t *to;

	load("elf/arm64.elf");
	table = typed(2);
	strings = section(file, le32(table + SH_LINK));
	first = le64(table + SH_SIZE);
	second = le64(strings + SH_SIZE);
	size = elf_tables_size(&elf);
	REQUIRE(CHECK_EQ(size, 16 + (first + 7) / 8 * 8 + (second + 7) / 8 * 8));
	to = malloc(size);
	memset(to, 0xa5, size);
	elf_tables_copy(&elf, to);
	CHECK_EQ(le64(to), first);
	CHECK(memcmp(to + 8, file + le64(table + SH_OFFSET), first) == 0);
	first = 8 + (first + 7) / 8 * 8;
	CHECK_EQ(le64(to + first), second);
	CHECK(memcmp(to + first + 8, file + le64(strings + SH_OFFSET), second) == 0);
	for (uint64_t i = first + 8 + second; i < size; i++)
		CHECK_EQ(to[i], 0);
	free(to);
}

TEST(elf_tables_that_are_damaged)
{
	static const unsigned int fields[] = {SH_SIZE, SH_OFFSET};
	uint8_t *table, *strings;

	load("elf/arm.elf");
	CHECK_EQ(elf_tables_size(&elf), 0);
	for (unsigned int i = 0; i < 2; i++) {
		load("elf/arm64.elf");
		put_le64(typed(2) + fields[i], UINT64_MAX);
		CHECK_EQ(elf_tables_size(&elf), 0);
		elf_tables_copy(&elf, NULL);
		load("elf/arm64.elf");
		strings = section(file, le32(typed(2) + SH_LINK));
		put_le64(strings + fields[i], UINT64_MAX);
		CHECK_EQ(elf_tables_size(&elf), 0);
	}
	load("elf/arm64.elf");
	table = typed(2);
	strings = section(file, le32(table + SH_LINK));
	put_le32(strings + SH_TYPE, 1);
	CHECK_EQ(elf_tables_size(&elf), 0);
	put_le32(strings + SH_TYPE, 3);
	CHECK(elf_tables_size(&elf) > 0);
	put_le32(table + SH_LINK, le16(file + E_SHNUM));
	CHECK_EQ(elf_tables_size(&elf), 0);
	put_le64(table + SH_SIZE, 0);
	CHECK_EQ(elf_tables_size(&elf), 0);
}

TEST(elf_headers_by_type)
{
	struct elf_segment header, first;

	load("elf/arm64.elf");
	CHECK(elf_header(&elf, 1, &header));
	CHECK_EQ(elf_segment(&elf, 0, &first), 0);
	CHECK_EQ(header.address, first.address);
	CHECK_EQ(header.file_size, first.file_size);
	CHECK(elf_header(&elf, 0x6474e551, &header));
	CHECK(!elf_header(&elf, ELF_OPENBSD_RANDOMIZE, &header));
}
