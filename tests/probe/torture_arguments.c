/* SPDX-License-Identifier: BSD-2-Clause */
/* Arguments that no caller should give. */
#include "torture.h"

#define FLASH		0x0
#define UART		0x09000000
#define SECURE_RAM	0x0e000000 /* where QEMU has it */
#define BAD_STATE	0x80000000 /* reserved in both formats */
#define POWER_DOWN	0x10000
#define UNUSED_LEVEL	8
#define AFFINITY_LEVELS 4

static unsigned long here(void)
{
	return (unsigned long)(uintptr_t)smp_entry;
}

static void check_self(void)
{
	unsigned long me = smp_mpidr(smp_me());

	item_is("on-self", result_bits(psci_native(PSCI_CPU_ON, me, here(), 0)),
		result_bits(ALREADY_ON));
	item_is("on-self-32", result_bits(psci(PSCI_CPU_ON, me, here(), 0)),
		result_bits(ALREADY_ON));
	item_is("affinity-self", result_bits(affinity_info(me)), AFFINITY_ON);
}

static void check_unknown_cpu(void)
{
	item_is("on-no-cpu", result_bits(psci_native(PSCI_CPU_ON, NO_CPU, here(), 0)),
		result_bits(INVALID_PARAMETERS));
	item_is("affinity-no-cpu", result_bits(affinity_info(NO_CPU)),
		result_bits(INVALID_PARAMETERS));
}

/* Bits of an MPIDR that are no affinity must be zero (5.1.4). */
static void check_reserved_bits(void)
{
	unsigned long cpu = smp_mpidr(smp_at(smp_count - 1)), wrong = 0;

	for (unsigned int bit = 24; bit < 8 * sizeof(long); bit++) {
		unsigned long mpidr = cpu | 1ul << bit;

		if (bit >= 32 && bit < 40)
			continue;
		wrong += psci_native(PSCI_CPU_ON, mpidr, here(), 0) != INVALID_PARAMETERS;
		wrong += affinity_info(mpidr) != INVALID_PARAMETERS;
	}
	item_is("mpidr-reserved-bits", wrong, 0);
}

static void check_levels(void)
{
	unsigned long me = smp_mpidr(smp_me());
	unsigned long low = 0, high = 0;

	for (unsigned long level = 1; level < AFFINITY_LEVELS; level++) {
		long result = psci_native(PSCI_AFFINITY_INFO, me, level, 0);

		low += result != AFFINITY_ON && result != INVALID_PARAMETERS;
	}
	for (unsigned long level = AFFINITY_LEVELS; level < UNUSED_LEVEL; level++)
		high += psci_native(PSCI_AFFINITY_INFO, me, level, 0) != INVALID_PARAMETERS;
	item_is("affinity-levels", low, 0);
	strict_is("affinity-no-level", high, 0);
}

static void check_suspend_state(void)
{
	item_is("suspend-bad-state",
		result_bits(psci_native(PSCI_CPU_SUSPEND, BAD_STATE, here(), 0)),
		result_bits(INVALID_PARAMETERS));
}

/* When the call does not fail, the CPU has gone where nothing is: no more of it then. */
static bool refuses_address(const char *item, unsigned long address)
{
	unsigned long target = smp_mpidr(smp_at(smp_count - 1));
	long result = psci_native(PSCI_CPU_ON, target, address, 0);

	item_is(item, result_bits(result), result_bits(INVALID_ADDRESS));
	return result != SUCCESS;
}

/* Memory that the firmware keeps for itself. */
static bool reserved_ram(unsigned long *address)
{
	const struct tree *t = &torture.tree;

	for (unsigned int i = 0; i < t->nreserved; i++)
		if (range_in_ram(t, t->reserved[i])) {
			*address = (unsigned long)t->reserved[i].start;
			return true;
		}
	return false;
}

static uint64_t end_of_ram(void)
{
	uint64_t end = 0;

	for (unsigned int i = 0; i < torture.tree.nram; i++)
		if (torture.tree.ram[i].start + torture.tree.ram[i].size > end)
			end = torture.tree.ram[i].start + torture.tree.ram[i].size;
	return end;
}

static void check_addresses(void)
{
	unsigned long reserved, end = (unsigned long)end_of_ram();

	if (!refuses_address("on-unaligned", (unsigned long)(uintptr_t)smp_entry | 2) ||
	    !refuses_address("on-address-device", UART) ||
	    !refuses_address("on-address-flash", FLASH) ||
	    !refuses_address("on-address-secure", SECURE_RAM) ||
	    (end && !refuses_address("on-address-behind-ram", end)))
		return;
	if (sizeof(long) == 8 && !refuses_address("on-address-huge", 1ul << 31 << 25))
		return;
	if (reserved_ram(&reserved))
		refuses_address("on-address-reserved", reserved);
	item_is("on-bad-address-stays-off", smp_is_off(smp_at(smp_count - 1)), true);
}

/* A power-down that cannot come back; a pending interrupt keeps it from staying asleep. */
static void check_suspend_address(void)
{
	if (!torture.strict)
		return;
	gic_send(smp_me(), 3);
	item_is("suspend-bad-address",
		result_bits(psci_native(PSCI_CPU_SUSPEND, POWER_DOWN, UART, 0)),
		result_bits(INVALID_ADDRESS));
	gic_drain();
}

/*
 * What the VMM below a monitor at EL2 has of PSCI 0.1: it would start a CPU at EL2, or turn one off
 * behind the monitor's back. By each conduit that is used, on others before on this CPU.
 */
static void check_old(void)
{
	static const uint32_t old[] = {PSCI_0_1_CPU_ON, PSCI_0_1_MIGRATE, PSCI_0_1_CPU_SUSPEND,
				       PSCI_0_1_CPU_OFF};
	unsigned long target = smp_mpidr(smp_at(smp_count - 1)), answered = 0;

	for (unsigned int i = 0; i < 2 * sizeof(old) / sizeof(old[0]); i++)
		answered += psci(old[i / 2], target, here(), 0) != NOT_SUPPORTED;
	item_is("psci-old", answered, 0);
	if (smp_count > 1)
		item_is("psci-old-stays-off", smp_is_off(smp_at(smp_count - 1)), true);
}

void torture_arguments(void)
{
	if (torture.old)
		check_old();
	check_self();
	check_unknown_cpu();
	check_reserved_bits();
	check_levels();
	check_suspend_state();
	check_suspend_address();
	if (smp_count < 2)
		return;
	item_is("affinity-off", smp_is_off(smp_at(smp_count - 1)), true);
	if (torture.strict)
		check_addresses();
}
