/* SPDX-License-Identifier: BSD-2-Clause */
/* Which partitions a disk has: by GPT, or by a master boot record's four entries. */
#include <stdio.h>
#include <string.h>
#include "error.h"
#include "le.h"
#include "lib/disk/partition.h"
#include "region.h"

#define MBR_BYTES     512
#define DISK_ID	      440
#define ENTRIES	      446
#define ENTRY	      16
#define ENTRY_TYPE    4
#define ENTRY_FIRST   8
#define ENTRY_SECTORS 12
#define SIGNATURE     510
#define PROTECTIVE    0xEE

static enum partition_kind kind_of(uint8_t type)
{
	static const uint8_t fat[] = {0x01, 0x04, 0x06, 0x0B, 0x0C, 0x0E};

	if (type == 0xEF)
		return PARTITION_ESP;
	if (type == 0xEA)
		return PARTITION_XBOOTLDR;
	if (type == 0x83)
		return PARTITION_LINUX;
	return memchr(fat, type, sizeof(fat)) ? PARTITION_FAT : PARTITION_OTHER;
}

bool partitions_overlap(const struct partitions *partitions)
{
	const struct partition *a = partitions->partition;

	for (unsigned int i = 0; i < partitions->count; i++)
		for (unsigned int j = 0; j < i; j++)
			if (overlaps(a[i].start, a[i].size,
				     &(struct region) {a[j].start, a[j].size}))
				return true;
	return false;
}

static int take(const struct block_device *disk, const uint8_t *mbr, unsigned int number,
		struct partitions *partitions)
{
	const uint8_t *entry = mbr + ENTRIES + (number - 1) * (size_t)ENTRY;
	struct partition *partition = &partitions->partition[partitions->count];
	uint64_t start = (uint64_t)le32(entry + ENTRY_FIRST) * disk->block_size;
	uint64_t size = (uint64_t)le32(entry + ENTRY_SECTORS) * disk->block_size;

	if (!entry[ENTRY_TYPE] || !size)
		return 0;
	if (!start || !fits_in(start, size, block_bytes(disk)))
		return ERR_PAST_DISK;
	partition->start = start;
	partition->size = size;
	partition->number = number;
	partition->kind = kind_of(entry[ENTRY_TYPE]);
	memset(partition->id, 0, sizeof(partition->id));
	memcpy(partition->id, mbr + DISK_ID, 4);
	partition->id[4] = (uint8_t)number;
	partitions->count++;
	return 0;
}

/* Of a boot sector of FAT its code is there; an entry begins with 0, or with 0x80 if it is active.
 */
static bool is_table(const uint8_t *mbr)
{
	if (le16(mbr + SIGNATURE) != 0xAA55)
		return false;
	for (unsigned int i = 0; i < 4; i++)
		if (mbr[ENTRIES + i * (size_t)ENTRY] & 0x7f)
			return false;
	return true;
}

static bool has_protective(const uint8_t *mbr)
{
	for (unsigned int i = 0; i < 4; i++)
		if (mbr[ENTRIES + i * (size_t)ENTRY + ENTRY_TYPE] == PROTECTIVE)
			return true;
	return false;
}

bool mbr_is_alone(const struct block_device *disk)
{
	uint8_t mbr[MBR_BYTES];
	bool used = false;

	if (block_read(disk, 0, sizeof(mbr), mbr) || !is_table(mbr) || has_protective(mbr))
		return false;
	for (unsigned int i = 0; i < 4; i++)
		used |= mbr[ENTRIES + i * (size_t)ENTRY + ENTRY_TYPE] != 0;
	return used;
}

int mbr_read(const struct block_device *disk, struct partitions *partitions)
{
	uint8_t mbr[MBR_BYTES];
	int error = block_read(disk, 0, sizeof(mbr), mbr);

	partitions->scheme = PARTITIONS_MBR;
	partitions->count = 0;
	partitions->damage = 0;
	if (error)
		return error;
	if (!is_table(mbr) || has_protective(mbr))
		return ERR_UNKNOWN;
	for (unsigned int number = 1; number <= 4 && !error; number++)
		error = take(disk, mbr, number, partitions);
	if (!error && partitions_overlap(partitions))
		error = ERR_OVERLAP;
	return error ? error : partitions->count ? 0 : ERR_UNKNOWN;
}

int partitions_read(const struct block_device *disk, uint8_t *scratch,
		    struct partitions *partitions)
{
	int error = gpt_read(disk, scratch, partitions);

	if (error == ERR_UNKNOWN)
		error = mbr_read(disk, partitions);
	if (error != ERR_UNKNOWN)
		return error;
	partitions->scheme = PARTITIONS_NONE;
	partitions->count = 0;
	return 0;
}

void partition_id(const struct partitions *partitions, const struct partition *partition,
		  char text[GUID_TEXT])
{
	const uint8_t *id = partition->id;

	if (partitions->scheme == PARTITIONS_MBR)
		snprintf(text, GUID_TEXT, "%08lx-%02x", (unsigned long)le32(id), id[4]);
	else
		snprintf(text, GUID_TEXT, "%08lx-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x",
			 (unsigned long)le32(id), le16(id + 4), le16(id + 6), id[8], id[9], id[10],
			 id[11], id[12], id[13], id[14], id[15]);
}
