/* SPDX-License-Identifier: BSD-2-Clause */
/* PSCI 1.1 (DEN0022) as the monitor provides it at EL3, where nobody else does anything. */
#include "monitor_machine.h"
#include "psci.h"
#include "test.h"

#define ENTRY	(MACHINE_RAM + 0x80000)
#define CONTEXT 0x123456789ABCDEF0

#define WIDE(function) ((function) | SMCCC_64BIT)

static struct monitor_call last;
static enum machine_end ended;

static int64_t call_as(bool aarch64, unsigned int cpu, uint64_t function, uint64_t a, uint64_t b,
		       uint64_t c)
{
	last = (struct monitor_call) {.r = {function, a, b, c}, .aarch64 = aarch64};
	ended = machine_call(cpu, &last);
	return (int64_t)last.r[0];
}

static int64_t call(unsigned int cpu, uint64_t function, uint64_t a, uint64_t b, uint64_t c)
{
	return call_as(true, cpu, function, a, b, c);
}

static int64_t call32(unsigned int cpu, uint64_t function, uint64_t a, uint64_t b, uint64_t c)
{
	return call_as(false, cpu, function, a, b, c);
}

static void check_no_fault(void)
{
	CHECK_TEXT(machine.fault, NULL);
	CHECK(!machine_locked());
}

static void check_power(unsigned int cpu, enum monitor_power power)
{
	test_note("CPU %u", cpu);
	CHECK_EQ(monitor_cpu[cpu].power, power);
}

/* -- versions and features -------------------------------------------------------------------- */

TEST(psci_says_what_it_is)
{
	machine_init(3, 2, 2);
	CHECK_EQ(call(0, PSCI_VERSION, 0, 0, 0), 0x10001);
	CHECK_EQ(call32(0, PSCI_VERSION, 0, 0, 0), 0x10001);
	CHECK_EQ(call(0, PSCI_MIGRATE_INFO_TYPE, 0, 0, 0), 2);
	CHECK_EQ(call(0, SMCCC_VERSION, 0, 0, 0), 0x10001);
	CHECK_EQ(call(0, SMCCC_ARCH_FEATURES, SMCCC_VERSION, 0, 0), 0);
	CHECK_EQ(call(0, SMCCC_ARCH_FEATURES, SMCCC_ARCH_FEATURES, 0, 0), 0);
	CHECK_EQ(call(0, SMCCC_ARCH_FEATURES, 0x80008000, 0, 0), -1);
	/* The upper half of X0 is not part of the function, nor that of X1 of a 32-bit argument. */
	CHECK_EQ(call(0, 0x1200000000 | PSCI_VERSION, 0, 0, 0), 0x10001);
	CHECK_EQ(call(0, SMCCC_ARCH_FEATURES, 0x1200000000 | SMCCC_VERSION, 0, 0), 0);
	check_no_fault();
}

static const uint32_t provided[] = {
	PSCI_VERSION,
	PSCI_CPU_SUSPEND,
	WIDE(PSCI_CPU_SUSPEND),
	PSCI_CPU_OFF,
	PSCI_CPU_ON,
	WIDE(PSCI_CPU_ON),
	PSCI_AFFINITY_INFO,
	WIDE(PSCI_AFFINITY_INFO),
	PSCI_MIGRATE_INFO_TYPE,
	PSCI_SYSTEM_OFF,
	PSCI_SYSTEM_RESET,
	PSCI_FEATURES,
	PSCI_SYSTEM_SUSPEND,
	WIDE(PSCI_SYSTEM_SUSPEND),
	PSCI_SYSTEM_RESET2,
	WIDE(PSCI_SYSTEM_RESET2),
};

static bool is_provided(uint32_t function, bool aarch64)
{
	for (unsigned int i = 0; i < sizeof(provided) / sizeof(*provided); i++)
		if (provided[i] == function)
			return aarch64 || !(function & SMCCC_64BIT);
	return false;
}

/* Arguments that no function minds, and that let none take effect. */
static bool answers(uint32_t function, bool aarch64)
{
	int64_t result;

	machine_init(3, 2, 2);
	result = call_as(aarch64, 0, function, 0xFFFFFFFF, 3, 0);
	return ended != END_RETURNED || result != PSCI_NOT_SUPPORTED;
}

static void check_features(uint32_t function, bool aarch64)
{
	bool expected = is_provided(function, aarch64);

	test_note("function 0x%x, AArch%s", function, aarch64 ? "64" : "32");
	machine_init(3, 2, 2);
	CHECK_EQ(call_as(aarch64, 0, PSCI_FEATURES, function, 0, 0), expected ? 0 : -1);
	if (function != PSCI_FEATURES) /* of a function that is not: that is not there either */
		CHECK_EQ(answers(function, aarch64), expected);
}

TEST(psci_features_agrees_with_what_answers)
{
	for (uint32_t function = PSCI_VERSION - 2; function <= PSCI_LAST + 2; function++) {
		check_features(function, true);
		check_features(function, false);
		check_features(WIDE(function), true);
		check_features(WIDE(function), false);
	}
	machine_init(3, 2, 2);
	CHECK_EQ(call(0, PSCI_FEATURES, SMCCC_VERSION, 0, 0), 0);
	CHECK_EQ(call(0, WIDE(PSCI_FEATURES), PSCI_VERSION, 0, 0), -1);
	CHECK_EQ(call(0, PSCI_FEATURES, 0, 0, 0), -1);
	CHECK_EQ(call(0, PSCI_FEATURES, 0xFFFFFFFF, 0, 0), -1);
}

/* What is for others gets no answer here. */
TEST(psci_leaves_other_services_alone)
{
	static const uint32_t others[] = {0,	      0x80000002, 0x83FFFFFF, 0x84000020,
					  0xC4000020, 0x86000000, 0x95000000, 0xC0000000,
					  0xC0000001, 0xFFFFFFFF, 0x04000000, 0x44000003};

	machine_init(3, 2, 2);
	for (unsigned int i = 0; i < sizeof(others) / sizeof(*others); i++) {
		struct monitor_call c = {.r = {others[i], 1, 2, 3}, .aarch64 = true};

		test_note("function 0x%x", others[i]);
		CHECK(!psci_call(&monitor_cpu[0], &c));
		CHECK_EQ(c.r[0], others[i]);
	}
}

/* QEMU's CPU_ON of PSCI 0.1, FF-A and SDEI among them: they would act at our exception level. */
TEST(psci_passes_on_what_does_no_harm_only)
{
	static const uint32_t good[] = {0x80000002, 0x80007FFF, 0x80008000, 0xC0000001,
					0x84000050, 0x84000053, 0xC4000053};
	static const uint32_t bad[] = {0,	   1,	       0x95C1BA5F, 0x95C1BA60, 0xC4000021,
				       0x84000020, 0x84000054, 0x8400004F, 0x84000066, 0x80010000,
				       0x86000000, 0xC6000000, 0xB2000000, 0xFFFFFFFF};

	for (unsigned int i = 0; i < sizeof(good) / sizeof(*good); i++)
		CHECK(psci_may_pass(good[i]));
	for (unsigned int i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		CHECK(!psci_may_pass(bad[i]));
}

/* -- CPU_ON ----------------------------------------------------------------------------------- */

static void check_started(unsigned int cpu, uint64_t entry, uint64_t context, bool big_endian)
{
	test_note("CPU %u", cpu);
	CHECK_EQ(monitor_cpu[cpu].entry, entry);
	CHECK_EQ(monitor_cpu[cpu].context, context);
	CHECK_EQ(monitor_cpu[cpu].big_endian, big_endian);
	CHECK_EQ(machine_wait(cpu), END_STARTED);
	check_power(cpu, MONITOR_CPU_ON);
	check_no_fault();
}

static void check_cpu_on(unsigned int gic)
{
	machine_init(3, 8, gic);
	for (unsigned int i = 1; i < 8; i++) {
		CHECK_EQ(machine_wait(i), END_WAITS);
		CHECK_EQ(call(i - 1, WIDE(PSCI_CPU_ON), machine_mpidr(i), ENTRY + 4 * i, CONTEXT),
			 0);
		CHECK_EQ(ended, END_RETURNED);
		check_power(i, MONITOR_CPU_PENDING);
		check_started(i, ENTRY + 4 * i, CONTEXT, false);
	}
}

TEST(psci_cpu_on_starts_cpus)
{
	check_cpu_on(0);
	CHECK(machine.relaxes > 0);
	CHECK_EQ(machine.waits, 0);
	check_cpu_on(2);
	CHECK_EQ(machine.waits, 7);
	CHECK_EQ(machine.relaxes, 0);
	check_cpu_on(3);
	CHECK_EQ(machine.waits, 7);
}

TEST(psci_cpu_on_errors)
{
	machine_init(3, 4, 2);
	monitor_cpu[3].power = MONITOR_CPU_ABSENT;
	CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), 0, ENTRY, 0), PSCI_ALREADY_ON);
	CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), 4, ENTRY, 0), PSCI_INVALID_PARAMETERS);
	CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), UINT64_MAX, ENTRY, 0), PSCI_INVALID_PARAMETERS);
	/* Bits of the affinity that must be zero. */
	CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), 0x80000001, ENTRY, 0), PSCI_INVALID_PARAMETERS);
	CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), 1ULL << 40 | 1, ENTRY, 0), PSCI_INVALID_PARAMETERS);
	CHECK_EQ(call(0, PSCI_CPU_ON, 0x01000001, ENTRY, 0), PSCI_INVALID_PARAMETERS);
	CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), 3, ENTRY, 0), PSCI_INTERNAL_FAILURE);
	check_power(3, MONITOR_CPU_ABSENT);
	CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), 1, ENTRY, 0), 0);
	CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), 1, ENTRY, 0), PSCI_ON_PENDING);
	CHECK_EQ(machine_wait(1), END_STARTED);
	CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), 1, ENTRY, 0), PSCI_ALREADY_ON);
	CHECK_EQ(call(1, WIDE(PSCI_CPU_ON), 1, ENTRY, 0), PSCI_ALREADY_ON);
	check_power(2, MONITOR_CPU_OFF);
	check_no_fault();
}

static void check_entry(uint64_t entry, bool allowed)
{
	test_note("entry 0x%llx", (unsigned long long)entry);
	machine_init(3, 2, 0);
	CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), 1, entry, 0), allowed ? 0 : PSCI_INVALID_ADDRESS);
	CHECK_EQ(monitor_cpu[1].power, allowed ? MONITOR_CPU_PENDING : MONITOR_CPU_OFF);
	machine_init(3, 2, 0);
	machine.wait_hook = check_no_fault;
	call(0, WIDE(PSCI_CPU_SUSPEND), PSCI_STATE_POWER_DOWN, entry, 0);
	CHECK_EQ(ended, allowed ? END_STARTED : END_RETURNED);
	CHECK(allowed || (int64_t)last.r[0] == PSCI_INVALID_ADDRESS);
	call(0, WIDE(PSCI_SYSTEM_SUSPEND), entry, 0, 0);
	CHECK_EQ(ended, allowed ? END_STARTED : END_RETURNED);
	CHECK(allowed || (int64_t)last.r[0] == PSCI_INVALID_ADDRESS);
}

TEST(psci_entries_are_in_ram)
{
	uint64_t monitor_base = MACHINE_RAM + 0xFF00000;

	check_entry(MACHINE_RAM, true);
	check_entry(MACHINE_RAM + MACHINE_RAM_SIZE - 4, true);
	check_entry(MACHINE_RAM2 + 0xFFC, true);
	check_entry(MACHINE_RAM - 4, false);
	check_entry(MACHINE_RAM + MACHINE_RAM_SIZE, false);
	check_entry(MACHINE_RAM2 - 4, false);
	check_entry(MACHINE_RAM2 + 0x1000, false);
	check_entry(0, false);
	check_entry(UINT64_MAX - 3, false);
	check_entry(1ULL << 63 | MACHINE_RAM, false);
	check_entry(monitor_base - 4, true);
	check_entry(monitor_base, false);
	check_entry(monitor_base + 0x3FFC, false);
	check_entry(monitor_base + 0x4000, true);
	for (unsigned int i = 1; i < 4; i++)
		check_entry(ENTRY + i, false);
}

TEST(psci_entries_of_aarch32)
{
	static const int64_t expected[] = {0, 0, PSCI_INVALID_ADDRESS, 0};

	for (unsigned int i = 0; i < 4; i++) {
		test_note("entry + %u", i);
		machine_init(3, 2, 2);
		monitor.guest_state = STATE_AARCH32;
		CHECK_EQ(call32(0, PSCI_CPU_ON, 1, ENTRY + i, 0), expected[i]);
		if (!expected[i])
			check_started(1, ENTRY + i, 0, false);
	}
	machine_init(3, 2, 2);
	monitor.guest_state = STATE_AARCH32;
	CHECK_EQ(call32(0, PSCI_CPU_ON, 1, monitor.base + 1, 0), PSCI_INVALID_ADDRESS);
	CHECK_EQ(call32(0, WIDE(PSCI_CPU_ON), 1, ENTRY, 0), PSCI_NOT_SUPPORTED);
	check_power(1, MONITOR_CPU_OFF);
}

/* A 32-bit function has 32-bit arguments, whatever is in the upper halves. */
TEST(psci_arguments_are_as_wide_as_the_function)
{
	machine_init(3, 8, 2);
	CHECK_EQ(call(0, PSCI_CPU_ON, 1ULL << 32 | 1, 2ULL << 32 | ENTRY, CONTEXT), 0);
	check_started(1, ENTRY, (uint32_t)CONTEXT, false);
	/* With affinity 3 only the wide one reaches a CPU. */
	CHECK_EQ(call(0, PSCI_CPU_ON, machine_mpidr(5), ENTRY, 0), PSCI_ALREADY_ON);
	CHECK_EQ(machine_mpidr(5), 0x100000001);
	CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), machine_mpidr(5), ENTRY, 0), 0);
	check_power(5, MONITOR_CPU_PENDING);
	/* But a power state and an affinity level have 32 bits in both. */
	CHECK_EQ(call(0, WIDE(PSCI_AFFINITY_INFO), 1, 0xFFFFFFFF00000000, 0), PSCI_AFFINITY_ON);
	machine.wait_hook = check_no_fault;
	CHECK_EQ(call(0, WIDE(PSCI_CPU_SUSPEND), 0xFFFFFFFF00000000, 0, 0), 0);
	CHECK_EQ(machine.waits, 1);
}

TEST(psci_cpus_start_in_the_callers_order)
{
	machine_init(3, 3, 2);
	last = (struct monitor_call) {{WIDE(PSCI_CPU_ON), 1, ENTRY, CONTEXT}, true, true};
	CHECK_EQ(machine_call(0, &last), END_RETURNED);
	CHECK_EQ(last.r[0], 0);
	check_started(1, ENTRY, CONTEXT, true);
	CHECK_EQ(call(1, PSCI_CPU_OFF, 0, 0, 0), PSCI_CPU_OFF);
	CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), 1, ENTRY, 1), 0);
	check_started(1, ENTRY, 1, false);
}

/* A call that fails leaves what another has asked for. */
TEST(psci_failed_cpu_on_changes_nothing)
{
	machine_init(3, 3, 2);
	CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), 1, ENTRY, 1), 0);
	CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), 1, ENTRY + 8, 2), PSCI_ON_PENDING);
	CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), 1, ENTRY + 2, 2), PSCI_INVALID_ADDRESS);
	check_started(1, ENTRY, 1, false);
}

/* -- CPU_OFF, AFFINITY_INFO ------------------------------------------------------------------- */

static void check_affinity(unsigned int cpu, enum psci_affinity expected)
{
	CHECK_EQ(call(0, WIDE(PSCI_AFFINITY_INFO), machine_mpidr(cpu), 0, 0), expected);
}

static void check_round_trips(unsigned int gic)
{
	machine_init(3, 2, gic);
	for (unsigned int i = 0; i < 20; i++) {
		check_affinity(1, PSCI_AFFINITY_OFF);
		CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), 1, ENTRY, i), 0);
		check_affinity(1, PSCI_AFFINITY_ON_PENDING);
		check_started(1, ENTRY, i, false);
		check_affinity(1, PSCI_AFFINITY_ON);
		call(1, PSCI_CPU_OFF, 0, 0, 0);
		CHECK_EQ(ended, END_WAITS);
		check_power(1, MONITOR_CPU_OFF);
	}
	check_no_fault();
}

TEST(psci_cpus_go_off_and_on)
{
	check_round_trips(0);
	check_round_trips(2);
	check_round_trips(3);
}

TEST(psci_boot_cpu_goes_off_too)
{
	machine_init(3, 2, 2);
	CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), 1, ENTRY, 0), 0);
	check_started(1, ENTRY, 0, false);
	call(0, PSCI_CPU_OFF, 0, 0, 0);
	CHECK_EQ(ended, END_WAITS);
	CHECK_EQ(call(1, WIDE(PSCI_AFFINITY_INFO), 0, 0, 0), PSCI_AFFINITY_OFF);
	CHECK_EQ(call(1, WIDE(PSCI_CPU_ON), 0, ENTRY, 7), 0);
	check_started(0, ENTRY, 7, false);
}

TEST(psci_affinity_info_errors)
{
	machine_init(3, 4, 2);
	monitor_cpu[3].power = MONITOR_CPU_ABSENT;
	CHECK_EQ(call(0, PSCI_AFFINITY_INFO, 3, 0, 0), PSCI_AFFINITY_OFF);
	CHECK_EQ(call(0, PSCI_AFFINITY_INFO, 4, 0, 0), PSCI_INVALID_PARAMETERS);
	CHECK_EQ(call(0, WIDE(PSCI_AFFINITY_INFO), 1ULL << 32, 0, 0), PSCI_INVALID_PARAMETERS);
	for (uint64_t level = 1; level < 5; level++)
		CHECK_EQ(call(0, PSCI_AFFINITY_INFO, 0, level, 0), PSCI_INVALID_PARAMETERS);
}

/* -- suspend ---------------------------------------------------------------------------------- */

TEST(psci_standby_returns)
{
	machine_init(3, 2, 2);
	machine.wait_hook = check_no_fault;
	monitor_cpu[0].entry = 1;
	CHECK_EQ(call(0, WIDE(PSCI_CPU_SUSPEND), 0, 0, 0), 0);
	CHECK_EQ(call(0, PSCI_CPU_SUSPEND, 0x1234, 3, 0), 0); /* the entry does not count */
	CHECK_EQ(ended, END_RETURNED);
	CHECK_EQ(machine.waits, 2);
	CHECK_EQ(monitor_cpu[0].entry, 1);
	check_power(0, MONITOR_CPU_ON);
}

TEST(psci_power_down_starts_at_its_entry)
{
	machine_init(3, 2, 2);
	machine.wait_hook = check_no_fault;
	call(0, WIDE(PSCI_CPU_SUSPEND), PSCI_STATE_POWER_DOWN | 5, ENTRY, CONTEXT);
	CHECK_EQ(ended, END_STARTED);
	CHECK_EQ(machine.waits, 1);
	CHECK_EQ(monitor_cpu[0].entry, ENTRY);
	CHECK_EQ(monitor_cpu[0].context, CONTEXT);
	check_power(0, MONITOR_CPU_ON);
}

/* Whoever looks while a CPU sleeps sees it on, and cannot start it. */
static void look_at_sleeper(void)
{
	struct monitor_call c = {{WIDE(PSCI_CPU_ON), 0, ENTRY + 0x100, 9}, true, false};

	CHECK_EQ(machine_call(1, &c), END_RETURNED);
	CHECK_EQ((int64_t)c.r[0], PSCI_ALREADY_ON);
	c.r[0] = PSCI_AFFINITY_INFO;
	c.r[1] = c.r[2] = 0;
	CHECK_EQ(machine_call(1, &c), END_RETURNED);
	CHECK_EQ(c.r[0], PSCI_AFFINITY_ON);
}

TEST(psci_sleeping_cpu_is_on)
{
	machine_init(3, 2, 2);
	CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), 1, ENTRY, 0), 0);
	check_started(1, ENTRY, 0, false);
	machine.wait_hook = look_at_sleeper;
	call(0, WIDE(PSCI_CPU_SUSPEND), PSCI_STATE_POWER_DOWN, ENTRY, CONTEXT);
	CHECK_EQ(ended, END_STARTED);
	CHECK_EQ(monitor_cpu[0].entry, ENTRY);
	CHECK_EQ(call(0, PSCI_CPU_SUSPEND, 0, 0, 0), 0);
	CHECK_EQ(machine.waits, 2);
}

TEST(psci_power_states_that_are_not)
{
	machine_init(3, 2, 2);
	for (unsigned int bit = 17; bit < 32; bit++) {
		test_note("bit %u", bit);
		CHECK_EQ(call(0, WIDE(PSCI_CPU_SUSPEND), 1U << bit, ENTRY, 0),
			 PSCI_INVALID_PARAMETERS);
		CHECK_EQ(call(0, PSCI_CPU_SUSPEND, 1U << bit | PSCI_STATE_POWER_DOWN, ENTRY, 0),
			 PSCI_INVALID_PARAMETERS);
	}
	CHECK_EQ(machine.waits, 0);
}

TEST(psci_system_suspend_needs_all_others_off)
{
	machine_init(3, 3, 2);
	machine.wait_hook = check_no_fault;
	monitor_cpu[2].power = MONITOR_CPU_ABSENT;
	call(0, WIDE(PSCI_SYSTEM_SUSPEND), ENTRY, CONTEXT, 0);
	CHECK_EQ(ended, END_STARTED);
	CHECK_EQ(monitor_cpu[0].entry, ENTRY);
	CHECK_EQ(monitor_cpu[0].context, CONTEXT);
	call(0, PSCI_SYSTEM_SUSPEND, ENTRY + 4, CONTEXT, 0);
	CHECK_EQ(ended, END_STARTED);
	CHECK_EQ(monitor_cpu[0].context, (uint32_t)CONTEXT);
	CHECK_EQ(machine.waits, 2);
	machine.wait_hook = NULL;
	CHECK_EQ(call(0, WIDE(PSCI_CPU_ON), 1, ENTRY, 0), 0);
	CHECK_EQ(call(0, WIDE(PSCI_SYSTEM_SUSPEND), ENTRY, 0, 0), PSCI_DENIED);
	check_started(1, ENTRY, 0, false);
	CHECK_EQ(call(0, WIDE(PSCI_SYSTEM_SUSPEND), ENTRY, 0, 0), PSCI_DENIED);
	CHECK_EQ(call(1, WIDE(PSCI_SYSTEM_SUSPEND), ENTRY, 0, 0), PSCI_DENIED);
	check_no_fault();
}

/* -- off and reset ---------------------------------------------------------------------------- */

static void check_end(uint64_t function, uint64_t argument, unsigned int controller)
{
	struct devices_line line;

	test_note("function 0x%llx", (unsigned long long)function);
	machine_init(3, 2, 2);
	call(0, function, argument, 0, 0);
	CHECK_EQ(ended, END_WAITS); /* it does not return, the machine ends soon */
	line = devices_line(controller, controller);
	CHECK(line.output);
	CHECK_EQ(line.level, !controller); /* monitor.reset is active low */
	CHECK(line.edges > 0);
	CHECK(!devices_line(!controller, !controller).output);
	check_no_fault();
}

TEST(psci_ends_the_machine)
{
	check_end(PSCI_SYSTEM_OFF, 0, 0);
	check_end(PSCI_SYSTEM_RESET, 0, 1);
	check_end(PSCI_SYSTEM_RESET2, 0, 1);
	check_end(WIDE(PSCI_SYSTEM_RESET2), 0xFFFFFFFF00000000, 1);
}

TEST(psci_resets_that_are_not)
{
	machine_init(3, 2, 2);
	CHECK_EQ(call(0, PSCI_SYSTEM_RESET2, 1, 0, 0), PSCI_INVALID_PARAMETERS);
	CHECK_EQ(call(0, WIDE(PSCI_SYSTEM_RESET2), 0x80000000, 0, 0), PSCI_INVALID_PARAMETERS);
	monitor.off.base = monitor.reset.base = 0;
	CHECK_EQ(call(0, PSCI_SYSTEM_OFF, 0, 0, 0), PSCI_INTERNAL_FAILURE);
	CHECK_EQ(call(0, PSCI_SYSTEM_RESET, 0, 0, 0), PSCI_INTERNAL_FAILURE);
	CHECK_EQ(ended, END_RETURNED);
	check_no_fault();
}
