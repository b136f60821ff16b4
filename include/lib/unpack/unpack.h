/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_UNPACK_H
#define FOREARM_UNPACK_H

#include <stddef.h>
#include <stdint.h>
#include "types.h"

/*
 * Compressed files, all formats by one interface. Over the caller's buffers, which
 * need no alignment; the libraries that do the work have memory from malloc() for the time of a
 * call.
 *
 * One file may be several of its format in a row, and their contents are joined. What follows and
 * is not of the format is left alone, as zcat(1) does: Linux's build puts the unpacked size there,
 * four bytes, and some boot loaders zeros, a vendor's mark or a device tree.
 */
/*
 * Work: ten instructions or less for each unpacked byte (zstd twelve; xz and lzma, which decide on
 * each bit, a hundred), and for each packed byte what a block's tables take at worst, which only
 * data made for it reaches: for gzip 2,500 entries and a member's 12 KiB, for zstd 5,500 entries,
 * each for ten packed bytes or more; for xz 14,200 entries for as many; LZ4 has none. Callers bound
 * both sides: what is packed was in the VMM's memory, and what is unpacked has no more room than
 * half of the free RAM.
 */
enum compression {
	COMPRESSION_NONE, /* not one of these */
	COMPRESSION_GZIP, /* RFC 1952 */
	COMPRESSION_ZSTD, /* RFC 8878, without dictionaries */
	COMPRESSION_LZ4,  /* LZ4 Frame Format, and the legacy one that Linux's build writes */
	COMPRESSION_XZ,	  /* .xz File Format 1.2 */
	COMPRESSION_LZMA, /* .lzma, as mkimage has it: one file, never several in a row */
};

/* Bytes that the dictionary of xz and lzma may have: twice as many as any preset asks for. */
#define UNPACK_DICTIONARY_MAX (128ULL << 20)

/* How much of a file's start compression_of() wants to see; less is allowed. */
#define UNPACK_HEAD 4096

enum compression compression_of(const uint8_t *head, size_t size);

/* "gzip", for people. */
const char *compression_name(enum compression compression);

/*
 * How many bytes the 'size' bytes at 'from' unpack to, without unpacking. Returns 1 when the file
 * says so itself: unpack() will find out whether that is true. Returns 0 when *unpacked is only
 * the most that it can be, by the number of blocks or, for gzip, xz and lzma, by the number of
 * bytes. Or ERR_TRUNCATED, ERR_CORRUPT, ERR_UNSUPPORTED, ERR_DICTIONARY, as far as headers show
 * that.
 */
__must_check int unpack_size(enum compression compression, const uint8_t *from, uint64_t size,
			     uint64_t *unpacked);

/*
 * How many bytes it unpacks to at least, by what its headers say, where the size of only some of
 * it is told.
 */
uint64_t unpack_least(enum compression compression, const uint8_t *from, uint64_t size);

/*
 * The last four bytes of a gzip file: how much it unpacks to, modulo 4 GiB, if it is one member
 * and nothing follows. 0 for other formats.
 */
uint64_t unpack_hint(enum compression compression, const uint8_t *from, uint64_t size);

/*
 * How many of these bytes are of the format, as far as headers show that, rather than something
 * that follows. All of them for gzip, xz and lzma, whose headers do not, and where a header is
 * damaged.
 */
uint64_t unpack_extent(enum compression compression, const uint8_t *from, uint64_t size);

/*
 * Unpacks to 'to' until 'room' is full or the data ends, and says in *written how much came.
 * Complete data is checked against the checksums and lengths that it has (LZ4's legacy format has
 * none). The buffers must not overlap.
 * Returns 1 when the data is complete, 0 when there is more than fits (*written is 'room', and the
 * first bytes of the data are there if that is at most UNPACK_HEAD, else nothing of use),
 * ERR_TRUNCATED, ERR_CORRUPT (for gzip, cut short as well), ERR_NO_ROOM: no memory, ERR_DICTIONARY:
 * it was made with one, ERR_DICTIONARY_SIZE: above UNPACK_DICTIONARY_MAX, ERR_UNSUPPORTED: a
 * feature that is not known here, or ERR_UNKNOWN: the data is of another format.
 */
__must_check int unpack(enum compression compression, const uint8_t *from, uint64_t size,
			uint8_t *to, uint64_t room, uint64_t *written);

/* The same; *used: with 1, how many of these bytes are of the format. */
int unpack_used(enum compression compression, const uint8_t *from, uint64_t size, uint8_t *to,
		uint64_t room, uint64_t *written, uint64_t *used);

#endif
