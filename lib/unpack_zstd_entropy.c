/* SPDX-License-Identifier: BSD-2-Clause */
/* zstd's two kinds of codes: finite state entropy (RFC 8878, 4.1) and Huffman (4.2). */
#include <string.h>
#include "error.h"
#include "zstd_parts.h"

#define WEIGHTS_LOG 6

static unsigned int highest_bit(uint32_t value)
{
	return 31U - (unsigned int)__builtin_clz(value);
}

/* The highest bit that is set in the last byte only says where the others begin. */
int backward_open(struct backward *bits, struct source in)
{
	uint8_t last;

	if (!in.left || in.left > ZSTD_BLOCK_MOST)
		return ERR_CORRUPT;
	last = in.at[in.left - 1];
	if (!last)
		return ERR_CORRUPT;
	bits->first = in.at;
	bits->left = (int)(in.left - 1) * 8 + (int)highest_bit(last);
	return 1;
}

uint32_t backward_read(struct backward *bits, unsigned int count)
{
	uint32_t value;

	if (bits->left < (int)count) {
		bits->left = -1;
		return 0;
	}
	value = backward_word(bits) >> 1 >> (31 - count);
	bits->left -= (int)count;
	return value;
}

/* -- finite state entropy -------------------------------------------------------------------------
 */

/* Bits that are read from the first one on: for the few of a table's description. */
struct forward {
	struct source in;
	unsigned int at; /* bits */
};

/* The next 16 bits or more; zeros behind the end. */
static uint32_t forward_peek(const struct forward *bits)
{
	uint32_t value = 0;

	for (unsigned int i = 0; i < 3; i++)
		if (bits->at / 8 + i < bits->in.left)
			value |= (uint32_t)bits->in.at[bits->at / 8 + i] << 8 * i;
	return value >> bits->at % 8;
}

static uint32_t forward_read(struct forward *bits, unsigned int count)
{
	uint32_t value = forward_peek(bits) & ((1U << count) - 1);

	bits->at += count;
	return value;
}

/* A number in [0, most]: the lowest ones take a bit less, as many of them as there is room for. */
static uint32_t read_up_to(struct forward *bits, uint32_t most)
{
	unsigned int count = highest_bit(most) + 1;
	uint32_t value = forward_peek(bits) & ((1U << count) - 1), half = 1U << (count - 1),
		 spare = 2 * half - 1 - most;

	if ((value & (half - 1)) < spare) {
		bits->at += count - 1;
		return value & (half - 1);
	}
	bits->at += count;
	return value < half ? value : value - spare;
}

/* How many symbols with no state follow one. */
static unsigned int read_zeros(struct forward *bits)
{
	unsigned int count = 0, more;

	do {
		more = forward_read(bits, 2);
		count += more;
	} while (more == 3);
	return count;
}

/* Returns how many symbols there are, or ERR_CORRUPT. */
static int read_often(struct forward *bits, int16_t *often, int states, unsigned int symbols)
{
	unsigned int symbol = 0;

	memset(often, 0, sizeof(*often) * symbols);
	while (states > 0) {
		int16_t count = (int16_t)(read_up_to(bits, (uint32_t)states + 1) - 1);

		if (symbol >= symbols)
			return ERR_CORRUPT;
		often[symbol++] = count;
		states -= count < 0 ? 1 : count;
		if (!count)
			symbol += read_zeros(bits);
	}
	return states ? ERR_CORRUPT : 1;
}

/* Each symbol's states are spread over the table, those of the rarest are at its end. */
static void spread(struct fse_table *table, const int16_t *often, unsigned int symbols)
{
	uint32_t size = 1U << table->log, end = size, at = 0;

	for (unsigned int i = 0; i < symbols; i++)
		if (often[i] < 0)
			table->state[--end].symbol = (uint8_t)i;
	for (unsigned int i = 0; i < symbols; i++)
		for (int count = 0; count < often[i]; count++) {
			table->state[at].symbol = (uint8_t)i;
			do
				at = (at + size / 2 + size / 8 + 3) & (size - 1);
			while (at >= end);
		}
}

static void make_table(struct fse_table *table, const int16_t *often, unsigned int symbols, int log)
{
	uint16_t next[ZSTD_CODES];

	table->log = log;
	spread(table, often, symbols);
	for (unsigned int i = 0; i < symbols; i++)
		next[i] = often[i] < 0 ? 1 : (uint16_t)often[i];
	for (uint32_t i = 0; i < 1U << log; i++) {
		struct fse_state *state = &table->state[i];
		uint32_t number = next[state->symbol]++;

		state->bits = (uint8_t)((unsigned int)log - highest_bit(number));
		state->base = (uint16_t)((number << state->bits) - (1U << log));
	}
}

void fse_make(struct fse_table *table, const int8_t *often, unsigned int symbols, int log)
{
	int16_t wide[ZSTD_CODES];

	for (unsigned int i = 0; i < symbols; i++)
		wide[i] = often[i];
	make_table(table, wide, symbols, log);
}

int fse_read(struct fse_table *table, struct source *in, int log_most, unsigned int symbols)
{
	struct forward bits = {.in = *in};
	int log = (int)forward_read(&bits, 4) + 5, result;
	int16_t often[ZSTD_CODES];

	if (log > log_most)
		return ERR_CORRUPT;
	result = read_often(&bits, often, 1 << log, symbols);
	if (result < 0 || !source_take(in, (bits.at + 7) / 8))
		return ERR_CORRUPT;
	make_table(table, often, symbols, log);
	return 1;
}

/* -- Huffman --------------------------------------------------------------------------------------
 */

/* Two states take turns until one of them has no bits left. Returns the number of weights. */
static int read_weights(struct zstd *zstd, struct source in)
{
	uint8_t *weight = zstd->huffman.weight;
	const struct fse_state *one, *other, *next;
	struct backward bits;
	int count = 0;

	if (fse_read(&zstd->weights, &in, WEIGHTS_LOG, ZSTD_HUFFMAN_BITS + 1) < 0 ||
	    backward_open(&bits, in) < 0)
		return ERR_CORRUPT;
	one = fse_start(&zstd->weights, &bits);
	other = fse_start(&zstd->weights, &bits);
	while (bits.left >= one->bits && count < 254) {
		weight[count++] = one->symbol;
		next = fse_next(&zstd->weights, one, &bits);
		one = other;
		other = next;
	}
	if (bits.left < 0 || count >= 254)
		return ERR_CORRUPT;
	weight[count++] = one->symbol;
	weight[count++] = other->symbol;
	return count;
}

/* Weights of four bits each. */
static int take_weights(struct huffman *huffman, struct source *in, int count)
{
	const uint8_t *at = source_take(in, ((unsigned int)count + 1) / 2);

	if (!at)
		return ERR_CORRUPT;
	for (int i = 0; i < count; i++)
		huffman->weight[i] = at[i / 2] >> (i % 2 ? 0 : 4) & 15;
	return count;
}

/* A weight w is 2^(w-1) of the codes; the last symbol's is what is missing to a power of two. */
static int complete_weights(struct huffman *huffman, int count)
{
	uint32_t sum = 0, rest;

	for (int i = 0; i < count; i++) {
		if (huffman->weight[i] > ZSTD_HUFFMAN_BITS)
			return ERR_CORRUPT;
		sum += 1U << huffman->weight[i] >> 1;
	}
	huffman->bits = sum ? highest_bit(sum) + 1 : 0;
	if (!sum || huffman->bits > ZSTD_HUFFMAN_BITS)
		return ERR_CORRUPT;
	rest = (1U << huffman->bits) - sum;
	if (rest & (rest - 1))
		return ERR_CORRUPT;
	huffman->weight[count] = (uint8_t)(highest_bit(rest) + 1);
	return count + 1;
}

/* By weight, and those of one weight by symbol. */
static void make_codes(struct huffman *huffman, int count)
{
	uint16_t *to = huffman->symbol;

	for (unsigned int weight = 1; weight <= huffman->bits; weight++)
		for (int i = 0; i < count; i++)
			if (huffman->weight[i] == weight)
				for (uint32_t n = 1U << weight >> 1; n; n--)
					*to++ = (uint16_t)((huffman->bits + 1 - weight) << 8 | i);
}

int huffman_read(struct zstd *zstd, struct source *in)
{
	struct huffman *huffman = &zstd->huffman;
	const uint8_t *head = source_take(in, 1);
	struct source weights;
	int count;

	if (!head)
		return ERR_CORRUPT;
	if (*head >= 128) {
		count = take_weights(huffman, in, *head - 127);
	} else {
		weights = (struct source) {source_take(in, *head), *head};
		count = weights.at ? read_weights(zstd, weights) : ERR_CORRUPT;
	}
	if (count > 0)
		count = complete_weights(huffman, count);
	if (count < 0) {
		huffman->bits = 0;
		return count;
	}
	make_codes(huffman, count);
	return 1;
}

int huffman_unpack(const struct huffman *huffman, struct source in, uint8_t *to, uint32_t size)
{
	struct backward bits;
	uint16_t symbol;

	if (backward_open(&bits, in) < 0)
		return ERR_CORRUPT;
	for (; size && bits.left > 0; size--) {
		symbol = huffman->symbol[backward_word(&bits) >> (32 - huffman->bits)];
		bits.left -= symbol >> 8;
		*to++ = (uint8_t)symbol;
	}
	return size || bits.left ? ERR_CORRUPT : 1;
}
