/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reset to C: the AArch32 half is entered at IMAGE_ARM_ENTRY, by the branch that the first word of
 * the file is, in SVC or HYP mode, with or without a device tree in r2.
 *
 * Until the MMU is on: r4 tree or 0, r10 file. The fixup register (TPIDRPRW, in HYP mode HTPIDR),
 * while not zero, is where execution goes on if an access faults.
 */
#include "arch_layout.h"
#include "macros.inc"
#include "psci.h"

	.syntax	unified
	.arch	armv7-a
	.arch_extension virt
	.arch_extension sec
	.fpu	vfpv3-d16
	.arm

	.section .entry, "ax"
function entry32
	cpsid	aif
	adr	r10, entry32
	mov_w	r1, IMAGE_ARM_ENTRY
	sub	r10, r10, r1
	ubfx	r0, r10, #0, #12	/* page tables count on it; no VMM does otherwise */
	cmp	r0, #0
	bne	arch_park
	mov	r4, r2
	adr	r5, .Lvectors_at
	ldr	r6, [r5]
	add	r6, r6, r5		/* where the vectors are now */
	mov_w	r7, SCTLR_CLEAR
	mov_w	r8, SCTLR_SET
	is_hyp	r0
	bne	1f
	mcr	p15, 4, r6, c12, c0, 0	/* HVBAR */
	mov	r0, #0
	mcr	p15, 4, r0, c13, c0, 2	/* HTPIDR */
	mrc	p15, 4, r0, c1, c1, 2	/* HCPTR: no traps of VFP */
	bic	r0, r0, #(3 << 10)
	mcr	p15, 4, r0, c1, c1, 2
	mrc	p15, 4, r0, c1, c0, 0	/* HSCTLR */
	bic	r0, r0, r7
	orr	r0, r0, r8
	mcr	p15, 4, r0, c1, c0, 0
1:	mrc	p15, 0, r0, c1, c0, 0	/* SCTLR: in HYP mode too, the guest may go to SVC */
	bic	r0, r0, r7
	orr	r0, r0, r8
	mcr	p15, 0, r0, c1, c0, 0
	is_hyp	r0
	mcrne	p15, 0, r6, c12, c0, 0	/* VBAR */
	mov	r0, #0
	mcrne	p15, 0, r0, c13, c0, 4	/* TPIDRPRW */
	mrc	p15, 0, r0, c1, c0, 2	/* CPACR: packaged libraries may use VFP */
	orr	r0, r0, #(0xf << 20)
	mcr	p15, 0, r0, c1, c0, 2
	isb
	mrc	p15, 0, r0, c1, c0, 2
	tst	r0, #(0xf << 20)
	mov	r0, #(1 << 30)
	vmsrne	fpexc, r0		/* the bits stay 0 where there is no VFP */
	mrc	p15, 0, r0, c0, c1, 4	/* ID_MMFR0.VMSA: 5 is LPAE, which every VM's CPU has */
	and	r0, r0, #0xf
	cmp	r0, #5
	blo	arch_park
	bl	arch_is_secure		/* then nobody holds the other CPUs back */
	cmp	r0, #0
	mrcne	p15, 0, r0, c0, c0, 5	/* MPIDR */
	bicne	r0, r0, #0xff000000
	cmp	r0, #0
	bne	wait_for_call

	/* A VMM that starts all CPUs at once: see arch/arm64/entry.S. */
	mrc	p15, 0, r0, c0, c0, 5	/* MPIDR */
	bics	r0, r0, #0xff000000
	beq	.Lfind_tree
	adr	r1, .Lfind_tree
	bl	set_fixup
	mov_w	r0, PSCI_AFFINITY_INFO
	mov	r1, #0
	mov	r2, #0
	bl	call_psci
	cmp	r0, #0			/* PSCI_AFFINITY_ON */
	beq	1f
	mov	r1, #0
	bl	set_fixup
	b	.Lfind_tree
1:	adr	r1, 2f
	bl	set_fixup
	mov_w	r0, PSCI_CPU_OFF
	bl	call_psci
2:	b	arch_park

.Lfind_tree:
	bl	check_tree
	adr	r5, .Ltree_places
	b	3f
2:	ldr	r4, [r5], #4
	cmp	r4, #0			/* nowhere */
	beq	.Lchoose_stack
	bl	check_tree
3:	cmp	r0, #0
	beq	2b

.Lchoose_stack:
	/* The space between a tree's last block and its totalsize is free for whoever holds it. */
	cmp	r4, #0
	beq	4f
	bl	tree_slack		/* r0 = end of the tree, r1 = free bytes before it */
	bic	r0, r0, #15
	cmp	r1, #EARLY_STACK_SIZE
	bhs	5f
4:	mov_w	r0, IMAGE_EARLY_STACK_TOP /* then the file's own, if that is RAM */
	add	r5, r10, r0
	sub	r0, r5, #16
	bl	arch_is_ram
	cmp	r0, #0
	mov	r0, r5
	bne	5f
	cmp	r4, #0
	beq	arch_park		/* no tree and no RAM: nothing can be said or done */
	bl	tree_slack
	add	r0, r0, #(2 * EARLY_STACK_SIZE)	/* last resort: RAM behind the tree */
	bic	r0, r0, #15
5:	mov	sp, r0
	sub	r0, r0, #EARLY_STACK_SIZE
	mov	r1, #EARLY_STACK_SIZE
	bl	clean_invalidate

	sub	sp, sp, #EARLY_SIZE
	mov	r1, #0
	str	r4, [sp, #EARLY_FDT]
	str	r1, [sp, #EARLY_FDT + 4]
	str	r10, [sp, #EARLY_IMAGE]
	str	r1, [sp, #EARLY_IMAGE + 4]
	mov	r0, sp
	bl	early_init
	cmp	r0, #0
	bne	arch_park		/* no RAM: no stack, no console, nothing to say */
	ldr	r5, [sp, #EARLY_WORKSPACE]
	ldr	r6, [sp, #EARLY_ERROR]
	ldr	r7, [sp, #EARLY_TABLES]
	ldr	r11, [sp, #EARLY_HOLE]
	ldr	r12, [sp, #EARLY_HOLE_SIZE]
	adr	r2, .Lmmu_on_at
	ldr	r3, [r2]
	add	r3, r3, r2		/* mmu_on, in the page that is mapped where it is */
	mov	r0, r5			/* root table */
	ldr	r1, =in_window		/* its linked address */
	bx	r3

in_window:
	is_hyp	r0
	ldr	r0, =vectors
	mcreq	p15, 4, r0, c12, c0, 0
	mcrne	p15, 0, r0, c12, c0, 0
	ldr	sp, =__stack_top
	isb
	ldr	r0, =__data_start
	ldr	r1, =__rodata_end	/* .data's initial values follow */
	ldr	r2, =__data_end
6:	cmp	r0, r2
	ldrlo	r3, [r1], #4
	strlo	r3, [r0], #4
	blo	6b
	ldr	r0, =__bss_start
	ldr	r2, =__bss_end
	mov	r1, #0
	mov	r3, #0
	mov	r8, #0
	mov	r9, #0
7:	cmp	r0, r2
	stmlo	r0!, {r1, r3, r8, r9}
	blo	7b
	asr	r9, r6, #31		/* the error's sign */
	mov	r0, r12			/* struct early, from its end */
	push	{r0, r1}
	mov	r0, r11
	push	{r0, r1}
	push	{r7, r8}
	push	{r6, r9}
	mov	r6, r5
	mov	r7, #0
	push	{r6, r7}
	mov	r6, r10
	push	{r6, r7}
	mov	r6, r4
	push	{r6, r7}
	mov	r0, sp
	bl	boot
	b	arch_park

	.balign	4
.Lvectors_at:
	.word	vectors - .Lvectors_at
.Lmmu_on_at:
	.word	mmu_on - .Lmmu_on_at
.Ltree_places:				/* where VMMs start RAM, and put the tree */
	.word	0x40000000, 0x80000000, 0
	.ltorg

/* One of the other CPUs, until it is told where to go (layout.h); r0 = MPIDR. */
wait_for_call:
	and	r4, r0, #0xf
	ubfx	r0, r0, #8, #8
	orr	r4, r4, r0, lsl #4	/* PEN_SLOT */
	mov_w	r0, PEN
	add	r4, r0, r4, lsl #3
	add	r0, r4, #(PEN_SIZE / 2)	/* not the slot: it may be written meanwhile */
	bl	arch_is_ram
	cmp	r0, #0
	beq	wait_for_spin_table
	mov	r0, #0
	mov	r1, #0
	strd	r0, r1, [r4]		/* what is there is of an earlier start */
	dsb
1:	wfe
	ldr	r0, [r4]
	cmp	r0, #0
	beq	1b
go:	mcr	p15, 0, r1, c7, c5, 0	/* ICIALLU, BPIALL: it is new code */
	mcr	p15, 0, r1, c7, c5, 6
	dsb
	isb
	bx	r0

/* A place that does not answer is none. */
wait_for_spin_table:
	adr	r5, .Ltree_places
	mov_w	r6, SPIN_TABLE_MAGIC
1:	ldr	r4, [r5], #4
	cmp	r4, #0
	beq	2f
	adr	r1, 1b
	bl	set_fixup
	ldr	r2, [r4]
	dsb
	mov	r1, #0
	bl	set_fixup
	cmp	r2, r6
	bne	1b
	ldr	r0, [r4, #SPIN_TABLE_ENTRY]
	b	go
2:	wfe
	yield
	b	wait_for_spin_table

/* r0 = whether there is a tree's magic at r4 (not 0); survives an address that nothing answers. */
check_tree:
	mov	r8, lr
	cmp	r4, #0
	beq	8f
	tst	r4, #7
	bne	8f
	adr	r1, 8f
	bl	set_fixup
	add	r2, r4, #36
	mcr	p15, 0, r4, c7, c14, 1	/* DCCIMVAC: the header's first and last line, as */
	mcr	p15, 0, r2, c7, c14, 1	/* what the VMM wrote may still be in a cache */
	dsb
	ldr	r2, [r4]
	dsb
	mov	r1, #0
	bl	set_fixup
	mov_w	r3, 0xedfe0dd0
	sub	r0, r2, r3
	clz	r0, r0
	lsr	r0, r0, #5
	bx	r8
8:	mov	r0, #0
	bx	r8

/* By the conduit that is usual in this mode; changes r0 to r3. */
call_psci:
	is_hyp	r3
	beq	1f
	hvc	#0
	bx	lr
1:	smc	#0
	bx	lr

/* r1 -> the fixup register. Changes r3. */
function set_fixup
	is_hyp	r3
	mcreq	p15, 4, r1, c13, c0, 2
	mcrne	p15, 0, r1, c13, c0, 4
	isb
	bx	lr

/* r0 = end of the tree at r4; r1 = free bytes between its last block and there, 0 if absurd. */
tree_slack:
	ldr	r1, [r4, #4]		/* totalsize */
	ldr	r2, [r4, #8]		/* off_dt_struct */
	ldr	r3, [r4, #36]		/* size_dt_struct */
	rev	r1, r1
	rev	r2, r2
	rev	r3, r3
	adds	r2, r2, r3
	bcs	9f
	ldr	r3, [r4, #12]		/* off_dt_strings */
	ldr	r0, [r4, #32]		/* size_dt_strings */
	rev	r3, r3
	rev	r0, r0
	adds	r3, r3, r0
	bcs	9f
	cmp	r2, r3
	movlo	r2, r3
	ldr	r3, [r4, #16]		/* off_mem_rsvmap: its end is not known yet */
	rev	r3, r3
	cmp	r3, r2
	movhs	r2, r1			/* behind the others: call nothing free */
	add	r0, r4, r1
	cmp	r1, #0x400000		/* over 4 MiB: early_init says so */
	bhi	9f
	subs	r1, r1, r2
	movlo	r1, #0
	bx	lr
9:	mov	r0, r4
	mov	r1, #0
	bx	lr

/*
 * bool arch_is_ram(uint64_t pa). All ones and zero are the two words that a CFI flash takes as
 * "read array", so trying them on ROM by mistake does no harm. Leaf: uses r0-r3, r12 only.
 */
function arch_is_ram
	push_lr	.req r12
	mov	push_lr, lr
	adr	r1, 8f
	bl	set_fixup
	ldr	r2, [r0]
	mvn	r1, #0
	str	r1, [r0]
	dsb
	ldr	r3, [r0]
	cmp	r3, r1
	bne	7f
	mov	r1, #0
	str	r1, [r0]
	dsb
	ldr	r3, [r0]
	cmp	r3, #0
	bne	7f
	str	r2, [r0]
	mov	r1, #0
	bl	set_fixup
	mov	r0, #1
	bx	push_lr
7:	mov	r1, #0
	bl	set_fixup
8:	mov	r0, #0
	bx	push_lr

/* bool arch_is_secure(void): only a secure PL1 mode can read SCR. Leaf. */
function arch_is_secure
	mov	push_lr, lr
	is_hyp	r0
	beq	8b
	adr	r1, 8b
	bl	set_fixup
	mrc	p15, 0, r2, c1, c1, 0	/* SCR */
	mov	r1, #0
	bl	set_fixup
	and	r0, r2, #1		/* NS */
	eor	r0, r0, #1
	bx	push_lr

function arch_park
	wfi
	b	arch_park
