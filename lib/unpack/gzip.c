/* SPDX-License-Identifier: BSD-2-Clause */
/* gzip (RFC 1952): what is around DEFLATE. */
#include <string.h>
#include "lib/hash/crc32.h"
#include "error.h"
#include "le.h"
#include "stream.h"

#define HEADER	10 /* bytes before the optional fields */
#define TRAILER 8
#define RATIO	1032 /* bytes that a byte of deflate can stand for, at most */

/* Its flags */
#define HEADER_CRC 0x02
#define EXTRA	   0x04
#define NAME	   0x08
#define COMMENT	   0x10
#define RESERVED   0xE0

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
	size_t size = (size_t)(in->at - header);
	const uint8_t *crc = source_take(in, 2);

	if (!crc)
		return ERR_TRUNCATED;
	return le16(crc) == (crc32_add(0, header, size) & 0xffff) ? 1 : ERR_CORRUPT;
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

static int check_trailer(struct source *in, const struct sink *out)
{
	const uint8_t *trailer = source_take(in, TRAILER), *data = out->to + out->start;
	uint64_t size = out->written - out->start;

	if (!trailer)
		return ERR_TRUNCATED;
	return le32(trailer) == crc32_add(0, data, size) && le32(trailer + 4) == (uint32_t)size
		       ? 1
		       : ERR_CORRUPT;
}

/*
 * Where a member ends only its data tells, and so whether the file's last four bytes are its size:
 * all that is left counts as if it was packed as well as can be.
 */
static int measure(struct source *in, struct sink *out)
{
	uint64_t size = in->left, most;

	if (size < TRAILER)
		return ERR_TRUNCATED;
	source_take(in, size);
	return sink_count(out, __builtin_mul_overflow(size, RATIO, &most) ? UINT64_MAX : most,
			  false);
}

int gzip_member(struct source *in, struct sink *out)
{
	int result = skip_header(in);

	if (result < 0)
		return result;
	if (out->measuring)
		return measure(in, out);
	result = inflate_stream(in, out);
	return result > 0 ? check_trailer(in, out) : result;
}
