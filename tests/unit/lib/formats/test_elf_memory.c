/* SPDX-License-Identifier: BSD-2-Clause */
/* ELF files: where segments go, where the entry is. */
#include <string.h>
#include "lib/formats/elf.h"
#include "elf_file.h"
#include "error.h"
#include "test.h"

TEST(elf_refuses_segments_outside_of_the_file)
{
	for (unsigned int kind = 0; each_kind(&kind);) {
		struct program *data = &plan.program[1];
		uint64_t last = plan.word == 4 ? UINT32_MAX : UINT64_MAX;
		const uint64_t offsets[] = {0x1381, 0x1400, 0x1401, last, last - 0x7f};

		data->offset = 0x1380; /* the last place */
		CHECK_EQ(open_plan(), 0);
		for (size_t i = 0; i < COUNT(offsets); i++) {
			data->offset = offsets[i];
			CHECK_EQ(open_plan(), ERR_PART);
		}
		data->file_size = 0; /* no bytes, no matter where */
		CHECK_EQ(open_plan(), 0);
		data->offset = 0;
		data->file_size = 0x1000;
		CHECK_EQ(open_plan(), 0);
		data->file_size = 0x1001; /* more than it has memory */
		CHECK_EQ(open_plan(), ERR_HEADER);
		data->memory_size = 0;
		CHECK_EQ(open_plan(), ERR_HEADER);
	}
}

TEST(elf_refuses_addresses_that_wrap)
{
	for (unsigned int kind = 0; each_kind(&kind);) {
		struct program *data = &plan.program[1];
		uint64_t last = plan.word == 4 ? UINT32_MAX : UINT64_MAX;

		data->address = last - 0xfff - (plan.word == 8);
		CHECK_EQ(open_plan(), 0);
		CHECK_EQ(elf.highest, plan.word == 4 ? 1ULL << 32 : last);
		data->address += 1;
		CHECK_EQ(open_plan(), ERR_HEADER);
		data->address = last;
		CHECK_EQ(open_plan(), ERR_HEADER);
		data->address = 0x40201000;
		data->memory_size = last;
		CHECK_EQ(open_plan(), ERR_HEADER);
	}
}

TEST(elf_refuses_overlaps)
{
	static const struct {
		uint64_t address, memory_size;
		int result;
	} second[] = {
		{0x40200300, 0x1000, 0},
		{0x402002ff, 0x1000, ERR_OVERLAP},
		{0x401fff00, 0x100, 0},
		{0x401fff00, 0x101, ERR_OVERLAP},
		{0x40200000, 0x300, ERR_OVERLAP},
		{0x40200010, 0x80, ERR_OVERLAP},
		{0x40000000, 0x1000000, ERR_OVERLAP},
		{0x402002ff, 0x80, ERR_OVERLAP},
	};

	for (unsigned int kind = 0; each_kind(&kind);)
		for (size_t i = 0; i < COUNT(second); i++) {
			plan.program[1].address = second[i].address;
			plan.program[1].memory_size = second[i].memory_size;
			CHECK_EQ(open_plan(), second[i].result);
		}
}

/* The one of which a part is overlapped comes last. */
TEST(elf_refuses_overlaps_in_any_order)
{
	for (unsigned int kind = 0; each_kind(&kind);) {
		plan.program[2] = plan.program[0];
		plan.program[0].type = 0;
		CHECK_EQ(open_plan(), 0);
		plan.program[1].address = 0x402002ff;
		CHECK_EQ(open_plan(), ERR_OVERLAP);
		plan.program[1].address = 0x401ff301;
		CHECK_EQ(open_plan(), ERR_OVERLAP);
		plan.program[1].address = 0x401ff300 - 0x300;
		CHECK_EQ(open_plan(), 0);
	}
}

/* Linkers' pages share: a page that ends one segment in memory must not begin the next. */
TEST(elf_refuses_a_page_that_two_segments_share)
{
	plan_for(8, false);
	plan.program[0].memory_size = 0x1001;
	CHECK_EQ(open_plan(), ERR_OVERLAP);
	plan.program[0].memory_size = 0x1000;
	CHECK_EQ(open_plan(), 0);
}

/* In the file, and where they are linked for: no harm. */
TEST(elf_takes_overlaps_elsewhere)
{
	for (unsigned int kind = 0; each_kind(&kind);) {
		plan.program[1].offset = plan.program[0].offset;
		plan.program[1].virtual_address = plan.program[0].virtual_address;
		CHECK_EQ(open_plan(), 0);
	}
}

TEST(elf_skips_empty_segments)
{
	for (unsigned int kind = 0; each_kind(&kind);) {
		uint64_t last = plan.word == 4 ? UINT32_MAX : UINT64_MAX;
		struct elf_segment segment;

		plan.program[2] = plan.program[1];
		memset(&plan.program[1], 0xff, sizeof(plan.program[1]));
		plan.program[1].type = 1;
		plan.program[1].file_size = plan.program[1].memory_size = 0;
		put_file();
		REQUIRE(CHECK_EQ(elf_open(image, plan.file_size, &elf), 0));
		CHECK_EQ(elf.segments, 2);
		CHECK_EQ(elf.highest, 0x40202000);
		CHECK_EQ(elf.align, 0x1000);
		CHECK_EQ(elf_segment(&elf, 1, &segment), 0);
		CHECK_EQ(segment.address, 0x40201000);
		plan.program[1].address = 0x40200100; /* in the midst of another */
		plan.entry = last;
		CHECK_EQ(open_plan(), ERR_HEADER);
	}
}

TEST(elf_ignores_program_headers_that_load_nothing)
{
	plan_for(8, false);
	for (uint32_t type = 2; type < 9; type++) { /* PT_INTERP is 3 */
		plan.program[2].type = type;
		plan.program[2].offset = plan.program[2].file_size = UINT64_MAX;
		CHECK_EQ(open_plan(), 0);
		CHECK_EQ(elf.segments, 2);
	}
}

/* -- entry --------------------------------------------------------------------------------------
 */

TEST(elf_translates_the_entry)
{
	static const struct {
		uint64_t entry, physical; /* 0: refused */
	} entries[] = {
		{0x80200000, 0x40200000},
		{0x802002fc, 0x402002fc},
		{0x80200300, 0},
		{0x801ffffc, 0},
		{0x80201000, 0x40201000},
		{0x8020107c, 0x4020107c},
		{0x80201080, 0}, /* in memory that starts as zero */
		{0x40200000, 0x40200000},
		{0x4020107c, 0x4020107c},
		{0x40201080, 0},
		{0x401ffffc, 0},
		{0, 0},
		{0xfffffffc, 0},
		{0x80200012, 0}, /* no instruction begins there */
	};

	for (unsigned int kind = 0; each_kind(&kind);)
		for (size_t i = 0; i < COUNT(entries); i++) {
			test_note("kind %u, entry 0x%llx", kind,
				  (unsigned long long)entries[i].entry);
			plan.entry = entries[i].entry;
			if (!entries[i].physical) {
				CHECK_EQ(open_plan(), ERR_HEADER);
				continue;
			}
			CHECK_EQ(open_plan(), 0);
			CHECK_EQ(elf.entry, entries[i].physical);
		}
}

TEST(elf_prefers_code_then_virtual_addresses)
{
	plan_for(8, false);
	plan.program[0].flags = 6; /* data, and code, linked for the same */
	plan.program[1].flags = 5;
	plan.program[1].virtual_address = 0x80200000;
	CHECK_EQ(open_plan(), 0);
	CHECK_EQ(elf.entry, 0x40201010);
	plan.program[1].flags = 6; /* no code at all: the first */
	CHECK_EQ(open_plan(), 0);
	CHECK_EQ(elf.entry, 0x40200010);
	plan.program[0].virtual_address = 0; /* data's virtual is code's physical address */
	plan.program[1].virtual_address = 0x40200000;
	plan.program[0].flags = 5;
	plan.entry = 0x40200010;
	CHECK_EQ(open_plan(), 0);
	CHECK_EQ(elf.entry, 0x40201010);
}

TEST(elf_translates_high_virtual_addresses)
{
	plan_for(8, false);
	plan.program[0].virtual_address = 0xffffffffffff0000;
	plan.entry = 0xffffffffffff0020;
	CHECK_EQ(open_plan(), 0);
	CHECK_EQ(elf.entry, 0x40200020);
	plan.program[0].virtual_address = 0xfffffffffffffff0; /* wraps: what was given, was given */
	plan.entry = 0x10;
	CHECK_EQ(open_plan(), ERR_HEADER);
}

TEST(elf_knows_a_thumb_entry)
{
	plan_for(4, false);
	CHECK_EQ(open_plan(), 0);
	CHECK(!elf.thumb);
	plan.entry = 0x80200013;
	CHECK_EQ(open_plan(), 0);
	CHECK(elf.thumb);
	CHECK_EQ(elf.entry, 0x40200012);
	plan.entry = 0x40200011; /* physical */
	CHECK_EQ(open_plan(), 0);
	CHECK(elf.thumb);
	CHECK_EQ(elf.entry, 0x40200010);
	plan.program[0].address++; /* even no more */
	plan.entry = 0x80200013;
	CHECK_EQ(open_plan(), ERR_HEADER);
	plan_for(8, false);
	plan.entry = 0x80200011;
	CHECK_EQ(open_plan(), ERR_HEADER);
}

/* -- position-independent -----------------------------------------------------------------------
 */

/* Both segments as a static PIE has them, from 'base' on. */
static void plan_pie(uint64_t base, uint64_t align)
{
	plan.type = 3;
	plan.entry = base + 0x20;
	for (unsigned int i = 0; i < 2; i++) {
		plan.program[i].address = plan.program[i].virtual_address = base + 0x1000 * i;
		plan.program[i].align = align;
	}
}

TEST(elf_floats_only_from_the_bottom)
{
	static const struct {
		uint64_t base, align;
		bool relocatable;
	} pies[] = {
		{0, 0x1000, true},
		{0, 0, true},
		{0, 1, true},
		{0xb0, 0x1000, true},
		{0x1000, 0x1000, false},
		{0x10000, 0x20000, true},
		{0x40200000, 0x1000, false},
		{0x40200000, 0, false},
	};

	for (unsigned int kind = 0; each_kind(&kind);)
		for (size_t i = 0; i < COUNT(pies); i++) {
			plan_pie(pies[i].base, pies[i].align);
			CHECK_EQ(open_plan(), 0);
			CHECK_EQ(elf.relocatable, pies[i].relocatable);
			CHECK_EQ(elf.lowest, pies[i].base);
			CHECK_EQ(elf.entry, pies[i].base + 0x20);
			CHECK_EQ(elf.align, pies[i].align ? pies[i].align : 1);
			plan.type = 2; /* ET_EXEC stays where it is */
			CHECK_EQ(open_plan(), 0);
			CHECK(!elf.relocatable);
		}
}

TEST(elf_refuses_to_float_at_odd_alignments)
{
	for (unsigned int kind = 0; each_kind(&kind);) {
		plan_pie(0, 0x1800);
		CHECK_EQ(open_plan(), ERR_HEADER);
		plan_pie(0, UINT32_MAX);
		CHECK_EQ(open_plan(), ERR_HEADER);
		plan.type = 2;
		CHECK_EQ(open_plan(), 0);
	}
}
