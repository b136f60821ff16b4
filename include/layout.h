/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_LAYOUT_H
#define FOREARM_LAYOUT_H

/*
 * The shape of the image file, shared by C, assembly and the linker scripts (plain numbers only).
 *
 *   0x00000  header; PE header, with room for the sections that a bundle adds
 *   0x01000  .sbat of the PE file, the early stack
 *   0x02000  text of the AArch64 half
 *   0x16000  the AArch32 half, entered at 0x1693C
 *   behind   the rest of the AArch64 half
 *
 * 0x1693C is not a choice: the first word of the file is 0xEA005A4D, whose low half is "MZ" and
 * which the A32 instruction set reads as a branch to there.
 */
#define IMAGE_MAGIC	      0xEA005A4D
#define IMAGE_ARM_BASE	      0x16000
#define IMAGE_ARM_ENTRY	      0x1693C
#define IMAGE_MAX	      0x100000 /* 1 MiB; the window has room for that below WINDOW_DATA */
#define IMAGE_SIZE_AT	      0x2C     /* of the header: bytes of the file, 32 bits */
#define IMAGE_EARLY_STACK_TOP 0x2000   /* a small stack for both halves, before the text */

/*
 * The file is a PE file, too, so that UEFI starts it, and tools which make unified kernel images of
 * EFI stubs make bundles of forearm: addresses in it are offsets in the file. UEFI makes the page
 * of the headers one that is not executed, and not all of that page comes into memory: so there is
 * nothing else in it that is needed then, and the PE header is right behind the Image's.
 */
#define IMAGE_PE	  0x40	 /* its header */
#define IMAGE_PE_SECTIONS 96	 /* that it has room for, our own among them */
#define IMAGE_PE_OWN	  2	 /* of these: .sbat, .text */
#define IMAGE_PE_HEADERS  0x1000 /* where its headers end, and .sbat begins */
#define IMAGE_PE_TEXT	  0x2000 /* where .text begins, which is all else */
#define IMAGE_PE_PAGE	  0x1000
#define IMAGE_PE_FILE	  0x200 /* what sizes of sections in the file are multiples of */

/*
 * Where nobody holds the other CPUs back (EL3, secure SVC mode) they wait for the boot CPU, which
 * is the one with affinity 0. They must not look at what a guest can write, as there is always one
 * that the tree does not name, or that comes when the guest runs already: so they wait in RAM of
 * the secure world, whose place they have to know without a tree. There a CPU has a slot, 64 bits,
 * which it makes 0 when it comes; it goes to the address that it finds there later (Devicetree
 * Specification 3.8.1, "spin-table"). CPUs that differ in other bits of their affinity share one.
 */
#define PEN		0x0E000000 /* QEMU's virt machine: the start of its secure RAM */
#define PEN_SIZE	0x10000	   /* slots, and behind them a word for each to try the RAM with */
#define PEN_SLOTS	(PEN_SIZE / 16)
#define PEN_SLOT(mpidr) (((mpidr) >> 4 & 0xff0) | ((mpidr)&0xf))

/*
 * Where there is no RAM at the pen they wait at the start of RAM, where the VMM has put its tree,
 * until its first word is SPIN_TABLE_MAGIC (stored in the CPU's own byte order) and at
 * SPIN_TABLE_ENTRY an address to go to.
 */
#define SPIN_TABLE_MAGIC 0x6F476F47
#define SPIN_TABLE_ENTRY 8 /* 64 bits */

/*
 * Each half runs at a fixed virtual address, above any RAM or device, with its text wherever the
 * VMM put the file (ROM or RAM) and its writable data in RAM found at run time.
 */
#define WINDOW_VA_ARM64 0xFA0000000000
#define WINDOW_VA_ARM	0xFFE00000
#define WINDOW_DATA	0x110000 /* the writable part, from the window's start */
#define WINDOW_POOL	0x150000 /* the page tables, behind it */
#define WINDOW_VIEWS	0x170000 /* single pages, of devices, behind those */
#define WINDOW_SIZE	0x200000 /* what one table of pages spans */

#define STACK_SIZE	 0x4000
#define TRAP_STACK_SIZE	 0x1000
#define EARLY_STACK_SIZE 0x800	 /* inside the file, for a start before any RAM is known */
#define PAGETABLE_POOL	 0x18000 /* 24 tables */

/* Memory attributes behind the descriptors' AttrIndx: 0 Device-nGnRE, 1 Normal write-back. */
#define PT_MAIR 0xFF04

#endif
