/* SPDX-License-Identifier: BSD-2-Clause */
/* GUID partition tables (UEFI 2.10, section 5.3). */
#include <string.h>
#include "error.h"
#include "le.h"
#include "lib/disk/partition.h"
#include "lib/hash/crc32.h"
#include "region.h"

/* Offsets in the header. */
#define HEADER_SIZE 12
#define HEADER_CRC  16
#define MY_LBA	    24
#define OTHER_LBA   32
#define FIRST_LBA   40
#define LAST_LBA    48
#define ENTRIES_LBA 72
#define COUNT	    80
#define ENTRY_SIZE  84
#define ENTRIES_CRC 88
#define HEADER_MIN  92
#define HEADER_MAX  512

/* Offsets in an entry. */
#define TYPE	  0
#define ID	  16
#define FIRST	  32
#define LAST	  40
#define ENTRY_MIN 128
#define ENTRY_MAX 4096

#define ENTRIES_BYTES_MAX 0x100000 /* of all entries: 8192 of the usual size */

/* Types of partitions (UEFI, and UAPI.2, "Discoverable Partitions Specification"). */
static const struct {
	uint8_t type[GUID_SIZE];
	enum partition_kind kind;
} kinds[] = {
	{{0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11, 0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e, 0xc9,
	  0x3b},
	 PARTITION_ESP},
	{{0xff, 0xc2, 0x13, 0xbc, 0xe6, 0x59, 0x62, 0x42, 0xa3, 0x52, 0xb2, 0x75, 0xfd, 0x6f, 0x71,
	  0x72},
	 PARTITION_XBOOTLDR},
	{{0xaf, 0x3d, 0xc6, 0x0f, 0x83, 0x84, 0x72, 0x47, 0x8e, 0x79, 0x3d, 0x69, 0xd8, 0x47, 0x7d,
	  0xe4},
	 PARTITION_LINUX},
	{{0x45, 0xb0, 0x21, 0xb9, 0xf0, 0x1d, 0xc3, 0x41, 0xaf, 0x44, 0x4c, 0x6f, 0x28, 0x0d, 0x3f,
	  0xae},
	 PARTITION_LINUX}, /* root, 64-bit Arm */
	{{0x10, 0xd7, 0xda, 0x69, 0xe4, 0x2c, 0x3c, 0x4e, 0xb1, 0x6c, 0x21, 0xa1, 0xd4, 0x9a, 0xbe,
	  0xd3},
	 PARTITION_LINUX}, /* root, 32-bit Arm */
};

struct header {
	uint64_t other;	      /* where the other header is */
	uint64_t first, last; /* blocks for partitions */
	uint64_t entries;     /* where they are: bytes */
	uint32_t entries_size, entry_size, crc;
};

static enum partition_kind kind_of(const uint8_t *type)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (memcmp(type, kinds[i].type, GUID_SIZE) == 0)
			return kinds[i].kind;
	return PARTITION_OTHER;
}

static bool is_zero(const uint8_t *guid)
{
	return !(le64(guid) | le64(guid + 8));
}

/* The header's own checksum counts as zeros. */
static uint32_t header_crc(const uint8_t *raw, uint32_t size)
{
	static const uint8_t zeros[4];
	uint32_t crc = crc32_add(0, raw, HEADER_CRC);

	crc = crc32_add(crc, zeros, sizeof(zeros));
	return crc32_add(crc, raw + HEADER_CRC + 4, size - HEADER_CRC - 4);
}

static int check_header(const struct block_device *disk, const uint8_t *raw, uint64_t lba,
			const struct header *header)
{
	uint32_t size = le32(raw + HEADER_SIZE);

	if (size < HEADER_MIN || size > HEADER_MAX)
		return ERR_HEADER;
	if (header_crc(raw, size) != le32(raw + HEADER_CRC))
		return ERR_HASH;
	if (le64(raw + MY_LBA) != lba || header->first > header->last)
		return ERR_HEADER;
	return header->last >= disk->blocks ? ERR_PAST_DISK : 0;
}

/* Where the entries are, and how large they are. */
static int locate_entries(const struct block_device *disk, const uint8_t *raw,
			  struct header *header)
{
	uint64_t lba = le64(raw + ENTRIES_LBA), bytes;
	uint32_t entry_size = le32(raw + ENTRY_SIZE);

	if (!is_power_of_two(entry_size) || entry_size < ENTRY_MIN || entry_size > ENTRY_MAX)
		return ERR_HEADER;
	entry_size = entry_size / ENTRY_MIN * ENTRY_MIN; /* the same; the provers see that */
	bytes = (uint64_t)le32(raw + COUNT) * entry_size;
	if (bytes > ENTRIES_BYTES_MAX)
		return ERR_HEADER;
	if (lba >= disk->blocks || !fits_in(lba * disk->block_size, bytes, block_bytes(disk)))
		return ERR_PAST_DISK;
	header->entries = lba * disk->block_size;
	header->entries_size = (uint32_t)bytes;
	header->entry_size = entry_size;
	return 0;
}

/* ERR_UNKNOWN: no header there. */
static int read_header(const struct block_device *disk, uint64_t lba, struct header *header)
{
	uint8_t raw[HEADER_MAX];
	int error;

	if (lba >= disk->blocks)
		return ERR_UNKNOWN;
	error = block_read(disk, lba * disk->block_size, sizeof(raw), raw);
	if (error)
		return error;
	if (memcmp(raw, "EFI PART", 8) != 0)
		return ERR_UNKNOWN;
	*header = (struct header) {
		.other = le64(raw + OTHER_LBA),
		.first = le64(raw + FIRST_LBA),
		.last = le64(raw + LAST_LBA),
		.crc = le32(raw + ENTRIES_CRC),
	};
	error = check_header(disk, raw, lba, header);
	return error ? error : locate_entries(disk, raw, header);
}

/* The entry that is 'offset' bytes behind the first one. */
static int take(const struct block_device *disk, const struct header *header, const uint8_t *entry,
		uint32_t offset, struct partitions *partitions)
{
	struct partition *partition;
	uint64_t first = le64(entry + FIRST), last = le64(entry + LAST);

	if (is_zero(entry + TYPE))
		return 0;
	if (first < header->first || last > header->last || first > last)
		return ERR_PART;
	if (partitions->count >= PARTITIONS_MAX)
		return ERR_FULL;
	partition = &partitions->partition[partitions->count];
	partition->start = first * disk->block_size;
	partition->size = (last - first + 1) * disk->block_size;
	partition->number = offset / header->entry_size + 1;
	partition->kind = kind_of(entry + TYPE);
	memcpy(partition->id, entry + ID, GUID_SIZE);
	partitions->count++;
	return 0;
}

/*
 * What is said of partitions counts once the checksum over all of it is right. As much as fits is
 * read at once: a number of whole entries, as the size of one is a power of two.
 */
static int read_entries(const struct block_device *disk, const struct header *header,
			uint8_t *scratch, struct partitions *partitions)
{
	uint32_t crc = 0, size = header->entries_size, entry_size = header->entry_size, bytes;
	int wrong = 0, error;

	partitions->count = 0;
	/*@ loop widen_hints "all", PARTITIONS_MAX; */
	for (uint32_t done = 0; done < size; done += bytes) {
		bytes = size - done < PARTITION_SCRATCH ? size - done : PARTITION_SCRATCH;
		error = block_read(disk, add_capped(header->entries, done), bytes, scratch);
		if (error)
			return error;
		crc = crc32_add(crc, scratch, bytes);
		/*@ loop widen_hints "all", PARTITIONS_MAX; */
		for (uint32_t at = 0; at < bytes && !wrong; at += entry_size)
			wrong = take(disk, header, scratch + at, done + at, partitions);
	}
	if (crc != header->crc)
		return ERR_HASH;
	if (!wrong && partitions_overlap(partitions))
		wrong = ERR_OVERLAP;
	return wrong;
}

static int read_table(const struct block_device *disk, uint64_t lba, uint64_t *other,
		      uint8_t *scratch, struct partitions *partitions)
{
	struct header header;
	int error = read_header(disk, lba, &header);

	if (error)
		return error;
	*other = header.other;
	return read_entries(disk, &header, scratch, partitions);
}

/* The backup is where the first header says; if that is unknown, in the last block. */
int gpt_read(const struct block_device *disk, uint8_t *scratch, struct partitions *partitions)
{
	uint64_t other = sub_capped(disk->blocks, 1), none;
	int first = read_table(disk, 1, &other, scratch, partitions), error;

	partitions->scheme = PARTITIONS_GPT;
	partitions->damage = 0;
	if (!first)
		return 0;
	if (first == ERR_UNKNOWN && mbr_is_alone(disk))
		return ERR_UNKNOWN; /* the backup is of a GPT that was there before */
	error = other > 1 ? read_table(disk, other, &none, scratch, partitions) : ERR_UNKNOWN;
	partitions->damage = first;
	return error && first == ERR_UNKNOWN ? error : error ? first : 0;
}
