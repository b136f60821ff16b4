/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The AArch64 half, and the file as a whole. What has a fixed place cuts the text into three parts:
 * the linker fills one after the other (--enable-non-contiguous-regions), so that nobody has to say
 * what goes where.
 */
#include "layout.h"
#include "half.lds.h"
#define WINDOW	WINDOW_VA_ARM64
#define VECTORS 0x1000 /* they are 2 KiB, and aligned to that */

ENTRY(image_start)
MEMORY {
	before_vectors : ORIGIN = WINDOW, LENGTH = VECTORS
	before_arm : ORIGIN = WINDOW + VECTORS, LENGTH = IMAGE_ARM_BASE - VECTORS
	arm : ORIGIN = WINDOW + IMAGE_ARM_BASE, LENGTH = IMAGE_MAX
	window : ORIGIN = WINDOW, LENGTH = WINDOW_SIZE
}
SECTIONS {
	.head : IN_FILE(.head) {
		__image_start = .;
		__text_start = .;
		KEEP(*(.head))
		ASSERT(early_stack_top - __image_start == IMAGE_EARLY_STACK_TOP, "early stack moved");
	} > before_vectors
	.text.1 : IN_FILE(.text.1) { TEXT_FOR_GAP } > before_vectors
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
		TEXT
		EARLY_RODATA
		. = ALIGN(16);
		__text_end = .;
	} > arm
	READ_ONLY_PART
	ASSERT((__idmap_start & -4096) == ((__idmap_end - 1) & -4096), "the identity-mapped code must fit a page")
	WRITABLE_PART
	__image_size = __data_lma + SIZEOF(.data);
	ASSERT(__image_size < IMAGE_MAX, "the image is over its budget")
}
