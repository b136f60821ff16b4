/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_ZSTD_PARTS_H
#define FOREARM_ZSTD_PARTS_H

#include "le.h"
#include "unpack_format.h"

/* The parts of the zstd reader (RFC 8878): only lib/unpack_zstd*.c use this. */

#define ZSTD_BLOCK_MOST	  0x20000
#define ZSTD_FSE_LOG_MOST 9
#define ZSTD_HUFFMAN_BITS 11
#define ZSTD_CODES	  64 /* more than there are literal length, offset or match length codes */

/* A state of a finite state entropy decoder. */
struct fse_state {
	uint8_t symbol;
	uint8_t bits;  /* to read, and */
	uint16_t base; /* to add to them, for the next state */
};

struct fse_table {
	int log; /* of the number of states; negative: there is no table */
	struct fse_state state[1 << ZSTD_FSE_LOG_MOST];
};

struct huffman {
	unsigned int bits;			 /* of the longest code; 0: there is no table */
	uint16_t symbol[1 << ZSTD_HUFFMAN_BITS]; /* and above it its code's length */
	uint8_t weight[256];
};

/* A frame's state, in the scratch memory. */
struct zstd {
	struct huffman huffman;
	struct fse_table table[3]; /* of literal lengths, offsets, match lengths */
	struct fse_table weights;
	uint32_t repeat[3];	      /* the last offsets */
	uint32_t base[3][ZSTD_CODES]; /* of the lengths; offsets have none */
	uint8_t literals[ZSTD_BLOCK_MOST];
};
_Static_assert(sizeof(struct zstd) <= UNPACK_SCRATCH, "zstd needs more scratch memory");

/*
 * Bits that are read from the last one on. The reader loads up to four bytes before the first:
 * there always are frame and block headers.
 */
struct backward {
	const uint8_t *first;
	int left; /* bits; negative once there were not enough */
};

int backward_open(struct backward *bits, struct source in);

/* The next 25 bits or more, the first one highest; garbage behind the last one. */
static inline uint32_t backward_word(const struct backward *bits)
{
	return le32(bits->first + ((bits->left - 1) >> 3) - 3) << (-bits->left & 7);
}

/* The next 'count' (25 at most). */
uint32_t backward_read(struct backward *bits, unsigned int count);

/* Reads a table of at most 1 << log_most states for the symbols below 'symbols' (ZSTD_CODES). */
int fse_read(struct fse_table *table, struct source *in, int log_most, unsigned int symbols);

/* Makes a table of how often each symbol comes (-1: less than once), 1 << log together. */
void fse_make(struct fse_table *table, const int8_t *often, unsigned int symbols, int log);

static inline const struct fse_state *fse_start(const struct fse_table *table,
						struct backward *bits)
{
	return &table->state[backward_read(bits, (unsigned int)table->log)];
}

static inline const struct fse_state *fse_next(const struct fse_table *table,
					       const struct fse_state *state, struct backward *bits)
{
	return &table->state[state->base + backward_read(bits, state->bits)];
}

/* Reads a Huffman tree and makes its table. */
int huffman_read(struct zstd *zstd, struct source *in);

/* One stream of 'size' symbols. */
int huffman_unpack(const struct huffman *huffman, struct source in, uint8_t *to, uint32_t size);

/* What a block says of its literals; *literals is in the file or in zstd->literals. */
int zstd_literals(struct zstd *zstd, struct source *in, struct source *literals);

/* Sequences, to the end of the block. */
int zstd_sequences(struct zstd *zstd, struct source *in, struct source literals, struct sink *out);

#endif
