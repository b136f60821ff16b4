/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_EFI_TABLES_H
#define FOREARM_EFI_TABLES_H

#include <stddef.h>
#include <stdint.h>
#include "efi.h"

/*
 * The EFI tables by which Linux finds ACPI and its memory, with no EFI behind them: system table,
 * configuration tables and memory map, all in one buffer. Runtime services: none, and it is said
 * so. What Linux wants of them: drivers/firmware/efi/efi-init.c, efi.c, fdtparams.c.
 */

/*
 * A piece of memory. EFI_CONVENTIONAL: RAM, in any order; overlaps do no harm. EFI_RESERVED: what
 * of it is RAM must stay unused. Any other type: memory with that use, whether or not it is in RAM
 * that is listed. A size of 0 is no memory.
 */
struct efi_range {
	uint64_t base, size;
	enum efi_memory_type type;
};

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
};

/* Addresses and sizes for the guest (/chosen). */
struct efi_handoff {
	uint64_t system_table;
	uint64_t map;
	uint32_t map_size; /* bytes */
	uint32_t descriptor_size, descriptor_version;
};

/* A buffer of so many bytes is always large enough. */
#define EFI_TABLES_ROOM(ranges) (1024 + 4 * (ranges) * sizeof(struct efi_memory_descriptor))

/*
 * Builds everything in the 'room' bytes at 'to', which the guest sees at 'address' (a multiple of
 * 8). The buffer itself should be in a range of type EFI_ACPI_RECLAIM, and so should the tables.
 *
 * The map is sorted, has no overlaps, and covers what the ranges cover. Kernels may have pages of
 * 64 KiB, so each granule of 64 KiB has one type: the ranges that are not RAM are widened to whole
 * granules where they lie in RAM (where two meet in a granule, the one listed first has it), and of
 * RAM, granules that are not whole become EFI_RESERVED. All of it may be cached.
 * Returns 0, ERR_FULL when the map does not fit, or ERR_TOO_LONG for the seed.
 */
int efi_tables_build(const struct efi_request *request, void *to, size_t room, uint64_t address,
		     struct efi_handoff *handoff);

#endif
