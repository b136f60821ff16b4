/* SPDX-License-Identifier: BSD-2-Clause */
/* The EFI application in AArch64: where the firmware enters it, and the way out of UEFI. */
#include "layout.h"
#include "macros.inc"

/* Offsets in struct efi_exit. */
#define EXIT_IMAGE 0
#define EXIT_TREE  16
#define EXIT_TABLE 32

/* In a section header (Microsoft's "PE Format"). */
#define VIRTUAL_SIZE 8
#define RAW_SIZE     16
#define HEADER_SIZE  40

#define HCR_EL2_RW 31

	.section .head, "ax"
	b	efi_application

	.text
	.globl	efi_level
	.type	efi_level, %function
efi_level:
	mrs	x0, CurrentEL
	lsr	x0, x0, #2
	ret

/*
 * The firmware maps all RAM one to one, so nothing moves when the MMU goes off. What it has of the
 * file and of the tree in its caches goes to memory first, this code among it.
 */
	.globl	efi_leave
	.type	efi_leave, %function
efi_leave:
	msr	daifset, #0xf
	ldp	x20, x21, [x0, #EXIT_IMAGE]
	ldp	x22, x23, [x0, #EXIT_TREE]
	ldp	x24, x25, [x0, #EXIT_TABLE]
	mov	x0, x20
	mov	x1, x21
	bl	arch_clean_invalidate
	mov	x0, x22
	mov	x1, x23
	bl	arch_clean_invalidate
	by_level x0
	mov_q	x0, SCTLR_EL1_OFF
	msr	sctlr_el1, x0
	isb
	tlbi	vmalle1
	b	3f
2:	mov_q	x0, SCTLR_EL2_OFF
	msr	sctlr_el2, x0
	isb
	mov	x0, #(1 << HCR_EL2_RW)	/* no E2H, no TGE: as a VMM enters at EL2 */
	msr	hcr_el2, x0
	isb
	tlbi	alle2
3:	dsb	sy
	ic	iallu
	dsb	sy
	isb

	/*
	 * The file is not as it was on disk, but as it was loaded: sections have pages of their own.
	 * Lines of this page that came into the cache again since, while the MMU was on, would hide
	 * what is stored now, which is in memory at once.
	 */
	mov	x0, x20
	mov	x1, #IMAGE_PE_HEADERS
	bl	arch_clean_invalidate
	str	w21, [x20, #IMAGE_SIZE_AT]
	cbz	x25, 5f
4:	ldp	w0, w1, [x24, #VIRTUAL_SIZE]
	add	x0, x0, #0xfff
	and	x0, x0, #~0xfff
	stp	w0, w1, [x24, #RAW_SIZE]
	add	x24, x24, #HEADER_SIZE
	subs	x25, x25, #1
	b.ne	4b
5:	dsb	sy
	mov	x0, x20
	mov	x1, #IMAGE_PE_HEADERS
	bl	arch_clean_invalidate
	mov	x0, x22
	mov	x1, xzr
	mov	x2, xzr
	mov	x3, xzr
	br	x20
