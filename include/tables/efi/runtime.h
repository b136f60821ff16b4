/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_RUNTIME_H
#define FOREARM_RUNTIME_H

#include <stddef.h>
#include <stdint.h>
#include "arch.h"
#include "tables/efi/efi.h"
#include "tables/efi/tables.h"

/*
 * EFI runtime services (UEFI Specification 2.10, chapter 8) for an AArch64 guest: all of forearm
 * that is still there, and may still run, when the guest does. Two pages: the code, which comes
 * from runtime/ as a file of its own, and the data behind it.
 */

#define RUNTIME_CODE_SIZE 0x1000
#define RUNTIME_DATA_SIZE 0x1000
#define RUNTIME_SIZE	  (RUNTIME_CODE_SIZE + RUNTIME_DATA_SIZE)

/* The file as the linker has embedded it (the AArch64 half alone has it). */
extern const uint8_t runtime_blob[];
extern const uint64_t runtime_blob_size; /* bytes */

struct runtime_request {
	const void *blob;
	size_t blob_size;
	uint64_t rtc;	       /* registers of a PL031, or 0: there is none */
	enum conduit conduit;  /* to PSCI 0.2 or later, or CONDUIT_NONE */
	uint64_t system_table; /* where it will be; changed with the virtual address map */
};

/*
 * Writes code and data to the 'room' bytes at 'to', which the guest sees at 'address', a multiple
 * of EFI_GRANULE. The caller cleans them to the point of coherency and invalidates the instruction
 * cache. *out is what efi_tables_build() has to be told. Pure.
 * Returns 0, ERR_FULL for less room than RUNTIME_SIZE, or ERR_HEADER when that is no such file.
 */
int runtime_install(const struct runtime_request *request, void *to, size_t room, uint64_t address,
		    struct efi_runtime *out);

/* The data page: what install and services share. */
struct runtime_data {
	struct efi_runtime_services table;
	uint64_t base; /* where the code was installed */
	uint64_t rtc;  /* where the registers are mapped, or 0 */
	uint64_t system_table;
	uint32_t conduit;
	uint32_t is_virtual; /* the one change of the address map has been */
};

#endif
