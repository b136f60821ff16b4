/* SPDX-License-Identifier: BSD-2-Clause */
/* Visits a device tree's nodes in one pass, with the properties that forearm knows looked up. */
#include <string.h>
#include "error.h"
#include "lib/fdt/visit.h"
#include "region.h"

#define IS(text, property)                                                                         \
	if (name[1] == (text)[1] && strcmp(name, text) == 0)                                       \
	return property

/* P_COUNT for a property that we do not use. By two letters: most names end before a compare. */
static enum fdt_known property_of(const char *name)
{
	switch (*name) {
	case '#':
		IS("#address-cells", P_ADDRESS_CELLS);
		IS("#size-cells", P_SIZE_CELLS);
		IS("#redistributor-regions", P_REDISTRIBUTOR_REGIONS);
		break;
	case 'a':
		IS("always-on", P_ALWAYS_ON);
		break;
	case 'b':
		IS("bootargs", P_BOOTARGS);
		IS("bus-range", P_BUS_RANGE);
		break;
	case 'c':
		IS("compatible", P_COMPATIBLE);
		IS("cpu_off", P_CPU_OFF);
		IS("cpu_on", P_CPU_ON);
		IS("cpu_suspend", P_CPU_SUSPEND);
		IS("cpu", P_CPU);
		break;
	case 'd':
		IS("device_type", P_DEVICE_TYPE);
		IS("dma-coherent", P_DMA_COHERENT);
		break;
	case 'e':
		IS("enable-method", P_ENABLE_METHOD);
		break;
	case 'i':
		IS("interrupts", P_INTERRUPTS);
		break;
	case 'k':
		IS("kaslr-seed", P_KASLR_SEED);
		break;
	case 'l':
		IS("linux,initrd-start", P_INITRD_START);
		IS("linux,initrd-end", P_INITRD_END);
		IS("linux,pci-domain", P_PCI_DOMAIN);
		IS("linux,pci-probe-only", P_PROBE_ONLY);
		break;
	case 'm':
		IS("method", P_METHOD);
		IS("migrate", P_MIGRATE);
		IS("model", P_MODEL);
		break;
	case 'n':
		IS("no-map", P_NO_MAP);
		IS("numa-node-id", P_NUMA_NODE);
		break;
	case 'p':
		IS("phandle", P_PHANDLE);
		break;
	case 'r':
		IS("reg", P_REG);
		IS("ranges", P_RANGES);
		IS("rng-seed", P_RNG_SEED);
		IS("reg-io-width", P_REG_IO_WIDTH);
		IS("reg-offset", P_REG_OFFSET);
		IS("reg-shift", P_REG_SHIFT);
		break;
	case 's':
		IS("status", P_STATUS);
		IS("stdout-path", P_STDOUT_PATH);
		break;
	default:
		break;
	}
	return P_COUNT;
}

/* A tree has few names, each of them once: what one stands for is remembered by its place. */
#define NAMES 128

struct known_name {
	uint32_t name; /* where it is in the strings, plus 1; 0: nothing yet */
	enum fdt_known property;
};

static enum fdt_known look_up(struct known_name *names, const char *strings, uint32_t name)
{
	struct known_name *slot = &names[name / 4 % NAMES];

	if (slot->name != name + 1) {
		slot->name = name + 1;
		slot->property = property_of(strings + name);
	}
	return slot->property;
}

static void enter(struct fdt_node *node, const struct fdt_walk *walk)
{
	struct fdt_level *level = &node->level[walk->depth];

	node->depth = walk->depth;
	node->present = 0;
	level->name = walk->name;
	level->offset = walk->offset;
}

static void take_property(struct fdt_node *node, struct known_name *names, const char *strings,
			  const struct fdt_property_at *found)
{
	enum fdt_known property = look_up(names, strings, found->name);

	if (property == P_COUNT)
		return;
	node->present |= 1ULL << property;
	node->value[property] = (struct fdt_value) {found->data, found->len};
}

/* As many as most nodes have. */
#define AT_ONCE 12

static int take_properties(struct fdt_node *node, struct known_name *names, struct fdt_walk *walk)
{
	struct fdt_property_at found[AT_ONCE];
	int count;

	do {
		count = fdt_walk_properties(walk, found, AT_ONCE);
		for (int i = 0; i < count; i++)
			take_property(node, names, walk->strings, &found[i]);
	} while (count == AT_ONCE);
	return count < 0 ? count : 0;
}

/* All properties are there: settle what children need, then show the node. */
static int complete(struct fdt_node *node, fdt_visitor *visitor, void *context)
{
	struct fdt_level *level = &node->level[node->depth];

	/* Devicetree Specification 2.3.5: the defaults are 2 and 1, not inherited. */
	level->address_cells = 2;
	level->size_cells = 1;
	if (fdt_has(node, P_ADDRESS_CELLS))
		level->address_cells = (uint32_t)fdt_number(node, P_ADDRESS_CELLS, 2);
	if (fdt_has(node, P_SIZE_CELLS))
		level->size_cells = (uint32_t)fdt_number(node, P_SIZE_CELLS, 1);
	level->translates = fdt_has(node, P_RANGES);
	if (level->translates)
		level->ranges = node->value[P_RANGES];
	return visitor(context, node);
}

int fdt_visit(const void *fdt, size_t limit, fdt_visitor *visitor, void *context)
{
	struct fdt_walk walk;
	struct fdt_node node;
	struct known_name names[NAMES] = {0};
	int error = fdt_walk_start(&walk, fdt, limit), token = 0;

	while (!error && token != FDT_END) {
		token = fdt_walk_next(&walk);
		if (token < 0)
			return token;
		if (token != FDT_BEGIN_NODE)
			continue;
		enter(&node, &walk);
		error = take_properties(&node, names, &walk);
		if (!error)
			error = complete(&node, visitor, context);
	}
	return error;
}

uint64_t fdt_number(const struct fdt_node *node, enum fdt_known property, uint64_t missing)
{
	const struct fdt_value *value = &node->value[property];

	if (!fdt_has(node, property) || (value->len != 4 && value->len != 8))
		return missing;
	return fdt_cells(value->data, value->len / 4);
}

const char *fdt_text(const struct fdt_node *node, enum fdt_known property)
{
	const struct fdt_value *value = &node->value[property];

	if (!fdt_has(node, property) || !value->len || value->data[value->len - 1])
		return NULL;
	return value->data;
}

bool fdt_lists(const struct fdt_node *node, enum fdt_known property, const char *text)
{
	const char *at = fdt_text(node, property), *end;

	if (!at)
		return false;
	for (end = at + node->value[property].len; at < end; at += strlen(at) + 1)
		if (strcmp(at, text) == 0)
			return true;
	return false;
}

/* One step up: from the children's addresses of 'bus' to those of its parent. */
static bool translate(const struct fdt_level *bus, const struct fdt_level *above, uint64_t *base)
{
	uint32_t child = bus->address_cells, parent = above->address_cells, size = bus->size_cells;
	uint32_t entry = fdt_entry_size(child, size);
	uint64_t address = *base;
	const char *at = bus->ranges.data;

	if (!bus->translates || !entry || !fdt_entry_size(parent, size) || !size)
		return false;
	entry += 4 * parent;
	if (!bus->ranges.len)
		return true;
	for (uint32_t left = bus->ranges.len; left >= entry; left -= entry, at += entry) {
		uint64_t from = fdt_cells(at, child), to = fdt_cells(at + 4 * child, parent);

		if (address >= from && address - from < fdt_cells(at + 4 * (child + parent), size))
			return !__builtin_add_overflow(to, address - from, base);
	}
	return false;
}

bool fdt_reg(const struct fdt_node *node, unsigned int index, uint64_t *base, uint64_t *size)
{
	const struct fdt_level *bus = &node->level[node->depth - 1];
	const struct fdt_value *reg = &node->value[P_REG];
	uint32_t entry;

	if (node->depth < 2 || !fdt_has(node, P_REG))
		return false;
	entry = fdt_entry_size(bus->address_cells, bus->size_cells);
	if (!entry || reg->len / entry <= index)
		return false;
	*base = fdt_cells(reg->data + index * entry, bus->address_cells);
	*size = bus->size_cells ? fdt_cells(reg->data + index * entry + 4 * bus->address_cells,
					    bus->size_cells)
				: 0;
	for (int depth = node->depth - 1; depth > 1; depth--)
		if (!translate(&node->level[depth], &node->level[depth - 1], base))
			return false;
	return true;
}

/* The row for the text, which ends before 'left' bytes do. The most frequent are expected first. */
static int find_string(const char *text, size_t left, const char *table, size_t row_size, int rows)
{
	for (int i = 0; i < rows; i++, table += row_size) {
		const struct fdt_device *row = (const void *)table;

		if (row->length < left && !text[row->length] &&
		    memcmp(row->compatible, text, row->length) == 0)
			return i;
	}
	return -1;
}

int fdt_find_device(const struct fdt_node *node, const void *table, size_t row_size, int rows)
{
	const char *at = fdt_text(node, P_COMPATIBLE), *end;
	int found = -1;

	if (!at)
		return -1;
	for (end = at + node->value[P_COMPATIBLE].len; at < end; at += strlen(at) + 1) {
		found = find_string(at, (size_t)(end - at), table, row_size, rows);
		if (found >= 0)
			break;
	}
	return found;
}

bool fdt_enabled(const struct fdt_node *node)
{
	const char *status = fdt_text(node, P_STATUS);

	return !status || strcmp(status, "okay") == 0 || strcmp(status, "ok") == 0;
}

const char *fdt_name(const struct fdt_node *node, int up)
{
	return node->depth - up >= 1 ? node->level[node->depth - up].name : "";
}
