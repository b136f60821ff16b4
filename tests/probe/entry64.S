/* SPDX-License-Identifier: BSD-2-Clause */
/* AArch64 start: the arm64 Image header, then save everything, and only then touch anything. */

#define CURRENTEL_EL2 8
#define SCTLR_EE (1 << 25)
#define SCTLR_E0E (1 << 24)
#define PSCI_CPU_OFF 0x84000002

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

/* No store and no literal load until EE is clear: the loader may have left data big-endian. */
start:
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
saved:
	isb
	msr	daifset, #15
	msr	spsel, #1
	adr	x5, stack_top
	mov	sp, x5
	adr	x5, bss_start
	adr	x6, bss_end
1:	stp	xzr, xzr, [x5], #16
	cmp	x5, x6
	b.lo	1b

	adr	x5, entry
	adr	x6, file_start
	stp	x0, x1, [x5], #16
	stp	x2, x3, [x5], #16
	stp	x6, x22, [x5], #16	/* base, cntfrq */
	stp	x19, x20, [x5], #16
	stp	x21, x23, [x5], #16
	stp	x24, x25, [x5], #16
	str	x26, [x5]
	bl	probe_main
	b	.

/* long psci_call(bool smc, fn, a1, a2, a3) */
	.text
	.global psci_call
psci_call:
	mov	x9, x0
	mov	x0, x1
	mov	x1, x2
	mov	x2, x3
	mov	x3, x4
	cbnz	x9, 1f
	hvc	#0
	ret
1:	smc	#0
	ret

/* x0: this CPU's record, in the order of struct cpu_record */
	.global secondary_entry
secondary_entry:
	mrs	x1, CurrentEL
	mrs	x3, cntfrq_el0
	mrs	x2, sctlr_el1
	cmp	x1, #CURRENTEL_EL2
	b.ne	1f
	mrs	x2, sctlr_el2
1:	str	x0, [x0]
	stp	x1, x2, [x0, #8]
	str	x3, [x0, #24]
	ldr	x4, [x0, #32]		/* smc? */
	dmb	sy
	mov	x5, #0x600d
	str	x5, [x0, #40]
	dsb	sy
	ldr	w0, =PSCI_CPU_OFF
	cbnz	x4, 2f
	hvc	#0
	b	.
2:	smc	#0
	b	.
	.ltorg

	.balign 2048
vectors:
	.set	n, 0
	.rept	16
	.balign	128
	mov	x0, #n
	b	crash
	.set	n, n + 1
	.endr

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
