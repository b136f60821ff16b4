/* SPDX-License-Identifier: BSD-2-Clause */
/* Stage "hand-off": one line for the user, caches, the guest's registers, and away. */
#include <libfdt.h>
#include <stdio.h>
#include "arch.h"
#include "boot.h"
#include "version.h"

#define MEGABYTE 1000000

static const char *description_name(unsigned int description)
{
	return description == DESCRIBE_FDT    ? "FDT"
	       : description == DESCRIBE_ACPI ? "ACPI"
					      : "FDT and ACPI";
}

/* The one line of a normal boot. */
static void summary(const struct boot *boot)
{
	unsigned int kernel = (unsigned int)(boot->image.file_size / (MEGABYTE / 10));
	unsigned int initrd = (unsigned int)(boot->initrd_size / (MEGABYTE / 10));
	char with[32] = "";

	if (boot->initrd_size)
		snprintf(with, sizeof(with), " + initrd %u.%u MB", initrd / 10, initrd % 10);
	log_banner(FOREARM_VERSION ": %s %u.%u MB%s, %s, %s, %u CPU%s -> 0x%llx",
		   image_name(&boot->image), kernel / 10, kernel % 10, with, arch_level_name(),
		   description_name(boot->description), boot->platform.cpus,
		   boot->platform.cpus == 1 ? "" : "s", (unsigned long long)boot->place.kernel);
}

/* Unusual enough to be told: what the guest is told of the machine was not told to us. */
static void note_probed(const struct boot *boot)
{
	const struct platform *p = &boot->platform;
	uint64_t ram = 0;

	for (unsigned int i = 0; i < p->banks; i++)
		ram += p->bank[i].region.size;
	log_note("no device tree; %u CPU%s, %llu MiB of RAM found by probing%s", p->cpus,
		 p->cpus == 1 ? "" : "s", (unsigned long long)(ram >> 20),
		 boot->probed_acpi ? " and from ACPI" : "");
}

_Noreturn void hand_off(struct boot *boot)
{
	const void *fdt = (const void *)(uintptr_t)boot->place.fdt;
	struct guest_entry guest = {.pc = boot->place.kernel, .reg = {boot->place.fdt}};

	if (boot->image.state == STATE_AARCH32) { /* Documentation/arm/booting.rst */
		guest.reg[0] = 0;
		guest.reg[1] = UINT32_MAX;
		guest.reg[2] = boot->place.fdt;
	}
	report(boot);
	if (boot->probed)
		note_probed(boot);
	summary(boot);
	arch_clean(boot->place.kernel, boot->image.file_size);
	arch_clean(boot->place.fdt, fdt_totalsize(fdt));
	arch_enter(&guest);
}
