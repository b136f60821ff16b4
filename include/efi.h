/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_EFI_H
#define FOREARM_EFI_H

#include <stdint.h>

/*
 * What EFI has in memory (UEFI Specification 2.10), in the 64-bit form, with numbers for pointers:
 * an address is the guest's, physical.
 */

struct efi_guid {
	uint32_t a;
	uint16_t b, c;
	uint8_t d[8];
};

/* 4.2 */
struct efi_table_header {
	uint64_t signature;
	uint32_t revision;
	uint32_t size;
	uint32_t crc32; /* of 'size' bytes, with this field zero */
	uint32_t reserved;
};

#define EFI_SYSTEM_TABLE_SIGNATURE 0x5453595320494249 /* "IBI SYST" */
#define EFI_REVISION_2_70	   (2U << 16 | 70)

/* 4.3 */
struct efi_system_table {
	struct efi_table_header header;
	uint64_t vendor; /* UTF-16, terminated */
	uint32_t firmware_revision;
	uint32_t fill;
	uint64_t console_in_handle, console_in;
	uint64_t console_out_handle, console_out;
	uint64_t error_handle, error;
	uint64_t runtime_services, boot_services;
	uint64_t table_count;
	uint64_t tables; /* struct efi_configuration_table */
};

/* 4.6 */
struct efi_configuration_table {
	struct efi_guid guid;
	uint64_t table;
};

/* 4.6.2: which runtime services there are. */
struct efi_rt_properties {
	uint16_t version, size;
	uint32_t supported; /* a bit for each */
};

#define EFI_RT_PROPERTIES_VERSION 1

/* 7.2.1, 7.2.3: types of memory, and an entry of the memory map. */
enum efi_memory_type {
	EFI_RESERVED = 0,
	EFI_LOADER_DATA = 2,
	EFI_RUNTIME_CODE = 5,
	EFI_RUNTIME_DATA = 6,
	EFI_CONVENTIONAL = 7, /* free */
	EFI_ACPI_RECLAIM = 9, /* free when the guest has read the tables in it */
	EFI_ACPI_NVS = 10,
};

#define EFI_MEMORY_WB		      8U /* may be cached, write-back */
#define EFI_MEMORY_DESCRIPTOR_VERSION 1
#define EFI_PAGE		      0x1000
/* 2.3.6: AArch64 may have pages of this size, which get one type and one attribute each. */
#define EFI_GRANULE 0x10000

struct efi_memory_descriptor {
	uint32_t type;
	uint32_t fill;
	uint64_t base;
	uint64_t virtual_base;
	uint64_t pages; /* of EFI_PAGE */
	uint64_t attribute;
	uint64_t more; /* guests go by the size of an entry that they are told, which may grow */
};

/* Linux's own configuration tables (include/linux/efi.h). */
struct linux_efi_memreserve {
	uint32_t size, count;
	uint64_t next;
	uint64_t entry; /* the first; with a size of 0 there is none */
};

struct linux_efi_initrd {
	uint64_t base, size;
};

#define LINUX_EFI_SEED_MAX 64

struct linux_efi_random_seed {
	uint32_t size;
	uint8_t bits[LINUX_EFI_SEED_MAX];
};

#endif
