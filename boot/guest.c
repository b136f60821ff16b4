/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whose conventions are followed (include/lib/guest/profiles.h), and what of them is about kernel
 * and machine.
 */
#include <string.h>
#include "boot.h"
#include "boot/core/fatal.h"
#include "boot/guest.h"
#include "boot/payload.h"

/* Behind the words that all its command lines begin with. */
static void add_words(struct boot *boot)
{
	const char *words = guest_words[boot->guest->words];
	size_t length = strlen(words), line = strlen(boot->command_line);

	if (strncmp(boot->command_line, words, length) == 0)
		return;
	if (line + length >= COMMAND_LINE_MAX)
		command_line_too_long(line + length);
	memmove(boot->command_line + length, boot->command_line, line + 1);
	memcpy(boot->command_line, words, length);
}

/* An Image that runs at one place only. */
static void fix_image(struct boot *boot)
{
	uint64_t offset = boot->guest->offset ? boot->guest->offset : boot->image.text_offset;

	image_fix(&boot->image, add_capped(boot->place.base, offset));
}

/* A size that is none: nobody's RAM would be enough, though it says where the end is. */
static void check_size(const struct boot *boot)
{
	const struct image *image = &boot->image;

	if (image->format == IMAGE_ARM64 && !image->fixed &&
	    image->memory_size > image->file_size && image->memory_size > boot->place.base &&
	    platform_has_ram(&boot->platform, image->memory_size, 1))
		stop_error("give the place that it is linked to, which may be the start of RAM, by "
			   "forearm.load=ADDRESS; or, if forearm(7) has it, its forearm.guest",
			   "the size in the kernel's header (%s), 0x%llx, is an address: it is no "
			   "Linux, and runs at one place only; RAM begins at 0x%llx",
			   image_name(image), (unsigned long long)image->memory_size,
			   (unsigned long long)boot->place.base);
}

void settle_guest(struct boot *boot)
{
	struct image *image = &boot->image;

	if (openbsd_is(boot))
		image->guest = GUEST_OPENBSD;
	if (boot->options.guest == GUEST_AUTO)
		boot->options.guest = image->guest;
	boot->guest = &guest_profiles[boot->options.guest];
	boot->place.tree = boot->guest->tree;
	if (boot->guest->flags & GUEST_END)
		openbsd_place(boot);
	if (boot->guest->flags & GUEST_AT_BASE && image->format == IMAGE_ARM64)
		fix_image(boot);
	check_size(boot);
	add_words(boot);
}

/* A monitor takes HVC as well as SMC, if there is an EL2. */
static bool takes(const struct boot *boot, enum conduit conduit, const struct entry_start *start)
{
	return conduit == boot->platform.psci.conduit || (boot->entry.monitor && start->el2);
}

/* Without an option it is taken for a Linux if its file has the form. */
void note_line(const struct boot *boot)
{
	const struct guest_profile *guest = boot->guest;
	bool aarch32 = boot->image.state == STATE_AARCH32;
	size_t most = aarch32 ? guest->line32 : guest->line, length = strlen(boot->command_line);
	bool other = boot->image.format != IMAGE_ARM64 && boot->image.format != IMAGE_ZIMAGE;

	if (!most || length < most || (other && boot->options.guest == GUEST_AUTO) ||
	    freebsd_by_loader(boot))
		return;
	log_note("the command line has %zu bytes, of which the kernel takes %zu: its last words "
		 "do not count",
		 length, most - 1);
}

/* What makes the other conduit work. */
static const char *remedy(const struct boot *boot, const struct entry_start *start)
{
	return boot->guest->conduit == CONDUIT_SMC ? "start the VM with EL2"
	       : start->level == 3		   ? "start the VM without secure=on"
	       : boot->entry.level == 2
		       ? "start the VM without EL2, or enter it at EL1 (forearm.el=1)"
		       : "start the VM without EL2";
}

/* It runs, but not all of it will work. */
void note_guest(const struct boot *boot, const struct entry_start *start)
{
	const struct guest_profile *guest = boot->guest;

	if (guest->conduit && !takes(boot, guest->conduit, start))
		log_note("%s calls PSCI by %s, which does nothing here: %s", guest->name,
			 guest->conduit == CONDUIT_SMC ? "SMC" : "HVC", remedy(boot, start));
	if (guest->flags & GUEST_NO_INITRD && boot->initrd_size && !freebsd_by_loader(boot))
		log_note("%s has no use for an initrd: the one that was given does not count",
			 guest->name);
	if (guest->flags & GUEST_GICV2 && boot->platform.gic.version != 2)
		log_note("%s drives a GICv2 only (QEMU: -M virt,gic-version=2)", guest->name);
}
