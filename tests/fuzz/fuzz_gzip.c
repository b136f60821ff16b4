/* SPDX-License-Identifier: BSD-2-Clause */
/* Compressed data into little room: the last two bytes of the input say how little. */
#include <string.h>
#include "error.h"
#include "fuzz.h"
#include "lib/unpack/unpack.h"

static int gzip_unpack(const uint8_t *from, size_t size, uint8_t *to, size_t room, size_t *written)
{
	uint64_t unpacked;
	int result = unpack(COMPRESSION_GZIP, from, size, to, room, &unpacked);

	*written = (size_t)unpacked;
	return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_numbers numbers = {data, size};
	size_t room = fuzz_number(&numbers, 2), written = SIZE_MAX, again = SIZE_MAX;
	uint8_t *from = malloc(numbers.size ? numbers.size : 1), *to = malloc(room ? room : 1);
	int result;

	memcpy(from, data, numbers.size);
	result = gzip_unpack(from, numbers.size, to, room, &written);
	REQUIRE(result == 0 || result == 1 || result == ERR_CORRUPT || result == ERR_TRUNCATED ||
		result == ERR_UNKNOWN);
	REQUIRE(written <= room);
	REQUIRE(result != 0 || written == room);
	/* no state is left over */
	REQUIRE(gzip_unpack(from, numbers.size, to, room, &again) == result && again == written);
	free(from);
	free(to);
	return 0;
}
