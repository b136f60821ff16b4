/* SPDX-License-Identifier: BSD-2-Clause */
/* uImages, as they are and with the checksums made right, which no fuzzer finds by itself. */
#include <string.h>
#include <zlib.h>
#include "error.h"
#include "fuzz.h"
#include "lib/formats/uimage.h"

static void put32(uint8_t *at, uLong value)
{
	for (unsigned int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static void seal(uint8_t *file, size_t size)
{
	uint32_t length;

	if (size < UIMAGE_HEADER)
		return;
	length = (uint32_t)file[12] << 24 | (uint32_t)file[13] << 16 | (uint32_t)file[14] << 8 |
		 file[15];
	put32(file, 0x27051956);
	if (length <= size - UIMAGE_HEADER)
		put32(file + 24, crc32(0, file + UIMAGE_HEADER, length));
	put32(file + 4, 0);
	put32(file + 4, crc32(0, file, UIMAGE_HEADER));
}

static void check_part(const struct part *part, const uint8_t *from, const uint8_t *end)
{
	REQUIRE(part->size && part->at >= from && part->at <= end);
	REQUIRE(part->size <= (uint64_t)(end - part->at));
}

static void check(const struct payload *payload, const uint8_t *file, size_t size)
{
	const uint8_t *data = file + UIMAGE_HEADER, *end = file + size;

	check_part(&payload->kernel, data, end);
	REQUIRE(payload->initrds <= 1 && payload->texts == 0 && payload->overlays == 0);
	if (payload->initrds)
		check_part(&payload->initrd[0], payload->kernel.at + payload->kernel.size, end);
	if (payload->dtb.size)
		check_part(&payload->dtb, payload->initrd[0].at + payload->initrd[0].size, end);
	REQUIRE(payload->placed != payload->relocatable);
	REQUIRE(payload->load <= UINT32_MAX && payload->entry <= UINT32_MAX);
	REQUIRE(payload->lead == 0 || payload->relocatable);
	REQUIRE(payload->name.at == file + 32 && payload->name.size <= 32);
}

static int open_file(const uint8_t *file, size_t size)
{
	struct payload payload;
	int result;

	memset(&payload, 0, sizeof(payload));
	result = uimage_open(file, size, &payload);
	REQUIRE(result == 0 || result == ERR_UNKNOWN || result == ERR_TRUNCATED ||
		result == ERR_HASH || result == ERR_NO_KERNEL || result == ERR_HEADER ||
		result == ERR_PART);
	REQUIRE(result == ERR_UNKNOWN || uimage_is(file, size));
	if (!result)
		check(&payload, file, size);
	return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *file = malloc(size ? size : 1);

	memcpy(file, data, size);
	open_file(file, size);
	seal(file, size);
	REQUIRE(open_file(file, size) != ERR_HASH);
	free(file);
	return 0;
}
