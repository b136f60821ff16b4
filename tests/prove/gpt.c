/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib/disk/gpt.c, for disks of any number and size of blocks, whatever is on them, and whenever the
 * device fails: what is read fits in its buffer, no sum of the disk's numbers overflows, and the
 * partitions are within their list, at any stage of filling up. Checksums are any.
 *
 * prove: by eva
 * prove: inside lib/disk/gpt.c
 * prove: option -eva-slevel 100 -eva-auto-loop-unroll 8 -eva-split-return full
 * prove: option -eva-slevel-function read_entries:0
 */
#include "lib/disk/gpt.c"
#include "prove.h"

static uint8_t scratch[PARTITION_SCRATCH];

/* It reads what it is told to, and may say anything; lib/hash has tests of its own. */
uint32_t crc32_add(uint32_t crc, const void *data, size_t size)
{
	/*@ check size == 0 || \valid_read((const uint8_t *)data + (0 .. size - 1)); */
	(void)crc;
	(void)data;
	(void)size;
	return any32();
}

uint64_t block_bytes(const struct block_device *disk)
{
	return disk->blocks * disk->block_size;
}

int block_read(const struct block_device *disk, uint64_t offset, uint64_t size, void *to)
{
	(void)disk;
	(void)offset;
	/*@ check size == 0 || \valid((uint8_t *)to + (0 .. size - 1)); */
	any_bytes(to, size);
	return any_bool() ? ERR_PAST_DISK : 0;
}

/* mbr.c is about these. */
bool mbr_is_alone(const struct block_device *disk)
{
	(void)disk;
	return any_bool();
}

bool partitions_overlap(const struct partitions *partitions)
{
	(void)partitions;
	return any_bool();
}

static void read_disk(uint32_t block_size)
{
	struct block_device disk = {
		.block_size = block_size,
		.blocks = any_in(0, UINT64_MAX / block_size),
	};
	struct partitions partitions = {.count = 0};
	int error = gpt_read(&disk, scratch, &partitions);

	/*@ check partitions.count <= PARTITIONS_MAX && error <= 0; */
}

int main(void)
{
	/*@ loop unroll 4; */
	for (uint32_t size = BLOCK_SIZE_MIN; size <= BLOCK_SIZE_MAX; size *= 2)
		read_disk(size);
	return 0;
}
