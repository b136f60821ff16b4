/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OpenBSD's arm64 kernels: ELF files that are linked to a virtual base which is any 2 MiB boundary
 * of RAM, own 64 MiB from there on, and have their symbols behind them (its machdep.c, locore0.S).
 */
#include <string.h>
#include "boot.h"
#include "boot/core/entropy.h"
#include "boot/core/fatal.h"
#include "boot/guest.h"
#include "boot/memory.h"
#include "lib/formats/elf_symbols.h"

#define BASE	  0xffffff8000000000
#define BLOCK	  0x4000000
#define ALIGNMENT 0x200000

static uint64_t symbols_at(const struct elf *elf)
{
	return align_up(elf->highest - elf->lowest, 8);
}

bool openbsd_is(const struct boot *boot)
{
	struct elf_segment header;

	return boot->image.format == IMAGE_ELF && boot->image.state == STATE_AARCH64 &&
	       boot->elf.lowest >= BASE && elf_header(&boot->elf, ELF_OPENBSD_RANDOMIZE, &header);
}

void openbsd_place(struct boot *boot)
{
	struct image *image = &boot->image;
	const struct region block = {BASE, BLOCK};
	uint64_t at = 0, size = 0;
	bool elf = image->format == IMAGE_ELF && image->state == STATE_AARCH64 &&
		   in_range(boot->elf.lowest, 1, &block);

	if (elf) {
		at = boot->elf.lowest - BASE;
		size = add_capped(symbols_at(&boot->elf), elf_symbols_size(&boot->elf));
	}
	if (!elf || size > BLOCK - at)
		stop_error("give the file \"bsd\" of OpenBSD/arm64, or another forearm.guest",
			   "an OpenBSD kernel, but the %s with its symbols is not in the 64 MiB "
			   "from 0xffffff8000000000 on",
			   image_name(image));
	image->fixed = false;
	image->address = at;
	image->align = ALIGNMENT;
	image->block = BLOCK;
	image->memory_size = size;
}

static void copy_symbols(const struct boot *boot)
{
	uint64_t size = elf_symbols_size(&boot->elf);

	if (size)
		elf_symbols_copy(&boot->elf, kernel_memory(boot, symbols_at(&boot->elf), size));
}

/* Its stack guard, retguard cookies and the start of its random pool (libsa/loadfile_elf.c). */
static void randomize(struct boot *boot)
{
	const struct elf *elf = &boot->elf;
	struct elf_segment header;
	uint8_t *to;

	if (!elf_header(elf, ELF_OPENBSD_RANDOMIZE, &header) || header.address < elf->lowest ||
	    header.address > elf->highest || header.file_size > elf->highest - header.address)
		return;
	to = (uint8_t *)(uintptr_t)(boot->place.kernel + (header.address - elf->lowest));
	boot->randomized = guest_random(boot, "openbsd", to, (size_t)header.file_size);
	if (boot->randomized)
		return;
	memset(to, 0, (size_t)header.file_size);
	log_note("nothing random for OpenBSD's stack guard and cookies: give the VM a CPU with "
		 "RNDR (QEMU: -cpu max), or an rng-seed");
}

void openbsd_complete(struct boot *boot)
{
	copy_symbols(boot);
	randomize(boot);
}
