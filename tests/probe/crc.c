/* SPDX-License-Identifier: BSD-2-Clause */
/* CRC-32 as zlib computes it, so that Python's zlib.crc32 writes what the probe checks. */
#include "probe.h"

static uint32_t table[256];

void crc_init(void)
{
	for (uint32_t n = 0; n < 256; n++) {
		uint32_t c = n;

		for (int bit = 0; bit < 8; bit++)
			c = c & 1 ? 0xedb88320 ^ c >> 1 : c >> 1;
		table[n] = c;
	}
}

uint32_t crc32(uint32_t crc, const void *data, size_t len)
{
	const uint8_t *p = data;

	crc = ~crc;
	while (len--)
		crc = table[(crc ^ *p++) & 0xff] ^ crc >> 8;
	return ~crc;
}
