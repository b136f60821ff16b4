/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading a disk by bytes, checked against its size. */
#include <string.h>
#include "error.h"
#include "lib/disk/block.h"
#include "region.h"

int block_check(const struct block_device *disk)
{
	if (!is_power_of_two(disk->block_size) || disk->block_size < BLOCK_SIZE_MIN ||
	    disk->block_size > BLOCK_SIZE_MAX)
		return ERR_HEADER;
	return disk->blocks > UINT64_MAX / disk->block_size ? ERR_HEADER : 0;
}

uint64_t block_bytes(const struct block_device *disk)
{
	return disk->blocks * disk->block_size;
}

/* A piece of one block; returns how many bytes it has in *done. */
static int read_piece(const struct block_device *disk, uint64_t offset, uint64_t size, uint8_t *to,
		      uint64_t *done)
{
	uint64_t skip = offset % disk->block_size;
	int error = disk->read(disk->context, offset / disk->block_size, 1, disk->bounce);

	*done = min64(size, disk->block_size - skip);
	if (!error)
		memcpy(to, disk->bounce + skip, (size_t)*done);
	return error;
}

/* As many whole blocks as there are. */
static int read_whole(const struct block_device *disk, uint64_t offset, uint64_t size, uint8_t *to,
		      uint64_t *done)
{
	uint64_t count = size / disk->block_size;

	*done = count * disk->block_size;
	return disk->read(disk->context, offset / disk->block_size, count, to);
}

int block_read(const struct block_device *disk, uint64_t offset, uint64_t size, void *to)
{
	uint8_t *at = to;
	uint64_t done;
	int error = 0;

	if (!fits_in(offset, size, block_bytes(disk)))
		return ERR_PAST_DISK;
	for (; size && !error; size -= done, offset += done, at += done)
		if (offset % disk->block_size || size < disk->block_size)
			error = read_piece(disk, offset, size, at, &done);
		else
			error = read_whole(disk, offset, size, at, &done);
	return error;
}
