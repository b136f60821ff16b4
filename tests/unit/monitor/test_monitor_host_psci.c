/* SPDX-License-Identifier: BSD-2-Clause */
/* PSCI at EL2, where the VMM's does the work: what it is asked, and what becomes of its answers. */
#include "monitor_machine.h"
#include "psci.h"
#include "test.h"

#define ENTRY	(MACHINE_RAM + 0x80000)
#define CONTEXT 0x123456789ABCDEF0

#define WIDE(function) ((function) | SMCCC_64BIT)

static enum machine_end ended;

static int64_t call(unsigned int cpu, uint64_t function, uint64_t a, uint64_t b, uint64_t c)
{
	struct monitor_call call = {.r = {function, a, b, c}, .aarch64 = true};

	ended = machine_call(cpu, &call);
	return (int64_t)call.r[0];
}

/* What the higher exception level was asked last; it was asked nothing else since the last check.
 */
static void check_host_psci(uint32_t function, uint64_t a, uint64_t b, uint64_t c)
{
	CHECK_EQ(machine.host_psci_calls, 1);
	CHECK_EQ(machine.host_psci[0].function, function);
	CHECK_EQ(machine.host_psci[0].a, a);
	CHECK_EQ(machine.host_psci[0].b, b);
	CHECK_EQ(machine.host_psci[0].c, c);
	CHECK_TEXT(machine.fault, NULL);
	CHECK(!machine_locked());
	machine.host_psci_calls = 0;
}

/* The CPU is at arch_warm_entry(). */
static void warm_start(unsigned int cpu)
{
	monitor_cpu[cpu].power = MONITOR_CPU_ON;
}

TEST(host_psci_starts_cpus_in_the_monitor)
{
	machine_init(2, 8, 0);
	for (unsigned int i = 1; i < 8; i++) {
		CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), machine_mpidr(i), ENTRY, CONTEXT + i), 0);
		check_host_psci(WIDE(PSCI_CPU_ON), machine_mpidr(i), MACHINE_WARM,
				(uintptr_t)&monitor_cpu[i]);
		CHECK_EQ(monitor_cpu[i].power, MONITOR_CPU_PENDING);
		CHECK_EQ(monitor_cpu[i].entry, ENTRY);
		CHECK_EQ(monitor_cpu[i].context, CONTEXT + i);
		CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), machine_mpidr(i), ENTRY, 0), PSCI_ON_PENDING);
		CHECK_EQ(call(0, WIDE(PSCI_AFFINITY_INFO), machine_mpidr(i), 0, 0),
			 PSCI_AFFINITY_ON_PENDING);
		warm_start(i);
		CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), machine_mpidr(i), ENTRY, 0), PSCI_ALREADY_ON);
		CHECK_EQ(machine.host_psci_calls, 0);
	}
}

TEST(host_psci_refuses_to_start_a_cpu)
{
	static const int64_t errors[] = {
		PSCI_NOT_SUPPORTED, PSCI_INVALID_PARAMETERS, PSCI_DENIED,	  PSCI_ALREADY_ON,
		PSCI_ON_PENDING,    PSCI_INTERNAL_FAILURE,   PSCI_INVALID_ADDRESS};

	for (unsigned int i = 0; i < sizeof(errors) / sizeof(*errors); i++) {
		test_note("error %lld", (long long)errors[i]);
		machine_init(2, 2, 0);
		machine.host_psci_result = errors[i];
		CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), 1, ENTRY, 0), errors[i]);
		CHECK_EQ(monitor_cpu[1].power, MONITOR_CPU_OFF);
		machine.host_psci_result = 0;
		machine.host_psci_calls = 0;
		CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), 1, ENTRY, 0), 0);
		check_host_psci(WIDE(PSCI_CPU_ON), 1, MACHINE_WARM, (uintptr_t)&monitor_cpu[1]);
	}
}

/* Mistakes of the guest are found before the higher exception level hears of them. */
TEST(host_psci_is_not_asked_in_vain)
{
	machine_init(2, 2, 0);
	CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), 9, ENTRY, 0), PSCI_INVALID_PARAMETERS);
	CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), 1, ENTRY + 1, 0), PSCI_INVALID_ADDRESS);
	CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), 1, monitor.base, 0), PSCI_INVALID_ADDRESS);
	CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), 0, ENTRY, 0), PSCI_ALREADY_ON);
	CHECK_EQ(call(0, WIDE(PSCI_AFFINITY_INFO), 9, 0, 0), PSCI_INVALID_PARAMETERS);
	CHECK_EQ(call(0, PSCI_CPU_SUSPEND, 1 << 24, 0, 0), PSCI_INVALID_PARAMETERS);
	CHECK_EQ(machine.host_psci_calls, 0);
}

/* -- going off -------------------------------------------------------------------------------- */

static int64_t check_is_off(const struct machine_host_psci *host_psci)
{
	if (host_psci->function == PSCI_CPU_OFF)
		CHECK_EQ(monitor_cpu[0].power, MONITOR_CPU_OFF);
	return PSCI_DENIED;
}

TEST(host_psci_refuses_to_turn_off)
{
	machine_init(2, 2, 0);
	machine.host_psci_hook = check_is_off;
	CHECK_EQ(call(0, PSCI_CPU_OFF, 0, 0, 0), PSCI_DENIED);
	check_host_psci(PSCI_CPU_OFF, 0, 0, 0);
	CHECK_EQ(monitor_cpu[0].power, MONITOR_CPU_ON);
}

static int64_t meanwhile;

/* CPU 0 is marked OFF and on its way, so for the higher exception level it is still on. */
static int64_t start_it_again(const struct machine_host_psci *host_psci)
{
	if (host_psci->function != PSCI_CPU_OFF)
		return PSCI_ALREADY_ON;
	meanwhile = call(1, WIDE(PSCI_CPU_ON), 0, ENTRY, 0);
	CHECK_EQ(monitor_cpu[0].power, MONITOR_CPU_OFF);
	return PSCI_DENIED;
}

TEST(host_psci_says_that_a_cpu_is_still_on)
{
	machine_init(2, 2, 0);
	warm_start(1);
	machine.host_psci_hook = start_it_again;
	CHECK_EQ(call(0, PSCI_CPU_OFF, 0, 0, 0), PSCI_DENIED);
	CHECK_EQ(meanwhile, PSCI_ALREADY_ON);
	CHECK_EQ(monitor_cpu[0].power, MONITOR_CPU_ON);
}

/* The one that is claimed turns out not to have gone off: nobody may take it for OFF afterwards. */
static int64_t fail_to_go_off(const struct machine_host_psci *host_psci)
{
	CHECK_EQ(host_psci->function, WIDE(PSCI_CPU_ON));
	CHECK_EQ(monitor_cpu[1].power, MONITOR_CPU_PENDING);
	monitor_cpu[1].power = MONITOR_CPU_ON;
	return PSCI_ALREADY_ON;
}

TEST(host_psci_keeps_a_cpu_on)
{
	machine_init(2, 2, 0);
	machine.host_psci_hook = fail_to_go_off;
	CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), 1, ENTRY, 0), PSCI_ALREADY_ON);
	CHECK_EQ(monitor_cpu[1].power, MONITOR_CPU_ON);
}

/* -- the rest --------------------------------------------------------------------------------- */

TEST(host_psci_tells_what_is_off)
{
	machine_init(2, 2, 0);
	machine.host_psci_result = PSCI_AFFINITY_ON;
	CHECK_EQ(call(0, PSCI_AFFINITY_INFO, 1, 0, 0), PSCI_AFFINITY_ON);
	check_host_psci(WIDE(PSCI_AFFINITY_INFO), 1, 0, 0);
	machine.host_psci_result = PSCI_AFFINITY_OFF;
	CHECK_EQ(call(0, PSCI_AFFINITY_INFO, 0, 0, 0), PSCI_AFFINITY_OFF);
	check_host_psci(WIDE(PSCI_AFFINITY_INFO), 0, 0, 0);
}

TEST(host_psci_suspends)
{
	machine_init(2, 2, 0);
	CHECK_EQ(call(0, WIDE(PSCI_CPU_SUSPEND), 3, ENTRY, CONTEXT), 0);
	check_host_psci(WIDE(PSCI_CPU_SUSPEND), 3, 0, 0);
	machine.host_psci_result = PSCI_INVALID_PARAMETERS;
	CHECK_EQ(call(0, PSCI_CPU_SUSPEND, 3, 0, 0), PSCI_INVALID_PARAMETERS);
	CHECK_EQ(machine.waits, 0);
}

/* VMMs that have no power-down state return as from a standby; the guest must not see that. */
TEST(host_psci_suspends_to_power_down)
{
	machine_init(2, 2, 0);
	call(0, WIDE(PSCI_CPU_SUSPEND), PSCI_STATE_POWER_DOWN, ENTRY, CONTEXT);
	CHECK_EQ(ended, END_STARTED);
	check_host_psci(WIDE(PSCI_CPU_SUSPEND), PSCI_STATE_POWER_DOWN, MACHINE_WARM,
			(uintptr_t)&monitor_cpu[0]);
	CHECK_EQ(monitor_cpu[0].entry, ENTRY);
	CHECK_EQ(monitor_cpu[0].context, CONTEXT);
	machine.host_psci_result = PSCI_DENIED;
	CHECK_EQ(call(0, WIDE(PSCI_CPU_SUSPEND), PSCI_STATE_POWER_DOWN, ENTRY, 0), PSCI_DENIED);
	CHECK_EQ(ended, END_RETURNED);
}

static void nothing(void)
{
}

/* Few VMMs have it: the monitor waits itself. */
TEST(host_psci_is_not_needed_for_system_suspend)
{
	machine_init(2, 2, 0);
	machine.wait_hook = nothing;
	call(0, WIDE(PSCI_SYSTEM_SUSPEND), ENTRY, CONTEXT, 0);
	CHECK_EQ(ended, END_STARTED);
	CHECK_EQ(machine.waits, 1);
	CHECK_EQ(machine.host_psci_calls, 0);
}

static void check_system(uint64_t asked, uint32_t function)
{
	machine_init(2, 2, 0);
	machine.host_psci_result = PSCI_NOT_SUPPORTED;
	CHECK_EQ(call(0, asked, 0, 0, 0), PSCI_INTERNAL_FAILURE);
	check_host_psci(function, 0, 0, 0);
}

TEST(host_psci_ends_the_machine)
{
	check_system(PSCI_SYSTEM_OFF, PSCI_SYSTEM_OFF);
	check_system(PSCI_SYSTEM_RESET, PSCI_SYSTEM_RESET);
	check_system(PSCI_SYSTEM_RESET2, PSCI_SYSTEM_RESET);
	check_system(WIDE(PSCI_SYSTEM_RESET2), PSCI_SYSTEM_RESET);
}

/* A VMM without PSCI: one CPU, which can wait. */
TEST(host_psci_there_is_nobody)
{
	machine_init(2, 2, 0);
	machine.wait_hook = nothing;
	monitor.host_psci = 0;
	CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), 1, ENTRY, 0), PSCI_INTERNAL_FAILURE);
	CHECK_EQ(monitor_cpu[1].power, MONITOR_CPU_OFF);
	CHECK_EQ(call(0, PSCI_CPU_OFF, 0, 0, 0), PSCI_DENIED);
	CHECK_EQ(monitor_cpu[0].power, MONITOR_CPU_ON);
	CHECK_EQ(call(0, PSCI_CPU_SUSPEND, 0, 0, 0), 0);
	CHECK_EQ(machine.waits, 1);
	CHECK_EQ(call(0, PSCI_AFFINITY_INFO, 0, 0, 0), PSCI_AFFINITY_ON);
	CHECK_EQ(call(0, PSCI_AFFINITY_INFO, 1, 0, 0), PSCI_AFFINITY_OFF);
	CHECK_EQ(call(0, PSCI_SYSTEM_OFF, 0, 0, 0), PSCI_INTERNAL_FAILURE);
	CHECK_EQ(machine.host_psci_calls, 0);
	CHECK_TEXT(machine.fault, NULL);
}

/* The monitor's own answers do not depend on anybody. */
TEST(host_psci_does_not_say_what_the_monitor_is)
{
	machine_init(2, 2, 0);
	CHECK_EQ(call(0, PSCI_VERSION, 0, 0, 0), 0x10001);
	CHECK_EQ(call(0, PSCI_FEATURES, PSCI_SYSTEM_SUSPEND, 0, 0), 0);
	CHECK_EQ(call(0, SMCCC_VERSION, 0, 0, 0), 0x10001);
	CHECK_EQ(machine.host_psci_calls, 0);
}

TEST(host_psci_has_the_random_numbers)
{
	struct monitor_call c = {.r = {TRNG_VERSION, 1, 2, 3}, .aarch64 = true};

	machine_init(2, 2, 0);
	machine.randoms = 100;
	CHECK(!psci_call(&monitor_cpu[0], &c));
	CHECK_EQ(c.r[0], TRNG_VERSION);
	CHECK_EQ(machine.randoms, 100);
}
