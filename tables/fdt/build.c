/* SPDX-License-Identifier: BSD-2-Clause */
/* A device tree from the platform model: the root, and what is not a device. */
#include <string.h>
#include "error.h"
#include "lib/fdt/walk.h"
#include "tables/fdt/build.h"
#include "tree.h"

/* Linux's name for a machine that needs no code of its own; arch/arm knows it by this name. */
#define MACHINE "linux,dummy-virt"

#define RSDP_SIZE 36 /* of ACPI 2.0 and later */

void fdt_cell_counts(struct fdt_tree *t, uint32_t address, uint32_t size)
{
	NUMBER(t, "#address-cells", address);
	NUMBER(t, "#size-cells", size);
}

void fdt_write_reg(struct fdt_tree *t, const struct region *r, unsigned int regions)
{
	fdt_write_property(&t->w, "reg", 4 * (size_t)regions);
	for (; regions--; r++) {
		fdt_write_address(&t->w, r->base);
		fdt_write_address(&t->w, r->size);
	}
}

static void numa_node(struct fdt_tree *t, uint32_t node)
{
	if (t->d->numa)
		NUMBER(t, "numa-node-id", node);
}

/* -- CPUs and memory ----------------------------------------------------------------------------
 */

static void cpu(struct fdt_tree *t, unsigned int index, uint32_t cells)
{
	const struct platform_cpu *cpu = &t->p->cpu[index];

	fdt_write_node_number(&t->w, "cpu@", cpu->mpidr, 16);
	TEXT(t, "device_type", "cpu");
	TEXT(t, "compatible", "arm,armv8");
	fdt_write_property(&t->w, "reg", cells);
	if (cells == 2)
		fdt_write_address(&t->w, cpu->mpidr);
	else
		fdt_write_cell(&t->w, (uint32_t)cpu->mpidr);
	if (cpu->psci)
		TEXT(t, "enable-method", "psci");
	numa_node(t, cpu->node);
	if (t->d->topology)
		NUMBER(t, "phandle", PHANDLE_CPU + index);
	fdt_write_end(&t->w);
}

#define LEVELS 4 /* socket, cluster, core, thread, 16 bits each */

static uint64_t place_of(const struct fdt_tree *t, unsigned int cpu)
{
	const struct platform_place *place = &t->d->place[cpu];

	return (uint64_t)place->socket << 48 | (uint64_t)place->cluster << 32 |
	       (uint64_t)place->core << 16 | place->thread;
}

/* The CPU whose place is the next one from 'from' on, or a negative number. */
static int next_cpu(const struct fdt_tree *t, uint64_t from)
{
	uint64_t best = UINT64_MAX;
	int found = -1;

	for (unsigned int i = 0; i < t->p->cpus; i++)
		if (place_of(t, i) >= from && place_of(t, i) < best) {
			best = place_of(t, i);
			found = (int)i;
		}
	return found;
}

/* From the place 'last', whose nodes are open, to 'place': how many levels they have in common. */
static unsigned int common(uint64_t last, uint64_t place)
{
	unsigned int level = 0;

	while (level < LEVELS && !((last ^ place) >> (48 - 16 * level)))
		level++;
	return level;
}

/* Bindings/cpu/cpu-topology.txt. There is a level of threads if any core has two. */
static void cpu_map(struct fdt_tree *t)
{
	static const char level_name[LEVELS][8] = {"socket", "cluster", "core", "thread"};
	unsigned int levels = LEVELS - 1, open = 0;
	uint64_t last = 0;
	int index;

	for (unsigned int i = 0; i < t->p->cpus; i++)
		if (t->d->place[i].thread)
			levels = LEVELS;
	fdt_write_node(&t->w, "cpu-map");
	for (index = next_cpu(t, 0); index >= 0; index = next_cpu(t, last + 1)) {
		uint64_t place = place_of(t, (unsigned int)index);
		unsigned int same = open ? common(last, place) : 0;

		for (; open > same; open--)
			fdt_write_end(&t->w);
		for (; open < levels; open++)
			fdt_write_node_number(&t->w, level_name[open],
					      place >> (48 - 16 * open) & 0xffff, 10);
		NUMBER(t, "cpu", PHANDLE_CPU + (uint32_t)index);
		last = place;
	}
	for (; open; open--)
		fdt_write_end(&t->w);
	fdt_write_end(&t->w);
}

static void cpus(struct fdt_tree *t)
{
	uint32_t cells = 1;

	for (unsigned int i = 0; i < t->p->cpus; i++)
		if (t->p->cpu[i].mpidr >> 32)
			cells = 2;
	fdt_write_node(&t->w, "cpus");
	fdt_cell_counts(t, cells, 0);
	for (unsigned int i = 0; i < t->p->cpus; i++)
		cpu(t, i, cells);
	if (t->d->topology)
		cpu_map(t);
	fdt_write_end(&t->w);
}

static void memory(struct fdt_tree *t)
{
	for (unsigned int i = 0; i < t->p->banks; i++) {
		const struct platform_bank *bank = &t->p->bank[i];

		fdt_write_node_number(&t->w, "memory@", bank->region.base, 16);
		TEXT(t, "device_type", "memory");
		fdt_write_reg(t, &bank->region, 1);
		numa_node(t, bank->node);
		fdt_write_end(&t->w);
	}
}

static void reserved_memory(struct fdt_tree *t)
{
	if (!t->p->num_reserved)
		return;
	fdt_write_node(&t->w, "reserved-memory");
	fdt_cell_counts(t, 2, 2);
	FLAG(t, "ranges");
	for (unsigned int i = 0; i < t->p->num_reserved; i++) {
		const struct platform_reserved *reserved = &t->p->reserved[i];

		fdt_write_node_number(&t->w, "region@", reserved->region.base, 16);
		fdt_write_reg(t, &reserved->region, 1);
		if (reserved->no_map)
			FLAG(t, "no-map");
		fdt_write_end(&t->w);
	}
	fdt_write_end(&t->w);
}

/* Bindings/numa.txt: triples of two nodes and their distance. */
static void distance_map(struct fdt_tree *t)
{
	const uint8_t *distance = t->d->distance[0];
	size_t known = 0;

	for (unsigned int i = 0; i < PLATFORM_NODES * PLATFORM_NODES; i++)
		known += distance[i] != 0;
	if (!t->d->numa || !known)
		return;
	fdt_write_node(&t->w, "distance-map");
	TEXT(t, "compatible", "numa-distance-map-v1");
	fdt_write_property(&t->w, "distance-matrix", 3 * known);
	for (unsigned int i = 0; i < PLATFORM_NODES * PLATFORM_NODES; i++)
		if (distance[i]) {
			fdt_write_cell(&t->w, i / PLATFORM_NODES);
			fdt_write_cell(&t->w, i % PLATFORM_NODES);
			fdt_write_cell(&t->w, distance[i]);
		}
	fdt_write_end(&t->w);
}

/* -- the whole --------------------------------------------------------------------------------- */

static void number_unless_zero(struct fdt_tree *t, const char *name, uint32_t value)
{
	if (value)
		fdt_write_number(&t->w, name, value);
}

/* Function IDs of one's own are version 0.1's, which later versions may offer as well. */
static void psci(struct fdt_tree *t)
{
	static const char versions[] = "arm,psci-1.0\0arm,psci-0.2\0arm,psci";
	const struct platform_psci *p = &t->p->psci;
	size_t first = p->version >= 0x10000 ? 0 : p->version >= 2 ? 13 : 26;
	bool by_number = p->version == 1 || p->cpu_on || p->cpu_off;

	if (!p->version || p->conduit == CONDUIT_NONE)
		return;
	fdt_write_node(&t->w, "psci");
	fdt_write_bytes(&t->w, "compatible", versions + first,
			(by_number ? sizeof(versions) : 26) - first);
	if (p->conduit == CONDUIT_HVC)
		TEXT(t, "method", "hvc");
	else
		TEXT(t, "method", "smc");
	number_unless_zero(t, "cpu_suspend", p->cpu_suspend);
	number_unless_zero(t, "cpu_off", p->cpu_off);
	number_unless_zero(t, "cpu_on", p->cpu_on);
	number_unless_zero(t, "migrate", p->migrate);
	fdt_write_end(&t->w);
}

/* What is ours to say, since it is about nodes of ours. */
static bool is_ours(const char *name)
{
	return strcmp(name, "stdout-path") == 0 || strcmp(name, "linux,pci-probe-only") == 0;
}

/* A token inside of the other tree's /chosen. */
static void retell(struct fdt_tree *t, const struct fdt_walk *walk, int token)
{
	if (token == FDT_BEGIN_NODE)
		fdt_write_node(&t->w, walk->name);
	else if (token == FDT_END_NODE)
		fdt_write_end(&t->w);
	else if (walk->depth > 2 || !is_ours(walk->name))
		fdt_write_bytes(&t->w, walk->name, walk->data, walk->len);
}

static void retell_chosen(struct fdt_tree *t, const void *told)
{
	struct fdt_walk walk;
	bool inside = false;
	int token = fdt_walk_start(&walk, told, FDT_MAX_SIZE);

	if (token)
		return;
	for (token = fdt_walk_next(&walk); token > 0 && token != FDT_END;
	     token = fdt_walk_next(&walk)) {
		if (inside && walk.depth < 2)
			return;
		if (inside)
			retell(t, &walk, token);
		else
			inside = token == FDT_BEGIN_NODE && walk.depth == 2 &&
				 strcmp(walk.name, "chosen") == 0;
	}
}

/* Here, linux,pci-probe-only is for all; kernels look at a host's own only since 6.9. */
static void chosen(struct fdt_tree *t, const void *told)
{
	const struct platform *p = t->p;
	char path[FDT_WRITE_NAME];

	t->probe_only = p->num_pcie;
	for (unsigned int i = 0; i < p->num_pcie; i++)
		t->probe_only &= p->pcie[i].probe_only;
	fdt_write_node(&t->w, "chosen");
	if (p->console >= 0)
		TEXT(t, "stdout-path",
		     fdt_write_name(path, "/" FDT_UART, p->uart[p->console].region.base, 16));
	if (t->probe_only)
		NUMBER(t, "linux,pci-probe-only", 1);
	if (told)
		retell_chosen(t, told);
	fdt_write_end(&t->w);
}

static void root(struct fdt_tree *t, const void *told)
{
	fdt_write_node(&t->w, "");
	fdt_cell_counts(t, 2, 2);
	TEXT(t, "model", t->p->model ? t->p->model : MACHINE);
	TEXTS(t, "compatible", MACHINE);
	if (t->p->gic.version)
		NUMBER(t, "interrupt-parent", PHANDLE_GIC);
	chosen(t, told);
	psci(t);
	cpus(t);
	memory(t);
	reserved_memory(t);
	distance_map(t);
	fdt_build_interrupts(t);
	fdt_build_devices(t);
	fdt_write_end(&t->w);
}

/* sys/arch/arm64/stand/efiboot/acpi.dts and efiacpi.c: what its drivers cannot take from ACPI. */
static void root_openbsd(struct fdt_tree *t, uint64_t rsdp)
{
	const struct region reg = {rsdp, RSDP_SIZE};

	fdt_write_node(&t->w, "");
	fdt_cell_counts(t, 2, 2);
	TEXT(t, "model", "ACPI");
	TEXT(t, "compatible", "openbsd,acpi");
	NUMBER(t, "interrupt-parent", PHANDLE_GIC);
	psci(t);
	cpus(t);
	fdt_build_interrupts(t);
	fdt_write_node_number(&t->w, "acpi@", rsdp, 16);
	TEXT(t, "compatible", "openbsd,acpi-5.0");
	fdt_write_reg(t, &reg, 1);
	fdt_write_end(&t->w);
	fdt_write_end(&t->w);
}

int fdt_build_openbsd(const struct platform *platform, const struct platform_details *details,
		      uint64_t rsdp, void *to, size_t room)
{
	struct fdt_tree t = {.p = platform, .d = details};

	if (fdt_write_start(&t.w, to, room, 0))
		return ERR_FDT_SPACE;
	root_openbsd(&t, rsdp);
	return fdt_write_finish(&t.w);
}

int fdt_build(const struct platform *platform, const struct platform_details *details,
	      const void *told, void *to, size_t room)
{
	struct fdt_tree t = {.p = platform, .d = details};

	if (fdt_write_start(&t.w, to, room, 0))
		return ERR_FDT_SPACE;
	root(&t, told);
	return fdt_write_finish(&t.w);
}
