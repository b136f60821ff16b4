/* SPDX-License-Identifier: BSD-2-Clause */
/* The code that runs while the MMU goes on or off: mapped at its physical address too. */
#include "macros.inc"
#include "arch_layout.h"

	.section .idmap, "ax"

/* x0 = root table, x1 = where to go on, in the window. */
	.globl	mmu_on
mmu_on:
	mov_q	x2, PT_MAIR
	/* 48-bit addresses, 4 KiB pages, write-back inner-shareable walks, nothing through TTBR1 */
	mrs	x4, id_aa64mmfr0_el1
	and	x4, x4, #0xf		/* PARange */
	cmp	x4, #5
	mov	x3, #5
	csel	x4, x4, x3, ls		/* 48 bits at most with these tables */
	mov_q	x3, 0x00803510
	orr	x5, x3, x4, lsl #32	/* as TCR_EL1 */
	mov_q	x3, 0x80803510
	orr	x6, x3, x4, lsl #16	/* as TCR_EL2, TCR_EL3 */
	dsb	sy
	by_level x3
	msr	mair_el1, x2
	msr	tcr_el1, x5
	msr	ttbr0_el1, x0
	isb
	tlbi	vmalle1
	dsb	nsh
	ic	iallu
	dsb	nsh
	isb
	mrs	x3, sctlr_el1
	orr	x3, x3, #SCTLR_M
	orr	x3, x3, #SCTLR_C
	orr	x3, x3, #SCTLR_WXN
	msr	sctlr_el1, x3
	isb
	br	x1
2:	msr	mair_el2, x2
	mrs	x3, hcr_el2
	tst	x3, #(1 << 34)		/* E2H: TCR_EL2 has the shape of TCR_EL1 */
	csel	x6, x5, x6, ne
	msr	tcr_el2, x6
	msr	ttbr0_el2, x0
	isb
	tlbi	alle2
	dsb	nsh
	ic	iallu
	dsb	nsh
	isb
	mrs	x3, sctlr_el2
	orr	x3, x3, #SCTLR_M
	orr	x3, x3, #SCTLR_C
	orr	x3, x3, #SCTLR_WXN
	msr	sctlr_el2, x3
	isb
	br	x1
3:	msr	mair_el3, x2
	msr	tcr_el3, x6
	msr	ttbr0_el3, x0
	isb
	tlbi	alle3
	dsb	nsh
	ic	iallu
	dsb	nsh
	isb
	mrs	x3, sctlr_el3
	orr	x3, x3, #SCTLR_M
	orr	x3, x3, #SCTLR_C
	orr	x3, x3, #SCTLR_WXN
	msr	sctlr_el3, x3
	isb
	br	x1

/* x0..x3 = the guest's, x4 = its entry, x6 = whether its data is big-endian. Nothing of ours is needed afterwards. */
	.globl	mmu_off
mmu_off:
	by_level x5
	mov_q	x5, SCTLR_EL1_OFF
	orr	x5, x5, x6, lsl #SCTLR_E0E_SHIFT
	orr	x5, x5, x6, lsl #SCTLR_EE_SHIFT
	msr	sctlr_el1, x5
	isb
	tlbi	vmalle1
	msr	vbar_el1, xzr
	msr	ttbr0_el1, xzr
	b	4f
2:	mov_q	x5, SCTLR_EL2_OFF
	orr	x5, x5, x6, lsl #SCTLR_EE_SHIFT
	msr	sctlr_el2, x5
	isb
	tlbi	alle2
	msr	vbar_el2, xzr
	msr	ttbr0_el2, xzr
	b	4f
3:	mov_q	x5, SCTLR_EL2_OFF
	orr	x5, x5, x6, lsl #SCTLR_EE_SHIFT
	msr	sctlr_el3, x5
	isb
	tlbi	alle3
	msr	vbar_el3, xzr
	msr	ttbr0_el3, xzr
4:	ic	iallu
	dsb	sy
	isb
	br	x4

/* void enter_guest(const struct guest_entry *guest, uint64_t mmu_off_at) */
	.section .text.enter_guest, "ax"
	.globl	enter_guest
enter_guest:
	msr	spsel, #1
	mov	x9, x1
	mov	x8, x0
	ldr	x4, [x8]
	ldp	x0, x1, [x8, #8]
	ldp	x2, x3, [x8, #24]
	ldrb	w6, [x8, #40]
	br	x9
