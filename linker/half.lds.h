/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What both halves have in common. In the file nothing is padded: the page where text ends and
 * read-only data begins is mapped twice, once for each, at neighbouring addresses.
 */
#define EARLY_RODATA /* constants of the code that runs before the MMU is on: right by it */         \
	*early.c.o(.rodata .rodata.*) *early_init.c.o(.rodata .rodata.*)                           \
	*fdt_walk.c.o(.rodata .rodata.*) *pagetable.c.o(.rodata .rodata.*)

#define READ_ONLY_PART                                                                             \
	.rodata ALIGN(__text_end, 4096) + (__text_end & 4095) : AT(__text_end - WINDOW) {          \
		__rodata_start = .;                                                                \
		*(.rodata .rodata.*)                                                               \
		. = ALIGN(16);                                                                     \
		__rodata_end = .;                                                                  \
	}                                                                                          \
	__data_lma = __rodata_end - (__rodata_start - __text_end) - WINDOW;

/*
 * The writable part of the window. Its pages follow each other in
 * RAM as they do here, so that one offset translates all of them; the guard pages stay unmapped.
 */
#define WRITABLE_PART                                                                              \
	.data WINDOW + WINDOW_DATA : AT(__data_lma) {                                              \
		__data_start = .;                                                                  \
		*(.data .data.*) *(.got .got.plt) *(.igot .igot.plt)                               \
		. = ALIGN(16);                                                                     \
		__data_end = .;                                                                    \
	}                                                                                          \
	.bss (NOLOAD) : {                                                                          \
		__bss_start = .;                                                                   \
		*(.bss .bss.* COMMON)                                                              \
		. = ALIGN(64);                                                                     \
		__bss_end = .;                                                                     \
		*(.noinit .noinit.*)                                                               \
		. = ALIGN(4096);                                                                   \
		__writable_end = .;                                                                \
		. += 4096; /* guard */                                                             \
		__stack_bottom = .;                                                                \
		. += STACK_SIZE;                                                                   \
		__stack_top = .;                                                                   \
		. += 4096; /* guard */                                                             \
		__trap_stack_bottom = .;                                                           \
		. += TRAP_STACK_SIZE;                                                              \
		__trap_stack_top = .;                                                              \
	}                                                                                          \
	/DISCARD/ : { *(.comment .note* .ARM.attributes .eh_frame* .ARM.exidx* .ARM.extab*) }
