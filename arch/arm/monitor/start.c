/* SPDX-License-Identifier: BSD-2-Clause */
/* How CPUs come to the monitor, and from there to the guest. */
#include "guest.h"
#include "sysreg.h"

static _Noreturn void enter(struct monitor_cpu *self, uint32_t entry, const uint32_t reg[4],
			    bool big_endian)
{
	uint32_t psr = PSR_AIF | (monitor.guest_level == 2 ? PSR_HYP : PSR_SVC);

	init_guest(big_endian);
	set_power(self, MONITOR_CPU_ON);
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

_Noreturn void monitor_boot(struct monitor_cpu *self)
{
	uint32_t reg[4];

	init_cpu();
	init_timers();
	set_power(self, MONITOR_CPU_ON);
	if (monitor.level == 3) {
		gic_init();
		gic_cpu_init(self);
		bring_up_secondaries();
	}
	for (int i = 0; i < 4; i++)
		reg[i] = (uint32_t)monitor.reg[i];
	enter(self, (uint32_t)monitor.pc, reg, monitor.boot_big_endian);
}

_Noreturn void monitor_arrive(struct monitor_cpu *self)
{
	init_cpu();
	power_prepare_off(self);
	arch_barrier(); /* whoever finds it off may wake it: what that needs is there before */
	set_power(self, MONITOR_CPU_OFF);
	power_wait(self);
}

_Noreturn void monitor_warm(struct monitor_cpu *self)
{
	init_cpu();
	arch_start(self);
}
