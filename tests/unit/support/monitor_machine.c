/* SPDX-License-Identifier: BSD-2-Clause */
/* The CPUs: what arch/<arch>/monitor does in the firmware. */
#include <sched.h>
#include <string.h>
#include "monitor_machine.h"

/* The monitor's own memory, where the linker script has them one behind the other. */
struct monitor monitor;
struct monitor_cpu monitor_cpu[MACHINE_CPUS];

struct machine machine;
_Thread_local unsigned int machine_self;
static _Thread_local jmp_buf *out;

void machine_fault(const char *text)
{
	machine.fault = text;
}

/* All affinity levels count. */
uint64_t machine_mpidr(unsigned int cpu)
{
	return cpu < 4 ? cpu : (cpu - 4ULL) | 0x100ULL << (cpu % 2 * 24);
}

bool machine_locked(void)
{
	for (unsigned int i = 0; i < monitor.cpus; i++)
		if (monitor_cpu[i].ticket || monitor_cpu[i].choosing)
			return true;
	return false;
}

static void init_lines(void)
{
	monitor.off = (struct monitor_gpio) {MACHINE_OFF, 0, 0};
	monitor.reset = (struct monitor_gpio) {MACHINE_RESET, 1, 1};
}

static void init_cpus(unsigned int cpus)
{
	monitor.cpus = cpus;
	for (unsigned int i = 0; i < cpus; i++) {
		monitor_cpu[i] =
			(struct monitor_cpu) {.mpidr = machine_mpidr(i), .power = MONITOR_CPU_OFF};
		if (monitor.gic_version == 3)
			monitor_cpu[i].redistributor = MACHINE_REDIST + 0x20000ULL * i;
		machine_self = i;
		if (monitor.level == 3 && i)
			power_prepare_off(&monitor_cpu[i]);
		else if (monitor.level == 3)
			gic_cpu_init(&monitor_cpu[i]);
	}
	monitor_cpu[0].power = MONITOR_CPU_ON;
	machine_self = 0;
}

void machine_init(unsigned int level, unsigned int cpus, unsigned int gic)
{
	memset(&machine, 0, sizeof(machine));
	memset(monitor_cpu, 0, sizeof(monitor_cpu));
	monitor = (struct monitor) {
		.base = MACHINE_RAM + 0xFF00000,
		.size = 0x4000,
		.level = level,
		.guest_level = 1,
		.guest_state = STATE_AARCH64,
		.host_psci = level == 2 ? 0x10001 : 0,
		.gic_version = gic,
		.gic_dist = gic ? MACHINE_DIST : 0,
		.gic_cpu = gic == 2 ? MACHINE_GICC : 0,
		.banks = 2,
		.bank = {{MACHINE_RAM, MACHINE_RAM_SIZE}, {MACHINE_RAM2, 0x1000}},
	};
	if (level == 3)
		init_lines();
	devices_reset(gic);
	if (level == 3)
		gic_init();
	init_cpus(cpus);
}

enum machine_end machine_run(unsigned int cpu,
			     void (*work)(struct monitor_cpu *self, void *context), void *context)
{
	unsigned int outer_self = machine_self;
	jmp_buf *outer = out;
	jmp_buf here;
	int how;

	out = &here;
	machine_self = cpu;
	how = setjmp(here);
	if (!how)
		work(&monitor_cpu[cpu], context);
	out = outer;
	machine_self = outer_self;
	return (enum machine_end)how;
}

static void make_call(struct monitor_cpu *self, void *context)
{
	struct monitor_call *call = context;

	if (!psci_call(self, call))
		call->r[0] = (uint64_t)-1;
}

static void go_on(struct monitor_cpu *self, void *context)
{
	(void)context;
	power_wait(self);
}

enum machine_end machine_call(unsigned int cpu, struct monitor_call *call)
{
	return machine_run(cpu, make_call, call);
}

enum machine_end machine_wait(unsigned int cpu)
{
	return machine_run(cpu, go_on, NULL);
}

_Noreturn void machine_leave(enum machine_end how)
{
	longjmp(*out, how);
}

/* -- what the generic part calls -------------------------------------------------------------- */

int64_t arch_host_psci(uint32_t function, uint64_t a, uint64_t b, uint64_t c)
{
	struct machine_host_psci call = {function, a, b, c};

	if (machine_locked() && !machine.threads)
		machine_fault("calls the higher exception level while it has the lock");
	machine.host_psci[machine.host_psci_calls++ % 8] = call;
	return machine.host_psci_hook ? machine.host_psci_hook(&call) : machine.host_psci_result;
}

void arch_wait(void)
{
	machine.waits++;
	if (machine_locked() && !machine.threads)
		machine_fault("waits while it has the lock");
	if (machine.wait_hook)
		machine.wait_hook();
	else if (machine.threads)
		sched_yield();
	else if (!devices_signal(machine_self))
		machine_leave(END_WAITS);
}

/* Where CPUs are no threads nobody else can do what is waited for. */
void arch_stop_timers(void)
{
}

void arch_relax(void)
{
	machine.relaxes++;
	if (machine.threads && machine.wait_hook)
		machine.wait_hook();
	else if (machine.threads)
		sched_yield();
	else if (machine_locked())
		machine_fault("waits for a lock that nobody gives back");
	if (!machine.threads && out && !gic_can_wake(&monitor_cpu[machine_self]))
		machine_leave(END_WAITS);
}

_Noreturn void arch_start(struct monitor_cpu *self)
{
	if (self != &monitor_cpu[machine_self])
		machine_fault("starts another CPU");
	if (devices_left_over(machine_self))
		machine_fault("leaves an interrupt of group 0 to the guest");
	*(volatile uint32_t *)&self->power = MONITOR_CPU_ON;
	machine_leave(END_STARTED);
}

uint64_t arch_arrive_entry(void)
{
	return MACHINE_ARRIVE;
}

void arch_send_event(void)
{
	if (machine.event_hook)
		machine.event_hook();
}

void arch_evict(volatile void *at)
{
	machine.evicted = at;
}

/* A second goes by with each look. */
uint64_t arch_counter(void)
{
	return 1000 * machine.seconds++;
}

uint64_t arch_counter_frequency(void)
{
	return 1000;
}

uint64_t arch_warm_entry(void)
{
	return MACHINE_WARM;
}

/* Now and then another CPU comes first. */
void arch_barrier(void)
{
	static _Thread_local uint32_t chance = 1;

	__sync_synchronize();
	chance = chance * 1664525 + 1013904223;
	if (machine.threads && chance >> 30 == 0)
		sched_yield();
}

bool arch_random(uint64_t *value)
{
	if (!machine.randoms)
		return false;
	machine.randoms--;
	*value = machine.number;
	return true;
}
