/* SPDX-License-Identifier: BSD-2-Clause */
/* Calling in the CPUs that wait in the pen, or at the spin table in the guest's memory. */
#include <string.h>
#include "layout.h"
#include "monitor_machine.h"
#include "test.h"

static uint32_t spin_table[8], before[8];
static unsigned int calls;

static void set_up(unsigned int cpus)
{
	machine_init(3, cpus, 2);
	for (unsigned int i = 0; i < 8; i++)
		before[i] = spin_table[i] = 0x11111111 * (i + 1);
	monitor.spin_table = (uintptr_t)spin_table;
	for (unsigned int i = 1; i < cpus; i++)
		monitor_cpu[i].power = MONITOR_CPU_ABSENT;
}

static void others_come(void)
{
	uint64_t entry;

	calls++;
	CHECK_EQ(spin_table[0], SPIN_TABLE_MAGIC);
	memcpy(&entry, (uint8_t *)spin_table + SPIN_TABLE_ENTRY, sizeof(entry));
	CHECK_EQ(entry, MACHINE_ARRIVE);
	for (unsigned int i = 1; i < monitor.cpus; i++)
		monitor_cpu[i].power = MONITOR_CPU_OFF;
}

static void one_comes(void)
{
	monitor_cpu[1].power = MONITOR_CPU_OFF;
}

TEST(bring_up_calls_the_others_by_the_spin_table)
{
	set_up(4);
	machine.event_hook = others_come;
	bring_up_secondaries();
	CHECK_EQ(calls, 1);
	CHECK(machine.evicted == spin_table);
	CHECK_BYTES(spin_table, before, sizeof(spin_table));
}

/* Of three CPUs one comes and one does not: it is waited for, but not for ever. */
static void check_patience(void)
{
	machine.threads = true; /* others could do something meanwhile */
	machine.event_hook = one_comes;
	bring_up_secondaries();
	CHECK(machine.seconds >= 4 && machine.seconds < 10);
	CHECK_EQ(monitor_cpu[1].power, MONITOR_CPU_OFF);
	CHECK_EQ(monitor_cpu[2].power, MONITOR_CPU_ABSENT);
}

TEST(bring_up_does_not_wait_for_ever)
{
	set_up(3);
	check_patience();
	CHECK_BYTES(spin_table, before, sizeof(spin_table));
}

TEST(bring_up_without_a_spin_table_does_nothing)
{
	set_up(2);
	monitor.spin_table = 0;
	machine.event_hook = others_come;
	bring_up_secondaries();
	CHECK_EQ(calls, 0);
	CHECK_EQ(machine.seconds, 0);
}

/* -- the pen ---------------------------------------------------------------------------------- */

static uint64_t pen[PEN_SLOTS];
static unsigned int looks;

static void pen_set_up(unsigned int cpus)
{
	set_up(cpus);
	memset(pen, 0, sizeof(pen));
	monitor.pen = (uintptr_t)pen;
}

/* CPUs find each the address in its own slot. */
static void others_leave_the_pen(void)
{
	calls++;
	for (unsigned int i = 1; i < monitor.cpus; i++) {
		test_note("CPU %u", i);
		CHECK_EQ(pen[PEN_SLOT(monitor_cpu[i].mpidr)], MACHINE_ARRIVE);
		monitor_cpu[i].power = MONITOR_CPU_OFF;
	}
}

TEST(bring_up_calls_each_cpu_in_its_slot)
{
	pen_set_up(8);
	calls = 0;
	machine.event_hook = others_leave_the_pen;
	bring_up_secondaries();
	CHECK_EQ(calls, 1);
	CHECK_BYTES(spin_table, before, sizeof(spin_table));
	for (unsigned int i = 0, slots = 0; i < PEN_SLOTS; i++)
		if (pen[i])
			CHECK(++slots <= 7); /* a CPU that is not in the tree finds nothing */
}

/* One that comes when it has been called already makes its slot 0, and is called again. */
static void one_is_late(void)
{
	if (++looks < 3)
		pen[PEN_SLOT(monitor_cpu[1].mpidr)] = 0;
	else
		monitor_cpu[1].power = MONITOR_CPU_OFF;
}

TEST(bring_up_calls_a_late_cpu_again)
{
	pen_set_up(2);
	looks = 0;
	machine.threads = true;
	machine.event_hook = one_is_late;
	bring_up_secondaries();
	CHECK_EQ(looks, 3);
	CHECK(machine.seconds < 10);
}

TEST(bring_up_from_the_pen_does_not_wait_for_ever)
{
	pen_set_up(3);
	check_patience();
}

/* Of QEMU's virt machine no two CPUs share a slot: up to 512, 8 or 16 in a cluster. */
TEST(pen_slots_are_different)
{
	for (unsigned int clusters = 8; clusters <= 16; clusters += 8) {
		static uint8_t seen[PEN_SLOTS];

		memset(seen, 0, sizeof(seen));
		for (uint64_t i = 0; i < 512; i++) {
			uint32_t slot = PEN_SLOT((i / clusters) << 8 | i % clusters);

			CHECK(slot < PEN_SLOTS);
			CHECK(!seen[slot]++);
		}
	}
	CHECK(PEN_SLOT(0xff00ffffffULL) < PEN_SLOTS);
}
