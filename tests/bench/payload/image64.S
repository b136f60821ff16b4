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
	mov	w9, w0			// whether PSCI is called by SMC
	ldr	w0, =0x84000008		// SYSTEM_OFF
	cbnz	w9, 1f
	hvc	#0
	b	.
1:	smc	#0
	b	.

	// int name(function, a, b, smc)
	.macro	noted_call name, before, after
	.globl	\name
\name:	cbnz	x3, 1f
	.inst	NOTE_A64(\before)
	hvc	#0
	.inst	NOTE_A64(\after)
	ret
1:	.inst	NOTE_A64(\before)
	smc	#0
	.inst	NOTE_A64(\after)
	ret
	.endm
	noted_call psci_on, NOTE_ON, NOTE_ON_DONE
	noted_call psci_ask, NOTE_ASK, NOTE_ASKED

	.globl	second_cpu
second_cpu:
	.inst	NOTE_A64(NOTE_ENTERED)
	mov	x9, x0
	ldr	w0, =0x84000002		// CPU_OFF
	cbnz	x9, 1f
	.inst	NOTE_A64(NOTE_OFF)
	hvc	#0
	b	.
1:	.inst	NOTE_A64(NOTE_OFF)
	smc	#0
	b	.
