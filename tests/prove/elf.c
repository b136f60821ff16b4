/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib/formats/elf.c, for files of both classes and byte orders, with up to two program headers in
 * the places that main() names, or anywhere, whatever else is in them: nothing outside of the file
 * is read, and no sum of its numbers overflows.
 *
 * prove: by eva
 * prove: with lib/formats/elf.c
 * prove: option -eva-slevel 200 -eva-split-return full
 */
#include <string.h>
#include "lib/formats/elf.h"
#include "prove.h"

#define SIZE 240

static uint8_t file[SIZE];

static void put(unsigned int at, unsigned int bytes, bool big_endian, uint64_t value)
{
	for (unsigned int i = 0; i < bytes; i++)
		file[at + i] = (uint8_t)(value >> 8 * (big_endian ? bytes - 1 - i : i));
}

static void any_file(void)
{
	any_bytes(file, sizeof(file));
}

static void look(const struct elf *elf)
{
	struct elf_segment segment;

	/*@ check elf->headers <= ELF_HEADERS && elf->headers_at <= elf->size; */
	if (elf_segment(elf, any32(), &segment) == 0) {
		/*@ check \initialized(&segment.offset) && \initialized(&segment.code); */
	}
	if (elf_header(elf, any32(), &segment)) {
		/*@ check \initialized(&segment.offset) && \initialized(&segment.code); */
	}
}

static void put_ident(unsigned int start, unsigned int kind, bool big_endian)
{
	any_file();
	put(start, 4, true, 0x7f454c46);
	file[start + 4] = (uint8_t)kind;
	file[start + 5] = big_endian ? 2 : 1;
}

/*
 * So many headers (for more than three there is no room), 'gap' bytes behind the first one if that
 * is not negative.
 */
static void open_with(unsigned int kind, bool big_endian, unsigned int count, int gap)
{
	unsigned int room = count < 4 ? count : 1;
	unsigned int word = 4 * kind, head = 40 + 3 * word, each = word == 4 ? 32 : 56;
	unsigned int size = head + 3 + room * each, start = SIZE - size;
	struct elf elf;

	put_ident(start, kind, big_endian);
	if (gap >= 0)
		put(start + 24 + word, word, big_endian, head + (unsigned int)gap);
	put(start + 24 + 3 * word + 8, 2, big_endian, count);
	if (elf_open(file + start, size, &elf) == 0)
		look(&elf);
}

/* Too short for a header, whatever is in it. */
static void open_any(unsigned int size)
{
	struct elf elf;
	int error;

	any_file();
	error = elf_open(file + SIZE - size, size, &elf);
	/*@ check error != 0; */
}

int main(void)
{
	any_file();
	elf_is(file + SIZE - 4, 4);
	open_with(1, false, 0, 0);
	open_with(1, false, ELF_HEADERS + 1, 0);
	open_with(1, true, 1, -1);
	open_with(1, false, 2, 0);
	open_with(2, false, 1, -1);
	open_with(2, true, 1, 3);
	/*@ loop unroll 200; */
	for (unsigned int size = 0; size < 52; size += 3)
		open_any(size);
	return 0;
}
