/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gzip (RFC 1952) around zlib's inflateBack(), which is half as long as its inflate(): that unpacks
 * into a window of 32 KiB and hands out what is in there, time and again.
 */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include "error.h"
#include "image.h"
#include "le.h"

#define WINDOW_BITS 15
#define HEADER	    10 /* bytes before the optional fields */
#define TRAILER	    8

/* Its flags */
#define HEADER_CRC 0x02
#define EXTRA	   0x04
#define NAME	   0x08
#define COMMENT	   0x10
#define RESERVED   0xE0

struct output {
	uint8_t *to;
	size_t room, written;
	uLong crc;
	bool full; /* and there was more */
};

static uint8_t window[1 << WINDOW_BITS] __attribute__((section(".noinit")));
static uint8_t state[0x2800] __attribute__((section(".noinit"), aligned(16))); /* zlib's */

/* zlib's default allocator refers to these; ours below takes its place, so they are never called.
 */
void *malloc(size_t size)
{
	(void)size;
	return NULL;
}

void free(void *memory)
{
	(void)memory;
}

/* The only thing that inflateBack() asks for is its state. */
static voidpf take(voidpf opaque, uInt items, uInt size)
{
	(void)opaque;
	return (size_t)items * size <= sizeof(state) ? state : Z_NULL;
}

static void give_back(voidpf opaque, voidpf address)
{
	(void)opaque;
	(void)address;
}

/* All there is was given at the start. */
static unsigned int no_more(void *context, z_const unsigned char **data)
{
	(void)context;
	(void)data;
	return 0;
}

static int put(void *context, unsigned char *data, unsigned int size)
{
	struct output *out = context;
	size_t left = out->room - out->written, fits = size < left ? size : left;

	memcpy(out->to + out->written, data, fits);
	out->crc = crc32(out->crc, data, (uInt)fits);
	out->written += fits;
	out->full = fits < size;
	return out->full;
}

/* Behind a text of the header; 0 if it has no end. */
static size_t past_text(const uint8_t *from, size_t size, size_t at)
{
	const uint8_t *end = at < size ? memchr(from + at, 0, size - at) : NULL;

	return end ? (size_t)(end - from) + 1 : 0;
}

/* Where the compressed data begins (it may be past the end), or ERR_CORRUPT or ERR_TRUNCATED. */
static int64_t header_size(const uint8_t *from, size_t size)
{
	size_t at = HEADER;
	uint8_t flags;

	if (size < HEADER)
		return ERR_TRUNCATED;
	flags = from[3];
	if (memcmp(from, "\x1f\x8b\x08", 3) != 0 || (flags & RESERVED))
		return ERR_CORRUPT;
	if (flags & EXTRA) {
		if (size < at + 2)
			return ERR_TRUNCATED;
		at += 2 + le16(from + at);
	}
	for (unsigned int text = NAME; text <= COMMENT; text <<= 1)
		if ((flags & text) && !(at = past_text(from, size, at)))
			return ERR_TRUNCATED;
	if (flags & HEADER_CRC) {
		if (size < at + 2)
			return ERR_TRUNCATED;
		if (le16(from + at) != (crc32(0, from, (uInt)at) & 0xffff))
			return ERR_CORRUPT;
		at += 2;
	}
	return (int64_t)at;
}

static int check_trailer(const z_stream *stream, const struct output *out)
{
	if (stream->avail_in < TRAILER)
		return ERR_TRUNCATED;
	if (le32(stream->next_in) != out->crc ||
	    le32(stream->next_in + 4) != (uint32_t)out->written)
		return ERR_CORRUPT;
	return 1;
}

static int unpack(z_stream *stream, struct output *out)
{
	int result;

	stream->zalloc = take;
	stream->zfree = give_back;
	if (inflateBackInit(stream, WINDOW_BITS, window) != Z_OK)
		return ERR_CORRUPT;
	result = inflateBack(stream, no_more, NULL, put, out);
	if (out->full)
		return 0;
	if (result == Z_STREAM_END)
		return check_trailer(stream, out);
	return result == Z_BUF_ERROR ? ERR_TRUNCATED : ERR_CORRUPT;
}

/* zlib counts in uInt; sizes here are below 4 GiB, as the fw_cfg files are. */
int gzip_unpack(const uint8_t *from, size_t size, uint8_t *to, size_t room, size_t *written)
{
	struct output out = {.to = to, .room = room};
	int64_t start = header_size(from, size);
	z_stream stream = {0};
	int result = (int)start;

	if (start >= (int64_t)size)
		result = ERR_TRUNCATED;
	if (result >= 0) {
		stream.next_in = (z_const Bytef *)(uintptr_t)(from + start);
		stream.avail_in = (uInt)(size - (size_t)start);
		result = unpack(&stream, &out);
	}
	*written = out.written;
	return result;
}
