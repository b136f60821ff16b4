/* SPDX-License-Identifier: BSD-2-Clause */
/* xz (.xz File Format 1.2) and the older .lzma files (as mkimage has them), by liblzma. */
#include <lzma.h>
#include <string.h>
#include "error.h"
#include "le.h"
#include "lib/progress.h"
#include "stream.h"

/*
 * Bytes that a packed byte can stand for: a match of 273 bytes takes 14 decisions of 0.022 bits at
 * least, which makes 7,090.
 */
#define RATIO 8192
#define TAIL  4 /* bytes that Linux's build puts behind: the unpacked size */

/* .lzma: properties, the dictionary's size, 32 bits, the size of what is in it or all ones, 64. */
#define LZMA_HEAD	    13
#define LZMA_DICTIONARY_AT  1
#define LZMA_SIZE_AT	    5
#define LZMA_PROPERTIES	    0x5D /* lc 3, lp 0, pb 2: what all the tools write */
#define LZMA_DICTIONARY_MIN 4096
#define LZMA_SIZE_MAX	    (1ULL << 38) /* nobody has larger ones: it is a sign of other data */

#define MEMORY_MAX (UNPACK_DICTIONARY_MAX + (1ULL << 20)) /* with the decoder's own tables */
#define INDEX_MAX  0x80000				  /* bytes: of some 30,000 blocks */
#define PIECE	   0x10000 /* bytes of it between words of progress */

static int xz_error(lzma_ret result)
{
	switch (result) {
	case LZMA_OK:
	case LZMA_STREAM_END:
		return 1;
	case LZMA_BUF_ERROR: /* it wants more input, and there is none */
		return ERR_TRUNCATED;
	case LZMA_MEM_ERROR:
		return ERR_NO_ROOM;
	case LZMA_OPTIONS_ERROR:
		return ERR_UNSUPPORTED;
	case LZMA_MEMLIMIT_ERROR:
		return ERR_DICTIONARY_SIZE;
	default:
		return ERR_CORRUPT;
	}
}

/* Until the data or the room ends, which the library says when it has done nothing twice. */
static lzma_ret run(lzma_stream *stream, struct source *in, uint8_t *to, size_t room)
{
	lzma_ret code = LZMA_OK;
	size_t piece;

	stream->next_out = to;
	stream->avail_out = room;
	while (code == LZMA_OK) {
		piece = (size_t)min64(in->left, PIECE);
		stream->next_in = in->at;
		stream->avail_in = piece;
		code = lzma_code(stream, piece == in->left ? LZMA_FINISH : LZMA_RUN);
		piece -= stream->avail_in;
		source_take(in, piece);
		progress_add(piece);
	}
	return code;
}

/* Where the room is full, only what ends the data may be missing: room for a byte more tells. */
static int decode(lzma_stream *stream, struct source *in, struct sink *out)
{
	lzma_ret code;
	uint8_t more;

	code = run(stream, in, out->to + out->written, (size_t)(out->room - out->written));
	out->written = out->room - stream->avail_out;
	if (code == LZMA_BUF_ERROR && !stream->avail_out) {
		code = run(stream, in, &more, sizeof(more));
		if (!stream->avail_out)
			return 0;
	}
	return xz_error(code);
}

/* The size that a stream tells at its end; false when that is no end of a stream, or of another. */
static bool told_at(const uint8_t *from, uint64_t end, uint64_t *size)
{
	uint64_t limit = INDEX_MAX;
	lzma_stream_flags flags;
	lzma_index *index = NULL;
	const uint8_t *footer = from + end - LZMA_STREAM_HEADER_SIZE;
	size_t at = 0;
	bool whole;

	if (lzma_stream_footer_decode(&flags, footer) != LZMA_OK ||
	    flags.backward_size > end - 2 * LZMA_STREAM_HEADER_SIZE)
		return false;
	if (lzma_index_buffer_decode(&index, &limit, NULL, footer - flags.backward_size, &at,
				     (size_t)flags.backward_size) != LZMA_OK)
		return false;
	*size = lzma_index_uncompressed_size(index);
	whole = lzma_index_file_size(index) == end;
	lzma_index_end(index, NULL);
	return whole;
}

/* A stream tells it at its end, which is where the file ends unless something follows. */
static bool told_size(const struct source *in, uint64_t *size)
{
	for (unsigned int tail = 0; tail <= TAIL; tail += TAIL)
		if (in->left >= 2 * LZMA_STREAM_HEADER_SIZE + tail &&
		    told_at(in->at, in->left - tail, size))
			return true;
	return false;
}

/*
 * Where the data ends is found out by decompressing it. Unless its size is told, all that is left
 * counts as if it was packed as well as can be.
 */
static int measure(struct source *in, struct sink *out, bool told, uint64_t size)
{
	uint64_t most;

	if (__builtin_mul_overflow(in->left, RATIO, &most))
		most = UINT64_MAX;
	source_take(in, in->left);
	return sink_count(out, told ? size : most, told);
}

/* Zeros between two streams, in words (.xz File Format 2.2); others are what follows the file. */
static void skip_padding(struct source *in)
{
	struct source behind = *in;

	while (behind.left >= 4 && !le32(behind.at))
		source_take(&behind, 4);
	if (behind.left >= XZ_MAGIC_SIZE && memcmp(behind.at, XZ_MAGIC, XZ_MAGIC_SIZE) == 0)
		*in = behind;
}

int xz_stream(struct source *in, struct sink *out)
{
	lzma_stream stream = LZMA_STREAM_INIT;
	uint64_t size = 0;
	int result;

	if (out->measuring) {
		bool told = told_size(in, &size);

		return measure(in, out, told, size);
	}
	result = xz_error(lzma_stream_decoder(&stream, MEMORY_MAX, 0));
	if (result > 0)
		result = decode(&stream, in, out);
	lzma_end(&stream);
	if (result > 0)
		skip_padding(in);
	return result;
}

/* A power of two, or the sum of two neighbouring ones. */
static bool is_dictionary(uint32_t size)
{
	uint32_t lowest = size ^ (size & (size - 1));

	return size == lowest || size / 3 == lowest;
}

/* The first byte of the data is always 0. */
bool lzma_is(const uint8_t *at, uint64_t size)
{
	uint32_t dictionary;
	uint64_t content;

	if (size < LZMA_HEAD || at[0] != LZMA_PROPERTIES || (size > LZMA_HEAD && at[LZMA_HEAD]))
		return false;
	dictionary = le32(at + LZMA_DICTIONARY_AT);
	content = le64(at + LZMA_SIZE_AT);
	return dictionary >= LZMA_DICTIONARY_MIN && is_dictionary(dictionary) &&
	       (content == UINT64_MAX || content < LZMA_SIZE_MAX);
}

int lzma_file(struct source *in, struct sink *out)
{
	lzma_stream stream = LZMA_STREAM_INIT;
	uint64_t size = le64(in->at + LZMA_SIZE_AT);
	int result;

	if (out->measuring)
		return measure(in, out, size != UINT64_MAX, size);
	result = xz_error(lzma_alone_decoder(&stream, MEMORY_MAX));
	if (result > 0)
		result = decode(&stream, in, out);
	lzma_end(&stream);
	return result;
}
