/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * DEFLATE (RFC 1951). Ours is a fifth of zlib's, and what it unpacks is its own window.
 *
 * Bits come from the low end of bytes. A code is looked up by FAST bits at once; longer ones, which
 * are rare, are followed bit by bit.
 */
#include <stdbool.h>
#include <string.h>
#include "error.h"
#include "unpack_format.h"

#define LONGEST	  15 /* bits of a code's word */
#define FAST	  10
#define LITERALS  288
#define DISTANCES 32
#define LENGTHS	  19 /* symbols of the code that the lengths of the other two are written in */

/* What runs once for a block may be slow and should be short. */
#define SELDOM __attribute__((cold))

#define END_OF_BLOCK  256
#define LONGEST_MATCH 258

/*
 * What a word means: bits 0 to 3 its length, 4 to 7 how many bits follow it, 8 and 9 the kind, from
 * 16 on a literal, or a number that the bits behind the word are added to. 0: no such word.
 */
#define LENGTH(meaning) ((meaning)&15)
#define EXTRA(meaning)	((meaning) >> 4 & 15)
#define KIND(meaning)	((meaning)&0x300)
#define VALUE(meaning)	((meaning) >> 16)
enum kind { LITERAL = 0x000, NUMBER = 0x100, END = 0x200, RESERVED = 0x300 };
/* Errors, in place of a meaning, are of the last kind. */
_Static_assert(ERR_TRUNCATED >= -256 && ERR_CORRUPT >= -256, "errors look like something else");

/* A code by the lengths of its words, in the order of Huffman's: 3.2.2. */
struct code {
	uint16_t count[LONGEST + 1]; /* words of each length */
	uint16_t symbol[LITERALS];   /* by length, then by symbol */
	uint32_t fast[1 << FAST];    /* meaning; 0: longer, or none */
	uint32_t (*meaning)(unsigned int symbol);
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

static inline void refill(struct bits *bits)
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

static inline void drop(struct bits *bits, unsigned int count)
{
	bits->next >>= count;
	bits->count -= count;
}

/* At most 16 bits. Where the data has ended, ERR_TRUNCATED. */
static inline int take(struct bits *bits, unsigned int count)
{
	int value;

	if (bits->count < count)
		refill(bits);
	if (bits->count < count)
		return ERR_TRUNCATED;
	value = (int)(bits->next & (((size_t)1 << count) - 1));
	drop(bits, count);
	return value;
}

/* The words of one length are numbers in a row. */
static uint32_t follow(const struct code *code, size_t next)
{
	unsigned int word = 0, first = 0, index = 0;

	for (unsigned int length = 1; length <= LONGEST; length++, next >>= 1) {
		word = word << 1 | (next & 1);
		first <<= 1;
		if (word - first < code->count[length])
			return code->meaning(code->symbol[index + word - first]) | length;
		index += code->count[length];
		first += code->count[length];
	}
	return 0;
}

/* The next word's meaning; negative, as an int: ERR_CORRUPT or ERR_TRUNCATED. */
static inline uint32_t take_word(struct bits *bits, const struct code *code)
{
	uint32_t found;

	if (bits->count < LONGEST)
		refill(bits);
	found = code->fast[bits->next & ((1 << FAST) - 1)];
	if (__builtin_expect(!found, 0))
		found = follow(code, bits->next);
	if (__builtin_expect(!found || bits->count < LENGTH(found), 0))
		return (uint32_t)(bits->count < LONGEST ? ERR_TRUNCATED : ERR_CORRUPT);
	drop(bits, LENGTH(found));
	return found;
}

/* -- codes
 * -----------------------------------------------------------------------------------------
 */

/* Steps of one, which double with every 'per' symbols: 3.2.5. */
static uint32_t number(unsigned int symbol, unsigned int per, unsigned int least)
{
	unsigned int extra = symbol < per ? 0 : symbol / per - 1;
	unsigned int value = symbol < per ? symbol : (per + symbol % per) << extra;

	return (value + least) << 16 | NUMBER | extra << 4;
}

static uint32_t length_of_length(unsigned int symbol)
{
	return symbol << 16 | LITERAL;
}

static uint32_t literal_or_length(unsigned int symbol)
{
	if (symbol < END_OF_BLOCK)
		return symbol << 16 | LITERAL;
	if (symbol == END_OF_BLOCK)
		return END;
	if (symbol < 285)
		return number(symbol - 257, 4, 3);
	return symbol == 285 ? LONGEST_MATCH << 16 | NUMBER : RESERVED;
}

static uint32_t distance(unsigned int symbol)
{
	return symbol < 30 ? number(symbol, 2, 1) : RESERVED;
}

/* Every word is there; or none; or, where that is allowed, one of one bit alone. */
static SELDOM bool is_complete(const struct code *code, bool alone)
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
			code->fast[i] = code->meaning(symbol) | length;
}

static int make_code(struct code *code, uint32_t (*meaning)(unsigned int symbol),
		     const uint8_t *length, unsigned int symbols)
{
	uint16_t index[LONGEST + 2] = {0}, word[LONGEST + 2] = {0};

	memset(code, 0, sizeof(*code));
	code->meaning = meaning;
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
static SELDOM int fixed_codes(struct inflater *inflater)
{
	uint8_t *length = inflater->length;

	memset(length, 8, LITERALS);
	memset(length + 144, 9, 256 - 144);
	memset(length + 256, 7, 280 - 256);
	memset(length + LITERALS, 5, DISTANCES);
	make_code(&inflater->literal, literal_or_length, length, LITERALS);
	return make_code(&inflater->distance, distance, length + LITERALS, DISTANCES);
}

/* The code that the lengths are written in, in 'literal'. */
static SELDOM int length_code(struct bits *bits, struct inflater *inflater, unsigned int count)
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
	return make_code(&inflater->literal, length_of_length, length, LENGTHS);
}

/* How often a length comes, by the symbol for it: 3.2.7. */
static SELDOM int repeats(struct bits *bits, int symbol)
{
	int more;

	if (symbol < 16)
		return 1;
	more = take(bits, symbol == 18 ? 7 : (unsigned int)symbol - 14);
	return more < 0 ? more : more + (symbol == 18 ? 11 : 3);
}

static SELDOM int read_lengths(struct bits *bits, struct inflater *inflater, unsigned int count)
{
	uint8_t *length = inflater->length;

	for (unsigned int i = 0; i < count;) {
		int word = (int)take_word(bits, &inflater->literal), symbol = word >> 16, times;

		if (word < 0)
			return word;
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

static SELDOM int written_codes(struct bits *bits, struct inflater *inflater)
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
		result = make_code(&inflater->literal, literal_or_length, inflater->length,
				   literals);
	return result ? result
		      : make_code(&inflater->distance, distance, inflater->length + literals,
				  distances);
}

/* A length or a distance; negative: ERR_. */
static inline int take_number(struct bits *bits, uint32_t word)
{
	int more;

	if (KIND(word) != NUMBER)
		return (int)word < 0 ? (int)word : ERR_CORRUPT;
	if (!EXTRA(word))
		return (int)VALUE(word);
	more = take(bits, EXTRA(word));
	return more < 0 ? more : (int)VALUE(word) + more;
}

static inline int copy(struct bits *bits, struct sink *out, const struct code *code, uint32_t word)
{
	int size = take_number(bits, word), back;

	if (size < 0)
		return size;
	back = take_number(bits, take_word(bits, code));
	return back < 0 ? back : sink_repeat(out, (uint64_t)back, (uint64_t)size);
}

static __attribute__((hot)) int packed_block(struct bits *shared, struct sink *out,
					     const struct inflater *inflater)
{
	struct source in = *shared->in;
	struct bits bits = {&in, shared->next, shared->count};
	int result = 1;

	while (result > 0) {
		uint32_t word = take_word(&bits, &inflater->literal);

		if (KIND(word) == END)
			break;
		if (KIND(word) != LITERAL)
			result = copy(&bits, out, &inflater->distance, word);
		else if (out->written == out->room)
			result = 0;
		else
			out->to[out->written++] = (uint8_t)VALUE(word);
	}
	*shared->in = in;
	shared->next = bits.next;
	shared->count = bits.count;
	return result;
}

/* Puts back whole bytes that were not used. */
static SELDOM void align(struct bits *bits)
{
	unsigned int bytes = bits->count / 8;

	bits->in->at -= bytes;
	bits->in->left += bytes;
	bits->count = 0;
	bits->next = 0;
}

static SELDOM int stored_block(struct bits *bits, struct sink *out)
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
