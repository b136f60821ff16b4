/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_IMAGE_H
#define FOREARM_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "arch.h"

/* Kernel files: what kind, and what the kind demands. All pure. */

#define IMAGE_HEAD 4096 /* how much of a file's start tells what it is */

enum image_format {
	IMAGE_ARM64,  /* Linux arm64 Image (Documentation/arm64/booting.rst) */
	IMAGE_ZIMAGE, /* Linux arm zImage (Documentation/arm/booting.rst) */
	IMAGE_GZIP,   /* gzip (RFC 1952) around one of the others */
};

struct image {
	enum image_format format;
	enum execution_state state; /* that its code is for; meaningless for IMAGE_GZIP */
	uint64_t file_size;	    /* bytes to load */
	uint64_t memory_size;	    /* bytes that must be free from its start on; >= file_size */
	uint64_t text_offset;	    /* of its start from a 2 MiB boundary (IMAGE_ARM64) */
	bool anywhere;		    /* any 2 MiB boundary will do, rather than the lowest */
	bool big_endian;
	bool large_pages; /* its pages are larger than 4 KiB (IMAGE_ARM64) */
	bool efi;	  /* it can be an EFI application, so it knows EFI's tables (IMAGE_ARM64) */
};

/*
 * Recognises a file of 'file_size' bytes by its first 'head_size' (the lesser of IMAGE_HEAD and
 * file_size). Returns 0, ERR_EMPTY, ERR_UNKNOWN, ERR_TRUNCATED or ERR_HEADER.
 */
int image_identify(const uint8_t *head, size_t head_size, uint64_t file_size, struct image *image);

/* "Linux arm64 Image", for people. */
const char *image_name(const struct image *image);

/* Bytes that a gzip file holds, by its last four bytes (modulo 4 GiB). */
uint64_t gzip_size(const uint8_t *last_four);

/*
 * Unpacks the gzip data at 'from' to 'to' until 'room' is full or the data ends, and says in
 * *written how much came. Complete data is checked against its CRC and length.
 * Returns 1 when the data is complete, 0 when there is more than fits, ERR_CORRUPT or
 * ERR_TRUNCATED. Not reentrant: the decompressor's state is static.
 */
int gzip_unpack(const uint8_t *from, size_t size, uint8_t *to, size_t room, size_t *written);

#endif
