/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CRC-32 (RFC 1952, section 8) and Adler-32 (RFC 1950, section 8.2) under zlib's names and for
 * zlib's use: its own, made for speed, would bring up to 15 KiB into the image. The table of the
 * CRC is made when it is first needed.
 */
#include <stdint.h>
#include <zlib.h>

#define POLYNOMIAL 0xEDB88320U

static uint32_t table[256];

static void make_table(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t value = i;

		for (int bit = 0; bit < 8; bit++)
			value = value >> 1 ^ (value & 1 ? POLYNOMIAL : 0);
		table[i] = value;
	}
}

uLong crc32(uLong crc, const Bytef *data, uInt size)
{
	uint32_t value = ~(uint32_t)crc;

	if (!data)
		return 0;
	if (!table[1])
		make_table();
	while (size--)
		value = value >> 8 ^ table[(value ^ *data++) & 0xff];
	return (uint32_t)~value;
}

#define ADLER_BASE 65521

uLong adler32(uLong adler, const Bytef *data, uInt size)
{
	uint32_t a = adler & 0xffff, b = (uint32_t)adler >> 16;

	if (!data)
		return 1;
	while (size--) {
		a = (a + *data++) % ADLER_BASE;
		b = (b + a) % ADLER_BASE;
	}
	return b << 16 | a;
}
