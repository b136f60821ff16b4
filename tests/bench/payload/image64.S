/* SPDX-License-Identifier: BSD-2-Clause */
/* A minimal arm64 Image: marker, report (payload.c), power-off. One page, its stack included. */
#include "marker.h"

	.section .head, "ax"
	.globl	_start
_start:
#ifdef PE_AT
	.ascii	"MZ"			// code0: a harmless instruction, as in every EFI stub kernel
	.short	0xea00
#else
	nop				// code0
#endif
	b	entry			// code1
	.quad	0			// text_offset
	.quad	PAYLOAD_BYTES		// image_size
	.quad	0xa			// little-endian, 4K pages, placed anywhere
	.quad	0, 0, 0
	.ascii	"ARM\x64"
#ifdef PE_AT
	.long	PE_AT			// what says that this kernel knows EFI's tables
	.ascii	"PE\0\0"
	.short	0xaa64, 0		// arm64, no sections
	.long	0, 0, 0
	.short	0, 0
#else
	.long	0
#endif
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
