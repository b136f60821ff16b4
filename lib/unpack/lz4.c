/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * LZ4: the Frame Format, and the legacy frames that Linux's build and crosvm use, around blocks
 * that liblz4 decompresses. The library's own reader of frames knows no legacy ones, and keeps
 * megabytes of buffers; here all of the input and of the output is in memory.
 */
#include <limits.h>
#include <lz4.h>
#include "error.h"
#include "le.h"
#include "lib/progress.h"
#include "stream.h"

#define MAGIC_SIZE   4
#define DISTANCE_MAX 65535 /* that a match reaches back */

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

/* What fits of a block that does not fit: all of the room, else the block is damaged. */
static int read_part(const char *from, int size, char *to, int room, int history)
{
	int written = LZ4_decompress_safe_partial_usingDict(from, to, size, room, room,
							    to - history, history);

	return written == room ? 0 : ERR_CORRUPT;
}

/* Matches reach back into the blocks before it. */
static int decompress(struct source in, uint64_t most, struct sink *out)
{
	uint64_t before = out->written - out->start, left = out->room - out->written;
	int history = (int)min64(before, DISTANCE_MAX), room = (int)min64(left, most), size;
	const char *from = (const char *)in.at;
	char *to = (char *)out->to + out->written;

	size = LZ4_decompress_safe_usingDict(from, to, (int)in.left, room, to - history, history);
	if (size < 0 && (left >= most || read_part(from, (int)in.left, to, room, history)))
		return ERR_CORRUPT;
	out->written = size < 0 ? out->room : out->written + (uint64_t)size;
	progress_add(in.left);
	return size >= 0;
}

/* A block, which becomes 'most' bytes at most. */
static int read_block(struct source in, uint64_t most, struct sink *out)
{
	if (out->measuring)
		return sink_count(out, most, false);
	return in.left && in.left <= INT_MAX ? decompress(in, most, out) : ERR_CORRUPT;
}

static int store_block(struct source in, uint64_t most, struct sink *out)
{
	if (in.left > most)
		return ERR_CORRUPT;
	if (out->measuring)
		return sink_count(out, in.left, true);
	progress_add(in.left);
	return sink_put(out, in.at, in.left);
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

int lz4_frame(struct source *in, struct sink *out)
{
	struct sink unseen = {.measuring = true}, *blocks = out;
	struct descriptor frame;
	bool end = false;
	int result;

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

int lz4_legacy(struct source *in, struct sink *out)
{
	int result = 1;

	source_take(in, MAGIC_SIZE);
	while (result > 0 && !is_legacy_end(in, out)) {
		struct source block = {.left = le32(in->at)};

		source_take(in, 4);
		block.at = source_take(in, block.left);
		result = block.at ? read_block(block, LEGACY_BLOCK, out) : ERR_TRUNCATED;
	}
	return result;
}
