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
	return (elf->highest - elf->lowest + 7) & ~7ULL;
}

bool openbsd_is(const struct boot *boot)
{
	return boot->image.format == IMAGE_ELF && boot->image.state == STATE_AARCH64 &&
	       boot->elf.lowest >= BASE && elf_has_header(&boot->elf, ELF_OPENBSD_RANDOMIZE);
}

void openbsd_place(struct boot *boot)
{
	struct image *image = &boot->image;

	if (image->format != IMAGE_ELF || image->state != STATE_AARCH64 || boot->elf.lowest < BASE)
		stop_error("give the ELF file \"bsd\" of OpenBSD/arm64, or another forearm.guest",
			   "forearm.guest=openbsd, but this kernel (%s) is not linked to 0x%llx or "
			   "above",
			   image_name(image), (unsigned long long)BASE);
	image->fixed = false;
	image->address = boot->elf.lowest - BASE;
	image->align = ALIGNMENT;
	image->block = BLOCK;
	image->memory_size = symbols_at(&boot->elf) + elf_symbols_size(&boot->elf);
	if (image->memory_size > BLOCK - image->address || image->address > BLOCK)
		stop_error("link it for less memory, or strip it",
			   "this OpenBSD kernel with its symbols does not fit into 64 MiB");
}

void openbsd_symbols(const struct boot *boot)
{
	uint64_t at = boot->place.kernel + symbols_at(&boot->elf);

	if (elf_symbols_size(&boot->elf))
		elf_symbols_copy(&boot->elf, (uint8_t *)(uintptr_t)at);
}
