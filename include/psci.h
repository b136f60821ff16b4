/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_PSCI_H
#define FOREARM_PSCI_H

/*
 * Arm Power State Coordination Interface (DEN0022), SMC Calling Convention (DEN0028) and True
 * Random Number Generator firmware interface (DEN0098): function IDs and results.
 */

#define SMCCC_64BIT	    (1U << 30) /* of a function ID: arguments and results are 64 bits wide */
#define SMCCC_VERSION	    0x80000000
#define SMCCC_ARCH_FEATURES 0x80000001
#define SMCCC_1_0	    0x10000
#define SMCCC_1_1	    0x10001

/* The 64-bit variants, of those that have one, are these with SMCCC_64BIT. */
#define PSCI_VERSION	       0x84000000
#define PSCI_CPU_SUSPEND       0x84000001
#define PSCI_CPU_OFF	       0x84000002
#define PSCI_CPU_ON	       0x84000003
#define PSCI_AFFINITY_INFO     0x84000004
#define PSCI_MIGRATE_INFO_TYPE 0x84000006
#define PSCI_SYSTEM_OFF	       0x84000008
#define PSCI_SYSTEM_RESET      0x84000009
#define PSCI_FEATURES	       0x8400000A
#define PSCI_SYSTEM_SUSPEND    0x8400000E
#define PSCI_SYSTEM_RESET2     0x84000012
#define PSCI_LAST	       0x8400001F /* the range that is PSCI's */

#define PSCI_0_1_BINDING 0x00001 /* "arm,psci": has no SYSTEM_OFF */
#define PSCI_0_2	 0x00002
#define PSCI_1_0_BINDING 0x10000 /* "arm,psci-1.0" */
#define PSCI_1_0	 0x10000
#define PSCI_1_1	 0x10001

#define PSCI_SUCCESS		0
#define PSCI_NOT_SUPPORTED	(-1)
#define PSCI_INVALID_PARAMETERS (-2)
#define PSCI_DENIED		(-3)
#define PSCI_ALREADY_ON		(-4)
#define PSCI_ON_PENDING		(-5)
#define PSCI_INTERNAL_FAILURE	(-6)
#define PSCI_INVALID_ADDRESS	(-9)

/* AFFINITY_INFO */
#ifndef __ASSEMBLER__
enum psci_affinity { PSCI_AFFINITY_ON, PSCI_AFFINITY_OFF, PSCI_AFFINITY_ON_PENDING };
#endif

/* CPU_SUSPEND's power_state, original format: everything but these and the StateID is zero. */
#define PSCI_STATE_ID	      0x0000FFFF
#define PSCI_STATE_POWER_DOWN (1U << 16)

#define PSCI_NO_MIGRATION 2 /* MIGRATE_INFO_TYPE: no trusted OS that would have to move */

#define TRNG_VERSION	0x84000050
#define TRNG_FEATURES	0x84000051
#define TRNG_GET_UUID	0x84000052
#define TRNG_RND	0x84000053
#define TRNG_FUNCTIONS	4
#define TRNG_1_0	0x10000
#define TRNG_NO_ENTROPY (-3)

#endif
