/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Compressed data of every format into little room: the last two bytes of the input say how little.
 * What was measured is never less than what comes.
 */
#include <stdbool.h>
#include <string.h>
#include "error.h"
#include "fuzz.h"
#include "lib/unpack/unpack.h"

static bool is_result(int result)
{
	return result == 0 || result == 1 || result == ERR_CORRUPT || result == ERR_TRUNCATED ||
	       result == ERR_UNSUPPORTED || result == ERR_DICTIONARY ||
	       result == ERR_DICTIONARY_SIZE || result == ERR_UNKNOWN;
}

/* What follows the data does not change it. */
static void check_extent(enum compression compression, const uint8_t *from, uint64_t size,
			 uint8_t *to, size_t room, int expected)
{
	uint64_t extent = unpack_extent(compression, from, size), written, used;
	int result = unpack_used(compression, from, size, to, room, &written, &used);

	REQUIRE(result == expected && used <= size);
	REQUIRE(extent <= size && (result != 1 || extent >= used));
	REQUIRE(unpack_hint(compression, from, size) <= UINT32_MAX);
	if (result == 1)
		REQUIRE(unpack(compression, from, used, to, room, &written) == 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_numbers numbers = {data, size};
	size_t room = fuzz_number(&numbers, 2);
	uint64_t written = UINT64_MAX, again = UINT64_MAX, measured = 0;
	uint8_t *from = malloc(numbers.size ? numbers.size : 1), *to = malloc(room ? room : 1);
	enum compression compression;
	int result, told;

	memcpy(from, data, numbers.size);
	compression = compression_of(from, numbers.size);
	told = unpack_size(compression, from, numbers.size, &measured);
	result = unpack(compression, from, numbers.size, to, room, &written);
	REQUIRE(is_result(told) && is_result(result));
	REQUIRE(compression_name(compression)[0]);
	REQUIRE(written <= room);
	REQUIRE(result != 0 || written == room);
	REQUIRE(result != 1 || (told >= 0 && measured >= written));
	REQUIRE(result != 1 || told != 1 || measured == written);
	check_extent(compression, from, numbers.size, to, room, result);
	/* no state is left over */
	REQUIRE(unpack(compression, from, numbers.size, to, room, &again) == result);
	REQUIRE(again == written);
	free(from);
	free(to);
	return 0;
}
