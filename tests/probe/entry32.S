/* SPDX-License-Identifier: BSD-2-Clause */
/* AArch32 start: the zImage header, then save everything, and only then touch anything. */

#define MODE_MASK 0x1f
#define MODE_SVC 0x13
#define MODE_HYP 0x1a
#define CPSR_E (1 << 9)
#define SCTLR_EE (1 << 25)
#define MPIDR_RES1 (1 << 31)

/* struct smp_cpu (smp.h) */
#define CPU_SIZE 4096
#define CPU_RESUME 4
#define CPU_ENTRY 8
#define CPU_COUNT 16
#define RESUMED 0x5e5e

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

/* Where PSCI lets CPUs start, in Thumb state and in ARM state. */
	.balign	4
	.thumb
	.global smp_entry_thumb
	.thumb_func
smp_entry_thumb:
	movs	r4, #3
	nop
	bx	pc			/* to the word behind the next one */
	nop
	.arm
	b	save
	.global smp_entry
smp_entry:
	mov	r4, #2
	b	save

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

/* No store and no literal load until CPSR.E is clear. r4: 1 for Thumb, 2 for smp_entry. */
save:
	mrs	r5, cpsr
	tst	r5, #CPSR_E
	beq	1f
	setend	le
1:	mrc	p15, 0, r6, c1, c0, 0	/* SCTLR */
	bic	r11, r6, #SCTLR_EE	/* for exceptions */
	mcr	p15, 0, r11, c1, c0, 0
	mov	r7, #0
	mov	r8, #0
	mov	r9, #0
	mrc	p15, 0, r10, c14, c0, 0	/* CNTFRQ */
	adr	r11, vectors
	mcr	p15, 0, r11, c12, c0, 0	/* VBAR */
	and	r12, r5, #MODE_MASK
	cmp	r12, #MODE_HYP
	bne	2f
	adr	r11, hyp_vectors
	mcr	p15, 4, r11, c12, c0, 0	/* HVBAR */
	mrc	p15, 4, r7, c1, c0, 0	/* HSCTLR */
	bic	r11, r7, #SCTLR_EE
	mcr	p15, 4, r11, c1, c0, 0
	mrrc	p15, 4, r8, r9, c14	/* CNTVOFF */
2:	mov	r11, #0
	mcr	p15, 0, r11, c13, c0, 4	/* TPIDRPRW: faults are not expected */
	isb
	cpsid	aif
	tst	r4, #2
	bne	find_cpu
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
	bl	store_entry
	bl	probe_main
	b	.

/* To r4, a struct entry (probe.h); r11: Thumb? */
store_entry:
1:	sub	r12, pc, #8
	sub	r12, r12, #(1b - file_start) & 0xff
	sub	r12, r12, #(1b - file_start) & 0xff00
	stmia	r4!, {r0-r3}
	stmia	r4!, {r12}		/* base */
	stmia	r4!, {r10}		/* CNTFRQ */
	stmia	r4!, {r11}		/* Thumb? */
	stmia	r4!, {r5-r9}		/* CPSR, SCTLR, HSCTLR, CNTVOFF */
	bx	lr

/* A CPU that PSCI started: its place is found by its MPIDR, as any context must be allowed. */
find_cpu:
	and	r11, r4, #1
	mrc	p15, 0, lr, c0, c0, 5
	bic	lr, lr, #0xff000000
	orr	lr, lr, #MPIDR_RES1
	ldr	r4, cpu_offset
	adr	r12, stack_offset
	add	r4, r4, r12
	mov	r12, r4
	add	r12, r12, #CPU_SIZE * CPU_COUNT
1:	cmp	r4, r12
	beq	2f
	ldr	sp, [r4]
	cmp	sp, lr
	addne	r4, r4, #CPU_SIZE
	bne	1b
	mov	sp, r4
	add	r4, r4, #CPU_ENTRY
	bl	store_entry
	mov	r4, sp
	ldr	r12, [r4, #CPU_RESUME]
	cmp	r12, #0
	bne	resume
	add	sp, r4, #CPU_SIZE
	mov	r0, r4
	bl	smp_main
	b	.
2:	wfi
	b	2b

resume:
	mov	sp, r12
	movw	r0, #RESUMED
	b	resumable_done

stack_offset:
	.word	stack_top - stack_offset
bss_offset:
	.word	bss_start - stack_offset
bss_end_offset:
	.word	bss_end - stack_offset
entry_offset:
	.word	entry - stack_offset
cpu_offset:
	.word	smp_cpu - stack_offset
	.ltorg

/* long psci_call_resumable(struct smp_cpu *, bool smc, fn, a1, a2, a3): RESUMED after a new entry */
	.global psci_call_resumable
psci_call_resumable:
	push	{r0, r4-r11, lr}
	str	sp, [r0, #CPU_RESUME]
	dsb	sy
	cmp	r1, #0
	mov	r0, r2
	mov	r1, r3
	ldr	r2, [sp, #40]
	ldr	r3, [sp, #44]
	bne	1f
	hvc	#0
	b	resumable_done
1:	smc	#0
resumable_done:
	pop	{r1, r4-r11, lr}
	mov	r2, #0
	str	r2, [r1, #CPU_RESUME]
	bx	lr

/* void smccc_call(bool smc, unsigned long regs[4]) */
	.global smccc_call
smccc_call:
	push	{r1, lr}
	mov	r12, r1
	cmp	r0, #0
	ldmia	r12, {r0-r3}
	bne	1f
	hvc	#0
	b	2f
1:	smc	#0
2:	pop	{r12, lr}
	stmia	r12, {r0-r3}
	bx	lr

/* The same, but with SCTLR.EE or HSCTLR.EE set around the call. */
	.global smccc_call_big
smccc_call_big:
	push	{r1, r4-r6, lr}
	mov	r4, r0
	mov	r12, r1
	mrs	r6, cpsr
	and	r6, r6, #MODE_MASK
	cmp	r6, #MODE_HYP
	mrcne	p15, 0, r5, c1, c0, 0
	mrceq	p15, 4, r5, c1, c0, 0
	orr	r3, r5, #SCTLR_EE
	mcrne	p15, 0, r3, c1, c0, 0
	mcreq	p15, 4, r3, c1, c0, 0
	isb
	ldmia	r12, {r0-r3}
	cmp	r4, #0
	bne	1f
	hvc	#0
	b	2f
1:	smc	#0
2:	cmp	r6, #MODE_HYP
	mcrne	p15, 0, r5, c1, c0, 0
	mcreq	p15, 4, r5, c1, c0, 0
	isb
	pop	{r12}
	stmia	r12, {r0-r3}
	pop	{r4-r6, pc}

/*
 * unsigned long smccc_changes(bool smc, unsigned long fn, a1, a2): the call, and which of r4-r14
 * (bits 4 to 14) it changed. SMCCC 1.1, 2.6: none.
 */
	.macro	pattern, reg, n
	movw	\reg, #0x1000 + \n
	movt	\reg, #0xa5a5
	.endm
	.macro	compare, reg, n
	movw	r0, #0x1000 + \n
	movt	r0, #0xa5a5
	cmp	\reg, r0
	orrne	r2, r2, #1 << \n
	.endm

	.global smccc_changes
smccc_changes:
	push	{r4-r12, lr}
	sub	sp, sp, #8
	str	sp, [sp]
	cmp	r0, #0
	mov	r0, r1
	mov	r1, r2
	mov	r2, r3
	mov	r3, #0
	.irp	n, 4,5,6,7,8,9,10,11,12,14
	pattern	r\n, \n
	.endr
	bne	1f
	hvc	#0
	b	2f
1:	smc	#0
2:	mov	r2, #0
	.irp	n, 4,5,6,7,8,9,10,11,12,14
	compare	r\n, \n
	.endr
	ldr	r0, [sp]
	cmp	r0, sp
	orrne	r2, r2, #1 << 13
	mov	r0, r2
	add	sp, sp, #8
	pop	{r4-r12, pc}

	.fpu	vfpv3
	.global read_fp_features
read_fp_features:
	mov	r0, #0xf << 20
	mcr	p15, 0, r0, c1, c0, 2	/* CPACR: CP10 and CP11 */
	isb
	mov	r0, #0
	vmrs	r0, mvfr0
	bx	lr

	.balign	32
vectors:
	b	crash			/* reset */
	b	undefined
	b	crash_svc
	b	prefetch_abort
	b	data_abort
	b	crash
	b	interrupt
	b	crash

	.balign	32
hyp_vectors:
	b	crash
	b	hyp_undefined
	b	crash_svc
	b	crash_prefetch
	b	hyp_data_abort
	b	crash_hyp
	b	hyp_interrupt
	b	crash

/*
 * SPSR for the way back: this level's usual one, as QEMU's TCG loses what an AArch64 EL2 has written
 * into the SPSR of the mode that it enters. Flags are lost.
 */
	.macro	own_spsr
	mrs	sp, cpsr
	bic	sp, sp, #MODE_MASK
	orr	sp, sp, #MODE_SVC
	msr	spsr_cxsf, sp
	.endm

/* While TPIDRPRW holds 1, an access that faults is skipped and leaves 2 there; sp is free here. */
undefined:
	mrc	p15, 0, sp, c13, c0, 4
	cmp	sp, #1
	bne	crash_undefined
	mov	sp, #2
	mcr	p15, 0, sp, c13, c0, 4
	movs	pc, lr
data_abort:
	mrc	p15, 0, sp, c13, c0, 4
	cmp	sp, #1
	bne	crash_data
	mov	sp, #2
	mcr	p15, 0, sp, c13, c0, 4
	own_spsr
	subs	pc, lr, #4
/* A call to where nothing can be fetched returns. */
prefetch_abort:
	mrc	p15, 0, sp, c13, c0, 4
	cmp	sp, #1
	bne	crash_prefetch
	mov	sp, #2
	mcr	p15, 0, sp, c13, c0, 4
	own_spsr
	mrs	lr, lr_svc
	movs	pc, lr

hyp_undefined:
	push	{r0}
	mov	r0, #1
	b	1f
hyp_data_abort:
	push	{r0}
	mov	r0, #4
1:	push	{r1}
	mrc	p15, 0, r1, c13, c0, 4
	cmp	r1, #1
	bne	crash_report
	mov	r1, #2
	mcr	p15, 0, r1, c13, c0, 4
	mrs	r1, elr_hyp
	add	r1, r1, #4
	msr	elr_hyp, r1
	pop	{r1}
	pop	{r0}
	eret

interrupt:
	sub	lr, lr, #4
	srsdb	sp!, #MODE_SVC
	cps	#MODE_SVC
	push	{r0-r3, r12, lr}
	and	r1, sp, #4
	sub	sp, sp, r1
	push	{r1, lr}
	bl	interrupt_taken
	pop	{r1, lr}
	add	sp, sp, r1
	pop	{r0-r3, r12, lr}
	rfeia	sp!

hyp_interrupt:
	push	{r0-r3, r12, lr}
	and	r1, sp, #4
	sub	sp, sp, r1
	push	{r1, lr}
	bl	interrupt_taken
	pop	{r1, lr}
	add	sp, sp, r1
	pop	{r0-r3, r12, lr}
	eret

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
