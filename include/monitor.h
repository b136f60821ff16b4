/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_MONITOR_H
#define FOREARM_MONITOR_H

/*
 * The monitor: what stays below a guest that is entered at a lower exception level than forearm
 * was, and answers its PSCI calls. It runs with MMU and caches off from memory that the guest is
 * told to leave alone, or at EL3 from memory that only the secure world has:
 *
 *   0                     code and constants, position-independent: the file monitor/ is linked to
 *   MONITOR_CODE_SIZE     struct monitor, filled before the hand-off
 *   behind                one struct monitor_cpu for each CPU, its stack included
 *   from a page on        level 2: the guest's stage 2 translation tables (stage2.h)
 *
 * Two kinds: at EL3 (AArch32: in Monitor mode) it is the only firmware, and provides PSCI; at EL2
 * (HYP mode) the VMM has one, and it passes the calls on, so that CPUs start as the guest did.
 */

#define MONITOR_CODE_SIZE 0x3280
#define MONITOR_BANKS	  8
#define MONITOR_CPU_SIZE  768
#define MONITOR_SIZE	  0x180 /* of struct monitor, without what follows it */
#define MONITOR_MAGIC	  0x694E6F4D

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>
#include "arch.h"
#include "platform/platform.h"

/* What a CPU does, as PSCI sees it. */
enum monitor_power {
	MONITOR_CPU_ABSENT, /* never came to the monitor: cannot be started */
	MONITOR_CPU_OFF,
	MONITOR_CPU_PENDING, /* told to start, not there yet */
	MONITOR_CPU_ON,
};

/* Fixed widths, and offsets that assembly knows (arch/<arch>/monitor/), in both architectures. */
struct monitor_cpu {
	uint64_t mpidr;		/* 0x00: affinity fields */
	uint64_t redistributor; /* 0x08: GICv3's, if the monitor has to set it up; else 0 */
	uint64_t entry;		/* 0x10: of its next start, physical; AArch32: bit 0 is T32 */
	uint64_t context;	/* 0x18: for x0/r0 */
	uint32_t power;		/* 0x20: enum monitor_power */
	uint32_t big_endian;	/* 0x24: data at its next start */
	uint32_t choosing;	/* 0x28: the lock (lock.c) */
	uint32_t ticket;	/* 0x2C */
	uint32_t gic_interface; /* 0x30: GICv2: the bit of its CPU interface (gic.c) */
	uint32_t reserved;	/* 0x34 */
	uint64_t spare;		/* 0x38: for assembly */
	uint64_t stack[(MONITOR_CPU_SIZE - 0x40) / 8]; /* grows down from the end */
};

/* A line of a PL011-like GPIO controller (PL061) that powers off or resets the machine. */
struct monitor_gpio {
	uint64_t base; /* 0: there is none */
	uint32_t pin;
	uint32_t active_low;
};

struct monitor {
	uint64_t base, size; /* 0x00: RAM that is reserved for it: not the guest's */

	/* The boot CPU's entry into the guest. */
	uint64_t pc;		  /* 0x10 */
	uint64_t reg[4];	  /* 0x18: x0-x3, r0-r3 */
	uint32_t cpus;		  /* 0x38 */
	uint32_t boot_big_endian; /* 0x3C: of its data */

	uint32_t level;	      /* 0x40: where the monitor is: 3 (EL3, Monitor) or 2 (EL2, HYP) */
	uint32_t guest_level; /* 0x44: where the guest is: 2 (EL2, HYP) or 1 (EL1, SVC) */
	uint32_t guest_state; /* 0x48: enum execution_state */
	uint32_t host_psci;   /* 0x4C: level 2: PSCI's version there, called by SMC; 0: none */

	/* Level 3 only. */
	uint32_t frequency;   /* 0x50: of the counter, for CNTFRQ; 0: leave it */
	uint32_t gic_version; /* 0x54: 2 or 3; 0: none */
	uint64_t gic_dist, gic_cpu;
	struct monitor_gpio off, reset;
	/* Where the other CPUs look (layout.h): the pen, or the spin table. 0: nobody waits there.
	 */
	uint64_t pen, spin_table;
	uint64_t hvc; /* EL2's vectors while the guest is at EL1: hand HVC on (arch/ARCH/hvc.S) */

	/* Where code of the guest may be. */
	uint32_t banks, fake_security; /* fake: report ID_PFR1.Security to a 32-bit guest at EL1 */
	struct region bank[MONITOR_BANKS];

	/* Level 2: the translation that leaves the monitor out (stage2.h); root 0: there is none.
	 */
	uint64_t stage2_root;
	uint32_t stage2_bits, stage2_level;
};
_Static_assert(sizeof(struct monitor) <= MONITOR_SIZE, "MONITOR_SIZE is too small");

/* The file as the linker has embedded it. */
extern const uint8_t monitor_blob[];	 /* packed by LZ4 */
extern const uint64_t monitor_blob_size; /* bytes of that */

/* EL2's vectors, of each half (arch/ARCH/hvc.S). */
extern const uint8_t hvc_vectors[];
extern const uint64_t hvc_vectors_size; /* bytes of them: not more than a page */

/* It begins with these offsets from its start, little-endian 32-bit words. */
struct monitor_head {
	uint32_t boot; /* entry for the boot CPU, at level 'level', MMU off, nothing in registers */
	uint32_t check; /* MONITOR_MAGIC */
};

/* Bytes that a monitor for 'cpus' CPUs needs, without those tables: whole pages. */
static inline uint64_t monitor_size(unsigned int cpus)
{
	return (MONITOR_CODE_SIZE + MONITOR_SIZE + cpus * (uint64_t)MONITOR_CPU_SIZE + 0xfff) &
	       ~0xfffULL;
}

#endif /* __ASSEMBLER__ */
#endif
