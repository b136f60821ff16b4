/* SPDX-License-Identifier: BSD-2-Clause */
/* DEFLATE (RFC 1951) by libdeflate, which wants all of its output in one piece. */
#include <libdeflate.h>
#include <stdlib.h>
#include "error.h"
#include "lib/progress.h"
#include "stream.h"

#define PIECE_MAX 65535 /* bytes that the library writes at once, or not at all: a stored block */

/*
 * The library tells data that is cut short from damaged data only by where it gives up: 'in' says
 * nothing about that, so that both are ERR_CORRUPT.
 */
static int decompress(struct libdeflate_decompressor *decompressor, struct source *in, uint8_t *to,
		      size_t room, size_t *written)
{
	size_t used;
	enum libdeflate_result result = libdeflate_deflate_decompress_ex(
		decompressor, in->at, (size_t)in->left, to, room, &used, written);

	if (result != LIBDEFLATE_SUCCESS)
		return result == LIBDEFLATE_INSUFFICIENT_SPACE ? 0 : ERR_CORRUPT;
	source_take(in, used);
	progress_add(used);
	return 1;
}

/*
 * Only the start of the data: the library stops at the first piece that does not fit, and what
 * came before is there.
 */
static int decompress_start(struct libdeflate_decompressor *decompressor, struct source *in,
			    struct sink *out)
{
	size_t room = (size_t)(out->room - out->written), written;
	uint8_t *start = malloc(room + PIECE_MAX);
	int result;

	if (!start)
		return ERR_NO_ROOM;
	result = decompress(decompressor, in, start, room + PIECE_MAX, &written);
	if (result >= 0)
		result = sink_put(out, start, result ? written : room) && result;
	free(start);
	return result;
}

static int decompress_whole(struct libdeflate_decompressor *decompressor, struct source *in,
			    struct sink *out)
{
	size_t written;
	int result = decompress(decompressor, in, out->to + out->written,
				(size_t)(out->room - out->written), &written);

	if (result >= 0)
		out->written = result ? out->written + written : out->room;
	return result;
}

int inflate_stream(struct source *in, struct sink *out)
{
	struct libdeflate_decompressor *decompressor = libdeflate_alloc_decompressor();
	int result;

	if (!decompressor)
		return ERR_NO_ROOM;
	result = (out->room <= UNPACK_START ? decompress_start : decompress_whole)(decompressor, in,
										   out);
	libdeflate_free_decompressor(decompressor);
	return result;
}
