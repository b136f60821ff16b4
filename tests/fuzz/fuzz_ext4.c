/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ext2, ext3 and ext4 volumes: the input is the start of one, the rest is zeros. Every folder is
 * read that can be reached, and the start and the end of every file. The last byte chooses the size
 * of the disk's blocks.
 */
#include <string.h>
#include "error.h"
#include "fuzz.h"
#include "lib/disk/ext4.h"
#include "region.h"

#define VOLUME	 0x18000
#define FOLDERS	 8
#define FILES	 48
#define PIECE	 0x1800
#define REQUESTS 20000 /* of one input: what no folder and no file needs more of */

static uint8_t content[VOLUME], bounce[BLOCK_SIZE_MAX], piece[PIECE], scratch[EXT4_SCRATCH];
static unsigned int requests;

static int read_blocks(void *context, uint64_t block, uint64_t count, void *to)
{
	const struct block_device *disk = context;

	REQUIRE(count && fits_in(block, count, disk->blocks));
	REQUIRE(requests++ < REQUESTS);
	memcpy(to, content + block * disk->block_size, count * disk->block_size);
	return 0;
}

/* What damage may be called, behind the superblock. */
static bool is_damage(int error)
{
	return error == ERR_GROUP || error == ERR_INODE || error == ERR_EXTENT ||
	       error == ERR_FOLDER || error == ERR_ENCRYPTED || error == ERR_TOO_LARGE;
}

static bool is_no_file(int error)
{
	return error == ERR_NO_FILE || error == ERR_LINKS || error == ERR_TOO_LONG;
}

static void read_file(struct ext4 *fs, const struct ext4_file *file)
{
	uint64_t size = file->size < PIECE ? file->size : PIECE;
	int result = ext4_read(fs, file, 0, size, piece);

	REQUIRE(!result || is_damage(result));
	result = ext4_read(fs, file, file->size - size, size, piece);
	REQUIRE(!result || is_damage(result));
	REQUIRE(ext4_read(fs, file, file->size, 1, piece) == ERR_TRUNCATED);
}

static void walk_folder(struct ext4 *fs, const struct ext4_file *folder, struct ext4_file *found,
			unsigned int *folders)
{
	struct ext4_folder walk;
	struct ext4_file file;
	unsigned int files = 0;
	int result = 0;

	ext4_folder_open(folder, &walk);
	while (files++ < FILES && (result = ext4_folder_next(fs, &walk)) == 1) {
		REQUIRE(strlen(walk.name) < sizeof(walk.name));
		result = ext4_folder_file(fs, &walk, &file);
		REQUIRE(!result || is_damage(result) || is_no_file(result));
		if (result)
			continue;
		if (!file.folder)
			read_file(fs, &file);
		else if (*folders < FOLDERS)
			found[(*folders)++] = file;
	}
	REQUIRE(result == 0 || result == 1 || is_damage(result) || is_no_file(result));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_numbers numbers = {data, size};
	uint32_t block_size = 512U << (fuzz_number(&numbers, 1) & 3);
	struct block_device disk = {read_blocks, &disk, VOLUME / block_size, block_size, bounce};
	static const char path[] = "a/../s/../boot//entry";
	struct ext4_file found[FOLDERS], file;
	unsigned int folders = 1;
	struct ext4 fs;
	int result;

	size = numbers.size < VOLUME ? numbers.size : VOLUME;
	memcpy(content, data, size);
	memset(content + size, 0, VOLUME - size);
	requests = 0;
	if (ext4_open(&fs, &disk, 0, VOLUME, scratch))
		return 0;
	REQUIRE(fs.blocks * fs.block_size <= VOLUME && fs.inode_size <= fs.block_size);
	result = ext4_find(&fs, path, sizeof(path) - 1, &file);
	REQUIRE(!result || is_damage(result) || is_no_file(result));
	result = ext4_find(&fs, "", 0, &found[0]);
	REQUIRE(!result || is_damage(result) || is_no_file(result));
	for (unsigned int i = 0; !result && i < folders; i++)
		walk_folder(&fs, &found[i], found, &folders);
	return 0;
}
