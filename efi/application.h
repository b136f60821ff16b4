/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_EFI_APPLICATION_H
#define FOREARM_EFI_APPLICATION_H

#include <efi.h>
#include <stdbool.h>
#include <stdint.h>
#include "lib/formats/payload.h"
#include "region.h"

/*
 * The EFI application: what runs when a UEFI firmware starts the file (UEFI Specification 2.10, 2.1
 * and 7). It looks whether there is something to boot, describes the machine as a VMM does, by a
 * device tree, ends the firmware's boot services, and enters the file at its start as a VMM does.
 *
 * A program of its own, linked for any address (efi.lds), without variables. It runs under the
 * firmware's MMU and on its stack, and what it takes of memory is the firmware's until the end.
 */

#define EFI_COMMAND_LINE 2048 /* bytes of load options, terminator included */

/* The memory map as GetMemoryMap() gives it (UEFI 7.2.3). */
struct efi_map {
	uint8_t *at; /* from AllocatePool(), or NULL */
	UINTN room, size, key;
	UINTN step; /* bytes from one descriptor to the next, which may be more than one has */
};

/* Pages of type LoaderData, which outlive boot services; at: 0, none. */
struct efi_pages {
	EFI_PHYSICAL_ADDRESS at;
	uint64_t size, room; /* bytes of what is in them, and of all of them */
};

/* What memory is to the guest; where all of its RAM is told, only tables in that are reserved. */
enum efi_use { EFI_USE_RAM, EFI_USE_RESERVED, EFI_USE_TABLES };

struct application {
	EFI_HANDLE handle;
	EFI_SYSTEM_TABLE *system;
	EFI_BOOT_SERVICES *services;
	EFI_LOADED_IMAGE *loaded;
	const void *fdt;   /* the firmware's device tree, checked; NULL: none, then there is ACPI */
	uint64_t fdt_size; /* bytes that it needs, in whole pages */
	uint64_t rsdp;	   /* of ACPI 2.0 or later, or 0 */
	struct part kernel;		     /* in the image as it was loaded */
	bool has_command_line, has_initrd;   /* the bundle has */
	struct efi_pages initrd;	     /* the boot loader's, or from the volume */
	struct efi_pages volume_kernel;	     /* from there, where the bundle has none */
	uint32_t sections, table;	     /* of our PE file, and where their headers are in it */
	char command_line[EFI_COMMAND_LINE]; /* from load options; "": none */
	struct efi_map map;
	struct efi_pages tree; /* ours, which may have all of the room */
};

/* Its layout is known to assembly (arch/arm64/efi/entry.S). */
struct efi_exit {
	uint64_t image, image_size;
	uint64_t tree, tree_size;
	uint64_t table, sections;
};

/* Called by entry.S. Returns to the firmware only with an error, after a message on its console. */
EFI_STATUS efi_application(EFI_HANDLE handle, EFI_SYSTEM_TABLE *system);

/* -- arch/arm64/efi/entry.S -------------------------------------------------------------------- */
/* The exception level that the firmware runs at. */
unsigned int efi_level(void);
/*
 * With boot services ended: interrupts masked, caches cleaned, MMU off; makes the file's section
 * headers say where the sections are in memory, and enters it at its start.
 */
_Noreturn void efi_leave(const struct efi_exit *exit);

/* -- console.c --------------------------------------------------------------------------------- */
/* Says what is wrong and what to do about it on the firmware's console; returns 'status'. */
EFI_STATUS efi_complain(const struct application *app, EFI_STATUS status, const char *cause,
			const char *remedy);
/*
 * The load options as text, into command_line, without the program's own name before them; what is
 * no text counts as none. Returns EFI_SUCCESS or EFI_BAD_BUFFER_SIZE.
 */
EFI_STATUS efi_load_options(struct application *app);

/* -- application.c ----------------------------------------------------------------------------- */
/* Allocates pages for 'size' bytes. Returns what AllocatePages() does; there are none then. */
EFI_STATUS efi_take_pages(const struct application *app, struct efi_pages *pages, uint64_t size);

/* -- secure.c ---------------------------------------------------------------------------------- */
/*
 * Whether the firmware starts only what is signed (UEFI 2.10, 3.3 and 32.4): what it cannot tell
 * counts as on.
 */
bool efi_is_secure(const struct application *app);
/*
 * Whether the load options may be taken: with Secure Boot on, words of forearm's in them could have
 * it boot something else than the signed bundle.
 */
bool efi_options_may_count(const struct application *app);

/* -- initrd.c ---------------------------------------------------------------------------------- */
/*
 * Reads the initrd that the boot loader offers, if any, unless the bundle has its own. Returns
 * EFI_SUCCESS, or why it cannot be read, after a message; pages that it has stay allocated then.
 */
EFI_STATUS efi_initrd(struct application *app);

/* -- volume.c ---------------------------------------------------------------------------------- */
/*
 * Reads what \forearm\forearm.conf names, on the volume that the file was started from. Returns
 * EFI_SUCCESS, EFI_NOT_FOUND when there is no such file, or another error after a message; pages
 * that it has stay allocated then.
 */
EFI_STATUS efi_volume(struct application *app);

/* -- map.c ------------------------------------------------------------------------------------- */
/*
 * Gets the map. Allocates memory for it, if 'grow'; else uses what it has. Returns what
 * GetMemoryMap() does; EFI_INCOMPATIBLE_VERSION for descriptors of an unknown form, or
 * EFI_BAD_BUFFER_SIZE for too many of them.
 */
EFI_STATUS efi_map_get(struct application *app, bool grow);
void efi_map_free(struct application *app);
/* The lowest run of memory of that use that ends behind 'from'; false: there is none. */
bool efi_map_next(const struct efi_map *map, enum efi_use use, uint64_t from, struct region *run);

/* -- tree.c ------------------------------------------------------------------------------------ */
/* How much of a tree of the firmware's is used. Returns 0 or ERR_FDT_* for a damaged one. */
int efi_tree_used(const struct application *app, const void *fdt, uint32_t *used);

/*
 * Writes the device tree for our own start to app->tree: the firmware's, or one with memory and the
 * RSDP; what the map reserves; the command line and the initrd; and room behind it for a first
 * stack. Then looks whether our start will find memory to run in by that. Returns 0, ERR_FDT_*,
 * ERR_FDT_SPACE, ERR_FULL or ERR_NO_ROOM.
 */
int efi_tree(const struct application *app);

#endif
