/* SPDX-License-Identifier: BSD-2-Clause */
/* init64.S for 32-bit kernels. */
#include "marker.h"

	.globl	_start
_start:
	.inst	MARKER_A32
	ldr	r0, =0xfee1dead
	ldr	r1, =672274793
	ldr	r2, =0x4321fedc		@ power off
	mov	r7, #88			@ reboot()
	svc	#0
	b	.
