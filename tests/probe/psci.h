/* SPDX-License-Identifier: BSD-2-Clause */
/* PSCI (DEN0022) and SMCCC (DEN0028) as a caller sees them. */
#ifndef PROBE_PSCI_H
#define PROBE_PSCI_H

#include "probe.h"

#pragma GCC visibility push(hidden)

#define SMCCC_VERSION	    0x80000000
#define SMCCC_ARCH_FEATURES 0x80000001

#define PSCI_VERSION		     0x84000000
#define PSCI_CPU_SUSPEND	     0x84000001
#define PSCI_CPU_OFF		     0x84000002
#define PSCI_CPU_ON		     0x84000003
#define PSCI_AFFINITY_INFO	     0x84000004
#define PSCI_MIGRATE		     0x84000005
#define PSCI_MIGRATE_INFO_TYPE	     0x84000006
#define PSCI_MIGRATE_INFO_UP_CPU     0x84000007
#define PSCI_SYSTEM_OFF		     0x84000008
#define PSCI_SYSTEM_RESET	     0x84000009
#define PSCI_FEATURES		     0x8400000a
#define PSCI_CPU_FREEZE		     0x8400000b
#define PSCI_CPU_DEFAULT_SUSPEND     0x8400000c
#define PSCI_NODE_HW_STATE	     0x8400000d
#define PSCI_SYSTEM_SUSPEND	     0x8400000e
#define PSCI_SET_SUSPEND_MODE	     0x8400000f
#define PSCI_STAT_RESIDENCY	     0x84000010
#define PSCI_STAT_COUNT		     0x84000011
#define PSCI_SYSTEM_RESET2	     0x84000012
#define PSCI_MEM_PROTECT	     0x84000013
#define PSCI_MEM_PROTECT_CHECK_RANGE 0x84000014

/* PSCI 0.1 had no function IDs; these are QEMU's, of whose tree they are. */
#define PSCI_0_1_CPU_SUSPEND 0x95c1ba5e
#define PSCI_0_1_CPU_OFF     0x95c1ba5f
#define PSCI_0_1_CPU_ON	     0x95c1ba60
#define PSCI_0_1_MIGRATE     0x95c1ba61

#define TRNG_VERSION  0x84000050
#define TRNG_FEATURES 0x84000051
#define TRNG_GET_UUID 0x84000052
#define TRNG_RND      0x84000053

#define FN64 0x40000000u /* the same function with 64-bit arguments */

enum psci_result {
	SUCCESS = 0,
	NOT_SUPPORTED = -1,
	INVALID_PARAMETERS = -2,
	DENIED = -3,
	ALREADY_ON = -4,
	ON_PENDING = -5,
	INTERNAL_FAILURE = -6,
	NOT_PRESENT = -7,
	DISABLED = -8,
	INVALID_ADDRESS = -9,
	RESUMED = 0x5e5e, /* ours: the call ended by a new entry (entry64.S, entry32.S) */
};

enum affinity_state { AFFINITY_ON, AFFINITY_OFF, AFFINITY_ON_PENDING };

enum conduit { HVC, SMC, BOTH };
extern enum conduit psci_conduit;

void psci_use(const struct tree *t, const char *bootargs);
bool psci_smc(void); /* the conduit of the next call */

/* What comes back in w0. native: with the 64-bit ID, in AArch64 state. */
long psci(uint32_t fn, unsigned long a1, unsigned long a2, unsigned long a3);
long psci_native(uint32_t fn, unsigned long a1, unsigned long a2, unsigned long a3);
long affinity_info(unsigned long mpidr);

void smccc_call(bool smc, unsigned long regs[4]);
void smccc_call_big(bool smc, unsigned long regs[4]); /* with SCTLR_ELx.EE set meanwhile */
unsigned long smccc_changes(bool smc, unsigned long fn, unsigned long a1, unsigned long a2);

#pragma GCC visibility pop

#endif
