/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib/formats/elf_relocate.c, for images of both classes and byte orders with two segments, one of
 * which has memory behind what the file has of it: tables of all sizes at any address, with
 * whatever entries, and dynamic sections of any tags and values. Nothing outside of the file is
 * read or outside of the image's memory written, and no sum of their numbers overflows.
 *
 * prove: by eva
 * prove: inside lib/formats/elf_relocate.c
 * prove: open is_none 1: a 32-bit image has no such number
 * prove: option -eva-slevel 200 -eva-slevel-function relocate_bits:0
 * prove: option -eva-slevel-function relocate_entry:0,refuse:0,relocate_word:0
 */
#include "lib/formats/elf_relocate.c"
#include "prove.h"

#define LOWEST	0x1000
#define SECOND	0x1040
#define HIGHEST 0x1080
#define PART	48 /* of each segment, in the file */

static uint8_t file[2 * PART], memory[HIGHEST - LOWEST];
static struct elf_segment header;
static bool has_header, relocatable, lies_elsewhere;

/* elf.c proves of these that what they give is in the file, and in [lowest, highest). */
int elf_segment(const struct elf *elf, unsigned int index, struct elf_segment *segment)
{
	if (index >= elf->segments)
		return ERR_PART;
	*segment = (struct elf_segment) {
		.offset = index * PART,
		.address = index ? SECOND : LOWEST,
		.virtual_address = (index ? SECOND : LOWEST) + lies_elsewhere,
		.file_size = PART,
		.memory_size = SECOND - LOWEST,
	};
	return 0;
}

bool elf_header(const struct elf *elf, uint32_t type, struct elf_segment *found)
{
	(void)elf;
	(void)type;
	*found = header;
	return has_header;
}

static struct elf_obstacle obstacle;
static struct elf elf;

static struct relocator begin(unsigned int word, bool big_endian, enum machine machine)
{
	any_bytes(file, sizeof(file));
	any_bytes(memory, sizeof(memory));
	elf = (struct elf) {
		.file = file,
		.size = sizeof(file),
		.word = word,
		.big_endian = big_endian,
		.state = machine == MACHINE_ARM ? STATE_AARCH32 : STATE_AARCH64,
		.relocatable = relocatable,
		.lowest = LOWEST,
		.highest = HIGHEST,
		.segments = 2,
	};
	return (struct relocator) {
		.elf = &elf,
		.memory = memory,
		.bias = any64(),
		.machine = machine,
		.obstacle = &obstacle,
	};
}

/* Of such a size; where it is, the file says. */
static void tables(unsigned int word, bool big_endian, enum machine machine, uint64_t size)
{
	struct relocator r = begin(word, big_endian, machine);

	r.value[DT_RELENT] = each_in(2, 3) * word;
	r.value[DT_RELAENT] = 3 * word;
	r.value[DT_RELRENT] = each_in(1, 2) * word;
	r.value[DT_REL] = r.value[DT_RELA] = r.value[DT_RELR] = r.value[DT_JMPREL] = any64();
	r.value[DT_RELSZ] = r.value[DT_RELASZ] = r.value[DT_RELRSZ] = size;
	relocate_table(&r, DT_REL, DT_RELSZ, false);
	relocate_table(&r, DT_RELA, DT_RELASZ, true);
	relocate_relr(&r);
	r.value[DT_PLTRELSZ] = size;
	r.value[DT_RELSZ] = r.value[DT_RELASZ] = any64();
	r.value[DT_PLTREL] = any_bool() ? DT_RELA : any64();
	relocate_plt(&r);
}

static void dynamic(unsigned int word, bool big_endian, uint64_t size)
{
	struct relocator r = begin(word, big_endian, MACHINE_ARM);

	walk_dynamic(&r, file + sizeof(file) - size, size, NULL);
	walk_dynamic(&r, file + sizeof(file) - size, size, memory + sizeof(memory) - size);
}

static void put_file(unsigned int at, unsigned int word, uint64_t value)
{
	for (unsigned int i = 0; i < word; i++)
		file[at + i] = (uint8_t)(value >> 8 * i);
}

/* A dynamic section at 'address', if not 0, with one entry: a tag, and a size. */
static void whole(unsigned int word, uint64_t address, enum tag tag, uint64_t value)
{
	(void)begin(word, false, word == 4 ? each_in(MACHINE_ARM, MACHINE_ARM64) : MACHINE_ARM64);
	header = (struct elf_segment) {.virtual_address = address,
				       .file_size = address ? 4 * word : 0};
	put_file(0, word, tag);
	put_file(word, word, value);
	put_file(2 * word, word, DT_NULL);
	elf_relocate(&elf, memory, any64(), &obstacle);
}

int main(void)
{
	for (unsigned int kind = 0; kind < 4; kind++) {
		unsigned int word = kind % 2 ? 8 : 4;

		for (unsigned int size = 0; size <= PART; size += size < 24 ? 4 : 12) {
			tables(word, kind / 2, kind % 2 ? MACHINE_ARM64 : MACHINE_ARM, size);
			dynamic(word, kind / 2, size);
		}
	}
	for (unsigned int word = 4; word <= 8; word += 4) {
		relocatable = has_header = false;
		whole(word, LOWEST, DT_NULL, 0);
		relocatable = true;
		whole(word, LOWEST, DT_NULL, 0);
		has_header = true;
		whole(word, LOWEST, DT_NULL, 0);
		whole(word, 0, DT_NULL, 0);
		whole(word, LOWEST - 1, DT_NULL, 0);
		whole(word, HIGHEST, DT_NULL, 0);
		whole(word, LOWEST, DT_NEEDED, 1);
		whole(word, LOWEST, DT_RELRSZ, word);
		whole(word, LOWEST, DT_RELSZ, 2 * word);
		whole(word, LOWEST, DT_RELASZ, 3 * word);
		lies_elsewhere = true;
		whole(word, LOWEST, DT_NULL, 0);
		lies_elsewhere = false;
	}
	return 0;
}
