/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lamport's bakery: with MMU and caches off there are no exclusive accesses that one could rely on
 * (Arm ARM, "Device memory"), so the lock gets by with loads and stores of each CPU's own words.
 */
#include "core.h"

static uint32_t next_ticket(void)
{
	uint32_t highest = 0;

	for (uint32_t i = 0; i < monitor.cpus; i++) {
		uint32_t ticket = *(volatile uint32_t *)&monitor_cpu[i].ticket;

		highest = ticket > highest ? ticket : highest;
	}
	return highest + 1;
}

/* Equal tickets are possible: then the CPU that comes first in the list goes first. */
static bool goes_first(const struct monitor_cpu *other, const struct monitor_cpu *self)
{
	uint32_t theirs = *(const volatile uint32_t *)&other->ticket;

	return theirs && (theirs < self->ticket || (theirs == self->ticket && other < self));
}

void monitor_lock(struct monitor_cpu *self)
{
	*(volatile uint32_t *)&self->choosing = 1;
	arch_barrier();
	*(volatile uint32_t *)&self->ticket = next_ticket();
	arch_barrier();
	*(volatile uint32_t *)&self->choosing = 0;
	arch_barrier();
	for (uint32_t i = 0; i < monitor.cpus; i++) {
		while (*(volatile uint32_t *)&monitor_cpu[i].choosing)
			arch_relax();
		while (goes_first(&monitor_cpu[i], self))
			arch_relax();
	}
	arch_barrier();
}

void monitor_unlock(struct monitor_cpu *self)
{
	arch_barrier();
	*(volatile uint32_t *)&self->ticket = 0;
	arch_barrier();
}
