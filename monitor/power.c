/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What PSCI's calls do to CPUs and machine. At level 3 there is nobody else: a CPU that is off
 * waits in the monitor. At level 2 the VMM's PSCI does it, and CPUs that it starts come to the
 * monitor.
 */
#include "core.h"
#include "psci.h"

static bool native(void)
{
	return monitor.level == 3;
}

/* The 64-bit variant where there is one to be called. */
static uint32_t wide(uint32_t function)
{
	return sizeof(void *) == 8 ? function | SMCCC_64BIT : function;
}

int64_t power_start(const struct monitor_cpu *target)
{
	if (!native())
		return monitor.host_psci ? arch_host_psci(wide(PSCI_CPU_ON), target->mpidr,
							  arch_warm_entry(), (uintptr_t)target)
					 : PSCI_INTERNAL_FAILURE;
	gic_wake(target);
	return PSCI_SUCCESS;
}

_Noreturn void power_wait(struct monitor_cpu *self)
{
	bool by_interrupt = gic_can_wake(self);

	/* The interrupt comes once for each start, and the guest must not find it. */
	while ((by_interrupt && !gic_woken()) || get_power(self) != MONITOR_CPU_PENDING)
		by_interrupt ? arch_wait() : arch_relax();
	arch_barrier();
	gic_awake(self);
	arch_start(self);
}

/* Its next start is one after reset. */
void power_prepare_off(struct monitor_cpu *self)
{
	if (!native())
		return;
	arch_stop_timers();
	gic_cpu_init(self);
	gic_sleep(self);
}

int64_t power_off(struct monitor_cpu *self)
{
	if (native())
		power_wait(self);
	return monitor.host_psci ? arch_host_psci(PSCI_CPU_OFF, 0, 0, 0) : PSCI_DENIED;
}

int64_t power_standby(uint32_t power_state)
{
	if (!native() && monitor.host_psci)
		return arch_host_psci(wide(PSCI_CPU_SUSPEND), power_state, 0, 0);
	arch_wait();
	return PSCI_SUCCESS;
}

int64_t power_down(struct monitor_cpu *self, uint32_t power_state)
{
	int64_t result = PSCI_SUCCESS;

	if (!native() && monitor.host_psci)
		result = arch_host_psci(wide(PSCI_CPU_SUSPEND), power_state, arch_warm_entry(),
					(uintptr_t)self);
	else
		arch_wait();
	/* VMMs have no power-down states, and return. The guest expects to go on at its entry. */
	if (result == PSCI_SUCCESS)
		arch_start(self);
	return result;
}

/* Few VMMs have it, but with all other CPUs off a wait is as good. */
int64_t power_suspend(struct monitor_cpu *self)
{
	arch_wait();
	arch_start(self);
}

int64_t power_affinity(const struct monitor_cpu *target)
{
	if (!native() && monitor.host_psci)
		return arch_host_psci(wide(PSCI_AFFINITY_INFO), target->mpidr, 0, 0);
	return get_power(target) == MONITOR_CPU_ON ? PSCI_AFFINITY_ON : PSCI_AFFINITY_OFF;
}

void power_system(uint32_t function)
{
	const struct monitor_gpio *line =
		function == PSCI_SYSTEM_OFF ? &monitor.off : &monitor.reset;

	if (!native() && monitor.host_psci) {
		arch_host_psci(function, 0, 0, 0);
		return;
	}
	gpio_assert(line);
	while (line->base) /* it may take a moment */
		arch_wait();
}
