/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include "crc32.h"
#include "error.h"
#include "le.h"
#include "region.h"
#include "uimage.h"

#define MAGIC 0x27051956

/* Offsets in the header. */
#define HEADER_CRC 0x04
#define SIZE	   0x0C
#define LOAD	   0x10
#define ENTRY	   0x14
#define DATA_CRC   0x18
#define ARCH	   0x1D
#define TYPE	   0x1E
#define COMPRESSED 0x1F
#define NAME	   0x20
#define NAME_SIZE  32

#define ARCH_ARM     2
#define ARCH_ARM64   22
#define TYPE_KERNEL  2
#define TYPE_MULTI   4
#define TYPE_NO_LOAD 14

enum position { KERNEL, INITRD, DTB, POSITIONS };

static uint32_t be32(const uint8_t *at)
{
	return __builtin_bswap32(le32(at));
}

/* The sum was made with zeros in its own place. */
static bool header_good(const uint8_t *header)
{
	static const uint8_t zeros[4];
	uint32_t crc = crc32_add(0, header, HEADER_CRC);

	crc = crc32_add(crc, zeros, sizeof(zeros));
	crc = crc32_add(crc, header + HEADER_CRC + 4, UIMAGE_HEADER - HEADER_CRC - 4);
	return crc == be32(header + HEADER_CRC);
}

/* Sizes, a zero, and the parts themselves, each padded to four bytes (the last perhaps not). */
static int split(const uint8_t *data, uint64_t size, struct part part[POSITIONS])
{
	uint64_t at = 0, count = 0;

	do {
		if (size - at < 4)
			return ERR_HEADER;
		at += 4;
	} while (be32(data + at - 4));
	for (; count < POSITIONS && be32(data + 4 * count); count++) {
		uint32_t length = be32(data + 4 * count);

		if (!fits_in(at, length, size))
			return ERR_PART;
		part[count].at = data + at;
		part[count].size = length;
		at += ((uint64_t)length + 3) & ~3ULL;
	}
	return 0;
}

static int add_parts(const struct part part[POSITIONS], struct payload *payload)
{
	if (!part[KERNEL].size)
		return ERR_NO_KERNEL;
	payload->kernel = part[KERNEL];
	if (part[DTB].size)
		payload->dtb = part[DTB];
	return part_add(payload->initrd, &payload->initrds, PAYLOAD_INITRDS, part[INITRD]);
}

static void describe(const uint8_t *header, struct payload *payload)
{
	const uint8_t *end = memchr(header + NAME, 0, NAME_SIZE);
	uint8_t arch = header[ARCH];

	payload->name.at = header + NAME;
	payload->name.size = end ? (uint64_t)(end - payload->name.at) : NAME_SIZE;
	payload->arch = arch == ARCH_ARM     ? PAYLOAD_ARM
			: arch == ARCH_ARM64 ? PAYLOAD_ARM64
					     : PAYLOAD_OTHER;
	payload->floating = header[TYPE] == TYPE_NO_LOAD;
	payload->placed = !payload->floating;
	if (payload->placed)
		payload->load = be32(header + LOAD);
	if (payload->placed || !header[COMPRESSED])
		payload->entry = be32(header + ENTRY);
	if (payload->floating && !header[COMPRESSED])
		payload->lead = UIMAGE_HEADER;
}

bool uimage_is(const uint8_t *head, size_t head_size)
{
	return head_size >= 4 && be32(head) == MAGIC;
}

int uimage_open(const uint8_t *file, uint64_t size, struct payload *payload)
{
	struct part part[POSITIONS] = {0};
	const uint8_t *data = file + UIMAGE_HEADER;
	uint32_t data_size;
	int error = 0;

	if (!uimage_is(file, size < UIMAGE_HEADER ? (size_t)size : UIMAGE_HEADER))
		return ERR_UNKNOWN;
	if (size < UIMAGE_HEADER)
		return ERR_TRUNCATED;
	if (!header_good(file))
		return ERR_HASH;
	data_size = be32(file + SIZE);
	if (data_size > size - UIMAGE_HEADER)
		return ERR_TRUNCATED;
	if (file[TYPE] != TYPE_KERNEL && file[TYPE] != TYPE_NO_LOAD && file[TYPE] != TYPE_MULTI)
		return ERR_NO_KERNEL;
	if (crc32_add(0, data, data_size) != be32(file + DATA_CRC))
		return ERR_HASH;
	if (file[TYPE] == TYPE_MULTI)
		error = split(data, data_size, part);
	else
		part[KERNEL] = (struct part) {data, data_size};
	if (error)
		return error;
	describe(file, payload);
	return add_parts(part, payload);
}
