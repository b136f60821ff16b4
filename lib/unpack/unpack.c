/* SPDX-License-Identifier: BSD-2-Clause */
/* Which format, and from one frame to the next. */
#include <string.h>
#include "error.h"
#include "le.h"
#include "stream.h"

#define MAGIC_SIZE     6	  /* at most */
#define SKIPPABLE      0x184D2A50 /* and fifteen more; LZ4's frames and zstd's alike */
#define SKIPPABLE_MASK 0xFFFFFFF0
#define SKIPPABLE_HEAD 8

static const struct format {
	char magic[MAGIC_SIZE + 1];
	uint8_t magic_size;
	uint8_t compression;
	int (*read)(struct source *in, struct sink *out);
	bool (*is)(const uint8_t *at, uint64_t size); /* NULL: the magic number is enough */
} formats[] = {
	{"\x1f\x8b\x08", 3, COMPRESSION_GZIP, gzip_member, NULL},
	{"\x28\xb5\x2f\xfd", 4, COMPRESSION_ZSTD, zstd_frame, NULL},
	{"\x04\x22\x4d\x18", 4, COMPRESSION_LZ4, lz4_frame, NULL},
	{"\x02\x21\x4c\x18", 4, COMPRESSION_LZ4, lz4_legacy, NULL},
	{XZ_MAGIC, XZ_MAGIC_SIZE, COMPRESSION_XZ, xz_stream, NULL},
	{"\x5d", 1, COMPRESSION_LZMA, lzma_file, lzma_is},
};

#define FORMATS (sizeof(formats) / sizeof(formats[0]))

static const struct format *format_of(const struct source *in)
{
	for (unsigned int i = 0; i < FORMATS; i++)
		if (in->left >= formats[i].magic_size &&
		    memcmp(in->at, formats[i].magic, formats[i].magic_size) == 0 &&
		    (!formats[i].is || formats[i].is(in->at, in->left)))
			return &formats[i];
	return NULL;
}

const char *compression_name(enum compression compression)
{
	static const char names[][5] = {"none", "gzip", "zstd", "LZ4", "xz", "lzma"};

	return names[compression];
}

/* Past frames that hold nothing for us; ERR_TRUNCATED when one goes on behind the end. */
static int skip(struct source *in)
{
	while (in->left >= SKIPPABLE_HEAD && (le32(in->at) & SKIPPABLE_MASK) == SKIPPABLE)
		if (!source_take(in, SKIPPABLE_HEAD + (uint64_t)le32(in->at + 4)))
			return ERR_TRUNCATED;
	return 1;
}

/* One whose head ends within a skippable frame is taken for zstd's: its tools write those. */
enum compression compression_of(const uint8_t *head, size_t size)
{
	struct source in = {head, size};
	const struct format *format;

	if (skip(&in) < 0)
		return COMPRESSION_ZSTD;
	format = format_of(&in);
	return format ? format->compression : COMPRESSION_NONE;
}

/* One behind the other, until something comes that is no more of it, where 'in' stays. */
static int read_all(enum compression compression, struct source *in, struct sink *out)
{
	const struct format *format;
	int result = skip(in);

	for (bool first = true; result > 0; first = false) {
		format = format_of(in);
		if (!format || format->compression != compression)
			return first ? ERR_UNKNOWN : 1;
		if (!first && compression == COMPRESSION_LZMA) /* no tool joins those */
			return 1;
		out->start = out->written;
		result = format->read(in, out);
		if (result > 0)
			result = skip(in);
	}
	return result;
}

int unpack_size(enum compression compression, const uint8_t *from, uint64_t size,
		uint64_t *unpacked)
{
	struct sink out = {.measuring = true};
	struct source in = {from, size};
	int result = read_all(compression, &in, &out);

	*unpacked = out.written;
	return result > 0 && out.inexact ? 0 : result;
}

uint64_t unpack_least(enum compression compression, const uint8_t *from, uint64_t size)
{
	struct sink out = {.measuring = true};
	struct source in = {from, size};

	return read_all(compression, &in, &out) > 0 ? out.least : 0;
}

uint64_t unpack_extent(enum compression compression, const uint8_t *from, uint64_t size)
{
	struct sink out = {.measuring = true};
	struct source in = {from, size};

	return read_all(compression, &in, &out) > 0 ? size - in.left : size;
}

uint64_t unpack_hint(enum compression compression, const uint8_t *from, uint64_t size)
{
	return compression == COMPRESSION_GZIP && size >= 4 ? le32(from + size - 4) : 0;
}

int unpack_used(enum compression compression, const uint8_t *from, uint64_t size, uint8_t *to,
		uint64_t room, uint64_t *written, uint64_t *used)
{
	struct sink out = {.to = to, .room = room};
	struct source in = {from, size};
	int result = read_all(compression, &in, &out);

	*written = out.written;
	*used = size - in.left;
	return result;
}

int unpack(enum compression compression, const uint8_t *from, uint64_t size, uint8_t *to,
	   uint64_t room, uint64_t *written)
{
	uint64_t used;

	return unpack_used(compression, from, size, to, room, written, &used);
}
