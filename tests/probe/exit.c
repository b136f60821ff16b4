/* SPDX-License-Identifier: BSD-2-Clause */
/* The ways out, which all guests have in common. */
#include "probe.h"
#include "psci.h"

bool power_smc;

void power_off(void)
{
	unsigned long tree[4] = {PSCI_SYSTEM_OFF}, other[4] = {PSCI_SYSTEM_OFF};

	smccc_call(power_smc, tree);
	smccc_call(!power_smc, other); /* the tree may have named the wrong one */
	for (;;)
		__asm__ volatile("wfi");
}

/* The vectors lead here: a probe that cannot finish must not look like silence. */
void probe_crash(unsigned long vector, unsigned long syndrome, unsigned long pc,
		 unsigned long address)
{
	static bool again;

	if (!again) {
		again = true;
		put_str("probe: crash\n");
		info("vector", vector);
		info("syndrome", syndrome);
		info("pc", pc);
		info("address", address);
		info("cpu", boot_cpu());
		power_smc = conduit_guess(); /* it may have been the tree's conduit that crashed */
		power_off();
	}
	for (;;)
		__asm__ volatile("wfi");
}
