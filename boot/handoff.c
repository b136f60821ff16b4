/* SPDX-License-Identifier: BSD-2-Clause */
/* Stages "describe" and "hand-off": the guest's tree, its registers, and away. */
#include <libfdt.h>
#include <stdio.h>
#include <string.h>
#include "arch.h"
#include "boot.h"
#include "error.h"
#include "fdt_handoff.h"
#include "fdt_walk.h"
#include "version.h"

#define RNG_SEED_SIZE 32

void describe(struct boot *boot)
{
	const struct platform *p = &boot->platform;
	uint8_t kaslr[8], rng[RNG_SEED_SIZE];
	struct fdt_handoff h = {
		.chosen = p->chosen.node,
		.initrd = boot->place.initrd,
		.initrd_size = boot->initrd_size,
		.rng_seed_size = sizeof(rng),
	};
	uint64_t room = fdt_used_size(p->fdt) + FDT_HANDOFF_EXTRA + strlen(boot->command_line);
	int error;

	if (!p->chosen.bootargs || strcmp(p->chosen.bootargs, boot->command_line) != 0)
		h.bootargs = boot->command_line;
	if (!p->chosen.has_kaslr_seed && entropy(&p->psci, kaslr, sizeof(kaslr)))
		h.kaslr_seed = kaslr;
	if (!p->chosen.has_rng_seed && entropy(&p->psci, rng, sizeof(rng)))
		h.rng_seed = rng;
	error = place_fdt(&boot->ram, &boot->image, room, &boot->place);
	if (!error)
		error = fdt_handoff(p->fdt, (void *)(uintptr_t)boot->place.fdt, room, &h);
	if (error)
		stop_error("give the VM more memory (QEMU: -m)",
			   "the device tree cannot be given to the guest: %s", error_string(error));
}

#define MEGABYTE 1000000

/* The one line of a normal boot. */
static void summary(const struct boot *boot)
{
	unsigned int kernel = (unsigned int)(boot->image.file_size / (MEGABYTE / 10));
	unsigned int initrd = (unsigned int)(boot->initrd_size / (MEGABYTE / 10));
	char with[32] = "";

	if (boot->initrd_size)
		snprintf(with, sizeof(with), " + initrd %u.%u MB", initrd / 10, initrd % 10);
	log_banner(FOREARM_VERSION ": %s %u.%u MB%s, %s, FDT, %u CPU%s -> 0x%llx",
		   image_name(&boot->image), kernel / 10, kernel % 10, with, arch_level_name(),
		   boot->platform.cpus, boot->platform.cpus == 1 ? "" : "s",
		   (unsigned long long)boot->place.kernel);
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
	summary(boot);
	arch_clean(boot->place.kernel, boot->image.file_size);
	arch_clean(boot->place.fdt, fdt_totalsize(fdt));
	arch_enter(&guest);
}
