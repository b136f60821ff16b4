/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_UNPACK_FORMAT_H
#define FOREARM_UNPACK_FORMAT_H

#include <stdbool.h>
#include <stdint.h>
#include "types.h"
#include "lib/unpack/unpack.h"

/*
 * What the readers of the formats share; only lib/unpack*.c and their like use it. The results of
 * all of them are as of unpack(): 1 go on, 0 the room is full, negative ERR_.
 */

/* What is left to read. */
struct source {
	const uint8_t *at;
	uint64_t left; /* bytes */
};

/* Moves past 'size' bytes and returns where they are; NULL if there are not so many. */
const uint8_t *source_take(struct source *in, uint64_t size);

/*
 * What was unpacked: its own window, so that nothing is copied twice. Measuring, nothing is stored
 * and 'written' counts what would be, at most.
 */
struct sink {
	uint8_t *to;
	uint64_t room, written;
	uint64_t start; /* of this frame */
	bool measuring, inexact;
	uint64_t least; /* measuring: what was counted exactly */
};

__must_check int sink_put(struct sink *out, const uint8_t *from, uint64_t size);

/* Measuring: 'size' more bytes; unless 'exact' that many at most. */
__must_check int sink_count(struct sink *out, uint64_t size, bool exact);

/*
 * A room of at most so many bytes is for the start of the data, and filled by it. When a larger one
 * is too small, what is in it is not said: the libraries write whole blocks, or nothing.
 */
#define UNPACK_START 0x10000

/* One file (member, frame, stream), from its magic number on; 'in' moves behind it. */
__must_check int gzip_member(struct source *in, struct sink *out);
__must_check int zstd_frame(struct source *in, struct sink *out);
__must_check int lz4_frame(struct source *in, struct sink *out);
__must_check int lz4_legacy(struct source *in, struct sink *out);
__must_check int xz_stream(struct source *in, struct sink *out);
__must_check int lzma_file(struct source *in, struct sink *out);

#define XZ_MAGIC      "\xfd\x37zXZ\0" /* .xz File Format 2.1.1.1 */
#define XZ_MAGIC_SIZE 6

/* Whether a .lzma file begins here: it has no magic number, but fields that are always alike. */
bool lzma_is(const uint8_t *at, uint64_t size);

/* DEFLATE (RFC 1951) alone, from its first bit to the end of the byte that its last is in. */
__must_check int inflate_stream(struct source *in, struct sink *out);

/* xxHash of 32 bits (its specification, version 0.1.1), with seed 0: the checksum of LZ4. */
uint32_t xxhash32(const uint8_t *data, uint64_t size);

#endif
