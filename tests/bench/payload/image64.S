/* SPDX-License-Identifier: BSD-2-Clause */
/* A minimal arm64 Image: marker, report (payload.c), power-off. One page, its stack included. */
#include "marker.h"

	.section .head, "ax"
	.globl	_start
_start:
	nop				// code0
	b	entry			// code1
	.quad	0			// text_offset
	.quad	PAYLOAD_BYTES		// image_size
	.quad	0xa			// little-endian, 4K pages, placed anywhere
	.quad	0, 0, 0
	.ascii	"ARM\x64"
	.long	0
entry:
	.inst	MARKER_A64
	adrp	x9, _start
	add	x9, x9, #4096
	mov	sp, x9
	adr	x1, _start
	bl	report_fdt
	ldr	w0, =0x84000008		// PSCI SYSTEM_OFF
	mrs	x9, CurrentEL
	cmp	x9, #8
	b.eq	1f
	hvc	#0			// EL1: QEMU answers hvc
	b	.
1:	smc	#0			// EL2: smc
	b	.
