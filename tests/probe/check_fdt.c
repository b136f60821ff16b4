/* SPDX-License-Identifier: BSD-2-Clause */
/* The FDT: where it is, whether it is whole, and what it says about the machine. */
#include "fdt.h"
#include "words.h"

#define FDT_LIMIT  (2u << 20)
#define FDT_SLACK  4096
#define BLOCK_SIZE (2u << 20)

static struct fdt fdt;

static bool check_header(void)
{
	uint64_t at = entry_fdt();

	item_is("fdt-aligned", at & 7, 0);
	item_is("fdt-magic", be32((const uint8_t *)(uintptr_t)at), FDT_MAGIC);
	if (be32((const uint8_t *)(uintptr_t)at) != FDT_MAGIC)
		return false;
	fdt_header(&fdt, (const uint8_t *)(uintptr_t)at);
	item_below("fdt-size", fdt.total, FDT_LIMIT + 1);
	item_below("fdt-one-block", at % BLOCK_SIZE + fdt.total, BLOCK_SIZE + 1);
	item_is("fdt-version", (uint64_t)fdt.version << 32 | fdt.compatible, 17ull << 32 | 16);
	if (!fdt_blocks_fit(&fdt)) {
		item_is("fdt-structure", fdt.structs_size, fdt.total);
		return false;
	}
	return true;
}

static void print_tree(const struct tree *t)
{
	put_range("fdt", (struct range) {entry_fdt(), fdt.total});
	put_str("probe: fdt nodes=");
	put_dec(t->nodes);
	put_str(" props=");
	put_dec(t->props);
	put_str(" hash=");
	put_hex(t->hash);
	put_char('\n');
	put_str("probe: cpus=");
	put_dec(t->ncpus);
	put_char('\n');
	for (unsigned int i = 0; i < t->nram; i++)
		put_range("ram", t->ram[i]);
}

static bool cpu_listed(const struct tree *t, uint64_t cpu)
{
	for (unsigned int i = 0; i < t->ncpus; i++)
		if (t->cpu[i] == cpu)
			return true;
	return false;
}

static void check_nodes(const struct tree *t)
{
	item_from("memory-node", t->nram, 1);
	item_from("cpus-node", t->ncpus, 1);
	item_is("psci-node", t->has_psci, true);
	item_is("chosen-node", t->has_chosen, true);
	item_is("boot-cpu-listed", cpu_listed(t, boot_cpu()), true);
}

/* Bytes of RAM that the tree asks the kernel to leave alone. */
static uint64_t resident(const struct tree *t)
{
	uint64_t bytes = 0;

	for (unsigned int i = 0; i < t->nreserved; i++) {
		put_range("reserved", t->reserved[i]);
		for (unsigned int j = 0; j < t->nram; j++)
			if (range_overlaps(t->reserved[i], t->ram[j]))
				bytes += t->reserved[i].size;
	}
	return bytes;
}

static void check_resident(const struct tree *t)
{
	uint64_t bytes = resident(t);

	put_str("probe: resident=");
	put_dec((uint32_t)bytes);
	put_char('\n');
	item_below("nothing-resident", bytes, word_number(t->bootargs, "probe.resident=", 0) + 1);
}

bool check_fdt(struct tree *t)
{
	uint32_t broken;

	if (!check_header())
		return false;
	broken = tree_read(t, &fdt);
	item_is("fdt-structure", broken, 0);
	if (broken)
		return false;
	print_tree(t);
	item_below("fdt-packed", fdt.total - fdt_used(&fdt), FDT_SLACK);
	item_is("fdt-in-ram", range_in_ram(t, (struct range) {entry_fdt(), fdt.total}), true);
	check_nodes(t);
	check_resident(t);
	return true;
}
