/* SPDX-License-Identifier: BSD-2-Clause */
/* ELF files: whatever is accepted can be loaded, byte for byte. */
#include <string.h>
#include "lib/formats/elf.h"
#include "lib/formats/elf_relocate.h"
#include "lib/formats/elf_symbols.h"
#include "error.h"
#include "fuzz.h"
#include "lib/guest/recognise.h"

static const int errors[] = {0,		  ERR_UNKNOWN,	 ERR_TRUNCATED, ERR_PART,
			     ERR_MACHINE, ERR_NO_KERNEL, ERR_CPU,	ERR_FULL,
			     ERR_OVERLAP, ERR_HEADER};

static void check_result(int result)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (result == errors[i])
			return;
	REQUIRE(!"an error of those that the header names");
}

static uint64_t sum_of_bytes(const uint8_t *bytes, uint64_t size)
{
	uint64_t sum = 0;

	for (uint64_t i = 0; i < size; i++)
		sum += bytes[i];
	return sum;
}

static void check_segment(const struct elf *elf, const struct elf_segment *segment)
{
	uint64_t end = segment->address + segment->memory_size;

	REQUIRE(segment->memory_size && segment->file_size <= segment->memory_size);
	REQUIRE(segment->address >= elf->lowest && end > segment->address && end <= elf->highest);
	REQUIRE(elf->word == 8 || end <= 1ULL << 32);
	if (segment->file_size) /* reads them all */
		REQUIRE(sum_of_bytes(elf->file + segment->offset, segment->file_size) < UINT64_MAX);
}

static void check_apart(const struct elf *elf, const struct elf_segment *segment,
			unsigned int index)
{
	struct elf_segment other;

	for (unsigned int i = 0; i < index; i++) {
		REQUIRE(elf_segment(elf, i, &other) == 0);
		REQUIRE(other.address >= segment->address + segment->memory_size ||
			segment->address >= other.address + other.memory_size);
	}
}

static void check(const struct elf *elf)
{
	struct elf_segment segment;
	bool entered = false;

	REQUIRE(elf->segments && elf->segments <= ELF_HEADERS && elf->align);
	REQUIRE(!elf->relocatable || !(elf->align & (elf->align - 1)));
	REQUIRE(elf->entry % 2 == 0 && (elf->thumb || elf->entry % 4 == 0));
	REQUIRE(!elf->thumb || elf->state == STATE_AARCH32);
	for (unsigned int i = 0; i < elf->segments; i++) {
		REQUIRE(elf_segment(elf, i, &segment) == 0);
		check_segment(elf, &segment);
		check_apart(elf, &segment, i);
		entered |= elf->entry >= segment.address &&
			   elf->entry - segment.address < segment.file_size;
	}
	REQUIRE(entered);
	REQUIRE(elf_segment(elf, elf->segments, &segment) == ERR_PART);
}

static void copy_symbols(const struct elf *elf)
{
	uint64_t size = elf_symbols_size(elf);
	uint64_t tables = elf_tables_size(elf);
	uint8_t *to;

	REQUIRE(size % 8 == 0 && tables % 8 == 0);
	if (size && size <= 1 << 20) {
		to = malloc(size);
		elf_symbols_copy(elf, to);
		free(to);
	}
	to = malloc(tables ? tables : 1);
	elf_tables_copy(elf, to);
	free(to);
}

static const char untold[] = "nothing"; /* the kind of a relocation may be any number */
static const int relocate_errors[] = {0, ERR_DYNAMIC, ERR_PART, ERR_HEADER, ERR_ADDRESS};

/* Loaded to a block of its size; where it is linked to, nothing of that changes. */
static void relocate(const struct elf *elf)
{
	uint64_t size = elf->highest - elf->lowest, before;
	uint8_t *memory;
	struct elf_obstacle obstacle = {.name = untold};
	struct elf_segment segment;
	bool known = false;
	int error;

	if (size > 1 << 20)
		return;
	memory = calloc(1, (size_t)size);
	for (unsigned int i = 0; elf_segment(elf, i, &segment) == 0; i++)
		if (segment.file_size)
			memcpy(memory + (segment.address - elf->lowest), elf->file + segment.offset,
			       (size_t)segment.file_size);
	before = sum_of_bytes(memory, size);
	REQUIRE(elf_relocate(elf, memory, elf->lowest, &obstacle) == 0);
	REQUIRE(sum_of_bytes(memory, size) == before && obstacle.name == untold);
	error = elf_relocate(elf, memory, elf->lowest + 0x40200000, &obstacle);
	for (size_t i = 0; i < sizeof(relocate_errors) / sizeof(relocate_errors[0]); i++)
		known |= error == relocate_errors[i];
	REQUIRE(known && (error == ERR_DYNAMIC) == (obstacle.name != untold));
	REQUIRE(elf->relocatable || sum_of_bytes(memory, size) == before);
	free(memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *file = malloc(size ? size : 1);
	struct elf elf;
	int result;

	memcpy(file, data, size);
	memset(&elf, 0xa5, sizeof(elf));
	result = elf_open(file, size, &elf);
	check_result(result);
	REQUIRE(result == ERR_UNKNOWN || elf_is(file, size));
	if (!result) {
		check(&elf);
		copy_symbols(&elf);
		relocate(&elf);
		REQUIRE((unsigned int)recognise_elf(&elf) < GUESTS);
	}
	free(file);
	return 0;
}
