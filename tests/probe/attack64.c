/* SPDX-License-Identifier: BSD-2-Clause */
/* AArch64: see attack.h. */
#include "attack.h"

__asm__(".text\n"
	".balign 8\n"
	".global attack_taken\n"
	".hidden attack_taken\n"
	"attack_taken:\n"
	"	mov	x9, #0x09000000\n" /* the UART of QEMU's virt machine */
	"	adr	x1, 4f\n"
	"1:	ldrb	w2, [x1], #1\n"
	"	cbz	w2, 2f\n"
	"	str	w2, [x9]\n"
	"	b	1b\n"
	"2:	mrs	x2, CurrentEL\n"
	"	lsr	x2, x2, #2\n"
	"	add	w2, w2, #'0'\n"
	"	str	w2, [x9]\n"
	"	mov	w2, #10\n"
	"	str	w2, [x9]\n"
	"3:	wfi\n"
	"	b	3b\n"
	"4:	.asciz	\"\\nattacker runs at EL\"\n"
	"	.balign	4\n");

void attack_code(uint32_t word[4])
{
	uint64_t to = (uintptr_t)attack_taken;

	word[0] = 0xd2800009 | (to & 0xffff) << 5;	 /* movz x9, #to */
	word[1] = 0xf2a00009 | (to >> 16 & 0xffff) << 5; /* movk x9, #(to >> 16), lsl #16 */
	word[2] = 0xd61f0120;				 /* br x9 */
	word[3] = 0xd503201f;				 /* nop */
}

void attack_publish(void)
{
	__asm__ volatile("dsb sy; ic ialluis; dsb sy; isb; sev" ::: "memory");
}
