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

/* Many looks at the list for one at the counter, which in an emulator may hold up the others. */
static bool soon_here(void)
{
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
static void call_others(volatile uint32_t *mailbox)
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
void gather(void)
{
	volatile uint32_t *mailbox = (volatile uint32_t *)(uintptr_t)monitor.mailbox;
	uint32_t lent[WORDS];

	if (!mailbox)
		return;
	arch_evict(mailbox);
	for (int i = 0; i < WORDS; i++)
		lent[i] = mailbox[i];
	call_others(mailbox);
	wait_for_others();
	for (int i = 0; i < WORDS; i++)
		mailbox[i] = lent[i];
	arch_barrier();
}
