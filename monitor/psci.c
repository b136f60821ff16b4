/* SPDX-License-Identifier: BSD-2-Clause */
/* PSCI 1.1 (DEN0022), with what SMCCC 1.1 asks of everyone: the calls, and their errors. */
#include "core.h"
#include "psci.h"

static struct monitor_cpu *find_cpu(uint64_t mpidr)
{
	for (uint32_t i = 0; i < monitor.cpus; i++)
		if (monitor_cpu[i].mpidr == mpidr)
			return &monitor_cpu[i];
	return NULL;
}

/* Whether the guest may have code at 'entry': in RAM, not in the monitor, and aligned for its
 * state. */
static bool is_entry(uint64_t entry)
{
	if (monitor.guest_state == STATE_AARCH32 ? (entry & 3) == 2 : (entry & 3) != 0)
		return false;
	if (in_range(entry, 1, &(struct region) {monitor.base, monitor.size}))
		return false;
	for (uint32_t i = 0; i < monitor.banks; i++)
		if (in_range(entry, 1, &monitor.bank[i]))
			return true;
	return false;
}

static void set_entry(struct monitor_cpu *cpu, const struct monitor_call *call, uint64_t entry,
		      uint64_t context)
{
	cpu->entry = entry;
	cpu->context = context;
	cpu->big_endian = call->big_endian;
}

/* Takes the target from OFF to PENDING; of several callers one succeeds. */
static int64_t claim(struct monitor_cpu *self, struct monitor_cpu *target,
		     const struct monitor_call *call)
{
	int64_t result = PSCI_SUCCESS;

	monitor_lock(self);
	switch (get_power(target)) {
	case MONITOR_CPU_OFF:
		set_entry(target, call, call->r[2], call->r[3]);
		arch_barrier(); /* at level 3 the target looks at 'power', and takes no lock */
		set_power(target, MONITOR_CPU_PENDING);
		break;
	case MONITOR_CPU_PENDING:
		result = PSCI_ON_PENDING;
		break;
	case MONITOR_CPU_ON:
		result = PSCI_ALREADY_ON;
		break;
	default:
		result = PSCI_INTERNAL_FAILURE;
	}
	monitor_unlock(self);
	return result;
}

/* Takes back a claim; at level 2 the target may meanwhile have failed to go off, and is ON. */
static void unclaim(struct monitor_cpu *self, struct monitor_cpu *target)
{
	monitor_lock(self);
	if (get_power(target) == MONITOR_CPU_PENDING)
		set_power(target, MONITOR_CPU_OFF);
	monitor_unlock(self);
}

static int64_t cpu_on(struct monitor_cpu *self, const struct monitor_call *call)
{
	struct monitor_cpu *target = find_cpu(call->r[1]);
	int64_t result;

	if (!target)
		return PSCI_INVALID_PARAMETERS;
	if (!is_entry(call->r[2]))
		return PSCI_INVALID_ADDRESS;
	result = claim(self, target, call);
	if (result)
		return result;
	result = power_start(target);
	if (result)
		unclaim(self, target);
	return result;
}

/* Whoever claims the CPU from now on makes power_off() end, or is told that it is still on. */
static int64_t cpu_off(struct monitor_cpu *self)
{
	int64_t result;

	power_prepare_off(self);
	arch_barrier();
	set_power(self, MONITOR_CPU_OFF);
	arch_barrier();
	result = power_off(self);
	monitor_lock(self);
	set_power(self, MONITOR_CPU_ON);
	monitor_unlock(self);
	return result;
}

static int64_t cpu_suspend(struct monitor_cpu *self, const struct monitor_call *call)
{
	uint32_t state = (uint32_t)call->r[1];

	if (state & ~(PSCI_STATE_ID | PSCI_STATE_POWER_DOWN))
		return PSCI_INVALID_PARAMETERS;
	if (!(state & PSCI_STATE_POWER_DOWN))
		return power_standby(state);
	if (!is_entry(call->r[2]))
		return PSCI_INVALID_ADDRESS;
	set_entry(self, call, call->r[2], call->r[3]);
	return power_down(self, state);
}

/* With all others off there is nobody who could start one meanwhile: no lock is needed. */
static int64_t system_suspend(struct monitor_cpu *self, const struct monitor_call *call)
{
	if (!is_entry(call->r[1]))
		return PSCI_INVALID_ADDRESS;
	for (uint32_t i = 0; i < monitor.cpus; i++)
		if (&monitor_cpu[i] != self && get_power(&monitor_cpu[i]) > MONITOR_CPU_OFF)
			return PSCI_DENIED;
	set_entry(self, call, call->r[1], call->r[2]);
	return power_suspend(self);
}

static int64_t affinity_info(const struct monitor_call *call)
{
	const struct monitor_cpu *target = find_cpu(call->r[1]);

	/* Levels are 32 bits wide in both variants; higher ones are optional since PSCI 1.0. */
	if (!target || (uint32_t)call->r[2])
		return PSCI_INVALID_PARAMETERS;
	if (get_power(target) == MONITOR_CPU_PENDING)
		return PSCI_AFFINITY_ON_PENDING;
	return power_affinity(target);
}

static int64_t system_end(uint32_t function)
{
	power_system(function);
	return PSCI_INTERNAL_FAILURE;
}

/* Reset type 0 is the architecture's warm reset; vendors' have bit 31 set. */
static int64_t system_reset2(const struct monitor_call *call)
{
	return (uint32_t)call->r[1] ? PSCI_INVALID_PARAMETERS : system_end(PSCI_SYSTEM_RESET);
}

#define BIT(function) (1U << ((function)-PSCI_VERSION))
#define WIDE                                                                                       \
	(BIT(PSCI_CPU_SUSPEND) | BIT(PSCI_CPU_ON) | BIT(PSCI_AFFINITY_INFO) |                      \
	 BIT(PSCI_SYSTEM_SUSPEND) | BIT(PSCI_SYSTEM_RESET2))
#define NARROW                                                                                     \
	(WIDE | BIT(PSCI_VERSION) | BIT(PSCI_CPU_OFF) | BIT(PSCI_MIGRATE_INFO_TYPE) |              \
	 BIT(PSCI_SYSTEM_OFF) | BIT(PSCI_SYSTEM_RESET) | BIT(PSCI_FEATURES))

static bool is_psci(uint32_t function)
{
	return (function & ~SMCCC_64BIT) - PSCI_VERSION <= PSCI_LAST - PSCI_VERSION;
}

/* Whether there is that function for this caller: 64-bit variants have IDs of their own. */
static bool exists(uint32_t function, const struct monitor_call *call)
{
	bool wide = function & SMCCC_64BIT;

	return is_psci(function) && (call->aarch64 || !wide) &&
	       (wide ? WIDE : NARROW) & BIT(function & ~SMCCC_64BIT);
}

/* No flags for any of ours. */
static int64_t features(const struct monitor_call *call)
{
	uint32_t asked = (uint32_t)call->r[1];

	return asked == SMCCC_VERSION || exists(asked, call) ? PSCI_SUCCESS : PSCI_NOT_SUPPORTED;
}

/* A function that there is, by its 32-bit ID. */
static int64_t answer(struct monitor_cpu *self, uint32_t function, const struct monitor_call *call)
{
	switch (function) {
	case PSCI_VERSION:
		return PSCI_1_1;
	case PSCI_CPU_SUSPEND:
		return cpu_suspend(self, call);
	case PSCI_CPU_OFF:
		return cpu_off(self);
	case PSCI_CPU_ON:
		return cpu_on(self, call);
	case PSCI_AFFINITY_INFO:
		return affinity_info(call);
	case PSCI_MIGRATE_INFO_TYPE:
		return PSCI_NO_MIGRATION;
	case PSCI_SYSTEM_OFF:
	case PSCI_SYSTEM_RESET:
		return system_end(function);
	case PSCI_FEATURES:
		return features(call);
	case PSCI_SYSTEM_SUSPEND:
		return system_suspend(self, call);
	default:
		return system_reset2(call);
	}
}

/* Arguments are as wide as the function's ID says. */
static void narrow(struct monitor_call *call)
{
	for (int i = 1; i < 4; i++)
		call->r[i] = (uint32_t)call->r[i];
}

/* The two functions of SMCCC 1.1 that PSCI callers need; false: not one of them. */
static bool smccc(uint32_t function, struct monitor_call *call)
{
	uint32_t asked = (uint32_t)call->r[1];

	if (function == SMCCC_VERSION) {
		call->r[0] = SMCCC_1_1;
		return true;
	}
	if (function != SMCCC_ARCH_FEATURES ||
	    (asked != SMCCC_VERSION && asked != SMCCC_ARCH_FEATURES))
		return false;
	call->r[0] = PSCI_SUCCESS;
	return true;
}

/*
 * SMCCC's Arm architecture calls and the TRNG: nothing else. What the VMM has of PSCI 0.1, SDEI or
 * FF-A would start CPUs, or write, at our exception level for whoever asks.
 */
bool psci_may_pass(uint32_t function)
{
	function &= ~SMCCC_64BIT;
	return function >> 16 == SMCCC_VERSION >> 16 || function - TRNG_VERSION < TRNG_FUNCTIONS;
}

bool psci_call(struct monitor_cpu *self, struct monitor_call *call)
{
	uint32_t function = (uint32_t)call->r[0];
	int64_t result = PSCI_NOT_SUPPORTED;

	if (!(function & SMCCC_64BIT))
		narrow(call);
	if (smccc(function, call))
		return true;
	if (!is_psci(function))
		return trng_call(call);
	if (exists(function, call))
		result = answer(self, function & ~SMCCC_64BIT, call);
	call->r[0] = (uint64_t)result;
	return true;
}
