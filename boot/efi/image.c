/* SPDX-License-Identifier: BSD-2-Clause */
/* EFI applications: loading them, starting them, and their ends (UEFI 2.10, 7.4). */
#include <string.h>
#include "arch.h"
#include "environment.h"
#include "error.h"
#include "region.h"

#define LOADED_REVISION 0x1000
#define LARGE_IMAGE	0x200000 /* and its boundary: a Linux there need not move itself */

const struct efi_guid efi_guid_image = {
	0x5b1b31a1, 0x9562, 0x11d2, {0x8e, 0x3f, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};
const struct efi_guid efi_guid_image_path = {
	0xbc62157e, 0x3e33, 0x4fec, {0x99, 0x20, 0x2d, 0x3b, 0x36, 0xd7, 0x50, 0xdf}};

/* Where its bytes come from: memory, or else a file. */
struct image_source {
	const uint8_t *at;
	uint64_t size;
	struct volume *volume;
	struct volume_file file;
};

static int read_source(const struct image_source *source, uint64_t offset, uint64_t size, void *to)
{
	if (!fits_in(offset, size, source->size))
		return ERR_TRUNCATED;
	if (!size)
		return 0;
	if (!source->at)
		source->volume->fat.work = 0; /* what is bounded is what one call does */
	if (!source->at)
		return volume_read(source->volume, &source->file, offset, size, to);
	memcpy(to, source->at + offset, (size_t)size);
	return 0;
}

static int open_source(const struct image_source *source, struct efi_image *image)
{
	uint8_t *head = efi_own_memory(EFI_IMAGE_HEAD);
	uint64_t size = min64(source->size, EFI_IMAGE_HEAD);
	int error = head ? read_source(source, 0, size, head) : ERR_NO_ROOM;

	if (!error)
		error = efi_image_open(head, size, image);
	if (head)
		efi_free_pages((uintptr_t)head, 1);
	return error;
}

static uint8_t *memory_of(const struct efi_loaded *loaded)
{
	return loaded->protocol.base;
}

static int load_sections(const struct image_source *source, const struct efi_loaded *loaded)
{
	const struct efi_image *image = &loaded->image;
	struct efi_section section;
	uint64_t end = 0;
	int error = 0;

	for (uint32_t i = 0; i < image->sections && !error; i++) {
		error = efi_image_section(image, memory_of(loaded), i, &section);
		if (!error && section.size && section.at < end)
			error = ERR_PART; /* they are sorted, and apart (PE format, section table)
					   */
		if (section.size)
			end = section.at + (uint64_t)section.size;
		if (!error)
			error = read_source(source, section.from, section.in_file,
					    memory_of(loaded) + section.at);
		if (!error)
			memset(memory_of(loaded) + section.at + section.in_file, 0,
			       section.size - section.in_file);
	}
	return error;
}

/*
 * Code is not written to, unless it says that it is, and nothing else is executed, where sections
 * have pages of their own; a file that does not part them that far is one piece, as with other
 * firmware.
 */
static int protect_sections(const struct efi_loaded *loaded)
{
	const struct efi_image *image = &loaded->image;
	uint64_t base = (uintptr_t)memory_of(loaded);
	struct efi_section section;
	int error = 0;

	if (image->align < PAGE_SIZE)
		return 0;
	error = efi_protect(base, page_up(image->size), true, false);
	for (uint32_t i = 0; i < image->sections && !error; i++) {
		error = efi_image_section(image, memory_of(loaded), i, &section);
		if (!error && section.size && section.code)
			error = efi_protect(base + page_down(section.at),
					    page_up(section.at + (uint64_t)section.size) -
						    page_down(section.at),
					    section.writable, true);
	}
	return error;
}

static int fill_image(const struct image_source *source, const struct efi_loaded *loaded)
{
	const struct efi_image *image = &loaded->image;
	int error = read_source(source, 0, image->headers, memory_of(loaded));

	if (!error)
		error = load_sections(source, loaded);
	if (!error)
		error = efi_image_relocate(image, memory_of(loaded), (uintptr_t)memory_of(loaded));
	if (!error)
		error = protect_sections(loaded);
	arch_sync_code((uintptr_t)memory_of(loaded), image->size);
	return error;
}

static void free_memory(struct efi_loaded *loaded)
{
	if (loaded->memory_size)
		efi_free_pages(loaded->memory, loaded->memory_size / PAGE_SIZE);
	loaded->memory_size = 0;
}

static int take_image_memory(struct efi_loaded *loaded)
{
	static const uint8_t type[] = {EFI_LOADER_CODE, EFI_BOOT_CODE, EFI_RUNTIME_CODE};
	const struct efi_image *image = &loaded->image;
	uint64_t align = max64(image->align, PAGE_SIZE);

	if (image->size >= LARGE_IMAGE)
		align = max64(align, LARGE_IMAGE);
	if (efi_take_aligned(type[image->kind], image->size, align, &loaded->memory))
		return ERR_NO_ROOM;
	loaded->memory_size = page_up(image->size);
	loaded->protocol.base = (void *)(uintptr_t)loaded->memory;
	loaded->protocol.size = image->size;
	loaded->protocol.code_type = type[image->kind];
	loaded->protocol.data_type = type[image->kind] + 1U;
	return 0;
}

/* -- where a file is -----------------------------------------------------------------------------
 */

static const struct efi_block *block_with(const void *handle)
{
	for (unsigned int i = 0; i < efi_environment->blocks; i++)
		if (efi_environment->block[i].handle == handle)
			return &efi_environment->block[i];
	return NULL;
}

static efi_status find_source(const uint8_t *path, struct image_source *source)
{
	uint16_t name[FAT_PATH / 2];
	const struct efi_block *block;
	void *handle;
	efi_status status = efi_locate_device_path(&efi_guid_files, &path, &handle);
	int error;

	if (status)
		return EFI_NOT_FOUND;
	block = block_with(handle);
	if (!block || !block->volume)
		return EFI_UNSUPPORTED;
	error = efi_path_name(path, name, sizeof(name) / sizeof(name[0]));
	if (!error)
		error = efi_find_file(block, name, &source->file);
	source->volume = block->volume;
	source->size = source->file.size;
	return error ? EFI_NOT_FOUND : EFI_SUCCESS;
}

/* The device that the path begins with, and what is left of it behind that. */
static int keep_paths(struct efi_loaded *loaded, const uint8_t *path)
{
	const uint8_t *rest = path;

	if (!path)
		return 0;
	memcpy(loaded->paths, path, efi_path_size(path));
	efi_locate_device_path(&efi_guid_path, &rest, &loaded->protocol.device);
	loaded->protocol.path = loaded->paths + (rest - path);
	return efi_handle_add(&efi_environment->handles, &loaded->handle, &efi_guid_image_path,
			      loaded->paths);
}

static struct efi_loaded *new_loaded(void *parent, const uint8_t *path)
{
	uint64_t size = sizeof(struct efi_loaded) + (path ? efi_path_size(path) : 0);
	struct efi_loaded *loaded = efi_own_memory(size);

	if (!loaded)
		return NULL;
	loaded->own_size = page_up(size);
	loaded->protocol.revision = LOADED_REVISION;
	loaded->protocol.parent = parent;
	loaded->protocol.system = &efi_environment->tables->system;
	return loaded;
}

/* All that there is of it. */
static void forget(struct efi_loaded *loaded)
{
	struct efi_handles *handles = &efi_environment->handles;

	(void)!efi_handle_remove(handles, loaded->handle, &efi_guid_image_path, loaded->paths);
	(void)!efi_handle_remove(handles, loaded->handle, &efi_guid_image, &loaded->protocol);
	free_memory(loaded);
	efi_free_pages((uintptr_t)loaded, loaded->own_size / PAGE_SIZE);
}

efi_status efi_load_image(bool policy, void *parent, const uint8_t *path, const uint8_t *buffer,
			  uint64_t size, void **handle)
{
	struct image_source source = {.at = buffer, .size = size};
	struct efi_loaded *loaded;
	efi_status status = EFI_SUCCESS;
	int error;

	(void)policy;
	if (!handle || (!buffer && !path) || (buffer && !size))
		return EFI_INVALID_PARAMETER;
	if (path && !efi_path_size(path))
		return EFI_INVALID_PARAMETER;
	if (!buffer)
		status = find_source(path, &source);
	if (status)
		return status;
	loaded = new_loaded(parent, path);
	if (!loaded)
		return EFI_OUT_OF_RESOURCES;
	error = efi_handle_add(&efi_environment->handles, &loaded->handle, &efi_guid_image,
			       &loaded->protocol);
	if (!error)
		error = keep_paths(loaded, path);
	if (!error)
		error = open_source(&source, &loaded->image);
	if (!error)
		error = take_image_memory(loaded);
	if (!error)
		error = fill_image(&source, loaded);
	if (error) {
		forget(loaded);
		return error == ERR_UNKNOWN || error == ERR_MACHINE ? EFI_UNSUPPORTED
		       : error == ERR_NO_ROOM || error == ERR_FULL  ? EFI_OUT_OF_RESOURCES
								    : EFI_LOAD_ERROR;
	}
	*handle = loaded->handle;
	return EFI_SUCCESS;
}

/* -- starts and ends -----------------------------------------------------------------------------
 */

static struct efi_loaded *loaded_of(void *handle)
{
	const struct efi_interface *at =
		efi_handle_find(&efi_environment->handles, handle, &efi_guid_image);

	return at ? at->interface : NULL;
}

static efi_status start(void *handle, uint64_t stack, uint64_t *size, uint16_t **data)
{
	struct efi_loaded *loaded = loaded_of(handle);
	uint64_t tpl = efi_environment->tpl;
	efi_status status;

	if (!loaded || loaded->started)
		return EFI_INVALID_PARAMETER;
	loaded->started = true;
	loaded->caller = efi_environment->current;
	efi_environment->current = loaded;
	status = arch_application_start((uintptr_t)memory_of(loaded) + loaded->image.entry, handle,
					loaded->protocol.system, stack, loaded->context);
	efi_environment->current = loaded->caller;
	efi_environment->tpl = tpl;
	if (size && data) {
		*size = loaded->exit_size;
		*data = loaded->exit_data;
	}
	if (status >> 63 || loaded->image.kind == EFI_IMAGE_APPLICATION)
		forget(loaded);
	return status;
}

efi_status efi_start_image(void *handle, uint64_t *size, uint16_t **data)
{
	return start(handle, 0, size, data);
}

efi_status efi_start_first(void *handle)
{
	uint64_t stack;

	if (efi_take_aligned(EFI_BOOT_DATA, EFI_APPLICATION_STACK, PAGE_SIZE, &stack))
		return EFI_OUT_OF_RESOURCES;
	return start(handle, stack + EFI_APPLICATION_STACK, NULL, NULL);
}

efi_status efi_exit_image(void *handle, efi_status status, uint64_t size, uint16_t *data)
{
	struct efi_loaded *loaded = loaded_of(handle);

	if (!loaded)
		return EFI_INVALID_PARAMETER;
	if (!loaded->started) {
		forget(loaded);
		return EFI_SUCCESS;
	}
	if (loaded != efi_environment->current)
		return EFI_INVALID_PARAMETER;
	loaded->exit_size = size;
	loaded->exit_data = data;
	arch_application_leave(loaded->context, status);
}

efi_status efi_unload_image(void *handle)
{
	struct efi_loaded *loaded = loaded_of(handle);
	efi_status status = EFI_SUCCESS;

	if (!loaded)
		return EFI_INVALID_PARAMETER;
	if (loaded->started && !loaded->protocol.unload)
		return EFI_UNSUPPORTED;
	if (loaded->started)
		status = loaded->protocol.unload(handle);
	if (!status)
		forget(loaded);
	return status;
}
