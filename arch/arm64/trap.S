/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions: while TPIDR_ELx is not zero, an access is being tried, and its failure goes there
 * (flags change, nothing else). All else is a crash.
 */
#include "macros.inc"

	.section .vectors, "ax"
	.balign	2048
	.globl	vectors
vectors:
	.set	slot, 0
	.rept	16
	msr	tpidrro_el0, x0
	by_level x0
	mrs	x0, tpidr_el1
	cbz	x0, 5f
	msr	elr_el1, x0
	msr	tpidr_el1, xzr
	b	4f
2:	mrs	x0, tpidr_el2
	cbz	x0, 5f
	msr	elr_el2, x0
	msr	tpidr_el2, xzr
	b	4f
3:	mrs	x0, tpidr_el3
	cbz	x0, 5f
	msr	elr_el3, x0
	msr	tpidr_el3, xzr
4:	mrs	x0, tpidrro_el0
	eret
	/* C runs on SP_EL0, so slots 0-3 are its; in 4-7 there is no stack that could be trusted. */
5:	.if	slot < 4
	mov	x0, #slot
	b	crash
	.else
	b	arch_park
	.endif
	.balign	128
	.set	slot, slot + 1
	.endr

/* The frame is struct trap_frame of trap.c: x0-x30, sp, elr, spsr, esr, far, slot. */
crash:
	stp	x0, x1, [sp, #-304]!
	str	x0, [sp, #288]
	mrs	x0, tpidrro_el0
	str	x0, [sp]
	frame_registers stp
	mrs	x0, sp_el0
	stp	x30, x0, [sp, #240]
	by_level x0
	mrs	x2, elr_el1
	mrs	x3, spsr_el1
	mrs	x4, esr_el1
	mrs	x5, far_el1
	b	4f
2:	mrs	x2, elr_el2
	mrs	x3, spsr_el2
	mrs	x4, esr_el2
	mrs	x5, far_el2
	b	4f
3:	mrs	x2, elr_el3
	mrs	x3, spsr_el3
	mrs	x4, esr_el3
	mrs	x5, far_el3
4:	stp	x2, x3, [sp, #256]
	stp	x4, x5, [sp, #272]
	mov	x0, sp
	bl	trap
	b	arch_park

/* bool arch_probe_read(uintptr_t address, uint32_t *value) */
	.text
	.globl	arch_probe_read
arch_probe_read:
	adr	x2, 9f
	by_level x3
	msr	tpidr_el1, x2
	b	4f
2:	msr	tpidr_el2, x2
	b	4f
3:	msr	tpidr_el3, x2
4:	isb
	ldr	w2, [x0]
	dsb	sy
	str	w2, [x1]
	mov	w0, #1
	b	1f
9:	mov	w0, #0
1:	by_level x3
	msr	tpidr_el1, xzr
	ret
2:	msr	tpidr_el2, xzr
	ret
3:	msr	tpidr_el3, xzr
	ret

/*
 * int64_t arch_smccc_raw(conduit, function, a, b, c, result[4]): -1 where the call instruction is
 * undefined. SMCCC lets the callee change x0-x17.
 */
	.globl	arch_smccc_raw
arch_smccc_raw:
	stp	x19, x30, [sp, #-16]!
	mov	x19, x5
	mov	w8, w0
	adr	x5, 9f
	by_level x6
	msr	tpidr_el1, x5
	b	4f
2:	msr	tpidr_el2, x5
	b	4f
3:	msr	tpidr_el3, x5
4:	isb
	mov	w0, w1
	mov	x1, x2
	mov	x2, x3
	mov	x3, x4
	cmp	w8, #2
	b.eq	5f
	hvc	#0
	b	6f
5:	smc	#0
6:	stp	x0, x1, [x19]
	stp	x2, x3, [x19, #16]
	b	1f
9:	mov	x0, #-1
	str	x0, [x19]
1:	by_level x6
	msr	tpidr_el1, xzr
	b	4f
2:	msr	tpidr_el2, xzr
	b	4f
3:	msr	tpidr_el3, xzr
4:	ldp	x19, x30, [sp], #16
	ret
