/* SPDX-License-Identifier: BSD-2-Clause */
/* Details of the platform from a device tree: a second pass, for those who write descriptions. */
#include <string.h>
#include "error.h"
#include "lib/fdt/visit.h"
#include "lib/fdt/walk.h"
#include "platform/fdt_details.h"

#define GPIOS	  4   /* PL061 controllers that are looked at for a power button */
#define KEY_POWER 116 /* bindings/input: linux,code */
#define PPI_FIRST 16
#define SPI_FIRST 32
#define LEVELS	  4 /* of struct platform_place */

/* Found by the pass before it can be resolved; phandles are 0 where there are none. */
struct scan {
	struct platform_details *details;
	const struct platform *platform;
	struct fdt_walk start; /* to look at a node again */
	bool coherent;	       /* all devices are */
	bool bad_node;	       /* a NUMA node that the model has not kept */
	uint32_t gic, gic_address_cells, gic_interrupt_cells;
	unsigned int num_its;
	uint32_t its[PLATFORM_ITS], smmu[PLATFORM_SMMUS]; /* phandles */
	int keys;					  /* structure offset of gpio-keys, or 0 */
	uint32_t button;				  /* phandle of its controller */
	unsigned int gpios;
	struct {
		uint32_t phandle;
		struct region region;
		struct interrupt interrupt;
	} gpio[GPIOS];
	/* The CPUs' phandles, and those that the leaves of cpu-map name. */
	int cpus_node; /* structure offset, or 0 */
	unsigned int cpus, leaves;
	uint16_t place[LEVELS]; /* of the last leaf */
	int within[LEVELS];	/* structure offsets of what contained it, or 0 */
	uint32_t cpu[PLATFORM_CPUS], leaf[PLATFORM_CPUS];
};

static uint32_t phandle(const struct fdt_node *node)
{
	return (uint32_t)fdt_number(node, P_PHANDLE, 0);
}

static int offset(const struct fdt_node *node)
{
	return node->level[node->depth].offset;
}

/* Properties that the visitor does not know, of the node at that offset; empty: not there. */
static void properties(const struct scan *scan, int node, const char *const *names,
		       struct fdt_value *value, unsigned int count)
{
	struct fdt_walk walk = scan->start;

	memset(value, 0, count * sizeof(*value));
	walk.at += node;
	fdt_walk_next(&walk);
	while (fdt_walk_next(&walk) == FDT_PROP)
		for (unsigned int i = 0; i < count; i++)
			if (strcmp(walk.name, names[i]) == 0)
				value[i] = (struct fdt_value) {walk.data, walk.len};
}

static struct fdt_value property(const struct scan *scan, const struct fdt_node *node,
				 const char *name)
{
	struct fdt_value value;

	properties(scan, offset(node), &name, &value, 1);
	return value;
}

static uint32_t number(struct fdt_value value, uint32_t missing)
{
	return value.len == 4 ? fdt_cell(value.data) : missing;
}

/* -- nodes by 'compatible' ------------------------------------------------------------------ */

/* Units of bindings other than the CPUs' own have SPIs. */
static void pmu(struct scan *scan, const struct fdt_node *node)
{
	struct interrupt found;

	if (fdt_interrupt(node, 0, &found) && found.intid >= PPI_FIRST && found.intid < SPI_FIRST)
		scan->details->pmu = found;
}

/*
 * The GIC has many names, but the model knows its address. Linux counts a missing #address-cells of
 * an interrupt controller as 0 in an interrupt-map.
 */
static void gic(struct scan *scan, const struct fdt_node *node)
{
	struct region region;

	if (!fdt_has(node, P_PHANDLE) || !fdt_reg(node, 0, &region.base, &region.size) ||
	    region.base != scan->platform->gic.dist.base)
		return;
	scan->gic = phandle(node);
	scan->gic_address_cells = (uint32_t)fdt_number(node, P_ADDRESS_CELLS, 0);
	scan->gic_interrupt_cells = number(property(scan, node, "#interrupt-cells"), 3);
}

/* The model has taken them in the same order. */
static void its(struct scan *scan, const struct fdt_node *node)
{
	struct region region;

	if (scan->num_its < PLATFORM_ITS && fdt_reg(node, 0, &region.base, &region.size))
		scan->its[scan->num_its++] = phandle(node);
}

/* The interrupt of that name, by the order in a list of names. */
static void named(const struct fdt_node *node, struct fdt_value names, const char *name,
		  struct interrupt *out)
{
	unsigned int index = 0;

	if (!names.len || names.data[names.len - 1])
		return;
	for (const char *at = names.data; at < names.data + names.len;
	     at += strlen(at) + 1, index++)
		if (strcmp(at, name) == 0)
			fdt_interrupt(node, index, out);
}

static void smmu(struct scan *scan, const struct fdt_node *node)
{
	struct platform_details *d = scan->details;
	struct platform_smmu *out = &d->smmu[d->smmus];
	struct fdt_value names = property(scan, node, "interrupt-names");

	if (d->smmus == PLATFORM_SMMUS || !fdt_reg(node, 0, &out->region.base, &out->region.size))
		return;
	out->coherent = scan->coherent || fdt_has(node, P_DMA_COHERENT);
	named(node, names, "eventq", &out->event);
	named(node, names, "priq", &out->pri);
	named(node, names, "cmdq-sync", &out->sync);
	named(node, names, "gerror", &out->error);
	scan->smmu[d->smmus++] = phandle(node);
}

static void pl061(struct scan *scan, const struct fdt_node *node)
{
	unsigned int i = scan->gpios;

	if (i == GPIOS ||
	    !fdt_reg(node, 0, &scan->gpio[i].region.base, &scan->gpio[i].region.size) ||
	    !fdt_interrupt(node, 0, &scan->gpio[i].interrupt))
		return;
	scan->gpio[i].phandle = phandle(node);
	scan->gpios++;
}

static void gpio_keys(struct scan *scan, const struct fdt_node *node)
{
	scan->keys = offset(node);
}

/* Bindings/numa.txt: triples of node, node, distance; one direction stands for both. */
static void distances(struct scan *scan, const struct fdt_node *node)
{
	struct fdt_value matrix = property(scan, node, "distance-matrix");
	uint8_t(*distance)[PLATFORM_NODES] = scan->details->distance;

	for (; matrix.len >= 12; matrix.len -= 12, matrix.data += 12) {
		uint32_t from = fdt_cell(matrix.data), to = fdt_cell(matrix.data + 4),
			 value = fdt_cell(matrix.data + 8);

		if (from >= PLATFORM_NODES || to >= PLATFORM_NODES || value > UINT8_MAX)
			continue;
		distance[from][to] = (uint8_t)value;
		if (!distance[to][from])
			distance[to][from] = (uint8_t)value;
	}
}

static const struct {
	struct fdt_device device;
	void (*take)(struct scan *scan, const struct fdt_node *node);
} devices[] = {
	{FDT_DEVICE("arm,gic-v3-its"), its},  {FDT_DEVICE("arm,armv8-pmuv3"), pmu},
	{FDT_DEVICE("arm,smmu-v3"), smmu},    {FDT_DEVICE("arm,pl061"), pl061},
	{FDT_DEVICE("gpio-keys"), gpio_keys}, {FDT_DEVICE("numa-distance-map-v1"), distances},
};

/* The PMU of each kind of CPU has a name of its own: arm,cortex-a57-pmu */
static bool is_pmu(const struct fdt_node *node)
{
	const char *at = fdt_text(node, P_COMPATIBLE);
	const char *end = at ? at + node->value[P_COMPATIBLE].len : at;

	for (size_t length; at < end; at += length + 1) {
		length = strlen(at);
		if (length > 4 && memcmp(at + length - 4, "-pmu", 4) == 0)
			return true;
	}
	return false;
}

static void device(struct scan *scan, const struct fdt_node *node)
{
	int found;

	if (!fdt_text(node, P_COMPATIBLE) || !fdt_enabled(node))
		return;
	gic(scan, node);
	found = fdt_find_device(node, devices, sizeof(devices[0]),
				sizeof(devices) / sizeof(devices[0]));
	if (found >= 0)
		devices[found].take(scan, node);
	else if (is_pmu(node))
		pmu(scan, node);
}

/* -- nodes by their place -------------------------------------------------------------------- */

/* The platform model keeps a byte of it. */
static void numa_node(struct scan *scan, const struct fdt_node *node)
{
	if (!fdt_has(node, P_NUMA_NODE))
		return;
	scan->details->numa = true;
	if (fdt_number(node, P_NUMA_NODE, UINT32_MAX) > UINT8_MAX)
		scan->bad_node = true;
}

/* Those that the platform model has taken, in the same order. */
static void cpu(struct scan *scan, const struct fdt_node *node)
{
	if (scan->cpus < scan->platform->cpus)
		scan->cpu[scan->cpus++] = phandle(node);
	numa_node(scan, node);
}

/*
 * Bindings/cpu/cpu-topology.txt: sockets, clusters (also nested ones), cores, threads, by name. We
 * count them ourselves: the numbers in their names promise nothing.
 */
static void cpu_map_leaf(struct scan *scan, const struct fdt_node *node)
{
	static const char names[] = "soclco"; /* how they start: socket, cluster, core */
	int within[LEVELS] = {0};	      /* structure offsets */
	unsigned int level = 0;

	for (int depth = 4; depth <= node->depth; depth++) {
		const struct fdt_level *at = &node->level[depth];

		for (unsigned int i = 0; i < LEVELS - 1; i++)
			if (at->name[0] == names[2 * i] && at->name[1] == names[2 * i + 1])
				within[i] = at->offset;
	}
	while (level < LEVELS - 1 && within[level] == scan->within[level])
		level++;
	if (scan->leaves)
		scan->place[level]++;
	while (++level < LEVELS)
		scan->place[level] = 0;
	memcpy(scan->within, within, sizeof(within));
	if (scan->leaves < PLATFORM_CPUS) {
		memcpy(&scan->details->place[scan->leaves], scan->place, sizeof(scan->place));
		scan->leaf[scan->leaves] = (uint32_t)fdt_number(node, P_CPU, 0);
	}
	scan->leaves++;
}

static void key(struct scan *scan, const struct fdt_node *node)
{
	static const char *const names[] = {"linux,code", "gpios"};
	struct fdt_value value[2], *gpios = &value[1];

	properties(scan, offset(node), names, value, 2);
	if (number(value[0], 0) != KEY_POWER || gpios->len != 12 || fdt_cell(gpios->data + 4) > 7)
		return;
	scan->button = fdt_cell(gpios->data);
	scan->details->button.pin = (uint8_t)fdt_cell(gpios->data + 4);
}

static void in_cpus(struct scan *scan, const struct fdt_node *node)
{
	const char *type = fdt_text(node, P_DEVICE_TYPE);

	if (node->depth == 3 && type && strcmp(type, "cpu") == 0)
		cpu(scan, node);
	else if (node->depth > 3 && fdt_has(node, P_CPU) &&
		 strcmp(node->level[3].name, "cpu-map") == 0)
		cpu_map_leaf(scan, node);
}

static void at_top(struct scan *scan, const struct fdt_node *node)
{
	const char *type = fdt_text(node, P_DEVICE_TYPE);

	if (type && strcmp(type, "memory") == 0)
		numa_node(scan, node);
	else if (strcmp(fdt_name(node, 0), "cpus") == 0)
		scan->cpus_node = offset(node);
	else
		device(scan, node);
}

static int visit(void *context, const struct fdt_node *node)
{
	struct scan *scan = context;

	if (node->depth == 1)
		scan->coherent = fdt_has(node, P_DMA_COHERENT);
	else if (node->depth == 2)
		at_top(scan, node);
	else if (node->level[2].offset == scan->cpus_node)
		in_cpus(scan, node);
	else if (node->level[node->depth - 1].offset == scan->keys)
		key(scan, node);
	else
		device(scan, node);
	return 0;
}

/* -- afterwards ------------------------------------------------------------------------------ */

static void swap(struct scan *scan, unsigned int a, unsigned int b)
{
	struct platform_place *place = scan->details->place, kept = place[a];
	uint32_t leaf = scan->leaf[a];

	place[a] = place[b];
	place[b] = kept;
	scan->leaf[a] = scan->leaf[b];
	scan->leaf[b] = leaf;
}

/* Places are in the order of the leaves: puts them into that of the CPUs, if each CPU has one. */
static bool sort_places(struct scan *scan)
{
	unsigned int cpus = scan->cpus;

	if (scan->leaves != cpus)
		return false;
	for (unsigned int i = 0, leaf; i < cpus; i++) {
		for (leaf = i; leaf < cpus && scan->leaf[leaf] != scan->cpu[i]; leaf++)
			;
		if (leaf == cpus || !scan->cpu[i])
			return false;
		swap(scan, i, leaf);
	}
	return cpus;
}

static void button(struct scan *scan)
{
	struct platform_button *out = &scan->details->button;

	for (unsigned int i = 0; scan->button && i < scan->gpios; i++)
		if (scan->gpio[i].phandle == scan->button) {
			out->present = true;
			out->gpio = scan->gpio[i].region;
			out->interrupt = scan->gpio[i].interrupt;
		}
}

static int unit(const uint32_t *phandles, unsigned int count, uint32_t wanted)
{
	for (unsigned int i = 0; wanted && i < count; i++)
		if (phandles[i] == wanted)
			return (int)i;
	return PLATFORM_NO_UNIT;
}

/* msi-map and iommu-map: first requester ID, phandle, the ID that it becomes, how many. */
static int map(struct fdt_value value, const uint32_t *phandles, unsigned int count, uint32_t *base)
{
	for (; value.len >= 16; value.len -= 16, value.data += 16) {
		int found = unit(phandles, count, fdt_cell(value.data + 4));

		if (found == PLATFORM_NO_UNIT)
			continue;
		*base = platform_first_id(fdt_cell(value.data + 8), fdt_cell(value.data));
		return found;
	}
	return PLATFORM_NO_UNIT;
}

#define MAP_ADDRESS_CELLS 3 /* of PCI */
#define MAP_DEVICE(cell)  ((cell) >> 11 & 0x1f)
#define MAP_FUNCTION	  0x700U

/* A line is address, pin, parent's phandle, address and interrupt there. */
static void routes(const struct scan *scan, struct platform_pcie_details *out,
		   struct fdt_value lines, struct fdt_value mask)
{
	uint32_t address = mask.len >= 4 ? fdt_cell(mask.data) : UINT32_MAX;
	uint32_t size;

	out->device_mask = MAP_DEVICE(address);
	out->any_device = !out->device_mask;
	if (!scan->gic || scan->gic_address_cells > 2 || scan->gic_interrupt_cells < 3 ||
	    scan->gic_interrupt_cells > 4)
		return;
	size = 4 * (MAP_ADDRESS_CELLS + 2 + scan->gic_address_cells + scan->gic_interrupt_cells);
	for (; lines.len >= size; lines.len -= size, lines.data += size) {
		struct platform_route *route = &out->route[out->routes];
		uint32_t device = fdt_cell(lines.data) & address, pin = fdt_cell(lines.data + 12);

		/* Another parent's lines have a length that we do not know. */
		if (fdt_cell(lines.data + 16) != scan->gic || out->routes == PLATFORM_ROUTES)
			return;
		if (pin < 1 || pin > 4 || (device & MAP_FUNCTION))
			continue;
		route->device = MAP_DEVICE(device);
		route->pin = (uint8_t)pin;
		platform_interrupt(&route->interrupt,
				   lines.data + 20 + 4 * scan->gic_address_cells);
		out->routes++;
	}
}

enum host_property {
	COHERENT,
	INTERRUPT_MAP,
	INTERRUPT_MASK,
	MSI_MAP,
	MSI_PARENT,
	IOMMU_MAP,
	LAST
};

static void host(const struct scan *scan, struct platform_pcie_details *out, int node)
{
	static const char *const names[LAST] = {"dma-coherent",	      "interrupt-map",
						"interrupt-map-mask", "msi-map",
						"msi-parent",	      "iommu-map"};
	unsigned int num_its = scan->platform->gic.num_its, smmus = scan->details->smmus;
	struct fdt_value value[LAST];

	properties(scan, node, names, value, LAST);
	out->coherent = scan->coherent || value[COHERENT].data;
	routes(scan, out, value[INTERRUPT_MAP], value[INTERRUPT_MASK]);
	out->smmu = map(value[IOMMU_MAP], scan->smmu, smmus, &out->smmu_base);
	out->its = map(value[MSI_MAP], scan->its, num_its, &out->its_base);
	if (!value[MSI_MAP].data && value[MSI_PARENT].len >= 4)
		out->its = unit(scan->its, num_its, fdt_cell(value[MSI_PARENT].data));
}

void platform_details_init(struct platform_details *details)
{
	memset(details, 0, sizeof(*details));
	for (unsigned int i = 0; i < PLATFORM_PCIE; i++) {
		details->pcie[i].coherent = true;
		details->pcie[i].its = details->pcie[i].smmu = PLATFORM_NO_UNIT;
	}
}

int platform_details_from_fdt(struct platform_details *details, const struct platform *platform)
{
	struct scan scan;
	size_t size;
	int error;

	platform_details_init(details);
	if (!platform->fdt)
		return 0;
	size = fdt_totalsize(platform->fdt);
	memset(&scan, 0, offsetof(struct scan, cpu));
	scan.details = details;
	scan.platform = platform;
	error = fdt_walk_start(&scan.start, platform->fdt, size);
	if (!error)
		error = fdt_visit(platform->fdt, size, visit, &scan);
	if (error)
		return error;
	details->numa = details->numa && !scan.bad_node;
	details->topology = sort_places(&scan);
	button(&scan);
	for (unsigned int i = 0; i < platform->num_pcie; i++)
		host(&scan, &details->pcie[i], platform->pcie[i].node);
	return 0;
}
