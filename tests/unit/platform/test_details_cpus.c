/* SPDX-License-Identifier: BSD-2-Clause */
/* The places of CPUs, and NUMA, in trees made here. */
#include <stdlib.h>
#include "details.h"
#include "test.h"

/* CPUs 0x10, 0x11, ... by phandle; their number is what 'leaf' has. */
static void start_cpus(unsigned int count)
{
	start_tree(0, 3);
	make_node(&m, "cpus");
	make_cell_counts(&m, 1, 0);
	for (uint32_t i = 0; i < count; i++) {
		make_node(&m, "cpu");
		make_text(&m, "device_type", "cpu");
		make_cells(&m, "reg", i);
		make_cells(&m, "phandle", 0x10 + i);
		make_end(&m);
	}
	make_node(&m, "cpu-map");
}

static void leaf(const char *name, uint32_t cpu)
{
	make_node(&m, name);
	make_cells(&m, "cpu", cpu);
	make_end(&m);
}

static void finish_cpus(void)
{
	make_end(&m);
	make_end(&m);
	finish_tree();
}

TEST(details_count_places_themselves)
{
	start_cpus(4);
	make_node(&m, "socket9");
	make_node(&m, "cluster7");
	leaf("core3", 0x13);
	leaf("core1", 0x11);
	make_end(&m);
	make_node(&m, "cluster7");
	leaf("core1", 0x10);
	make_end(&m);
	make_end(&m);
	make_node(&m, "socket9");
	make_node(&m, "cluster0");
	leaf("core", 0x12);
	make_end(&m);
	make_end(&m);
	finish_cpus();
	CHECK(d.topology);
	check_place(3, 0, 0, 0, 0);
	check_place(1, 0, 0, 1, 0);
	check_place(0, 0, 1, 0, 0);
	check_place(2, 1, 0, 0, 0);
}

TEST(details_count_nested_clusters_and_threads)
{
	start_cpus(4);
	make_node(&m, "cluster0");
	make_node(&m, "cluster0");
	make_node(&m, "core0");
	leaf("thread0", 0x10);
	leaf("thread1", 0x11);
	make_end(&m);
	make_end(&m);
	make_node(&m, "cluster1");
	make_node(&m, "core0");
	leaf("thread0", 0x12);
	leaf("thread1", 0x13);
	make_end(&m);
	make_end(&m);
	make_end(&m);
	finish_cpus();
	CHECK(d.topology);
	check_place(1, 0, 0, 0, 1);
	check_place(2, 0, 1, 0, 0);
	check_place(3, 0, 1, 0, 1);
}

static bool topology_of(unsigned int cpus, uint32_t first, uint32_t second, uint32_t third)
{
	start_cpus(cpus);
	leaf("core0", first);
	leaf("core1", second);
	if (third)
		leaf("core2", third);
	finish_cpus();
	return d.topology;
}

TEST(details_believe_only_in_a_place_for_each_cpu)
{
	CHECK(topology_of(2, 0x10, 0x11, 0));
	CHECK(topology_of(2, 0x11, 0x10, 0));
	CHECK(!topology_of(2, 0x10, 0x10, 0));
	CHECK(!topology_of(2, 0x10, 0x12, 0));
	CHECK(!topology_of(2, 0x10, 0, 0));
	CHECK(!topology_of(1, 0x10, 0x11, 0));
	CHECK(!topology_of(3, 0x10, 0x11, 0));
	CHECK(!topology_of(2, 0x10, 0x11, 0x11));
	CHECK(topology_of(3, 0x12, 0x10, 0x11));
}

TEST(details_know_no_place_of_cpus_without_phandles)
{
	start_tree(0, 3);
	make_node(&m, "cpus");
	make_cell_counts(&m, 1, 0);
	make_node(&m, "cpu");
	make_text(&m, "device_type", "cpu");
	make_cells(&m, "reg", 0);
	make_end(&m);
	make_node(&m, "cpu-map");
	leaf("core0", 0);
	finish_cpus();
	CHECK(!d.topology);
}

/* The model may have fewer CPUs than the tree. */
TEST(details_know_no_place_where_cpus_were_left_out)
{
	size_t size;
	void *fdt = tree_load("qemu-smmu", &size);

	take_details(fdt, size);
	CHECK(d.topology);
	p.cpus--;
	CHECK_EQ(platform_details_from_fdt(&d, &p), 0);
	CHECK(!d.topology);
	free(fdt);
}

TEST(details_survive_more_leaves_than_cpus)
{
	start_cpus(2);
	for (uint32_t i = 0; i < PLATFORM_CPUS + 2; i++)
		leaf("core", 0x10);
	finish_cpus();
	CHECK(!d.topology);
}

static bool numa_of(uint32_t node)
{
	start_tree(0, 3);
	make_node(&m, "memory@80000000");
	make_text(&m, "device_type", "memory");
	make_cells(&m, "reg", 0, 0x80000000, 0, 0x1000000);
	make_cells(&m, "numa-node-id", node);
	make_end(&m);
	finish_tree();
	return d.numa;
}

TEST(details_believe_in_numa_nodes_that_the_model_keeps)
{
	CHECK(numa_of(0));
	CHECK(numa_of(255));
	CHECK(!numa_of(256));
	CHECK(!numa_of(UINT32_MAX));
}

TEST(details_keep_distances_of_nodes_that_can_be)
{
	start_tree(0, 3);
	make_node(&m, "distance-map");
	make_text(&m, "compatible", "numa-distance-map-v1");
	make_cells(&m, "distance-matrix", 0, 0, 10, 0, 1, 30, 32, 0, 40, 0, 32, 40, 2, 3, 266, 3,
		   31, 255, 31, 3, 254, 5);
	make_end(&m);
	finish_tree();
	CHECK_EQ(d.distance[0][0], 10);
	CHECK_EQ(d.distance[0][1], 30);
	CHECK_EQ(d.distance[1][0], 30); /* said for one direction alone */
	CHECK_EQ(d.distance[2][3], 0);
	CHECK_EQ(d.distance[3][31], 255);
	CHECK_EQ(d.distance[31][3], 254);
	CHECK(!d.numa);
}
