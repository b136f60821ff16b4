/* SPDX-License-Identifier: BSD-2-Clause */
/* The GIC and the GPIO lines as the monitor leaves them. */
#include "monitor_machine.h"
#include "psci.h"
#include "test.h"

#define ENTRY	 (MACHINE_RAM + 0x80000)
#define WAKE	 15
#define NO_GROUP (1U << WAKE)

/* -- GIC -------------------------------------------------------------------------------------- */

static void check_blocks(unsigned int from, unsigned int to, bool set)
{
	for (unsigned int i = from; i < to; i++) {
		test_note("register %u", i);
		CHECK_EQ(devices_gic.group[i], set ? UINT32_MAX : 0);
		CHECK_EQ(devices_gic.modifier[i], set ? 0 : UINT32_MAX);
		for (unsigned int j = 0; j < 32; j++)
			CHECK_EQ(devices_gic.priority[32 * i + j], set ? 0x80 : 0);
	}
}

TEST(gic_v3_gives_shared_interrupts_away)
{
	machine_init(3, 4, 3);
	CHECK_TEXT(machine.fault, NULL);
	CHECK_EQ(devices_gic.control, 0x31); /* ARE_NS, ARE_S, EnableGrp0 */
	check_blocks(0, 1, false);	     /* those are the redistributors' */
	check_blocks(1, 9, true);
	check_blocks(9, 32, false);
	check_blocks(32, 34, true);
	check_blocks(34, 64, false);
}

TEST(gic_v2_gives_shared_interrupts_away)
{
	machine_init(3, 4, 2);
	CHECK_TEXT(machine.fault, NULL);
	CHECK_EQ(devices_gic.control, 1);
	for (unsigned int i = 0; i < 64; i++) {
		test_note("register %u", i);
		CHECK_EQ(devices_gic.group[i], i >= 1 && i < 9 ? UINT32_MAX : 0);
		CHECK_EQ(devices_gic.modifier[i], UINT32_MAX);
		CHECK_EQ(devices_gic.priority[32 * i + 31], i >= 1 && i < 9 ? 0x80 : 0);
	}
}

/* A CPU that waits keeps one; one that runs, or is about to, has given it back. */
static void check_own(unsigned int cpu, unsigned int version, bool waits)
{
	const struct devices_gic_cpu *c = &devices_gic_cpu[cpu];

	test_note("version %u, CPU %u", version, cpu);
	CHECK_EQ(c->group, waits ? ~NO_GROUP : UINT32_MAX);
	CHECK_EQ(c->enable, waits ? NO_GROUP : 0);
	CHECK_EQ(c->mask, 0xFF);
	for (unsigned int i = 0; i < 32; i++)
		CHECK_EQ(c->priority[i], waits && i == WAKE ? 0 : 0x80);
	if (version == 2) {
		CHECK_EQ(c->control, 0x1E9); /* group 0, as FIQ, no bypass */
		CHECK_EQ(monitor_cpu[cpu].gic_interface, 1 << cpu);
	} else {
		CHECK_EQ(c->modifier, 0);
		CHECK_EQ(c->more_group, UINT32_MAX);
		CHECK_EQ(c->more_modifier, 0);
		CHECK_EQ(c->waker, 0);
		CHECK_EQ(c->control, 1);
	}
}

TEST(gic_gives_each_cpus_interrupts_away)
{
	for (unsigned int version = 2; version <= 3; version++) {
		machine_init(3, 8, version);
		for (unsigned int cpu = 0; cpu < 8; cpu++)
			check_own(cpu, version, cpu != 0);
		CHECK_TEXT(machine.fault, NULL);
	}
}

/* After whoever was there earlier: affinity routing stays on, and groups go off before it comes on.
 */
static void check_in_use(uint32_t control)
{
	test_note("GICD_CTLR 0x%x", control);
	machine_init(3, 1, 3);
	devices_gic.control = control;
	gic_init();
	CHECK_TEXT(machine.fault, NULL);
	CHECK_EQ(devices_gic.control, 0x31);
}

TEST(gic_v3_may_have_been_in_use)
{
	for (uint32_t groups = 0; groups < 8; groups++) {
		check_in_use(groups);
		check_in_use(0x10 | groups);
		check_in_use(0x30 | groups);
	}
}

static void wake(unsigned int cpu)
{
	struct monitor_call call = {
		{PSCI_CPU_ON | SMCCC_64BIT, machine_mpidr(cpu), ENTRY, 0}, true, false};

	CHECK_EQ(machine_call(0, &call), END_RETURNED);
	CHECK_EQ(call.r[0], 0);
}

TEST(gic_wakes_one_cpu)
{
	for (unsigned int version = 2; version <= 3; version++) {
		machine_init(3, 8, version);
		wake(6);
		for (unsigned int cpu = 0; cpu < 8; cpu++) {
			test_note("version %u, CPU %u", version, cpu);
			CHECK_EQ(devices_signal(cpu), cpu == 6);
		}
		CHECK_EQ(machine_wait(6), END_STARTED);
		CHECK(!devices_signal(6));
		CHECK(!devices_left_over(6));
		CHECK_TEXT(machine.fault, NULL);
	}
}

/* The guest's interrupts neither start a CPU nor keep it from being started. */
static void check_others(unsigned int version, unsigned int intid, uint8_t priority)
{
	test_note("version %u, interrupt %u", version, intid);
	machine_init(3, 2, version);
	devices_raise(1, intid, priority);
	CHECK_EQ(machine_wait(1), END_WAITS);
	wake(1);
	CHECK_EQ(machine_wait(1), END_STARTED);
	CHECK_EQ(devices_gic_cpu[1].other, intid);
	CHECK_TEXT(machine.fault, NULL);
}

TEST(gic_interrupts_of_the_guest)
{
	for (unsigned int version = 2; version <= 3; version++) {
		check_others(version, 1, 0x80);
		check_others(version, 27, 0xA0);
		check_others(version, 40, 0xFE);
	}
}

/* The CPU that waits is there now, and nothing went wrong on the way. */
static void check_starts(void)
{
	CHECK_EQ(machine_wait(1), END_STARTED);
	CHECK_TEXT(machine.fault, NULL);
}

/* One that nobody has asked for, before: it is dropped, and the real one comes through. */
TEST(gic_wakes_for_nothing)
{
	for (unsigned int version = 2; version <= 3; version++) {
		machine_init(3, 2, version);
		gic_wake(&monitor_cpu[1]);
		CHECK_EQ(machine_wait(1), END_WAITS);
		CHECK_EQ(monitor_cpu[1].power, MONITOR_CPU_OFF);
		CHECK(!devices_left_over(1));
		wake(1);
		check_starts();
	}
}

/* The interrupt is on its way while the CPU sees that it is to start: it waits for it. */
TEST(gic_interrupt_comes_late)
{
	for (unsigned int version = 2; version <= 3; version++) {
		machine_init(3, 2, version);
		monitor_cpu[1].power = MONITOR_CPU_PENDING;
		CHECK_EQ(machine_wait(1), END_WAITS);
		gic_wake(&monitor_cpu[1]);
		check_starts();
	}
}

/* A CPU that goes off leaves its interface as after reset: no group of the guest's. */
TEST(gic_interface_of_a_cpu_that_is_off)
{
	for (unsigned int version = 2; version <= 3; version++) {
		struct monitor_call off = {{PSCI_CPU_OFF}, true, false};

		machine_init(3, 2, version);
		devices_gic_cpu[0].control |= 2;
		devices_gic_cpu[0].mask = 0xF8;
		CHECK_EQ(machine_call(0, &off), END_WAITS);
		check_own(0, version, true);
		CHECK_TEXT(machine.fault, NULL);
	}
}

/* All that a CPU has is the guest's when it runs, and nothing is pending that it has not sent. */
TEST(gic_all_sgis_are_the_guests)
{
	for (unsigned int version = 2; version <= 3; version++) {
		machine_init(3, 4, version);
		wake(2);
		gic_wake(&monitor_cpu[0]); /* it is on: nothing comes of it */
		CHECK_EQ(machine_wait(2), END_STARTED);
		check_own(0, version, false);
		check_own(2, version, false);
		check_own(3, version, true);
		CHECK_EQ(devices_gic_cpu[0].pending[WAKE], 0);
		CHECK_EQ(devices_gic_cpu[2].pending[WAKE], 0);
		CHECK_TEXT(machine.fault, NULL);
	}
}

/* What the guest has sent to a CPU that goes off does not start it, nor stay for its next start. */
TEST(gic_sgi_of_the_guest_to_a_cpu_that_goes_off)
{
	for (unsigned int version = 2; version <= 3; version++) {
		struct monitor_call off = {{PSCI_CPU_OFF}, true, false};

		machine_init(3, 2, version);
		monitor_cpu[1].power = MONITOR_CPU_ON;
		machine_self = 1;
		gic_awake(&monitor_cpu[1]);
		devices_gic_cpu[1].pending[WAKE] = 1;
		CHECK_EQ(machine_call(1, &off), END_WAITS);
		CHECK(!devices_left_over(1));
		machine_self = 0;
		wake(1);
		CHECK_EQ(machine_wait(1), END_STARTED);
		CHECK_EQ(devices_gic_cpu[1].pending[WAKE], 0);
		CHECK_TEXT(machine.fault, NULL);
	}
}

/* A CPU that goes off in the handler of that very interrupt can be started all the same. */
TEST(gic_sgi_that_the_guest_has_not_ended)
{
	for (unsigned int version = 2; version <= 3; version++) {
		struct monitor_call off = {{PSCI_CPU_OFF}, true, false};

		machine_init(3, 2, version);
		monitor_cpu[1].power = MONITOR_CPU_ON;
		machine_self = 1;
		gic_awake(&monitor_cpu[1]);
		devices_gic_cpu[1].handled = 1U << WAKE | 1U << 3;
		devices_gic_cpu[1].taken = 0xFF;
		CHECK_EQ(machine_call(1, &off), END_WAITS);
		CHECK_EQ(devices_gic_cpu[1].handled, 0);
		CHECK_EQ(devices_gic_cpu[1].taken, 0);
		machine_self = 0;
		wake(1);
		check_starts();
	}
}

/* What arrives while the interrupt is given back is not the guest's. */
TEST(gic_interrupt_comes_at_the_last_moment)
{
	for (unsigned int version = 2; version <= 3; version++) {
		machine_init(3, 2, version);
		devices_gic_cpu[1].late = true;
		machine_self = 1;
		gic_awake(&monitor_cpu[1]);
		CHECK_EQ(devices_gic_cpu[1].pending[WAKE], 0);
		CHECK_EQ(devices_gic_cpu[1].group, UINT32_MAX);
		CHECK_TEXT(machine.fault, NULL);
	}
}

TEST(gic_is_not_there)
{
	machine_init(3, 2, 0);
	gic_init();
	gic_cpu_init(&monitor_cpu[0]);
	gic_wake(&monitor_cpu[1]);
	CHECK(!gic_can_wake(&monitor_cpu[1]));
	machine_init(3, 2, 2);
	monitor.gic_cpu = 0;
	CHECK(!gic_can_wake(&monitor_cpu[1]));
	monitor.gic_cpu = MACHINE_GICC;
	monitor.gic_dist = 0;
	CHECK(!gic_can_wake(&monitor_cpu[1]));
	gic_init();
	gic_cpu_init(&monitor_cpu[0]);
	gic_wake(&monitor_cpu[1]);
	machine_init(3, 2, 3);
	monitor_cpu[1].redistributor = 0;
	CHECK(gic_can_wake(&monitor_cpu[0]));
	CHECK(!gic_can_wake(&monitor_cpu[1]));
	gic_cpu_init(&monitor_cpu[1]);
	wake(1);
	CHECK_EQ(machine_wait(1), END_STARTED);
	CHECK_TEXT(machine.fault, NULL);
}

/* -- GPIO ------------------------------------------------------------------------------------- */

static void check_line(unsigned int pin, bool active_low)
{
	struct monitor_gpio line = {MACHINE_OFF, pin, active_low};
	struct devices_line is;

	test_note("pin %u, active %s", pin, active_low ? "low" : "high");
	machine_init(3, 1, 0);
	gpio_assert(&line);
	is = devices_line(0, pin);
	CHECK(is.output);
	CHECK_EQ(is.level, !active_low);
	/* Active low, the output starts active: it becomes idle, and active again. */
	CHECK_EQ(is.edges, active_low ? 2 : 1);
	for (unsigned int i = 0; i < 8; i++)
		CHECK(i == pin || (!devices_line(0, i).output && !devices_line(0, i).level));
	CHECK_TEXT(machine.fault, NULL);
}

TEST(gpio_asserts_one_line)
{
	for (unsigned int pin = 0; pin < 8; pin++) {
		check_line(pin, false);
		check_line(pin, true);
	}
}

TEST(gpio_leaves_other_lines_alone)
{
	struct monitor_gpio first = {MACHINE_OFF, 2, 0}, second = {MACHINE_OFF, 7, 1};

	machine_init(3, 1, 0);
	gpio_assert(&first);
	gpio_assert(&second);
	CHECK(devices_line(0, 2).output);
	CHECK(devices_line(0, 2).level);
	CHECK_EQ(devices_line(0, 2).edges, 1);
	CHECK(!devices_line(0, 7).level);
}

TEST(gpio_lines_that_are_not)
{
	struct monitor_gpio none = {0, 0, 0}, wrong = {MACHINE_OFF, 8, 0};
	struct monitor_gpio far_off = {MACHINE_OFF, UINT32_MAX, 0};

	machine_init(3, 1, 0);
	gpio_assert(&none);
	gpio_assert(&wrong);
	gpio_assert(&far_off);
	for (unsigned int i = 0; i < 8; i++)
		CHECK(!devices_line(0, i).output);
	CHECK_TEXT(machine.fault, NULL);
}
