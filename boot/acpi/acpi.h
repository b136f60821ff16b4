/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_ACPI_BOOT_H
#define FOREARM_ACPI_BOOT_H

#include "tables/acpi/loader.h"
#include "boot.h"
#include "drivers/fw_cfg.h"
#include "lib/mem/resident.h"

/* What the parts of stage "describe" that serve ACPI share (boot/acpi/). */

/* Of type acpi_memory (acpi.h): RAM, and where the VMM has put its tables. The context is boot. */
void *acpi_in_ram(void *boot, uint64_t address, uint64_t size);
/* The same for tables that are written to: only what is kept. The context is a struct keep. */
void *acpi_in_resident(void *resident, uint64_t address, uint64_t size);

/*
 * The first 'size' bytes of a fw_cfg file, in RAM that is taken until scratch_free(). NULL when
 * there is no room or the device failed.
 */
struct scratch {
	uint64_t at, size;
};

void *scratch_read(struct boot *boot, struct scratch *scratch, const struct fw_cfg_file *file,
		   uint64_t size);
void scratch_free(struct boot *boot, struct scratch *scratch);

/* One of the VMM's files of tables, as they are for the whole machine; as fw_cfg_find(). */
int acpi_file(struct boot *boot, const char *name, struct fw_cfg_file *file);

/* For the table loader (tables/acpi/loader.h): a file of fw_cfg, to memory of the context, a keep.
 */
int acpi_allocate(void *resident, uint32_t align, uint8_t zone, struct acpi_loader_file *file);

/*
 * Follows the table loader's script of 'size' bytes, gives back what of its files is not in use,
 * and says where the RSDP is. The context of 'ops' is the keep. Returns 0, an error of
 * acpi_loader_run(), or ERR_ACPI_RSDP when no file is that.
 */
int acpi_follow(struct acpi_loader *loader, const struct acpi_loader_ops *ops,
		struct resident *resident, const void *script, size_t size, uint64_t *rsdp);

/*
 * Brings the VMM's tables into memory that is kept, or builds some from the model.
 * Returns the address of the RSDP.
 */
uint64_t acpi_provide(struct boot *boot, struct resident *resident);
/* Bytes of the largest file that this keeps. */
uint64_t acpi_largest(const struct boot *boot);

/*
 * Adds a table with the devices that device tree overlays have added; 'built': to tables of ours.
 */
void acpi_add_devices(struct boot *boot, struct resident *resident, uint64_t rsdp, bool built);

/* The same for SMBIOS: the address of the entry point. */
uint64_t smbios_provide(struct boot *boot, struct resident *resident);

/*
 * EFI's tables that lead there, the memory map, and runtime services. Their place is the first that
 * is taken: the services have to begin a granule, and the map has to lie in the same one.
 */
struct efi_place {
	uint64_t runtime, tables, room;
};

void efi_reserve(const struct boot *boot, struct resident *resident, struct efi_place *place);
void efi_provide(struct boot *boot, const struct resident *resident, const struct efi_place *place,
		 uint64_t rsdp, uint64_t smbios, struct efi_handoff *handoff);

/* Stops: there is no memory for what the guest has to keep. */
_Noreturn void resident_failed(int error);
/* As resident_alloc(), or stops. */
uint64_t resident_or_stop(struct resident *resident, uint64_t size, uint64_t align);

#endif
