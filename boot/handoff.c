/* SPDX-License-Identifier: BSD-2-Clause */
/* Stage "hand-off": one line for the user, caches, the guest's registers, and away. */
#include <libfdt.h>
#include <stdio.h>
#include <string.h>
#include "arch.h"
#include "boot.h"
#include "boot/efi.h"
#include "boot/monitor.h"
#include "boot/seeds.h"
#include "drivers/virtio.h"
#include "version.h"

#define MEGABYTE 1000000

static const char *description_name(unsigned int description)
{
	return description == DESCRIBE_FDT    ? "FDT"
	       : description == DESCRIBE_ACPI ? "ACPI"
					      : "FDT and ACPI";
}

/* How the guest is entered: "EL1", or "SVC big-endian (from EL3)". */
static void entry_name(const struct entry_plan *entry, char *text, size_t size)
{
	static const char *const level[2][3] = {{"EL1", "EL2", "EL3"},
						{"SVC", "HYP", "secure SVC"}};

	snprintf(text, size, "%s%s", level[entry->state == STATE_AARCH32][entry->level - 1],
		 entry->big_endian ? " big-endian" : "");
	if (entry->monitor)
		snprintf(text + strlen(text), size - strlen(text), " (from %s)", arch_level_name());
}

/* The one line of a normal boot. */
static void summary(const struct boot *boot)
{
	unsigned int kernel = (unsigned int)(boot->image.file_size / (MEGABYTE / 10));
	unsigned int initrd = (unsigned int)(boot->initrd_size / (MEGABYTE / 10));
	char with[32] = "", entry[48];

	if (boot->initrd_size)
		snprintf(with, sizeof(with), " + initrd %u.%u MB", initrd / 10, initrd % 10);
	entry_name(&boot->entry, entry, sizeof(entry));
	if (boot->application.disk) {
		log_banner(FOREARM_DESCRIBED ": %s, %s, %s, %u CPU%s", boot->source, entry,
			   description_name(boot->description), boot->platform.cpus,
			   boot->platform.cpus == 1 ? "" : "s");
		return;
	}
	log_banner(FOREARM_DESCRIBED ": %s%s %u.%u MB%s, %s, %s, %u CPU%s -> 0x%llx", boot->source,
		   image_name(&boot->image), kernel / 10, kernel % 10, with, entry,
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

/* Documentation/arm64/booting.rst, Documentation/arm/booting.rst */
void entry_registers(enum execution_state state, uint64_t fdt, uint64_t reg[4])
{
	bool aarch32 = state == STATE_AARCH32;

	reg[0] = aarch32 ? 0 : fdt;
	reg[1] = aarch32 ? UINT32_MAX : 0;
	reg[2] = aarch32 ? fdt : 0;
	reg[3] = 0;
}

/*
 * The kernel's memory that may be in no cache. What a guest stores behind its file with caches off
 * must not be overwritten from ours later, nor hidden by it once they are on: a table walk would
 * find our zeros. Linux sees to that itself (docs/caches.md).
 */
static uint64_t kernel_in_caches(const struct boot *boot)
{
	bool linux_file = boot->guest == &guest_profiles[GUEST_LINUX] ||
			  boot->guest == &guest_profiles[GUEST_AUTO];

	return linux_file && boot->image.format != IMAGE_ELF ? boot->image.file_size
							     : boot->image.memory_size;
}

_Noreturn void hand_off(struct boot *boot)
{
	const void *fdt = (const void *)(uintptr_t)boot->place.fdt;
	struct guest_entry guest = {
		.pc = boot->place.kernel + boot->image.entry,
	};

	entry_registers(boot->image.state, boot->place.fdt, guest.reg);
	if (boot->guest->flags & GUEST_END) {
		guest.reg[2] = boot->place.fdt;
		guest.reg[0] = boot->place.kernel + boot->image.memory_size;
	}
	if (boot->modulep)
		guest.reg[0] = boot->modulep;
	guest.big_endian = boot->entry.big_endian;
	report(boot);
	if (boot->probed)
		note_probed(boot);
	summary(boot);
	if (boot->application.disk)
		application_run(boot);
	arch_clean_invalidate(boot->place.kernel, kernel_in_caches(boot));
	arch_clean(boot->place.fdt, fdt_totalsize(fdt));
	if (boot->entry.monitor)
		monitor_install(boot, &guest);
	seeds_wipe(boot);
	virtio_reset_all();
	arch_enter(&guest);
}
