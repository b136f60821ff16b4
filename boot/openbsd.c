/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OpenBSD's arm64 kernels: ELF files that are linked to a virtual base which is any 2 MiB boundary
 * of RAM, own 64 MiB from there on, and have their symbols behind them (its machdep.c, locore0.S).
 */
#include "boot.h"
#include "elf_symbols.h"

#define BASE	  0xffffff8000000000
#define BLOCK	  0x4000000
#define ALIGNMENT 0x200000

static uint64_t symbols_at(const struct elf *elf)
{
	return align_up(elf->highest - elf->lowest, 8);
}

bool openbsd_is(const struct boot *boot)
{
	return boot->image.format == IMAGE_ELF && boot->image.state == STATE_AARCH64 &&
	       boot->elf.lowest >= BASE && elf_has_header(&boot->elf, ELF_OPENBSD_RANDOMIZE);
}

void openbsd_place(struct boot *boot)
{
	struct image *image = &boot->image;
	uint64_t at = boot->elf.lowest - BASE, size = 0;
	bool elf = image->format == IMAGE_ELF && image->state == STATE_AARCH64 && at < BLOCK;

	if (elf)
		size = add_capped(symbols_at(&boot->elf), elf_symbols_size(&boot->elf));
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

void openbsd_symbols(const struct boot *boot)
{
	uint64_t size = elf_symbols_size(&boot->elf);

	if (size)
		elf_symbols_copy(&boot->elf, kernel_memory(boot, symbols_at(&boot->elf), size));
}
