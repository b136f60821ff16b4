/* SPDX-License-Identifier: BSD-2-Clause */
/* AArch64 start: the arm64 Image header, then save everything, and only then touch anything. */

#define CURRENTEL_EL2 8
#define EC_FETCH 0x21 /* ESR_ELx: instruction abort at the same level */
#define SCTLR_EE (1 << 25)
#define SCTLR_E0E (1 << 24)
#define MPIDR_AFFINITY 0xff00ffffff
#define MPIDR_RES1 (1 << 31)

/* struct smp_cpu (smp.h) */
#define CPU_SIZE 4096
#define CPU_RESUME 8
#define CPU_ENTRY 16
#define CPU_COUNT 16
#define RESUMED 0x5e5e

	.section .head, "ax"
	.global file_start
file_start:

	b	start
	nop
	.quad	TEXT_OFFSET
	.quad	image_end - file_start
	.quad	0xa			/* little-endian, 4 KiB pages, anywhere */
	.quad	0, 0, 0
	.ascii	"ARM\x64"
	.word	0

/* Where PSCI lets CPUs start. */
	.global smp_entry
smp_entry:
	mov	x27, #1
	b	save

/* No store and no literal load until EE is clear: the loader may have left data big-endian. */
start:
	mov	x27, #0
save:
	mrs	x19, CurrentEL
	mrs	x20, SPSel
	mrs	x21, DAIF
	mrs	x22, cntfrq_el0
	cmp	x19, #CURRENTEL_EL2
	b.eq	start_el2
	mrs	x23, sctlr_el1
	mov	x24, #0
	mov	x25, #0
	mov	x26, #0
	bic	x4, x23, #SCTLR_EE
	bic	x4, x4, #SCTLR_E0E
	msr	sctlr_el1, x4
	adr	x5, vectors
	msr	vbar_el1, x5
	msr	tpidr_el1, xzr
	b	saved
start_el2:
	mrs	x23, sctlr_el2
	mrs	x24, hcr_el2
	mrs	x25, cnthctl_el2
	mrs	x26, cntvoff_el2
	bic	x4, x23, #SCTLR_EE
	msr	sctlr_el2, x4
	adr	x5, vectors
	msr	vbar_el2, x5
	msr	tpidr_el2, xzr
saved:
	isb
	msr	daifset, #15
	msr	spsel, #1
	cbnz	x27, find_cpu
	adr	x5, stack_top
	mov	sp, x5
	adr	x5, bss_start
	adr	x6, bss_end
1:	stp	xzr, xzr, [x5], #16
	cmp	x5, x6
	b.lo	1b
	adr	x5, entry
	bl	store_entry
	bl	probe_main
	b	.

/* To x5, a struct entry (probe.h). */
store_entry:
	adr	x6, file_start
	stp	x0, x1, [x5], #16
	stp	x2, x3, [x5], #16
	stp	x6, x22, [x5], #16	/* base, cntfrq */
	stp	x19, x20, [x5], #16
	stp	x21, x23, [x5], #16
	stp	x24, x25, [x5], #16
	str	x26, [x5]
	ret

/* A CPU that PSCI started: its place is found by its MPIDR, as any context must be allowed. */
find_cpu:
	mrs	x4, mpidr_el1
	ldr	x5, =MPIDR_AFFINITY
	and	x4, x4, x5
	orr	x4, x4, #MPIDR_RES1
	adr	x28, smp_cpu
	mov	x7, #CPU_COUNT
1:	ldr	x6, [x28]
	cmp	x6, x4
	b.eq	found_cpu
	add	x28, x28, #CPU_SIZE
	subs	x7, x7, #1
	b.ne	1b
	wfi
	b	.
found_cpu:
	add	x5, x28, #CPU_ENTRY
	bl	store_entry
	ldr	x6, [x28, #CPU_RESUME]
	cbnz	x6, resume
	add	x6, x28, #CPU_SIZE
	mov	sp, x6
	mov	x0, x28
	bl	smp_main
	b	.
	.ltorg

resume:
	mov	sp, x6
	mov	x0, #RESUMED
	b	resumable_done

	.text
/* long psci_call_resumable(struct smp_cpu *, bool smc, fn, a1, a2, a3): RESUMED after a new entry */
	.global psci_call_resumable
psci_call_resumable:
	stp	x19, x20, [sp, #-112]!
	stp	x21, x22, [sp, #16]
	stp	x23, x24, [sp, #32]
	stp	x25, x26, [sp, #48]
	stp	x27, x28, [sp, #64]
	stp	x29, x30, [sp, #80]
	str	x0, [sp, #96]
	mov	x6, sp
	str	x6, [x0, #CPU_RESUME]
	dsb	sy
	mov	x9, x1
	mov	x0, x2
	mov	x1, x3
	mov	x2, x4
	mov	x3, x5
	cbnz	x9, 1f
	hvc	#0
	b	resumable_done
1:	smc	#0
resumable_done:
	ldr	x9, [sp, #96]
	str	xzr, [x9, #CPU_RESUME]
	ldp	x21, x22, [sp, #16]
	ldp	x23, x24, [sp, #32]
	ldp	x25, x26, [sp, #48]
	ldp	x27, x28, [sp, #64]
	ldp	x29, x30, [sp, #80]
	ldp	x19, x20, [sp], #112
	ret

/* void smccc_call(bool smc, unsigned long regs[4]) */
	.global smccc_call
smccc_call:
	str	x1, [sp, #-16]!
	mov	x9, x0
	mov	x10, x1
	ldp	x0, x1, [x10]
	ldp	x2, x3, [x10, #16]
	cbnz	x9, 1f
	hvc	#0
	b	2f
1:	smc	#0
2:	ldr	x10, [sp], #16
	stp	x0, x1, [x10]
	stp	x2, x3, [x10, #16]
	ret

/* The same, but with SCTLR_ELx.EE set around the call: no access to memory meanwhile. */
	.global smccc_call_big
smccc_call_big:
	stp	x1, x30, [sp, #-16]!
	mov	x9, x0
	mov	x10, x1
	ldp	x0, x1, [x10]
	ldp	x2, x3, [x10, #16]
	mrs	x11, CurrentEL
	cmp	x11, #CURRENTEL_EL2
	b.eq	3f
	mrs	x12, sctlr_el1
	orr	x13, x12, #SCTLR_EE
	msr	sctlr_el1, x13
	isb
	bl	4f
	msr	sctlr_el1, x12
	b	2f
3:	mrs	x12, sctlr_el2
	orr	x13, x12, #SCTLR_EE
	msr	sctlr_el2, x13
	isb
	bl	4f
	msr	sctlr_el2, x12
2:	isb
	ldp	x10, x30, [sp], #16
	stp	x0, x1, [x10]
	stp	x2, x3, [x10, #16]
	ret
4:	cbnz	x9, 1f
	hvc	#0
	ret
1:	smc	#0
	ret

/*
 * unsigned long smccc_changes(bool smc, unsigned long fn, a1, a2): the call, and which of x4-x30
 * (bit 4 and up) and sp (bit 31) it changed. SMCCC 1.1, 2.6: none.
 */
	.macro	pattern, reg, n
	movz	\reg, #0x1000 + \n
	movk	\reg, #0xa5a5, lsl #48
	.endm
	.macro	compare, reg, n
	movz	x0, #0x1000 + \n
	movk	x0, #0xa5a5, lsl #48
	cmp	\reg, x0
	cset	x1, ne
	orr	x2, x2, x1, lsl #\n
	.endm

	.global smccc_changes
smccc_changes:
	stp	x19, x20, [sp, #-96]!
	stp	x21, x22, [sp, #16]
	stp	x23, x24, [sp, #32]
	stp	x25, x26, [sp, #48]
	stp	x27, x28, [sp, #64]
	stp	x29, x30, [sp, #80]
	sub	sp, sp, #16
	mov	x4, sp
	str	x4, [sp]
	cmp	x0, #0
	mov	x0, x1
	mov	x1, x2
	mov	x2, x3
	mov	x3, #0
	.irp	n, 4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
	pattern	x\n, \n
	.endr
	b.ne	1f
	hvc	#0
	b	2f
1:	smc	#0
2:	mov	x2, #0
	.irp	n, 4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30
	compare	x\n, \n
	.endr
	ldr	x0, [sp]
	mov	x1, sp
	cmp	x0, x1
	cset	x1, ne
	orr	x0, x2, x1, lsl #31
	add	sp, sp, #16
	ldp	x21, x22, [sp, #16]
	ldp	x23, x24, [sp, #32]
	ldp	x25, x26, [sp, #48]
	ldp	x27, x28, [sp, #64]
	ldp	x29, x30, [sp, #80]
	ldp	x19, x20, [sp], #96
	ret

	.balign 2048
vectors:
	.set	n, 0
	.rept	16
	.balign	128
	.if	n == 4
	b	fault
	.elseif	n == 5
	b	interrupt
	.else
	mov	x0, #n
	b	crash
	.endif
	.set	n, n + 1
	.endr

/*
 * While TPIDR holds 1, an access that faults is skipped and leaves 2 there; at EL1 a call to where
 * nothing can be fetched returns.
 */
fault:
	stp	x0, x1, [sp, #-16]!
	mrs	x0, CurrentEL
	cmp	x0, #CURRENTEL_EL2
	b.eq	1f
	mrs	x0, tpidr_el1
	cmp	x0, #1
	b.ne	2f
	mov	x0, #2
	msr	tpidr_el1, x0
	mrs	x1, esr_el1
	lsr	x1, x1, #26
	mrs	x0, elr_el1
	add	x0, x0, #4
	cmp	x1, #EC_FETCH
	csel	x0, x30, x0, eq
	msr	elr_el1, x0
	ldp	x0, x1, [sp], #16
	eret
1:	mrs	x0, tpidr_el2
	cmp	x0, #1
	b.ne	2f
	mov	x0, #2
	msr	tpidr_el2, x0
	mrs	x0, elr_el2
	add	x0, x0, #4
	msr	elr_el2, x0
	ldp	x0, x1, [sp], #16
	eret
2:	mov	x0, #4
	b	crash

interrupt:
	stp	x0, x1, [sp, #-160]!
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x30, [sp, #144]
	bl	interrupt_taken
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldp	x18, x30, [sp, #144]
	ldp	x0, x1, [sp], #160
	eret

crash:
	mrs	x4, CurrentEL
	cmp	x4, #CURRENTEL_EL2
	b.eq	1f
	mrs	x1, esr_el1
	mrs	x2, elr_el1
	mrs	x3, far_el1
	b	2f
1:	mrs	x1, esr_el2
	mrs	x2, elr_el2
	mrs	x3, far_el2
2:	adr	x5, crash_stack_top
	mov	sp, x5
	b	probe_crash

#include "tail.S"
