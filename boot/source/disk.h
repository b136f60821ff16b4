/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_SOURCE_DISK_H
#define FOREARM_SOURCE_DISK_H

#include "boot.h"
#include "lib/disk/bls.h"
#include "lib/disk/grub.h"
#include "lib/disk/partition.h"
#include "lib/disk/volume.h"

/* Between disk.c, which finds disks and volumes, and entries.c, which boots what is on them. */

#define DISK_ENTRIES	 128	 /* of one disk */
#define DISK_FILES	 512	 /* of a folder */
#define DISK_SHOWN	 80	 /* of a name or path, in a message */
#define DISK_TEXTS	 0x40000 /* bytes: what is said of them */
#define DISK_TEXT	 0x10000 /* bytes of one file of it */
#define DISK_ENTRY_FILES (2 * BLS_LINES + 2)
#define DISK_VOLUMES	 6 /* EFI system partition, extended boot loader partition, ext4 */

struct disk_file {
	struct volume *volume;
	struct volume_file file;
	struct part path; /* for messages */
	unsigned int place;
};

struct disk_volume {
	struct volume volume;
	unsigned int partition; /* its number; 0: the whole disk */
};

struct disk_source {
	struct block_device disk;
	unsigned int number; /* of the disk, in the order of the platform */
	struct disk_volume volume[DISK_VOLUMES];
	unsigned int volumes, entries;
	unsigned int application; /* the volume with \EFI\BOOT\BOOTAA64.EFI, from 1 on; or 0 */
	struct partitions partitions;
	struct bls_entry entry[DISK_ENTRIES];
	struct volume_file found[DISK_ENTRIES]; /* of UKIs */
	uint16_t order[DISK_ENTRIES];
	struct bls_loader loader;
	struct volume_walk walk;
	struct disk_file file[DISK_ENTRY_FILES]; /* of the entry: entries.c has their order */
	unsigned int files;
	uint64_t texts; /* bytes */
	struct grub grub;
	char grub_name[DISK_VOLUMES][24]; /* what GRUB calls the volumes */
	uint8_t bounce[BLOCK_SIZE_MAX], scratch[PARTITION_SCRATCH];
	uint8_t volume_scratch[DISK_VOLUMES][VOLUME_SCRATCH], text[DISK_TEXTS];
};

/* A name or path of a disk as a terminated text, cut to fit a message; the caller's copy. */
struct disk_shown {
	char text[DISK_SHOWN];
};
struct disk_shown disk_shown(const struct part *part);

/* "disk 0, partition 1" of a volume; valid until the next call. */
const char *disk_place(const struct disk_source *source, unsigned int volume);

/* Reads what is said of entries on all volumes. A file that cannot be used is told and left out. */
void disk_read_entries(struct disk_source *source);

/* Reads a text of a volume; it stays. Returns 0 or an error. */
__must_check int disk_read_text(struct disk_source *source, unsigned int volume,
				const struct part *path, struct part *text);

/* Whether the entry that would start by itself is one of grub.cfg that only GRUB can start. */
bool disk_needs_loader(const struct boot *boot, const struct disk_source *source);

/* Adds the entries of the first grub.cfg that there is. */
void disk_read_grub(struct disk_source *source);

/*
 * Makes the entry that the user wants the payload, or the first one whose files are all there;
 * stops when there is none.
 */
void disk_take_entry(struct boot *boot, struct disk_source *source);

#endif
