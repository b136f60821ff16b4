/* SPDX-License-Identifier: BSD-2-Clause */
/* Volumes of disks: which file system is on one, and its functions. */
#include <stdio.h>
#include <string.h>
#include "error.h"
#include "lib/disk/volume.h"

/* ext4 leaves the place of FAT's boot sector alone, and FAT need not clear that of a superblock. */
int volume_open(struct volume *volume, const struct block_device *disk, uint64_t start,
		uint64_t size, uint8_t *scratch)
{
	int fat, ext4;

	volume->kind = VOLUME_FAT;
	fat = fat_open(&volume->fat, disk, start, size, scratch);
	if (!fat)
		return 0;
	volume->kind = VOLUME_EXT4;
	ext4 = ext4_open(&volume->ext4, disk, start, size, scratch);
	return ext4 == ERR_UNKNOWN ? fat : ext4;
}

/* What both say of a file. */
static int take(const struct volume *volume, int error, struct volume_file *file)
{
	bool is_fat = volume->kind == VOLUME_FAT;

	if (error)
		return error;
	file->size = is_fat ? file->fat.size : file->ext4.size;
	file->folder = is_fat ? file->fat.folder : file->ext4.folder;
	return 0;
}

int volume_find(struct volume *volume, const char *path, size_t length, struct volume_file *file)
{
	return take(volume,
		    volume->kind == VOLUME_FAT
			    ? fat_find(&volume->fat, path, length, &file->fat)
			    : ext4_find(&volume->ext4, path, length, &file->ext4),
		    file);
}

void volume_walk_start(const struct volume *volume, const struct volume_file *folder,
		       struct volume_walk *walk)
{
	if (volume->kind == VOLUME_FAT)
		fat_folder_open(&volume->fat, &folder->fat, &walk->fat);
	else
		ext4_folder_open(&folder->ext4, &walk->ext4);
}

int volume_walk_next(struct volume *volume, struct volume_walk *walk)
{
	if (volume->kind == VOLUME_EXT4) {
		walk->name = walk->ext4.name;
		return ext4_folder_next(&volume->ext4, &walk->ext4);
	}
	walk->name = walk->fat.name;
	return fat_folder_next(&volume->fat, &walk->fat);
}

int volume_walk_file(struct volume *volume, const struct volume_walk *walk,
		     struct volume_file *file)
{
	int error = 0;

	if (volume->kind == VOLUME_EXT4)
		error = ext4_folder_file(&volume->ext4, &walk->ext4, &file->ext4);
	else
		file->fat = walk->fat.file;
	return take(volume, error, file);
}

int volume_read(struct volume *volume, const struct volume_file *file, uint64_t offset,
		uint64_t size, void *to)
{
	if (volume->kind == VOLUME_EXT4)
		return ext4_read(&volume->ext4, &file->ext4, offset, size, to);
	if (offset > UINT32_MAX || size > UINT32_MAX)
		return ERR_TRUNCATED;
	return fat_read(&volume->fat, &file->fat, (uint32_t)offset, (uint32_t)size, to);
}

void volume_uuid(const struct volume *volume, char text[VOLUME_ID])
{
	const uint8_t *id = volume->ext4.uuid;
	size_t length = 0;

	if (volume->kind == VOLUME_FAT) {
		snprintf(text, VOLUME_ID, "%04x-%04x", (unsigned int)(volume->fat.serial >> 16),
			 (unsigned int)(volume->fat.serial & 0xffff));
		return;
	}
	for (unsigned int i = 0; i < EXT4_UUID; i++) {
		if (i >= 4 && i <= 10 && i % 2 == 0)
			text[length++] = '-';
		length += (size_t)snprintf(text + length, VOLUME_ID - length, "%02x", id[i]);
	}
}

void volume_label(const struct volume *volume, char text[VOLUME_ID])
{
	text[0] = '\0';
	if (volume->kind == VOLUME_EXT4)
		memcpy(text, volume->ext4.label, sizeof(volume->ext4.label));
}
