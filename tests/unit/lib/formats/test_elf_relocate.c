/* SPDX-License-Identifier: BSD-2-Clause */
/* Relative relocations: each kind of table, in both classes and byte orders, and hostile ones. */
#include <stdlib.h>
#include <string.h>
#include "elf_file.h"
#include "lib/formats/elf_relocate.h"
#include "error.h"
#include "test.h"

/* Addresses in the image, which is linked to 0; the file has all of it up to FILE_END. */
#define DATA	 0x80
#define TABLE	 0x100
#define RELR	 0x180
#define DYNAMIC	 0x240
#define FILE_END 0x300
#define END	 0x400
#define FILE_AT	 0x1000 /* of address 0 */

#define BIAS 0x40200000ULL

static uint8_t memory[END];
static struct elf_obstacle obstacle;
static unsigned int entries; /* of the dynamic section so far */

static void put(uint64_t address, uint64_t value)
{
	for (unsigned int i = 0; i < plan.word; i++)
		image[FILE_AT + address + (plan.big_endian ? plan.word - 1 - i : i)] =
			(uint8_t)(value >> 8 * i);
}

static uint64_t get(uint64_t address)
{
	uint64_t value = 0;

	for (unsigned int i = 0; i < plan.word; i++)
		value = value << 8 | memory[address + (plan.big_endian ? i : plan.word - 1 - i)];
	return value;
}

static uint64_t cut(uint64_t value)
{
	return plan.word == 4 ? (uint32_t)value : value;
}

/* A static-pie of two program headers, without a dynamic section yet. */
static void start(void)
{
	const struct program load = {FILE_AT, 0, 0, FILE_END, END, 0x1000, 1, 7};
	const struct program dynamic = {
		FILE_AT + DYNAMIC, DYNAMIC, DYNAMIC, FILE_END - DYNAMIC, 0, 8, 2, 6};

	plan.type = 3;
	plan.entry = 0x10;
	plan.program[0] = load;
	plan.program[1] = dynamic;
	put_file();
	entries = 0;
}

static void add(uint64_t tag, uint64_t value)
{
	put(DYNAMIC + 2 * plan.word * entries, tag);
	put(DYNAMIC + 2 * plan.word * entries + plan.word, value);
	entries++;
}

static uint64_t relative(void)
{
	return plan.machine == 40 ? 23 : plan.word == 4 ? 183 : 1027;
}

/* Entry 'index' of a table of REL or RELA, and what that makes its size. */
static uint64_t put_entry(unsigned int index, uint64_t at, uint64_t kind, const uint64_t *addend)
{
	unsigned int words = addend ? 3 : 2;
	uint64_t entry = TABLE + (uint64_t)index * words * plan.word;

	put(entry, at);
	put(entry + plan.word, kind | 7ULL << (plan.word == 4 ? 8 : 32)); /* a symbol, unused */
	if (addend)
		put(entry + 2 * plan.word, *addend);
	return (index + 1ULL) * words * plan.word;
}

/* Loads the file, in a block of its size, and relocates it. */
static int relocate_to(uint64_t address)
{
	uint8_t *file = malloc((size_t)plan.file_size), *to = malloc(END);
	int error;

	memcpy(file, image, (size_t)plan.file_size);
	memset(to, 0, END);
	memcpy(to, image + FILE_AT, FILE_END);
	memset(&obstacle, 0xa5, sizeof(obstacle));
	error = elf_open(file, plan.file_size, &elf);
	if (CHECK_EQ(error, 0))
		error = elf_relocate(&elf, to, address, &obstacle);
	memcpy(memory, to, END);
	free(to);
	free(file);
	return error;
}

static int relocate(void)
{
	return relocate_to(BIAS);
}

TEST(relocate_rela)
{
	static const uint64_t addends[] = {0x123, -16ULL, END};

	for (unsigned int kind = 0; each_kind(&kind);) {
		uint64_t size = 0;

		start();
		put(DATA, 0x5555);
		for (unsigned int i = 0; i < COUNT(addends); i++)
			size = put_entry(i, DATA + 16 * i, relative(), &addends[i]);
		put_entry(3, DATA + 64, 0, &addends[0]); /* R_*_NONE */
		size = put_entry(4, DATA + 80, plan.word == 8 ? 256 : 0, &addends[0]);
		add(7, TABLE);
		add(8, size);
		add(9, 3 * plan.word);
		CHECK_EQ(relocate(), 0);
		for (unsigned int i = 0; i < COUNT(addends); i++)
			CHECK_EQ(get(DATA + 16 * i), cut(addends[i] + BIAS));
		CHECK_EQ(get(DATA + 64), 0);
		CHECK_EQ(get(DATA + 80), 0);
		CHECK_EQ(get(DYNAMIC + 3 * plan.word), size); /* as it was */
	}
}

/* At any alignment, in the last word of the memory, and with nothing left for start code. */
TEST(relocate_rel)
{
	for (unsigned int kind = 0; each_kind(&kind);) {
		uint64_t size;

		start();
		put(DATA + 1, 0x80);
		put(DATA + 16, -16ULL);
		put_entry(0, DATA + 1, relative(), NULL);
		put_entry(1, DATA + 16, relative(), NULL);
		size = put_entry(2, END - plan.word, relative(), NULL);
		add(18, size);
		add(17, TABLE);
		add(0, 0);
		add(18, 1); /* behind the end */
		CHECK_EQ(relocate(), 0);
		CHECK_EQ(get(DATA + 1), BIAS + 0x80);
		CHECK_EQ(get(DATA + 16), cut(BIAS - 16));
		CHECK_EQ(get(END - plan.word), BIAS);
		CHECK_EQ(get(DYNAMIC + plan.word), 0); /* DT_RELSZ */
		CHECK_EQ(get(DYNAMIC + 3 * plan.word), TABLE);
		CHECK_EQ(get(DYNAMIC + 7 * plan.word), 1);
	}
}

TEST(relocate_relr)
{
	for (unsigned int kind = 0; each_kind(&kind);) {
		unsigned int w = plan.word, last = 8 * w - 2;

		start();
		put(RELR, 0x10);
		put(RELR + w,
		    1 | 1ULL << 2 | 1ULL << (last + 1)); /* the second and the last word */
		put(RELR + 2 * w, 1 | 1ULL << 1);	 /* the one behind those */
		put(RELR + 3 * w, END - w);
		put(0x10, 0x30);
		add(36, RELR);
		add(35, 4 * w);
		add(37, w);
		CHECK_EQ(relocate(), 0);
		CHECK_EQ(get(0x10 + w + last * w), BIAS);
		CHECK_EQ(get(0x10 + w + (last + 1) * w), BIAS);
		CHECK_EQ(get(0x10), BIAS + 0x30);
		CHECK_EQ(get(0x10 + w), 0);
		CHECK_EQ(get(0x10 + 2 * w), BIAS);
		CHECK_EQ(get(END - w), BIAS);
		CHECK_EQ(get(DYNAMIC + 3 * w), 0);
	}
}

/* Where it is linked to; linked to one place only; or to virtual addresses. */
TEST(relocate_only_what_is_elsewhere)
{
	for (unsigned int kind = 0; each_kind(&kind);) {
		start();
		put(DATA, 0x80);
		add(17, TABLE);
		add(18, put_entry(0, DATA, relative(), NULL));
		add(1, 0); /* would be refused */
		CHECK_EQ(relocate_to(0), 0);
		CHECK_EQ(get(DATA), 0x80);
		CHECK_EQ(relocate(), ERR_DYNAMIC);
		image[plan.big_endian ? 17 : 16] = 2; /* ET_EXEC */
		CHECK_EQ(relocate(), 0);
		CHECK_EQ(get(DATA), 0x80);
	}
	plan_for(8, false);
	start();
	plan.program[0].virtual_address = 0x80000000;
	plan.entry = 0x80000010;
	put_file();
	add(1, 0);
	CHECK_EQ(relocate(), 0);
	plan.program[0].virtual_address = 0;
	plan.entry = 0x10;
	plan.count = 1; /* no dynamic section */
	put_file();
	CHECK_EQ(relocate(), 0);
}

TEST(relocate_nothing_by_an_empty_section)
{
	plan_for(8, false);
	start();
	plan.program[1].file_size = 0;
	put_file();
	CHECK_EQ(relocate(), 0);
}

TEST(relocate_refuses_what_needs_a_linker)
{
	static const struct {
		unsigned int word;
		uint32_t kind;
		const char *name;
		enum elf_need need;
	} kinds[] = {
		{8, 1025, "R_AARCH64_GLOB_DAT", ELF_NEEDS_SYMBOLS},
		{8, 1032, "R_AARCH64_IRELATIVE", ELF_NEEDS_CALLS},
		{8, 1031, "R_AARCH64_TLSDESC", ELF_NEEDS_THREADS},
		{8, 257, "R_AARCH64_ABS64", ELF_NEEDS_SYMBOLS},
		{8, 23, NULL, ELF_NEEDS_UNKNOWN},
		{4, 21, "R_ARM_GLOB_DAT", ELF_NEEDS_SYMBOLS},
		{4, 2, "R_ARM_ABS32", ELF_NEEDS_SYMBOLS},
		{4, 17, "R_ARM_TLS_DTPMOD32", ELF_NEEDS_THREADS},
		{4, 160, "R_ARM_IRELATIVE", ELF_NEEDS_CALLS},
		{4, 183, NULL, ELF_NEEDS_UNKNOWN},
	};

	for (size_t i = 0; i < COUNT(kinds); i++)
		for (unsigned int plt = 0; plt < 2; plt++) {
			test_note("kind %u", kinds[i].kind);
			plan_for(kinds[i].word, false);
			start();
			add(plt ? 23 : 17, TABLE);
			add(plt ? 2 : 18, put_entry(0, DATA, kinds[i].kind, NULL));
			CHECK_EQ(relocate(), ERR_DYNAMIC);
			CHECK_EQ(obstacle.kind, kinds[i].kind);
			CHECK_EQ(obstacle.need, kinds[i].need);
			CHECK(!obstacle.name == !kinds[i].name);
			if (obstacle.name && kinds[i].name)
				CHECK_TEXT(obstacle.name, kinds[i].name);
		}
	plan_for(8, true);
	start();
	add(1, 0);
	CHECK_EQ(relocate(), ERR_DYNAMIC);
	CHECK_TEXT(obstacle.name, "DT_NEEDED");
	CHECK_EQ(obstacle.need, ELF_NEEDS_SYMBOLS);
}

/* DT_JMPREL may be a part of DT_REL, which is not added twice. */
TEST(relocate_plt)
{
	uint64_t size, addend = 0x60;

	plan_for(4, false);
	start();
	put(DATA, 0x80);
	put_entry(0, 0, 0, NULL);
	size = put_entry(1, DATA, relative(), NULL);
	add(17, TABLE);
	add(18, size);
	add(23, TABLE + size / 2);
	add(2, size / 2);
	add(20, 17);
	CHECK_EQ(relocate(), 0);
	CHECK_EQ(get(DATA), BIAS + 0x80);
	plan_for(8, false);
	start();
	size = put_entry(0, DATA, relative(), &addend);
	add(23, TABLE);
	add(2, size);
	add(20, 7);
	CHECK_EQ(relocate(), 0);
	CHECK_EQ(get(DATA), BIAS + 0x60);
	add(7, TABLE);
	add(8, size);
	CHECK_EQ(relocate(), 0);
}

TEST(relocate_ilp32)
{
	uint64_t addend = 0x60;

	plan_for(4, false);
	plan.machine = 183;
	start();
	add(7, TABLE);
	add(8, put_entry(0, DATA, relative(), &addend));
	CHECK_EQ(relocate(), 0);
	CHECK_EQ(get(DATA), BIAS + 0x60);
	put_entry(0, DATA, 23, &addend);
	CHECK_EQ(relocate(), ERR_DYNAMIC);
	CHECK(!obstacle.name);
}

/* Tables that are not in the file, and words that are not in memory. */
TEST(relocate_checks_addresses)
{
	for (unsigned int kind = 0; each_kind(&kind);) {
		unsigned int w = plan.word;
		uint64_t last = cut(UINT64_MAX);
		const uint64_t tables[] = {FILE_END - 2 * w + 1, FILE_END, END, last - 7, last};
		const uint64_t words[] = {END - w + 1, END, last - w + 1, last};

		for (size_t i = 0; i < COUNT(tables); i++) {
			start();
			add(17, tables[i]);
			add(18, 2 * w);
			CHECK_EQ(relocate(), ERR_PART);
			start();
			add(36, tables[i]);
			add(35, 2 * w);
			CHECK_EQ(relocate(), ERR_PART);
		}
		for (size_t i = 0; i < COUNT(words); i++) {
			start();
			add(17, TABLE);
			add(18, put_entry(0, words[i], relative(), NULL));
			CHECK_EQ(relocate(), ERR_PART);
			start();
			put(RELR, words[i] & ~1ULL);
			put(RELR + w, UINT64_MAX);
			add(36, RELR);
			add(35, 2 * w);
			CHECK_EQ(relocate(), ERR_PART);
		}
		start();
		add(17, TABLE);
		add(18, last);
		CHECK_EQ(relocate(), ERR_PART);
		start();
		plan.program[1].virtual_address = FILE_END - 1;
		put_file();
		CHECK_EQ(relocate(), ERR_PART);
	}
	plan_for(4, false);
	start();
	CHECK_EQ(relocate_to(0x100000000 - END), 0);
	CHECK_EQ(relocate_to(0x100000000 - END + 0x1000), ERR_ADDRESS);
}

TEST(relocate_checks_sizes)
{
	static const struct {
		unsigned int table, size, each, words;
	} tables[] = {{7, 8, 9, 3}, {17, 18, 19, 2}, {36, 35, 37, 1}};

	for (unsigned int kind = 0; each_kind(&kind);)
		for (size_t i = 0; i < COUNT(tables); i++) {
			uint64_t each = tables[i].words * plan.word;

			start();
			add(tables[i].table, RELR);
			add(tables[i].size, each + 1);
			CHECK_EQ(relocate(), ERR_HEADER);
			start();
			add(tables[i].table, RELR);
			add(tables[i].size, each);
			add(tables[i].each, each + 1);
			CHECK_EQ(relocate(), ERR_HEADER);
			start();
			add(tables[i].table, UINT64_MAX); /* and nothing in it */
			add(tables[i].size, 0);
			CHECK_EQ(relocate(), 0);
		}
}
