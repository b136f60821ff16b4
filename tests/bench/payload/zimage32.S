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
	cmp	r0, #0			@ whether PSCI is called by SMC
	ldr	r0, =0x84000008		@ SYSTEM_OFF
	bne	1f
	hvc	#0
	b	.
1:	smc	#0
	b	.

	@ int name(function, a, b, smc)
	.macro	noted_call name, before, after
	.globl	\name
\name:	cmp	r3, #0
	bne	1f
	.inst	NOTE_A32(\before)
	hvc	#0
	.inst	NOTE_A32(\after)
	bx	lr
1:	.inst	NOTE_A32(\before)
	smc	#0
	.inst	NOTE_A32(\after)
	bx	lr
	.endm
	noted_call psci_on, NOTE_ON, NOTE_ON_DONE
	noted_call psci_ask, NOTE_ASK, NOTE_ASKED

	.globl	second_cpu
second_cpu:
	.inst	NOTE_A32(NOTE_ENTERED)
	cmp	r0, #0
	ldr	r0, =0x84000002		@ CPU_OFF
	bne	1f
	.inst	NOTE_A32(NOTE_OFF)
	hvc	#0
	b	.
1:	.inst	NOTE_A32(NOTE_OFF)
	smc	#0
	b	.
