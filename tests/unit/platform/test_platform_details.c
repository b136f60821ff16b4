/* SPDX-License-Identifier: BSD-2-Clause */
/* The details of each VMM's tree, and of trees with impossible values. */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>
#include "details.h"
#include "test.h"

static void check_interrupt(const struct interrupt *interrupt, uint32_t intid, bool edge, bool low)
{
	CHECK_EQ(interrupt->intid, intid);
	CHECK_EQ(interrupt->edge, edge);
	CHECK_EQ(interrupt->active_low, low);
}

static void check_route(const struct platform_pcie_details *host, unsigned int index, int device,
			int pin, uint32_t intid)
{
	test_note("route %u", index);
	REQUIRE(CHECK(index < host->routes));
	CHECK_EQ(host->route[index].device, device);
	CHECK_EQ(host->route[index].pin, pin);
	check_interrupt(&host->route[index].interrupt, intid, false, false);
}

static void check_nothing(const struct platform_pcie_details *host)
{
	CHECK_EQ(host->routes, 0);
	CHECK_EQ(host->its, PLATFORM_NO_UNIT);
	CHECK_EQ(host->smmu, PLATFORM_NO_UNIT);
}

/* QEMU rotates four SPIs, from 35 on, over devices and pins. */
static void check_qemu_pcie(void)
{
	const struct platform_pcie_details *host = &d.pcie[0];

	CHECK(host->coherent);
	CHECK(!host->any_device);
	CHECK_EQ(host->device_mask, 3);
	CHECK_EQ(host->routes, 16);
	for (int i = 0; i < 16; i++)
		check_route(host, (unsigned int)i, i / 4, i % 4 + 1,
			    35 + (unsigned int)(i / 4 + i % 4) % 4);
}

static void check_qemu_button(void)
{
	CHECK(d.button.present);
	CHECK_EQ(d.button.pin, 3);
	CHECK_EQ(d.button.gpio.base, 0x9030000);
	CHECK_EQ(d.button.gpio.size, 0x1000);
	check_interrupt(&d.button.interrupt, 39, false, false);
}

TEST(details_of_qemu_with_gicv3)
{
	load_details("qemu-gicv3");
	check_interrupt(&d.pmu, 23, false, false);
	check_qemu_pcie();
	check_qemu_button();
	CHECK_EQ(d.pcie[0].its, 0);
	CHECK_EQ(d.pcie[0].its_base, 0);
	CHECK_EQ(d.pcie[0].smmu, PLATFORM_NO_UNIT);
	CHECK_EQ(d.smmus, 0);
	CHECK(!d.numa);
	CHECK(d.topology);
	check_place(0, 0, 0, 0, 0);
	check_place(1, 0, 0, 1, 0);
}

TEST(details_of_qemu_with_gicv2)
{
	load_details("qemu-gicv2");
	check_interrupt(&d.pmu, 23, false, false);
	check_qemu_pcie();
	check_qemu_button();
	CHECK_EQ(d.pcie[0].its, PLATFORM_NO_UNIT); /* its MSIs go to the v2m frame */
}

TEST(details_of_qemu_with_smmu_and_numa)
{
	load_details("qemu-smmu");
	check_qemu_pcie();
	REQUIRE(CHECK_EQ(d.smmus, 1));
	CHECK_EQ(d.smmu[0].region.base, 0x9050000);
	CHECK_EQ(d.smmu[0].region.size, 0x20000);
	CHECK(d.smmu[0].coherent);
	check_interrupt(&d.smmu[0].event, 106, true, false);
	check_interrupt(&d.smmu[0].pri, 107, true, false);
	check_interrupt(&d.smmu[0].sync, 108, true, false);
	check_interrupt(&d.smmu[0].error, 109, true, false);
	CHECK_EQ(d.pcie[0].smmu, 0);
	CHECK_EQ(d.pcie[0].its, 0);
	CHECK(d.numa);
	CHECK_EQ(d.distance[0][1], 20);
	CHECK_EQ(d.distance[1][1], 10);
	CHECK_EQ(d.distance[1][2], 0);
	CHECK(d.topology);
	for (int i = 0; i < 8; i++)
		check_place((unsigned int)i, i / 4, i / 2 % 2, 0, i % 2);
}

TEST(details_of_numa_nodes)
{
	load_details("numa");
	CHECK(d.numa);
	CHECK(!d.topology);
	CHECK_EQ(d.distance[1][0], 20);
	CHECK_EQ(d.pmu.intid, 0);
	CHECK(!d.button.present);
}

TEST(details_of_kvmtool)
{
	load_details("kvmtool");
	CHECK(d.pcie[0].coherent);
	CHECK_EQ(d.pcie[0].routes, 1); /* its GIC has no #address-cells: none in the map */
	check_route(&d.pcie[0], 0, 0, 1, 37);
	CHECK_EQ(d.pcie[0].device_mask, 31);
	CHECK(!d.topology);
	CHECK(!d.numa);
}

TEST(details_of_crosvm)
{
	load_details("crosvm");
	CHECK(d.pcie[0].coherent);
	check_nothing(&d.pcie[0]);
	CHECK(d.topology);
	check_place(1, 0, 0, 1, 0);
}

TEST(details_of_firecracker)
{
	load_details("firecracker");
	CHECK_EQ(d.pmu.intid, 0);
	CHECK(!d.topology);
	CHECK(!d.numa);
	CHECK(!d.button.present);
}

TEST(details_of_cloud_hypervisor)
{
	load_details("cloud-hypervisor");
	check_nothing(&d.pcie[0]);
	check_nothing(&d.pcie[1]);
	CHECK(!d.pcie[0].coherent);
	CHECK(d.pcie[2].coherent); /* no such host: as it was made */
}

TEST(details_of_xen)
{
	load_details("xen");
	CHECK(!d.numa);
	CHECK(!d.topology);
	CHECK_EQ(d.smmus, 0);
}

TEST(details_without_a_tree)
{
	platform_init(&p);
	memset(&d, 0xa5, sizeof(d));
	CHECK_EQ(platform_details_from_fdt(&d, &p), 0);
	CHECK(d.pcie[0].coherent);
	check_nothing(&d.pcie[PLATFORM_PCIE - 1]);
	CHECK_EQ(d.pmu.intid + d.smmus + d.numa + d.topology + d.button.present, 0);
}

/* -- trees made here ------------------------------------------------------------------------- */

static void start_host(void)
{
	make_node(&m, "pcie");
	make_text(&m, "compatible", "pci-host-ecam-generic");
	make_cells(&m, "reg", 0, 0x30000000, 0, 0x1000000);
	make_cell_counts(&m, 3, 2);
}

static void start_device(const char *name, const char *compatible, uint32_t base)
{
	make_node(&m, name);
	make_text(&m, "compatible", compatible);
	make_cells(&m, "reg", 0, base, 0, 0x1000);
}

TEST(details_take_interrupt_maps_of_any_parent_width)
{
	start_tree(1, 4);
	start_host();
	make_cells(&m, "interrupt-map-mask", 0xf800, 0, 0, 7);
	make_cells(&m, "interrupt-map", 0x800, 0, 0, 1, 1, 0x99, 0, 5, 4, 0, /* pin 1 */
		   0x1000, 0, 0, 4, 1, 0x99, 0, 6, 8, 0);
	make_end(&m);
	finish_tree();
	CHECK_EQ(d.pcie[0].routes, 2);
	check_route(&d.pcie[0], 0, 1, 1, 37);
	CHECK_EQ(d.pcie[0].route[1].device, 2);
	check_interrupt(&d.pcie[0].route[1].interrupt, 38, false, true);
}

TEST(details_take_interrupt_maps_without_a_mask)
{
	start_tree(-1, 3);
	start_host();
	make_cells(&m, "interrupt-map", 0xf800, 0, 0, 1, 1, 0, 5, 4);
	make_end(&m);
	finish_tree();
	CHECK_EQ(d.pcie[0].device_mask, 31);
	CHECK(!d.pcie[0].any_device);
	CHECK_EQ(d.pcie[0].routes, 1);
	check_route(&d.pcie[0], 0, 31, 1, 37);
}

TEST(details_take_interrupts_that_go_by_pin)
{
	start_tree(0, 3);
	start_host();
	make_cells(&m, "interrupt-map-mask", 0, 0, 0, 7);
	make_cells(&m, "interrupt-map", 0x1800, 0, 0, 2, 1, 0, 5, 1);
	make_end(&m);
	finish_tree();
	CHECK(d.pcie[0].any_device);
	CHECK_EQ(d.pcie[0].device_mask, 0);
	CHECK_EQ(d.pcie[0].route[0].device, 0);
	check_interrupt(&d.pcie[0].route[0].interrupt, 37, true, false);
}

/* Lines for pin 0 or 5 or another function mean nothing; an unknown parent ends the map. */
TEST(details_leave_out_interrupt_lines_that_cannot_be)
{
	start_tree(-1, 3);
	start_host();
	make_cells(&m, "interrupt-map-mask", 0xff00, 0, 0, 7);
	make_cells(&m, "interrupt-map", 0, 0, 0, 0, 1, 0, 5, 4, /* pin 0 */
		   0, 0, 0, 5, 1, 0, 5, 4, 0x100, 0, 0, 1, 1, 0, 5, 4, 0, 0, 0, 1, 1, 0, 6, 4, 0, 0,
		   0, 2, 9, 0, 7, 4, 0, 0, 0, 3, 1, 0, 8, 4);
	make_end(&m);
	finish_tree();
	CHECK_EQ(d.pcie[0].routes, 1);
	check_route(&d.pcie[0], 0, 0, 1, 38);
}

static unsigned int routes_of(int address_cells, uint32_t interrupt_cells, size_t cells)
{
	static const uint32_t line[12] = {0, 0, 0, 1, 1, 0, 5, 4};

	start_tree(address_cells, interrupt_cells);
	start_host();
	make_cells_of(&m, "interrupt-map", line, cells);
	make_end(&m);
	finish_tree();
	return d.pcie[0].routes;
}

TEST(details_refuse_interrupt_maps_of_impossible_widths)
{
	CHECK_EQ(routes_of(0, 3, 8), 1);
	CHECK_EQ(routes_of(0, 3, 7), 0);
	CHECK_EQ(routes_of(0, 3, 0), 0);
	CHECK_EQ(routes_of(0, 2, 12), 0);
	CHECK_EQ(routes_of(0, 5, 12), 0);
	CHECK_EQ(routes_of(3, 3, 12), 0);
	CHECK_EQ(routes_of(0x3fffffff, 3, 12), 0);
	CHECK_EQ(routes_of(-1, 0xfffffffb, 12), 0);
}

TEST(details_keep_as_many_routes_as_there_is_room_for)
{
	static fdt32_t lines[8 * (PLATFORM_ROUTES + 1)];

	for (uint32_t i = 0; i <= PLATFORM_ROUTES; i++) {
		const uint32_t line[8] = {i / 4 << 11, 0, 0, i % 4 + 1, 1, 0, i, 4};

		for (uint32_t j = 0; j < 8; j++)
			lines[8 * i + j] = cpu_to_fdt32(line[j]);
	}
	start_tree(-1, 3);
	start_host();
	make_property(&m, "interrupt-map", lines, sizeof(lines));
	make_end(&m);
	finish_tree();
	CHECK_EQ(d.pcie[0].routes, PLATFORM_ROUTES);
	check_route(&d.pcie[0], 127, 31, 4, 32 + 127);
}

TEST(details_find_the_its)
{
	start_tree(0, 3);
	start_host();
	make_cells(&m, "msi-map", 0, 7, 0, 0x100, 0x100, 3, 0x300, 0x100);
	make_end(&m);
	start_host();
	make_cells(&m, "msi-parent", 2, 5);
	make_end(&m);
	start_host();
	make_cells(&m, "msi-map", 0, 3, 0); /* a cell too few */
	make_cells(&m, "msi-parent", 3);    /* does not count where there is a map */
	make_end(&m);
	finish_tree();
	REQUIRE(CHECK_EQ(p.gic.num_its, 2));
	REQUIRE(CHECK_EQ(p.num_pcie, 3));
	CHECK_EQ(d.pcie[0].its, 1);
	CHECK_EQ(d.pcie[0].its_base, 0x200);
	CHECK_EQ(d.pcie[1].its, 0);
	CHECK_EQ(d.pcie[1].its_base, 0);
	CHECK_EQ(d.pcie[2].its, PLATFORM_NO_UNIT);
}

TEST(details_of_the_smmu)
{
	start_tree(0, 3);
	start_device("off", "arm,smmu-v3", 0x60000000);
	make_text(&m, "status", "disabled");
	make_cells(&m, "phandle", 32);
	make_end(&m);
	for (uint32_t i = 0; i < PLATFORM_SMMUS + 1; i++) {
		start_device("smmu", "arm,smmu-v3", 0x50000000 + 0x20000 * i);
		make_property(&m, "interrupt-names", "gerror\0eventq\0cmdq-sync", 24);
		if (i == 0)
			make_cells(&m, "interrupts", 0, 10, 1, 0, 11, 4); /* one too few */
		make_cells(&m, "phandle", 16 + i);
		make_end(&m);
	}
	start_host();
	make_cells(&m, "iommu-map", 0x100, 17, 0x10, 0x100);
	make_end(&m);
	start_host();
	make_cells(&m, "iommu-map", 0, 32, 0, 0x10000);
	make_end(&m);
	finish_tree();
	REQUIRE(CHECK_EQ(d.smmus, PLATFORM_SMMUS));
	check_interrupt(&d.smmu[0].error, 42, true, false);
	check_interrupt(&d.smmu[0].event, 43, false, false);
	CHECK_EQ(d.smmu[0].sync.intid + d.smmu[0].pri.intid + d.smmu[1].error.intid, 0);
	CHECK(!d.smmu[0].coherent);
	CHECK_EQ(d.pcie[0].smmu, 1);
	CHECK_EQ(d.pcie[0].smmu_base, 0xffffff10);
	CHECK_EQ(d.pcie[1].smmu, PLATFORM_NO_UNIT);
	CHECK(!d.pcie[0].coherent);
}

TEST(details_survive_names_of_interrupts_without_an_end)
{
	start_tree(0, 3);
	start_device("smmu", "arm,smmu-v3", 0x50000000);
	make_property(&m, "interrupt-names", "eventq\0gerrorxxx", 13);
	make_cells(&m, "interrupts", 0, 10, 1, 0, 11, 4);
	make_end(&m);
	start_device("smmu", "arm,smmu-v3", 0x60000000);
	make_property(&m, "interrupt-names", NULL, 0);
	make_end(&m);
	finish_tree();
	CHECK_EQ(d.smmus, 2);
	CHECK_EQ(d.smmu[0].event.intid + d.smmu[0].error.intid, 0);
}

/* As QEMU says it from version 8 on. */
TEST(details_take_coherence_from_the_root)
{
	make_start(&m);
	make_property(&m, "dma-coherent", NULL, 0);
	make_cell_counts(&m, 2, 2);
	make_memory(&m, 0x40000000, 0x1000000);
	start_device("smmu", "arm,smmu-v3", 0x50000000);
	make_end(&m);
	start_host();
	make_end(&m);
	finish_tree();
	CHECK(d.pcie[0].coherent);
	CHECK(d.smmu[0].coherent);
}

static uint32_t pmu_of(const char *compatible, uint32_t type, uint32_t number)
{
	start_tree(0, 3);
	make_node(&m, "pmu");
	make_text(&m, "compatible", compatible);
	make_cells(&m, "interrupts", type, number, 4);
	make_end(&m);
	finish_tree();
	return d.pmu.intid;
}

TEST(details_know_pmus_by_their_name_and_interrupt)
{
	CHECK_EQ(pmu_of("arm,armv8-pmuv3", 1, 7), 23);
	CHECK_EQ(pmu_of("arm,cortex-a57-pmu", 1, 7), 23);
	CHECK_EQ(pmu_of("arm,armv8-pmuv3", 1, 15), 31);
	CHECK_EQ(pmu_of("arm,armv8-pmuv3", 1, 16), 0); /* no PPI */
	CHECK_EQ(pmu_of("arm,dsu-pmu", 0, 7), 0);
	CHECK_EQ(pmu_of("-pmu", 1, 7), 0);
	CHECK_EQ(pmu_of("arm,armv8-pmu", 1, 0xffffffff), 0);
}

static bool button_of(uint32_t code, uint32_t controller, uint32_t pin, size_t cells)
{
	const uint32_t gpios[4] = {controller, pin, 0};

	start_tree(0, 3);
	start_device("gpio", "arm,pl061", 0x70000000);
	make_cells(&m, "phandle", 5);
	make_cells(&m, "interrupts", 0, 9, 4);
	make_end(&m);
	make_node(&m, "gpio-keys");
	make_text(&m, "compatible", "gpio-keys");
	make_node(&m, "other");
	make_cells(&m, "linux,code", 30);
	make_cells(&m, "gpios", 5, 1, 0);
	make_end(&m);
	make_node(&m, "poweroff");
	make_cells(&m, "linux,code", code);
	make_cells_of(&m, "gpios", gpios, cells);
	make_end(&m);
	make_end(&m);
	finish_tree();
	return d.button.present;
}

TEST(details_know_the_power_button)
{
	CHECK(button_of(116, 5, 7, 3));
	CHECK_EQ(d.button.pin, 7);
	check_interrupt(&d.button.interrupt, 41, false, false);
	CHECK(!button_of(117, 5, 7, 3));
	CHECK(!button_of(116, 6, 7, 3));
	CHECK(!button_of(116, 0, 7, 3));
	CHECK(!button_of(116, 5, 8, 3));
	CHECK(!button_of(116, 5, 7, 2));
	CHECK(!button_of(116, 5, 7, 4));
	CHECK(!button_of(116, 5, 7, 0));
}

/* Without phandles, nothing refers to anything. */
TEST(details_take_no_missing_phandle_for_a_reference)
{
	start_tree(0, 3);
	for (uint32_t i = 0; i < 6; i++) { /* more than are kept */
		start_device("gpio", "arm,pl061", 0x70000000 + 0x1000 * i);
		make_cells(&m, "interrupts", 0, 9, 4);
		make_end(&m);
	}
	make_node(&m, "gpio-keys");
	make_text(&m, "compatible", "gpio-keys");
	make_node(&m, "poweroff");
	make_cells(&m, "linux,code", 116);
	make_cells(&m, "gpios", 0, 1, 0);
	make_end(&m);
	make_end(&m);
	start_device("smmu", "arm,smmu-v3", 0x50000000);
	make_end(&m);
	start_host();
	make_cells(&m, "iommu-map", 0, 0, 0, 0x10000);
	make_end(&m);
	finish_tree();
	CHECK(!d.button.present);
	CHECK_EQ(d.smmus, 1);
	check_nothing(&d.pcie[0]);
}

/* Every byte of QEMU's tree damaged in turn, as far as the model takes the tree. */
TEST(details_survive_damage)
{
	size_t size;
	uint8_t *fdt = tree_load("qemu-smmu", &size);

	for (size_t i = 0; i < size; i++) {
		uint8_t kept = fdt[i];

		fdt[i] = (uint8_t)test_between(0, 255);
		test_note("byte %zu", i);
		if (platform_from_fdt(&p, fdt, size) == 0)
			CHECK_EQ(platform_details_from_fdt(&d, &p), 0);
		fdt[i] = kept;
	}
	free(fdt);
}
