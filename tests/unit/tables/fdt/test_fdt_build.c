/* SPDX-License-Identifier: BSD-2-Clause */
/* Trees written from a model: reading them gives the model again, and they are well-formed. */
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "tables/fdt/build.h"
#include "judge.h"
#include "test.h"
#include "trees.h"

static struct platform before, after;
static struct platform_details details, details_after;
static const void *told;

/* In a heap block of 'room' bytes, NULL when it does not fit. */
static void *build(const struct platform *p, size_t room)
{
	void *fdt = malloc(room ? room : 1);
	int result = fdt_build(p, &details, told, fdt, room);

	if (result == 0)
		return fdt;
	CHECK_EQ(result, ERR_FDT_SPACE);
	free(fdt);
	return NULL;
}

/* What the reader says where a tree has nothing of them. */
static void no_details(void)
{
	platform_details_init(&details);
	for (int i = 0; i < PLATFORM_PCIE; i++)
		details.pcie[i].device_mask = 31;
}

/* -- models are compared ------------------------------------------------------------------------
 */

static void same_region(const struct region *a, const struct region *b)
{
	CHECK_EQ(a->base, b->base);
	CHECK_EQ(a->size, b->size);
}

static void same_interrupt(const struct interrupt *a, const struct interrupt *b)
{
	CHECK_EQ(a->intid, b->intid);
	CHECK_EQ(a->edge, b->edge);
	CHECK_EQ(a->active_low, b->active_low);
}

static void same_gic(const struct platform_gic *a, const struct platform_gic *b)
{
	CHECK_EQ(a->version, b->version);
	same_region(&a->dist, &b->dist);
	same_region(&a->cpu, &b->cpu);
	same_region(&a->hyp, &b->hyp);
	same_region(&a->vcpu, &b->vcpu);
	same_region(&a->v2m, &b->v2m);
	same_interrupt(&a->maintenance, &b->maintenance);
	if (CHECK_EQ(a->redists, b->redists))
		for (unsigned int i = 0; i < a->redists; i++)
			same_region(&a->redist[i], &b->redist[i]);
	if (CHECK_EQ(a->num_its, b->num_its))
		for (unsigned int i = 0; i < a->num_its; i++)
			same_region(&a->its[i], &b->its[i]);
}

static void same_timer(const struct platform_timer *a, const struct platform_timer *b)
{
	CHECK_EQ(a->present, b->present);
	CHECK_EQ(a->always_on, b->always_on);
	for (int i = 0; i < TIMER_INTERRUPTS; i++)
		same_interrupt(&a->interrupt[i], &b->interrupt[i]);
}

static void same_psci(const struct platform_psci *a, const struct platform_psci *b)
{
	CHECK_EQ(a->version, b->version);
	CHECK_EQ(a->conduit, b->conduit);
	CHECK_EQ(a->cpu_suspend, b->cpu_suspend);
	CHECK_EQ(a->cpu_off, b->cpu_off);
	CHECK_EQ(a->cpu_on, b->cpu_on);
	CHECK_EQ(a->migrate, b->migrate);
}

static void same_memory(const struct platform *a, const struct platform *b)
{
	REQUIRE(CHECK_EQ(a->banks, b->banks));
	for (unsigned int i = 0; i < a->banks; i++) {
		same_region(&a->bank[i].region, &b->bank[i].region);
		CHECK_EQ(a->bank[i].node, b->bank[i].node);
	}
	REQUIRE(CHECK_EQ(a->num_reserved, b->num_reserved));
	for (unsigned int i = 0; i < a->num_reserved; i++) {
		same_region(&a->reserved[i].region, &b->reserved[i].region);
		CHECK_EQ(a->reserved[i].no_map, b->reserved[i].no_map);
	}
}

static void same_cpus(const struct platform *a, const struct platform *b)
{
	REQUIRE(CHECK_EQ(a->cpus, b->cpus));
	for (unsigned int i = 0; i < a->cpus; i++) {
		CHECK_EQ(a->cpu[i].mpidr, b->cpu[i].mpidr);
		CHECK_EQ(a->cpu[i].psci, b->cpu[i].psci);
		CHECK_EQ(a->cpu[i].node, b->cpu[i].node);
	}
}

static void same_pcie(const struct platform_pcie *a, const struct platform_pcie *b)
{
	same_region(&a->config, &b->config);
	CHECK_EQ(a->ecam, b->ecam);
	CHECK_EQ(a->probe_only, b->probe_only);
	CHECK_EQ(a->bus_first, b->bus_first);
	CHECK_EQ(a->bus_last, b->bus_last);
	CHECK_EQ(a->segment, b->segment);
	same_region(&a->io, &b->io);
	same_region(&a->mem32, &b->mem32);
	same_region(&a->mem64, &b->mem64);
	CHECK_EQ(a->io_bus, b->io_bus);
	CHECK_EQ(a->mem32_bus, b->mem32_bus);
	CHECK_EQ(a->mem64_bus, b->mem64_bus);
}

static void same_devices(const struct platform *a, const struct platform *b)
{
	same_region(&a->rtc.region, &b->rtc.region);
	same_interrupt(&a->rtc.interrupt, &b->rtc.interrupt);
	same_region(&a->fw_cfg, &b->fw_cfg);
	CHECK_EQ(a->console, b->console);
	REQUIRE(CHECK_EQ(a->uarts, b->uarts));
	for (unsigned int i = 0; i < a->uarts; i++) {
		CHECK_EQ(a->uart[i].type, b->uart[i].type);
		CHECK_TEXT(a->uart[i].compatible, b->uart[i].compatible);
		same_region(&a->uart[i].region, &b->uart[i].region);
		same_interrupt(&a->uart[i].interrupt, &b->uart[i].interrupt);
	}
	REQUIRE(CHECK_EQ(a->num_virtio, b->num_virtio));
	for (unsigned int i = 0; i < a->num_virtio; i++) {
		same_region(&a->virtio[i].region, &b->virtio[i].region);
		same_interrupt(&a->virtio[i].interrupt, &b->virtio[i].interrupt);
		CHECK_EQ(a->virtio[i].coherent, b->virtio[i].coherent);
	}
	REQUIRE(CHECK_EQ(a->num_pcie, b->num_pcie));
	for (unsigned int i = 0; i < a->num_pcie; i++)
		same_pcie(&a->pcie[i], &b->pcie[i]);
}

/* All but what the VMM asks for in /chosen, which is not the model's to say. */
static void same(const struct platform *a, const struct platform *b)
{
	CHECK_TEXT(a->model ? a->model : "linux,dummy-virt", b->model); /* the root must have one */
	CHECK_TEXT(a->overflow, b->overflow);
	same_gic(&a->gic, &b->gic);
	same_timer(&a->timer, &b->timer);
	same_psci(&a->psci, &b->psci);
	same_memory(a, b);
	same_cpus(a, b);
	same_devices(a, b);
	CHECK(b->chosen.node > 0);
	CHECK_TEXT(b->chosen.bootargs, NULL);
	CHECK_EQ(b->chosen.initrd.size, 0);
	CHECK(!b->chosen.has_kaslr_seed && !b->chosen.has_rng_seed);
}

static void same_host(const struct platform_pcie_details *a, const struct platform_pcie_details *b)
{
	CHECK_EQ(a->coherent, b->coherent);
	CHECK_EQ(a->any_device, b->any_device);
	CHECK_EQ(a->its, b->its);
	CHECK_EQ(a->smmu, b->smmu);
	CHECK_EQ(a->its_base, b->its_base);
	CHECK_EQ(a->smmu_base, b->smmu_base);
	CHECK_EQ(a->device_mask, b->device_mask);
	REQUIRE(CHECK_EQ(a->routes, b->routes));
	for (unsigned int i = 0; i < a->routes; i++) {
		CHECK_EQ(a->route[i].device, b->route[i].device);
		CHECK_EQ(a->route[i].pin, b->route[i].pin);
		same_interrupt(&a->route[i].interrupt, &b->route[i].interrupt);
	}
}

static void same_button(const struct platform_button *a, const struct platform_button *b)
{
	REQUIRE(CHECK_EQ(a->present, b->present) && a->present);
	same_region(&a->gpio, &b->gpio);
	same_interrupt(&a->interrupt, &b->interrupt);
	CHECK_EQ(a->pin, b->pin);
}

static void same_smmu(const struct platform_smmu *a, const struct platform_smmu *b)
{
	same_region(&a->region, &b->region);
	same_interrupt(&a->event, &b->event);
	same_interrupt(&a->pri, &b->pri);
	same_interrupt(&a->sync, &b->sync);
	same_interrupt(&a->error, &b->error);
	CHECK_EQ(a->coherent, b->coherent);
}

static void same_details(const struct platform_details *a, const struct platform_details *b)
{
	same_interrupt(&a->pmu, &b->pmu);
	CHECK_EQ(a->numa, b->numa);
	same_button(&a->button, &b->button);
	REQUIRE(CHECK_EQ(a->smmus, b->smmus));
	for (unsigned int i = 0; i < a->smmus; i++)
		same_smmu(&a->smmu[i], &b->smmu[i]);
	for (unsigned int i = 0; i < before.num_pcie; i++)
		same_host(&a->pcie[i], &b->pcie[i]);
	CHECK_EQ(a->topology, b->topology);
	for (unsigned int i = 0; a->topology && i < before.cpus; i++) {
		CHECK_EQ(a->place[i].socket, b->place[i].socket);
		CHECK_EQ(a->place[i].cluster, b->place[i].cluster);
		CHECK_EQ(a->place[i].core, b->place[i].core);
		CHECK_EQ(a->place[i].thread, b->place[i].thread);
	}
	CHECK_BYTES(a->distance, b->distance, sizeof(a->distance));
}

/* The tree of 'before', which is read into 'after'. */
static void *round_trip(void)
{
	void *fdt = build(&before, FDT_BUILD_ROOM);

	if (!CHECK(fdt != NULL))
		exit(1);
	CHECK(tree_is_good_for_libfdt(fdt, FDT_BUILD_ROOM));
	CHECK_EQ(fdt_totalsize(fdt), fdt_off_dt_strings(fdt) + fdt_size_dt_strings(fdt));
	memset(&after, 0xa5, sizeof(after));
	CHECK_EQ(platform_from_fdt(&after, fdt, fdt_totalsize(fdt)), 0);
	CHECK_EQ(platform_details_from_fdt(&details_after, &after), 0);
	return fdt;
}

static void save(const char *name, const void *fdt)
{
	char path[200];
	FILE *file;

	snprintf(path, sizeof(path), UNIT_OUT "/built-%.*s.dtb", (int)strcspn(name, "."), name);
	file = fopen(path, "wb");
	REQUIRE(CHECK(file != NULL));
	CHECK_EQ(fwrite(fdt, fdt_totalsize(fdt), 1, file), 1);
	fclose(file);
}

static void check_fixture(const char *name, const void *fdt, size_t size)
{
	void *built;

	test_note("%s", name);
	CHECK_EQ(platform_from_fdt(&before, fdt, size), 0);
	CHECK_EQ(platform_details_from_fdt(&details, &before), 0);
	if (!before.gic.version) /* an interrupt of nobody's is not told */
		memset(&before.uart[0].interrupt, 0, sizeof(before.uart[0].interrupt));
	built = round_trip();
	same(&before, &after);
	same_details(&details, &details_after);
	save(name, built);
	free(built);
}

TEST(built_tree_of_each_fixture_gives_the_same_model)
{
	tree_each(check_fixture);
}

/* -- what only the details say ------------------------------------------------------------------
 */

static void load(const char *name)
{
	size_t size;
	void *fdt = tree_load(name, &size);

	no_details();
	CHECK_EQ(platform_from_fdt(&before, fdt, size), 0);
	before.model = "a model"; /* which was a place in the tree */
	free(fdt);
}

/* The cells of a property of the first node that is compatible. */
static void check_cells_of(const void *fdt, int node, const char *name, const uint32_t *cells,
			   size_t count)
{
	int length = 0;
	const fdt32_t *value = fdt_getprop(fdt, node, name, &length);

	test_note("%s", name);
	REQUIRE(CHECK(value != NULL));
	REQUIRE(CHECK_EQ(length, 4 * count));
	for (size_t i = 0; i < count; i++)
		CHECK_EQ(fdt32_ld(value + i), cells[i]);
}

#define CHECK_CELLS(fdt, node, name, ...)                                                          \
	check_cells_of(fdt, node, name, (const uint32_t[]) {__VA_ARGS__},                          \
		       sizeof((const uint32_t[]) {__VA_ARGS__}) / 4)

static int compatible(const void *fdt, const char *name)
{
	int node = fdt_node_offset_by_compatible(fdt, -1, name);

	test_note("%s", name);
	CHECK(node > 0);
	return node;
}

static bool has(const void *fdt, int node, const char *name)
{
	return fdt_getprop(fdt, node, name, NULL) != NULL;
}

/* Some lines of QEMU's map. */
static void add_routes(void)
{
	struct platform_pcie_details *d = &details.pcie[0];

	d->device_mask = 3;
	for (unsigned int i = 0; i < 16; i++)
		d->route[d->routes++] = (struct platform_route) {
			.device = (uint8_t)(i / 4),
			.pin = (uint8_t)(i % 4 + 1),
			.interrupt = {.intid = 35 + (i / 4 + i) % 4},
		};
}

TEST(built_tree_has_the_interrupts_of_a_pci_host)
{
	void *fdt;
	int node, length;
	uint32_t gic;
	const fdt32_t *map;

	load("qemu-gicv3");
	add_routes();
	details.pcie[0].its = 0;
	fdt = round_trip();
	node = compatible(fdt, "pci-host-ecam-generic");
	gic = fdt_get_phandle(fdt, compatible(fdt, "arm,gic-v3"));
	CHECK_CELLS(fdt, 0, "interrupt-parent", gic);
	CHECK_CELLS(fdt, node, "interrupt-map-mask", 0x1800, 0, 0, 7);
	CHECK_CELLS(fdt, node, "#interrupt-cells", 1);
	CHECK_CELLS(fdt, node, "msi-map", 0,
		    fdt_get_phandle(fdt, compatible(fdt, "arm,gic-v3-its")), 0, 0x10000);
	CHECK(has(fdt, node, "dma-coherent"));
	CHECK(!has(fdt, node, "iommu-map"));
	map = fdt_getprop(fdt, node, "interrupt-map", &length);
	REQUIRE(CHECK_EQ(length, 16 * 40));
	map += 10 * 6; /* device 1, INTC */
	CHECK_EQ(fdt32_ld(map), 0x800);
	CHECK_EQ(fdt32_ld(map + 3), 3);
	CHECK_EQ(fdt32_ld(map + 4), gic);
	CHECK_EQ(fdt32_ld(map + 7), 0);
	CHECK_EQ(fdt32_ld(map + 8), 6);
	CHECK_EQ(fdt32_ld(map + 9), 4);
	same_details(&details, &details_after);
	save("routes", fdt);
	free(fdt);
}

TEST(built_tree_sends_messages_to_the_v2m_frame)
{
	void *fdt;
	int node;

	load("qemu-gicv2");
	details.pcie[0].coherent = false;
	details.pmu = (struct interrupt) {.intid = 23};
	fdt = round_trip();
	node = compatible(fdt, "pci-host-ecam-generic");
	CHECK_CELLS(fdt, node, "msi-map", 0,
		    fdt_get_phandle(fdt, compatible(fdt, "arm,gic-v2m-frame")), 0, 0x10000);
	CHECK(!has(fdt, node, "dma-coherent"));
	CHECK(!has(fdt, node, "interrupt-map"));
	/* a PPI of two CPUs */
	CHECK_CELLS(fdt, compatible(fdt, "arm,armv8-pmuv3"), "interrupts", 1, 7, 0x304);
	save("v2m", fdt);
	free(fdt);
}

TEST(built_tree_has_a_power_button)
{
	void *fdt;
	int node;

	load("qemu-gicv3");
	details.button = (struct platform_button) {
		.present = true, .gpio = {0x9030000, 0x1000}, .interrupt = {.intid = 39}, .pin = 3};
	fdt = round_trip();
	node = compatible(fdt, "arm,pl061");
	CHECK_CELLS(fdt, node, "interrupts", 0, 7, 4);
	CHECK_CELLS(fdt, node, "clocks", fdt_get_phandle(fdt, compatible(fdt, "fixed-clock")));
	CHECK_CELLS(fdt, fdt_first_subnode(fdt, compatible(fdt, "gpio-keys")), "gpios",
		    fdt_get_phandle(fdt, node), 3, 0);
	CHECK_CELLS(fdt, fdt_first_subnode(fdt, compatible(fdt, "gpio-keys")), "linux,code", 116);
	same_details(&details, &details_after);
	save("button", fdt);
	free(fdt);
}

static struct interrupt edge(uint32_t intid)
{
	return (struct interrupt) {.intid = intid, .edge = true};
}

TEST(built_tree_has_smmus)
{
	void *fdt;
	int node, length;

	load("qemu-gicv3");
	details.smmus = 2;
	details.smmu[0] = (struct platform_smmu) {
		{0x9050000, 0x20000}, edge(106), edge(107), edge(108), edge(109), true};
	details.smmu[1] = (struct platform_smmu) {
		{0x9070000, 0x20000}, edge(110), {0}, {0}, edge(111), false};
	details.pcie[0].smmu = 0;
	fdt = round_trip();
	node = fdt_path_offset(fdt, "/iommu@9050000");
	CHECK_CELLS(fdt, node, "interrupts", 0, 74, 1, 0, 75, 1, 0, 76, 1, 0, 77, 1);
	CHECK_EQ(fdt_stringlist_search(fdt, node, "interrupt-names", "gerror"), 3);
	CHECK(has(fdt, node, "dma-coherent"));
	CHECK_CELLS(fdt, compatible(fdt, "pci-host-ecam-generic"), "iommu-map", 0,
		    fdt_get_phandle(fdt, node), 0, 0x10000);
	node = fdt_path_offset(fdt, "/iommu@9070000");
	CHECK_CELLS(fdt, node, "interrupts", 0, 78, 1, 0, 79, 1);
	CHECK_EQ(fdt_stringlist_search(fdt, node, "interrupt-names", "gerror"), 1);
	CHECK(fdt_getprop(fdt, node, "interrupt-names", &length) && length == 14);
	CHECK(!has(fdt, node, "dma-coherent"));
	same_details(&details, &details_after);
	save("smmu", fdt);
	free(fdt);
}

TEST(built_tree_has_numa_distances)
{
	void *fdt;

	load("numa");
	details.numa = true;
	details.distance[0][0] = details.distance[1][1] = 10;
	details.distance[1][0] = 20;
	fdt = round_trip();
	CHECK_CELLS(fdt, compatible(fdt, "numa-distance-map-v1"), "distance-matrix", 0, 0, 10, 1, 0,
		    20, 1, 1, 10);
	CHECK_CELLS(fdt, fdt_path_offset(fdt, "/memory@80000000"), "numa-node-id", 1);
	save("distances", fdt);
	free(fdt);
}

TEST(built_tree_is_silent_about_numa_where_there_is_none)
{
	void *fdt;

	load("numa");
	details.distance[0][0] = 10;
	fdt = round_trip();
	CHECK(fdt_node_offset_by_compatible(fdt, -1, "numa-distance-map-v1") < 0);
	CHECK(!has(fdt, fdt_path_offset(fdt, "/memory@80000000"), "numa-node-id"));
	CHECK(!has(fdt, fdt_path_offset(fdt, "/cpus/cpu@100"), "numa-node-id"));
	free(fdt);
}

/* -- CPUs ---------------------------------------------------------------------------------------
 */

static void check_place(const void *fdt, const char *path, unsigned int index)
{
	int cpu = fdt_path_offset(fdt, "/cpus");
	int node = fdt_path_offset(fdt, path);

	test_note("%s", path);
	REQUIRE(CHECK(node > 0));
	cpu = fdt_first_subnode(fdt, cpu);
	while (index--)
		cpu = fdt_next_subnode(fdt, cpu);
	CHECK_CELLS(fdt, node, "cpu", fdt_get_phandle(fdt, cpu));
}

TEST(built_tree_has_a_map_of_cores)
{
	void *fdt;

	load("numa");
	details.topology = true;
	details.place[0] = (struct platform_place) {.socket = 1, .cluster = 11, .core = 1};
	details.place[1] = (struct platform_place) {.socket = 0, .cluster = 0, .core = 1};
	details.place[2] = (struct platform_place) {.socket = 0, .cluster = 0, .core = 0};
	details.place[3] = (struct platform_place) {.socket = 1, .cluster = 10, .core = 0};
	fdt = round_trip();
	check_place(fdt, "/cpus/cpu-map/socket1/cluster11/core1", 0);
	check_place(fdt, "/cpus/cpu-map/socket0/cluster0/core1", 1);
	check_place(fdt, "/cpus/cpu-map/socket0/cluster0/core0", 2);
	check_place(fdt, "/cpus/cpu-map/socket1/cluster10/core0", 3);
	save("cores", fdt);
	free(fdt);
}

TEST(built_tree_has_a_map_of_threads)
{
	void *fdt;

	load("numa");
	details.topology = true;
	details.place[1] = (struct platform_place) {.thread = 1};
	details.place[2] = (struct platform_place) {.core = 1};
	details.place[3] = (struct platform_place) {.cluster = 1, .thread = 1};
	fdt = round_trip();
	check_place(fdt, "/cpus/cpu-map/socket0/cluster0/core0/thread0", 0);
	check_place(fdt, "/cpus/cpu-map/socket0/cluster0/core0/thread1", 1);
	check_place(fdt, "/cpus/cpu-map/socket0/cluster0/core1/thread0", 2);
	check_place(fdt, "/cpus/cpu-map/socket0/cluster1/core0/thread1", 3);
	save("threads", fdt);
	free(fdt);
}

/* Two that claim one place: one of them is told, and no node comes twice. */
TEST(built_tree_survives_places_that_cannot_be)
{
	void *fdt;

	load("numa");
	details.topology = true;
	for (int i = 0; i < 4; i++)
		details.place[i] = (struct platform_place) {UINT16_MAX, UINT16_MAX, UINT16_MAX, 9};
	fdt = round_trip();
	check_place(fdt, "/cpus/cpu-map/socket65535/cluster65535/core65535/thread9", 0);
	details.place[3].thread = UINT16_MAX;
	free(fdt);
	fdt = round_trip();
	free(fdt);
}

TEST(built_tree_counts_affinity_cells)
{
	void *fdt;

	load("numa");
	fdt = round_trip();
	CHECK_EQ(fdt_address_cells(fdt, fdt_path_offset(fdt, "/cpus")), 2);
	CHECK_CELLS(fdt, fdt_path_offset(fdt, "/cpus/cpu@100000101"), "reg", 1, 0x101);
	free(fdt);
	before.cpu[3].mpidr = 0x80000003;
	fdt = round_trip();
	CHECK_EQ(fdt_address_cells(fdt, fdt_path_offset(fdt, "/cpus")), 1);
	CHECK_CELLS(fdt, fdt_path_offset(fdt, "/cpus/cpu@80000003"), "reg", 0x80000003);
	free(fdt);
}

/* -- models at the edge -------------------------------------------------------------------------
 */

TEST(built_tree_of_next_to_nothing)
{
	void *fdt;

	no_details();
	platform_init(&before);
	before.banks = 1;
	before.bank[0] = (struct platform_bank) {{0x40000000, 0x1000}, 0};
	fdt = round_trip();
	same(&before, &after);
	CHECK(!has(fdt, 0, "interrupt-parent"));
	CHECK(fdt_path_offset(fdt, "/psci") < 0);
	CHECK(fdt_path_offset(fdt, "/timer") < 0);
	CHECK(fdt_path_offset(fdt, "/reserved-memory") < 0);
	free(fdt);
}

TEST(built_tree_without_a_gic_has_no_interrupts)
{
	void *fdt;

	load("qemu-gicv3");
	add_routes();
	memset(&before.gic, 0, sizeof(before.gic));
	fdt = round_trip();
	for (int node = fdt_next_node(fdt, 0, NULL); node >= 0;
	     node = fdt_next_node(fdt, node, NULL)) {
		CHECK(!has(fdt, node, "interrupts"));
		CHECK(!has(fdt, node, "interrupt-map"));
	}
	free(fdt);
}

/* A description that leaves out the secure timer: the others keep their places. */
TEST(built_tree_keeps_the_order_of_timers)
{
	void *fdt;

	load("qemu-gicv3");
	memset(&before.timer.interrupt[TIMER_SECURE], 0, sizeof(struct interrupt));
	memset(&before.timer.interrupt[TIMER_HYP], 0, sizeof(struct interrupt));
	fdt = round_trip();
	CHECK_CELLS(fdt, compatible(fdt, "arm,armv8-timer"), "interrupts", 1, 13, 4, 1, 14, 4, 1,
		    11, 4);
	free(fdt);
}

TEST(built_tree_has_every_trigger)
{
	static const uint32_t flags[] = {4, 1, 8, 2};
	void *fdt;

	load("qemu-gicv3");
	for (unsigned int i = 0; i < 4; i++) {
		before.rtc.interrupt = (struct interrupt) {34, i & 1, i >> 1};
		fdt = round_trip();
		CHECK_CELLS(fdt, compatible(fdt, "arm,pl031"), "interrupts", 0, 2, flags[i]);
		same(&before, &after);
		free(fdt);
	}
}

/* As much of everything as a model can hold. */
static void fill(void)
{
	load("qemu-gicv3");
	before.cpus = PLATFORM_CPUS;
	before.banks = PLATFORM_BANKS;
	before.num_reserved = PLATFORM_RESERVED;
	before.uarts = PLATFORM_UARTS;
	before.num_pcie = PLATFORM_PCIE;
	before.num_virtio = PLATFORM_VIRTIO;
	before.gic.num_its = PLATFORM_ITS;
	before.gic.redists = PLATFORM_REDISTS;
	details.numa = details.topology = true;
	details.smmus = PLATFORM_SMMUS;
	memset(details.distance, 255, sizeof(details.distance));
	for (unsigned int i = 0; i < PLATFORM_CPUS; i++) {
		before.cpu[i] = (struct platform_cpu) {0xff00000000 + i, true, 31};
		details.place[i] =
			(struct platform_place) {(uint16_t)(60000 + i), 60000, 60000, 60000};
	}
	for (unsigned int i = 0; i < PLATFORM_BANKS; i++)
		before.bank[i] =
			(struct platform_bank) {{0xffff000000000000 + i * 0x10000, 0x1000}, 31};
	for (unsigned int i = 0; i < PLATFORM_RESERVED; i++)
		before.reserved[i] = (struct platform_reserved) {
			{0xfffe000000000000 + i * 0x10000, 0x1000}, true};
	for (unsigned int i = 0; i < PLATFORM_UARTS; i++) {
		before.uart[i] = before.uart[0];
		before.uart[i].region.base = 0xfffd000000000000 + i * 0x10000;
	}
	for (unsigned int i = 0; i < PLATFORM_VIRTIO; i++) {
		before.virtio[i] = before.virtio[0];
		before.virtio[i].region.base = 0xfffc000000000000 + i * 0x10000;
	}
	for (unsigned int i = 0; i < PLATFORM_PCIE; i++) {
		before.pcie[i] = before.pcie[0];
		before.pcie[i].config.base = 0xfffb000000000000 + i * 0x10000000;
		details.pcie[i].routes = PLATFORM_ROUTES;
		details.pcie[i].its = (int)i;
		details.pcie[i].smmu = 0;
		for (unsigned int j = 0; j < PLATFORM_ROUTES; j++)
			details.pcie[i].route[j] = (struct platform_route) {
				(uint8_t)(j / 4), (uint8_t)(j % 4 + 1), edge(35)};
	}
	for (unsigned int i = 0; i < PLATFORM_ITS; i++)
		before.gic.its[i] = (struct region) {0xfffa000000000000 + i * 0x100000, 0x20000};
	for (unsigned int i = 0; i < PLATFORM_REDISTS; i++)
		before.gic.redist[i] = (struct region) {0xfff9000000000000 + i * 0x100000, 0x20000};
	for (unsigned int i = 0; i < PLATFORM_SMMUS; i++)
		details.smmu[i] =
			(struct platform_smmu) {{0xfff8000000000000 + i * 0x100000, 0x20000},
						edge(40),
						edge(40),
						edge(40),
						edge(40),
						true};
}

TEST(built_tree_of_the_largest_model_fits)
{
	void *fdt;

	fill();
	fdt = round_trip();
	same(&before, &after);
	CHECK(fdt_totalsize(fdt) > FDT_BUILD_ROOM / 2); /* else the room is a waste */
	free(fdt);
}

/* Any room: an error or a whole tree, never a byte behind it. */
TEST(built_tree_says_when_there_is_too_little_room)
{
	uint32_t needed;
	void *fdt;

	load("numa");
	details.numa = details.topology = true;
	fdt = round_trip();
	needed = fdt_totalsize(fdt);
	free(fdt);
	for (size_t room = 0; room <= needed + 8; room++) {
		test_note("%zu of %u bytes", room, needed);
		fdt = build(&before, room);
		CHECK_EQ(fdt != NULL, room >= needed);
		free(fdt);
	}
}

/* What a VMM asks for in a tree of little else: modules in their order, and not its console. */
TEST(built_tree_tells_anothers_chosen)
{
	static struct maker m;
	size_t size;
	void *fdt, *other;

	make_start(&m);
	make_node(&m, "chosen");
	make_text(&m, "stdout-path", "/elsewhere");
	make_text(&m, "bootargs", "quiet");
	make_cells(&m, "linux,initrd-start", 0x48000000);
	make_cells(&m, "linux,initrd-end", 0x48001000);
	make_cells(&m, "rng-seed", 1, 2, 3, 4);
	make_node(&m, "module@50000000");
	make_text(&m, "compatible", "multiboot,module");
	make_cells(&m, "reg", 0x50000000, 0x1000);
	make_end(&m);
	make_node(&m, "module@51000000");
	make_text(&m, "compatible", "multiboot,module");
	make_cells(&m, "reg", 0x51000000, 0x1000);
	make_end(&m);
	make_end(&m);
	make_node(&m, "other");
	make_text(&m, "bootargs", "loud");
	make_end(&m);
	other = make_finish(&m, &size);
	load("qemu-gicv3");
	told = other;
	fdt = round_trip();
	told = NULL;
	same_devices(&before, &after);
	CHECK_TEXT(after.chosen.bootargs, "quiet");
	CHECK_EQ(after.chosen.initrd.base, 0x48000000);
	CHECK_EQ(after.chosen.initrd.size, 0x1000);
	CHECK_EQ(after.chosen.rng_seed_len, 16);
	REQUIRE(CHECK_EQ(after.modules, 2));
	CHECK_EQ(after.module[0].region.base, 0x50000000);
	CHECK_EQ(after.module[1].region.base, 0x51000000);
	CHECK_EQ(fdt_path_offset(fdt, "/other"), -FDT_ERR_NOTFOUND);
	free(fdt);
	free(other);
}

/* -- OpenBSD's ----------------------------------------------------------------------------------
 */

#define RSDP 0x7fff1000

static bool has_path(const void *fdt, const char *path)
{
	return fdt_path_offset(fdt, path) >= 0;
}

TEST(built_tree_for_openbsd_has_what_acpi_has_not)
{
	void *fdt = malloc(FDT_BUILD_ROOM);
	const fdt64_t *reg;
	int length;

	load("qemu-gicv3");
	REQUIRE(CHECK_EQ(fdt_build_openbsd(&before, &details, RSDP, fdt, FDT_BUILD_ROOM), 0));
	CHECK_EQ(fdt_check_full(fdt, fdt_totalsize(fdt)), 0);
	CHECK_TEXT(fdt_getprop(fdt, 0, "compatible", NULL), "openbsd,acpi");
	reg = fdt_getprop(fdt, fdt_path_offset(fdt, "/acpi@7fff1000"), "reg", &length);
	REQUIRE(CHECK_EQ(length, 16));
	CHECK_EQ(fdt64_ld(reg), RSDP);
	CHECK_EQ(fdt64_ld(reg + 1), 36);
	CHECK_TEXT(fdt_getprop(fdt, fdt_path_offset(fdt, "/acpi@7fff1000"), "compatible", NULL),
		   "openbsd,acpi-5.0");
	CHECK(has_path(fdt, "/cpus/cpu@0") && has_path(fdt, "/psci") && has_path(fdt, "/timer"));
	CHECK_EQ(fdt_node_offset_by_phandle(fdt, 1),
		 fdt_path_offset(fdt, "/interrupt-controller@8000000"));
	CHECK(!has_path(fdt, "/chosen") && !has_path(fdt, "/memory@40000000"));
	CHECK(!has_path(fdt, "/serial@9000000") && !has_path(fdt, "/pcie@4010000000"));
	for (size_t room = 0, needed = fdt_totalsize(fdt); room <= needed; room += 4) {
		void *less = malloc(room ? room : 1);

		CHECK_EQ(fdt_build_openbsd(&before, &details, RSDP, less, room),
			 room < needed ? ERR_FDT_SPACE : 0);
		free(less);
	}
	free(fdt);
}
