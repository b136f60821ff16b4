/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * zstd (RFC 8878) by libzstd, block by block: what was decompressed is its window, so that no other
 * is needed, however large.
 */
#define ZSTD_STATIC_LINKING_ONLY /* for the interface by blocks, and for sizes of frames */
#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>
#include "error.h"
#include "lib/progress.h"
#include "stream.h"

/* Of the frame header (3.1.1.1.1): does it tell the size of its content? */
#define DESCRIPTOR     4
#define SINGLE_SEGMENT 0x20
#define SIZE_MASK      0xC0

/* The library's word for what is no size; as a constant, it is not computed at run time. */
static const uint64_t size_error = ZSTD_CONTENTSIZE_ERROR;

static int zstd_error(size_t result)
{
	switch (ZSTD_getErrorCode(result)) {
	case ZSTD_error_no_error:
		return 1;
	case ZSTD_error_dstSize_tooSmall:
		return 0;
	case ZSTD_error_srcSize_wrong:
		return ERR_TRUNCATED;
	case ZSTD_error_memory_allocation:
		return ERR_NO_ROOM;
	case ZSTD_error_frameParameter_unsupported:
	case ZSTD_error_frameParameter_windowTooLarge:
		return ERR_UNSUPPORTED;
	case ZSTD_error_dictionary_wrong:
		return ERR_DICTIONARY;
	default:
		return ERR_CORRUPT;
	}
}

static int read_header(const struct source *in, ZSTD_frameHeader *frame, bool *told)
{
	size_t missing = ZSTD_getFrameHeader(frame, in->at, (size_t)in->left);

	if (ZSTD_isError(missing))
		return zstd_error(missing);
	if (missing)
		return ERR_TRUNCATED;
	*told = in->at[DESCRIPTOR] & (SINGLE_SEGMENT | SIZE_MASK);
	return frame->dictID ? ERR_DICTIONARY : 1;
}

/* Without a size that is told the number of blocks tells how much it is at most. */
static int measure(struct source *in, struct sink *out, const ZSTD_frameHeader *frame, bool told)
{
	size_t size = ZSTD_findFrameCompressedSize(in->at, (size_t)in->left);
	unsigned long long most;

	if (ZSTD_isError(size))
		return zstd_error(size);
	most = ZSTD_decompressBound(in->at, size);
	source_take(in, size);
	if (told)
		return sink_count(out, frame->frameContentSize, true);
	return most == size_error ? ERR_CORRUPT : sink_count(out, most, false);
}

/* The frame to 'to' until 'room' is full. A block needs room for all of it. */
static int read_blocks(ZSTD_DCtx *context, struct source *in, uint8_t *to, size_t room,
		       size_t *written)
{
	size_t wanted = ZSTD_nextSrcSizeToDecompress(context), size;

	for (*written = 0; wanted; wanted = ZSTD_nextSrcSizeToDecompress(context)) {
		const uint8_t *from = source_take(in, wanted);

		if (!from)
			return ERR_TRUNCATED;
		size = ZSTD_decompressContinue(context, to + *written, room - *written, from,
					       wanted);
		if (ZSTD_isError(size))
			return zstd_error(size);
		*written += size;
		progress_add(wanted);
	}
	return 1;
}

/* Only the start of the data, by as many whole blocks as it takes. */
static int read_start(ZSTD_DCtx *context, struct source *in, struct sink *out)
{
	size_t room = (size_t)(out->room - out->written) + ZSTD_BLOCKSIZE_MAX, size;
	uint8_t *start = malloc(room);
	int result;

	if (!start)
		return ERR_NO_ROOM;
	result = read_blocks(context, in, start, room, &size);
	/* There was room for a block of any size that is allowed. */
	if (result == 0 && size < out->room - out->written)
		result = ERR_CORRUPT;
	if (result >= 0)
		result = sink_put(out, start, size) && result;
	free(start);
	return result;
}

static int read_whole(ZSTD_DCtx *context, struct source *in, struct sink *out)
{
	size_t size;
	int result = read_blocks(context, in, out->to + out->written,
				 (size_t)(out->room - out->written), &size);

	if (result >= 0)
		out->written = result ? out->written + size : out->room;
	return result;
}

int zstd_frame(struct source *in, struct sink *out)
{
	ZSTD_frameHeader frame;
	ZSTD_DCtx *context;
	bool told = false;
	int result = read_header(in, &frame, &told);

	if (result < 0)
		return result;
	if (out->measuring)
		return measure(in, out, &frame, told);
	context = ZSTD_createDCtx();
	if (!context)
		return ERR_NO_ROOM;
	ZSTD_decompressBegin(context);
	result = (out->room <= UNPACK_START ? read_start : read_whole)(context, in, out);
	ZSTD_freeDCtx(context);
	/* The library does not look at it when the last block is empty. */
	if (result > 0 && told && out->written - out->start != frame.frameContentSize)
		return ERR_CORRUPT;
	return result;
}
