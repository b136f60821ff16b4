/* SPDX-License-Identifier: BSD-2-Clause */
/* Whose conventions are followed (include/guest.h), and what of them is about kernel and machine.
 */
#include <string.h>
#include "boot.h"

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

void settle_guest(struct boot *boot)
{
	struct image *image = &boot->image;

	if (boot->options.guest == GUEST_AUTO && openbsd_is(boot))
		boot->options.guest = GUEST_OPENBSD;
	boot->guest = &guest_profiles[boot->options.guest];
	boot->place.tree = boot->guest->tree;
	if (boot->guest->flags & GUEST_END)
		openbsd_place(boot);
	if (boot->guest->flags & GUEST_AT_BASE && image->format == IMAGE_ARM64) {
		image->fixed = true;
		image->address = boot->place.base + image->text_offset;
	}
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

	if (!most || length < most || (other && boot->options.guest == GUEST_AUTO))
		return;
	log_note("the command line has %zu bytes, of which the kernel takes %zu: its last words "
		 "do not count",
		 length, most - 1);
}

/* It runs, but not all of it will work. */
void note_guest(const struct boot *boot, const struct entry_start *start)
{
	const struct guest_profile *guest = boot->guest;

	if (guest->conduit && !takes(boot, guest->conduit, start))
		log_note("%s calls PSCI by %s, which does nothing here: start the VM %s EL2",
			 guest->name, guest->conduit == CONDUIT_SMC ? "SMC" : "HVC",
			 guest->conduit == CONDUIT_SMC ? "with" : "without");
	if (guest->flags & GUEST_GICV2 && boot->platform.gic.version != 2)
		log_note("%s drives a GICv2 only (QEMU: -M virt,gic-version=2)", guest->name);
}
