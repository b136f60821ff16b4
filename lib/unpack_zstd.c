/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * zstd (RFC 8878): frames and what they are made of. The packaged library would more than double
 * the half of the image that it is in; what was unpacked is the window here, of any size.
 */
#include "error.h"
#include "le.h"
#include "zstd_parts.h"

#define MAGIC_SIZE 4

/* Frame header descriptor */
#define SINGLE_SEGMENT 0x20
#define RESERVED       0x08
#define CHECKSUM       0x04
#define DICTIONARY     0x03

#define BLOCK_HEAD 3
#define BLOCK_LAST 1

enum block { STORED, REPEATED, PACKED };

struct frame {
	uint8_t flags;
	bool told; /* its size */
	uint64_t content;
	uint64_t block_most;
};

static uint64_t number(const uint8_t *at, unsigned int size)
{
	uint64_t value = 0;

	for (; size; size--)
		value = value << 8 | at[size - 1];
	return value;
}

/* Window sizes are an eighth of a power of two, or eight to fifteen of them, from 1 KiB on. */
static uint64_t window_size(uint8_t descriptor)
{
	return (8ULL + (descriptor & 7)) << 7 << (descriptor >> 3);
}

static int read_header(struct source *in, struct frame *frame)
{
	static const uint8_t dictionary_sizes[] = {0, 1, 2, 4}, content_sizes[] = {0, 2, 4, 8};
	const uint8_t *at = source_take(in, 1), *fields;
	unsigned int content_size, dictionary_size, window;
	uint64_t most;

	if (!at)
		return ERR_TRUNCATED;
	frame->flags = *at;
	window = !(*at & SINGLE_SEGMENT);
	dictionary_size = dictionary_sizes[*at & DICTIONARY];
	content_size = *at >> 6 || window ? content_sizes[*at >> 6] : 1;
	fields = source_take(in, window + dictionary_size + content_size);
	if (!fields)
		return ERR_TRUNCATED;
	if (*at & RESERVED)
		return ERR_UNSUPPORTED;
	if (number(fields + window, dictionary_size))
		return ERR_DICTIONARY;
	frame->told = content_size;
	frame->content = number(fields + window + dictionary_size, content_size) +
			 (content_size == 2 ? 256 : 0);
	most = window ? window_size(*fields) : frame->content;
	frame->block_most = most < ZSTD_BLOCK_MOST ? most : ZSTD_BLOCK_MOST;
	return 1;
}

static int packed_block(struct zstd *zstd, struct source in, struct sink *out)
{
	struct source literals;
	int result = zstd_literals(zstd, &in, &literals);

	return result > 0 ? zstd_sequences(zstd, &in, literals, out) : result;
}

static int read_content(struct zstd *zstd, enum block kind, uint32_t size, struct source *in,
			struct sink *out)
{
	struct source block = {.left = kind == REPEATED ? 1 : size};

	block.at = source_take(in, block.left);
	if (!block.at)
		return ERR_TRUNCATED;
	if (kind == STORED)
		return sink_put(out, block.at, size);
	return kind == REPEATED ? sink_fill(out, *block.at, size) : packed_block(zstd, block, out);
}

/* Measuring, a packed block counts as if it was as large as can be. */
static int count_content(enum block kind, uint32_t size, uint64_t most, struct source *in,
			 struct sink *out)
{
	if (!source_take(in, kind == REPEATED ? 1 : size))
		return ERR_TRUNCATED;
	return sink_count(out, kind == PACKED ? most : size, kind != PACKED);
}

static int read_block(struct zstd *zstd, const struct frame *frame, struct source *in,
		      struct sink *out, bool *last)
{
	const uint8_t *at = source_take(in, BLOCK_HEAD);
	uint64_t start = out->written;
	uint32_t head;
	enum block kind;
	int result;

	if (!at)
		return ERR_TRUNCATED;
	head = (uint32_t)number(at, BLOCK_HEAD);
	kind = head >> 1 & 3;
	*last = head & BLOCK_LAST;
	if (kind > PACKED || head >> 3 > frame->block_most)
		return ERR_CORRUPT;
	result = out->measuring ? count_content(kind, head >> 3, frame->block_most, in, out)
				: read_content(zstd, kind, head >> 3, in, out);
	return result > 0 && out->written - start > frame->block_most ? ERR_CORRUPT : result;
}

static int check_frame(const struct frame *frame, struct source *in, const struct sink *out)
{
	uint64_t size = out->written - out->start;
	const uint8_t *sum;

	if (!out->measuring && frame->told && frame->content != size)
		return ERR_CORRUPT;
	if (!(frame->flags & CHECKSUM))
		return 1;
	sum = source_take(in, 4);
	if (!sum)
		return ERR_TRUNCATED;
	if (out->measuring || le32(sum) == (uint32_t)xxhash64(out->to + out->start, size))
		return 1;
	return ERR_CORRUPT;
}

static void start(struct zstd *zstd)
{
	static const uint8_t first_repeat[] = {1, 4, 8};

	zstd->huffman.bits = 0;
	for (int i = 0; i < 3; i++) {
		zstd->table[i].log = -1;
		zstd->repeat[i] = first_repeat[i];
	}
}

int zstd_frame(struct source *in, struct sink *out, struct unpack_scratch *scratch)
{
	struct sink unseen = {.measuring = true}, *blocks = out;
	struct zstd *zstd = (struct zstd *)scratch;
	struct frame frame = {0};
	bool last = false;
	int result;

	source_take(in, MAGIC_SIZE);
	result = read_header(in, &frame);
	if (result > 0 && out->measuring && frame.told) {
		result = sink_count(out, frame.content, true);
		blocks = &unseen;
	}
	if (zstd)
		start(zstd);
	while (result > 0 && !last)
		result = read_block(zstd, &frame, in, blocks, &last);
	return result > 0 ? check_frame(&frame, in, blocks) : result;
}
