/* SPDX-License-Identifier: BSD-2-Clause */
/* DEFLATE by ours and by zlib: the same data, or no data from either. */
#include <string.h>
#include <zlib.h>
#include "fuzz.h"
#include "unpack_format.h"

#define ROOM 65536

/* Bytes that zlib has used of the input; 0 when that does not unpack. */
static size_t unpack_by_zlib(const uint8_t *data, size_t size, uint8_t *to, size_t *written)
{
	z_stream stream = {.next_in = (Bytef *)(uintptr_t)data, .avail_in = (uInt)size};
	int result;

	REQUIRE(inflateInit2(&stream, -15) == Z_OK);
	stream.next_out = to;
	stream.avail_out = ROOM;
	result = inflate(&stream, Z_FINISH);
	*written = stream.total_out;
	inflateEnd(&stream);
	return result == Z_STREAM_END ? stream.total_in : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct unpack_scratch scratch;
	static uint8_t expected[ROOM], unpacked[ROOM];
	uint8_t *from = malloc(size ? size : 1);
	struct source in = {from, size};
	struct sink out = {.to = unpacked, .room = ROOM};
	size_t written, used;
	int result;

	memcpy(from, data, size);
	used = unpack_by_zlib(from, size, expected, &written);
	result = inflate_stream(&in, &out, &scratch);
	REQUIRE((result == 1) == (used != 0));
	REQUIRE(!used || (in.left == size - used && out.written == written));
	REQUIRE(memcmp(unpacked, expected, written < out.written ? written : out.written) == 0);
	free(from);
	return 0;
}
