/* SPDX-License-Identifier: BSD-2-Clause */
/* What a tree says of PSCI, CPUs and memory once there is a monitor. */
#include <libfdt.h>
#include <string.h>
#include "tables/fdt/handoff.h"
#include "test.h"

static uint8_t fdt[8192];
static const struct fdt_monitor monitor = {CONDUIT_SMC, {0x7fff0000, 0x4000}, false};

static void start(uint32_t address_cells, uint32_t size_cells)
{
	fdt_create_empty_tree(fdt, sizeof(fdt));
	fdt_setprop_u32(fdt, 0, "#address-cells", address_cells);
	fdt_setprop_u32(fdt, 0, "#size-cells", size_cells);
}

static int add_cpu(const char *name, const char *type)
{
	int cpus = fdt_path_offset(fdt, "/cpus"), node;

	if (cpus < 0)
		cpus = fdt_add_subnode(fdt, 0, "cpus");
	node = fdt_add_subnode(fdt, cpus, name);
	if (type)
		fdt_setprop_string(fdt, node, "device_type", type);
	return node;
}

static const char *text(const char *path, const char *property)
{
	const char *value = fdt_getprop(fdt, fdt_path_offset(fdt, path), property, NULL);

	return value ? value : "(missing)";
}

static void check_psci(const char *method)
{
	int node = fdt_path_offset(fdt, "/psci");

	CHECK(fdt_node_check_compatible(fdt, node, "arm,psci-1.0") == 0);
	CHECK(fdt_node_check_compatible(fdt, node, "arm,psci-0.2") == 0);
	CHECK(fdt_node_check_compatible(fdt, node, "arm,psci") != 0);
	CHECK_TEXT(text("/psci", "method"), method);
}

TEST(monitor_in_a_tree_without_psci)
{
	start(2, 2);
	add_cpu("cpu@0", "cpu");
	REQUIRE(CHECK_EQ(fdt_set_monitor(fdt, &monitor), 0));
	check_psci("smc");
	CHECK_TEXT(text("/cpus/cpu@0", "enable-method"), "psci");
}

TEST(monitor_in_place_of_the_vmms_psci)
{
	struct fdt_monitor by_hvc = monitor;
	int node;

	by_hvc.conduit = CONDUIT_HVC;
	start(2, 2);
	node = fdt_add_subnode(fdt, 0, "firmware-psci");
	fdt_setprop_string(fdt, node, "compatible", "arm,psci-0.2");
	fdt_setprop_string(fdt, node, "method", "smc");
	node = fdt_add_subnode(fdt, 0, "psci");
	fdt_setprop_string(fdt, node, "compatible", "arm,psci");
	fdt_setprop_u32(fdt, node, "cpu_on", 0x95c1ba60);
	REQUIRE(CHECK_EQ(fdt_set_monitor(fdt, &by_hvc), 0));
	check_psci("hvc");
	CHECK(fdt_path_offset(fdt, "/firmware-psci") < 0);
	CHECK_TEXT(text("/psci", "cpu_on"), "(missing)");
}

TEST(monitor_starts_every_cpu)
{
	int node;

	start(2, 2);
	node = add_cpu("cpu@0", "cpu");
	fdt_setprop_string(fdt, node, "enable-method", "spin-table");
	fdt_setprop_u64(fdt, node, "cpu-release-addr", 0x40000100);
	add_cpu("cpu-map", NULL);
	add_cpu("idle-states", "other");
	add_cpu("cpu@101", "cpu");
	REQUIRE(CHECK_EQ(fdt_set_monitor(fdt, &monitor), 0));
	CHECK_TEXT(text("/cpus/cpu@0", "enable-method"), "psci");
	CHECK_TEXT(text("/cpus/cpu@101", "enable-method"), "psci");
	CHECK_TEXT(text("/cpus/cpu@0", "cpu-release-addr"), "(missing)");
	CHECK_TEXT(text("/cpus/cpu-map", "enable-method"), "(missing)");
	CHECK_TEXT(text("/cpus/idle-states", "enable-method"), "(missing)");
}

/* Each change moves what is behind it: the nodes in either order, and some that must not be ours.
 */
static void check_order(bool psci_first)
{
	int node;

	start(2, 2);
	if (!psci_first) /* what is added later comes first */
		fdt_add_subnode(fdt, 0, "psci");
	node = add_cpu("cpu@0", "cpu");
	fdt_setprop_string(fdt, node, "enable-method", "spin-table");
	if (psci_first)
		fdt_add_subnode(fdt, 0, "psci");
	node = fdt_path_offset(fdt, "/psci");
	fdt_setprop_string(fdt, node, "compatible", "arm,psci");
	fdt_setprop_u32(fdt, node, "cpu_on", 0x95c1ba60);
	fdt_setprop_string(fdt, fdt_add_subnode(fdt, 0, "secure"), "compatible", "arm,psci-1.0");
	REQUIRE(CHECK_EQ(fdt_set_monitor(fdt, &monitor), 0));
	check_psci("smc");
	CHECK_TEXT(text("/psci", "cpu_on"), "(missing)");
	CHECK_TEXT(text("/cpus/cpu@0", "enable-method"), "psci");
	CHECK_TEXT(text("/cpus/cpu@0", "device_type"), "cpu");
	CHECK(fdt_path_offset(fdt, "/secure") < 0);
	CHECK(fdt_path_offset(fdt, "/reserved-memory/monitor@7fff0000") > 0);
}

TEST(monitor_with_the_nodes_in_either_order)
{
	check_order(true);
	check_order(false);
}

/* A node that goes, behind CPUs whose nodes grow. */
TEST(monitor_with_the_vmms_psci_behind_the_cpus)
{
	start(2, 2);
	fdt_setprop_string(fdt, fdt_add_subnode(fdt, 0, "kept"), "compatible", "arm,kept");
	fdt_setprop_string(fdt, fdt_add_subnode(fdt, 0, "secure"), "compatible", "arm,psci-1.0");
	add_cpu("cpu@0", "cpu");
	REQUIRE(CHECK_EQ(fdt_set_monitor(fdt, &monitor), 0));
	check_psci("smc");
	CHECK_TEXT(text("/cpus/cpu@0", "enable-method"), "psci");
	CHECK(fdt_path_offset(fdt, "/secure") < 0);
	CHECK_TEXT(text("/kept", "compatible"), "arm,kept");
}

static void check_reserved(int cells)
{
	const char *path = "/reserved-memory/monitor@7fff0000";
	int length = 0, node = fdt_path_offset(fdt, path);
	const fdt32_t *reg = fdt_getprop(fdt, node, "reg", &length);

	REQUIRE(CHECK(reg != NULL));
	CHECK_EQ(length, 8 * cells);
	CHECK_EQ(fdt32_ld(reg + cells - 1), 0x7fff0000);
	CHECK_EQ(fdt32_ld(reg + 2 * cells - 1), 0x4000);
	CHECK(fdt_getprop(fdt, node, "no-map", NULL) != NULL);
	CHECK(fdt_getprop(fdt, fdt_path_offset(fdt, "/reserved-memory"), "ranges", NULL) != NULL);
}

TEST(monitor_memory_is_reserved)
{
	for (uint32_t cells = 1; cells <= 2; cells++) {
		start(cells, cells);
		REQUIRE(CHECK_EQ(fdt_set_monitor(fdt, &monitor), 0));
		check_reserved((int)cells);
	}
}

TEST(monitor_memory_beside_others)
{
	int parent, node;

	start(2, 2);
	parent = fdt_add_subnode(fdt, 0, "reserved-memory");
	fdt_setprop_u32(fdt, parent, "#address-cells", 2);
	fdt_setprop_u32(fdt, parent, "#size-cells", 2);
	fdt_setprop(fdt, parent, "ranges", NULL, 0);
	node = fdt_add_subnode(fdt, parent, "shm@50000000");
	fdt_setprop_u64(fdt, node, "reg", 0x50000000);
	REQUIRE(CHECK_EQ(fdt_set_monitor(fdt, &monitor), 0));
	check_reserved(2);
	CHECK(fdt_path_offset(fdt, "/reserved-memory/shm@50000000") > 0);
}

TEST(monitor_without_room)
{
	start(2, 2);
	add_cpu("cpu@0", "cpu");
	fdt_pack(fdt);
	for (int extra = 0; extra < 200; extra += 20) {
		uint8_t small[4096];

		REQUIRE(CHECK_EQ(fdt_open_into(fdt, small, (int)fdt_totalsize(fdt) + extra), 0));
		CHECK_EQ(fdt_set_monitor(small, &monitor), -FDT_ERR_NOSPACE);
	}
}

/* The room that callers count with is enough for a tree that has nothing yet. */
TEST(monitor_extra_is_enough)
{
	static uint8_t large[32768];
	int size;

	start(2, 2);
	for (int i = 0; i < 64; i++) {
		char name[] = "cpu@00";

		name[4] = (char)('0' + i / 10);
		name[5] = (char)('0' + i % 10);
		add_cpu(name, "cpu");
	}
	fdt_pack(fdt);
	size = (int)fdt_totalsize(fdt) + FDT_MONITOR_EXTRA(64);
	REQUIRE(CHECK_EQ(fdt_open_into(fdt, large, size), 0));
	CHECK_EQ(fdt_set_monitor(large, &monitor), 0);
}

/* -- what is the secure world's alone ---------------------------------------------------------- */

static int add_secure(int parent, const char *name, const char *type, const char *status)
{
	int node = fdt_add_subnode(fdt, parent, name);

	if (type)
		fdt_setprop_string(fdt, node, "device_type", type);
	if (status)
		fdt_setprop_string(fdt, node, "status", status);
	fdt_setprop_string(fdt, node, "secure-status", "okay");
	return node;
}

static bool has(const char *path, const char *name)
{
	return fdt_getprop(fdt, fdt_path_offset(fdt, path), name, NULL) != NULL;
}

static void set_secure_tree(bool from_secure)
{
	struct fdt_monitor from = monitor;
	int bus;

	start(2, 2);
	add_secure(0, "secram@e000000", "memory", "disabled");
	add_secure(0, "memory@40000000", "memory", NULL);
	bus = fdt_add_subnode(fdt, 0, "bus");
	add_secure(bus, "uart@9040000", NULL, "disabled");
	from.from_secure = from_secure;
	from.memory.size = 0;
	REQUIRE(CHECK_EQ(fdt_set_monitor(fdt, &from), 0));
}

TEST(monitor_hides_what_is_secure)
{
	set_secure_tree(true);
	CHECK(!has("/secram@e000000", "secure-status"));
	CHECK(!has("/secram@e000000", "device_type"));
	CHECK(has("/secram@e000000", "status"));
	CHECK(!has("/bus/uart@9040000", "secure-status"));
	CHECK(has("/bus/uart@9040000", "status"));
	CHECK(has("/memory@40000000", "device_type")); /* both worlds have that */
	CHECK(has("/memory@40000000", "secure-status"));
	CHECK(fdt_path_offset(fdt, "/reserved-memory") < 0);
}

TEST(monitor_at_level_2_leaves_what_is_secure)
{
	set_secure_tree(false);
	CHECK(has("/secram@e000000", "secure-status"));
	CHECK(has("/secram@e000000", "device_type"));
}
