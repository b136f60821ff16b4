/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The second CPU is turned on, and turns itself off; the calls are between notes, so that the
 * counting plugin can tell what they cost.
 */
#include "report.h"

#define CPU_ON	      (0x84000003 | (sizeof(void *) == 8 ? 1u << 30 : 0))
#define AFFINITY_INFO (0x84000004 | (sizeof(void *) == 8 ? 1u << 30 : 0))
#define AFFINITY_OFF  1
#define SECOND_CPU    1 /* its MPIDR on virt */

/* In assembly. By SMC or HVC; for CPU_ON that is also what the second CPU gets as its context. */
int psci_on(uint32_t function, uintptr_t cpu, uintptr_t entry, uintptr_t smc);
int psci_ask(uint32_t function, uintptr_t cpu, uintptr_t level, uintptr_t smc);
extern char second_cpu[] __attribute__((visibility("hidden"))); /* not by a table of addresses */

/* Another CPU's turn: QEMU then runs that one, so that it need not wait while we ask. */
static void relax(void)
{
	__asm__ volatile("yield" ::: "memory");
}

void round_trip(bool smc)
{
	if (psci_on(CPU_ON, SECOND_CPU, (uintptr_t)second_cpu, smc))
		return; /* the bench misses the notes */
	do
		relax();
	while (psci_ask(AFFINITY_INFO, SECOND_CPU, 0, smc) != AFFINITY_OFF);
}
