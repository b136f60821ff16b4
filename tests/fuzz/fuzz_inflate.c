/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DEFLATE by zlib, and by libdeflate behind inflate_stream(): what zlib unpacks is unpacked, to the
 * same bytes, and if there are more than fit, to as many of them. libdeflate takes some codes that
 * zlib refuses.
 */
#include <string.h>
#include <zlib.h>
#include "error.h"
#include "fuzz.h"
#include "lib/unpack/stream.h"

#define ROOM UNPACK_START

/* Bytes that zlib has used of the input; 0 when that does not unpack, or not into the room. */
static size_t unpack_by_zlib(const uint8_t *data, size_t size, uint8_t *to, size_t room,
			     size_t *written)
{
	z_stream stream = {.next_in = (Bytef *)(uintptr_t)data, .avail_in = (uInt)size};
	int result;

	REQUIRE(inflateInit2(&stream, -15) == Z_OK);
	stream.next_out = to;
	stream.avail_out = (uInt)room;
	result = inflate(&stream, Z_FINISH);
	*written = stream.total_out;
	inflateEnd(&stream);
	return result == Z_STREAM_END ? stream.total_in : 0;
}

/* Into 'room' bytes, of which zlib has filled 'written', and used 'used' to unpack all. */
static int check(const uint8_t *from, size_t size, const uint8_t *expected, size_t room,
		 size_t used, size_t written)
{
	uint8_t *to = malloc(room ? room : 1);
	struct source in = {from, size};
	struct sink out = {.to = to, .room = room};
	int result = inflate_stream(&in, &out);

	REQUIRE(result == 1 || result == 0 || result == ERR_CORRUPT);
	REQUIRE(out.written <= room && (result || out.written == room));
	REQUIRE(!used || (result == 1 && in.left == size - used && out.written == written));
	if (result >= 0)
		REQUIRE(memcmp(to, expected, written < out.written ? written : out.written) == 0);
	free(to);
	return result;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t expected[ROOM];
	uint8_t *from = malloc(size ? size : 1);
	size_t written, used;

	memcpy(from, data, size);
	used = unpack_by_zlib(from, size, expected, ROOM, &written);
	check(from, size, expected, ROOM, used, written);
	if (used && written) /* less room than it takes */
		REQUIRE(check(from, size, expected, written / 2, 0, written / 2) == 0);
	free(from);
	return 0;
}
