/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EL2's vectors where the monitor is at EL3 and the guest at EL1: HVC goes on to the monitor, by SMC.
 * They are copied into memory of the non-secure world, which is where EL2 fetches from. Needs no
 * stack and no register, so there is nothing in that memory that EL3 relies on.
 */
	.section .rodata.hvc_vectors, "a"
	.balign	8
	.globl	hvc_vectors, hvc_vectors_size
hvc_vectors:
	.set	slot, 0
	.rept	16
	.if	slot == 8 || slot == 12	/* synchronous, from below */
	smc	#0
	eret
	dsb	nsh			/* nothing behind it is to be speculated on */
	isb
	.else
	b	.
	.endif
	.balign	128
	.set	slot, slot + 1
	.endr
2:	.balign	8
hvc_vectors_size:
	.quad	2b - hvc_vectors
