/* SPDX-License-Identifier: BSD-2-Clause */
/* An ELF file's symbol and string tables, copied behind the kernel as the BSDs want them. */
#include <string.h>
#include "lib/formats/elf_symbols.h"
#include "le.h"

/* Fields of the ELF header */
#define HEADER	    64
#define E_PHOFF	    32
#define E_SHOFF	    40
#define E_PHENTSIZE 54
#define E_PHNUM	    56
#define E_SHENTSIZE 58
#define E_SHNUM	    60

/* of a section header */
#define SECTION	  64
#define SH_TYPE	  4
#define SH_FLAGS  8
#define SH_OFFSET 24
#define SH_SIZE	  32
#define SH_LINK	  40

#define SHT_SYMTAB 2
#define SHT_STRTAB 3
#define SHF_ALLOC  2

/* What comes behind is aligned, too. */
static uint64_t padded(uint64_t size)
{
	return align_up(size, 8);
}

/* The section headers; NULL: there are none, or not all in the file. */
static const uint8_t *sections(const struct elf *elf, unsigned int *count)
{
	uint64_t at;

	if (elf->word != 8 || elf->big_endian || le16(elf->file + E_SHENTSIZE) != SECTION)
		return NULL;
	at = le64(elf->file + E_SHOFF);
	*count = le16(elf->file + E_SHNUM);
	if (!fits_in(at, *count * (uint64_t)SECTION, elf->size))
		return NULL;
	return elf->file + at;
}

static bool wanted(const uint8_t *section)
{
	uint32_t type = le32(section + SH_TYPE);

	return type == SHT_SYMTAB || type == SHT_STRTAB;
}

uint64_t elf_symbols_size(const struct elf *elf)
{
	unsigned int count;
	const uint8_t *section = sections(elf, &count);
	uint64_t total = HEADER + (section ? count * (uint64_t)SECTION : 0);
	bool symbols = false;

	for (; section && count; count--, section += SECTION) {
		uint64_t at = le64(section + SH_OFFSET), size = le64(section + SH_SIZE);

		if (!wanted(section))
			continue;
		if (!fits_in(at, size, elf->size))
			return 0;
		symbols |= le32(section + SH_TYPE) == SHT_SYMTAB;
		total = add_capped(total, padded(size));
	}
	return symbols ? total : 0;
}

static void copy_header(const struct elf *elf, uint8_t *to)
{
	memcpy(to, elf->file, HEADER);
	put_le64(to + E_PHOFF, 0);
	put_le64(to + E_SHOFF, HEADER);
	put_le16(to + E_PHENTSIZE, 0);
	put_le16(to + E_PHNUM, 0);
}

void elf_symbols_copy(const struct elf *elf, uint8_t *to)
{
	unsigned int count;
	const uint8_t *from = sections(elf, &count);
	uint8_t *section = to + HEADER, *data = section + count * (size_t)SECTION;

	copy_header(elf, to);
	memcpy(section, from, count * (size_t)SECTION);
	for (; count; count--, section += SECTION) {
		size_t size = (size_t)le64(section + SH_SIZE);

		if (!wanted(section))
			continue;
		memcpy(data, elf->file + le64(section + SH_OFFSET), size);
		memset(data + size, 0, (size_t)padded(size) - size);
		put_le64(section + SH_OFFSET, (uint64_t)(data - to));
		put_le64(section + SH_FLAGS, le64(section + SH_FLAGS) | SHF_ALLOC);
		data += padded(size);
	}
}

static bool has_type(const uint8_t *section, uint32_t type)
{
	return le32(section + SH_TYPE) == type && le64(section + SH_SIZE);
}

static bool in_file(const struct elf *elf, const uint8_t *section)
{
	return fits_in(le64(section + SH_OFFSET), le64(section + SH_SIZE), elf->size);
}

/* The section headers of symbols and of their strings; false: they cannot be used. */
static bool tables(const struct elf *elf, const uint8_t *table[2])
{
	unsigned int count;
	const uint8_t *first = sections(elf, &count);

	table[0] = NULL;
	for (unsigned int i = 0; first && i < count; i++)
		if (has_type(first + i * (size_t)SECTION, SHT_SYMTAB))
			table[0] = first + i * (size_t)SECTION;
	if (!table[0] || le32(table[0] + SH_LINK) >= count)
		return false;
	table[1] = first + le32(table[0] + SH_LINK) * (size_t)SECTION;
	return has_type(table[1], SHT_STRTAB) && in_file(elf, table[0]) && in_file(elf, table[1]);
}

uint64_t elf_tables_size(const struct elf *elf)
{
	const uint8_t *table[2];

	if (!tables(elf, table))
		return 0;
	return 16 + padded(le64(table[0] + SH_SIZE)) + padded(le64(table[1] + SH_SIZE));
}

void elf_tables_copy(const struct elf *elf, uint8_t *to)
{
	const uint8_t *table[2];

	if (!tables(elf, table))
		return;
	for (unsigned int i = 0; i < 2; i++) {
		size_t size = (size_t)le64(table[i] + SH_SIZE);

		put_le64(to, size);
		memcpy(to + 8, elf->file + le64(table[i] + SH_OFFSET), size);
		memset(to + 8 + size, 0, (size_t)padded(size) - size);
		to += 8 + padded(size);
	}
}
