/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_FUZZ_GUEST_CALLS_H
#define FOREARM_FUZZ_GUEST_CALLS_H

/* What the targets of both monitors have in common: their machine, and what a guest asks of it. */
#include <string.h>
#include "fuzz.h"
#include "layout.h"
#include "monitor_machine.h"
#include "psci.h"
#include "registers.h"

static struct fuzz_numbers numbers;
static uint32_t spin_table[8];
static struct monitor before;

static unsigned int number(unsigned int limit)
{
	return (unsigned int)fuzz_number(&numbers, 1) % limit;
}

static uint32_t some_call(void)
{
	static const uint32_t calls[] = {PSCI_VERSION,	PSCI_CPU_ON,  PSCI_CPU_SUSPEND,
					 PSCI_CPU_OFF,	TRNG_RND,     PSCI_SYSTEM_SUSPEND,
					 PSCI_FEATURES, SMCCC_VERSION};

	return number(4) ? calls[number(8)] | (number(2) ? SMCCC_64BIT : 0)
			 : (uint32_t)fuzz_number(&numbers, 4);
}

static uint64_t some_value(void)
{
	unsigned int which = number(4);

	if (which == 0)
		return number(4);
	return which == 1 ? MACHINE_RAM + 4 * fuzz_number(&numbers, 3) : fuzz_number(&numbers, 8);
}

/* The others come one by one, or never. */
static void one_comes(void)
{
	unsigned int cpu = number(MACHINE_CPUS);

	if (cpu < monitor.cpus && monitor_cpu[cpu].power == MONITOR_CPU_ABSENT)
		monitor_cpu[cpu].power = MONITOR_CPU_OFF;
}

static void do_bring_up(struct monitor_cpu *self, void *context)
{
	(void)self;
	(void)context;
	bring_up_secondaries();
}

static void rest(void)
{
	machine_leave(END_WAITS);
}

/* What the guest has where the spin table is stays as it is. */
static void try_bring_up(void)
{
	uint32_t lent[8];

	if (monitor.level != 3)
		return;
	for (unsigned int i = 0; i < 8; i++)
		lent[i] = spin_table[i] = (uint32_t)fuzz_number(&numbers, 4);
	for (unsigned int i = 1; i < monitor.cpus; i++)
		monitor_cpu[i].power = MONITOR_CPU_ABSENT;
	monitor.spin_table = number(4) ? (uintptr_t)spin_table : 0;
	before = monitor;
	machine.threads = true; /* others do something meanwhile */
	machine.event_hook = machine.wait_hook = one_comes;
	machine_run(0, do_bring_up, NULL);
	machine.threads = false;
	machine.event_hook = NULL;
	machine.wait_hook = rest;
	REQUIRE(!memcmp(lent, spin_table, sizeof(lent)));
	REQUIRE(!memcmp(&before, &monitor, sizeof(before)));
}

static void start_machine(enum execution_state state)
{
	static const unsigned int gics[] = {0, 2, 3};
	unsigned int level = 2 + number(2);

	machine_init(level, 1 + number(MACHINE_CPUS), gics[number(3)]);
	registers_reset(&numbers);
	machine.wait_hook = rest;
	machine.randoms = number(8);
	machine.host_psci_result = -(int64_t)number(3);
	monitor.host_psci = level == 2 && number(4) ? PSCI_1_1 : 0;
	monitor.guest_level = level == 3 ? 1 + number(2) : 1;
	monitor.guest_state = state;
	monitor.fake_security = number(2);
	monitor.frequency = number(2);
	try_bring_up();
	before = monitor;
}

/* Only what is the guest's own was written to: 'allowed' is a list of words. */
static void require_written(const char *allowed)
{
	const char *name;

	for (unsigned int i = 0; (name = register_written(i)); i++) {
		const char *at = strstr(allowed, name);

		if (!at)
			fprintf(stderr, "%s was written to\n", name);
		REQUIRE(at);
	}
}

#endif
