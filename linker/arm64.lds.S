/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The AArch64 half, and the file as a whole. What has a fixed place cuts the text into two parts:
 * the linker fills one after the other (--enable-non-contiguous-regions), so that nobody has to say
 * what goes where. Our own code reaches data by ADR, which is 1 MiB: so libraries come first.
 */
#include "layout.h"
#include "half.lds.h"
#define WINDOW	WINDOW_VA_ARM64
#define VECTORS IMAGE_PE_TEXT /* they are 2 KiB, and aligned to that */

ENTRY(image_start)
MEMORY {
	before_pe : ORIGIN = WINDOW, LENGTH = IMAGE_PE
	pe : ORIGIN = WINDOW + IMAGE_PE, LENGTH = IMAGE_PE_HEADERS - IMAGE_PE
	sbat : ORIGIN = WINDOW + IMAGE_PE_HEADERS, LENGTH = IMAGE_PE_TEXT - IMAGE_PE_HEADERS
	before_arm : ORIGIN = WINDOW + VECTORS, LENGTH = IMAGE_ARM_BASE - VECTORS
	arm : ORIGIN = WINDOW + IMAGE_ARM_BASE, LENGTH = IMAGE_MAX
	window : ORIGIN = WINDOW, LENGTH = WINDOW_SIZE
}
SECTIONS {
	.head : IN_FILE(.head) {
		__image_start = .;
		__text_start = .;
		KEEP(*(.head))
	} > before_pe
	.pe : IN_FILE(.pe) { KEEP(*(.pe)) } > pe
	.sbat : IN_FILE(.sbat) { KEEP(*(.sbat)) } > sbat
	ASSERT(early_stack_top - __image_start == IMAGE_EARLY_STACK_TOP, "early stack moved")
	.vectors : IN_FILE(.vectors) {
		*(.vectors)
		__idmap_start = .;	/* not in the first page: as -bios, that is the null pointer's */
		KEEP(*(.idmap))
		__idmap_end = .;
		*(.entry)
	} > before_arm
	.text.2 : IN_FILE(.text.2) { TEXT } > before_arm
	.arm_half : IN_FILE(.arm_half) { KEEP(*(.arm_half)) } > arm
	.text : IN_FILE(.text) {
		KEEP(*(.efi))
		TEXT
		EARLY_RODATA
		. = ALIGN(16);
		__text_end = .;
	} > arm
	READ_ONLY_PART
	ASSERT((__idmap_start & -4096) == ((__idmap_end - 1) & -4096), "the identity-mapped code must fit a page")
	WRITABLE_PART
	__image_size = ALIGN(__data_lma + SIZEOF(.data), IMAGE_PE_FILE);	/* the Makefile fills it up */
	__image_pages = ALIGN(__image_size, IMAGE_PE_PAGE);
	__efi_entry = efi_entry - __image_start;
	ASSERT(__image_size < IMAGE_MAX, "the image is over its budget")
}
