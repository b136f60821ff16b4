/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest at EL3: says that it is there, and has the second CPU come out of the pen and say so. */
#define PEN 0x0e000000
#define UART 0x09000000

	.text
	b	start
	.word	0
	.quad	0, 0x10000, 0xa		/* anywhere, little-endian */
	.quad	0, 0, 0
	.ascii	"ARM\x64"
	.word	0
start:	adr	x1, first_text
	bl	say
	mov	x3, #PEN
	adr	x4, second
1:	str	x4, [x3, #8]	/* until it is there: it makes this 0 when it comes */
	dsb	sy
	sev
	yield
	b	1b

second:	adr	x1, second_text
	bl	say
2:	wfi
	b	2b

say:	mov	x9, #UART
3:	ldrb	w2, [x1], #1
	cbz	w2, 4f
	str	w2, [x9]
	b	3b
4:	mrs	x2, CurrentEL
	lsr	x2, x2, #2
	add	w2, w2, #'0'
	str	w2, [x9]
	mov	w2, #'\n'
	str	w2, [x9]
	ret

first_text:
	.asciz	"at3: first CPU at EL"
second_text:
	.asciz	"at3: second CPU at EL"
	.balign	4096
