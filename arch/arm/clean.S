/* SPDX-License-Identifier: BSD-2-Clause */
/* Cache maintenance by address, to the point of coherency; see arch/arm64/clean.S. */
#include "macros.inc"

	.syntax	unified
	.arch	armv7-a
	.arm

	/* r0 = first address, r1 = bytes; uses r2, r3, r12 */
	.macro	maintain crm
	mrc	p15, 0, r3, c0, c0, 1	/* CTR */
	ubfx	r3, r3, #16, #4		/* DminLine: log2 of the words in a line */
	mov	r2, #4
	lsl	r2, r2, r3
	add	r1, r0, r1		/* end */
	sub	r3, r2, #1
	bic	r0, r0, r3
	sub	r12, r1, r2, lsl #4	/* the last start of a round of 16 lines */
	sub	r3, r1, r0
	cmp	r3, r2, lsl #4
	blo	2f
1:	.rept	16
	mcr	p15, 0, r0, c7, \crm, 1
	add	r0, r0, r2
	.endr
	cmp	r0, r12
	bls	1b
2:	cmp	r0, r1
	mcrlo	p15, 0, r0, c7, \crm, 1
	addlo	r0, r0, r2
	blo	2b
	dsb
	bx	lr
	.endm

	.text
/* void clean(uint32_t pa, uint32_t size), clean_invalidate(...): leaf, without stack */
function clean
	maintain c10		/* DCCMVAC */

function clean_invalidate
	maintain c14		/* DCCIMVAC */
