/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * HYP mode's vectors where the monitor is in Monitor mode and the guest in SVC mode: HVC goes on to
 * the monitor, by SMC. They are copied into memory of the non-secure world, which is where HYP mode
 * fetches from. Needs no stack and no register.
 */
	.syntax	unified
	.arch	armv7-a
	.arch_extension virt
	.arch_extension sec
	.arm

	.section .rodata.hvc_vectors, "a"
	.balign	8
	.globl	hvc_vectors, hvc_vectors_size
hvc_vectors:
	.rept	5
	b	.
	.endr
	b	1f			/* trap into HYP mode */
	b	.
	b	.
1:	smc	#0
	eret
2:	.balign	8
hvc_vectors_size:
	.quad	2b - hvc_vectors
