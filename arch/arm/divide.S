/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What compilers call for a division (Run-time ABI for the Arm Architecture, 5.3.1): every CPU that
 * comes here can divide 32 bits by itself, so that the compiler's own library would be much longer.
 * By zero: the quotient is 0, and all of the dividend remains.
 */
#include "macros.inc"

	.syntax	unified
	.arch	armv7ve
	.thumb

	.section .text.divide, "ax"

/* r0 / r1: quotient in r0, remainder in r1 */
function __aeabi_uidiv
function __aeabi_uidivmod
	udiv	r2, r0, r1
	mls	r1, r2, r1, r0
	mov	r0, r2
	bx	lr

/* r1:r0 / r3:r2: quotient in r1:r0, remainder in r3:r2 */
function __aeabi_uldivmod
	orrs	r12, r1, r3
	bne	.Llong
	udiv	r12, r0, r2
	mls	r2, r12, r2, r0
	mov	r0, r12
	bx	lr

.Llong:	/* bit by bit: r1:r0 is what is left, and the quotient; r5:r4 the remainder */
	push	{r4-r7, lr}
	movs	r4, #0
	movs	r5, #0
	orrs	r12, r2, r3
	beq	.Lzero
	movs	r6, #64
1:	adds	r0, r0, r0
	adcs	r1, r1, r1
	adcs	r4, r4, r4
	adcs	r5, r5, r5
	cmp	r4, r2
	sbcs	r7, r5, r3
	blo	2f
	subs	r4, r4, r2
	sbc	r5, r5, r3
	adds	r0, r0, #1
2:	subs	r6, r6, #1
	bne	1b
	mov	r2, r4
	mov	r3, r5
	pop	{r4-r7, pc}
.Lzero:
	mov	r2, r0
	mov	r3, r1
	movs	r0, #0
	movs	r1, #0
	pop	{r4-r7, pc}
