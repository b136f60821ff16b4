/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Partition tables. The input is the start of a disk and its last block; the last byte says whether
 * both headers are given checksums that are right, without which few inputs get far.
 */
#include <string.h>
#include "error.h"
#include "fuzz.h"
#include "le.h"
#include "lib/disk/partition.h"
#include "lib/hash/crc32.h"
#include "region.h"

#define BLOCKS 64
#define BLOCK  512

static uint8_t content[BLOCKS * BLOCK], bounce[BLOCK_SIZE_MAX];

static int read_blocks(void *context, uint64_t block, uint64_t count, void *to)
{
	const struct block_device *disk = context;

	REQUIRE(count && fits_in(block, count, disk->blocks));
	memcpy(to, content + block * disk->block_size, count * disk->block_size);
	return 0;
}

static void seal(uint8_t *header)
{
	uint64_t at = le64(header + 72), bytes = (uint64_t)le32(header + 80) * le32(header + 84);
	uint32_t size = le32(header + 12);

	if (at < BLOCKS && fits_in(at * BLOCK, bytes, sizeof(content)))
		put_le32(header + 88, crc32_add(0, content + at * BLOCK, bytes));
	put_le32(header + 16, 0);
	if (size <= BLOCK)
		put_le32(header + 16, crc32_add(0, header, size));
}

static void check(const struct block_device *disk, const struct partitions *partitions)
{
	char id[GUID_TEXT];

	REQUIRE(partitions->count <= PARTITIONS_MAX);
	for (unsigned int i = 0; i < partitions->count; i++) {
		const struct partition *p = &partitions->partition[i];

		REQUIRE(p->size && fits_in(p->start, p->size, block_bytes(disk)));
		partition_id(partitions, p, id);
		REQUIRE(strlen(id) < sizeof(id));
	}
	REQUIRE(!partitions_overlap(partitions));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct block_device disk = {read_blocks, &disk, BLOCKS, BLOCK, bounce};
	struct fuzz_numbers numbers = {data, size};
	uint64_t flags = fuzz_number(&numbers, 1);
	static struct partitions partitions;
	uint8_t *scratch = malloc(PARTITION_SCRATCH);
	size_t first = numbers.size, last;

	last = first > 2 * BLOCK ? BLOCK : 0;
	first = first - last < sizeof(content) - BLOCK ? first - last : sizeof(content) - BLOCK;
	memset(content, 0, sizeof(content));
	memcpy(content, data, first);
	memcpy(content + sizeof(content) - BLOCK, data + first, last);
	if (flags & 1) {
		seal(content + BLOCK);
		seal(content + sizeof(content) - BLOCK);
	}
	if (flags & 2) {
		disk.block_size = 4096;
		disk.blocks = sizeof(content) / 4096;
	}
	memset(&partitions, 0xa5, sizeof(partitions));
	if (!partitions_read(&disk, scratch, &partitions))
		check(&disk, &partitions);
	free(scratch);
	return 0;
}
