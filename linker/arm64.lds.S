/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The AArch64 half, and the file as a whole. The AArch32 half is one input section of it, and lies
 * amid the text, because its entry has a fixed place: what is before it is listed by name.
 */
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
		*boot?*.c.o(.text .text.*)
		*drivers?*.c.o(.text .text.*)
		*lib?*.c.o(.text .text.*)
		*arch/arm64?*.o(.text .text.*)
		*libfdt.a:(.text .text.*)
		*libc.a:(.text .text.*)
		*tables?acpi*.c.o(.text .text.*)
		*tables?smbios*.c.o(.text .text.*)
		*tables?aml.c.o(.text .text.*)
		*tables?efi_tables.c.o(.text .text.*)
		__before_arm = .;
		ASSERT(__before_arm - __image_start <= IMAGE_ARM_BASE, "too much text before the AArch32 half");
		. = MAX(., IMAGE_ARM_BASE);
		KEEP(*(.arm_half))
		. = ALIGN(16);
		*(.text .text.*)
		EARLY_RODATA
		. = ALIGN(16);
		__text_end = .;
	}
	READ_ONLY_PART
	ASSERT((__idmap_start & -4096) == ((__idmap_end - 1) & -4096), "the identity-mapped code must fit a page")
	WRITABLE_PART
	__image_size = __data_lma + SIZEOF(.data);
	ASSERT(__image_size < IMAGE_MAX, "the image is over its budget")
}
