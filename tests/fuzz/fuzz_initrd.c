/* SPDX-License-Identifier: BSD-2-Clause */
/* Wrapped initrds, as they are and with the checksums of a uImage made right. */
#include <string.h>
#include <zlib.h>
#include "error.h"
#include "fuzz.h"
#include "lib/formats/initrd.h"
#include "lib/formats/uimage.h"

static void put32(uint8_t *at, uLong value)
{
	for (unsigned int i = 0; i < 4; i++)
		at[i] = (uint8_t)(value >> (24 - 8 * i));
}

static void seal(uint8_t *file, size_t size)
{
	static const uint8_t magic[] = {0x27, 0x05, 0x19, 0x56};

	if (size < UIMAGE_HEADER || memcmp(file, magic, 4) != 0)
		return;
	put32(file + 12, size - UIMAGE_HEADER - file[12] % (size - UIMAGE_HEADER + 1));
	put32(file + 24, crc32(0, file + UIMAGE_HEADER, (uInt)(file[14] << 8 | file[15])));
	put32(file + 4, 0);
	put32(file + 4, crc32(0, file, UIMAGE_HEADER));
}

static void check(const uint8_t *file, size_t size)
{
	struct part initrd;
	int result = initrd_unwrap(file, size, &initrd);

	REQUIRE(result == 0 || result == ERR_VENDOR || result == ERR_NO_INITRD ||
		result == ERR_TRUNCATED || result == ERR_HASH || result == ERR_HEADER ||
		result == ERR_PART || result == ERR_VERSION || result == ERR_FULL);
	if (result || !initrd.size)
		return;
	REQUIRE(initrd.at >= file && initrd.at <= file + size);
	REQUIRE(initrd.size <= (uint64_t)(file + size - initrd.at));
	REQUIRE(initrd.at == file || initrd.at >= file + UIMAGE_HEADER);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *file = malloc(size ? size : 1);

	memcpy(file, data, size);
	initrd_is_wrapped(file, size);
	check(file, size);
	seal(file, size);
	check(file, size);
	free(file);
	return 0;
}
