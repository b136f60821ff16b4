/* SPDX-License-Identifier: BSD-2-Clause */
/* The files of a FAT volume for EFI applications, for reading (UEFI 2.10, 13.4 and 13.5). */
#include <string.h>
#include "environment.h"
#include "error.h"
#include "lib/utf8.h"

#define VOLUME_REVISION 0x10000
#define FILE_REVISION	0x10000
#define MODE_READ	1
#define TO_END		(~0ULL) /* a position */
#define INFO_SIZE	80	/* bytes of EFI_FILE_INFO before the name */
#define SYSTEM_SIZE	36	/* the same of EFI_FILE_SYSTEM_INFO */
#define IS_READ_ONLY	1
#define IS_FOLDER	0x10
#define FILE_SERVICES	10

/* The path is as volume_find() wants it, in UTF-8, without a separator before it. */
struct open_file {
	struct {
		uint64_t revision;
		void *service[FILE_SERVICES];
	} protocol;
	const struct efi_block *block;
	struct volume_file file;
	uint64_t position;
	bool is_root;
	struct volume_walk walk;
	char path[FAT_PATH];
};

const struct efi_guid efi_guid_files = {
	0x964e5b22, 0x6459, 0x11d2, {0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
static const struct efi_guid info_guid = {
	0x09576e92, 0x6d3f, 0x11d2, {0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
static const struct efi_guid system_guid = {
	0x09576e93, 0x6d3f, 0x11d2, {0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
static const struct efi_guid label_guid = {
	0xdb47d7d3, 0xfe81, 0x11d3, {0x9a, 0x35, 0x00, 0x90, 0x27, 0x3f, 0xc1, 0x4d}};

/* A call is work of its own: what is bounded is what one of them does. */
static void begin(const struct efi_block *block)
{
	block->volume->fat.work = 0;
}

/* -- paths --------------------------------------------------------------------------------------
 */

static bool is_separator(uint16_t c)
{
	return c == '\\' || c == '/';
}

/* Adds a name to a path; "." and ".." are followed. */
static int add_name(char *path, const uint16_t *name, size_t length)
{
	size_t size = strlen(path);
	char *last;

	if (length == 1 && name[0] == '.')
		return 0;
	if (length == 2 && name[0] == '.' && name[1] == '.') {
		last = strrchr(path, '\\');
		*(last ? last : path) = '\0';
		return 0;
	}
	if (size + 3 * length + 2 > FAT_PATH)
		return ERR_TOO_LONG;
	if (size)
		path[size++] = '\\';
	last = path + size;
	for (size_t i = 0; i < length; i++)
		last = utf8_put(last, name[i]);
	*last = '\0';
	return 0;
}

/* What 'name' is, seen from the folder 'path'. */
static int follow(char *path, const uint16_t *name)
{
	int error = 0;

	if (is_separator(*name))
		path[0] = '\0';
	while (*name && !error) {
		size_t length = 0;

		while (is_separator(*name))
			name++;
		while (name[length] && !is_separator(name[length]) && length < FAT_PATH)
			length++;
		if (length)
			error = add_name(path, name, length);
		name += length;
	}
	return error;
}

static int find_path(const struct efi_block *block, const char *path, struct volume_file *file)
{
	begin(block);
	if (*path)
		return volume_find(block->volume, path, strlen(path), file);
	*file = (struct volume_file) {.folder = true, .fat = fat_root(&block->volume->fat)};
	return 0;
}

int efi_find_file(const struct efi_block *block, const uint16_t *name, struct volume_file *file)
{
	char path[FAT_PATH] = "";
	int error = follow(path, name);

	if (!error)
		error = find_path(block, path, file);
	return !error && file->folder ? ERR_NO_FILE : error;
}

/* UTF-8 as UTF-16; returns the bytes, its terminator among them, and writes no more than 'room'. */
static uint64_t put_name(const char *name, uint8_t *to, uint64_t room)
{
	const uint8_t *at = (const uint8_t *)name;
	uint64_t size = 0;
	uint16_t c;

	do {
		c = *at;
		if (c >= 0xe0 && at[1] && at[2]) {
			c = (uint16_t)((c & 0xf) << 12 | (at[1] & 0x3f) << 6 | (at[2] & 0x3f));
			at += 2;
		} else if (c >= 0xc0 && at[1]) {
			c = (uint16_t)((c & 0x1f) << 6 | (at[1] & 0x3f));
			at++;
		}
		if (to && size + 2 <= room)
			memcpy(to + size, &c, 2);
		size += 2;
	} while (*at++);
	return size;
}

/* -- services -----------------------------------------------------------------------------------
 */

static void fill(struct open_file *file, const struct efi_block *block);

static efi_status open_path(const struct efi_block *block, const char *path, void **opened)
{
	struct volume_file found;
	struct open_file *file;
	int error = find_path(block, path, &found);

	if (error)
		return efi_status_of(error);
	file = efi_own_memory(sizeof(*file));
	if (!file)
		return EFI_OUT_OF_RESOURCES;
	fill(file, block);
	file->file = found;
	strcpy(file->path, path);
	if (found.folder)
		volume_walk_start(block->volume, &file->file, &file->walk);
	*opened = file;
	return EFI_SUCCESS;
}

static efi_status open_file(struct open_file *from, void **opened, const uint16_t *name,
			    uint64_t mode, uint64_t attributes)
{
	char path[FAT_PATH];

	(void)attributes;
	if (!opened || !name)
		return EFI_INVALID_PARAMETER;
	if (mode != MODE_READ)
		return EFI_WRITE_PROTECTED;
	strcpy(path, from->path);
	return follow(path, name) ? EFI_NOT_FOUND : open_path(from->block, path, opened);
}

static efi_status open_volume(const void *files, void **root)
{
	const struct efi_block *block =
		(const void *)((const uint8_t *)files - offsetof(struct efi_block, files));

	return root ? open_path(block, "", root) : EFI_INVALID_PARAMETER;
}

static efi_status close_file(struct open_file *file)
{
	return efi_free_pages((uintptr_t)file, page_up(sizeof(*file)) / PAGE_SIZE);
}

static efi_status put_info(const struct volume_file *file, const char *name, uint64_t *size,
			   void *to)
{
	uint64_t room = *size, bytes = file->folder ? 0 : file->size, attributes = IS_READ_ONLY;
	uint8_t *at = to;

	*size = INFO_SIZE + put_name(name, NULL, 0);
	if (room < *size)
		return EFI_BUFFER_TOO_SMALL;
	if (!to)
		return EFI_INVALID_PARAMETER;
	attributes |= file->folder ? IS_FOLDER : 0;
	memset(at, 0, INFO_SIZE);
	memcpy(at, size, 8);
	memcpy(at + 8, &bytes, 8);
	memcpy(at + 16, &bytes, 8);
	memcpy(at + 72, &attributes, 8);
	put_name(name, at + INFO_SIZE, room - INFO_SIZE);
	return EFI_SUCCESS;
}

/* An entry that the caller has no room for comes again. */
static efi_status read_folder(struct open_file *file, uint64_t *size, void *to)
{
	struct volume_walk before = file->walk;
	struct volume_file found;
	efi_status status;
	int result = volume_walk_next(file->block->volume, &file->walk);

	if (result == 1)
		result = volume_walk_file(file->block->volume, &file->walk, &found);
	else if (!result) {
		*size = 0;
		return EFI_SUCCESS;
	}
	if (result < 0)
		return efi_status_of(result);
	status = put_info(&found, file->walk.name, size, to);
	if (status)
		file->walk = before;
	return status;
}

static efi_status read_file(struct open_file *file, uint64_t *size, void *to)
{
	int error;

	if (!size || (!to && *size))
		return EFI_INVALID_PARAMETER;
	begin(file->block);
	if (file->file.folder)
		return read_folder(file, size, to);
	if (file->position > file->file.size)
		return EFI_DEVICE_ERROR;
	*size = min64(*size, file->file.size - file->position);
	error = *size ? volume_read(file->block->volume, &file->file, file->position, *size, to)
		      : 0;
	if (!error)
		file->position += *size;
	return efi_status_of(error);
}

static efi_status get_position(const struct open_file *file, uint64_t *position)
{
	if (file->file.folder)
		return EFI_UNSUPPORTED;
	*position = file->position;
	return EFI_SUCCESS;
}

static efi_status set_position(struct open_file *file, uint64_t position)
{
	if (file->file.folder && position)
		return EFI_UNSUPPORTED;
	if (file->file.folder)
		volume_walk_start(file->block->volume, &file->file, &file->walk);
	file->position = position == TO_END ? file->file.size : position;
	return EFI_SUCCESS;
}

/* The volume's label is not told: nobody has it at hand. */
static efi_status put_system(const struct efi_block *block, uint64_t *size, void *to)
{
	uint64_t room = *size, needed = SYSTEM_SIZE + 2;
	uint32_t unit = block->volume->fat.cluster_size;
	uint8_t *at = to;

	*size = needed;
	if (room < needed)
		return EFI_BUFFER_TOO_SMALL;
	memset(at, 0, needed);
	memcpy(at, &needed, 8);
	at[8] = 1; /* read-only */
	memcpy(at + 16, &block->size, 8);
	memcpy(at + 32, &unit, 4);
	return EFI_SUCCESS;
}

static efi_status get_info(const struct open_file *file, const struct efi_guid *kind,
			   uint64_t *size, void *to)
{
	const char *name = strrchr(file->path, '\\');
	uint16_t none = 0;

	if (!kind || !size)
		return EFI_INVALID_PARAMETER;
	if (efi_same_guid(kind, &info_guid))
		return put_info(&file->file, name ? name + 1 : file->path, size, to);
	if (efi_same_guid(kind, &system_guid))
		return put_system(file->block, size, to);
	if (!efi_same_guid(kind, &label_guid))
		return EFI_UNSUPPORTED;
	if (*size < sizeof(none)) {
		*size = sizeof(none);
		return EFI_BUFFER_TOO_SMALL;
	}
	*size = sizeof(none);
	memcpy(to, &none, sizeof(none));
	return EFI_SUCCESS;
}

static efi_status write_refused(void)
{
	return EFI_WRITE_PROTECTED;
}

/* It is open no more, as after any Delete(); the file is still there: EFI_WARN_DELETE_FAILURE. */
static efi_status delete_file(struct open_file *file)
{
	close_file(file);
	return 2;
}

static void fill(struct open_file *file, const struct efi_block *block)
{
	static void *const service[FILE_SERVICES] = {
		open_file,    close_file,   delete_file, read_file,	write_refused,
		get_position, set_position, get_info,	 write_refused, write_refused,
	};

	file->protocol.revision = FILE_REVISION;
	memcpy(file->protocol.service, service, sizeof(service));
	file->block = block;
}

void efi_files_init(struct efi_block *block)
{
	block->files.revision = VOLUME_REVISION;
	block->files.open = open_volume;
	efi_provide_protocol(&block->handle, &efi_guid_files, &block->files);
}
