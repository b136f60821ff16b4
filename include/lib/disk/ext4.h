/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_EXT4_H
#define FOREARM_EXT4_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/disk/block.h"
#include "types.h"

/*
 * ext2, ext3 and ext4 (Linux, Documentation/filesystems/ext4), for reading only. What the journal
 * has and the volume does not have yet is not looked at. Where the volume has checksums (CRC-32C)
 * they are checked: of the superblock, of group descriptors, inodes, extents and folders. No step
 * through a tree goes up in it, a folder has EXT4_FOLDER_MAX bytes at most, a path EXT4_LINKS
 * symbolic links; and a volume has EXT4_WORK, of which an entry of a folder takes 1 and a block
 * that is looked into 64. Pure: memory is the caller's.
 */

#define EXT4_BLOCK_MAX	0x10000
#define EXT4_NAME	256	 /* bytes of a name, terminator included */
#define EXT4_PATH	4096	 /* bytes of a path, its symbolic links included */
#define EXT4_LINKS	8	 /* symbolic links on the way to a file */
#define EXT4_FOLDER_MAX 0x400000 /* bytes */
#define EXT4_UUID	16
#define EXT4_WORK	0x400000

/* A block that is kept; its content is the caller's scratch. */
struct ext4_slot {
	uint8_t *at;
	uint64_t block; /* 0: none */
	uint32_t inode; /* whose checksum was right */
};

enum ext4_slots { EXT4_INODES, EXT4_INNER, EXT4_LEAF, EXT4_FOLDER, EXT4_SLOTS };

#define EXT4_SCRATCH (EXT4_SLOTS * EXT4_BLOCK_MAX + EXT4_PATH)

struct ext4 {
	const struct block_device *disk;
	uint64_t start;	 /* bytes from the start of the disk */
	uint64_t blocks; /* that it has */
	uint32_t block_size, first_block, group_blocks, group_inodes, groups, inodes, inode_size,
		descriptor_size, first_meta_group;
	uint32_t compatible, incompatible, read_only; /* features */
	uint32_t backup[2];			      /* groups with a superblock */
	uint32_t seed;				      /* of all checksums but the superblock's */
	uint32_t work;				      /* done */
	bool dirty;				      /* its journal has something for it */
	uint8_t uuid[EXT4_UUID];
	char label[17]; /* terminated */
	struct ext4_slot slot[EXT4_SLOTS];
	char *path; /* the caller's: EXT4_PATH bytes */
	uint32_t group;
	uint64_t group_table; /* the block of that group's inodes; 0: not known */
};

struct ext4_file {
	uint32_t number; /* of its inode */
	uint64_t size;	 /* bytes; of a folder its blocks' */
	uint32_t flags, seed;
	bool folder, link;
	uint8_t map[60]; /* where its blocks are, or its first bytes */
};

/* A walk through a folder. */
struct ext4_folder {
	struct ext4_file folder;
	uint64_t offset;      /* of the next entry */
	char name[EXT4_NAME]; /* of the entry found */
	uint32_t number;      /* and its inode */
};

/*
 * Reads the superblock of the volume in [start, start + size) of the disk. 'scratch' has
 * EXT4_SCRATCH bytes, and is in use as long as 'fs' is. Returns 0; ERR_UNKNOWN: no such volume;
 * ERR_SUPERBLOCK; ERR_COMPRESSED, ERR_JOURNAL, ERR_UNSUPPORTED: by its features; ERR_PAST_DISK: it
 * is larger than that range; or the device's error.
 */
__must_check int ext4_open(struct ext4 *fs, const struct block_device *disk, uint64_t start,
			   uint64_t size, uint8_t *scratch);

/*
 * Finds the file or folder of a path of 'length' bytes, from the root on, through symbolic links.
 * Returns 0, ERR_NO_FILE, ERR_LINKS, ERR_TOO_LONG, ERR_ENCRYPTED; ERR_TOO_LARGE for a folder, or
 * when EXT4_WORK is done;
 * ERR_GROUP, ERR_INODE, ERR_EXTENT, ERR_FOLDER: that is damaged; or the device's error.
 */
__must_check int ext4_find(struct ext4 *fs, const char *path, size_t length,
			   struct ext4_file *file);

void ext4_folder_open(const struct ext4_file *folder, struct ext4_folder *walk);

/*
 * The next entry; "." and ".." may be among them. Files may be read in between. Returns 1, 0 behind
 * the last, or an error as above.
 */
__must_check int ext4_folder_next(struct ext4 *fs, struct ext4_folder *walk);

/* What the entry found is: with a symbolic link, what that leads to. Errors as of ext4_find(). */
__must_check int ext4_folder_file(struct ext4 *fs, const struct ext4_folder *walk,
				  struct ext4_file *file);

/*
 * Reads 'size' bytes of a file from byte 'offset' on to 'to', by as few requests as it has pieces;
 * holes are zeros. Returns 0, ERR_TRUNCATED: the file has less; or an error as above.
 */
__must_check int ext4_read(struct ext4 *fs, const struct ext4_file *file, uint64_t offset,
			   uint64_t size, void *to);

#endif
