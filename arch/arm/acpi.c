/* SPDX-License-Identifier: BSD-2-Clause */
/* 32-bit guests do not know ACPI: this half has none of it. */
#include "boot.h"
#include "boot/describe.h"

void acpi_locate(struct boot *boot)
{
	boot->acpi.rsdp = 0;
}

bool acpi_adopt(struct boot *boot)
{
	(void)boot;
	return false;
}

bool acpi_offers_hotplug(struct boot *boot)
{
	(void)boot;
	return false;
}

/* Stage "describe" has refused what would lead here. */
void acpi_describe(struct boot *boot, const struct fdt_handoff *chosen)
{
	fdt_describe(boot, chosen, 0);
}
