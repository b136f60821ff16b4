/* SPDX-License-Identifier: BSD-2-Clause */
/* Calling in the CPUs that wait at the mailbox, which lies in the guest's memory. */
#include <string.h>
#include "layout.h"
#include "monitor_machine.h"
#include "test.h"

static uint32_t mailbox[8], before[8];
static unsigned int calls;

static void set_up(unsigned int cpus)
{
	machine_init(3, cpus, 2);
	for (unsigned int i = 0; i < 8; i++)
		before[i] = mailbox[i] = 0x11111111 * (i + 1);
	monitor.mailbox = (uintptr_t)mailbox;
	for (unsigned int i = 1; i < cpus; i++)
		monitor_cpu[i].power = MONITOR_CPU_ABSENT;
}

static void others_come(void)
{
	uint64_t entry;

	calls++;
	CHECK_EQ(mailbox[0], MAILBOX_MAGIC);
	memcpy(&entry, (uint8_t *)mailbox + MAILBOX_ENTRY, sizeof(entry));
	CHECK_EQ(entry, MACHINE_ARRIVE);
	for (unsigned int i = 1; i < monitor.cpus; i++)
		monitor_cpu[i].power = MONITOR_CPU_OFF;
}

static void one_comes(void)
{
	monitor_cpu[1].power = MONITOR_CPU_OFF;
}

TEST(gather_calls_the_others_by_the_mailbox)
{
	set_up(4);
	machine.event_hook = others_come;
	gather();
	CHECK_EQ(calls, 1);
	CHECK(machine.evicted == mailbox);
	CHECK_BYTES(mailbox, before, sizeof(mailbox));
}

TEST(gather_does_not_wait_for_ever)
{
	machine.threads = true; /* others could do something meanwhile */
	set_up(3);
	machine.threads = true;
	machine.event_hook = one_comes;
	gather();
	CHECK(machine.seconds >= 4 && machine.seconds < 10);
	CHECK_EQ(monitor_cpu[1].power, MONITOR_CPU_OFF);
	CHECK_EQ(monitor_cpu[2].power, MONITOR_CPU_ABSENT);
	CHECK_BYTES(mailbox, before, sizeof(mailbox));
}

TEST(gather_without_a_mailbox_does_nothing)
{
	set_up(2);
	monitor.mailbox = 0;
	machine.event_hook = others_come;
	gather();
	CHECK_EQ(calls, 0);
	CHECK_EQ(machine.seconds, 0);
}
