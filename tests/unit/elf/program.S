/* SPDX-License-Identifier: BSD-2-Clause */
/* A program for both architectures, with code, data and memory that starts as zero. */
	.section .head, "ax"
	.globl _start
	nop
	nop
#ifdef THUMB
	.thumb
	.thumb_func
#endif
	.type _start, %function
_start:
	nop
	.size _start, . - _start

	.section .rodata
	.ascii "constant"

	.data
	.balign 8
	.word 0x01020304
	.ascii "variable"

	.bss
	.balign 16
	.space 0x1234
