/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The AArch32 half: linked as if the file began at WINDOW, cut out as a flat binary. Its entry has
 * a fixed place; before it, the linker puts what fits (--enable-non-contiguous-regions).
 */
#include "layout.h"
#include "half.lds.h"
#define WINDOW WINDOW_VA_ARM

ENTRY(entry32)
MEMORY {
	before_entry : ORIGIN = WINDOW + IMAGE_ARM_BASE, LENGTH = IMAGE_ARM_ENTRY - IMAGE_ARM_BASE
	entry : ORIGIN = WINDOW + IMAGE_ARM_ENTRY, LENGTH = IMAGE_MAX - IMAGE_ARM_ENTRY
	window : ORIGIN = WINDOW, LENGTH = WINDOW_SIZE
}
SECTIONS {
	__image_start = WINDOW;
	__text_start = WINDOW + IMAGE_ARM_BASE;
	.idmap : IN_FILE(.idmap) {
		__idmap_start = .;
		KEEP(*(.idmap))
		__idmap_end = .;
	} > before_entry
	.text.1 : IN_FILE(.text.1) { TEXT_FOR_GAP } > before_entry
	.entry : IN_FILE(.entry) { KEEP(*(.entry)) } > entry
	.text : IN_FILE(.text) {
		*(.vectors)
		TEXT
		EARLY_RODATA
		. = ALIGN(16);
		__text_end = .;
	} > entry
	READ_ONLY_PART
	ASSERT((__idmap_start & -4096) == ((__idmap_end - 1) & -4096), "the identity-mapped code must fit a page")
	WRITABLE_PART
}
