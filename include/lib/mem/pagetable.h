/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_PAGETABLE_H
#define FOREARM_PAGETABLE_H

#include "types.h"

/*
 * Stage 1 translation tables in the long-descriptor format with 4 KiB granule: AArch64
 * (Arm ARM D8.3, levels 0..3) and AArch32 with LPAE (G5.5, levels 1..3) share it.
 */

/* The use of a range. Nothing is ever both writable and executable. */
enum pt_use {
	PT_CODE,   /* Normal, read-only, executable */
	PT_RODATA, /* Normal, read-only */
	PT_RAM,	   /* Normal write-back, writable */
	PT_DEVICE, /* Device-nGnRE, writable */
};

/* Attribute bits whose meaning differs between translation regimes (Arm ARM D8.3.2, G5.5.4). */
#define PT_AP1 (1ULL << 6)  /* EL0 may access; RES1 where there is one privilege level */
#define PT_PXN (1ULL << 53) /* AArch64 EL1, AArch32 PL1: not executable when privileged */
#define PT_XN  (1ULL << 54) /* not executable; AArch64 EL1: not executable at EL0 */

/* How the regime that will use the tables wants them. */
struct pt_regime {
	unsigned int level; /* of the first table: 0 or 1 */
	uint64_t every;	    /* bits of every block and page */
	uint64_t code;	    /* further bits of executable ones */
	uint64_t data;	    /* further bits of all others */
};

struct pagetable {
	struct pt_regime regime;
	uint64_t root;	    /* physical address of the first table */
	uint64_t next, end; /* pool for further tables: physical, page-aligned, ours to write */
	uint64_t view;	    /* what to add to a table's physical address to get at it (mod 2^64) */
};

/*
 * Takes the first page of the pool [next, end) as an empty root table.
 * The pool must be addressable at its physical addresses: view becomes 0. Returns 0 or ERR_FULL.
 */
__must_check int pt_init(struct pagetable *pt, const struct pt_regime *regime, uint64_t next,
			 uint64_t end);

/*
 * Maps [va, va + size) to [pa, pa + size), page-aligned all three, with the largest blocks that
 * fit. What is mapped already stays as it is. The caller makes the change visible (DSB, ISB).
 * Returns 0, ERR_FULL when the pool is used up, or ERR_ADDRESS for arguments that are not aligned,
 * or reach behind what the tables translate or what 48 bits address: then nothing is mapped.
 */
__must_check int pt_map(struct pagetable *pt, uint64_t va, uint64_t pa, uint64_t size,
			enum pt_use use);

#endif
