/* SPDX-License-Identifier: BSD-2-Clause */
/* AArch32 start: the zImage header, then save everything, and only then touch anything. */

#define MODE_MASK 0x1f
#define MODE_HYP 0x1a
#define CPSR_E (1 << 9)
#define PSCI_CPU_OFF 0x84000002

	.syntax unified
	.arch	armv7-a
	.arch_extension sec
	.arch_extension virt

	.section .head, "ax"
	.arm
	.global file_start
file_start:
	.rept	8
	mov	r0, r0
	.endr
	b	start
	.word	0x016f2818		/* zImage */
	.word	0			/* linked at 0 */
	.word	file_end - file_start
	.word	0x04030201		/* little-endian */

/* In Thumb state the first word above reads as "movs r0, r0; b 0x346". */
	.org	0x346
	.thumb
	movs	r4, #1
	bx	pc
	nop
	.arm
	b	save

start:
	mov	r4, #0			/* entered in ARM state */

/* No store and no literal load until CPSR.E is clear. */
save:
	mrs	r5, cpsr
	tst	r5, #CPSR_E
	beq	1f
	setend	le
1:	mrc	p15, 0, r6, c1, c0, 0	/* SCTLR */
	mov	r7, #0
	mov	r8, #0
	mov	r9, #0
	mrc	p15, 0, r10, c14, c0, 0	/* CNTFRQ */
	adr	r11, vectors
	mcr	p15, 0, r11, c12, c0, 0	/* VBAR */
	and	r12, r5, #MODE_MASK
	cmp	r12, #MODE_HYP
	bne	2f
	mrc	p15, 4, r7, c1, c0, 0	/* HSCTLR */
	mrrc	p15, 4, r8, r9, c14	/* CNTVOFF */
	mcr	p15, 4, r11, c12, c0, 0	/* HVBAR */
2:	isb
	cpsid	aif
	mov	r11, r4
	ldr	r4, stack_offset
	adr	r12, stack_offset
	add	sp, r12, r4

	ldr	r4, bss_offset
	add	r4, r4, r12
	ldr	lr, bss_end_offset
	add	lr, lr, r12
	mov	r12, #0
3:	str	r12, [r4], #4
	cmp	r4, lr
	blo	3b

	ldr	r4, entry_offset
	adr	r12, stack_offset
	add	r4, r4, r12
	adr	r12, file_start
	stmia	r4!, {r0-r3}
	stmia	r4!, {r12}		/* base */
	stmia	r4!, {r10}		/* CNTFRQ */
	stmia	r4!, {r11}		/* Thumb? */
	stmia	r4!, {r5-r9}		/* CPSR, SCTLR, HSCTLR, CNTVOFF */
	bl	probe_main
	b	.

stack_offset:
	.word	stack_top - stack_offset
bss_offset:
	.word	bss_start - stack_offset
bss_end_offset:
	.word	bss_end - stack_offset
entry_offset:
	.word	entry - stack_offset

/* long psci_call(bool smc, fn, a1, a2, a3) */
	.global psci_call
psci_call:
	push	{r4, lr}
	mov	r12, r0
	mov	r0, r1
	mov	r1, r2
	mov	r2, r3
	ldr	r3, [sp, #8]
	cmp	r12, #0
	bne	1f
	hvc	#0
	pop	{r4, pc}
1:	smc	#0
	pop	{r4, pc}

	.fpu	vfpv3
	.global read_fp_features
read_fp_features:
	mov	r0, #0xf << 20
	mcr	p15, 0, r0, c1, c0, 2	/* CPACR: CP10 and CP11 */
	isb
	mov	r0, #0
	vmrs	r0, mvfr0
	bx	lr

/* r0: this CPU's record, in the order of struct cpu_record */
	.global secondary_entry
secondary_entry:
	mrs	r1, cpsr
	mrc	p15, 0, r2, c1, c0, 0
	mrc	p15, 0, r3, c14, c0, 0
	and	r4, r1, #MODE_MASK
	cmp	r4, #MODE_HYP
	bne	1f
	mrc	p15, 4, r2, c1, c0, 0
1:	stmia	r0, {r0-r3}
	ldr	r4, [r0, #16]		/* smc? */
	dmb	sy
	movw	r5, #0x600d
	str	r5, [r0, #20]
	dsb	sy
	ldr	r0, =PSCI_CPU_OFF
	cmp	r4, #0
	bne	2f
	hvc	#0
	b	.
2:	smc	#0
	b	.
	.ltorg

	.balign	32
vectors:
	b	crash			/* reset */
	b	crash_undefined
	b	crash_svc
	b	crash_prefetch
	b	crash_data
	b	crash_hyp
	b	crash
	b	crash

crash:
	mov	r0, #0
	b	crash_report
crash_undefined:
	mov	r0, #1
	b	crash_report
crash_svc:
	mov	r0, #2
	b	crash_report
crash_prefetch:
	mov	r0, #3
	b	crash_report
crash_data:
	mov	r0, #4
	b	crash_report
crash_hyp:
	mov	r0, #5

crash_report:
	mrs	r4, cpsr
	and	r4, r4, #MODE_MASK
	cmp	r4, #MODE_HYP
	bne	1f
	mrs	r2, elr_hyp
	mrc	p15, 4, r1, c5, c2, 0	/* HSR */
	mrc	p15, 4, r3, c6, c0, 0	/* HDFAR */
	b	2f
1:	mov	r2, lr
	mrc	p15, 0, r1, c5, c0, 0	/* DFSR */
	mrc	p15, 0, r3, c6, c0, 0	/* DFAR */
2:	ldr	r4, 3f
	adr	r5, 3f
	add	sp, r4, r5
	b	probe_crash
3:	.word	crash_stack_top - 3b

#include "tail.S"
