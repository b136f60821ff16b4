/* SPDX-License-Identifier: BSD-2-Clause */
/* The monitor, as data of the half that installs it. */
	.section .rodata.monitor_blob, "a"
	.balign	8
	.globl	monitor_blob, monitor_blob_size
monitor_blob:
	.incbin	MONITOR_BIN
1:	.balign	8
monitor_blob_size:
	.quad	1b - monitor_blob
