/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions: while the fixup register is not zero, an access is being tried, and its failure goes
 * there. All else is a crash.
 */
#include "macros.inc"

	.syntax	unified
	.arch	armv7-a
	.arch_extension virt
	.arch_extension sec
	.arm

	.section .vectors, "ax"
	.balign	32
	.globl	vectors
vectors:
	b	arch_park		/* reset */
	b	undefined
	b	svc
	b	prefetch_abort
	b	data_abort
	b	arch_park		/* hyp trap: we run no guest */
	b	arch_park		/* IRQ, FIQ: masked */
	b	arch_park

	/* number, and what to take from lr to get the address of the instruction in A32 and T32 */
	.macro	exception name, number, back, back_thumb
\name:	mcr	p15, 0, r0, c13, c0, 3	/* TPIDRURO, our scratch register */
	is_hyp	r0
	beq	1f
	mrc	p15, 0, r0, c13, c0, 4
	cmp	r0, #0
	beq	2f
	mov	lr, r0
	mov	r0, #0
	mcr	p15, 0, r0, c13, c0, 4
	mrc	p15, 0, r0, c13, c0, 3
	movs	pc, lr
1:	mrc	p15, 4, r0, c13, c0, 2
	cmp	r0, #0
	beq	3f
	msr	elr_hyp, r0
	mov	r0, #0
	mcr	p15, 4, r0, c13, c0, 2
	mrc	p15, 0, r0, c13, c0, 3
	eret
2:	mrs	r0, spsr
	tst	r0, #PSR_T
	subeq	lr, lr, #\back
	subne	lr, lr, #\back_thumb
3:	mov	r0, #\number
	b	crash
	.endm

	exception undefined, 1, 4, 2
	exception svc, 2, 4, 2
	exception prefetch_abort, 3, 4, 4
	exception data_abort, 4, 8, 8

/* The frame is struct trap_frame of trap.c: r0-r12, sp, lr, pc, psr, number. */
crash:
	mcr	p15, 0, r1, c13, c0, 2	/* TPIDRURW */
	adr	r1, vectors		/* before the window is on there is nobody to tell */
	mcr	p15, 0, r2, c13, c0, 4
	ldr	r2, =vectors
	cmp	r1, r2
	bne	arch_park
	ldr	r2, =crashing		/* a crash of the report itself is not reported */
	ldr	r1, [r2]
	cmp	r1, #0
	bne	arch_park
	mov	r1, #1
	str	r1, [r2]
	mrc	p15, 0, r2, c13, c0, 4
	is_hyp	r1
	moveq	r1, sp			/* HYP has one stack pointer: the old one goes along */
	ldr	sp, =__trap_stack_top
	sub	sp, sp, #72
	str	r0, [sp, #68]
	stmib	sp, {r1-r12}
	str	r1, [sp, #52]
	mrc	p15, 0, r0, c13, c0, 3
	str	r0, [sp]
	mrc	p15, 0, r0, c13, c0, 2
	str	r0, [sp, #4]
	is_hyp	r0
	beq	4f
	str	lr, [sp, #60]
	mrs	r0, spsr
	str	r0, [sp, #64]
	add	r2, sp, #52
	mrs	r3, cpsr
	cps	#MODE_SVC
	str	sp, [r2]
	str	lr, [r2, #4]
	msr	cpsr_c, r3
	b	5f
4:	str	lr, [sp, #56]
	mrs	r0, elr_hyp
	str	r0, [sp, #60]
	mrs	r0, spsr		/* SPSR_hyp: banked names are for other modes */
	str	r0, [sp, #64]
5:	mov	r0, #0			/* a crash report may try accesses of its own */
	mcr	p15, 0, r0, c13, c0, 4
	mov	r0, sp
	bl	trap
	b	arch_park
	.ltorg

	.text
/* bool arch_probe_read(uintptr_t address, uint32_t *value) */
function arch_probe_read
	push	{r4, lr}
	mov	r4, r1
	adr	r1, 9f
	bl	set_fixup
	ldr	r2, [r0]
	dsb
	mov	r1, #0
	bl	set_fixup
	str	r2, [r4]
	mov	r0, #1
	pop	{r4, pc}
9:	mov	r0, #0
	pop	{r4, pc}

/*
 * int32_t smccc(conduit, function, uint32_t args[3], uint32_t result[4]): -1 where the call
 * instruction is undefined.
 */
function smccc
	push	{r4-r8, lr}
	mov	r4, r0
	mov	r5, r1
	mov	r6, r2
	mov	r7, r3
	mvn	r0, #0
	str	r0, [r7]
	adr	r1, 9f
	bl	set_fixup
	mov	r0, r5
	ldm	r6, {r1-r3}
	cmp	r4, #2
	beq	1f
	hvc	#0
	b	2f
1:	smc	#0
2:	stm	r7, {r0-r3}
	mov	r1, #0
	bl	set_fixup
9:	ldr	r0, [r7]
	pop	{r4-r8, pc}
