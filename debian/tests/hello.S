/* SPDX-License-Identifier: BSD-2-Clause */
/* A kernel without a header: says "hello" on QEMU's UART and turns the machine off by PSCI. */
#define UART	   0x09000000
#define SYSTEM_OFF 0x84000008

#ifdef __aarch64__
	mov	w1, #UART
	adr	x2, text
1:	ldrb	w0, [x2], #1
	cbz	w0, 2f
	str	w0, [x1]
	b	1b
2:	ldr	w0, =SYSTEM_OFF
	hvc	#0
	b	.
#else
	.arm
	.arch	armv7ve
	mov	r1, #UART
	adr	r2, text
1:	ldrb	r0, [r2], #1
	cmp	r0, #0
	strne	r0, [r1]
	bne	1b
	ldr	r0, =SYSTEM_OFF
	hvc	#0
	b	.
#endif
	.ltorg
text:	.asciz	"hello from the kernel\n"
