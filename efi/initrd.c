/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The initrd that a boot loader offers, as Linux's EFI stub takes it: by LoadFile2 (UEFI 2.10,
 * 13.1) at a device path that stands for it.
 */
#include "application.h"
#include "types.h"

#define LENGTH(type)                                                                               \
	{                                                                                          \
		sizeof(type), 0                                                                    \
	}

static const EFI_GUID load_file2_guid = {
	0x4006c0c1, 0xfcb3, 0x403e, {0x99, 0x6d, 0x4a, 0x6c, 0x87, 0x24, 0xe0, 0x6d}};

/* LINUX_EFI_INITRD_MEDIA_GUID (Linux's include/linux/efi.h), and the end of the path. */
struct path {
	VENDOR_DEVICE_PATH vendor;
	EFI_DEVICE_PATH end;
};

static const struct path initrd_path = {
	.vendor = {{MEDIA_DEVICE_PATH, MEDIA_VENDOR_DP, LENGTH(VENDOR_DEVICE_PATH)},
		   {0x5568e427, 0x68fc, 0x4f3d, {0xac, 0x74, 0xca, 0x55, 0x52, 0x31, 0xcc, 0x68}}},
	.end = {END_DEVICE_PATH_TYPE, END_ENTIRE_DEVICE_PATH_SUBTYPE, LENGTH(EFI_DEVICE_PATH)},
};

/* Whoever offers it; NULL: nobody. */
static EFI_LOAD_FILE_INTERFACE *find(const struct application *app)
{
	EFI_LOAD_FILE_INTERFACE *file = NULL;
	EFI_GUID guid = load_file2_guid;
	struct path path = initrd_path;
	EFI_DEVICE_PATH *left = &path.vendor.Header;
	EFI_HANDLE handle;

	if (app->services->LocateDevicePath(&guid, &left, &handle) || left != &path.end ||
	    app->services->HandleProtocol(handle, &guid, (VOID **)&file))
		return NULL;
	return file;
}

/* The path that is left to name the file is its end. */
static EFI_STATUS load(EFI_LOAD_FILE_INTERFACE *file, UINTN *size, VOID *to)
{
	struct path path = initrd_path;

	return file->LoadFile(file, &path.end, FALSE, size, to);
}

static EFI_STATUS read(struct application *app, EFI_LOAD_FILE_INTERFACE *file)
{
	struct efi_pages *initrd = &app->initrd;
	UINTN size = 0;
	EFI_STATUS status = load(file, &size, NULL);

	if (status != EFI_BUFFER_TOO_SMALL)
		return status;
	status = efi_take_pages(app, initrd, size);
	if (status)
		return status;
	status = load(file, &size, (VOID *)(uintptr_t)initrd->at);
	if (status)
		return status;
	if (size > initrd->room)
		return EFI_LOAD_ERROR;
	initrd->size = size;
	return EFI_SUCCESS;
}

EFI_STATUS efi_initrd(struct application *app)
{
	EFI_LOAD_FILE_INTERFACE *file = app->has_initrd || app->initrd.size ? NULL : find(app);
	EFI_STATUS status = file ? read(app, file) : EFI_SUCCESS;

	if (!status)
		return status;
	if (status == EFI_OUT_OF_RESOURCES)
		return efi_complain(app, status, "no memory for the boot loader's initrd",
				    "give the VM more memory (QEMU: -m)");
	return efi_complain(app, status, "the boot loader's initrd cannot be read",
			    "check the file that it was told to take");
}
