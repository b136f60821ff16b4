/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DEFLATE (RFC 1951). Ours is an eighth of zlib's, and what it unpacks is its own window.
 *
 * Bits come from the low end of bytes. A code is looked up by FAST bits at once; longer ones, which
 * are rare, are followed bit by bit.
 */
#include <stdbool.h>
#include <string.h>
#include "error.h"
#include "unpack_format.h"

#define LONGEST	  15 /* bits of a code */
#define FAST	  10
#define LITERALS  288
#define DISTANCES 32
#define LENGTHS	  19 /* symbols of the code that the lengths of the other two are written in */

#define END_OF_BLOCK  256
#define LONGEST_MATCH 258

/* A code by the lengths of its words, in the order of Huffman's: 3.2.2. */
struct code {
	uint16_t count[LONGEST + 1]; /* words of each length */
	uint16_t symbol[LITERALS];   /* by length, then by symbol */
	uint16_t fast[1 << FAST];    /* symbol << 4 | length; 0: longer, or none */
};

struct inflater {
	struct code literal, distance;
	uint8_t length[LITERALS + DISTANCES];
};
_Static_assert(sizeof(struct inflater) <= UNPACK_SCRATCH, "DEFLATE needs more scratch memory");

/* A register full of bits, as they come next from the low end; zeros when the data has ended. */
struct bits {
	struct source *in;
	size_t next;
	unsigned int count;
};

#define WIDTH (8 * (unsigned int)sizeof(size_t))

static void refill(struct bits *bits)
{
	struct source *in = bits->in;
	unsigned int bytes = (WIDTH - 1 - bits->count) / 8;
	size_t word = 0;

	if (in->left < sizeof(word)) {
		bytes = bytes < in->left ? bytes : (unsigned int)in->left;
		for (unsigned int i = 0; i < bytes; i++)
			word |= (size_t)in->at[i] << (8 * i);
	} else {
		memcpy(&word, in->at, sizeof(word));
	}
	bits->next |= word << bits->count;
	bits->count += 8 * bytes;
	in->at += bytes;
	in->left -= bytes;
}

static inline void want(struct bits *bits, unsigned int count)
{
	if (bits->count < count)
		refill(bits);
}

/* At most 16 bits. Where the data has ended, ERR_TRUNCATED. */
static inline int take(struct bits *bits, unsigned int count)
{
	int value;

	want(bits, count);
	if (bits->count < count)
		return ERR_TRUNCATED;
	value = (int)(bits->next & (((size_t)1 << count) - 1));
	bits->next >>= count;
	bits->count -= count;
	return value;
}

/* As in 'fast'; the words of one length are numbers in a row, 0 when it is none of them. */
static unsigned int follow(const struct code *code, size_t next)
{
	unsigned int word = 0, first = 0, index = 0;

	for (unsigned int length = 1; length <= LONGEST; length++, next >>= 1) {
		word = word << 1 | (next & 1);
		first <<= 1;
		if (word - first < code->count[length])
			return (unsigned int)code->symbol[index + word - first] << 4 | length;
		index += code->count[length];
		first += code->count[length];
	}
	return 0;
}

static inline int take_symbol(struct bits *bits, const struct code *code)
{
	unsigned int found;

	want(bits, LONGEST);
	found = code->fast[bits->next & ((1 << FAST) - 1)];
	if (!found)
		found = follow(code, bits->next);
	if (!found)
		return bits->count < LONGEST ? ERR_TRUNCATED : ERR_CORRUPT;
	if (bits->count < (found & 15))
		return ERR_TRUNCATED;
	bits->next >>= found & 15;
	bits->count -= found & 15;
	return (int)(found >> 4);
}

/* Every word is there; or none; or, where that is allowed, one of one bit alone. */
static bool is_complete(const struct code *code, bool alone)
{
	int left = 1, words = 0;

	for (unsigned int length = 1; length <= LONGEST; length++) {
		left = 2 * left - code->count[length];
		if (left < 0)
			return false;
		words += code->count[length];
	}
	return !left || !words || (alone && words == 1 && code->count[1]);
}

static unsigned int reversed(unsigned int word, unsigned int length)
{
	unsigned int result = 0;

	for (; length; length--, word >>= 1)
		result = result << 1 | (word & 1);
	return result;
}

static void add_fast(struct code *code, unsigned int word, unsigned int symbol, unsigned int length)
{
	if (length <= FAST)
		for (unsigned int i = reversed(word, length); i < 1 << FAST; i += 1 << length)
			code->fast[i] = (uint16_t)(symbol << 4 | length);
}

static int make_code(struct code *code, const uint8_t *length, unsigned int symbols)
{
	uint16_t index[LONGEST + 2] = {0}, word[LONGEST + 2] = {0};

	memset(code, 0, sizeof(*code));
	for (unsigned int i = 0; i < symbols; i++)
		code->count[length[i]]++;
	code->count[0] = 0;
	if (!is_complete(code, symbols != LENGTHS))
		return ERR_CORRUPT;
	for (unsigned int i = 1; i <= LONGEST; i++) {
		index[i + 1] = (uint16_t)(index[i] + code->count[i]);
		word[i + 1] = (uint16_t)((word[i] + code->count[i]) << 1);
	}
	for (unsigned int i = 0; i < symbols; i++)
		if (length[i]) {
			code->symbol[index[length[i]]++] = (uint16_t)i;
			add_fast(code, word[length[i]]++, i, length[i]);
		}
	return 0;
}

/* 3.2.6. Symbols 286 and 287 are in the code and mean nothing. */
static int fixed_codes(struct inflater *inflater)
{
	uint8_t *length = inflater->length;

	memset(length, 8, LITERALS);
	memset(length + 144, 9, 256 - 144);
	memset(length + 256, 7, 280 - 256);
	memset(length + LITERALS, 5, DISTANCES);
	make_code(&inflater->literal, length, LITERALS);
	return make_code(&inflater->distance, length + LITERALS, DISTANCES);
}

/* The code that the lengths are written in, in 'literal'. */
static int length_code(struct bits *bits, struct inflater *inflater, unsigned int count)
{
	static const uint8_t order[LENGTHS] = {16, 17, 18, 0, 8,  7, 9,	 6, 10, 5,
					       11, 4,  12, 3, 13, 2, 14, 1, 15};
	uint8_t length[LENGTHS] = {0};

	for (unsigned int i = 0; i < count; i++) {
		int taken = take(bits, 3);

		if (taken < 0)
			return taken;
		length[order[i]] = (uint8_t)taken;
	}
	return make_code(&inflater->literal, length, LENGTHS);
}

/* How often a length comes, by the symbol for it: 3.2.7. */
static int repeats(struct bits *bits, int symbol)
{
	int more;

	if (symbol < 16)
		return 1;
	more = take(bits, symbol == 18 ? 7 : (unsigned int)symbol - 14);
	return more < 0 ? more : more + (symbol == 18 ? 11 : 3);
}

static int read_lengths(struct bits *bits, struct inflater *inflater, unsigned int count)
{
	uint8_t *length = inflater->length;

	for (unsigned int i = 0; i < count;) {
		int symbol = take_symbol(bits, &inflater->literal), times;

		if (symbol < 0)
			return symbol;
		times = repeats(bits, symbol);
		if (times < 0)
			return times;
		if ((symbol == 16 && !i) || (unsigned int)times > count - i)
			return ERR_CORRUPT;
		memset(length + i,
		       symbol == 16  ? length[i - 1]
		       : symbol < 16 ? symbol
				     : 0,
		       (size_t)times);
		i += (unsigned int)times;
	}
	return length[END_OF_BLOCK] ? 0 : ERR_CORRUPT;
}

static int written_codes(struct bits *bits, struct inflater *inflater)
{
	int head = take(bits, 14), result;
	unsigned int literals = 257 + ((unsigned int)head & 31);
	unsigned int distances = 1 + ((unsigned int)head >> 5 & 31);

	if (head < 0)
		return head;
	if (literals > 286 || distances > 30)
		return ERR_CORRUPT;
	result = length_code(bits, inflater, ((unsigned int)head >> 10) + 4);
	if (!result)
		result = read_lengths(bits, inflater, literals + distances);
	if (!result)
		result = make_code(&inflater->literal, inflater->length, literals);
	return result ? result
		      : make_code(&inflater->distance, inflater->length + literals, distances);
}

/* Steps of one, which double with every 'per' symbols: 3.2.5. */
static int take_number(struct bits *bits, unsigned int symbol, unsigned int per)
{
	unsigned int extra, more;
	int taken;

	if (symbol < 2 * per)
		return (int)symbol;
	extra = symbol / per - 1;
	more = (per + symbol % per) << extra;
	taken = take(bits, extra);
	return taken < 0 ? taken : (int)more + taken;
}

static int copy(struct bits *bits, struct sink *out, const struct code *code, unsigned int symbol)
{
	int size = symbol == 28 ? LONGEST_MATCH - 3 : take_number(bits, symbol, 4);
	int distance;

	if (symbol > 28)
		return ERR_CORRUPT;
	distance = size < 0 ? size : take_symbol(bits, code);
	if (distance < 0)
		return distance;
	if (distance > 29)
		return ERR_CORRUPT;
	distance = take_number(bits, (unsigned int)distance, 2);
	return distance < 0 ? distance
			    : sink_repeat(out, (uint64_t)distance + 1, (uint64_t)size + 3);
}

static int packed_block(struct bits *bits, struct sink *out, const struct inflater *inflater)
{
	for (int result = 1; result > 0;) {
		int symbol = take_symbol(bits, &inflater->literal);

		if (symbol < 0)
			return symbol;
		if (symbol == END_OF_BLOCK)
			return 1;
		if (symbol > END_OF_BLOCK)
			result = copy(bits, out, &inflater->distance,
				      (unsigned int)symbol - END_OF_BLOCK - 1);
		else if (out->written == out->room)
			return 0;
		else
			out->to[out->written++] = (uint8_t)symbol;
		if (result <= 0)
			return result;
	}
	return 1;
}

/* Puts back whole bytes that were not used. */
static void align(struct bits *bits)
{
	unsigned int bytes = bits->count / 8;

	bits->in->at -= bytes;
	bits->in->left += bytes;
	bits->count = 0;
	bits->next = 0;
}

static int stored_block(struct bits *bits, struct sink *out)
{
	const uint8_t *from;
	int size, inverse;

	align(bits);
	size = take(bits, 16);
	inverse = take(bits, 16);
	if (size < 0 || inverse < 0)
		return ERR_TRUNCATED;
	if (size != (inverse ^ 0xffff))
		return ERR_CORRUPT;
	align(bits);
	from = source_take(bits->in, (uint64_t)size);
	return from ? sink_put(out, from, (uint64_t)size) : ERR_TRUNCATED;
}

static int block(struct bits *bits, struct sink *out, struct inflater *inflater, int type)
{
	int result;

	if (type == 0)
		return stored_block(bits, out);
	if (type == 3)
		return ERR_CORRUPT;
	result = type == 1 ? fixed_codes(inflater) : written_codes(bits, inflater);
	return result ? result : packed_block(bits, out, inflater);
}

int inflate_stream(struct source *in, struct sink *out, struct unpack_scratch *scratch)
{
	struct bits bits = {.in = in};
	int head, result;

	do {
		head = take(&bits, 3);
		if (head < 0)
			return head;
		result = block(&bits, out, (struct inflater *)scratch, head >> 1);
	} while (result > 0 && !(head & 1));
	align(&bits);
	return result;
}
