/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest in secure SVC mode: says that it is there, by SCR, which only the secure world can read,
 * and has the second CPU come out of the pen and say so.
 */
#define PEN 0x0e000000
#define UART 0x09000000

	.arch	armv7-a
	.arch_extension sec
	.arm
	.text
	.rept	8
	nop
	.endr
	b	start
	.word	0x016f2818		/* a zImage's header */
	.word	0, 0x1000, 0x04030201
start:	adr	r1, first_text
	bl	say
	ldr	r3, =PEN
	adr	r4, second
	mov	r5, #0
1:	strd	r4, r5, [r3, #8]	/* until it is there: it makes this 0 when it comes */
	dsb
	sev
	yield
	b	1b

second:	adr	r1, second_text
	bl	say
2:	wfi
	b	2b

say:	mov	r9, #UART
	mrc	p15, 0, r3, c1, c1, 0	/* SCR */
3:	ldrb	r2, [r1], #1
	cmp	r2, #0
	strne	r2, [r9]
	bne	3b
	and	r3, r3, #1
	add	r3, r3, #'0'
	str	r3, [r9]
	mov	r2, #'\n'
	str	r2, [r9]
	bx	lr

first_text:
	.asciz	"at3: first CPU with SCR.NS "
second_text:
	.asciz	"at3: second CPU with SCR.NS "
	.balign	4
	.ltorg
	.balign	4096
