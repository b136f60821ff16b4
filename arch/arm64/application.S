/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls of EFI applications, and what their memory needs of the CPU. */
#include "macros.inc"

	.text
/*
 * uint64_t arch_application_start(uint64_t entry, void *handle, void *system, uint64_t stack,
 *				   uint64_t context[21])
 */
	.globl	arch_application_start
arch_application_start:
	mov	x9, sp
	stp	x19, x20, [x4]
	stp	x21, x22, [x4, #16]
	stp	x23, x24, [x4, #32]
	stp	x25, x26, [x4, #48]
	stp	x27, x28, [x4, #64]
	stp	x29, x30, [x4, #80]
	str	x9, [x4, #96]
	stp	d8, d9, [x4, #104]	/* the caller's as well (AAPCS64, 6.1.2) */
	stp	d10, d11, [x4, #120]
	stp	d12, d13, [x4, #136]
	stp	d14, d15, [x4, #152]
	mov	x19, x4
	cbz	x3, 1f
	mov	sp, x3
1:	mov	x9, x0
	mov	x0, x1
	mov	x1, x2
	blr	x9
	mov	x1, x0
	mov	x0, x19

/* _Noreturn void arch_application_leave(const uint64_t context[21], uint64_t status) */
	.globl	arch_application_leave
arch_application_leave:
	ldr	x9, [x0, #96]
	mov	sp, x9
	ldp	x19, x20, [x0]
	ldp	x21, x22, [x0, #16]
	ldp	x23, x24, [x0, #32]
	ldp	x25, x26, [x0, #48]
	ldp	x27, x28, [x0, #64]
	ldp	x29, x30, [x0, #80]
	ldp	d8, d9, [x0, #104]
	ldp	d10, d11, [x0, #120]
	ldp	d12, d13, [x0, #136]
	ldp	d14, d15, [x0, #152]
	mov	x0, x1
	ret

/* void arch_allow_writable_code(void) */
	.globl	arch_allow_writable_code
arch_allow_writable_code:
	by_level x0
	mrs	x0, sctlr_el1
	bic	x0, x0, #SCTLR_WXN
	msr	sctlr_el1, x0
	b	flush
2:	mrs	x0, sctlr_el2
	bic	x0, x0, #SCTLR_WXN
	msr	sctlr_el2, x0
	b	flush
3:	mrs	x0, sctlr_el3
	bic	x0, x0, #SCTLR_WXN
	msr	sctlr_el3, x0
	b	flush

/* void arch_flush_tables(void): WXN may be in TLBs, as permissions are */
	.globl	arch_flush_tables
arch_flush_tables:
flush:	dsb	ishst
	by_level x2
	tlbi	vmalle1is
	b	4f
2:	tlbi	alle2is
	b	4f
3:	tlbi	alle3is
4:	dsb	ish
	isb
	ret

/* void arch_replace_entry(uint64_t *entry, uint64_t value): no stack, which may be behind it */
	.globl	arch_replace_entry
arch_replace_entry:
	mov	x9, x30
	str	xzr, [x0]
	bl	flush
	str	x1, [x0]
	dsb	ishst
	isb
	ret	x9

/* void arch_sync_code(uint64_t pa, uint64_t size) */
	.globl	arch_sync_code
arch_sync_code:
	mov	x9, x30
	bl	arch_clean
	ic	ialluis
	dsb	ish
	isb
	ret	x9
