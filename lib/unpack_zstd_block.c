/* SPDX-License-Identifier: BSD-2-Clause */
/* zstd's compressed blocks: literals (RFC 8878, 3.1.1.3.1) and sequences (3.1.1.3.2). */
#include <string.h>
#include "error.h"
#include "zstd_parts.h"

/* -- literals -------------------------------------------------------------------------------------
 */

enum literals { STORED, REPEATED, PACKED, PACKED_AS_BEFORE };

/* Stored, or one byte that is repeated. */
static int plain_literals(struct zstd *zstd, struct source *in, struct source *literals)
{
	static const uint8_t head_sizes[] = {1, 2, 1, 3}, shifts[] = {3, 4, 3, 4};
	unsigned int form = *in->at >> 2 & 3;
	enum literals kind = *in->at & 3;
	const uint8_t *head = source_take(in, head_sizes[form]);
	uint32_t size = 0;

	if (!head)
		return ERR_CORRUPT;
	memcpy(&size, head, head_sizes[form]);
	literals->left = size >> shifts[form];
	literals->at = source_take(in, kind == STORED ? literals->left : 1);
	if (!literals->at || literals->left > ZSTD_BLOCK_MOST)
		return ERR_CORRUPT;
	if (kind == REPEATED) {
		memset(zstd->literals, *literals->at, (size_t)literals->left);
		literals->at = zstd->literals;
	}
	return 1;
}

/* Four streams, of which the first three have their size in front, and as many bytes to make. */
static int four_streams(struct zstd *zstd, struct source in, uint32_t size)
{
	const uint8_t *sizes = source_take(&in, 6);
	uint32_t part = (size + 3) / 4;
	uint8_t *to = zstd->literals;
	struct source stream;
	int result = 1;

	if (!sizes || 3 * part > size)
		return ERR_CORRUPT;
	for (int i = 0; i < 3 && result > 0; i++, to += part) {
		stream.left = le16(sizes + 2 * i);
		stream.at = source_take(&in, stream.left);
		result = stream.at ? huffman_unpack(&zstd->huffman, stream, to, part) : ERR_CORRUPT;
	}
	return result > 0 ? huffman_unpack(&zstd->huffman, in, to, size - 3 * part) : result;
}

/* Both sizes have 10, 14 or 18 bits, behind four others. */
static int packed_literals(struct zstd *zstd, struct source *in, struct source *literals)
{
	static const uint8_t head_sizes[] = {3, 3, 4, 5};
	unsigned int form = *in->at >> 2 & 3, bits = form < 2 ? 10 : 4 * form + 6;
	enum literals kind = *in->at & 3;
	const uint8_t *head = source_take(in, head_sizes[form]);
	uint32_t mask = (1U << bits) - 1, size;
	uint64_t sizes = 0;
	struct source packed;

	if (!head)
		return ERR_CORRUPT;
	memcpy(&sizes, head, head_sizes[form]);
	size = sizes >> 4 & mask;
	packed.left = sizes >> (4 + bits) & mask;
	packed.at = source_take(in, packed.left);
	if (!packed.at || size > ZSTD_BLOCK_MOST)
		return ERR_CORRUPT;
	if (kind == PACKED && huffman_read(zstd, &packed) < 0)
		return ERR_CORRUPT;
	if (!zstd->huffman.bits)
		return ERR_CORRUPT;
	*literals = (struct source) {zstd->literals, size};
	return form ? four_streams(zstd, packed, size)
		    : huffman_unpack(&zstd->huffman, packed, zstd->literals, size);
}

int zstd_literals(struct zstd *zstd, struct source *in, struct source *literals)
{
	if (!in->left)
		return ERR_CORRUPT;
	return ((*in->at & 3) >= PACKED ? packed_literals : plain_literals)(zstd, in, literals);
}

/* -- sequences ------------------------------------------------------------------------------------
 */

enum code { LITERALS, OFFSET, MATCH };
enum mode { DEFAULT, ONE, TABLE, AS_BEFORE };

#define LITERALS_CODES 36
#define OFFSET_CODES   32
#define OFFSET_DEFAULT 29
#define MATCH_CODES    53
#define MATCH_MIN      3
#define BITS_AT_ONCE   25

/* How many bits a code has behind it; a length counts on from those of the codes before. */
static const uint8_t more_bits[3][ZSTD_CODES] = {
	[LITERALS] = {[16] = 1, 1, 1, 1, 2, 2, 3, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
	[MATCH] = {[32] = 1, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16},
};

static const int8_t default_often[3][ZSTD_CODES] = {
	[LITERALS] = {4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1,  1,	2,  2,
		      2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1},
	[OFFSET] = {1, 1, 1, 1, 1, 1, 2, 2, 2, 1,  1,  1,  1,  1, 1,
		    1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1},
	[MATCH] = {1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1,  1,	 1,  1,	 1,  1,	 1, 1,
		   1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,  1,	 1,  1,	 1,  1,	 1, 1,
		   1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1},
};

static const struct {
	uint8_t symbols, default_symbols, default_log, log_most;
} codes[3] = {
	[LITERALS] = {LITERALS_CODES, LITERALS_CODES, 6, 9},
	[OFFSET] = {OFFSET_CODES, OFFSET_DEFAULT, 5, 8},
	[MATCH] = {MATCH_CODES, MATCH_CODES, 6, 9},
};

static int one_symbol(struct fse_table *table, struct source *in, unsigned int symbols)
{
	const uint8_t *symbol = source_take(in, 1);

	if (!symbol || *symbol >= symbols)
		return ERR_CORRUPT;
	table->log = 0;
	table->state[0] = (struct fse_state) {.symbol = *symbol};
	return 1;
}

static int read_table(struct fse_table *table, struct source *in, enum code code, enum mode mode)
{
	switch (mode) {
	case DEFAULT:
		fse_make(table, default_often[code], codes[code].default_symbols,
			 codes[code].default_log);
		return 1;
	case ONE:
		return one_symbol(table, in, codes[code].symbols);
	case TABLE:
		return fse_read(table, in, codes[code].log_most, codes[code].symbols);
	default:
		return table->log < 0 ? ERR_CORRUPT : 1;
	}
}

static void make_bases(struct zstd *zstd)
{
	for (enum code code = LITERALS; code <= MATCH; code++) {
		uint32_t base = code == MATCH ? MATCH_MIN : 0;

		for (unsigned int i = 0; i < codes[code].symbols; i++) {
			zstd->base[code][i] = base;
			base += 1U << more_bits[code][i];
		}
	}
}

/* The number of sequences, and the tables for them. */
static int read_head(struct zstd *zstd, struct source *in, uint32_t *count)
{
	const uint8_t *at = source_take(in, 1), *more = at;
	int result = 1;

	if (!at)
		return ERR_CORRUPT;
	*count = *at;
	if (*at >= 128)
		more = source_take(in, *at == 255 ? 2 : 1);
	if (!more)
		return ERR_CORRUPT;
	if (*at == 255)
		*count = le16(more) + 0x7F00U;
	else if (*at >= 128)
		*count = (*at - 128U) << 8 | *more;
	if (!*count)
		return 1;
	at = source_take(in, 1);
	if (!at || (*at & 3))
		return ERR_CORRUPT;
	for (enum code code = LITERALS; code <= MATCH && result > 0; code++)
		result = read_table(&zstd->table[code], in, code, *at >> (6 - 2 * code) & 3);
	return result;
}

/* One of the last three again, or a new one. 'shift': one of them means something else then. */
static uint32_t offset_of(uint32_t *repeat, uint32_t value, bool shift)
{
	uint32_t index = value - 1 + shift, offset;

	if (value > 3) {
		offset = value - 3;
		index = 3;
	} else {
		offset = index < 3 ? repeat[index] : repeat[0] - 1;
	}
	if (index > 1)
		repeat[2] = repeat[1];
	if (index)
		repeat[1] = repeat[0];
	repeat[0] = offset;
	return offset;
}

struct sequence {
	uint32_t literals, offset, match;
};

static uint32_t read_length(const struct zstd *zstd, enum code code, uint8_t symbol,
			    struct backward *bits)
{
	return zstd->base[code][symbol] + backward_read(bits, more_bits[code][symbol]);
}

static void read_sequence(struct zstd *zstd, const struct fse_state *const *state,
			  struct backward *bits, struct sequence *sequence)
{
	unsigned int count = state[OFFSET]->symbol;
	uint32_t value = 1;

	if (count > BITS_AT_ONCE) {
		value = value << (count - BITS_AT_ONCE) | backward_read(bits, count - BITS_AT_ONCE);
		count = BITS_AT_ONCE;
	}
	value = value << count | backward_read(bits, count);
	sequence->match = read_length(zstd, MATCH, state[MATCH]->symbol, bits);
	sequence->literals = read_length(zstd, LITERALS, state[LITERALS]->symbol, bits);
	sequence->offset = offset_of(zstd->repeat, value, !sequence->literals);
}

static int do_sequence(const struct sequence *sequence, struct source *literals, struct sink *out)
{
	const uint8_t *at = source_take(literals, sequence->literals);
	int result;

	if (!at)
		return ERR_CORRUPT;
	result = sink_put(out, at, sequence->literals);
	return result > 0 ? sink_repeat(out, sequence->offset, sequence->match) : result;
}

static int do_sequences(struct zstd *zstd, struct source in, uint32_t count,
			struct source *literals, struct sink *out)
{
	static const uint8_t order[] = {LITERALS, MATCH, OFFSET};
	const struct fse_state *state[3];
	struct sequence sequence;
	struct backward bits;
	int result = backward_open(&bits, in);

	if (result < 0)
		return result;
	for (int i = 0; i < 3; i++)
		state[i] = fse_start(&zstd->table[i], &bits);
	while (count-- && result > 0) {
		read_sequence(zstd, state, &bits, &sequence);
		for (int i = 0; i < 3 && count; i++)
			state[order[i]] = fse_next(&zstd->table[order[i]], state[order[i]], &bits);
		result = bits.left < 0 ? ERR_CORRUPT : do_sequence(&sequence, literals, out);
	}
	return result > 0 && bits.left ? ERR_CORRUPT : result;
}

int zstd_sequences(struct zstd *zstd, struct source *in, struct source literals, struct sink *out)
{
	uint32_t count;
	int result = read_head(zstd, in, &count);

	if (result > 0 && count) {
		make_bases(zstd);
		result = do_sequences(zstd, *in, count, &literals, out);
	} else if (result > 0 && in->left) {
		return ERR_CORRUPT;
	}
	return result > 0 ? sink_put(out, literals.at, literals.left) : result;
}
