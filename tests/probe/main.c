/* SPDX-License-Identifier: BSD-2-Clause */
/* The order of the checks, and the ways out. */
#include "probe.h"

#define PSCI_SYSTEM_OFF 0x84000008
#define COUNTER_SPINS	1000000

bool power_smc;

static struct tree tree;

void power_off(void)
{
	psci_call(power_smc, PSCI_SYSTEM_OFF, 0, 0, 0);
	psci_call(!power_smc, PSCI_SYSTEM_OFF, 0, 0, 0); /* the tree may have named the wrong one */
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
		power_smc = conduit_guess(); /* it may have been the tree's conduit that crashed */
		power_off();
	}
	for (;;)
		__asm__ volatile("wfi");
}

static bool advances(uint64_t (*read)(void))
{
	uint64_t before = read();

	for (int spin = 0; spin < COUNTER_SPINS; spin++)
		if (read() != before)
			return true;
	return false;
}

static void check_counter(void)
{
	item_not("counter-frequency", entry.cntfrq, 0);
	item_is("counter-virtual", advances(read_virtual_counter), true);
	item_is("counter-physical", advances(read_physical_counter), true);
}

void probe_main(void)
{
	uart_init();
	crc_init();
	power_smc = conduit_guess();
	info("base", entry.base);
	check_state();
	check_counter();
	if (check_fdt(&tree)) {
		power_smc = tree.has_psci ? tree.psci_smc : power_smc;
		check_image(&tree);
		check_gic(&tree);
		check_chosen(&tree);
		check_initrd(&tree);
		check_psci(&tree);
	}
	report_total();
	power_off();
}
