/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib/formats/cpio.c: nothing is read outside of an archive, and what is found is inside. A file of
 * the archive: at each place in it, with names and contents of the sizes in main(), whatever else
 * is in there; then any archive that is too short for a second file.
 *
 * prove: by eva
 * prove: inside lib/formats/cpio.c
 * prove: through lib/formats/payload.c
 * prove: option -eva-slevel 60
 */
#include "lib/formats/cpio.c"
#include "prove.h"

#define SIZE 240

static uint8_t file[SIZE];

static void put(unsigned int at, unsigned int index, uint32_t value)
{
	for (unsigned int i = 0; i < FIELD_SIZE; i++)
		file[at + MAGIC_SIZE + index * FIELD_SIZE + i] =
			(uint8_t) "0123456789abcdef"[value >> (28 - 4 * i) & 15];
}

/* A header there, and whatever it does not say. */
static uint32_t mode = MODE_REGULAR;

static void make(unsigned int at, uint32_t name_size, uint32_t size)
{
	any_bytes(file, sizeof(file));
	if (SIZE - at < HEADER)
		return;
	put(at, MODE, mode);
	put(at, CHECKSUM, 0x1234);
	put(at, NAME_SIZE, name_size);
	put(at, FILE_SIZE, size);
}

static void one_file(unsigned int at, uint32_t name_size, uint32_t size)
{
	struct reader reader = {.file = file, .size = SIZE, .at = at, .best = NAMES};
	struct entry entry;

	make(at, name_size, size);
	if (next(&reader, &entry))
		return;
	/*@ check reader.at <= reader.size && entry.data.size == size; */
	/*@ check valid_read_string(entry.name); */
	reader.best = each_in(0, NAMES);
	reader.initrd.size = any_in(0, SIZE);
	if (take(&reader, &entry) == 0) {
		/*@ check reader.best <= NAMES; */
	}
}

/* All of its digits are any. */
static void any_field(void)
{
	uint32_t value;

	any_bytes(file, sizeof(file));
	if (field(file, CHECKSUM, &value) == 0) {
		/*@ check \initialized(&value); */
	}
}

static void whole(uint32_t name_size, uint32_t size, uint32_t behind)
{
	struct payload payload = {0};

	make(0, name_size, size);
	if (cpio_open(file, HEADER + name_size + size + behind, &payload) == 0) {
		/*@ check payload.kernel.size <= size && payload.initrds == 1; */
	}
}

static void bad_digit(unsigned int index)
{
	struct reader reader = {.file = file, .size = SIZE, .best = NAMES};
	struct entry entry;
	int error;

	make(0, 12, 8);
	file[MAGIC_SIZE + index * FIELD_SIZE] = (uint8_t)each_in('f' + 1, 'z');
	error = next(&reader, &entry);
	/*@ check error == ERR_HEADER; */
}

int main(void)
{
	any_field();
	/*@ loop unroll 300; */
	for (unsigned int at = 0; at <= SIZE; at += 30)
		one_file(at, 12, 40);
	one_file(0, 0, 8);
	one_file(0, 131, 8);
	one_file(0, UINT32_MAX, 8);
	one_file(0, 12, UINT32_MAX);
	bad_digit(MODE);
	bad_digit(FILE_SIZE);
	bad_digit(NAME_SIZE);
	bad_digit(CHECKSUM);
	whole(10, 40, 8);
	whole(10, 0, 0);
	mode = MODE_TYPE;
	one_file(0, 12, 8);
	return 0;
}
