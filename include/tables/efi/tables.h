/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_EFI_TABLES_H
#define FOREARM_EFI_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "tables/efi/efi.h"

/*
 * The EFI tables by which Linux finds ACPI and its memory, with no EFI behind them: system table,
 * configuration tables and memory map, all in one buffer. What Linux wants of them:
 * drivers/firmware/efi/efi-init.c, efi.c, fdtparams.c, arm-runtime.c, memattr.c.
 */

/*
 * A piece of memory. EFI_CONVENTIONAL: RAM, in any order; overlaps do no harm. EFI_RESERVED: what
 * of it is RAM must stay unused. Any other type: memory with that use, whether or not it is in RAM
 * that is listed; but EFI_RUNTIME_CODE and EFI_MMIO are not for here. A size of 0 is no memory.
 */
struct efi_range {
	uint64_t base, size;
	enum efi_memory_type type;
};

/*
 * Runtime services, as runtime_install() leaves them (runtime.h). The guest is to map them at their
 * physical addresses, for we are firmware and boot stub in one, and an arm64 Linux expects the stub
 * to have set the virtual addresses.
 */
struct efi_runtime {
	uint64_t base;	    /* a multiple of EFI_GRANULE: where the code is, read-only */
	uint32_t code_size; /* bytes, whole pages; 0: there are no runtime services */
	uint32_t data_size; /* of the data right behind the code */
	uint64_t services;  /* address of the table of services */
	uint64_t rtc;	    /* address of the device registers they use, one page; 0: none */
	uint32_t supported; /* EFI_RT_SUPPORTED_*: what the guest is told that works */
};

/* How their pages are to be mapped (4.6.3); their type is the map's. Room for two entries. */
void efi_runtime_attributes(const struct efi_runtime *runtime, struct efi_memory_attributes *to);

/* Of configuration tables. */
extern const struct efi_guid efi_guid_acpi, efi_guid_smbios, efi_guid_rt_properties,
	efi_guid_memory_attributes;

struct efi_request {
	uint32_t revision;    /* of the firmware */
	uint64_t rsdp;	      /* address */
	uint64_t smbios3;     /* address of the 64-bit entry point, or 0: none */
	uint64_t initrd;      /* address */
	uint64_t initrd_size; /* 0: not told in this way */
	const void *seed;     /* or NULL */
	uint32_t seed_size;   /* LINUX_EFI_SEED_MAX at most */
	const struct efi_range *range;
	unsigned int ranges;
	struct efi_runtime runtime;
	bool large_pages; /* the guest's are larger than EFI_PAGE (image.h) */
};

/* Addresses and sizes for the guest (/chosen). */
struct efi_handoff {
	uint64_t system_table;
	uint64_t map;
	uint32_t map_size; /* bytes */
	uint32_t descriptor_size, descriptor_version;
};

/* A buffer of so many bytes is always large enough. */
#define EFI_TABLES_ROOM(ranges) (1024 + 4 * ((ranges) + 2) * sizeof(struct efi_memory_descriptor))

/*
 * Builds everything in the 'room' bytes at 'to', which the guest sees at 'address' (a multiple of
 * 8). The buffer itself should be in a range of type EFI_ACPI_RECLAIM, and so should the tables.
 *
 * The map is sorted, has no overlaps, and covers what the ranges cover. Ranges that are not RAM
 * keep their pages (of two on a page, the one listed first has it; runtime services have theirs
 * before all). Kernels may have pages of 64 KiB, so no such granule has both free memory and
 * anything else: what is left of one that a range touches becomes what the first listed range in it
 * is, or EFI_ACPI_RECLAIM if only runtime services are in it; and of RAM, granules that are not
 * whole become EFI_RESERVED. All but device registers may be cached.
 *
 * So what forearm leaves behind fits into one granule, runtime services first. UEFI 2.10, 2.3.6,
 * allows it: if a granule has runtime, reserved or NVS memory in it, then its pages need the same
 * attributes of caching, not the same type. A Linux with larger pages widens each entry to whole
 * ones (efi-init.c, reserve_regions()). A page that has anything but EFI_ACPI_RECLAIM in it is then
 * left out of its linear map, and tables in it are mapped one by one, for which only this buffer
 * must not run across the end of such a page: it should lie right behind the runtime services.
 * Those have to start on a page, or Linux warns. It maps a page that they share executable and
 * writable. With pages of 4 KiB it goes by the memory attributes table instead: code read-only,
 * data not executable. A kernel with larger pages would complain of that table and not use it, so
 * it gets none.
 *
 * Returns 0, ERR_FULL when the map does not fit, or ERR_TOO_LONG for the seed.
 */
int efi_tables_build(const struct efi_request *request, void *to, size_t room, uint64_t address,
		     struct efi_handoff *handoff);

#endif
