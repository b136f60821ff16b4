/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest that wants to run below itself: it overwrites all memory that it can reach with code, and
 * calls what is below; and it calls CPUs that may still wait outside of the monitor.
 */
#include "access.h"
#include "attack.h"
#include "cpu.h"
#include "fdt.h"
#include "smp.h"

#define SECURE_RAM	 0x0e000000 /* of QEMU's virt machine */
#define SECURE_RAM_SIZE	 0x01000000
#define PAGE		 0x1000
#define SPIN_TABLE_MAGIC 0x6f476f47

static struct tree tree;

static bool faults(volatile uint32_t *to, uint32_t value)
{
	bool seen;

	fault_guard(true);
	*to = value;
	seen = fault_seen();
	fault_guard(false);
	return seen;
}

/* All pages that are there. */
static void fill(struct range r, const uint32_t word[4])
{
	const uint64_t low = (uint64_t)word[1] << 32 | word[0];
	const uint64_t high = (uint64_t)word[3] << 32 | word[2];

	for (uint64_t at = r.start; at < r.start + r.size; at += PAGE) {
		volatile uint64_t *to = (uint64_t *)(uintptr_t)at;

		if (faults((uint32_t *)(uintptr_t)at, word[0]))
			continue;
		for (unsigned int i = 0; i < PAGE / 8; i += 2) {
			to[i] = low;
			to[i + 1] = high;
		}
	}
}

/* All of RAM but what we are and use. */
static void fill_ram(const uint32_t word[4])
{
	struct range own = image_range();
	uint64_t first = own.start & ~(uint64_t)0xffff;
	uint64_t last = (own.start + own.size + 0xffff) & ~(uint64_t)0xffff;

	for (unsigned int i = 0; i < tree.nram; i++) {
		struct range r = tree.ram[i];

		if (!range_overlaps(own, r)) {
			fill(r, word);
			continue;
		}
		fill((struct range) {r.start, first - r.start}, word);
		fill((struct range) {last, r.start + r.size - last}, word);
	}
	attack_publish();
}

/* The pages of secure RAM that keep what is written there. */
static unsigned long fill_secure_ram(const uint32_t word[4])
{
	unsigned long kept = 0;

	for (uint64_t at = SECURE_RAM; at < SECURE_RAM + SECURE_RAM_SIZE; at += PAGE) {
		volatile uint32_t *to = (uint32_t *)(uintptr_t)at;

		if (faults(to, word[0]))
			continue;
		fault_guard(true);
		kept += *to == word[0] && !fault_seen();
		fault_guard(false);
	}
	attack_publish();
	return kept;
}

/* Half a second: a CPU that is called comes in microseconds. */
static void pause(void)
{
	uint64_t end = read_virtual_counter() + entry.cntfrq / 2;

	while (read_virtual_counter() < end)
		relax();
}

/* What runs at EL2 while nobody is to be there; without an EL2 the instruction is undefined. */
static void call_el2(void)
{
	unsigned long regs[4] = {PSCI_VERSION};

	if (is_hyp())
		return;
	fault_guard(true);
	smccc_call(false, regs);
	fault_guard(false);
}

static void overwrite_monitor(void)
{
	uint32_t code[4];

	attack_code(code);
	fill_ram(code);
	call_el2();
	item_is("version-after-attack", psci(PSCI_VERSION, 0, 0, 0) > 0, true);
	item_is("secure-ram-kept", fill_secure_ram(code), 0);
	item_is("version-after-that", psci(PSCI_VERSION, 0, 0, 0) > 0, true);
}

static void call_cpus(void)
{
	uint64_t to = (uintptr_t)attack_taken;
	uint32_t spin_table[4] = {SPIN_TABLE_MAGIC, 0, (uint32_t)to, (uint32_t)(to >> 32)};
	uint32_t table[4] = {(uint32_t)to, (uint32_t)(to >> 32), (uint32_t)to,
			     (uint32_t)(to >> 32)};

	fill_ram(spin_table);
	pause();
	fill_ram(table);
	pause();
}

static bool read_tree(void)
{
	const uint8_t *at = (const uint8_t *)(uintptr_t)entry_fdt();
	struct fdt fdt;

	if (be32(at) != FDT_MAGIC)
		return false;
	fdt_header(&fdt, at);
	return fdt_blocks_fit(&fdt) && !tree_read(&tree, &fdt);
}

/* The CPUs that the guest has are its own all the same. */
static void start_others(void)
{
	smp_init(&tree);
	item_is("others-start", smp_start_all(), true);
}

void probe_main(void)
{
	uart_init();
	power_smc = conduit_guess();
	put_str("probe: attack\n");
	item_is("fdt", read_tree(), true);
	item_is("psci-node", tree.has_psci, true);
	if (tree.has_psci) {
		psci_use(&tree, tree.bootargs);
		call_cpus();
		overwrite_monitor();
		start_others();
		item_is("version-at-last", psci(PSCI_VERSION, 0, 0, 0) > 0, true);
	}
	report_total();
	power_off();
}
