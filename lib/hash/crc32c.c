/* SPDX-License-Identifier: BSD-2-Clause */
/* CRC-32C, by bytes: what it is for are a few blocks of a file system. */
#include "lib/hash/crc32c.h"

#define POLYNOMIAL 0x82F63B78

static uint32_t remainders[256]; /* of a byte */

static void make_remainders(void)
{
	for (uint32_t i = 0; i < 256; i++) {
		uint32_t value = i;

		for (int bit = 0; bit < 8; bit++)
			value = value >> 1 ^ (value & 1 ? POLYNOMIAL : 0);
		remainders[i] = value;
	}
}

uint32_t crc32c_add(uint32_t remainder, const void *data, size_t size)
{
	const uint8_t *from = data;

	if (!remainders[1])
		make_remainders();
	for (size_t i = 0; i < size; i++)
		remainder = remainder >> 8 ^ remainders[(remainder ^ from[i]) & 0xff];
	return remainder;
}
