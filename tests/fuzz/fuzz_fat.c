/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * FAT volumes: the input is the start of one, the rest is zeros. Every folder is read that can be
 * reached, and the start and the end of every file. The last byte chooses the size of blocks.
 */
#include <string.h>
#include "error.h"
#include "fuzz.h"
#include "lib/disk/fat.h"
#include "region.h"

#define VOLUME	0x40000
#define FOLDERS 16
#define FILES	64
#define PIECE	0x2000

static uint8_t content[VOLUME], bounce[BLOCK_SIZE_MAX], piece[PIECE], scratch[FAT_SCRATCH];
static unsigned int requests;

static int read_blocks(void *context, uint64_t block, uint64_t count, void *to)
{
	const struct block_device *disk = context;

	REQUIRE(count && fits_in(block, count, disk->blocks));
	requests++;
	memcpy(to, content + block * disk->block_size, count * disk->block_size);
	return 0;
}

static void read_file(struct fat *fat, const struct fat_file *file)
{
	uint32_t size = file->size < PIECE ? file->size : PIECE;
	int result = fat_read(fat, file, 0, size, piece);

	REQUIRE(result == 0 || result == ERR_CHAIN);
	result = fat_read(fat, file, file->size - size, size, piece);
	REQUIRE(result == 0 || result == ERR_CHAIN);
	REQUIRE(fat_read(fat, file, file->size, 1, piece) == ERR_TRUNCATED);
}

/* What is found by walking is found by its name, unless another one has it, too. */
static void find_again(struct fat *fat, const struct fat_folder *walk, bool in_root)
{
	struct fat_file file;
	size_t length = strlen(walk->name);
	int result;

	REQUIRE(length < sizeof(walk->name) && strlen(walk->short_name) < sizeof(walk->short_name));
	if (!in_root || !length || strpbrk(walk->name, "/\\"))
		return;
	result = fat_find(fat, walk->name, length, &file);
	REQUIRE(result == 0);
}

static void walk_folder(struct fat *fat, const struct fat_file *folder, struct fat_file *found,
			unsigned int *folders, bool in_root)
{
	static struct fat_folder walk;
	unsigned int files = 0;
	int result = 0;

	fat_folder_open(fat, folder, &walk);
	while (files++ < FILES && (result = fat_folder_next(fat, &walk)) == 1) {
		find_again(fat, &walk, in_root);
		if (!walk.file.folder)
			read_file(fat, &walk.file);
		else if (*folders < FOLDERS)
			found[(*folders)++] = walk.file;
	}
	REQUIRE(result == 0 || result == 1 || result == ERR_CHAIN);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_numbers numbers = {data, size};
	uint32_t block_size = 512U << (fuzz_number(&numbers, 1) & 3);
	struct block_device disk = {read_blocks, &disk, VOLUME / block_size, block_size, bounce};
	struct fat_file found[FOLDERS], file;
	unsigned int folders = 1;
	struct fat fat;

	size = numbers.size < VOLUME ? numbers.size : VOLUME;
	memcpy(content, data, size);
	memset(content + size, 0, VOLUME - size);
	requests = 0;
	if (fat_open(&fat, &disk, 0, VOLUME, scratch))
		return 0;
	REQUIRE(fat.clusters && fat.cluster_size >= 512 && fat.data < VOLUME);
	found[0] = fat_root(&fat);
	for (unsigned int i = 0; i < folders; i++)
		walk_folder(&fat, &found[i], found, &folders, i == 0);
	(void)!fat_find(&fat, "EFI\\Linux/..//a.efi", 19, &file);
	return 0;
}
