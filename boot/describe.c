/* SPDX-License-Identifier: BSD-2-Clause */
/* Stage "describe": in which language the machine is described to the guest, and its tree. */
#include <string.h>
#include "arch.h"
#include "boot.h"
#include "boot/core/entropy.h"
#include "boot/core/fatal.h"
#include "boot/describe.h"
#include "boot/efi.h"
#include "boot/guest.h"
#include "boot/memory.h"
#include "boot/monitor.h"
#include "error.h"
#include "lib/fdt/walk.h"
#include "lib/mem/resident.h"
#include "lib/words.h"

#define RNG_SEED_SIZE 32
/* It believes half of the bits, and wants 256 (NetBSD's sys/arch/evbarm/fdt/fdt_machdep.c). */
#define EFIRNG_SIZE   64
#define RB_GOODRANDOM 0x10000 /* OpenBSD's sys/reboot.h */

/*
 * Linux finds ACPI through EFI's tables, for which it has to have been built, and to be
 * little-endian. A NetBSD says that it is big-endian even if it is not.
 */
static bool takes_acpi(const struct boot *boot)
{
	const struct image *image = &boot->image;
	unsigned int acpi = boot->guest->acpi;

	return freebsd_by_loader(boot) || acpi == GUEST_ACPI_OPENBSD ||
	       (image->format == IMAGE_ARM64 && acpi &&
		(acpi != GUEST_ACPI_EFI || (image->efi && !image->big_endian)));
}

/* FDT where both would do, unless the user or the VMM's devices ask for more. */
static unsigned int choose_freely(struct boot *boot)
{
	const char *line = boot->command_line;

	if (boot->platform.modules) /* for a Xen, which looks for them in the tree */
		return DESCRIBE_FDT;
	if (!takes_acpi(boot) || boot->guest->acpi != GUEST_ACPI_EFI ||
	    words_have(line, "acpi", "off"))
		return DESCRIBE_FDT;
	if (words_have(line, "acpi", "on") || words_have(line, "acpi", "force") ||
	    acpi_offers_hotplug(boot))
		return DESCRIBE_ACPI;
	return DESCRIBE_FDT;
}

static _Noreturn void refuse_acpi(const struct boot *boot, const char *tables)
{
	bool aarch32 = boot->image.state == STATE_AARCH32;

	if (!aarch32 && !boot->guest->acpi)
		stop_error("leave forearm.tables out: this guest boots by device tree",
			   "forearm.tables=%s, but this kernel (%s) cannot use ACPI: %s", tables,
			   image_name(&boot->image), "no way to tell such a guest of it is known");
	stop_error("leave forearm.tables out; or give a 64-bit little-endian kernel with an EFI "
		   "stub, or, if it is a NetBSD or FreeBSD, forearm.guest=netbsd or freebsd",
		   "forearm.tables=%s, but this kernel (%s) cannot use ACPI: %s", tables,
		   image_name(&boot->image),
		   aarch32			       ? "it is a 32-bit kernel"
		   : boot->image.format != IMAGE_ARM64 ? "it is no arm64 Image"
		   : boot->image.big_endian	       ? "it is big-endian"
						       : "it has no EFI stub");
}

static unsigned int choose(struct boot *boot)
{
	enum tables tables = boot->options.tables;

	if (tables == TABLES_FDT)
		return DESCRIBE_FDT;
	if (tables == TABLES_AUTO)
		return choose_freely(boot);
	if (!takes_acpi(boot))
		refuse_acpi(boot, tables == TABLES_ACPI ? "acpi" : "both");
	return tables == TABLES_ACPI ? DESCRIBE_ACPI : DESCRIBE_ACPI | DESCRIBE_FDT;
}

uint64_t fdt_most(const struct boot *boot)
{
	const struct platform *p = &boot->platform;

	return fdt_used_size(p->fdt) + FDT_HANDOFF_EXTRA + COMMAND_LINE_MAX +
	       FDT_NODES_EXTRA(RESIDENT_BLOCKS + p->num_reserved) + FDT_MONITOR_EXTRA(p->cpus);
}

uint64_t fdt_describe(struct boot *boot, const struct fdt_handoff *chosen, uint64_t extra)
{
	const void *fdt = boot->platform.fdt;
	uint64_t room = fdt_used_size(fdt) + FDT_HANDOFF_EXTRA + strlen(boot->command_line) + extra;
	struct fdt_handoff whole = *chosen;
	int error;

	whole.nodes = boot->guest->flags & GUEST_NO_MAP;
	if (whole.nodes)
		room += FDT_NODES_EXTRA(chosen->num_kept + boot->platform.num_reserved);
	if (boot->entry.monitor) {
		whole.monitor = &boot->monitor;
		room += FDT_MONITOR_EXTRA(boot->platform.cpus);
	}
	error = place_fdt(&boot->ram, &boot->image, room, &boot->place);
	if (!error)
		error = fdt_handoff(fdt, (void *)(uintptr_t)boot->place.fdt, room, &whole);
	if (error)
		stop_error("give the VM more memory (QEMU: -m)",
			   "the device tree cannot be given to the guest: %s", error_string(error));
	return room;
}

struct seeds {
	uint8_t kaslr[8], rng[RNG_SEED_SIZE];
};

/* Those that the tree has none of, with one question to whoever has randomness. */
static void add_seeds(const struct boot *boot, struct seeds *seeds, struct fdt_handoff *chosen)
{
	const struct platform_chosen *has = &boot->platform.chosen;

	if ((has->has_kaslr_seed && has->has_rng_seed) ||
	    !guest_entropy(boot, seeds, sizeof(*seeds)))
		return;
	if (!has->has_kaslr_seed)
		chosen->kaslr_seed = seeds->kaslr;
	if (!has->has_rng_seed)
		chosen->rng_seed = seeds->rng;
}

/* NetBSD takes a page for its own that begins with them, and wipes them (fdt_setup_efirng()). */
static void add_efirng(struct boot *boot, struct fdt_handoff *chosen)
{
	uint64_t at;

	if (!(boot->guest->flags & GUEST_EFIRNG))
		return;
	at = take_memory(boot, "random bytes for NetBSD", EFIRNG_SIZE);
	if (!guest_random(boot, "netbsd", (uint8_t *)(uintptr_t)at, EFIRNG_SIZE))
		return;
	arch_clean(at, EFIRNG_SIZE);
	chosen->efirng = (struct region) {at, EFIRNG_SIZE};
}

void describe(struct boot *boot)
{
	const struct platform *p = &boot->platform;
	struct seeds seeds;
	struct fdt_handoff chosen = {
		.chosen = p->chosen.node,
		.initrd = boot->place.initrd,
		.initrd_size = boot->initrd_size,
		.rng_seed_size = sizeof(seeds.rng),
	};

	boot->description = choose(boot);
	chosen.boothowto = boot->randomized ? RB_GOODRANDOM : 0;
	if (boot->entry.monitor && boot->description == DESCRIBE_FDT)
		monitor_reserve(boot);
	if (!p->chosen.bootargs || strcmp(p->chosen.bootargs, boot->command_line) != 0)
		chosen.bootargs = boot->command_line;
	add_seeds(boot, &seeds, &chosen);
	add_efirng(boot, &chosen);
	if (boot->application.disk)
		application_describe(boot, &chosen);
	else if (boot->description & DESCRIBE_ACPI)
		acpi_describe(boot, &chosen);
	else
		fdt_describe(boot, &chosen, 0);
	if (freebsd_by_loader(boot))
		freebsd_describe(boot);
	note_line(boot);
	wipe(&seeds, sizeof(seeds));
}
