/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_PARTITION_H
#define FOREARM_PARTITION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/disk/block.h"
#include "types.h"

/* The partitions of a disk: GPT (UEFI 2.10, section 5.3), or the four of an MBR (5.2). Pure. */

#define PARTITIONS_MAX	  128	 /* in use; what partitioning tools make room for */
#define PARTITION_SCRATCH 0x4000 /* bytes: such a table is read at once */
#define GUID_SIZE	  16
#define GUID_TEXT	  37 /* bytes of one as text, terminator included */

enum partition_scheme { PARTITIONS_NONE, PARTITIONS_GPT, PARTITIONS_MBR };

/* What a partition is for, as far as that matters here. */
enum partition_kind {
	PARTITION_OTHER,
	PARTITION_ESP,
	PARTITION_XBOOTLDR,
	PARTITION_FAT,	/* of an MBR */
	PARTITION_LINUX /* Linux's files of any kind, or those of a root folder for Arm */
};

struct partition {
	uint64_t start, size; /* bytes */
	unsigned int number;  /* from 1 on, as Linux has it; 0: the whole disk */
	enum partition_kind kind;
	uint8_t id[GUID_SIZE]; /* as on the disk; of an MBR its signature and the number */
};

struct partitions {
	enum partition_scheme scheme;
	unsigned int count;
	int damage; /* why GPT's first header was not used but the backup; 0: it was */
	struct partition partition[PARTITIONS_MAX];
};

/*
 * Reads the GPT's first header, if that is damaged its backup, and the entries; checks their CRCs,
 * and that every partition lies where partitions may and in no other one. 'scratch' has
 * PARTITION_SCRATCH bytes. Returns 0; ERR_UNKNOWN: there is none; ERR_HASH, ERR_HEADER, ERR_PART,
 * ERR_OVERLAP, ERR_FULL, ERR_PAST_DISK: both are damaged, the first one so; or the device's error.
 */
__must_check int gpt_read(const struct block_device *disk, uint8_t *scratch,
			  struct partitions *partitions);

/*
 * Reads the primary partitions of an MBR. Returns 0; ERR_UNKNOWN: there is none, or it only
 * protects a GPT; ERR_PAST_DISK, ERR_OVERLAP; or the device's error.
 */
__must_check int mbr_read(const struct block_device *disk, struct partitions *partitions);

/* Whether the disk has a master boot record with partitions, none of which stands for a GPT. */
bool mbr_is_alone(const struct block_device *disk);

/* GPT, else MBR, else none, with no partitions. Errors as above. */
__must_check int partitions_read(const struct block_device *disk, uint8_t *scratch,
				 struct partitions *partitions);

/* The identity as PARTUUID has it: of GPT a GUID, of an MBR "1234abcd-01". Terminated. */
void partition_id(const struct partitions *partitions, const struct partition *partition,
		  char text[GUID_TEXT]);

/* Whether two of the first 'count' partitions have a byte in common. */
bool partitions_overlap(const struct partitions *partitions);

#endif
