/* SPDX-License-Identifier: BSD-2-Clause */
/* From a CPU's arrival in the monitor to its entry into the guest. */
#include "cpu.h"
#include "layout.h"

#define WAIT_SECONDS	3	  /* on a busy host a CPU may be that late */
#define FREQUENCY_GUESS 100000000 /* where the counter's is unknown */

static uint64_t wait_ticks(void)
{
	uint64_t frequency = read_register(cntfrq_el0);

	return (frequency ? frequency : FREQUENCY_GUESS) * WAIT_SECONDS;
}

static bool everyone_here(void)
{
	for (uint32_t i = 0; i < monitor.cpus; i++)
		if (*(volatile uint32_t *)&monitor_cpu[i].power == MONITOR_CPU_ABSENT)
			return false;
	return true;
}

/* Tells the other CPUs where to go; no cache may write that line back afterwards (gather()). */
static void release(void)
{
	volatile uint32_t *magic = (volatile uint32_t *)(uintptr_t)monitor.mailbox;
	volatile uint64_t *entry =
		(volatile uint64_t *)(uintptr_t)(monitor.mailbox + MAILBOX_ENTRY);

	*entry = (uintptr_t)monitor_arrive;
	arch_barrier();
	*magic = MAILBOX_MAGIC;
	arch_barrier();
	__asm__ volatile("sev");
}

/*
 * CPUs that do not come in time stay ABSENT, so that the guest cannot start them. What the guest
 * has where the mailbox is, is lent for so long.
 */
static void gather(void)
{
	volatile uint64_t *mailbox = (volatile uint64_t *)(uintptr_t)monitor.mailbox;
	uint64_t ticks = wait_ticks(), start = read_register(cntpct_el0);
	uint64_t first, second;

	__asm__ volatile("dc civac, %0" ::"r"(mailbox) : "memory");
	arch_barrier();
	first = mailbox[0];
	second = mailbox[1];
	release();
	while (!everyone_here() && read_register(cntpct_el0) - start < ticks) {
		arch_relax();
		isb();
	}
	mailbox[0] = first;
	mailbox[1] = second;
	arch_barrier();
}

static _Noreturn void enter(struct monitor_cpu *self, uint64_t pc, bool big_endian,
			    const uint64_t reg[4])
{
	bool t32 = monitor.guest_state == STATE_AARCH32 && pc & 1;

	guest_registers(self, big_endian);
	*(volatile uint32_t *)&self->power = MONITOR_CPU_ON;
	arch_barrier();
	monitor_enter(t32 ? pc & ~1ULL : pc, guest_pstate(big_endian, t32), reg, self);
}

_Noreturn void boot_start(struct monitor_cpu *self)
{
	own_registers();
	arch_stop_timers();
	*(volatile uint32_t *)&self->power = MONITOR_CPU_ON;
	if (monitor.level == 3) {
		gic_init();
		gic_cpu_init(self);
		if (monitor.mailbox)
			gather();
	}
	enter(self, monitor.pc, monitor.boot_big_endian, monitor.reg);
}

_Noreturn void arrive_start(struct monitor_cpu *self)
{
	own_registers();
	arch_stop_timers();
	gic_cpu_init(self);
	*(volatile uint32_t *)&self->power = MONITOR_CPU_OFF;
	arch_barrier();
	power_wait(self);
}

_Noreturn void guest_start(struct monitor_cpu *self)
{
	uint64_t reg[4] = {self->context};

	own_registers();
	enter(self, self->entry, self->big_endian, reg);
}
