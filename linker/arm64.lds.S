/* SPDX-License-Identifier: BSD-2-Clause */
/* The AArch64 half, and the file as a whole: the AArch32 half is one input section of it. */
#include "layout.h"
#include "half.lds.h"
#define WINDOW WINDOW_VA_ARM64

ENTRY(image_start)
SECTIONS
{
	.text WINDOW : AT(0) {
		__image_start = .;
		__text_start = .;
		KEEP(*(.head))
		ASSERT(early_stack_top - __image_start == IMAGE_EARLY_STACK_TOP, "early stack moved");
		*arch/arm64/clean.S.o(.text*)	/* what fits before the vectors, aligned to 2 KiB */
		*arch/arm64/trap.S.o(.text*)
		*(.vectors)
		__idmap_start = .;	/* not in the first page: as -bios, that is the null pointer's */
		KEEP(*(.idmap))
		__idmap_end = .;
		*(.entry)
		*(.text .text.*)
		EARLY_RODATA
		. = ALIGN(16);
		__text_end = .;
	}
	READ_ONLY_PART
	ASSERT((__idmap_start & -4096) == ((__idmap_end - 1) & -4096), "the identity-mapped code must fit a page")
	WRITABLE_PART
	__half_end = __data_lma + SIZEOF(.data);
	ASSERT(__half_end <= IMAGE_ARM_BASE, "the AArch64 half runs into the AArch32 half")
	.arm WINDOW + 2 * WINDOW_DATA : AT(IMAGE_ARM_BASE) {
		KEEP(*(.arm_half))
		. = ALIGN(16);
	}
	__image_size = IMAGE_ARM_BASE + SIZEOF(.arm);
	ASSERT(__image_size < IMAGE_MAX, "the image is over its budget")
}
