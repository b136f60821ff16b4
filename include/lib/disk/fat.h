/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_FAT_H
#define FOREARM_FAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/disk/block.h"
#include "types.h"

/*
 * FAT12, FAT16 and FAT32 with long names (Microsoft, "FAT: General Overview of On-Disk Format",
 * 1.03), for reading only. What is done for a volume is bounded: about a million steps, each of
 * which goes from one piece of a file to the next or looks at one entry of a folder, or 16384
 * pieces of the table or of folders that are read; behind that its chains count as damaged, which
 * is what makes so much work. Pure: memory is the caller's.
 */

#define FAT_WINDOW  0x10000 /* bytes of the table that are read at once */
#define FAT_FOLDER  0x1000  /* bytes of a folder that are read at once, at most */
#define FAT_SCRATCH (FAT_WINDOW + FAT_FOLDER)

#define FAT_PATH 1024 /* bytes of a path at most */
#define FAT_NAME 768  /* bytes of a name in UTF-8, terminator included: 255 units of UTF-16 */

struct fat {
	const struct block_device *disk;
	uint8_t *window, *folder; /* the caller's; what is in them: */
	uint64_t window_at, window_size, folder_at, folder_size;
	unsigned int bits;     /* 12, 16 or 32 */
	uint32_t cluster_size; /* bytes */
	uint32_t clusters;     /* numbers 2 to clusters + 1 are in use */
	uint64_t table;	       /* bytes from the start of the disk, as the next two */
	uint64_t table_size;   /* bytes that are in use */
	uint64_t root;	       /* of FAT12 and FAT16: the root folder */
	uint64_t data;	       /* of cluster 2 */
	uint32_t root_size;    /* bytes; FAT32: 0 */
	uint32_t root_cluster; /* FAT32 */
	uint32_t serial;       /* what the volume is known by */
	uint32_t work;	       /* done so far */
};

struct fat_file {
	uint32_t cluster; /* its first; 0: none, or the root folder of FAT12 and FAT16 */
	uint32_t size;	  /* bytes; of a folder 0 */
	bool folder;
};

/* A walk through a folder; the place of the next entry. */
struct fat_folder {
	uint32_t cluster;
	uint32_t offset; /* in that cluster, or in the root folder of FAT12 and FAT16 */
	uint32_t entries;
	char name[FAT_NAME]; /* of the entry found: the long one, else the short one */
	char short_name[13];
	struct fat_file file;
};

/*
 * Reads the boot sector of the volume in [start, start + size) of the disk. 'scratch' has
 * FAT_SCRATCH bytes, and is in use as long as 'fat' is. Returns 0; ERR_UNKNOWN: no FAT;
 * ERR_HEADER; ERR_PAST_DISK: it is larger than that range; or the device's error.
 */
__must_check int fat_open(struct fat *fat, const struct block_device *disk, uint64_t start,
			  uint64_t size, uint8_t *scratch);

/* The root folder. */
struct fat_file fat_root(const struct fat *fat);

void fat_folder_open(const struct fat *fat, const struct fat_file *folder, struct fat_folder *walk);

/*
 * The next entry, no volume label and none that was deleted; "." and ".." are among them. Files may
 * be read in between. Returns 1, 0 behind the last, ERR_CHAIN or the device's error.
 */
__must_check int fat_folder_next(struct fat *fat, struct fat_folder *walk);

/*
 * Finds the file or folder of a path of 'length' bytes, from the root on: names between '/' or '\',
 * small letters and capitals alike. Returns 0, ERR_NO_FILE, ERR_TOO_LONG for a name or all of it,
 * ERR_CHAIN or the device's error.
 */
__must_check int fat_find(struct fat *fat, const char *path, size_t length, struct fat_file *file);

/*
 * Reads 'size' bytes of a file from byte 'offset' on to 'to', by as few requests as it has pieces.
 * What is read to its end has a chain of clusters that ends, too. Returns 0, ERR_TRUNCATED: the
 * file has less; ERR_CHAIN; or the device's error.
 */
__must_check int fat_read(struct fat *fat, const struct fat_file *file, uint32_t offset,
			  uint32_t size, void *to);

#endif
