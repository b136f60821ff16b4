/* SPDX-License-Identifier: BSD-2-Clause */
/* The code that runs while the MMU goes on or off: mapped at its physical address too. */
#include "arch_layout.h"
#include "macros.inc"

	.syntax	unified
	.arch	armv7-a
	.arch_extension virt
	.arm

	.section .idmap, "ax"

/* r0 = root table, r1 = where to go on, in the window. */
function mmu_on
	mov_w	r2, PT_MAIR
	/* 32-bit input addresses through one table, write-back inner-shareable walks */
	mov_w	r3, 0x80803500		/* TTBCR: EAE, EPD1; HTCR has its RES1 bits there */
	mov	r8, #0
	dsb
	is_hyp	r9
	beq	1f
	mcr	p15, 0, r2, c10, c2, 0	/* MAIR0 */
	mcr	p15, 0, r8, c10, c2, 1	/* MAIR1 */
	mcr	p15, 0, r3, c2, c0, 2	/* TTBCR */
	mcrr	p15, 0, r0, r8, c2	/* TTBR0 */
	isb
	mcr	p15, 0, r8, c8, c7, 0	/* TLBIALL */
	mcr	p15, 0, r8, c7, c5, 0	/* ICIALLU */
	mcr	p15, 0, r8, c7, c5, 6	/* BPIALL */
	dsb
	isb
	mrc	p15, 0, r2, c1, c0, 0
	orr	r2, r2, #(SCTLR_M | SCTLR_C)
	orr	r2, r2, #SCTLR_WXN
	mcr	p15, 0, r2, c1, c0, 0
	isb
	bx	r1
1:	mcr	p15, 4, r2, c10, c2, 0	/* HMAIR0 */
	mcr	p15, 4, r8, c10, c2, 1	/* HMAIR1 */
	mcr	p15, 4, r3, c2, c0, 2	/* HTCR */
	mcrr	p15, 4, r0, r8, c2	/* HTTBR */
	isb
	mcr	p15, 4, r8, c8, c7, 0	/* TLBIALLH */
	mcr	p15, 0, r8, c7, c5, 0
	mcr	p15, 0, r8, c7, c5, 6
	dsb
	isb
	mrc	p15, 4, r2, c1, c0, 0
	orr	r2, r2, #(SCTLR_M | SCTLR_C)
	orr	r2, r2, #SCTLR_WXN
	mcr	p15, 4, r2, c1, c0, 0
	isb
	bx	r1

/* r0..r3 = the guest's, r4 = its entry, r6 = whether its data is big-endian. Nothing of ours is needed afterwards. */
function mmu_off
	mov	r8, #0
	is_hyp	r9
	beq	1f
	mrc	p15, 0, r5, c1, c0, 0
	bic	r5, r5, #(SCTLR_M | SCTLR_C)
	bic	r5, r5, #SCTLR_WXN
	orr	r5, r5, r6, lsl #SCTLR_EE_SHIFT
	mcr	p15, 0, r5, c1, c0, 0
	isb
	mcr	p15, 0, r8, c2, c0, 2	/* TTBCR: back to short descriptors, as at reset */
	mcrr	p15, 0, r8, r8, c2
	mcr	p15, 0, r8, c12, c0, 0	/* VBAR */
	mcr	p15, 0, r8, c8, c7, 0
	b	2f
1:	mrc	p15, 4, r5, c1, c0, 0
	bic	r5, r5, #(SCTLR_M | SCTLR_C)
	bic	r5, r5, #SCTLR_WXN
	orr	r5, r5, r6, lsl #SCTLR_EE_SHIFT
	mcr	p15, 4, r5, c1, c0, 0
	isb
	mcr	p15, 4, r8, c12, c0, 0	/* HVBAR */
	mcr	p15, 4, r8, c8, c7, 0
2:	mcr	p15, 0, r8, c7, c5, 0
	mcr	p15, 0, r8, c7, c5, 6
	dsb
	isb
	cmp	r6, #0
	bxeq	r4
	setend	be
	bx	r4

/* void enter_guest(uintptr_t mmu_off_at, const uint32_t values[6]): r0-r3, the entry, big-endian */
	.section .text.enter_guest, "ax"
function enter_guest
	mov	r9, r0
	ldm	r1, {r0-r4, r6}
	bx	r9
