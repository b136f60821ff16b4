/* SPDX-License-Identifier: BSD-2-Clause */
/* AArch32: see attack.h. */
#include "attack.h"

__asm__(".text\n"
	".arm\n"
	".balign 8\n"
	".global attack_taken\n"
	".hidden attack_taken\n"
	".type attack_taken, %function\n"
	"attack_taken:\n"
	"	mov	r9, #0x09000000\n" /* the UART of QEMU's virt machine */
	"	adr	r1, 4f\n"
	"1:	ldrb	r2, [r1], #1\n"
	"	cmp	r2, #0\n"
	"	beq	2f\n"
	"	str	r2, [r9]\n"
	"	b	1b\n"
	"2:	mrs	r3, cpsr\n"
	"	ubfx	r2, r3, #4, #1\n"
	"	add	r2, r2, #'0'\n"
	"	str	r2, [r9]\n"
	"	and	r2, r3, #15\n"
	"	cmp	r2, #10\n"
	"	addlo	r2, r2, #'0'\n"
	"	addhs	r2, r2, #('a' - 10)\n"
	"	str	r2, [r9]\n"
	"	mov	r2, #10\n"
	"	str	r2, [r9]\n"
	"3:	wfi\n"
	"	b	3b\n"
	"4:	.asciz	\"\\nattacker runs in mode 0x\"\n"
	"	.balign	4\n");

/* Vectors are at multiples of 4: that of SMC is at 8. */
void attack_code(uint32_t word[4])
{
	word[0] = word[2] = 0xe51ff004; /* ldr pc, [pc, #-4] */
	word[1] = word[3] = (uint32_t)(uintptr_t)attack_taken;
}

void attack_publish(void)
{
	__asm__ volatile("dsb; mcr p15, 0, %0, c7, c1, 0; dsb; isb; sev" ::"r"(0) : "memory");
}
