/* SPDX-License-Identifier: BSD-2-Clause */
/* Level 3: the other CPUs, which have come out of reset together with the first one. */
#include "core.h"
#include "layout.h"

#define SECONDARY_TIMEOUT 3	     /* seconds: a busy host may take its time to run them all */
#define UNKNOWN_FREQUENCY 1000000000 /* none is higher */
#define LOOKS		  1000
#define WORDS		  4 /* of the spin table */

static bool all_here(void)
{
	for (uint32_t i = 0; i < monitor.cpus; i++)
		if (get_power(&monitor_cpu[i]) == MONITOR_CPU_ABSENT)
			return false;
	return true;
}

/*
 * A CPU that comes late makes its slot 0 again, so it is written until the CPU is here. None that
 * the tree does not name is called: it stays in the pen.
 */
static void call_from_pen(void)
{
	volatile uint64_t *slot = (volatile uint64_t *)(uintptr_t)monitor.pen;
	uint64_t entry = arch_arrive_entry();
	bool called = false;

	for (uint32_t i = 0; slot && i < monitor.cpus; i++) {
		uint32_t own = PEN_SLOT(monitor_cpu[i].mpidr);

		if (get_power(&monitor_cpu[i]) != MONITOR_CPU_ABSENT || slot[own] == entry)
			continue;
		slot[own] = entry;
		called = true;
	}
	if (called) {
		arch_barrier();
		arch_send_event();
	}
}

/* Many looks at the list for one at the counter, which in an emulator may hold up the others. */
static bool soon_here(void)
{
	call_from_pen();
	for (int i = 0; i < LOOKS && !all_here(); i++)
		arch_relax();
	return all_here();
}

/* Only a tree with CPUs that there are not makes use of all the patience. */
static void wait_for_others(void)
{
	uint64_t frequency = arch_counter_frequency(), start = arch_counter();
	uint64_t patience = (frequency ? frequency : UNKNOWN_FREQUENCY) * SECONDARY_TIMEOUT;

	while (!soon_here() && arch_counter() - start < patience)
		;
}

/* They look at the spin table, where the magic comes last. */
static void call_from_spin_table(volatile uint32_t *spin_table)
{
	uint64_t entry = arch_arrive_entry();

	spin_table[SPIN_TABLE_ENTRY / 4] = (uint32_t)entry;
	spin_table[SPIN_TABLE_ENTRY / 4 + 1] = (uint32_t)(entry >> 32);
	arch_barrier();
	spin_table[0] = SPIN_TABLE_MAGIC;
	arch_barrier();
	arch_send_event();
}

/* What the guest has there is lent for so long; no cache may write it back meanwhile. */
static void bring_up_by_spin_table(volatile uint32_t *spin_table)
{
	uint32_t lent[WORDS];

	arch_evict(spin_table);
	for (int i = 0; i < WORDS; i++)
		lent[i] = spin_table[i];
	call_from_spin_table(spin_table);
	wait_for_others();
	for (int i = 0; i < WORDS; i++)
		spin_table[i] = lent[i];
	arch_barrier();
}

void bring_up_secondaries(void)
{
	if (monitor.pen)
		wait_for_others();
	else if (monitor.spin_table)
		bring_up_by_spin_table((volatile uint32_t *)(uintptr_t)monitor.spin_table);
}
