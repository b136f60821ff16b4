/* SPDX-License-Identifier: BSD-2-Clause */
/* Names on ext4: folders, which are read from their start to their end, and paths with symbolic
 * links. */
#include <string.h>
#include "error.h"
#include "ext4_parts.h"
#include "le.h"
#include "lib/hash/crc32c.h"

/* An entry. */
#define NAME_OFFSET 8
#define RECORD	    4 /* what it has of the block */
#define NAME_SIZE   6
#define KIND	    7
#define RECORD_MIN  12

/* The entry at a block's end that stands for its checksum. */
#define TAIL	  12
#define TAIL_KIND 0xDE

#define INLINE_FIRST 4 /* of a folder in its inode; before it is the inode of ".." */

/* -- checksums -----------------------------------------------------------------------------------
 */

/* The place of an index in a block that looks empty to who does not know of it; 0: it has none. */
static uint32_t index_offset(const struct ext4 *fs, const uint8_t *block)
{
	if (le16(block + RECORD) == RECORD_MIN &&
	    le16(block + RECORD_MIN + RECORD) + (uint32_t)RECORD_MIN == fs->block_size)
		return 0x20;
	return !le32(block) && !block[NAME_SIZE] ? 8 : 0;
}

static int check_index(const struct ext4 *fs, const struct ext4_file *folder, const uint8_t *block)
{
	uint32_t at = index_offset(fs, block), limit, count, tail, sum;
	static const uint8_t zeros[4];

	if (!(folder->flags & EXT4_FLAG_INDEX) || !at)
		return ERR_FOLDER;
	limit = le16(block + at);
	count = le16(block + at + 2);
	tail = at + limit * 8;
	if (count > limit || tail + 8 > fs->block_size)
		return ERR_FOLDER;
	sum = crc32c_add(folder->seed, block, at + count * 8);
	sum = crc32c_add(sum, block + tail, 4);
	sum = crc32c_add(sum, zeros, 4);
	return sum == le32(block + tail + 4) ? 0 : ERR_FOLDER;
}

static int check_block(const struct ext4 *fs, const struct ext4_file *folder, const uint8_t *block)
{
	const uint8_t *tail = block + (fs->block_size - TAIL);

	if (!ext4_has_sums(fs))
		return 0;
	if (le32(tail) || le16(tail + RECORD) != TAIL || tail[NAME_SIZE] || tail[KIND] != TAIL_KIND)
		return check_index(fs, folder, block);
	return crc32c_add(folder->seed, block, fs->block_size - TAIL) == le32(tail + 8)
		       ? 0
		       : ERR_FOLDER;
}

/* -- folders -------------------------------------------------------------------------------------
 */

/* A piece of a folder, across whose end no entry lies. */
struct piece {
	const uint8_t *at;
	uint64_t start, size;
};

static int inline_piece(struct ext4 *fs, const struct ext4_file *folder, uint64_t offset,
			struct piece *piece)
{
	if (offset < EXT4_MAP) {
		piece->start = INLINE_FIRST;
		piece->size = EXT4_MAP - INLINE_FIRST;
		piece->at = folder->map + INLINE_FIRST;
		return 0;
	}
	piece->start = EXT4_MAP;
	piece->size = folder->size - EXT4_MAP;
	return ext4_inline_rest(fs, folder, &piece->at);
}

static int load_piece(struct ext4 *fs, const struct ext4_file *folder, uint64_t offset,
		      struct piece *piece)
{
	struct ext4_run run = {0, 0};
	int error;

	if (folder->flags & EXT4_FLAG_INLINE)
		return inline_piece(fs, folder, offset, piece);
	if (folder->size % fs->block_size)
		return ERR_FOLDER;
	error = ext4_map(fs, folder, offset / fs->block_size, 1, &run);
	if (error)
		return error;
	if (!run.block)
		return ERR_FOLDER;
	piece->start = align_down(offset, fs->block_size);
	piece->size = fs->block_size;
	piece->at = fs->slot[EXT4_FOLDER].at;
	return ext4_load(fs, EXT4_FOLDER, run.block, folder, check_block);
}

/* Of blocks of 64 KiB, one that has all of it. */
static uint32_t record_of(const struct ext4 *fs, const uint8_t *entry)
{
	uint32_t record = le16(entry + RECORD);

	return fs->block_size == EXT4_BLOCK_MAX && (!record || record == UINT16_MAX)
		       ? EXT4_BLOCK_MAX
		       : record;
}

void ext4_folder_open(const struct ext4_file *folder, struct ext4_folder *walk)
{
	walk->folder = *folder;
	walk->offset = folder->flags & EXT4_FLAG_INLINE ? INLINE_FIRST : 0;
}

int ext4_folder_next(struct ext4 *fs, struct ext4_folder *walk)
{
	struct piece piece;
	const uint8_t *entry;
	uint64_t left;
	uint32_t record;
	int error;

	if (walk->folder.size > EXT4_FOLDER_MAX)
		return ERR_TOO_LARGE;
	while (walk->offset < walk->folder.size) {
		error = ext4_work(fs, 1);
		if (!error)
			error = load_piece(fs, &walk->folder, walk->offset, &piece);
		if (error)
			return error;
		entry = piece.at + (walk->offset - piece.start);
		left = piece.size - (walk->offset - piece.start);
		record = left < RECORD_MIN ? 0 : record_of(fs, entry);
		if (record < RECORD_MIN || record % 4 || record > left ||
		    NAME_OFFSET + (uint32_t)entry[NAME_SIZE] > record)
			return ERR_FOLDER;
		walk->offset += record;
		walk->number = le32(entry);
		memcpy(walk->name, entry + NAME_OFFSET, entry[NAME_SIZE]);
		walk->name[entry[NAME_SIZE]] = '\0';
		if (walk->number && entry[NAME_SIZE])
			return 1;
	}
	return 0;
}

/* -- paths ---------------------------------------------------------------------------------------
 */

static bool is_name(const char *name, size_t length, const char *text)
{
	return strlen(text) == length && memcmp(name, text, length) == 0;
}

/* Finds what a name in a folder stands for; a symbolic link is itself. */
static int find_name(struct ext4 *fs, const struct ext4_file *folder, const char *name,
		     size_t length, struct ext4_file *found)
{
	struct ext4_folder walk;
	int result;

	if (length >= EXT4_NAME)
		return ERR_TOO_LONG;
	if (!folder->folder)
		return ERR_NO_FILE;
	*found = *folder;
	if (is_name(name, length, "."))
		return 0;
	if (folder->flags & EXT4_FLAG_INLINE && is_name(name, length, ".."))
		return ext4_inode(fs, le32(folder->map), found);
	ext4_folder_open(folder, &walk);
	while ((result = ext4_folder_next(fs, &walk)) == 1)
		if (is_name(name, length, walk.name))
			return ext4_inode(fs, walk.number, found);
	return result ? result : ERR_NO_FILE;
}

/* Puts a link's text before the rest of the path, which begins at *at. */
static int put_link(struct ext4 *fs, const struct ext4_file *link, size_t *at,
		    struct ext4_file *folder)
{
	int error;

	if (!link->size)
		return ERR_NO_FILE;
	if (link->size > *at)
		return ERR_TOO_LONG;
	*at -= (size_t)link->size;
	error = ext4_read(fs, link, 0, link->size, fs->path + *at);
	if (!error && fs->path[*at] == '/')
		error = ext4_inode(fs, EXT4_ROOT, folder);
	return error;
}

/* Goes on from *file, a folder, along the path that begins at 'at'. */
static int follow(struct ext4 *fs, size_t at, unsigned int links, struct ext4_file *file)
{
	struct ext4_file next;
	size_t start;
	int error = 0;

	while (!error) {
		while (at < EXT4_PATH && fs->path[at] == '/')
			at++;
		if (at == EXT4_PATH)
			break;
		start = at;
		while (at < EXT4_PATH && fs->path[at] != '/')
			at++;
		error = find_name(fs, file, fs->path + start, at - start, &next);
		if (error)
			return error;
		if (!next.link)
			*file = next;
		else
			error = links++ == EXT4_LINKS ? ERR_LINKS : put_link(fs, &next, &at, file);
	}
	return error;
}

int ext4_find(struct ext4 *fs, const char *path, size_t length, struct ext4_file *file)
{
	int error;

	if (length > EXT4_PATH)
		return ERR_TOO_LONG;
	memcpy(fs->path + (EXT4_PATH - length), path, length);
	error = ext4_inode(fs, EXT4_ROOT, file);
	return error ? error : follow(fs, EXT4_PATH - length, 0, file);
}

int ext4_folder_file(struct ext4 *fs, const struct ext4_folder *walk, struct ext4_file *file)
{
	struct ext4_file link;
	size_t at = EXT4_PATH;
	int error = ext4_inode(fs, walk->number, file);

	if (error || !file->link)
		return error;
	link = *file;
	*file = walk->folder;
	error = put_link(fs, &link, &at, file);
	return error ? error : follow(fs, at, 1, file);
}
