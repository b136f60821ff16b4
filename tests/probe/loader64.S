/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A loader that can be told to do everything wrong, to show that each check of a probe can fail.
 * badloader.py puts the parameters, 64-bit words, right behind this file.
 */

#define CURRENTEL_EL2 8
#define HCR_RW (1 << 31)
#define EC_HVC 0x16
#define SPSR_EL1H 0x3c5

	.text
	adr	x28, parameters
	ldp	x0, x1, [x28], #16
	ldp	x2, x3, [x28], #16
	ldp	x10, x11, [x28], #16	/* entry, DAIF */
	ldp	x12, x13, [x28], #16	/* SPSel, MAIR */
	ldp	x14, x15, [x28], #16	/* TCR, TTBR0 */
	ldp	x16, x17, [x28], #16	/* bits to set in SCTLR and HCR */
	ldp	x18, x19, [x28], #16	/* CNTVOFF, CNTFRQ */
	ldp	x20, x21, [x28], #16	/* go down to EL1?, with this CNTHCTL */
	ldr	x22, [x28]		/* and this CPTR */

	msr	cntfrq_el0, x19		/* a loader runs at the highest level */
	mrs	x4, CurrentEL
	cmp	x4, #CURRENTEL_EL2
	b.ne	el1
	msr	cntvoff_el2, x18
	mrs	x5, hcr_el2
	orr	x5, x5, x17
	msr	hcr_el2, x5
	cbnz	x20, down

	msr	mair_el2, x13
	msr	tcr_el2, x14
	msr	ttbr0_el2, x15
	msr	daif, x11
	mrs	x5, sctlr_el2
	orr	x5, x5, x16
	isb
	msr	sctlr_el2, x5
	b	leave
el1:
	msr	mair_el1, x13
	msr	tcr_el1, x14
	msr	ttbr0_el1, x15
	msr	daif, x11
	mrs	x5, sctlr_el1
	orr	x5, x5, x16
	isb
	msr	sctlr_el1, x5
leave:
	msr	spsel, x12
	isb
	br	x10

/* The boot CPU alone goes to EL1: the others will start in EL2. */
down:
	mov	x5, #HCR_RW
	msr	hcr_el2, x5
	msr	cnthctl_el2, x21
	msr	cptr_el2, x22
	adr	x5, vectors
	msr	vbar_el2, x5
	mov	x5, #SPSR_EL1H
	msr	spsr_el2, x5
	msr	elr_el2, x10
	isb
	eret

/* A level above that answers no call (-1) and lets no access through. */
	.balign	2048
vectors:
	.org	vectors + 0x400
	mrs	x16, esr_el2
	lsr	x16, x16, #26
	cmp	x16, #EC_HVC
	b.ne	1f
	mov	x0, #-1
	eret
1:	mrs	x16, elr_el2
	add	x16, x16, #4
	msr	elr_el2, x16
	eret

	.balign	8
parameters:
