/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * gzip (RFC 1952) around zlib's inflateBack(), which is half as long as its inflate(): that unpacks
 * into a window of 32 KiB and hands out what is in there, time and again.
 */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include "error.h"
#include "le.h"
#include "unpack_format.h"

#define WINDOW_BITS 15
#define HEADER	    10 /* bytes before the optional fields */
#define TRAILER	    8
#define RATIO	    1032 /* bytes that a byte of deflate can stand for, at most */

/* Its flags */
#define HEADER_CRC 0x02
#define EXTRA	   0x04
#define NAME	   0x08
#define COMMENT	   0x10
#define RESERVED   0xE0

/* zlib's memory. */
struct inflater {
	uint8_t state[0x2800] __attribute__((aligned(16)));
	uint8_t window[1 << WINDOW_BITS];
};
_Static_assert(sizeof(struct inflater) <= UNPACK_SCRATCH, "gzip needs more scratch memory");

struct output {
	struct sink *sink;
	uLong crc;
	bool full; /* and there was more */
};

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
	struct inflater *memory = opaque;

	return (size_t)items * size <= sizeof(memory->state) ? memory->state : Z_NULL;
}

static void give_back(voidpf opaque, voidpf address)
{
	(void)opaque;
	(void)address;
}

/* zlib counts in uInt: what is larger comes piece by piece. */
static unsigned int more(void *context, z_const unsigned char **data)
{
	struct source *in = context;
	uint64_t size = in->left < UINT32_MAX / 2 ? in->left : UINT32_MAX / 2;

	*data = (z_const unsigned char *)(uintptr_t)source_take(in, size);
	return (unsigned int)size;
}

static int put(void *context, unsigned char *data, unsigned int size)
{
	struct output *out = context;

	out->full = !sink_put(out->sink, data, size);
	out->crc = crc32(out->crc, data, size);
	return out->full;
}

/* A text of the header, with the zero that ends it. */
static int skip_text(struct source *in)
{
	const uint8_t *end = memchr(in->at, 0, (size_t)in->left);

	return end && source_take(in, (uint64_t)(end - in->at) + 1) ? 1 : ERR_TRUNCATED;
}

static int skip_extra(struct source *in)
{
	const uint8_t *size = source_take(in, 2);

	return size && source_take(in, le16(size)) ? 1 : ERR_TRUNCATED;
}

static int check_header(struct source *in, const uint8_t *header)
{
	uInt size = (uInt)(in->at - header);
	const uint8_t *crc = source_take(in, 2);

	if (!crc)
		return ERR_TRUNCATED;
	return le16(crc) == (crc32(0, header, size) & 0xffff) ? 1 : ERR_CORRUPT;
}

static int skip_header(struct source *in)
{
	const uint8_t *header = source_take(in, HEADER);
	int result = 1;
	uint8_t flags;

	if (!header)
		return ERR_TRUNCATED;
	flags = header[3];
	if (flags & RESERVED)
		return ERR_CORRUPT;
	if (flags & EXTRA)
		result = skip_extra(in);
	for (unsigned int text = NAME; text <= COMMENT && result > 0; text <<= 1)
		if (flags & text)
			result = skip_text(in);
	return result > 0 && (flags & HEADER_CRC) ? check_header(in, header) : result;
}

static int check_trailer(struct source *in, const struct output *out)
{
	const uint8_t *trailer = source_take(in, TRAILER);

	if (!trailer)
		return ERR_TRUNCATED;
	if (le32(trailer) != out->crc ||
	    le32(trailer + 4) != (uint32_t)(out->sink->written - out->sink->start))
		return ERR_CORRUPT;
	return 1;
}

static int inflate_all(struct source *in, struct output *out, struct inflater *memory)
{
	z_stream stream = {.zalloc = take, .zfree = give_back, .opaque = memory};
	const uint8_t *end = in->at + in->left;
	int result;

	if (inflateBackInit(&stream, WINDOW_BITS, memory->window) != Z_OK)
		return ERR_CORRUPT;
	result = inflateBack(&stream, more, in, put, out);
	if (out->full)
		return 0;
	if (result != Z_STREAM_END)
		return result == Z_BUF_ERROR ? ERR_TRUNCATED : ERR_CORRUPT;
	in->at = stream.next_in;
	in->left = (uint64_t)(end - in->at);
	return check_trailer(in, out);
}

/* By the last four bytes, if that can be. */
static int measure(const struct source *in, struct sink *out)
{
	uint64_t most = in->left * RATIO, told;

	if (in->left < TRAILER)
		return ERR_TRUNCATED;
	told = le32(in->at + in->left - 4);
	return sink_count(out, told <= most ? told : most, told <= most);
}

int gzip_member(struct source *in, struct sink *out, struct unpack_scratch *scratch)
{
	struct output inflated = {.sink = out};
	int result = skip_header(in);

	if (result < 0)
		return result;
	return out->measuring ? measure(in, out)
			      : inflate_all(in, &inflated, (struct inflater *)scratch);
}
