/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the EFI payload does before its marker (efi_main): fetch the initrd as Linux's EFI stub does
 * (LoadFile2 on a vendor device path), take the memory map, leave boot services.
 * And after it (report_efi): tell what was kept.
 */
#include "report.h"

#define ST_BOOT_SERVICES      96
#define BS_ALLOCATE_PAGES     40
#define BS_GET_MEMORY_MAP     56
#define BS_HANDLE_PROTOCOL    152
#define BS_LOCATE_DEVICE_PATH 184
#define BS_EXIT_BOOT_SERVICES 232

#define LOADER_DATA	 2
#define ANY_PAGES	 0
#define BUFFER_TOO_SMALL (UINT64_C(1) << 63 | 5)
#define MAP_BYTES	 16384

/* Called by efi64.S. */
uint64_t efi_main(const void *image, const char *table);
void report_efi(uintptr_t start);

typedef uint64_t (*service)(uint64_t, ...);

struct efi_guid {
	uint32_t a;
	uint16_t b, c;
	uint8_t d[8];
};

struct efi_map {
	uint64_t size, key, step, version;
	uint64_t entries[MAP_BYTES / 8];
};

struct load_file2 {
	uint64_t (*load)(struct load_file2 *self, const void *path, uint64_t boot_policy,
			 uint64_t *size, void *buffer);
};

static struct efi_map efi_map;
static uint64_t efi_initrd, efi_initrd_bytes;

static const struct efi_guid load_file2_guid = {
	0x4006c0c1, 0xfcb3, 0x403e, {0x99, 0x6d, 0x4a, 0x6c, 0x87, 0x24, 0xe0, 0x6d}};

/* A vendor media node with LINUX_EFI_INITRD_MEDIA_GUID, and the end node. */
static const uint8_t initrd_path[] __attribute__((aligned(8))) = {
	4,    3,    20,	  0,	0x27, 0xe4, 0x68, 0x55, 0xfc, 0x68, 0x3d, 0x4f,
	0xac, 0x74, 0xca, 0x55, 0x52, 0x31, 0xcc, 0x68, 0x7f, 0xff, 4,	  0};

static service boot_service(const char *table, size_t offset)
{
	const char *bs = *(const char *const *)(table + ST_BOOT_SERVICES);

	return *(const service *)(bs + offset);
}

static uint64_t call(service fn, const void *a, const void *b, const void *c, const void *d)
{
	return fn((uintptr_t)a, b, c, d);
}

static struct load_file2 *find_loader(const char *table, const uint8_t **rest)
{
	struct load_file2 *loader;
	void *handle;

	*rest = initrd_path;
	if (call(boot_service(table, BS_LOCATE_DEVICE_PATH), &load_file2_guid, rest, &handle, NULL))
		return NULL;
	if (call(boot_service(table, BS_HANDLE_PROTOCOL), handle, &load_file2_guid, &loader, NULL))
		return NULL;
	return loader;
}

static uint64_t fetch_initrd(const char *table)
{
	const uint8_t *rest;
	struct load_file2 *loader = find_loader(table, &rest);
	uint64_t status;

	if (!loader)
		return 0;
	status = loader->load(loader, rest, 0, &efi_initrd_bytes, NULL);
	if (status != BUFFER_TOO_SMALL)
		return status;
	status = boot_service(table, BS_ALLOCATE_PAGES)(
		ANY_PAGES, (uint64_t)LOADER_DATA, (efi_initrd_bytes + 4095) / 4096, &efi_initrd);
	if (status)
		return status;
	return loader->load(loader, rest, 0, &efi_initrd_bytes, (void *)efi_initrd);
}

static uint64_t leave(const char *table, const void *image)
{
	uint64_t status;

	efi_map.size = sizeof(efi_map.entries);
	status = boot_service(table, BS_GET_MEMORY_MAP)((uintptr_t)&efi_map.size, efi_map.entries,
							&efi_map.key, &efi_map.step,
							&efi_map.version);
	if (status)
		return status;
	return boot_service(table, BS_EXIT_BOOT_SERVICES)((uintptr_t)image, efi_map.key);
}

/* 0, or an EFI status. The first try at leaving may find the map changed. */
uint64_t efi_main(const void *image, const char *table)
{
	uint64_t status = fetch_initrd(table);

	if (!status && leave(table, image))
		status = leave(table, image);
	return status;
}

/* What the memory map does not give to the system after the exit, the firmware keeps. */
void report_efi(uintptr_t start)
{
	static struct findings f;
	const char *entry = (const char *)efi_map.entries, *end = entry + efi_map.size;

	f.initrd = (struct range) {efi_initrd, efi_initrd + efi_initrd_bytes};
	for (; entry < end; entry += efi_map.step) {
		uint32_t type = *(const uint32_t *)entry;

		if (type >= 1 && type <= 7 && type != 5 && type != 6)
			f.memory += *(const uint64_t *)(entry + 24) * PAGE;
	}
	report(&f, start);
}
