/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_EFI_H
#define FOREARM_EFI_H

#include <stdint.h>

/*
 * The structures that EFI has in memory (UEFI Specification 2.10), in the 64-bit form, with numbers
 * for pointers: an address is the guest's, physical.
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

#define EFI_RT_PROPERTIES_VERSION	     1
#define EFI_RT_SUPPORTED_TIME		     0x0003U /* GetTime, SetTime */
#define EFI_RT_SUPPORTED_SET_VIRTUAL_ADDRESS 0x0080U
#define EFI_RT_SUPPORTED_RESET		     0x0400U

/* 7.2.1, 7.2.3: types of memory, and an entry of the memory map. */
enum efi_memory_type {
	EFI_RESERVED = 0,
	EFI_LOADER_CODE = 1,
	EFI_LOADER_DATA = 2,
	EFI_BOOT_CODE = 3, /* of boot services: free when these have ended */
	EFI_BOOT_DATA = 4,
	EFI_RUNTIME_CODE = 5,
	EFI_RUNTIME_DATA = 6,
	EFI_CONVENTIONAL = 7, /* free */
	EFI_ACPI_RECLAIM = 9, /* free when the guest has read the tables in it */
	EFI_ACPI_NVS = 10,
	EFI_MMIO = 11, /* registers of a device that runtime services use */
	EFI_MEMORY_TYPES = 16,
};

#define EFI_MEMORY_UC		      1U /* not cached: a device */
#define EFI_MEMORY_WB		      8U /* may be cached, write-back */
#define EFI_MEMORY_XP		      0x4000U
#define EFI_MEMORY_RO		      0x20000U
#define EFI_MEMORY_RUNTIME	      0x8000000000000000U /* needs a virtual address */
#define EFI_MEMORY_DESCRIPTOR_VERSION 1
#define EFI_PAGE		      0x1000
/* 2.3.6: AArch64 may have pages of this size, which get one attribute of caching each. */
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

/* 4.6.4: how parts of runtime regions are to be mapped, more exactly than the map tells. */
struct efi_memory_attributes {
	uint32_t version;
	uint32_t entries;
	uint32_t descriptor_size;
	uint32_t flags;
	struct efi_memory_descriptor entry[2]; /* of code and of data */
};

#define EFI_MEMORY_ATTRIBUTES_VERSION 1

/* 7.1, appendix D: what services return. */
typedef uint64_t efi_status;

#define EFI_ERROR(n)	      (1ULL << 63 | (n))
#define EFI_SUCCESS	      0
#define EFI_LOAD_ERROR	      EFI_ERROR(1)
#define EFI_INVALID_PARAMETER EFI_ERROR(2)
#define EFI_UNSUPPORTED	      EFI_ERROR(3)
#define EFI_BAD_BUFFER_SIZE   EFI_ERROR(4)
#define EFI_BUFFER_TOO_SMALL  EFI_ERROR(5)
#define EFI_NOT_READY	      EFI_ERROR(6)
#define EFI_DEVICE_ERROR      EFI_ERROR(7)
#define EFI_WRITE_PROTECTED   EFI_ERROR(8)
#define EFI_OUT_OF_RESOURCES  EFI_ERROR(9)
#define EFI_MEDIA_CHANGED     EFI_ERROR(13)
#define EFI_NOT_FOUND	      EFI_ERROR(14)
#define EFI_ACCESS_DENIED     EFI_ERROR(15)
#define EFI_NO_MAPPING	      EFI_ERROR(17)

/* 8.3: local time. */
struct efi_time {
	uint16_t year;
	uint8_t month, day; /* from 1 */
	uint8_t hour, minute, second, fill1;
	uint32_t nanosecond;
	int16_t zone; /* minutes that UTC is ahead of it, or EFI_ZONE_UNSPECIFIED */
	uint8_t daylight, fill2;
};

#define EFI_ZONE_UNSPECIFIED 0x7ff
#define EFI_ZONE_MAX	     1440

struct efi_time_capabilities {
	uint32_t resolution;  /* Hz */
	uint32_t accuracy;    /* in 1e-6 ppm */
	uint8_t sets_to_zero; /* whether setting clears what is below the resolution */
};

/* 8.5.1 */
enum efi_reset { EFI_RESET_COLD, EFI_RESET_WARM, EFI_RESET_SHUTDOWN, EFI_RESET_PLATFORM };

/* 4.5: the services, by their place in the table. */
enum efi_service {
	EFI_GET_TIME,
	EFI_SET_TIME,
	EFI_GET_WAKEUP_TIME,
	EFI_SET_WAKEUP_TIME,
	EFI_SET_VIRTUAL_ADDRESS_MAP,
	EFI_CONVERT_POINTER,
	EFI_GET_VARIABLE,
	EFI_GET_NEXT_VARIABLE_NAME,
	EFI_SET_VARIABLE,
	EFI_GET_NEXT_HIGH_MONOTONIC_COUNT,
	EFI_RESET_SYSTEM,
	EFI_UPDATE_CAPSULE,
	EFI_QUERY_CAPSULE_CAPABILITIES,
	EFI_QUERY_VARIABLE_INFO,
	EFI_SERVICES
};

struct efi_runtime_services {
	struct efi_table_header header;
	uint64_t service[EFI_SERVICES];
};

#define EFI_RUNTIME_SERVICES_SIGNATURE 0x56524553544e5552 /* "RUNTSERV" */

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
