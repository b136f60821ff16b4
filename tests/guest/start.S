/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's stack will do. */
	.globl	_start
_start:
	bl	init

	.section .note.GNU-stack, "", %progbits
