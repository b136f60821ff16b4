/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib/disk/mbr.c, for disks of any number and size of blocks, whatever is on them, and whenever the
 * device fails: nothing is read outside of the boot record, no sum of its numbers overflows, and
 * the partitions are within their list. What gpt_read() gives is proven by gpt.c.
 *
 * prove: by eva
 * prove: with lib/disk/mbr.c
 * prove: option -eva-slevel 50 -eva-auto-loop-unroll 8
 */
#include "error.h"
#include "lib/disk/partition.h"
#include "prove.h"

static uint8_t scratch[PARTITION_SCRATCH];

uint64_t block_bytes(const struct block_device *disk)
{
	return disk->blocks * disk->block_size;
}

int block_read(const struct block_device *disk, uint64_t offset, uint64_t size, void *to)
{
	(void)disk;
	(void)offset;
	/*@ check \valid((uint8_t *)to + (0 .. size - 1)); */
	any_bytes(to, size);
	return any_bool() ? ERR_PAST_DISK : 0;
}

static void any_partitions(struct partitions *partitions)
{
	any_bytes(partitions->partition, sizeof(partitions->partition));
	partitions->scheme = any_bool() ? PARTITIONS_GPT : PARTITIONS_MBR;
	partitions->damage = 0;
	partitions->count = (unsigned int)any_in(0, PARTITIONS_MAX);
}

int gpt_read(const struct block_device *disk, uint8_t *room, struct partitions *partitions)
{
	(void)disk;
	(void)room;
	any_partitions(partitions);
	return any_bool() ? ERR_UNKNOWN : any_bool() ? ERR_HASH : 0;
}

static void read_disk(uint32_t block_size)
{
	struct block_device disk = {
		.block_size = block_size,
		.blocks = any_in(0, UINT64_MAX / block_size),
	};
	struct partitions partitions;

	any_partitions(&partitions);
	mbr_is_alone(&disk);
	if (mbr_read(&disk, &partitions) == 0) {
		/*@ check 0 < partitions.count <= 4; */
	}
	if (partitions_read(&disk, scratch, &partitions) == 0) {
		/*@ check partitions.count <= PARTITIONS_MAX; */
	}
}

static void look_at(void)
{
	struct partitions partitions;
	char text[GUID_TEXT];

	any_partitions(&partitions);
	partitions_overlap(&partitions);
	partition_id(&partitions, &partitions.partition[0], text);
}

int main(void)
{
	/*@ loop unroll 4; */
	for (uint32_t size = BLOCK_SIZE_MIN; size <= BLOCK_SIZE_MAX; size *= 2)
		read_disk(size);
	look_at();
	return 0;
}
