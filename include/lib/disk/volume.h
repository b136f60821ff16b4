/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_VOLUME_H
#define FOREARM_VOLUME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/disk/ext4.h"
#include "lib/disk/fat.h"

/*
 * A volume of a disk, whatever file system is on it: FAT or ext2, ext3, ext4. What the functions
 * take and return is what those of lib/disk/fat.h and ext4.h do. Pure.
 */

#define VOLUME_ID      40 /* bytes of a text that identifies one, terminator included */
#define VOLUME_SCRATCH (EXT4_SCRATCH > FAT_SCRATCH ? EXT4_SCRATCH : FAT_SCRATCH)

enum volume_kind { VOLUME_FAT, VOLUME_EXT4 };

struct volume {
	enum volume_kind kind;
	union {
		struct fat fat;
		struct ext4 ext4;
	};
};

struct volume_file {
	uint64_t size; /* bytes; of a folder it means nothing */
	bool folder;
	union {
		struct fat_file fat;
		struct ext4_file ext4;
	};
};

struct volume_walk {
	const char *name; /* of the entry found, until the next one */
	union {
		struct fat_folder fat;
		struct ext4_folder ext4;
	};
};

/* 'scratch' has VOLUME_SCRATCH bytes. ERR_UNKNOWN: no file system that is known here. */
__must_check int volume_open(struct volume *volume, const struct block_device *disk, uint64_t start,
			     uint64_t size, uint8_t *scratch);

__must_check int volume_find(struct volume *volume, const char *path, size_t length,
			     struct volume_file *file);

void volume_walk_start(const struct volume *volume, const struct volume_file *folder,
		       struct volume_walk *walk);

/* 1: an entry, 0: behind the last, or an error. */
__must_check int volume_walk_next(struct volume *volume, struct volume_walk *walk);

/* What the entry found is. */
__must_check int volume_walk_file(struct volume *volume, const struct volume_walk *walk,
				  struct volume_file *file);

__must_check int volume_read(struct volume *volume, const struct volume_file *file, uint64_t offset,
			     uint64_t size, void *to);

/* Its UUID as GRUB and blkid write it; and its label, of ext4 alone, empty if it has none. */
void volume_uuid(const struct volume *volume, char text[VOLUME_ID]);
void volume_label(const struct volume *volume, char text[VOLUME_ID]);

#endif
