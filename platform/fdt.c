/* SPDX-License-Identifier: BSD-2-Clause */
/* The platform model from a device tree: one pass, one function for each kind of node. */
#include <string.h>
#include "error.h"
#include "lib/fdt/visit.h"
#include "lib/mem/pagetable.h"
#include "platform/platform.h"
#include "platform/fdt_devices.h"

/* Found by the pass before it can be resolved. */
struct scan {
	struct platform *platform;
	const char *stdout_path;
	int aliases;	 /* structure offset, or negative */
	bool probe_only; /* the VMM has assigned all PCI addresses */
};

static int memory(struct platform *p, const struct fdt_node *node)
{
	struct platform_bank bank;

	if (!fdt_enabled(node))
		return 0;
	for (unsigned int i = 0; fdt_region(node, i, &bank.region); i++) {
		if (!bank.region.size)
			continue;
		if (region_wraps(&bank.region))
			return ERR_FDT_VALUE;
		bank.region = region_whole_pages(&bank.region); /* what can be mapped */
		if (!bank.region.size)
			continue;
		bank.node = (uint8_t)fdt_number(node, P_NUMA_NODE, 0);
		if (p->banks == PLATFORM_BANKS)
			platform_overflow(p, "memory banks");
		else
			p->bank[p->banks++] = bank;
	}
	return 0;
}

/* More reserved regions than we can respect would end in memory that is not ours. */
static int reserve(struct platform *p, uint64_t base, uint64_t size, bool no_map)
{
	struct platform_reserved *entry = &p->reserved[p->num_reserved];

	if (!size)
		return 0;
	if (p->num_reserved == PLATFORM_RESERVED)
		return ERR_FULL;
	entry->region.base = base;
	entry->region.size = size;
	entry->no_map = no_map;
	p->num_reserved++;
	return 0;
}

/*
 * The parent needs no 'ranges' to be understood: old trees leave it out. What is disabled is free,
 * as for Linux.
 */
static int reserved_memory(struct platform *p, const struct fdt_node *node)
{
	const struct fdt_level *bus = &node->level[2];
	uint32_t entry = fdt_entry_size(bus->address_cells, bus->size_cells);
	const struct fdt_value *reg = &node->value[P_REG];
	int error = 0;

	if (!fdt_has(node, P_REG) || !fdt_enabled(node))
		return 0;
	if (!entry || !bus->size_cells)
		return ERR_FDT_VALUE;
	for (uint32_t at = 0; at + entry <= reg->len && !error; at += entry)
		error = reserve(p, fdt_cells(reg->data + at, bus->address_cells),
				fdt_cells(reg->data + at + 4 * bus->address_cells, bus->size_cells),
				fdt_has(node, P_NO_MAP));
	return error;
}

static int cpu(struct platform *p, const struct fdt_node *node)
{
	struct platform_cpu *entry = &p->cpu[p->cpus];
	uint32_t cells = node->level[node->depth - 1].address_cells;
	const char *type = fdt_text(node, P_DEVICE_TYPE);

	if (!type || strcmp(type, "cpu") != 0)
		return 0; /* cpu-map and such */
	if (!fdt_has(node, P_REG) || cells < 1 || cells > 2 || node->value[P_REG].len < 4 * cells)
		return ERR_FDT_VALUE;
	if (p->cpus == PLATFORM_CPUS) {
		platform_overflow(p, "CPUs");
		return 0;
	}
	entry->mpidr = fdt_cells(node->value[P_REG].data, cells);
	entry->psci = fdt_lists(node, P_ENABLE_METHOD, "psci");
	entry->node = (uint8_t)fdt_number(node, P_NUMA_NODE, 0);
	p->cpus++;
	return 0;
}

/* Zeros are what a VMM leaves that has no randomness to give (kvmtool does): no seed. */
static bool seed(const struct fdt_node *node, enum fdt_known property, const char **data,
		 uint32_t *length)
{
	const struct fdt_value *value = &node->value[property];
	uint32_t zeros = 0;

	if (!fdt_has(node, property))
		return false;
	while (zeros < value->len && !value->data[zeros])
		zeros++;
	if (zeros == value->len)
		return false;
	*data = value->data;
	*length = value->len;
	return true;
}

static int chosen(struct scan *scan, const struct fdt_node *node)
{
	struct platform_chosen *c = &scan->platform->chosen;
	uint64_t start = fdt_number(node, P_INITRD_START, 0),
		 end = fdt_number(node, P_INITRD_END, 0);

	c->node = node->level[node->depth].offset;
	c->bootargs = fdt_text(node, P_BOOTARGS);
	c->has_kaslr_seed = seed(node, P_KASLR_SEED, &c->kaslr_seed, &c->kaslr_seed_len);
	c->has_rng_seed = seed(node, P_RNG_SEED, &c->rng_seed, &c->rng_seed_len);
	scan->stdout_path = fdt_text(node, P_STDOUT_PATH);
	scan->probe_only = fdt_number(node, P_PROBE_ONLY, 0);
	if (end < start)
		return ERR_FDT_VALUE;
	c->initrd.base = start;
	c->initrd.size = end - start;
	return 0;
}

/* The root's children that are no devices, by name (Devicetree Specification, chapter 3). */
static int top_node(struct scan *scan, const struct fdt_node *node)
{
	const char *name = fdt_name(node, 0), *type = fdt_text(node, P_DEVICE_TYPE);

	if (type && strcmp(type, "memory") == 0)
		return memory(scan->platform, node);
	if (fdt_has(node, P_COMPATIBLE))
		platform_device(scan->platform, node);
	else if (strcmp(name, "chosen") == 0)
		return chosen(scan, node);
	else if (strcmp(name, "aliases") == 0)
		scan->aliases = node->level[2].offset;
	return 0;
}

/* What their children are, by name: reserved memory and CPUs; all else is devices. */
static int in_top_node(struct scan *scan, const struct fdt_node *node)
{
	const char *parent = fdt_name(node, 1);

	if (*parent == 'r' && strcmp(parent, "reserved-memory") == 0)
		return reserved_memory(scan->platform, node);
	if (*parent == 'c' && strcmp(parent, "cpus") == 0)
		return cpu(scan->platform, node);
	platform_device(scan->platform, node);
	return 0;
}

static int visit(void *context, const struct fdt_node *node)
{
	struct scan *scan = context;

	if (node->depth == 2)
		return top_node(scan, node);
	if (node->depth == 3)
		return in_top_node(scan, node);
	if (node->depth == 1)
		scan->platform->model = fdt_text(node, P_MODEL);
	platform_device(scan->platform, node);
	return 0;
}

static int find_uart(const struct platform *p, const char *path, size_t length)
{
	for (unsigned int i = 0; i < p->uarts; i++)
		if (strlen(p->uart[i].path) == length && !memcmp(p->uart[i].path, path, length))
			return (int)i;
	return -1;
}

static int find_virtio(const struct platform *p, const char *path, size_t length)
{
	int node = -1;

	if (p->num_virtio && length && *path == '/')
		node = fdt_path_offset_namelen(p->fdt, path, (int)length);
	for (unsigned int i = 0; i < p->num_virtio && node >= 0; i++)
		if (p->virtio[i].node == node)
			return (int)i;
	return -1;
}

/* stdout-path is a path or an alias, either with ":options" behind. */
static void find_console(const struct scan *scan)
{
	struct platform *p = scan->platform;
	const char *path = scan->stdout_path;
	size_t length;
	int value;

	if (!path)
		return;
	length = strcspn(path, ":");
	if (*path != '/' && scan->aliases >= 0) {
		path = fdt_getprop_namelen(p->fdt, scan->aliases, path, (int)length, &value);
		if (!path || value < 1 || path[value - 1])
			return;
		length = strlen(path);
	}
	p->console = find_uart(p, path, length);
	if (p->console < 0)
		p->virtio_console = find_virtio(p, path, length);
}

static int reservations(struct platform *p, const char *fdt)
{
	const char *at = fdt + fdt_off_mem_rsvmap(fdt);
	int error = 0;

	for (; !error && (fdt_cells(at, 2) || fdt_cells(at + 8, 2)); at += 16)
		error = reserve(p, fdt_cells(at, 2), fdt_cells(at + 8, 2), false);
	return error;
}

void platform_init(struct platform *platform)
{
	memset(platform, 0, offsetof(struct platform, cpu));
	platform->console = platform->virtio_console = -1;
	platform->chosen.node = -1;
}

int platform_from_fdt(struct platform *platform, const void *fdt, size_t limit)
{
	struct scan scan = {platform, NULL, -1, false};
	int error;

	platform_init(platform);
	error = fdt_visit(fdt, limit, visit, &scan);
	if (!error)
		error = reservations(platform, fdt);
	if (error)
		return error;
	if (platform->modules > PLATFORM_MODULES)
		return ERR_FULL;
	platform->fdt = fdt;
	find_console(&scan);
	for (unsigned int i = 0; i < platform->num_pcie; i++)
		platform->pcie[i].probe_only |= scan.probe_only;
	return platform->banks ? 0 : ERR_FDT_NO_MEMORY;
}
