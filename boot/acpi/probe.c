/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine from the VMM's ACPI tables, for a start that gives them but no tree, or next to none.
 */
#include <libfdt.h>
#include "boot/core/fatal.h"
#include "boot/describe.h"
#include "boot/memory.h"
#include "tables/acpi/acpi.h"
#include "acpi.h"
#include "tables/acpi/loader.h"
#include "error.h"
#include "platform/acpi.h"
#include "tables/fdt/build.h"
#include "lib/fdt/walk.h"

/* The tables are only looked at: nobody is to write to where they are now. */
static int ignore(void *context, const char *name, uint32_t offset, const void *bytes,
		  uint32_t size)
{
	(void)context;
	(void)name;
	(void)offset;
	(void)bytes;
	(void)size;
	return 0;
}

static const struct acpi_loader_ops ops = {acpi_allocate, ignore};

/* All that is taken of free RAM here stays taken, which is until the tree has been made. */
static int load_tables(struct boot *boot, const struct fw_cfg_file *file, uint64_t *rsdp)
{
	struct acpi_loader loader = {.entry = 0};
	struct scratch scratch;
	struct resident resident;
	const void *script = scratch_read(boot, &scratch, file, file->size);
	int error = script ? resident_init(&resident, &boot->ram, EFI_GRANULE, 0) : ERR_NO_ROOM;

	return error ? error : acpi_follow(&loader, &ops, &resident, script, file->size, rsdp);
}

bool acpi_probe(struct boot *boot, struct platform_details *details)
{
	struct fw_cfg_file script;
	struct acpi acpi;
	uint64_t rsdp = 0;
	int error;

	if (!boot->platform.fw_cfg.base || fw_cfg_open((uintptr_t)boot->platform.fw_cfg.base) ||
	    acpi_file(boot, ACPI_LOADER_SCRIPT, &script))
		return false;
	error = load_tables(boot, &script, &rsdp);
	if (!error)
		error = acpi_open(&acpi, rsdp, acpi_in_ram, boot);
	if (!error)
		error = platform_from_acpi(&boot->platform, details, &acpi);
	if (error)
		stop_error("start forearm with a device tree, and report this with the VMM's "
			   "version",
			   "no device tree, and the VMM's ACPI tables cannot be used: %s",
			   error_string(error));
	return true;
}

/* What the little tree says in /chosen is no part of the machine, and goes on being told. */
bool acpi_adopt(struct boot *boot)
{
	struct platform *p = &boot->platform;
	uint64_t details = page_up(sizeof(struct platform_details)), room, at;
	struct platform_details *d;
	struct acpi acpi;
	void *fdt;
	int error;

	if (p->cpus || !boot->acpi.rsdp || boot->acpi.error)
		return false;
	room = FDT_BUILD_ROOM + page_up(fdt_used_size(p->fdt));
	at = take_memory(boot, "description of the machine", details + room);
	d = (void *)(uintptr_t)at;
	fdt = (void *)(uintptr_t)(at + details);
	platform_details_init(d);
	error = acpi_open(&acpi, boot->acpi.rsdp, acpi_in_ram, boot);
	if (!error)
		error = platform_from_acpi(p, d, &acpi);
	if (!error)
		error = fdt_build(p, d, p->fdt, fdt, (size_t)room);
	if (!error)
		error = platform_from_fdt(p, fdt, FDT_MAX_SIZE);
	if (error)
		stop_error("report this with the VMM's or the firmware's version",
			   "the device tree has no CPUs, and the ACPI tables cannot be used: %s",
			   error_string(error));
	boot->vmm_fdt = boot->base_fdt = fdt;
	return true;
}
