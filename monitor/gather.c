/* SPDX-License-Identifier: BSD-2-Clause */
/* Level 3: the other CPUs, which have come out of reset together with the first one. */
#include "core.h"
#include "layout.h"

#define PATIENCE	  3	     /* seconds: a busy host may take its time to run them all */
#define UNKNOWN_FREQUENCY 1000000000 /* none is higher */
#define LOOKS		  1000
#define WORDS		  4 /* of the mailbox */

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
	uint64_t patience = (frequency ? frequency : UNKNOWN_FREQUENCY) * PATIENCE;

	while (!soon_here() && arch_counter() - start < patience)
		;
}

/* They look at the mailbox, where the magic comes last. */
static void call_from_mailbox(volatile uint32_t *mailbox)
{
	uint64_t entry = arch_arrive_entry();

	mailbox[MAILBOX_ENTRY / 4] = (uint32_t)entry;
	mailbox[MAILBOX_ENTRY / 4 + 1] = (uint32_t)(entry >> 32);
	arch_barrier();
	mailbox[0] = MAILBOX_MAGIC;
	arch_barrier();
	arch_send_event();
}

/* What the guest has there is lent for so long; no cache may write it back meanwhile. */
static void gather_by_mailbox(volatile uint32_t *mailbox)
{
	uint32_t lent[WORDS];

	arch_evict(mailbox);
	for (int i = 0; i < WORDS; i++)
		lent[i] = mailbox[i];
	call_from_mailbox(mailbox);
	wait_for_others();
	for (int i = 0; i < WORDS; i++)
		mailbox[i] = lent[i];
	arch_barrier();
}

void gather(void)
{
	if (monitor.pen)
		wait_for_others();
	else if (monitor.mailbox)
		gather_by_mailbox((volatile uint32_t *)(uintptr_t)monitor.mailbox);
}
