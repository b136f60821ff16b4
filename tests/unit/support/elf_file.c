/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include "elf_file.h"
#include "test.h"

struct elf elf;
struct plan plan;
uint8_t image[0x4000];
static size_t at; /* where the next field goes */

static void put(uint64_t value, unsigned int bytes)
{
	for (unsigned int i = 0; i < bytes; i++)
		image[at + (plan.big_endian ? bytes - 1 - i : i)] = (uint8_t)(value >> 8 * i);
	at += bytes;
}

void plan_for(unsigned int word, bool big_endian)
{
	static const struct program usual[SEGMENTS] = {
		{0x1000, 0x80200000, 0x40200000, 0x300, 0x300, 0x1000, 1, 5},
		{0x1300, 0x80201000, 0x40201000, 0x80, 0x1000, 0x1000, 1, 6},
		{0, 0, 0, 0, 0, 0, 0x6474e551, 6},
	};

	memset(&plan, 0, sizeof(plan));
	plan.word = word;
	plan.big_endian = big_endian;
	plan.type = 2;
	plan.machine = word == 4 ? 40 : 183;
	plan.flags = word == 4 ? 0x05800000 : 0;
	plan.entry = 0x80200010;
	plan.headers_at = word == 4 ? 52 : 64;
	plan.header_size = word == 4 ? 32 : 56;
	plan.count = SEGMENTS;
	plan.file_size = 0x1400;
	memcpy(plan.program, usual, sizeof(usual));
}

static void put_program(const struct program *program)
{
	unsigned int word = plan.word;

	put(program->type, 4);
	if (word == 8)
		put(program->flags, 4);
	put(program->offset, word);
	put(program->virtual_address, word);
	put(program->address, word);
	put(program->file_size, word);
	put(program->memory_size, word);
	if (word == 4)
		put(program->flags, 4);
	put(program->align, word);
}

size_t put_file(void)
{
	memset(image, 0, sizeof(image));
	memcpy(image, "\177ELF", 4);
	image[4] = (uint8_t)(plan.word / 4);
	image[5] = plan.big_endian ? 2 : 1;
	image[6] = 1;
	at = 16;
	put(plan.type, 2);
	put(plan.machine, 2);
	put(1, 4);
	put(plan.entry, plan.word);
	put(plan.headers_at, plan.word);
	put(0, plan.word);
	put(plan.flags, 4);
	put(plan.word == 4 ? 52 : 64, 2);
	put(plan.header_size, 2);
	put(plan.count, 2);
	at = plan.word == 4 ? 52 : 64;
	for (unsigned int i = 0; i < SEGMENTS; i++)
		put_program(&plan.program[i]);
	return at;
}

int open_part(const uint8_t *file, size_t size)
{
	uint8_t *block = malloc(size ? size : 1);
	int result;

	memcpy(block, file, size);
	memset(&elf, 0xa5, sizeof(elf));
	result = elf_open(block, size, &elf);
	elf.file = NULL;
	free(block);
	return result;
}

int open_plan(void)
{
	put_file();
	return open_part(image, (size_t)plan.file_size);
}

bool each_kind(unsigned int *kind)
{
	if (*kind == 4)
		return false;
	plan_for(*kind & 1 ? 4 : 8, *kind & 2);
	test_note("ELF%u, %s-endian", 8 * plan.word, plan.big_endian ? "big" : "little");
	(*kind)++;
	return true;
}
