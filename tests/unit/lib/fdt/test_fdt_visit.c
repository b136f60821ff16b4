/* SPDX-License-Identifier: BSD-2-Clause */
/* The visit of nodes with the properties that we know, and the translation of addresses. */
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "lib/fdt/visit.h"
#include "test.h"
#include "trees.h"

static struct maker m;

/* -- against libfdt ------------------------------------------------------------------------- */

/* Every property that a visit looks up, by its name in a tree. */
static const char *const known[P_COUNT] = {
	[P_ADDRESS_CELLS] = "#address-cells",
	[P_SIZE_CELLS] = "#size-cells",
	[P_REDISTRIBUTOR_REGIONS] = "#redistributor-regions",
	[P_ALWAYS_ON] = "always-on",
	[P_BOOTARGS] = "bootargs",
	[P_BUS_RANGE] = "bus-range",
	[P_COMPATIBLE] = "compatible",
	[P_CPU] = "cpu",
	[P_CPU_OFF] = "cpu_off",
	[P_CPU_ON] = "cpu_on",
	[P_CPU_SUSPEND] = "cpu_suspend",
	[P_DEVICE_TYPE] = "device_type",
	[P_DMA_COHERENT] = "dma-coherent",
	[P_ENABLE_METHOD] = "enable-method",
	[P_INITRD_END] = "linux,initrd-end",
	[P_INITRD_START] = "linux,initrd-start",
	[P_INTERRUPTS] = "interrupts",
	[P_KASLR_SEED] = "kaslr-seed",
	[P_METHOD] = "method",
	[P_MIGRATE] = "migrate",
	[P_MODEL] = "model",
	[P_NO_MAP] = "no-map",
	[P_NUMA_NODE] = "numa-node-id",
	[P_PCI_DOMAIN] = "linux,pci-domain",
	[P_PHANDLE] = "phandle",
	[P_PROBE_ONLY] = "linux,pci-probe-only",
	[P_RANGES] = "ranges",
	[P_REG] = "reg",
	[P_REG_IO_WIDTH] = "reg-io-width",
	[P_REG_OFFSET] = "reg-offset",
	[P_REG_SHIFT] = "reg-shift",
	[P_RNG_SEED] = "rng-seed",
	[P_STATUS] = "status",
	[P_STDOUT_PATH] = "stdout-path",
};

struct follow {
	const void *fdt;
	int offset, depth; /* of the last node, in libfdt's terms */
};

static void check_known(const struct fdt_node *node, const void *fdt, int offset)
{
	for (int p = 0; p < P_COUNT; p++) {
		int length = 0;
		const void *data = known[p] ? fdt_getprop(fdt, offset, known[p], &length) : NULL;

		if (!CHECK_EQ(fdt_has(node, (enum fdt_known)p), data != NULL) || !data)
			continue;
		CHECK(node->value[p].data == data);
		CHECK_EQ(node->value[p].len, length);
	}
}

static void check_levels(const struct fdt_node *node, const void *fdt, int offset)
{
	for (int up = 0; up < node->depth; up++) {
		CHECK_EQ(node->level[node->depth - up].offset, offset);
		CHECK_TEXT(fdt_name(node, up), fdt_get_name(fdt, offset, NULL));
		CHECK_EQ(node->level[node->depth - up].translates,
			 fdt_getprop(fdt, offset, "ranges", NULL) != NULL);
		offset = fdt_parent_offset(fdt, offset);
	}
	CHECK_TEXT(fdt_name(node, node->depth), "");
	CHECK_TEXT(fdt_name(node, node->depth + 5), "");
}

static int check_node(void *context, const struct fdt_node *node)
{
	struct follow *follow = context;

	follow->offset = fdt_next_node(follow->fdt, follow->offset, &follow->depth);
	test_note("the node at offset %d", follow->offset);
	CHECK_EQ(node->level[node->depth].offset, follow->offset);
	CHECK_EQ(node->depth, follow->depth);
	check_known(node, follow->fdt, follow->offset);
	check_levels(node, follow->fdt, follow->offset);
	return 0;
}

static void same_as_libfdt(const char *name, const void *fdt, size_t size)
{
	struct follow follow = {fdt, -1, 0};

	(void)name;
	CHECK_EQ(fdt_visit(fdt, size, check_node, &follow), 0);
	CHECK_EQ(fdt_next_node(fdt, follow.offset, &follow.depth), -FDT_ERR_NOTFOUND);
}

TEST(fdt_visit_sees_what_libfdt_sees)
{
	tree_each(same_as_libfdt);
}

/* Names that begin like a known one, or are the beginning of one, are others. */
TEST(fdt_visit_takes_no_similar_property)
{
	size_t size;
	struct follow follow = {NULL, -1, 0};
	void *fdt;

	make_start(&m);
	for (int p = 0; p < P_COUNT; p++) {
		char name[64];

		if (!CHECK(known[p] != NULL))
			continue;
		strcpy(name, known[p]);
		strcat(name, "x");
		make_cells(&m, name, 1);
		name[strlen(known[p]) - 1] = '\0';
		make_cells(&m, name, 2);
	}
	fdt = make_finish(&m, &size);
	follow.fdt = fdt;
	CHECK_EQ(fdt_visit(fdt, size, check_node, &follow), 0);
	free(fdt);
}

/* -- the visit itself ---------------------------------------------------------------------------
 */

static int stop_at_depth_2(void *context, const struct fdt_node *node)
{
	++*(int *)context;
	return node->depth == 2 ? ERR_OPTION : 0;
}

TEST(fdt_visit_ends_when_the_visitor_says)
{
	size_t size;
	void *fdt = tree_load("qemu-gicv3", &size);
	int visits = 0;

	CHECK_EQ(fdt_visit(fdt, size, stop_at_depth_2, &visits), ERR_OPTION);
	CHECK_EQ(visits, 2);
	free(fdt);
}

static int count(void *context, const struct fdt_node *node)
{
	(void)node;
	++*(int *)context;
	return 0;
}

static int count_the_last_known(void *context, const struct fdt_node *node)
{
	if (fdt_has(node, P_STATUS) && fdt_has(node, P_REG))
		++*(int *)context;
	return 0;
}

/* More properties than are taken at once, which is no multiple of any number of those. */
TEST(fdt_visit_sees_all_of_many_properties)
{
	static const char *const others[] = {"x-a", "x-b", "x-c", "x-d", "x-e"};
	size_t size;
	void *fdt;

	for (int unknown = 0; unknown < 40; unknown++) {
		int seen = 0;

		make_start(&m);
		make_node(&m, "many");
		make_text(&m, "status", "okay");
		for (int i = 0; i < unknown; i++)
			make_text(&m, others[i % 5], "unknown");
		make_text(&m, "reg", "1234567");
		make_end(&m);
		fdt = make_finish(&m, &size);
		test_note("%d between", unknown);
		CHECK_EQ(fdt_visit(fdt, size, count_the_last_known, &seen), 0);
		CHECK_EQ(seen, 1);
		free(fdt);
	}
}

TEST(fdt_visit_returns_the_damage_it_meets)
{
	size_t size;
	void *fdt;
	int visits = 0;

	make_start(&m);
	make_memory(&m, 0x40000000, 0x1000000);
	make_token(&m, 77);
	fdt = make_finish(&m, &size);
	CHECK_EQ(fdt_visit(fdt, size, count, &visits), ERR_FDT_STRUCTURE);
	CHECK_EQ(fdt_visit(fdt, 20, count, &visits), ERR_FDT_SIZE);
	tree_set_field(fdt, HEADER_MAGIC, 0);
	CHECK_EQ(fdt_visit(fdt, size, count, &visits), ERR_FDT_MAGIC);
	free(fdt);
}

/* -- values -------------------------------------------------------------------------------------
 */

static struct fdt_node node_with(enum fdt_known property, const char *data, uint32_t length)
{
	struct fdt_node node = {.depth = 1, .present = 1U << property};

	node.value[property].data = data;
	node.value[property].len = length;
	return node;
}

TEST(fdt_text_wants_a_terminated_text)
{
	struct fdt_node node = node_with(P_METHOD, "hvc", 4);

	CHECK_TEXT(fdt_text(&node, P_METHOD), "hvc");
	CHECK_TEXT(fdt_text(&node, P_MODEL), NULL);
	node = node_with(P_METHOD, "hvc", 3);
	CHECK_TEXT(fdt_text(&node, P_METHOD), NULL);
	node = node_with(P_METHOD, "", 0);
	CHECK_TEXT(fdt_text(&node, P_METHOD), NULL);
	node = node_with(P_METHOD, "", 1);
	CHECK_TEXT(fdt_text(&node, P_METHOD), "");
}

TEST(fdt_number_takes_one_or_two_cells)
{
	static const fdt32_t cells[3] = {0x01000000, 0x02000000, 0x03000000};
	static const uint64_t expected[13] = {[4] = 1, [8] = 0x100000002};

	for (uint32_t length = 0; length <= 12; length++) {
		struct fdt_node node = node_with(P_CPU_ON, (const char *)cells, length);

		test_note("%u bytes", length);
		CHECK_EQ(fdt_number(&node, P_CPU_ON, 99), expected[length] ? expected[length] : 99);
		CHECK_EQ(fdt_number(&node, P_CPU_OFF, 77), 77);
	}
}

TEST(fdt_lists_compares_whole_strings)
{
	static const char list[] = "arm,psci-1.0\0arm,psci-0.2\0\0arm,psci";
	struct fdt_node node = node_with(P_COMPATIBLE, list, sizeof(list));

	CHECK(fdt_lists(&node, P_COMPATIBLE, "arm,psci-1.0"));
	CHECK(fdt_lists(&node, P_COMPATIBLE, "arm,psci-0.2"));
	CHECK(fdt_lists(&node, P_COMPATIBLE, "arm,psci"));
	CHECK(!fdt_lists(&node, P_COMPATIBLE, "arm,psci-"));
	CHECK(!fdt_lists(&node, P_COMPATIBLE, "psci"));
	CHECK(!fdt_lists(&node, P_MODEL, "arm,psci"));
	node = node_with(P_COMPATIBLE, list, sizeof(list) - 1); /* not terminated */
	CHECK(!fdt_lists(&node, P_COMPATIBLE, "arm,psci-1.0"));
	node = node_with(P_COMPATIBLE, list, 0);
	CHECK(!fdt_lists(&node, P_COMPATIBLE, "arm,psci-1.0"));
}

/* -- addresses ----------------------------------------------------------------------------------
 */

struct lookup {
	unsigned int index;
	bool found;
	uint64_t base, size;
};

/* Looks at the node called "device". */
static int look_up(void *context, const struct fdt_node *node)
{
	struct lookup *lookup = context;

	if (strcmp(fdt_name(node, 0), "device") == 0)
		lookup->found = fdt_reg(node, lookup->index, &lookup->base, &lookup->size);
	return 0;
}

static struct lookup reg_of_device(unsigned int index)
{
	struct lookup lookup = {.index = index};
	size_t size;
	void *fdt = make_finish(&m, &size);

	CHECK_EQ(fdt_visit(fdt, size, look_up, &lookup), 0);
	free(fdt);
	m.structure_size -= 8; /* open again, for the next look */
	return lookup;
}

static void check_reg(unsigned int index, uint64_t base, uint64_t size)
{
	struct lookup lookup = reg_of_device(index);

	test_note("entry %u", index);
	if (!CHECK(lookup.found))
		return;
	CHECK_EQ(lookup.base, base);
	CHECK_EQ(lookup.size, size);
}

static void check_no_reg(unsigned int index)
{
	test_note("entry %u", index);
	CHECK(!reg_of_device(index).found);
}

static void start_with_cells(uint32_t address, uint32_t size)
{
	make_start(&m);
	make_cell_counts(&m, address, size);
}

TEST(fdt_reg_takes_any_of_the_entries)
{
	start_with_cells(2, 2);
	make_node(&m, "device");
	make_cells(&m, "reg", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11); /* the third is cut short */
	make_end(&m);
	check_reg(0, 0x100000002, 0x300000004);
	check_reg(1, 0x500000006, 0x700000008);
	check_no_reg(2);
	check_no_reg(3);
	check_no_reg(0x0fffffff);
	check_no_reg(0x10000000); /* times 16 bytes wraps around */
	check_no_reg(UINT32_MAX);
}

/* Devicetree Specification 2.3.5: two and one, when the parent does not say. */
TEST(fdt_reg_has_defaults_for_missing_cell_counts)
{
	make_start(&m);
	make_node(&m, "device");
	make_cells(&m, "reg", 1, 2, 3);
	make_end(&m);
	check_reg(0, 0x100000002, 3);
	check_no_reg(1);
}

TEST(fdt_reg_refuses_absurd_cell_counts)
{
	static const uint32_t counts[][2] = {{0, 1},
					     {3, 1},
					     {1, 3},
					     {0, 0},
					     {UINT32_MAX, UINT32_MAX},
					     {0x40000000, 0x40000000},
					     {1, UINT32_MAX},
					     {UINT32_MAX, 1}};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		start_with_cells(counts[i][0], counts[i][1]);
		make_node(&m, "device");
		make_cells(&m, "reg", 1, 2, 3, 4, 5, 6, 7, 8);
		make_end(&m);
		test_note("%u and %u cells", counts[i][0], counts[i][1]);
		CHECK(!reg_of_device(0).found);
	}
}

TEST(fdt_reg_needs_no_size)
{
	start_with_cells(1, 0);
	make_node(&m, "device");
	make_cells(&m, "reg", 5, 6);
	make_end(&m);
	check_reg(0, 5, 0);
	check_reg(1, 6, 0);
	check_no_reg(2);
}

TEST(fdt_reg_refuses_a_short_or_missing_value)
{
	start_with_cells(2, 2);
	make_node(&m, "device");
	make_property(&m, "reg", "\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0", 15);
	make_end(&m);
	check_no_reg(0);

	start_with_cells(2, 2);
	make_node(&m, "device");
	make_end(&m);
	check_no_reg(0);
}

/* The root itself has no parent whose cells could tell what its 'reg' means. */
static int look_at_root(void *context, const struct fdt_node *node)
{
	uint64_t base, size;

	if (node->depth == 1)
		*(bool *)context = fdt_reg(node, 0, &base, &size);
	return 0;
}

TEST(fdt_reg_knows_nothing_of_the_root)
{
	size_t size;
	bool found = true;
	void *fdt;

	start_with_cells(1, 1);
	make_cells(&m, "reg", 1, 2);
	fdt = make_finish(&m, &size);
	CHECK_EQ(fdt_visit(fdt, size, look_at_root, &found), 0);
	CHECK(!found);
	free(fdt);
}

/* A bus below a root with two cells each; 'ranges' is what the caller adds. */
static void start_bus(uint32_t address, uint32_t size)
{
	start_with_cells(2, 2);
	make_node(&m, "bus");
	make_cell_counts(&m, address, size);
}

static void device_on_bus(uint32_t base, uint32_t size)
{
	make_node(&m, "device");
	make_cells(&m, "reg", base, size);
	make_end(&m);
	make_end(&m);
}

TEST(fdt_reg_translates_through_a_bus)
{
	start_bus(1, 1);
	make_cells(&m, "ranges", 0x1000, 8, 0x80000000, 0x1000, 0x8000, 9, 0, 0x1000);
	device_on_bus(0x1800, 0x100);
	check_reg(0, 0x880000800, 0x100);

	start_bus(1, 1);
	make_cells(&m, "ranges", 0x1000, 8, 0x80000000, 0x1000, 0x8000, 9, 0, 0x1000);
	device_on_bus(0x8000, 0x1000);
	check_reg(0, 0x900000000, 0x1000);
}

TEST(fdt_reg_refuses_what_no_range_covers)
{
	static const uint32_t outside[] = {0, 0xfff, 0x2000, 0x7fff, 0x9000, UINT32_MAX};

	for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
		start_bus(1, 1);
		make_cells(&m, "ranges", 0x1000, 8, 0, 0x1000, 0x8000, 9, 0, 0x1000);
		device_on_bus(outside[i], 1);
		test_note("address 0x%x", outside[i]);
		CHECK(!reg_of_device(0).found);
	}
}

TEST(fdt_reg_refuses_to_translate_past_the_last_address)
{
	start_bus(1, 1);
	make_cells(&m, "ranges", 0, UINT32_MAX, UINT32_MAX, 0x1000);
	device_on_bus(0, 1);
	check_reg(0, UINT64_MAX, 1);

	start_bus(1, 1);
	make_cells(&m, "ranges", 0, UINT32_MAX, UINT32_MAX, 0x1000);
	device_on_bus(1, 1);
	CHECK(!reg_of_device(0).found);
}

TEST(fdt_reg_takes_empty_ranges_for_the_same_addresses)
{
	start_bus(1, 1);
	make_property(&m, "ranges", NULL, 0);
	device_on_bus(0x1800, 0x100);
	check_reg(0, 0x1800, 0x100);
}

TEST(fdt_reg_refuses_a_bus_without_ranges)
{
	start_bus(1, 1);
	device_on_bus(0x1800, 0x100);
	check_no_reg(0);
}

TEST(fdt_reg_refuses_cut_ranges)
{
	start_bus(1, 1);
	make_cells(&m, "ranges", 0, 0, 0); /* the size is missing */
	device_on_bus(0, 0x100);
	check_no_reg(0);
}

TEST(fdt_reg_refuses_absurd_cell_counts_of_a_bus)
{
	static const uint32_t counts[][2] = {{0, 1}, {3, 1}, {1, 0}, {1, 3}, {UINT32_MAX, 1}};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		start_bus(1, 1);
		make_property(&m, "ranges", NULL, 0);
		make_node(&m, "inner");
		make_cell_counts(&m, counts[i][0], counts[i][1]);
		make_cells(&m, "ranges", 0, 0, 0, 0, 0, 0, 0x1000, 0x1000);
		make_node(&m, "device");
		make_cells(&m, "reg", 0, 0, 0, 0, 0);
		make_end(&m);
		make_end(&m);
		make_end(&m);
		test_note("%u and %u cells", counts[i][0], counts[i][1]);
		CHECK(!reg_of_device(0).found);
	}
}

/* Through three buses, with other cells on each. */
TEST(fdt_reg_translates_through_nested_buses)
{
	start_with_cells(2, 2);
	make_node(&m, "outer");
	make_cell_counts(&m, 2, 1);
	make_cells(&m, "ranges", 3, 0, 0, 0x1c000000, 0x200000);
	make_node(&m, "middle");
	make_cell_counts(&m, 1, 1);
	make_cells(&m, "ranges", 0, 3, 0, 0x200000);
	make_node(&m, "inner");
	make_cell_counts(&m, 1, 2);
	make_cells(&m, "ranges", 0x100, 0x90000, 0, 0x1000);
	make_node(&m, "device");
	make_cells(&m, "reg", 0x180, 0, 0x40);
	make_end(&m);
	make_end(&m);
	make_end(&m);
	make_end(&m);
	check_reg(0, 0x1c090080, 0x40);
}

/* What one bus has must not reach its sibling. */
TEST(fdt_visit_forgets_the_ranges_of_siblings)
{
	start_bus(1, 1);
	make_cells(&m, "ranges", 0, 8, 0, 0x100000);
	make_end(&m);
	make_node(&m, "bus2");
	make_cell_counts(&m, 1, 1);
	device_on_bus(0x1800, 0x100);
	check_no_reg(0);
}
