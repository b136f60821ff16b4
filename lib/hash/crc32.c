/* SPDX-License-Identifier: BSD-2-Clause */
/* Much data goes by four bytes at a time, with tables that are made when first needed. */
#include "lib/hash/crc32.h"
#include "lib/hash/digest.h"
#include "le.h"
#include "lib/progress.h"
#include "types.h"

#define MUCH 4096

/* What half a byte does to the remainder. */
static const uint32_t nibbles[16] = {
	0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4,
	0x4DB26158, 0x5005713C, 0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C,
	0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C,
};

static uint32_t tables[4][256]; /* of a byte with none, one, two and three behind it */

static uint32_t add_byte(uint32_t value, uint8_t byte)
{
	value ^= byte;
	value = value >> 4 ^ nibbles[value & 15];
	return value >> 4 ^ nibbles[value & 15];
}

static void make_tables(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t value = i;

		for (int behind = 0; behind < 4; behind++)
			tables[behind][i] = value = add_byte(value, 0);
	}
}

static uint32_t add_word(uint32_t value, uint32_t word)
{
	value ^= word;
	return tables[3][value & 0xff] ^ tables[2][value >> 8 & 0xff] ^
	       tables[1][value >> 16 & 0xff] ^ tables[0][value >> 24];
}

uint32_t crc32_add(uint32_t crc, const void *data, size_t size)
{
	const uint8_t *from = data;
	uint32_t value = ~crc;
	size_t done = arch_crc32(&value, from, size);

	from += done;
	size -= done;
	if (size >= MUCH) {
		if (!tables[0][1])
			make_tables();
		for (; size >= 4; size -= 4, from += 4)
			value = add_word(value, le32(from));
	}
	for (; size; size--)
		value = add_byte(value, *from++);
	return ~value;
}

uint32_t crc32_of(const uint8_t *data, uint64_t size)
{
	uint32_t crc = 0;
	size_t piece;

	for (; size; size -= piece, data += piece) {
		piece = (size_t)min64(size, PROGRESS_PIECE);
		crc = crc32_add(crc, data, piece);
		progress_add(piece);
	}
	return crc;
}
