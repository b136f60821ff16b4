/* SPDX-License-Identifier: BSD-2-Clause */
/* xxHash, of data that is in memory as a whole: checksums of LZ4 (32 bits) and zstd (64). */
#include "le.h"
#include "unpack_format.h"

#define PRIME32_1 0x9E3779B1U
#define PRIME32_2 0x85EBCA77U
#define PRIME32_3 0xC2B2AE3DU
#define PRIME32_4 0x27D4EB2FU
#define PRIME32_5 0x165667B1U

#define PRIME64_1 0x9E3779B185EBCA87ULL
#define PRIME64_2 0xC2B2AE3D27D4EB4FULL
#define PRIME64_3 0x165667B19E3779F9ULL
#define PRIME64_4 0x85EBCA77C2B2AE63ULL
#define PRIME64_5 0x27D4EB2F165667C5ULL

static uint32_t rotate32(uint32_t value, unsigned int bits)
{
	return value << bits | value >> (32 - bits);
}

static uint64_t rotate64(uint64_t value, unsigned int bits)
{
	return value << bits | value >> (64 - bits);
}

static uint32_t round32(uint32_t lane, const uint8_t *data)
{
	return rotate32(lane + le32(data) * PRIME32_2, 13) * PRIME32_1;
}

static uint64_t round64(uint64_t lane, uint64_t value)
{
	return rotate64(lane + value * PRIME64_2, 31) * PRIME64_1;
}

/* Four lanes as long as there are whole stripes of 16 bytes, then what is left. */
uint32_t xxhash32(const uint8_t *data, uint64_t size)
{
	uint32_t a = PRIME32_1 + PRIME32_2, b = PRIME32_2, c = 0, d = 0 - PRIME32_1;
	uint32_t hash = PRIME32_5;
	uint64_t left = size;

	for (; left >= 16; left -= 16, data += 16) {
		a = round32(a, data);
		b = round32(b, data + 4);
		c = round32(c, data + 8);
		d = round32(d, data + 12);
	}
	if (size >= 16)
		hash = rotate32(a, 1) + rotate32(b, 7) + rotate32(c, 12) + rotate32(d, 18);
	hash += (uint32_t)size;
	for (; left >= 4; left -= 4, data += 4)
		hash = rotate32(hash + le32(data) * PRIME32_3, 17) * PRIME32_4;
	for (; left; left--)
		hash = rotate32(hash + *data++ * PRIME32_5, 11) * PRIME32_1;
	hash = (hash ^ hash >> 15) * PRIME32_2;
	hash = (hash ^ hash >> 13) * PRIME32_3;
	return hash ^ hash >> 16;
}

static uint64_t merge64(uint64_t hash, uint64_t lane)
{
	return (hash ^ round64(0, lane)) * PRIME64_1 + PRIME64_4;
}

static uint64_t finish64(uint64_t hash, const uint8_t *data, unsigned int left)
{
	for (; left >= 8; left -= 8, data += 8)
		hash = rotate64(hash ^ round64(0, le64(data)), 27) * PRIME64_1 + PRIME64_4;
	for (; left >= 4; left -= 4, data += 4)
		hash = rotate64(hash ^ le32(data) * PRIME64_1, 23) * PRIME64_2 + PRIME64_3;
	for (; left; left--)
		hash = rotate64(hash ^ *data++ * PRIME64_5, 11) * PRIME64_1;
	hash = (hash ^ hash >> 33) * PRIME64_2;
	hash = (hash ^ hash >> 29) * PRIME64_3;
	return hash ^ hash >> 32;
}

uint64_t xxhash64(const uint8_t *data, uint64_t size)
{
	uint64_t lane[4] = {PRIME64_1 + PRIME64_2, PRIME64_2, 0, 0 - PRIME64_1};
	uint64_t hash = PRIME64_5, left = size;

	for (; left >= 32; left -= 32, data += 32)
		for (int i = 0; i < 4; i++)
			lane[i] = round64(lane[i], le64(data + 8 * i));
	if (size >= 32) {
		hash = rotate64(lane[0], 1) + rotate64(lane[1], 7) + rotate64(lane[2], 12) +
		       rotate64(lane[3], 18);
		for (int i = 0; i < 4; i++)
			hash = merge64(hash, lane[i]);
	}
	return finish64(hash + size, data, (unsigned int)left);
}
