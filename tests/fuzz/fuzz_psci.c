/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Guests at random: CPUs that call the monitor one after the other, and one inside of another's
 * call where that one waits or is below. Each success of CPU_ON makes one start, at the entry and
 * with the context that were asked for, and nothing starts where it must not.
 */
#include <string.h>
#include "fuzz.h"
#include "monitor_machine.h"
#include "psci.h"

#define STEPS 64
#define DEPTH 3 /* calls within calls */

static struct fuzz_numbers numbers;
static struct monitor before;
static unsigned int depth, gic;
static bool ended; /* the machine is off */

/* What is known from outside. */
static struct cpu {
	bool on, busy; /* busy: within a call */
	unsigned int successes, starts;
	uint64_t entry, context;
	bool on_in_host; /* as the VMM sees it */
} cpus[MACHINE_CPUS];

static unsigned int number(unsigned int limit)
{
	return (unsigned int)fuzz_number(&numbers, 1) % limit;
}

/* -- what is asked ---------------------------------------------------------------------------- */

static uint32_t some_function(void)
{
	static const uint32_t functions[] = {PSCI_CPU_ON,
					     PSCI_CPU_ON | SMCCC_64BIT,
					     PSCI_CPU_ON | SMCCC_64BIT,
					     PSCI_CPU_OFF,
					     PSCI_CPU_OFF,
					     PSCI_AFFINITY_INFO,
					     PSCI_CPU_SUSPEND,
					     PSCI_CPU_SUSPEND | SMCCC_64BIT,
					     PSCI_SYSTEM_SUSPEND,
					     PSCI_FEATURES,
					     TRNG_RND,
					     TRNG_RND | SMCCC_64BIT};
	unsigned int which = number(16);

	if (which < sizeof(functions) / sizeof(*functions))
		return functions[which];
	return which == 12 ? (uint32_t)fuzz_number(&numbers, 4)
			   : PSCI_VERSION + number(40) + (which == 13 ? SMCCC_64BIT : 0);
}

static uint64_t some_address(void)
{
	static const uint64_t bases[] = {MACHINE_RAM, MACHINE_RAM + MACHINE_RAM_SIZE, MACHINE_RAM2,
					 MACHINE_RAM2 + 0x1000};
	unsigned int which = number(8);

	if (which < 4)
		return MACHINE_RAM + 4 * fuzz_number(&numbers, 3);
	if (which == 4)
		return fuzz_number(&numbers, 8);
	if (which == 5)
		return monitor.base + number(2) * monitor.size + number(16) - 8;
	return bases[number(4)] + number(16) - 8;
}

static uint64_t some_argument(uint32_t function, unsigned int index)
{
	uint32_t narrow = function & ~SMCCC_64BIT;
	unsigned int which = number(4);

	if (index == 1 && (narrow == PSCI_CPU_ON || narrow == PSCI_AFFINITY_INFO) && which)
		return machine_mpidr(number(monitor.cpus));
	if (index == 1 && narrow == PSCI_CPU_SUSPEND && which)
		return which == 1 ? 0 : PSCI_STATE_POWER_DOWN;
	if (narrow == PSCI_AFFINITY_INFO && which)
		return 0;
	return index < 3 ? some_address() : fuzz_number(&numbers, 8);
}

/* -- what becomes of it ----------------------------------------------------------------------- */

static bool allowed(uint64_t entry)
{
	bool aarch32 = monitor.guest_state == STATE_AARCH32;

	if (entry >= monitor.base && entry < monitor.base + monitor.size)
		return false;
	if (aarch32 && entry & 1 ? entry > UINT32_MAX : entry % 4)
		return false;
	return (entry >= MACHINE_RAM && entry < MACHINE_RAM + MACHINE_RAM_SIZE) ||
	       (entry >= MACHINE_RAM2 && entry < MACHINE_RAM2 + 0x1000);
}

static void require_start(unsigned int cpu)
{
	REQUIRE(allowed(monitor_cpu[cpu].entry));
	REQUIRE(monitor_cpu[cpu].entry == cpus[cpu].entry);
	REQUIRE(monitor_cpu[cpu].context == cpus[cpu].context);
}

static void started(unsigned int cpu)
{
	require_start(cpu);
	REQUIRE(!cpus[cpu].on);
	cpus[cpu].on = true;
	cpus[cpu].starts++;
	REQUIRE(cpus[cpu].starts == cpus[cpu].successes);
}

/* Between calls the monitor's idea of the CPUs is the one from outside. */
static void require_rest(void)
{
	REQUIRE(!machine.fault);
	REQUIRE(!machine_locked());
	REQUIRE(memcmp(&before, &monitor, sizeof(monitor)) == 0);
	for (unsigned int i = 0; i < monitor.cpus; i++) {
		bool pending = cpus[i].successes != cpus[i].starts;
		uint32_t power = monitor_cpu[i].power;

		REQUIRE(!pending || !cpus[i].on);
		REQUIRE((power == MONITOR_CPU_PENDING) == pending);
		REQUIRE((power == MONITOR_CPU_ON) == cpus[i].on);
		REQUIRE(monitor_cpu[i].mpidr == machine_mpidr(i));
		REQUIRE(monitor.level == 2 || !cpus[i].on || !devices_left_over(i));
	}
}

static void know_entry(unsigned int cpu, const struct monitor_call *asked, unsigned int index)
{
	bool narrow = !(asked->r[0] & SMCCC_64BIT);

	cpus[cpu].entry = narrow ? (uint32_t)asked->r[index] : asked->r[index];
	cpus[cpu].context = narrow ? (uint32_t)asked->r[index + 1] : asked->r[index + 1];
}

static void returned_from_cpu_on(const struct monitor_call *asked, int64_t result)
{
	uint64_t mpidr = asked->r[0] & SMCCC_64BIT ? asked->r[1] : (uint32_t)asked->r[1];
	unsigned int cpu = 0;

	if (result)
		return;
	while (machine_mpidr(cpu) != mpidr && cpu < monitor.cpus)
		cpu++;
	REQUIRE(cpu < monitor.cpus);
	REQUIRE(!cpus[cpu].on);
	REQUIRE(cpus[cpu].successes == cpus[cpu].starts);
	cpus[cpu].successes++;
	know_entry(cpu, asked, 2);
	REQUIRE(allowed(cpus[cpu].entry));
}

static void call(unsigned int cpu)
{
	uint32_t function = some_function(), narrow = function & ~SMCCC_64BIT;
	struct monitor_call asked = {.r = {function},
				     .aarch64 = monitor.guest_state == STATE_AARCH64},
			    done;
	enum machine_end end;

	for (unsigned int i = 1; i < 4; i++)
		asked.r[i] = some_argument(function, i);
	done = asked;
	cpus[cpu].busy = true;
	depth++;
	end = machine_call(cpu, &done);
	depth--;
	cpus[cpu].busy = false;
	if (ended)
		return;
	if (end == END_STARTED) {
		REQUIRE(narrow == PSCI_CPU_SUSPEND || narrow == PSCI_SYSTEM_SUSPEND);
		know_entry(cpu, &asked, narrow == PSCI_CPU_SUSPEND ? 2 : 1);
		require_start(cpu);
	} else if (end == END_WAITS) {
		REQUIRE(function == PSCI_CPU_OFF);
		cpus[cpu].on = false;
	} else if (narrow == PSCI_CPU_ON && (asked.aarch64 || function == narrow)) {
		returned_from_cpu_on(&asked, (int64_t)done.r[0]);
	}
}

/* -- others, meanwhile ------------------------------------------------------------------------ */

/* A CPU that the higher exception level starts comes to the monitor's warm entry. */
static void let_start(unsigned int cpu)
{
	if (monitor.level == 3) {
		if (machine_wait(cpu) == END_STARTED)
			started(cpu);
	} else if (cpus[cpu].on_in_host) {
		started(cpu);
		monitor_cpu[cpu].power = MONITOR_CPU_ON;
	}
}

static void step(void)
{
	unsigned int cpu = number(monitor.cpus);

	if (cpus[cpu].busy || depth >= DEPTH || ended)
		return;
	if (cpus[cpu].on)
		call(cpu);
	else if (monitor_cpu[cpu].power >= MONITOR_CPU_OFF && depth == 0)
		let_start(cpu);
}

static bool lines_raised(void)
{
	return devices_line(0, 0).output || devices_line(1, 1).output;
}

/* A sleeping CPU wakes up at once, one that is off only when it is woken. */
static void wait(void)
{
	if (lines_raised()) {
		ended = true;
		machine_leave(END_WAITS);
	}
	if (monitor_cpu[machine_self].power == MONITOR_CPU_ON) {
		step();
	} else if (!devices_signal(machine_self)) {
		machine_leave(END_WAITS);
	}
}

static int64_t host_psci(const struct machine_host_psci *asked)
{
	bool fails = number(4) == 0;
	unsigned int self = machine_self;
	struct monitor_cpu *target;

	step();
	machine_self = self;
	if (fails)
		return -1 - (int64_t)number(9);
	switch (asked->function & ~SMCCC_64BIT) {
	case PSCI_CPU_ON:
		REQUIRE(asked->b == MACHINE_WARM);
		target = (struct monitor_cpu *)(uintptr_t)asked->c;
		REQUIRE(target >= monitor_cpu && target < monitor_cpu + monitor.cpus);
		REQUIRE(target->mpidr == asked->a);
		if (cpus[target - monitor_cpu].on_in_host)
			return PSCI_ALREADY_ON;
		cpus[target - monitor_cpu].on_in_host = true;
		break;
	case PSCI_CPU_OFF:
		cpus[self].on_in_host = false;
		machine_leave(END_WAITS);
	}
	return PSCI_SUCCESS;
}

static void start_machine(void)
{
	static const unsigned int gics[] = {0, 2, 3};
	unsigned int level = 2 + number(2);

	gic = gics[number(3)];
	ended = false;
	depth = 0;
	memset(cpus, 0, sizeof(cpus));
	machine_init(level, 1 + number(MACHINE_CPUS), gic);
	machine.wait_hook = wait;
	machine.host_psci_hook = host_psci;
	machine.randoms = number(8);
	machine.number = UINT64_MAX;
	monitor.guest_state = number(2) ? STATE_AARCH32 : STATE_AARCH64;
	for (unsigned int i = 1; i < monitor.cpus; i++)
		if (number(8) == 0)
			monitor_cpu[i].power = MONITOR_CPU_ABSENT;
	cpus[0].on = cpus[0].on_in_host = true;
	before = monitor;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	numbers = (struct fuzz_numbers) {data, size};
	start_machine();
	require_rest();
	for (unsigned int i = 0; i < STEPS && numbers.size && !ended; i++) {
		step();
		if (!ended)
			require_rest();
	}
	return 0;
}
