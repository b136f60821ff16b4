/* SPDX-License-Identifier: BSD-2-Clause */
/* The order of the checks. */
#include "words.h"

#define COUNTER_SPINS 1000000

static struct tree tree;

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
		check_byte_order(word_is(word_value(tree.bootargs, "probe.endian="), "big"));
		check_image(&tree);
		check_access(&tree);
		check_gic(&tree);
		check_chosen(&tree);
		check_initrd(&tree);
		check_psci(&tree);
	} else {
		check_byte_order(false);
	}
	report_total();
	power_off();
}
