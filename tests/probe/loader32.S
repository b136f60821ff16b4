/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A loader that can be told to do everything wrong, to show that each check of a probe can fail.
 * badloader.py puts the parameters, 32-bit words, right behind this file.
 */

#define MODE_MASK 0x1f
#define MODE_HYP 0x1a
#define EC_HVC 0x12
#define SPSR_SVC 0x1d3

	.syntax unified
	.arch	armv7-a
	.arch_extension virt
	.arm
	.text
	adr	r12, parameters
	ldmia	r12!, {r4-r11}		/* r0-r3, entry, CPSR's AIF, E?, SCTLR bits */
	mrc	p15, 0, r0, c1, c0, 0
	orr	r11, r11, r0
	ldmia	r12!, {r0-r3}		/* HSCTLR bits, bits to clear in SCTLR, CNTFRQ, CNTVOFF */
	bic	r11, r11, r1
	mcr	p15, 0, r2, c14, c0, 0
	mov	r2, r0
	mrs	r0, cpsr
	and	r0, r0, #MODE_MASK
	cmp	r0, #MODE_HYP
	bne	svc
	mov	r0, #0
	mcrr	p15, 4, r3, r0, c14	/* CNTVOFF */
	ldmia	r12, {r0, r1, r3}	/* table, memory attributes, go down, with CNTHCTL? */
	cmp	r3, #-1
	bne	down
	mov	r3, #0
	mcrr	p15, 4, r0, r3, c2	/* HTTBR */
	mcr	p15, 4, r1, c10, c2, 0	/* HMAIR0 */
	mov	r3, #1 << 31
	mcr	p15, 4, r3, c2, c0, 2	/* HTCR */
	mrc	p15, 4, r3, c1, c0, 0
	orr	r3, r3, r2
	isb
	mcr	p15, 0, r11, c1, c0, 0	/* SCTLR, which does not act in HYP */
	mcr	p15, 4, r3, c1, c0, 0	/* HSCTLR */
	isb
	b	leave
svc:
	ldr	r0, [r12]
	mcr	p15, 0, r0, c2, c0, 0	/* TTBR0 */
	mov	r0, #0
	mcr	p15, 0, r0, c2, c0, 2	/* TTBCR */
	mvn	r0, #0
	mcr	p15, 0, r0, c3, c0, 0	/* DACR: no checks */
	isb
	mcr	p15, 0, r11, c1, c0, 0
	isb

leave:
	mrs	r0, cpsr
	bic	r0, r0, #0x1c0
	orr	r0, r0, r9
	msr	cpsr_xc, r0
	mov	r12, r8
	mov	r0, r4
	mov	r1, r5
	mov	r2, r6
	mov	r3, r7
	cmp	r10, #0
	beq	1f
	setend	be
1:	bx	r12

/* The boot CPU alone goes to SVC: the others will start in HYP. */
down:
	mcr	p15, 4, r3, c14, c1, 0	/* CNTHCTL */
	ldr	r3, [r12, #12]
	mcr	p15, 4, r3, c1, c1, 2	/* HCPTR */
	adr	r3, vectors
	mcr	p15, 4, r3, c12, c0, 0	/* HVBAR */
	mov	r3, #SPSR_SVC
	msr	spsr_cxsf, r3
	msr	elr_hyp, r8
	mov	r0, r4
	mov	r1, r5
	mov	r2, r6
	mov	r3, r7
	isb
	eret

/* A level above that answers no call (-1) and lets no access through. */
	.balign	32
vectors:
	.org	vectors + 0x14
	mcr	p15, 4, r1, c13, c0, 2	/* HTPIDR keeps r1: there is no stack */
	mrc	p15, 4, r1, c5, c2, 0	/* HSR */
	lsr	r1, r1, #26
	cmp	r1, #EC_HVC
	mvneq	r0, #0
	mrsne	r1, elr_hyp
	addne	r1, r1, #4
	msrne	elr_hyp, r1
	mrc	p15, 4, r1, c13, c0, 2
	eret

	.balign	4
parameters:
