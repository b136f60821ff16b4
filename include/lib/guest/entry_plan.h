/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_ENTRY_PLAN_H
#define FOREARM_ENTRY_PLAN_H

#include <stdbool.h>
#include "arch.h"

/*
 * In which exception level, execution state and byte order a guest is entered, and whether the
 * monitor has to stay below it (Arm ARM, D1.2 "Exception levels", D1.3 "Execution state"): an
 * execution state can change only between two levels, and the higher one has to be AArch64.
 * Levels count as in AArch64: 1 is EL1 and SVC mode, 2 is EL2 and HYP mode, 3 is EL3 and any secure
 * mode.
 */

/* How we were started, and what the CPU has. */
struct entry_start {
	enum execution_state state;
	unsigned int level;
	bool el2;	  /* there is a level 2, below us or ours */
	bool aarch32_el1; /* level 1 can run AArch32 */
	bool aarch32_el2; /* so can level 2 */
	bool big_endian;  /* data can be big-endian at levels 1 and 2 */
	bool security;	  /* ID_PFR1.Security tells an AArch32 guest of VBAR, without our help */
	bool traps_ids;	  /* level 2 can answer for it (HCR.TID3; QEMU's ARMv7 CPUs ignore that) */
};

/* What the guest needs; 0 and false: it does not matter. */
struct entry_request {
	enum execution_state state;
	unsigned int level; /* 1 to 3 */
	bool big_endian;    /* data at the entry */
	bool no_mmu;	    /* a Linux without MMU: has to find ID_PFR1.Security */
};

struct entry_plan {
	enum execution_state state;
	unsigned int level; /* 1 or 2; 3 where that is wanted */
	bool big_endian;
	bool monitor;	    /* stays, at the level where we are */
	bool fake_security; /* and reports ID_PFR1.Security */
};

/* Why there is no such entry. */
enum entry_refusal {
	ENTRY_OK,
	ENTRY_NO_AARCH64,  /* started in AArch32: AArch64 is out of reach */
	ENTRY_NO_AARCH32,  /* no level of the CPU that we may use runs AArch32 */
	ENTRY_FIXED_STATE, /* the CPU could, but the state of level 1 is the VMM's choice */
	ENTRY_NO_HYP,	   /* AArch32 at level 2: that one is in AArch64, or cannot be in AArch32 */
	ENTRY_NO_LEVEL_2,  /* level 2 wanted, started below it or there is none */
	ENTRY_NO_LEVEL_3,  /* level 3 wanted, started below it, or in the other state */
	ENTRY_NO_BIG_ENDIAN, /* the CPU is little-endian only */
	ENTRY_NO_SECURITY,   /* no_mmu, and nobody to report ID_PFR1.Security */
};

/* Pure. Fills *plan when the result is ENTRY_OK. */
enum entry_refusal entry_plan(const struct entry_start *start, const struct entry_request *request,
			      struct entry_plan *plan);

#endif
