/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel and initrds from the volume that forearm was started from, where it is in no bundle: what
 * \forearm\forearm.conf names, a boot entry of the Boot Loader Specification's type 1.
 */
#include <string.h>
#include "application.h"
#include "lib/disk/bls.h"
#include "region.h"
#include "types.h"

#define CONF	     "\\forearm\\forearm.conf"
#define CONF_MOST    4096
#define PATH	     256     /* characters, terminator included */
#define INITRD_ALIGN 4	     /* of one initrd behind another, for Linux's cpio reader */
#define TO_END	     (~0ULL) /* a position: the end of the file */

static const EFI_GUID file_system_guid = SIMPLE_FILE_SYSTEM_PROTOCOL;

static EFI_STATUS open_volume(const struct application *app, EFI_FILE_HANDLE *root)
{
	EFI_FILE_IO_INTERFACE *volume;
	EFI_GUID guid = file_system_guid;
	EFI_STATUS status = EFI_NOT_FOUND;

	if (app->loaded->DeviceHandle)
		status = app->services->HandleProtocol(app->loaded->DeviceHandle, &guid,
						       (VOID **)&volume);
	return status ? status : volume->OpenVolume(volume, root);
}

/* Entries have / between folders. */
static EFI_STATUS open_file(EFI_FILE_HANDLE root, const struct part *path, EFI_FILE_HANDLE *file,
			    UINT64 *size)
{
	CHAR16 name[PATH];
	EFI_STATUS status;
	UINT64 i;

	if (!path->size || path->size >= PATH)
		return EFI_INVALID_PARAMETER;
	for (i = 0; i < path->size; i++)
		name[i] = path->at[i] == '/' ? '\\' : path->at[i];
	name[i] = 0;
	status = root->Open(root, file, name, EFI_FILE_MODE_READ, 0);
	if (status)
		return status;
	status = (*file)->SetPosition(*file, TO_END);
	if (!status)
		status = (*file)->GetPosition(*file, size);
	if (!status)
		status = (*file)->SetPosition(*file, 0);
	if (status)
		(*file)->Close(*file);
	return status;
}

/* All of it, however little the firmware gives at a time. */
static EFI_STATUS read_whole(EFI_FILE_HANDLE file, uint8_t *to, UINT64 size)
{
	EFI_STATUS status = EFI_SUCCESS;
	UINTN count;

	for (; size && !status; size -= count, to += count) {
		count = size;
		status = file->Read(file, &count, to);
		if (status || !count || count > size)
			return status ? status : EFI_END_OF_FILE;
	}
	return status;
}

/* The files, one behind the other with zeros between them, as one. */
static EFI_STATUS read_files(struct application *app, EFI_FILE_HANDLE root, const struct part *path,
			     unsigned int count, struct efi_pages *to)
{
	EFI_FILE_HANDLE file;
	EFI_STATUS status = EFI_SUCCESS;
	UINT64 size, total = 0, at = 0;

	for (unsigned int i = 0; i < count && !status; i++) {
		status = open_file(root, &path[i], &file, &size);
		if (!status) {
			file->Close(file);
			total = add_capped(align_up(total, INITRD_ALIGN), size);
		}
	}
	if (!status && !total)
		return EFI_END_OF_FILE;
	if (!status)
		status = efi_take_pages(app, to, total);
	for (unsigned int i = 0; i < count && !status; i++) {
		uint8_t *begin = (uint8_t *)(uintptr_t)to->at;

		status = open_file(root, &path[i], &file, &size);
		if (status)
			return status;
		memset(begin + at, 0, (size_t)(align_up(at, INITRD_ALIGN) - at));
		at = align_up(at, INITRD_ALIGN);
		status = fits_in(at, size, total) ? read_whole(file, begin + at, size)
						  : EFI_END_OF_FILE;
		at = add_capped(at, size);
		file->Close(file);
	}
	to->size = status ? 0 : at;
	return status;
}

/* Load options go before what the entry says. False: they are too long. */
static bool take_options(struct application *app, const struct bls_entry *entry)
{
	size_t at = 0;

	if (app->command_line[0] || app->has_command_line)
		return true;
	for (unsigned int i = 0; i < entry->optionss; i++) {
		const struct part *options = &entry->options[i];
		size_t gap = at ? 1 : 0, room = EFI_COMMAND_LINE - 1 - at;

		if (room < gap || options->size > room - gap)
			return false;
		if (gap)
			app->command_line[at++] = ' ';
		memcpy(app->command_line + at, options->at, (size_t)options->size);
		at += (size_t)options->size;
	}
	app->command_line[at] = '\0';
	return true;
}

static EFI_STATUS refuse(const struct application *app, EFI_STATUS status)
{
	if (status == EFI_OUT_OF_RESOURCES)
		return efi_complain(app, status, "no memory for what " CONF " names",
				    "give the VM more memory (QEMU: -m)");
	return efi_complain(app, EFI_LOAD_ERROR, "a file that " CONF " names cannot be read",
			    "check its lines linux and initrd");
}

static EFI_STATUS read_payload(struct application *app, EFI_FILE_HANDLE root, struct part text)
{
	struct bls_entry entry = {.type = BLS_TEXT};
	EFI_STATUS status;

	if (efi_is_secure(app))
		return efi_complain(app, EFI_SECURITY_VIOLATION,
				    "Secure Boot is on, and nobody signed what " CONF " names",
				    "make a bundle of it, and sign that");
	if (bls_read(&entry, text) || !entry.kernel.size)
		return efi_complain(app, EFI_LOAD_ERROR,
				    CONF " names no kernel, or too much of something",
				    "give it a line linux, at most 8 lines initrd and options");
	if (!take_options(app, &entry))
		return efi_complain(app, EFI_BAD_BUFFER_SIZE,
				    "the options of " CONF " are longer than 2047 characters",
				    "shorten them");
	status = read_files(app, root, &entry.kernel, 1, &app->volume_kernel);
	if (!status && entry.initrds)
		status = read_files(app, root, entry.initrd, entry.initrds, &app->initrd);
	if (status)
		return refuse(app, status);
	app->kernel.at = (const uint8_t *)(uintptr_t)app->volume_kernel.at;
	app->kernel.size = app->volume_kernel.size;
	return EFI_SUCCESS;
}

EFI_STATUS efi_volume(struct application *app)
{
	static const char conf[] = CONF;
	struct part path = {(const uint8_t *)conf, sizeof(conf) - 1};
	EFI_FILE_HANDLE root, file;
	uint8_t text[CONF_MOST];
	UINT64 size;
	EFI_STATUS status;

	if (open_volume(app, &root))
		return EFI_NOT_FOUND;
	status = open_file(root, &path, &file, &size);
	if (!status) {
		status = size > sizeof(text) ? EFI_BAD_BUFFER_SIZE : read_whole(file, text, size);
		file->Close(file);
		if (status)
			efi_complain(app, status, CONF " cannot be read, or is over 4 KiB",
				     "check the file");
		else
			status = read_payload(app, root, (struct part) {text, size});
	} else {
		status = EFI_NOT_FOUND;
	}
	root->Close(root);
	return status;
}
