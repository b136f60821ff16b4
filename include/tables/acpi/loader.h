/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_ACPI_LOADER_H
#define FOREARM_ACPI_LOADER_H

#include <stddef.h>
#include <stdint.h>

/*
 * The language in which QEMU says how its ACPI tables are put into memory: the fw_cfg file
 * "etc/table-loader" (QEMU, hw/acpi/bios-linker-loader.c). A script of entries, each of which loads
 * a file, puts the address of one file into another, completes a checksum, or tells the VMM an
 * address. Pure: files are loaded and addresses told by the caller's functions.
 */

#define ACPI_LOADER_SCRIPT "etc/table-loader" /* of fw_cfg */
#define ACPI_LOADER_TABLES "etc/acpi/tables"  /* the file that holds the others, the DSDT first */
#define ACPI_LOADER_RSDP   "etc/acpi/rsdp"    /* the file that holds the RSDP */

#define ACPI_LOADER_NAME  56	  /* bytes of a file name, terminator included */
#define ACPI_LOADER_ENTRY 128	  /* bytes of an entry */
#define ACPI_LOADER_FILES 16	  /* QEMU's virt machine has two to five */
#define ACPI_LOADER_ALIGN 0x10000 /* the largest alignment that a script may ask for */

struct acpi_loader_file {
	const char *name; /* in the script */
	uint8_t *data;
	uint64_t address; /* of 'data', as the guest sees it */
	uint64_t size;	  /* bytes */
	/*
	 * After a run: how many of them hold something. QEMU fills 8 KiB of tables up to 128 KiB;
	 * what is behind all checksums and pointers can be given back. Otherwise this is 'size'.
	 */
	uint64_t used;
	uint64_t summed, pointed; /* the loader's own: how far checksums go and pointers reach */
};

/* Both are given the loader's context and return 0 or a negative error, which ends the script. */
struct acpi_loader_ops {
	/*
	 * Loads the VMM's file 'file->name' whole to free memory at a multiple of 'align' (a power
	 * of two up to ACPI_LOADER_ALIGN) and below 4 GiB, and sets the other fields of 'file'.
	 * 'zone' is 1 (anywhere) or 2 (a PC's F segment); it means nothing on Arm. ERR_NO_FILE when
	 * there is no such file.
	 */
	int (*allocate)(void *context, uint32_t align, uint8_t zone, struct acpi_loader_file *file);
	/*
	 * Writes 'size' bytes to the VMM's file 'name' at 'offset', which the caller has to check
	 * against the file's size.
	 */
	int (*write)(void *context, const char *name, uint32_t offset, const void *bytes,
		     uint32_t size);
};

struct acpi_loader {
	const struct acpi_loader_ops *ops;
	void *context;
	unsigned int entry; /* index of the entry that is, or was last, executed */
	unsigned int files;
	struct acpi_loader_file file[ACPI_LOADER_FILES];
};

/*
 * Executes the script of 'size' bytes, which must stay in place as long as 'loader' is used.
 * Entries of a kind that is not known are skipped: QEMU's description does not speak of them, and
 * the other firmwares that read it (SeaBIOS, EDK2) skip them.
 * Returns 0, or an error of 'ops', or one of ERR_LOADER_* and ERR_FULL with loader->entry naming
 * the entry that is at fault. On error the files are in an undefined state.
 */
int acpi_loader_run(struct acpi_loader *loader, const struct acpi_loader_ops *ops, void *context,
		    const void *script, size_t size);

/* The loaded file of that name, or NULL. */
struct acpi_loader_file *acpi_loader_find(struct acpi_loader *loader, const char *name);

#endif
