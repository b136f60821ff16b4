/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib/formats/pe.c and lib/formats/zboot.c read nothing outside of a file, and what they find is
 * inside of it. pe_open(): files of up to 200 bytes, whatever is in them. The section headers: for
 * the numbers in main(), and whatever else is in the file.
 *
 * prove: by eva
 * prove: with lib/formats/pe.c lib/formats/zboot.c
 */
#include <string.h>
#include "le.h"
#include "lib/formats/pe.h"
#include "prove.h"
#include "lib/formats/zboot.h"

static uint8_t file[200];

static const uint8_t *any_file(size_t size)
{
	any_bytes(file, sizeof(file));
	return file + sizeof(file) - size;
}

static void look_at_sections(const struct pe *pe)
{
	struct part part;

	for (unsigned int i = 0; i < pe->sections; i++)
		if (pe_section(pe, i, &part) == 0) {
			/*@ check part.size <= pe->size; */
			/*@ check pe->file <= part.at <= pe->file + pe->size; */
		}
	for (unsigned int i = 0; i < pe->sections; i++)
		if (pe_loaded(pe, i, &part) == 0) {
			/*@ check part.size <= pe->size; */
			/*@ check pe->file <= part.at <= pe->file + pe->size; */
		}
	pe_extent(pe);
}

/* With so many sections behind an optional header of that size. */
static void open_with(size_t size, unsigned int pointer, unsigned int optional, unsigned int count)
{
	uint8_t *start = (uint8_t *)any_file(size);
	struct pe pe;

	put_le32(start + PE_POINTER, pointer);
	put_le16(start + pointer + 20, (uint16_t)optional);
	put_le16(start + pointer + 6, (uint16_t)count);
	if (pe_open(start, size, &pe) == 0)
		look_at_sections(&pe);
}

static void open_any(size_t size)
{
	const uint8_t *start = any_file(size);
	struct payload payload;
	struct pe pe;

	pe_open(start, size, &pe);
	if (zboot_is(start, size) && zboot_open(start, size, &payload) == 0) {
		/*@ check 0 < payload.kernel.size <= size; */
	}
}

int main(void)
{
	/*@ loop unroll 500; */
	for (size_t size = 0; size <= sizeof(file); size += size < 72 ? 1 : 21)
		open_any(size);
	/*@ loop unroll 500; */
	for (size_t size = 130; size <= sizeof(file); size += 5)
		for (unsigned int count = 0; count <= 3; count++) {
			open_with(size, 64, 2, count);
			open_with(size, 67, 0, count);
			open_with(size, 64, 16, count);
		}
	return 0;
}
