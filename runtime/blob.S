/* SPDX-License-Identifier: BSD-2-Clause */
/* The runtime services, as data of the AArch64 half. */
	.section .rodata.runtime_blob, "a"
	.balign	8
	.globl	runtime_blob, runtime_blob_size
runtime_blob:
	.incbin	RUNTIME_BIN
1:	.balign	8
runtime_blob_size:
	.quad	1b - runtime_blob
