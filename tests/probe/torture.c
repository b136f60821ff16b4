/* SPDX-License-Identifier: BSD-2-Clause */
/* The order of the torture, and its command line. */
#include "torture.h"
#include "fdt.h"

struct torture torture;

/* xorshift64 */
uint32_t rnd(void)
{
	torture.random ^= torture.random << 13;
	torture.random ^= torture.random >> 7;
	torture.random ^= torture.random << 17;
	return (uint32_t)(torture.random >> 16);
}

uint32_t rnd_below(uint32_t limit)
{
	return (uint32_t)((uint64_t)rnd() * limit >> 32);
}

void strict_is(const char *item, uint64_t got, uint64_t want)
{
	if (torture.strict)
		item_is(item, got, want);
}

uint64_t result_bits(long result)
{
	return (uint32_t)result;
}

static bool read_tree(void)
{
	const uint8_t *at = (const uint8_t *)(uintptr_t)entry_fdt();
	struct fdt fdt;

	if (be32(at) != FDT_MAGIC)
		return false;
	fdt_header(&fdt, at);
	return fdt_blocks_fit(&fdt) && !tree_read(&torture.tree, &fdt);
}

static void read_words(const char *args)
{
	uint32_t seed = word_number(args, "seed=", (uint32_t)read_virtual_counter() | 1);

	torture.rounds = word_number(args, "torture=", 100);
	torture.strict = !word_in_list(args, "psci=", "qemu");
	torture.old = torture.strict && !word_in_list(args, "old=", "left");
	torture.random = ((uint64_t)seed << 32 | seed) ^ 0x5deece66d;
	smp_spins = word_in_list(args, "idle=", "spin");
	put_str("probe: seed=");
	put_dec(seed);
	put_char('\n');
}

static bool wanted(const char *args, const char *phase)
{
	return !word_value(args, "only=") || word_in_list(args, "only=", phase);
}

static void torture_all(const char *args)
{
	if (word_in_list(args, "attack=", "monitor"))
		torture_monitor(args);
	if (word_in_list(args, "off=", "handling"))
		torture_off();
	if (wanted(args, "smccc"))
		torture_smccc();
	if (wanted(args, "features"))
		torture_features();
	if (wanted(args, "arguments"))
		torture_arguments();
	if (wanted(args, "rounds"))
		torture_rounds();
	if (wanted(args, "race"))
		torture_race();
	if (wanted(args, "boot-cpu"))
		torture_boot_cpu();
	if (wanted(args, "suspend"))
		torture_suspend();
	if (wanted(args, "system-suspend"))
		torture_system_suspend();
}

void probe_main(void)
{
	const char *args;

	uart_init();
	crc_init();
	power_smc = conduit_guess();
	put_str("probe: torture\n");
	item_is("fdt", read_tree(), true);
	item_is("psci-node", torture.tree.has_psci, true);
	args = torture.tree.bootargs;
	read_words(args);
	if (torture.tree.has_psci) {
		psci_use(&torture.tree, args);
		smp_init(&torture.tree);
		item_is("gic", gic_init(&torture.tree), true);
		gic_cpu_init(smp_me());
		torture_all(args);
	}
	report_total();
	torture_end(args);
}
