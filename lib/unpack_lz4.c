/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LZ4: its Block Format, in the Frame Format or in the legacy frames that Linux's build and crosvm
 * use. The packaged library is fifty times as long: it compresses as well, in one piece.
 */
#include "error.h"
#include "le.h"
#include "unpack_format.h"

#define MAGIC_SIZE 4
#define MATCH_MIN  4

/* Frame descriptor: its first byte, and the second. */
#define VERSION_MASK	 0xC0
#define VERSION		 0x40
#define BLOCK_CHECKSUM	 0x10
#define CONTENT_SIZE	 0x08
#define CONTENT_CHECKSUM 0x04
#define RESERVED	 0x02
#define DICTIONARY	 0x01
#define BLOCK_RESERVED	 0x8F
#define BLOCK_SMALLEST	 4 /* 64 KiB, and each is four times the one before */

#define BLOCK_STORED 0x80000000U

#define LEGACY_BLOCK 0x800000
#define LEGACY_MOST  (LEGACY_BLOCK + LEGACY_BLOCK / 255 + 16) /* when nothing repeats */

/* Four bits of the token; when they are all ones, bytes are added as long as they are 255. */
static int read_length(struct source *in, unsigned int bits, uint64_t *length)
{
	const uint8_t *byte;

	*length = bits;
	if (bits == 15)
		do {
			byte = source_take(in, 1);
			if (!byte)
				return ERR_CORRUPT;
			*length += *byte;
		} while (*byte == 255);
	return 1;
}

static int read_match(struct source *in, unsigned int bits, struct sink *out)
{
	const uint8_t *offset = source_take(in, 2);
	uint64_t length;
	int result;

	if (!offset)
		return ERR_CORRUPT;
	result = read_length(in, bits, &length);
	return result < 0 ? result : sink_repeat(out, le16(offset), length + MATCH_MIN);
}

/* Literals, which end the block, or a match behind them. */
static int read_sequence(struct source *in, struct sink *out)
{
	uint8_t token = *source_take(in, 1);
	const uint8_t *literals;
	uint64_t length;
	int result = read_length(in, token >> 4, &length);

	if (result < 0)
		return result;
	literals = source_take(in, length);
	if (!literals)
		return ERR_CORRUPT;
	result = sink_put(out, literals, length);
	return result > 0 && in->left ? read_match(in, token & 15, out) : result;
}

/* It becomes 'most' bytes at most. */
static int read_block(struct source in, uint64_t most, struct sink *out)
{
	uint64_t start = out->written;
	int result = in.left ? 1 : ERR_CORRUPT;

	if (out->measuring)
		return sink_count(out, most, false);
	while (in.left && result > 0)
		result = read_sequence(&in, out);
	return result > 0 && out->written - start > most ? ERR_CORRUPT : result;
}

static int store_block(struct source in, uint64_t most, struct sink *out)
{
	if (in.left > most)
		return ERR_CORRUPT;
	return out->measuring ? sink_count(out, in.left, true) : sink_put(out, in.at, in.left);
}

struct descriptor {
	uint8_t flags;
	uint64_t block_most;
	uint64_t content; /* bytes, if the flag is there */
};

static int read_descriptor(struct source *in, struct descriptor *frame)
{
	const uint8_t *at = source_take(in, 2);
	unsigned int more;
	uint8_t block;

	if (!at)
		return ERR_TRUNCATED;
	frame->flags = at[0];
	block = at[1] >> 4;
	more = (frame->flags & CONTENT_SIZE ? 8 : 0) + (frame->flags & DICTIONARY ? 4 : 0);
	if (!source_take(in, more + 1))
		return ERR_TRUNCATED;
	if ((uint8_t)(xxhash32(at, 2 + more) >> 8) != at[2 + more])
		return ERR_CORRUPT;
	if ((frame->flags & VERSION_MASK) != VERSION || (frame->flags & RESERVED) ||
	    (at[1] & BLOCK_RESERVED) || block < BLOCK_SMALLEST)
		return ERR_UNSUPPORTED;
	if (frame->flags & DICTIONARY)
		return ERR_DICTIONARY;
	frame->block_most = 0x10000ULL << 2 * (block - BLOCK_SMALLEST);
	frame->content = more ? le64(at + 2) : 0;
	return 1;
}

static int check_word(struct source *in, const uint8_t *data, uint64_t size)
{
	const uint8_t *word = source_take(in, 4);

	if (!word)
		return ERR_TRUNCATED;
	return !data || le32(word) == xxhash32(data, size) ? 1 : ERR_CORRUPT;
}

/* One block; *end when there was none any more. */
static int read_framed(struct source *in, const struct descriptor *frame, struct sink *out,
		       bool *end)
{
	const uint8_t *word = source_take(in, 4);
	struct source block;
	int result = 1;

	if (!word)
		return ERR_TRUNCATED;
	block.left = le32(word) & ~BLOCK_STORED;
	block.at = source_take(in, block.left);
	*end = !le32(word);
	if (*end)
		return 1;
	if (!block.at)
		return ERR_TRUNCATED;
	if (frame->flags & BLOCK_CHECKSUM)
		result = check_word(in, out->measuring ? NULL : block.at, block.left);
	if (result < 0)
		return result;
	return (le32(word) & BLOCK_STORED ? store_block : read_block)(block, frame->block_most,
								      out);
}

static int check_frame(struct source *in, const struct descriptor *frame, const struct sink *out)
{
	uint64_t size = out->written - out->start;

	if ((frame->flags & CONTENT_SIZE) && !out->measuring && frame->content != size)
		return ERR_CORRUPT;
	if (frame->flags & CONTENT_CHECKSUM)
		return check_word(in, out->measuring ? NULL : out->to + out->start, size);
	return 1;
}

int lz4_frame(struct source *in, struct sink *out, struct unpack_scratch *scratch)
{
	struct sink unseen = {.measuring = true}, *blocks = out;
	struct descriptor frame;
	bool end = false;
	int result;

	(void)scratch;
	source_take(in, MAGIC_SIZE);
	result = read_descriptor(in, &frame);
	if (result > 0 && out->measuring && (frame.flags & CONTENT_SIZE)) {
		result = sink_count(out, frame.content, true);
		blocks = &unseen;
	}
	while (result > 0 && !end)
		result = read_framed(in, &frame, blocks, &end);
	return result > 0 ? check_frame(in, &frame, blocks) : result;
}

/*
 * The legacy format has no end mark: it ends with the file, or where a block's size cannot be one,
 * or is the unpacked size, which Linux's build appends.
 */
static bool is_legacy_end(const struct source *in, const struct sink *out)
{
	uint32_t size;

	if (in->left < 4)
		return true;
	size = le32(in->at);
	return !size || size > LEGACY_MOST || size == out->written - out->start ||
	       (out->measuring && size > in->left - 4);
}

int lz4_legacy(struct source *in, struct sink *out, struct unpack_scratch *scratch)
{
	int result = 1;

	(void)scratch;
	source_take(in, MAGIC_SIZE);
	while (result > 0 && !is_legacy_end(in, out)) {
		struct source block = {.left = le32(in->at)};

		source_take(in, 4);
		block.at = source_take(in, block.left);
		result = block.at ? read_block(block, LEGACY_BLOCK, out) : ERR_TRUNCATED;
	}
	return result;
}
