/* SPDX-License-Identifier: BSD-2-Clause */
/* From a CPU's arrival in the monitor to its entry into the guest. */
#include "cpu.h"

static _Noreturn void enter(struct monitor_cpu *self, uint64_t pc, bool big_endian,
			    const uint64_t reg[4])
{
	bool t32 = monitor.guest_state == STATE_AARCH32 && pc & 1;

	guest_registers(big_endian);
	set_power(self, MONITOR_CPU_ON);
	arch_barrier();
	monitor_enter(t32 ? pc & ~1ULL : pc, guest_pstate(big_endian, t32), reg, self);
}

_Noreturn void boot_start(struct monitor_cpu *self)
{
	own_registers();
	arch_stop_timers();
	set_power(self, MONITOR_CPU_ON);
	if (monitor.level == 3) {
		gic_init();
		gic_cpu_init(self);
		bring_up_secondaries();
	}
	enter(self, monitor.pc, monitor.boot_big_endian, monitor.reg);
}

_Noreturn void arrive_start(struct monitor_cpu *self)
{
	own_registers();
	power_prepare_off(self);
	arch_barrier(); /* whoever finds it off may wake it: what that needs is there before */
	set_power(self, MONITOR_CPU_OFF);
	power_wait(self);
}

_Noreturn void guest_start(struct monitor_cpu *self)
{
	uint64_t reg[4] = {self->context};

	own_registers();
	enter(self, self->entry, self->big_endian, reg);
}
