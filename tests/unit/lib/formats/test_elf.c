/* SPDX-License-Identifier: BSD-2-Clause */
/* ELF files: real linkers' against objcopy's idea of what is in memory, and hostile ones. */
#include <stdlib.h>
#include <string.h>
#include "lib/formats/elf.h"
#include "elf_file.h"
#include "error.h"
#include "made.h"
#include "test.h"

/* -- what real linkers write --------------------------------------------------------------------
 */

/* Memory as a loader leaves it, from elf.lowest on; free() it. */
static uint8_t *load(const uint8_t *file)
{
	size_t size = (size_t)(elf.highest - elf.lowest);
	uint8_t *memory = malloc(size);
	struct elf_segment segment;

	memset(memory, 0, size);
	for (unsigned int i = 0; i < elf.segments; i++) {
		CHECK_EQ(elf_segment(&elf, i, &segment), 0);
		memcpy(memory + (segment.address - elf.lowest), file + segment.offset,
		       (size_t)segment.file_size);
	}
	CHECK_EQ(elf_segment(&elf, elf.segments, &segment), ERR_PART);
	return memory;
}

/* That what objcopy sees from 'start' on is what gets loaded there. */
static void check_memory(const char *name, const uint8_t *file, uint64_t start)
{
	char other[64];
	size_t size;
	uint8_t *memory = load(file), *flat;

	strcpy(other, name);
	strcpy(strrchr(other, '.'), ".bin");
	flat = made_load(other, &size);
	if (CHECK(start >= elf.lowest && start + size <= elf.highest))
		CHECK_BYTES(memory + (start - elf.lowest), flat, size);
	free(flat);
	free(memory);
}

TEST(elf_reads_what_linkers_write)
{
	static const struct {
		const char *name;
		unsigned int word;
		bool big_endian, thumb;
		enum execution_state state;
	} files[] = {
		{"elf/arm64.elf", 8, false, false, STATE_AARCH64},
		{"elf/arm64-be.elf", 8, true, false, STATE_AARCH64},
		{"elf/arm.elf", 4, false, false, STATE_AARCH32},
		{"elf/arm-be8.elf", 4, true, false, STATE_AARCH32},
		{"elf/arm-thumb.elf", 4, false, true, STATE_AARCH32},
	};

	for (size_t i = 0; i < COUNT(files); i++) {
		size_t size;
		uint8_t *file = made_load(files[i].name, &size);

		test_note("%s", files[i].name);
		if (CHECK(elf_is(file, size)) && CHECK_EQ(elf_open(file, size, &elf), 0)) {
			CHECK_EQ(elf.word, files[i].word);
			CHECK_EQ(elf.big_endian, files[i].big_endian);
			CHECK_EQ(elf.thumb, files[i].thumb);
			CHECK_EQ(elf.state, files[i].state);
			CHECK(!elf.relocatable);
			CHECK_EQ(elf.segments, 2); /* and one that is empty */
			CHECK_EQ(elf.lowest, 0x40100000);
			CHECK_EQ(elf.highest, 0x40109244);
			CHECK_EQ(elf.entry, 0x40100008);
			check_memory(files[i].name, file, 0x40100000);
		}
		free(file);
	}
}

TEST(elf_reads_what_linkers_write_by_default)
{
	size_t size;
	uint8_t *file = made_load("elf/arm64-plain.elf", &size);

	REQUIRE(CHECK_EQ(elf_open(file, size, &elf), 0));
	CHECK(!elf.relocatable);
	CHECK(elf.lowest % 0x10000 == 0 && elf.lowest); /* its headers are loaded too */
	check_memory("elf/arm64-plain.elf", file, elf.entry - 8);
	free(file);
}

TEST(elf_sees_that_a_static_pie_floats)
{
	static const uint8_t nop[] = {0x1f, 0x20, 0x03, 0xd5};
	uint8_t *file, *memory;
	size_t size;

	file = made_load("elf/arm64-pie.elf", &size);
	REQUIRE(CHECK_EQ(elf_open(file, size, &elf), 0));
	CHECK(elf.relocatable);
	CHECK_EQ(elf.lowest, 0);
	CHECK_EQ(elf.align, 0x10000);
	memory = load(file);
	CHECK_BYTES(memory + elf.entry, nop, sizeof(nop));
	free(memory);
	free(file);
}

TEST(elf_refuses_be32_and_object_files)
{
	size_t size;
	uint8_t *file = made_load("elf/arm-be32.elf", &size);

	CHECK_EQ(elf_open(file, size, &elf), ERR_CPU);
	free(file);
	file = made_load("elf/arm64.o", &size);
	CHECK(elf_is(file, size));
	CHECK_EQ(elf_open(file, size, &elf), ERR_NO_KERNEL);
	free(file);
}

TEST(elf_refuses_real_files_that_are_cut)
{
	static const char *const names[] = {"elf/arm64.elf", "elf/arm64-be.elf", "elf/arm.elf",
					    "elf/arm-be8.elf"};

	for (size_t i = 0; i < COUNT(names); i++) {
		size_t size, header, table, end = 0;
		uint8_t *file = made_load(names[i], &size);
		struct elf_segment segment;

		REQUIRE(CHECK_EQ(elf_open(file, size, &elf), 0));
		header = elf.word == 8 ? 64 : 52;
		table = header + elf.headers * (elf.word == 8 ? 56 : 32);
		for (unsigned int j = 0; elf_segment(&elf, j, &segment) == 0; j++)
			if (segment.offset + segment.file_size > end)
				end = (size_t)(segment.offset + segment.file_size);
		for (size_t cut = 0; cut < table; cut++) {
			test_note("%s, %zu bytes", names[i], cut);
			CHECK_EQ(open_part(file, cut), cut < 4 ? ERR_UNKNOWN : ERR_TRUNCATED);
		}
		CHECK_EQ(open_part(file, table), ERR_PART);
		CHECK_EQ(open_part(file, end - 1), ERR_PART);
		CHECK_EQ(open_part(file, end), 0); /* sections are no concern of ours */
		free(file);
	}
}

/* -- made by hand -------------------------------------------------------------------------------
 */

TEST(elf_knows_its_magic)
{
	CHECK(elf_is((const uint8_t *)"\177ELF", 4));
	CHECK(!elf_is((const uint8_t *)"\177ELF", 3));
	CHECK(!elf_is((const uint8_t *)"\177ELG", 4));
	CHECK(!elf_is(NULL, 0));
}

TEST(elf_reads_all_fields)
{
	struct elf_segment segment;

	for (unsigned int kind = 0; each_kind(&kind);) {
		put_file();
		REQUIRE(CHECK_EQ(elf_open(image, plan.file_size, &elf), 0));
		CHECK_EQ(elf.entry, 0x40200010);
		CHECK_EQ(elf.lowest, 0x40200000);
		CHECK_EQ(elf.highest, 0x40202000);
		CHECK_EQ(elf.align, 0x1000);
		CHECK_EQ(elf.segments, 2);
		CHECK_EQ(elf_segment(&elf, 1, &segment), 0);
		CHECK_EQ(segment.offset, 0x1300);
		CHECK_EQ(segment.file_size, 0x80);
		CHECK_EQ(segment.memory_size, 0x1000);
		CHECK_EQ(segment.address, 0x40201000);
		CHECK_EQ(segment.virtual_address, 0x80201000);
		CHECK(!segment.code);
		CHECK_EQ(elf_segment(&elf, 0, &segment), 0);
		CHECK(segment.code);
		CHECK_EQ(elf_segment(&elf, 2, &segment), ERR_PART);
		CHECK_EQ(elf_segment(&elf, UINT32_MAX, &segment), ERR_PART);
	}
}

TEST(elf_refuses_other_kinds)
{
	static const unsigned int machines[] = {0, 3, 62, 243, 41, 182, 0x2800, 0xb700};
	static const unsigned int types[] = {0, 1, 4, 0xfe00, 0xffff, 0x200};
	static const uint8_t classes[] = {0, 3, 0xff};

	for (unsigned int kind = 0; each_kind(&kind);) {
		unsigned int machine = plan.machine;

		for (size_t i = 0; i < COUNT(machines); i++) {
			plan.machine = machines[i];
			CHECK_EQ(open_plan(), ERR_MACHINE);
		}
		plan.machine = machine;
		for (size_t i = 0; i < COUNT(types); i++) {
			plan.type = types[i];
			CHECK_EQ(open_plan(), ERR_NO_KERNEL);
		}
		plan.type = 2;
		put_file();
		for (size_t i = 0; i < COUNT(classes); i++) {
			image[4] = classes[i];
			CHECK_EQ(open_part(image, 0x1400), ERR_HEADER);
			image[4] = (uint8_t)(plan.word / 4);
			image[5] = classes[i];
			CHECK_EQ(open_part(image, 0x1400), ERR_HEADER);
			image[5] = plan.big_endian ? 2 : 1;
		}
		CHECK_EQ(open_part(image, 0x1400), 0);
	}
}

TEST(elf_pairs_classes_and_machines)
{
	plan_for(8, false);
	plan.machine = 40;
	CHECK_EQ(open_plan(), ERR_HEADER);
	plan_for(4, false);
	plan.machine = 183; /* ILP32 */
	CHECK_EQ(open_plan(), 0);
	CHECK_EQ(elf.state, STATE_AARCH64);
	plan.entry |= 1; /* there is no Thumb */
	CHECK_EQ(open_plan(), ERR_HEADER);
}

TEST(elf_wants_be8_of_big_endian_arm)
{
	plan_for(4, true);
	plan.flags = 0x05000000;
	CHECK_EQ(open_plan(), ERR_CPU);
	plan.machine = 183;
	CHECK_EQ(open_plan(), 0);
	plan_for(4, false);
	plan.flags = 0;
	CHECK_EQ(open_plan(), 0);
}

TEST(elf_refuses_bad_program_header_tables)
{
	for (unsigned int kind = 0; each_kind(&kind);) {
		uint64_t headers_at = plan.headers_at;
		unsigned int header_size = plan.header_size;
		uint64_t last = plan.word == 4 ? UINT32_MAX : UINT64_MAX;
		const uint64_t places[] = {last, last - 3 * header_size + 1, plan.file_size,
					   plan.file_size + 1,
					   plan.file_size - 3 * header_size + 1};

		for (size_t i = 0; i < COUNT(places); i++) {
			plan.headers_at = places[i];
			CHECK_EQ(open_plan(), ERR_TRUNCATED);
		}
		plan.headers_at = plan.file_size - 3 * header_size; /* zeros: PT_NULL */
		CHECK_EQ(open_plan(), ERR_NO_KERNEL);
		plan.headers_at = headers_at;
		for (int change = -1; change <= 1; change += 2) {
			plan.header_size = header_size + (unsigned int)change;
			CHECK_EQ(open_plan(), ERR_HEADER);
		}
		plan.header_size = header_size;
		plan.count = ELF_HEADERS;
		CHECK_EQ(open_plan(), 0);
		plan.count = ELF_HEADERS + 1;
		CHECK_EQ(open_plan(), ERR_FULL);
		plan.count = 0xffff; /* PN_XNUM: the number is in a section header */
		CHECK_EQ(open_plan(), ERR_FULL);
		plan.count = plan.header_size = 0;
		CHECK_EQ(open_plan(), ERR_NO_KERNEL);
	}
}

/* Any byte of the headers wrong: never outside of the block, never an impossible result. */
TEST(elf_survives_any_wrong_byte)
{
	for (unsigned int kind = 0; each_kind(&kind);) {
		size_t end = put_file();

		for (size_t i = 0; i < end; i++)
			for (unsigned int value = 0; value < 256; value += 5) {
				uint8_t old = image[i];

				image[i] = (uint8_t)(old + value);
				if (open_part(image, (size_t)plan.file_size) == 0)
					CHECK(elf.segments && elf.lowest <= elf.entry &&
					      elf.entry < elf.highest);
				image[i] = old;
			}
	}
}
