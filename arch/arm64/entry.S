/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reset to C: the AArch64 half is entered at the first word of the file, at any page of ROM or RAM,
 * at EL1, EL2 or EL3, with or without a device tree in x0.
 *
 * Until the MMU is on: x19 tree or 0, x20 file, x21 x0 as it was.
 * TPIDR_ELx, while not zero, is where execution goes on if an access faults.
 */
#include "arch_layout.h"
#include "macros.inc"
#include "psci.h"
#include "version.h"

	.section .head, "ax"
	.globl	image_start
image_start:
	.word	IMAGE_MAGIC		/* "MZ.."; A64: ands, harmless; A32: branch to IMAGE_ARM_ENTRY */
	b	entry64
	.quad	0			/* 0x08 text_offset */
	.quad	__image_size		/* 0x10 image_size */
	.quad	0xA			/* 0x18 flags: little-endian, 4 KiB pages, any placement */
	.word	0			/* 0x20 */
	.word	0x016F2818		/* 0x24 zImage magic */
	.word	0			/* 0x28 zImage start: position-independent */
	.word	__image_size		/* 0x2C zImage end */
	.word	0x04030201		/* 0x30 zImage byte order: little */
	.word	0			/* 0x34 no zImage extension table */
	.ascii	"ARM\x64"		/* 0x38 arm64 Image magic */
	.word	IMAGE_PE		/* 0x3C PE header */

/*
 * What makes the file an EFI application (Microsoft's "PE Format"). There are no relocations, since
 * the code is position-independent.
 */
	.section .pe, "a"
	.ascii	"PE\0\0"
	.hword	0xAA64			/* Machine */
	.hword	IMAGE_PE_OWN		/* NumberOfSections */
	.word	0, 0, 0			/* TimeDateStamp, PointerToSymbolTable, NumberOfSymbols */
	.hword	.Lsections - .Loptional	/* SizeOfOptionalHeader */
	.hword	0x226			/* Characteristics: executable, large addresses, stripped */
.Loptional:
	.hword	0x20B			/* Magic: PE32+ */
	.byte	0, 0			/* linker version */
	.word	__image_size - IMAGE_PE_TEXT	/* SizeOfCode */
	.word	IMAGE_PE_TEXT - IMAGE_PE_HEADERS	/* SizeOfInitializedData */
	.word	0			/* SizeOfUninitializedData */
	.word	__efi_entry		/* AddressOfEntryPoint */
	.word	IMAGE_PE_TEXT		/* BaseOfCode */
	.quad	0			/* ImageBase */
	.word	IMAGE_PE_PAGE		/* SectionAlignment */
	.word	IMAGE_PE_FILE		/* FileAlignment */
	.hword	0, 0			/* version of the system */
	.hword	1, 0			/* of the image; from 1 on, Linux's take initrds by LoadFile2 */
	.hword	0, 0			/* of the subsystem */
	.word	0			/* Win32VersionValue */
	.word	__image_pages		/* SizeOfImage */
	.word	IMAGE_PE_HEADERS	/* SizeOfHeaders */
	.word	0			/* CheckSum */
	.hword	10			/* Subsystem: EFI application */
	.hword	0x100			/* DllCharacteristics: NX_COMPAT, data is not executed */
	.quad	0, 0, 0, 0		/* stack and heap */
	.word	0			/* LoaderFlags */
	.word	6			/* NumberOfRvaAndSizes: as many as tools look for */
	.quad	0, 0, 0, 0, 0, 0
.Lsections:
	.ascii	".sbat\0\0\0"
	.word	.Lsbat_end - .Lsbat	/* VirtualSize */
	.word	IMAGE_PE_HEADERS	/* VirtualAddress */
	.word	IMAGE_PE_TEXT - IMAGE_PE_HEADERS	/* SizeOfRawData */
	.word	IMAGE_PE_HEADERS	/* PointerToRawData */
	.word	0, 0, 0			/* relocations, line numbers */
	.word	0x40000040		/* Characteristics: data, readable */
	.ascii	".text\0\0\0"
	.word	__image_size - IMAGE_PE_TEXT	/* VirtualSize */
	.word	IMAGE_PE_TEXT		/* VirtualAddress */
	.word	__image_size - IMAGE_PE_TEXT	/* SizeOfRawData */
	.word	IMAGE_PE_TEXT		/* PointerToRawData */
	.word	0, 0, 0			/* relocations, line numbers */
	.word	0x60000020		/* Characteristics: code, executable, readable */
	.space	(IMAGE_PE_SECTIONS - IMAGE_PE_OWN) * 40

/*
 * What shim refuses revoked versions by (its SBAT.md). Tools append a kernel's lines to these, for
 * which there is room; the stack is used by starts without UEFI only, and if the file is in RAM.
 */
	.section .sbat, "a"
.Lsbat:	.ascii	"sbat,1,SBAT Version,sbat,1,https://github.com/rhboot/shim/blob/main/SBAT.md\n"
	.ascii	"forearm,1,forearm,forearm," FOREARM_VERSION ",forearm(7)\n"
.Lsbat_end:
	.org	.Lsbat + IMAGE_EARLY_STACK_TOP - IMAGE_PE_HEADERS
	.globl	early_stack_top
early_stack_top:

	.section .entry, "ax"

entry64:
	msr	daifset, #0xf
	msr	spsel, #1
	mov	x21, x0
	adr	x20, image_start
	tst	x20, #0xfff		/* code and page tables count on it; no VMM does otherwise */
	b.ne	arch_park
	adr	x1, vectors
	by_level x2
	msr	vbar_el1, x1
	mov_q	x2, SCTLR_EL1_OFF
	msr	sctlr_el1, x2
	msr	tpidr_el1, xzr
	mov	x2, #(3 << 20)		/* CPACR_EL1.FPEN: packaged libraries use SIMD registers */
	msr	cpacr_el1, x2
	b	.Lone_of_many
2:	msr	vbar_el2, x1
	mov_q	x2, SCTLR_EL2_OFF
	msr	sctlr_el2, x2
	msr	tpidr_el2, xzr
	mrs	x3, hcr_el2
	mov	x2, #0x33ff		/* CPTR_EL2: RES1 bits, nothing trapped */
	tbz	x3, #34, 1f		/* HCR_EL2.E2H: then it has the shape of CPACR_EL1 */
	mov	x2, #(3 << 20)
1:	msr	cptr_el2, x2
	b	.Lone_of_many
3:	msr	vbar_el3, x1
	mov_q	x2, SCTLR_EL2_OFF
	msr	sctlr_el3, x2
	msr	tpidr_el3, xzr
	msr	cptr_el3, xzr
	mrs	x2, mpidr_el1		/* nobody holds the other CPUs back: they all come here */
	mov_q	x3, 0xff00ffffff
	tst	x2, x3
	b.ne	wait_for_call
	b	.Lfind_tree

/*
 * Below EL3 it is PSCI that starts CPUs. A VMM that starts all of them at once, as if they were to
 * wait in a pen, is told by the first one being on: then the others turn themselves off, as a guest
 * wants them. Any CPU may be the only one that runs, though.
 */
.Lone_of_many:
	isb
	mrs	x2, mpidr_el1
	mov_q	x3, 0xff00ffffff
	tst	x2, x3
	b.eq	.Lfind_tree
	adr	x1, .Lfind_tree		/* without PSCI: nobody else could be told from */
	bl	set_fixup
	mov_q	x0, PSCI_AFFINITY_INFO
	mov	x1, #0			/* the CPU whose MPIDR is 0 */
	mov	x2, #0
	bl	call_psci
	cbz	w0, 1f			/* PSCI_AFFINITY_ON */
	mov	x1, xzr
	bl	set_fixup
	b	.Lfind_tree
1:	adr	x1, arch_park
	bl	set_fixup
	mov_q	x0, PSCI_CPU_OFF
	bl	call_psci
	b	arch_park

.Lfind_tree:
	isb
	mov	x19, x21
	bl	check_tree
	adr	x22, .Ltree_places
	b	2f
1:	ldr	x19, [x22], #8
	cbz	x19, .Lchoose_stack	/* nowhere: x19 is 0 */
	bl	check_tree
2:	cbz	x0, 1b

.Lchoose_stack:
	/* The space between a tree's last block and its totalsize is free for whoever holds it. */
	cbz	x19, 4f
	bl	tree_slack		/* x0 = end of the tree, x1 = free bytes before it */
	and	x0, x0, #~15
	cmp	x1, #EARLY_STACK_SIZE
	b.hs	5f
4:	adr	x0, early_stack_top	/* then the file's own, if that is RAM */
	bl	is_ram_below
	cbnz	x1, 5f
	cbz	x19, arch_park		/* no tree and no RAM: nothing can be said or done */
	bl	tree_slack
	add	x0, x0, #(2 * EARLY_STACK_SIZE)	/* last resort: RAM behind the tree */
	and	x0, x0, #~15
5:	mov	sp, x0
	sub	x0, x0, #EARLY_STACK_SIZE
	mov	x1, #EARLY_STACK_SIZE
	bl	arch_clean_invalidate

	sub	sp, sp, #EARLY_SIZE
	stp	x19, x20, [sp, #EARLY_FDT]
	mov	x0, sp
	bl	early_init
	cbnz	w0, arch_park		/* no RAM: no stack, no console, nothing to say */
	ldp	x21, x22, [sp, #EARLY_WORKSPACE]	/* x22 = error */
	ldp	x23, x24, [sp, #EARLY_TABLES]	/* x24 = hole */
	ldr	x25, [sp, #EARLY_HOLE_SIZE]

	adr	x3, mmu_on		/* in the page that is mapped where it is */
	mov_q	x0, WINDOW_VA
	adr	x1, .Lin_window
	sub	x1, x1, x20
	add	x1, x1, x0		/* go on at .Lin_window's linked address */
	mov	x0, x21			/* root table */
	br	x3

.Lin_window:
	adrp	x0, __trap_stack_top
	add	x0, x0, #:lo12:__trap_stack_top
	mov	sp, x0			/* SP_ELx: traps have a stack of their own */
	msr	spsel, #0
	adrp	x0, __stack_top
	add	x0, x0, #:lo12:__stack_top
	mov	sp, x0
	adrp	x0, vectors
	add	x0, x0, #:lo12:vectors
	by_level x1
	msr	vbar_el1, x0
	b	4f
2:	msr	vbar_el2, x0
	b	4f
3:	msr	vbar_el3, x0
4:	isb
	adrp	x0, __data_start
	adrp	x1, __rodata_end	/* .data's initial values follow */
	add	x1, x1, #:lo12:__rodata_end
	adrp	x2, __data_end
	add	x2, x2, #:lo12:__data_end
5:	cmp	x0, x2
	b.hs	6f
	ldp	x3, x4, [x1], #16
	stp	x3, x4, [x0], #16
	b	5b
6:	adrp	x0, __bss_start
	add	x0, x0, #:lo12:__bss_start
	adrp	x2, __bss_end
	add	x2, x2, #:lo12:__bss_end
7:	cmp	x0, x2
	b.hs	8f
	stp	xzr, xzr, [x0], #16
	stp	xzr, xzr, [x0], #16
	stp	xzr, xzr, [x0], #16
	stp	xzr, xzr, [x0], #16
	b	7b
8:	mov	x29, xzr		/* a backtrace ends here */
	mov	x30, xzr
	stp	x19, x20, [sp, #-EARLY_SIZE]!
	stp	x21, x22, [sp, #EARLY_WORKSPACE]
	stp	x23, x24, [sp, #EARLY_TABLES]
	str	x25, [sp, #EARLY_HOLE_SIZE]
	mov	x0, sp
	bl	boot
	b	arch_park

	.balign	8
.Ltree_places:				/* where VMMs start RAM, and put the tree */
	.quad	0x40000000, 0x80000000, 0x10000000000, 0

/*
 * x0 = whether there is a tree's magic at x19; survives an address that nothing answers. No
 * address is zero: for us, and for every VMM, that says that there is none.
 */
check_tree:
	mov	x0, #0
	mov	x4, x30
	cbz	x19, 9f
	tst	x19, #7
	b.ne	9f
	adr	x1, 9f
	bl	set_fixup
	dc	civac, x19		/* the header's first and last line: */
	add	x2, x19, #36		/* what the VMM wrote may still be in a cache */
	dc	civac, x2
	dsb	sy
	ldr	w2, [x19]
	dsb	sy
	mov	x1, xzr
	bl	set_fixup
	mov_q	x3, 0xedfe0dd0
	cmp	w2, w3
	cset	w0, eq
	ret	x4
9:	ret	x4

/* CPUs other than the boot CPU, at EL3, until they are told where to go (layout.h); x2 = MPIDR. */
wait_for_call:
	isb
	and	x0, x2, #0xf
	ubfx	x2, x2, #8, #8
	orr	x0, x0, x2, lsl #4	/* PEN_SLOT */
	mov_q	x19, PEN
	add	x19, x19, x0, lsl #3
	add	x0, x19, #(PEN_SIZE / 2)	/* not the slot: it may be written meanwhile */
	bl	arch_is_ram
	cbz	w0, wait_for_spin_table
	str	xzr, [x19]		/* what is there is of an earlier start */
	dsb	sy
1:	wfe
	ldr	x0, [x19]
	cbz	x0, 1b
go:	dsb	sy
	ic	iallu
	dsb	sy
	isb
	br	x0

/*
 * The spin table is where the tree is, or for a CPU that comes late where it was: so all usual places
 * are looked at, until one has either.
 */
wait_for_spin_table:
	adr	x22, .Ltree_places
2:	ldr	x19, [x22], #8
	cbz	x19, wait_for_spin_table
	bl	look
	cbz	x0, 2b
3:	wfe				/* the tree: stay */
	bl	look
	b	3b

/* As check_tree, if the word at x19 is not the spin table's: then to where that says. */
look:
	mov	x5, x30
	bl	check_tree		/* leaves the word, or no such number, in w2 */
	mov_q	x3, SPIN_TABLE_MAGIC
	cmp	w2, w3
	b.eq	1f
	ret	x5
1:	dsb	sy
	ldr	x0, [x19, #SPIN_TABLE_ENTRY]
	b	go

/* By the conduit that is usual at this level; as SMCCC has it, changes x0 to x17. */
call_psci:
	by_level x3
	hvc	#0
	ret
2:
3:	smc	#0
	ret

/* x1 -> TPIDR_ELx. Changes x3. */
set_fixup:
	by_level x3
	msr	tpidr_el1, x1
	b	4f
2:	msr	tpidr_el2, x1
	b	4f
3:	msr	tpidr_el3, x1
4:	isb
	ret

/* x0 = end of the tree at x19; x1 = free bytes between its last block and there, 0 if absurd. */
tree_slack:
	ldp	w1, w2, [x19, #4]	/* totalsize, off_dt_struct */
	ldr	w3, [x19, #12]		/* off_dt_strings */
	ldp	w4, w5, [x19, #32]	/* size_dt_strings, size_dt_struct */
	rev	w1, w1
	rev	w2, w2
	rev	w3, w3
	rev	w4, w4
	rev	w5, w5
	add	x2, x2, x5
	add	x3, x3, x4
	cmp	x2, x3
	csel	x2, x2, x3, hi
	ldr	w3, [x19, #16]		/* off_mem_rsvmap: its end is not known yet */
	rev	w3, w3
	cmp	x3, x2
	csel	x2, x2, x1, lo		/* behind the others: call nothing free */
	add	x0, x19, x1
	cmp	x1, #0x400000		/* over 4 MiB: early_init says so */
	ccmp	x1, x2, #0, ls		/* else carry: totalsize >= used */
	csel	x1, x1, x2, hs
	sub	x1, x1, x2
	ret

/* x1 = whether the words below x0 are RAM. */
is_ram_below:
	mov	x4, x30
	mov	x5, x0
	sub	x0, x0, #16
	bl	arch_is_ram
	mov	w1, w0
	mov	x0, x5
	ret	x4

/*
 * bool arch_is_ram(uint64_t pa). All ones and zero are the two words that a CFI flash takes as
 * "read array", so trying them on ROM by mistake does no harm. Leaf: uses x0-x3, x6, x7.
 */
	.globl	arch_is_ram
arch_is_ram:
	mov	x6, x30
	mov	x7, x0
	adr	x1, 9f
	bl	set_fixup
	mov	w1, #-1
	ldr	w2, [x7]
	str	w1, [x7]
	dsb	sy
	ldr	w3, [x7]
	cmp	w3, w1
	b.ne	8f
	str	wzr, [x7]
	dsb	sy
	ldr	w3, [x7]
	cbnz	w3, 8f
	str	w2, [x7]
	mov	x1, xzr
	bl	set_fixup
	mov	w0, #1
	ret	x6
8:	mov	x1, xzr
	bl	set_fixup
9:	mov	w0, #0
	ret	x6

	.globl	arch_park
arch_park:
	wfi
	b	arch_park
