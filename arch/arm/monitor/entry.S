/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The monitor's entries and vectors, for Monitor and HYP mode. While the guest runs, SP_mon or SP_hyp
 * is the end of the CPU's own struct monitor_cpu.
 */
#include "monitor.h"
#include "macros.inc"

	.syntax	unified
	.arch	armv7-a
	.arch_extension virt
	.arch_extension sec
	.fpu	vfpv3-d16
	.arm

	.section .head, "ax"
head:
	.word	boot - head
	.word	MONITOR_MAGIC

	.section .text.entry, "ax"

/* The boot CPU, in secure SVC or HYP mode. */
boot:
	cpsid	aif
	is_hyp	r0
	beq	1f
	cps	#MODE_MON
1:	bl	find_self
	bl	monitor_boot

/* Another one, in secure SVC mode, from the spin table. */
function arrive
	cpsid	aif
	cps	#MODE_MON
	bl	find_self
	bl	monitor_arrive

/* In HYP mode, from the higher exception level; r0 = struct monitor_cpu. */
function warm
	cpsid	aif
	add	sp, r0, #MONITOR_CPU_SIZE
	bl	monitor_warm

/* r0 = this CPU's struct monitor_cpu, sp its stack. A CPU that nobody has told of stays here. */
find_self:
	mrc	p15, 0, r1, c0, c0, 5	/* MPIDR */
	bic	r1, r1, #0xff000000
	adr	r2, .Lmonitor
	ldm	r2, {r3, r12}
	add	r3, r3, r2
	ldr	r3, [r3, #0x38]		/* cpus */
	add	r0, r12, r2
1:	subs	r3, r3, #1
	blo	park
	ldr	r2, [r0]
	add	r0, r0, #MONITOR_CPU_SIZE
	cmp	r2, r1
	bne	1b
	mov	sp, r0
	sub	r0, r0, #MONITOR_CPU_SIZE
	bx	lr
.Lmonitor:
	.word	monitor - .Lmonitor
	.word	monitor_cpu - .Lmonitor

/* _Noreturn void enter_guest(const uint32_t reg[4], uint32_t pc, uint32_t psr, monitor_cpu *self) */
function enter_guest
	add	sp, r3, #MONITOR_CPU_SIZE
	is_hyp	r12
	msr	spsr_cxsf, r2
	msreq	elr_hyp, r1
	movne	lr, r1
	ldm	r0, {r0-r3}
	mov	r4, #0
	mov	r5, #0
	mov	r6, #0
	mov	r7, #0
	mov	r8, #0
	mov	r9, #0
	mov	r10, #0
	mov	r11, #0
	mov	r12, #0
	movsne	pc, lr
	mov	lr, #0
	eret

/* void forward(uint32_t reg[8]) */
function forward
	push	{r4-r8, lr}
	mov	r8, r0
	ldm	r8, {r0-r7}
	smc	#0
	stm	r8, {r0-r7}
	pop	{r4-r8, pc}

/* uint32_t read_id(uint32_t index) */
function read_id
	add	pc, pc, r0, lsl #3
	nop
	.irp	crm, c1, c2, c3
	.irp	opc2, 0, 1, 2, 3, 4, 5, 6, 7
	mrc	p15, 0, r0, c0, \crm, \opc2
	bx	lr
	.endr
	.endr
	.inst	0xeef50a10		/* vmrs r0, mvfr2 */
	bx	lr
	vmrs	r0, mvfr1
	bx	lr
	vmrs	r0, mvfr0
	bx	lr

/* Nothing here raises exceptions: one that comes all the same leaves nothing to go on with. */
park:
	wfi
	b	park

	.macro	call function
	push	{r0-r12, lr}
	mov	r0, sp
	add	r1, sp, #(56 - MONITOR_CPU_SIZE)
	bl	\function
	pop	{r0-r12, lr}
	.endm

smc:	call	monitor_trap
	movs	pc, lr

trap:	call	hyp_trap
	eret

	/* reset, undefined, SMC or HVC of our own mode, aborts, trap into HYP, IRQ, FIQ */
	.macro	vectors name, own, trap
	.balign	32
	.globl	\name
\name:	b	park
	b	park
	b	\own
	b	park
	b	park
	b	\trap
	b	park
	b	park
	.endm

	.section .vectors, "ax"
	vectors	monitor_vectors, smc, park
	vectors	hyp_vectors, park, trap
