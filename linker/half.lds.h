/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What both halves have in common. In the file nothing is padded: the page where text ends and
 * read-only data begins is mapped twice, once for each, at neighbouring addresses.
 */
#define IN_FILE(section) AT(ADDR(section) - WINDOW)

/*
 * A function goes into the first part of the text that has room for it, and the first that does not
 * fit ends that part: small ones come first where there is little room; packaged libraries, which
 * come by the file, where there is much.
 */
#define TEXT_FOR_GAP *drivers?*.c.o(.text.*) *(.text.*)
#define TEXT	     *lib?*.a:*(.text .text.*) *(.text .text.*)

/*
 * Constants of the code that runs before the MMU is on are right by it. Other read-only data must
 * leave them out by name: the linker would look for their strings among its own.
 */
#define EARLY_RODATA                                                                               \
	*early*.c.o(.rodata .rodata.*)                                                             \
	*fdt/walk.c.o(.rodata .rodata.*)                                                           \
	*pagetable.c.o(.rodata .rodata.*)
#define OTHER_RODATA                                                                               \
	EXCLUDE_FILE(*early*.c.o *fdt/walk.c.o *pagetable.c.o) *(.rodata .rodata.*)

#define READ_ONLY_PART                                                                             \
	.rodata ALIGN(__text_end, 4096) + (__text_end & 4095) : AT(__text_end - WINDOW) {          \
		__rodata_start = .;                                                                \
		OTHER_RODATA                                                                       \
		. = ALIGN(16);                                                                     \
		__rodata_end = .;                                                                  \
	} > window                                                                                 \
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
	} > window                                                                                 \
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
		ASSERT(. <= WINDOW + WINDOW_POOL, "the writable part runs into the page tables"); \
	} > window                                                                                 \
	/DISCARD/ : { *(.comment .note* .ARM.attributes .eh_frame* .ARM.exidx* .ARM.extab*) }
