/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of the file, and the memory behind it. */

/* Bytes that no loader can guess: a file cut short or shifted cannot pass. */
	.section .pad, "a"
	.incbin	PROBE_PAD

/* Filled by seal.py: magic, size of the file, CRC-32 of all before the CRC. */
	.section .seal, "a"
	.balign	16
	.global file_seal
file_seal:
	.ascii	"PROBEEND"
	.word	0, 0
	.global file_end
file_end:

	.bss
	.balign	16
	.space	8192
stack_top:
	.space	2048
crash_stack_top:
	.global entry
entry:
	.space	128
/* struct smp_cpu[] of smp.h, each with its stack */
	.balign	16
	.global smp_cpu
smp_cpu:
	.space	CPU_COUNT * CPU_SIZE

	.section .note.GNU-stack, "", %progbits
