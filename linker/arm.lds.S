/* SPDX-License-Identifier: BSD-2-Clause */
/* The AArch32 half: linked as if the file began at WINDOW, cut out as a flat binary. */
#include "layout.h"
#include "half.lds.h"
#define WINDOW WINDOW_VA_ARM

ENTRY(entry32)
SECTIONS
{
	__image_start = WINDOW;
	__text_start = WINDOW + IMAGE_ARM_BASE;
	.text WINDOW + IMAGE_ARM_BASE : AT(IMAGE_ARM_BASE) {
		__idmap_start = .;
		KEEP(*(.idmap))
		__idmap_end = .;
		*libfdt.a:fdt.o(.text*)		/* what fits before the entry */
		*libfdt.a:fdt_wip.o(.text*)
		. = IMAGE_ARM_ENTRY - IMAGE_ARM_BASE;
		KEEP(*(.entry))
		. = ALIGN(32);
		*(.vectors)
		*(.text .text.*)
		EARLY_RODATA
		. = ALIGN(16);
		__text_end = .;
	}
	READ_ONLY_PART
	ASSERT((__idmap_start & -4096) == ((__idmap_end - 1) & -4096), "the identity-mapped code must fit a page")
	WRITABLE_PART
}
