/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine from the VMM's ACPI tables, for a start that gives them but no tree. */
#include "tables/acpi/acpi.h"
#include "acpi.h"
#include "tables/acpi/loader.h"
#include "error.h"
#include "platform/acpi.h"

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
	struct keep keep;
	const void *script = scratch_read(boot, &scratch, file, file->size);
	int error = script ? keep_init(&keep, &boot->ram, EFI_GRANULE, 0) : ERR_NO_ROOM;

	return error ? error : acpi_follow(&loader, &ops, &keep, script, file->size, rsdp);
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
