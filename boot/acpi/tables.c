/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's ACPI tables: the VMM's, brought into memory as its script says, or built. */
#include <string.h>
#include "boot/core/fatal.h"
#include "tables/acpi/acpi.h"
#include "acpi.h"
#include "tables/acpi/build.h"
#include "tables/acpi/loader.h"
#include "error.h"
#include "drivers/fw_cfg.h"
#include "region.h"
#include "boot/core/vm.h"

/* -- the VMM's tables: what the table loader calls ----------------------------------------------
 */

int acpi_allocate(void *context, uint32_t align, uint8_t zone, struct acpi_loader_file *file)
{
	struct fw_cfg_file source;
	int error = fw_cfg_find(file->name, &source);

	(void)zone;
	if (!error && !source.size)
		error = ERR_EMPTY;
	if (!error)
		error = resident_alloc(context, source.size, align, &file->address);
	if (error)
		return error;
	file->data = (uint8_t *)(uintptr_t)file->address;
	file->size = source.size;
	return fw_cfg_read(source.item, file->address, source.size);
}

static int write(void *context, const char *name, uint32_t offset, const void *bytes, uint32_t size)
{
	struct fw_cfg_file file;
	int error = fw_cfg_find(name, &file);

	(void)context;
	if (!error && !fits_in(offset, size, file.size))
		error = ERR_LOADER_RANGE;
	return error ? error : fw_cfg_write(file.item, offset, virt_to_phys(bytes), size);
}

static const struct acpi_loader_ops ops = {acpi_allocate, write};

/* -- the tables as a whole ----------------------------------------------------------------------
 */

/* What the FADT says of PSCI has to be what there is. */
static int correct_psci(const struct platform_psci *psci, const struct acpi *acpi)
{
	struct acpi_table fadt;
	unsigned int flags = acpi_psci_flags(psci);
	int error = acpi_fadt(acpi, &fadt);

	if (error)
		return error;
	if (acpi_psci(&fadt) != flags)
		acpi_set_psci(&fadt, flags);
	return 0;
}

/*
 * Where tables may be that are corrected here: in memory that is kept for them, and nothing else is
 * in. Their pointers are the VMM's, and may lead to the kernel.
 */
void *acpi_in_resident(void *context, uint64_t address, uint64_t size)
{
	const struct resident *resident = context;

	for (unsigned int i = 0; i < resident->blocks; i++)
		if (in_range(address, size, &resident->block[i]))
			return (void *)(uintptr_t)address;
	return NULL;
}

static void check(struct boot *boot, struct resident *resident, uint64_t rsdp)
{
	struct acpi acpi, *a = &acpi;
	struct acpi_table dsdt;
	const struct platform_gic *gic = &boot->platform.gic;
	int error = acpi_open(a, rsdp, acpi_in_resident, resident);

	if (!error && gic->version == 3 && !gic->num_its)
		acpi_hide_its(a);
	if (!error)
		error = acpi_dsdt(a, &dsdt);
	if (!error)
		error = correct_psci(&boot->platform.psci, a);
	if (error)
		stop_error("boot by device tree (forearm.tables=fdt), and report this with the "
			   "VMM's version",
			   "the VMM's ACPI tables cannot be used: %s", error_string(error));
}

static _Noreturn void bad_script(unsigned int entry, int error)
{
	stop_error("boot by device tree (forearm.tables=fdt), and report this with the VMM's "
		   "version",
		   "the VMM's ACPI tables cannot be loaded: etc/table-loader, entry %u: %s", entry,
		   error_string(error));
}

int acpi_follow(struct acpi_loader *loader, const struct acpi_loader_ops *with,
		struct resident *resident, const void *script, size_t size, uint64_t *address)
{
	const struct acpi_loader_file *rsdp;
	int error = acpi_loader_run(loader, with, resident, script, size);

	for (unsigned int i = 0; i < loader->files && !error; i++)
		error = resident_trim(resident, loader->file[i].address, loader->file[i].used);
	rsdp = error ? NULL : acpi_loader_find(loader, ACPI_LOADER_RSDP);
	if (rsdp)
		*address = rsdp->address;
	return error || rsdp ? error : ERR_ACPI_RSDP;
}

/* The script is only needed while it runs, the files' names in it included. */
static uint64_t load_tables(struct boot *boot, struct resident *resident,
			    const struct fw_cfg_file *file)
{
	struct acpi_loader loader = {.entry = 0};
	struct scratch scratch;
	const void *script = scratch_read(boot, &scratch, file, file->size);
	uint64_t rsdp = 0;
	int error = ERR_NO_ROOM;

	if (script)
		error = acpi_follow(&loader, &ops, resident, script, file->size, &rsdp);
	if (error)
		bad_script(loader.entry, error);
	scratch_free(boot, &scratch);
	return rsdp;
}

/* -- our own ------------------------------------------------------------------------------------
 */

static uint64_t build_tables(struct boot *boot, struct resident *resident)
{
	static struct platform_details details __attribute__((section(".noinit")));
	const struct platform *p = &boot->platform;
	size_t room = ACPI_BUILD_ROOM(p->cpus), used = 0;
	uint64_t at = resident_or_stop(resident, room, 64), rsdp = 0;
	int error = platform_details_from_fdt(&details, p);

	if (!error && p->overflow)
		error = ERR_FULL;
	if (!error)
		error = acpi_build(p, &details, (void *)(uintptr_t)at, room, at, &rsdp, &used);
	if (!error)
		error = resident_trim(resident, at, used);
	if (error)
		stop_error("boot by device tree (forearm.tables=fdt)",
			   "no ACPI tables can be built for this machine: %s", error_string(error));
	return rsdp;
}

/* Tables that are there have to be right: a guest would get nothing else. */
static void adopt(const struct boot *boot, struct resident *resident)
{
	if (boot->acpi.error)
		stop_error("boot by device tree (forearm.tables=fdt), and report this with the "
			   "VMM's version",
			   "the ACPI tables that the VMM has put at 0x%llx cannot be used: %s",
			   (unsigned long long)boot->acpi.rsdp, error_string(boot->acpi.error));
	if (resident_adopt(resident, &boot->acpi.tables))
		resident_failed(ERR_FULL);
}

static uint64_t provide(struct boot *boot, struct resident *resident, bool *built)
{
	struct fw_cfg_file script;
	uint64_t rsdp = boot->acpi.rsdp;

	*built = !rsdp && acpi_file(boot, ACPI_LOADER_SCRIPT, &script);
	if (*built)
		return build_tables(boot, resident);
	if (!rsdp)
		rsdp = load_tables(boot, resident, &script);
	else
		adopt(boot, resident);
	check(boot, resident, rsdp);
	return rsdp;
}

uint64_t acpi_provide(struct boot *boot, struct resident *resident)
{
	bool built;
	uint64_t rsdp = provide(boot, resident, &built);

	acpi_add_devices(boot, resident, rsdp, built);
	return rsdp;
}
