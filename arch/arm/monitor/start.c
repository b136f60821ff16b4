/* SPDX-License-Identifier: BSD-2-Clause */
/* How CPUs come to the monitor, and from there to the guest. */
#include "guest.h"
#include "layout.h"
#include "sysreg.h"

#define PATIENCE	  3 /* seconds */
#define UNKNOWN_FREQUENCY 1000000000
#define LOOKS		  1000

static _Noreturn void enter(struct monitor_cpu *self, uint32_t entry, const uint32_t reg[4],
			    bool big_endian)
{
	uint32_t psr = PSR_AIF | (monitor.guest_level == 2 ? PSR_HYP : PSR_SVC);

	init_guest(big_endian);
	self->power = MONITOR_CPU_ON;
	arch_barrier();
	if (big_endian)
		psr |= PSR_E;
	if (entry & 1)
		psr |= PSR_T;
	enter_guest(reg, entry & ~1U, psr, self);
}

_Noreturn void arch_start(struct monitor_cpu *self)
{
	const uint32_t reg[4] = {(uint32_t)self->context};

	enter(self, (uint32_t)self->entry, reg, self->big_endian);
}

static bool all_here(void)
{
	for (uint32_t i = 0; i < monitor.cpus; i++)
		if (*(volatile uint32_t *)&monitor_cpu[i].power == MONITOR_CPU_ABSENT)
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

/*
 * A host that is busy may take its time to run them all, so that more than is likely is allowed;
 * only a tree with CPUs that there are not makes use of it.
 */
static void wait_for_others(void)
{
	uint32_t frequency = SYS_READ(SYS_CNTFRQ);
	uint64_t patience = (frequency ? frequency : UNKNOWN_FREQUENCY) * (uint64_t)PATIENCE;
	uint64_t start = SYS_READ64(SYS_CNTPCT);

	while (!soon_here() && SYS_READ64(SYS_CNTPCT) - start < patience)
		;
}

/*
 * The others look at the mailbox, where the magic comes last. What the guest has there is lent for
 * so long.
 */
static void call_others(void)
{
	volatile uint32_t *mailbox = (volatile uint32_t *)(uintptr_t)monitor.mailbox;
	uint32_t lent[4];

	if (!mailbox)
		return;
	for (int i = 0; i < 4; i++)
		lent[i] = mailbox[i];
	mailbox[MAILBOX_ENTRY / 4] = (uint32_t)(uintptr_t)arrive;
	mailbox[MAILBOX_ENTRY / 4 + 1] = 0;
	arch_barrier();
	mailbox[0] = MAILBOX_MAGIC;
	arch_barrier();
	__asm__ volatile("sev");
	wait_for_others();
	for (int i = 0; i < 4; i++)
		mailbox[i] = lent[i];
	arch_barrier();
}

_Noreturn void monitor_boot(struct monitor_cpu *self)
{
	uint32_t reg[4];

	init_cpu();
	init_timers();
	self->power = MONITOR_CPU_ON;
	if (monitor.level == 3) {
		gic_init();
		gic_cpu_init(self);
		call_others();
	}
	for (int i = 0; i < 4; i++)
		reg[i] = (uint32_t)monitor.reg[i];
	enter(self, (uint32_t)monitor.pc, reg, monitor.boot_big_endian);
}

_Noreturn void monitor_arrive(struct monitor_cpu *self)
{
	init_cpu();
	init_timers();
	gic_cpu_init(self);
	arch_barrier();
	self->power = MONITOR_CPU_OFF;
	power_wait(self);
}

_Noreturn void monitor_warm(struct monitor_cpu *self)
{
	init_cpu();
	arch_start(self);
}
