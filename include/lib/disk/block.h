/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_BLOCK_H
#define FOREARM_BLOCK_H

#include <stdint.h>
#include "types.h"

/*
 * A disk as its readers see it: something that gives whole blocks. There is no way to write to one.
 * What is on it is anybody's: every place in it is checked here against its size.
 */
#define BLOCK_SIZE_MIN 512
#define BLOCK_SIZE_MAX 4096

struct block_device {
	/* Reads 'count' blocks from number 'block' on to 'to'. Returns 0 or a negative error. */
	int (*read)(void *context, uint64_t block, uint64_t count, void *to);
	void *context;
	uint64_t blocks;     /* that it has */
	uint32_t block_size; /* bytes, a power of two */
	uint8_t *bounce;     /* room for one block, the caller's */
};

/* Whether size and number of blocks are possible. Returns 0 or ERR_HEADER. */
__must_check int block_check(const struct block_device *disk);

/* Bytes that the disk has. */
uint64_t block_bytes(const struct block_device *disk);

/*
 * Reads 'size' bytes from byte 'offset' of the disk on to 'to': whole blocks straight there, what
 * is left of a block by way of 'bounce'. Returns 0, ERR_PAST_DISK, or the device's error.
 */
__must_check int block_read(const struct block_device *disk, uint64_t offset, uint64_t size,
			    void *to);

#endif
