/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_EXT4_PARTS_H
#define FOREARM_EXT4_PARTS_H

#include "lib/disk/ext4.h"

/* Between the files that read ext4: ext4.c inodes, ext4_map.c what is in a file, ext4_path.c names.
 */

#define EXT4_FLAG_INDEX	  0x1000 /* of an inode: a folder with blocks of hashes */
#define EXT4_FLAG_EXTENTS 0x80000
#define EXT4_FLAG_INLINE  0x10000000
#define EXT4_ROOT	  2 /* its inode */
#define EXT4_MAP	  60

/* Whether the volume has CRC-32C for its structures. */
bool ext4_has_sums(const struct ext4 *fs);

/* Whether these blocks are in the volume; none is block 0. */
bool ext4_has_blocks(const struct ext4 *fs, uint64_t block, uint64_t count);

/* That much more of the volume's work is done (ext4.h). Returns 0, or ERR_TOO_LARGE. */
__must_check int ext4_work(struct ext4 *fs, uint32_t work);

/*
 * Reads a block, which is in the volume, into a slot, unless it is there. 'check' judges it; NULL:
 * nothing to judge. Returns 0, its error, or the device's.
 */
__must_check int
ext4_load(struct ext4 *fs, enum ext4_slots which, uint64_t block, const struct ext4_file *file,
	  int (*check)(const struct ext4 *fs, const struct ext4_file *file, const uint8_t *block));

__must_check int ext4_inode(struct ext4 *fs, uint32_t number, struct ext4_file *file);

/*
 * What an inode has of a file behind the bytes in its map; in slot EXT4_INODES. ERR_INODE: that is
 * not as large as it should be.
 */
__must_check int ext4_inline_rest(struct ext4 *fs, const struct ext4_file *file,
				  const uint8_t **rest);

/* Where block 'n' of a file is, at most 'most' of them in a row; block 0: a hole. */
struct ext4_run {
	uint64_t block, length;
};
__must_check int ext4_map(struct ext4 *fs, const struct ext4_file *file, uint64_t n, uint64_t most,
			  struct ext4_run *run);

#endif
