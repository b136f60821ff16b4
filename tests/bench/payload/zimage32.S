/* SPDX-License-Identifier: BSD-2-Clause */
/* A minimal AArch32 zImage: marker, report (payload.c), power-off. One page, its stack included. */
#include "marker.h"

	.arch_extension virt
	.arch_extension sec
	.section .head, "ax"
	.globl	_start
_start:
	b	entry
	.rept	8
	nop
	.endr
	.long	0x016f2818		@ magic, at 0x24
	.long	0			@ start: not bound to an address
	.long	PAYLOAD_BYTES		@ end
	.long	0x04030201		@ little-endian
entry:
	.inst	MARKER_A32
	mov	r0, r2			@ the FDT
	adr	r1, _start
	add	sp, r1, #4096
	bl	report_fdt
	ldr	r0, =0x84000008		@ PSCI SYSTEM_OFF
	mrs	r9, cpsr
	and	r9, r9, #0x1f
	cmp	r9, #0x1a
	beq	1f
	hvc	#0			@ SVC: QEMU answers hvc
	b	.
1:	smc	#0			@ HYP: smc
	b	.
