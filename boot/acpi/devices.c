/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices that overlays have added to the device tree, for the guest's ACPI tables, whoever those
 * are from.
 */
#include <libfdt.h>
#include <string.h>
#include "boot/core/fatal.h"
#include "boot/memory.h"
#include "tables/acpi/acpi.h"
#include "acpi.h"
#include "tables/acpi/device.h"
#include "error.h"

static void left_out(const char *node, const char *why)
{
	log_note("ACPI does not have %s of an overlay: %s", node, why);
}

/* The new XSDT, and the SSDT that it has more than the old one. */
static int append(struct resident *resident, uint64_t rsdp, const void *ssdt, size_t size)
{
	struct acpi acpi;
	int error = acpi_open(&acpi, rsdp, acpi_in_resident, resident);
	uint64_t at, xsdt_size;

	if (error)
		return error;
	xsdt_size = (uint64_t)acpi.xsdt.size + 8;
	at = resident_or_stop(resident, xsdt_size + size, 8);
	acpi_append(&acpi, rsdp, (uint8_t *)(uintptr_t)at, at, at + xsdt_size);
	memcpy((uint8_t *)(uintptr_t)(at + xsdt_size), ssdt, size);
	return 0;
}

void acpi_add_devices(struct boot *boot, struct resident *resident, uint64_t rsdp, bool built)
{
	const struct platform *p = &boot->platform;
	struct acpi_added added = {p, boot->base_fdt, built, left_out};
	size_t room = SSDT_ROOM(fdt_totalsize(p->fdt)), used;
	void *ssdt;
	int error;

	if (p->fdt == boot->base_fdt)
		return;
	ssdt = (void *)(uintptr_t)take_memory(boot, "table of added devices", room);
	error = ssdt_build(&added, ssdt, room, &used);
	if (!error && used)
		error = append(resident, rsdp, ssdt, used);
	if (error)
		stop_error("boot by device tree (forearm.tables=fdt)",
			   "the devices of the overlays cannot be described by ACPI: %s",
			   error_string(error));
}
