/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The monitor in AArch64: where CPUs come in, the vectors, the way into the guest.
 *
 * SP_ELx of the monitor's level is the end of the CPU's struct monitor_cpu whenever a guest runs.
 * At level 3 with a guest at EL1 EL2 has vectors of its own (arch/arm64/hvc.S), which hand HVC on with
 * SMC.
 */
#include "monitor.h"
#include "macros.inc"

#define FRAME	   272
#define FRAME_ELR  248
#define FRAME_ESR  264
/* Offsets in struct monitor. */
#define MONITOR_CPUS	    0x38
#define MONITOR_LEVEL	    0x40
#define MONITOR_GUEST_LEVEL 0x44
/* The affinity fields of MPIDR_EL1. */
#define MPIDR_AFFINITY 0xff00ffffff

	.section .head, "ax"
	.word	monitor_boot - .
	.word	MONITOR_MAGIC

	.text
	.type	monitor_boot, %function
monitor_boot:
	msr	daifset, #0xf
	msr	spsel, #1
	bl	find_self
	add	sp, x0, #MONITOR_CPU_SIZE
	b	boot_start

/* From the spin table, at EL3. */
	.globl	monitor_arrive
	.type	monitor_arrive, %function
monitor_arrive:
	msr	daifset, #0xf
	msr	spsel, #1
	mov_q	x0, SCTLR_EL2_OFF
	msr	sctlr_el3, x0
	isb
	bl	find_self
	add	sp, x0, #MONITOR_CPU_SIZE
	b	arrive_start

/* x0 = the CPU's struct monitor_cpu; does not return when there is none. Changes x1-x4. */
find_self:
	mrs	x1, mpidr_el1
	mov_q	x2, MPIDR_AFFINITY
	and	x1, x1, x2
	adr	x2, monitor
	ldr	w3, [x2, #MONITOR_CPUS]
	adr	x0, monitor_cpu
1:	cbz	w3, monitor_park
	ldr	x4, [x0]
	cmp	x1, x4
	b.eq	2f
	add	x0, x0, #MONITOR_CPU_SIZE
	sub	w3, w3, #1
	b	1b
2:	ret

	.globl	monitor_park
	.type	monitor_park, %function
monitor_park:
	msr	daifset, #0xf
1:	wfi
	b	1b

/* At level 2, from the higher exception level: x0 = struct monitor_cpu. */
	.globl	monitor_warm
	.type	monitor_warm, %function
monitor_warm:
	msr	daifset, #0xf
	msr	spsel, #1
	mov_q	x1, SCTLR_EL2_OFF
	msr	sctlr_el2, x1
	isb

/* _Noreturn void arch_start(struct monitor_cpu *self): leaves what is on the stack. */
	.globl	arch_start
	.type	arch_start, %function
arch_start:
	add	sp, x0, #MONITOR_CPU_SIZE
	b	guest_start

/*
 * _Noreturn void monitor_enter(uint64_t pc, uint64_t pstate, const uint64_t reg[4],
 *				struct monitor_cpu *self)
 */
	.globl	monitor_enter
	.type	monitor_enter, %function
monitor_enter:
	by_level x4
2:	msr	elr_el2, x0
	msr	spsr_el2, x1
	b	4f
3:	msr	elr_el3, x0
	msr	spsr_el3, x1
4:	add	x4, x3, #MONITOR_CPU_SIZE
	ldp	x0, x1, [x2]
	ldp	x2, x3, [x2, #16]
	mov	sp, x4
	.irp	n, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17
	mov	x\n, xzr
	.endr
	.irp	n, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30
	mov	x\n, xzr
	.endr
	eret
	dsb	nsh			/* nothing behind it is to be speculated on */
	isb

/* int64_t arch_host_psci(uint32_t function, uint64_t a, uint64_t b, uint64_t c) */
	.globl	arch_host_psci
	.type	arch_host_psci, %function
arch_host_psci:
	mov	w5, w0			/* it may not survive the call */
	str	x19, [sp, #-16]!
	mov	w19, w5
	mov	x4, xzr
	mov	x5, xzr
	mov	x6, xzr
	mov	x7, xzr
	smc	#0
	tbnz	w19, #30, 1f		/* SMCCC_64BIT */
	sxtw	x0, w0
1:	ldr	x19, [sp], #16
	ret

/* void monitor_forward(struct frame *frame, bool wide) */
	.globl	monitor_forward
	.type	monitor_forward, %function
monitor_forward:
	stp	x19, x20, [sp, #-32]!
	str	x30, [sp, #16]
	mov	x19, x0
	mov	w20, w1
	ldp	x2, x3, [x19, #16]
	ldp	x4, x5, [x19, #32]
	ldp	x6, x7, [x19, #48]
	ldp	x8, x9, [x19, #64]
	ldp	x10, x11, [x19, #80]
	ldp	x12, x13, [x19, #96]
	ldp	x14, x15, [x19, #112]
	ldp	x16, x17, [x19, #128]
	ldp	x0, x1, [x19]
	smc	#0
	stp	x0, x1, [x19]
	stp	x2, x3, [x19, #16]
	stp	x4, x5, [x19, #32]
	stp	x6, x7, [x19, #48]
	cbz	w20, 1f
	stp	x8, x9, [x19, #64]
	stp	x10, x11, [x19, #80]
	stp	x12, x13, [x19, #96]
	stp	x14, x15, [x19, #112]
	stp	x16, x17, [x19, #128]
1:	ldr	x30, [sp, #16]
	ldp	x19, x20, [sp], #32
	ret

/*
 * uint64_t id_register(unsigned int index): two instructions for each of ID_PFR0..ID_AFR0,
 * ID_MMFR0-3 (CRm 1), ID_ISAR0-5, ID_MMFR4, ID_ISAR6 (CRm 2), MVFR0-2, reserved, ID_PFR2, ID_DFR1,
 * ID_MMFR5, reserved (CRm 3). All of that space can be read; reserved is zero.
 */
	.globl	id_register
	.type	id_register, %function
id_register:
	adr	x1, 1f
	add	x1, x1, w0, uxtw #3
	br	x1
1:	.irp	crm, 1, 2, 3
	.irp	op, 0, 1, 2, 3, 4, 5, 6, 7
	mrs	x0, s3_0_c0_c\crm\()_\op
	ret
	.endr
	.endr

	.section .vectors, "ax"
	.balign	2048
	.globl	monitor_vectors
monitor_vectors:
	.set	slot, 0
	.rept	16
	/* Synchronous, from below: 8 from AArch64, 12 from AArch32. Nothing else comes to us. */
	.if	slot == 8 || slot == 12
	b	from_below
	.else
	b	monitor_park
	.endif
	.balign	128
	.set	slot, slot + 1
	.endr

from_below:
	sub	sp, sp, #FRAME
	stp	x0, x1, [sp]
	frame_registers stp
	str	x30, [sp, #240]
	adr	x1, monitor
	ldr	w19, [x1, #MONITOR_LEVEL]	/* whose registers tell of the exception */
	cmp	w19, #2
	b.eq	2f
	adr	x1, monitor
	ldr	w1, [x1, #MONITOR_GUEST_LEVEL]
	mrs	x0, spsr_el3
	and	w0, w0, #0x1f		/* EL2h, while the guest is not there: the SMC of hvc.S */
	cmp	w0, #9
	ccmp	w1, #1, #0, eq
	b.eq	1f
	mrs	x0, elr_el3
	mrs	x1, spsr_el3
	mrs	x2, esr_el3
	b	3f
1:	mov	w19, #2
2:	mrs	x0, elr_el2
	mrs	x1, spsr_el2
	mrs	x2, esr_el2
3:	stp	x0, x1, [sp, #FRAME_ELR]
	str	x2, [sp, #FRAME_ESR]
	mov	x0, sp
	add	x1, sp, #FRAME
	sub	x1, x1, #MONITOR_CPU_SIZE
	bl	monitor_trap
	ldp	x0, x1, [sp, #FRAME_ELR]
	cmp	w19, #2
	b.eq	4f
	msr	elr_el3, x0
	msr	spsr_el3, x1
	b	5f
4:	msr	elr_el2, x0
	msr	spsr_el2, x1
5:	ldr	x30, [sp, #240]
	frame_registers ldp
	ldp	x0, x1, [sp]
	add	sp, sp, #FRAME
	eret
	dsb	nsh
	isb
