/* SPDX-License-Identifier: BSD-2-Clause */
/* The platform model of each VMM's tree, value by value, and of trees at the model's limits. */
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "platform/platform.h"
#include "platform/own.h"
#include "test.h"
#include "trees.h"

static struct platform p;
static struct maker m;
static void *loaded; /* the tree that p's pointers go into */

static void load(const char *name)
{
	size_t size;

	loaded = tree_load(name, &size);
	memset(&p, 0xa5, sizeof(p));
	CHECK_EQ(platform_from_fdt(&p, loaded, size), 0);
	CHECK(p.fdt == loaded);
	CHECK_TEXT(p.overflow, NULL);
}

static void check_region(const struct region *region, uint64_t base, uint64_t size)
{
	CHECK_EQ(region->base, base);
	CHECK_EQ(region->size, size);
}

static void check_bank(unsigned int i, uint64_t base, uint64_t size)
{
	test_note("bank %u", i);
	CHECK(i < p.banks);
	check_region(&p.bank[i].region, base, size);
}

static void check_interrupt(const struct interrupt *interrupt, uint32_t intid, bool edge, bool low)
{
	CHECK_EQ(interrupt->intid, intid);
	CHECK_EQ(interrupt->edge, edge);
	CHECK_EQ(interrupt->active_low, low);
}

static void check_timer(bool low)
{
	static const uint32_t intids[TIMER_INTERRUPTS] = {29, 30, 27, 26};

	CHECK(p.timer.present);
	for (int i = 0; i < TIMER_INTERRUPTS; i++)
		check_interrupt(&p.timer.interrupt[i], intids[i], false, low);
}

static void check_cpu(unsigned int i, uint64_t mpidr, bool psci, unsigned int node)
{
	test_note("CPU %u", i);
	CHECK_EQ(p.cpu[i].mpidr, mpidr);
	CHECK_EQ(p.cpu[i].psci, psci);
	CHECK_EQ(p.cpu[i].node, node);
}

static void check_virtio(unsigned int i, uint64_t base, uint32_t intid, bool coherent)
{
	test_note("virtio %u", i);
	check_region(&p.virtio[i].region, base, 0x200);
	check_interrupt(&p.virtio[i].interrupt, intid, true, false);
	CHECK_EQ(p.virtio[i].coherent, coherent);
}

/* What QEMU's two trees have in common. */
static void check_qemu(void)
{
	CHECK_TEXT(p.model, "linux,dummy-virt");
	CHECK_EQ(p.cpus, 2);
	check_cpu(0, 0, true, 0);
	check_cpu(1, 1, true, 0);
	CHECK_EQ(p.banks, 1);
	check_bank(0, 0x40000000, 0x40000000);
	CHECK_EQ(p.num_reserved, 0);
	CHECK_EQ(p.uarts, 1);
	CHECK_EQ(p.console, 0);
	CHECK_EQ(p.uart[0].type, UART_PL011);
	CHECK_TEXT(p.uart[0].compatible, "arm,pl011");
	CHECK_TEXT(p.uart[0].path, "/pl011@9000000");
	check_region(&p.uart[0].region, 0x9000000, 0x1000);
	check_interrupt(&p.uart[0].interrupt, 33, false, false);
	check_region(&p.rtc.region, 0x9010000, 0x1000);
	check_interrupt(&p.rtc.interrupt, 34, false, false);
	check_region(&p.fw_cfg, 0x9020000, 0x18);
	check_region(&p.flash, 0x4000000, 0x4000000);
	check_timer(false);
	CHECK(p.timer.always_on);
}

static void check_qemu_psci_and_pcie(void)
{
	CHECK_EQ(p.psci.version, 0x10000);
	CHECK_EQ(p.psci.conduit, CONDUIT_HVC);
	CHECK_EQ(p.psci.cpu_on, 0xc4000003);
	CHECK_EQ(p.psci.cpu_off, 0x84000002);
	CHECK_EQ(p.psci.cpu_suspend, 0xc4000001);
	CHECK_EQ(p.psci.migrate, 0xc4000005);
	REQUIRE(CHECK_EQ(p.num_pcie, 1));
	check_region(&p.pcie[0].config, 0x4010000000, 0x10000000);
	CHECK(p.pcie[0].ecam);
	CHECK(!p.pcie[0].probe_only);
	CHECK_EQ(p.pcie[0].bus_first, 0);
	CHECK_EQ(p.pcie[0].bus_last, 255);
	CHECK_EQ(p.pcie[0].segment, 0);
	check_region(&p.pcie[0].io, 0x3eff0000, 0x10000);
	CHECK_EQ(p.pcie[0].io_bus, 0);
	check_region(&p.pcie[0].mem32, 0x10000000, 0x2eff0000);
	CHECK_EQ(p.pcie[0].mem32_bus, 0x10000000);
	check_region(&p.pcie[0].mem64, 0x8000000000, 0x8000000000);
	CHECK_EQ(p.pcie[0].mem64_bus, 0x8000000000);
	CHECK_EQ(p.pcie[0].node, fdt_path_offset(loaded, "/pcie@10000000"));
}

/* A window that is too short is not looked at, nor are bridges that the VMM has numbered itself. */
TEST(platform_own_is_what_may_be_touched)
{
	struct platform_own own;

	load("qemu-gicv3");
	memset(&own, 0xa5, sizeof(own));
	platform_own(&p, &own);
	REQUIRE(CHECK_EQ(own.ecams, 1));
	CHECK_EQ(own.ecam[0], 0x4010000000);
	CHECK_EQ(own.rtc, 0x9010000);
	CHECK_EQ(own.smmu, p.smmu);
	CHECK(platform_owns_ram(&own, 0x40000000, 0x40000000));
	CHECK(!platform_owns_ram(&own, 0x40000000, 0x40000001));
	CHECK(!platform_owns_ram(&own, 0x9010000, 1));
	p.pcie[0].config.size = ECAM_BUS - 1;
	platform_own(&p, &own);
	CHECK_EQ(own.ecams, 0);
	p.pcie[0].config.size = ECAM_BUS;
	platform_own(&p, &own);
	CHECK_EQ(own.ecams, 1);
	p.pcie[0].probe_only = true;
	platform_own(&p, &own);
	CHECK_EQ(own.ecams, 0);
}

TEST(platform_of_qemu_with_gicv3)
{
	load("qemu-gicv3");
	check_qemu();
	check_qemu_psci_and_pcie();
	CHECK_EQ(p.gic.version, 3);
	check_region(&p.gic.dist, 0x8000000, 0x10000);
	CHECK_EQ(p.gic.redists, 1);
	check_region(&p.gic.redist[0], 0x80a0000, 0xf60000);
	CHECK_EQ(p.gic.num_its, 1);
	check_region(&p.gic.its[0], 0x8080000, 0x20000);
	CHECK_EQ(p.num_virtio, 32);
	for (unsigned int i = 0; i < 32; i++)
		check_virtio(i, 0xa000000 + 0x200 * i, 48 + i, true);
	CHECK_TEXT(p.chosen.bootargs, NULL);
	CHECK_EQ(p.chosen.node, fdt_path_offset(loaded, "/chosen"));
}

TEST(platform_of_qemu_with_gicv2)
{
	load("qemu-gicv2");
	check_qemu();
	check_qemu_psci_and_pcie();
	CHECK_EQ(p.gic.version, 2);
	check_region(&p.gic.dist, 0x8000000, 0x10000);
	check_region(&p.gic.cpu, 0x8010000, 0x10000);
	check_region(&p.gic.hyp, 0, 0);
	check_region(&p.gic.v2m, 0x8020000, 0x1000);
	CHECK_EQ(p.gic.redists + p.gic.num_its, 0);
	CHECK_EQ(p.num_virtio, 4);
	CHECK_TEXT(p.chosen.bootargs, "console=ttyAMA0 quiet");
	CHECK(p.chosen.has_kaslr_seed);
	CHECK(p.chosen.has_rng_seed);
	CHECK_EQ(p.chosen.rng_seed_len, 32);
	CHECK_BYTES(p.chosen.rng_seed, "\1\2\3\4\5\6\7\10", 8);
	check_region(&p.chosen.initrd, 0, 0);
}

/* Linux and the Devicetree Specification (2.3.4): what is disabled is not there, RAM included. */
TEST(platform_leaves_out_secure_memory_and_uarts)
{
	load("qemu-secure");
	CHECK_EQ(p.banks, 1);
	check_bank(0, 0x40000000, 0x40000000);
	CHECK_EQ(p.uarts, 1);
	CHECK_EQ(p.console, 0);
	check_region(&p.uart[0].region, 0x9000000, 0x1000);
	CHECK_EQ(p.psci.version, 0);
	CHECK_EQ(p.psci.conduit, CONDUIT_NONE);
}

TEST(platform_of_kvmtool)
{
	load("kvmtool");
	CHECK_TEXT(p.model, NULL);
	CHECK_EQ(p.cpus, 2);
	CHECK_EQ(p.banks, 1);
	check_bank(0, 0x80000000, 0x20000000);
	CHECK_EQ(p.gic.version, 2);
	check_region(&p.gic.cpu, 0x3ffd0000, 0x20000);
	check_timer(true);
	CHECK_EQ(p.uarts, 2);
	CHECK_EQ(p.console, 0);
	CHECK_EQ(p.uart[0].type, UART_NS16550);
	check_region(&p.uart[0].region, 0x1000000, 8);
	check_region(&p.rtc.region, 0, 0);
	check_region(&p.fw_cfg, 0, 0);
	CHECK_EQ(p.num_virtio, 1);
	CHECK_TEXT(p.chosen.bootargs, "console=ttyS0 earlycon=uart,mmio,0x1000000");
	check_region(&p.chosen.initrd, 0x8f000000, 0xa12345);
}

TEST(platform_takes_psci_0_1_function_ids)
{
	load("kvmtool");
	CHECK_EQ(p.psci.version, 1);
	CHECK_EQ(p.psci.conduit, CONDUIT_HVC);
	CHECK_EQ(p.psci.cpu_suspend, 0x95c1ba5e);
	CHECK_EQ(p.psci.cpu_off, 0x95c1ba5f);
	CHECK_EQ(p.psci.cpu_on, 0x95c1ba60);
	CHECK_EQ(p.psci.migrate, 0x95c1ba61);
}

/* kvmtool, crosvm and Firecracker say it once for all host bridges, in /chosen. */
TEST(platform_takes_probe_only_from_chosen)
{
	load("kvmtool");
	REQUIRE(CHECK_EQ(p.num_pcie, 1));
	CHECK(p.pcie[0].probe_only);
	load("crosvm"); /* here /chosen comes before the bridge */
	REQUIRE(CHECK_EQ(p.num_pcie, 1));
	CHECK(p.pcie[0].probe_only);
}

TEST(platform_takes_probe_only_from_chosen_behind_the_bridge)
{
	size_t size;
	void *fdt;

	make_start(&m);
	make_cell_counts(&m, 2, 2);
	make_memory(&m, 0x40000000, 0x1000000);
	make_node(&m, "pci");
	make_text(&m, "compatible", "pci-host-ecam-generic");
	make_cells(&m, "reg", 0, 0x30000000, 0, 0x1000000);
	make_end(&m);
	make_node(&m, "chosen");
	make_cells(&m, "linux,pci-probe-only", 1);
	make_end(&m);
	fdt = make_finish(&m, &size);
	CHECK_EQ(platform_from_fdt(&p, fdt, size), 0);
	REQUIRE(CHECK_EQ(p.num_pcie, 1));
	CHECK(p.pcie[0].probe_only);
	free(fdt);
}

TEST(platform_of_kvmtool_has_cam)
{
	load("kvmtool");
	REQUIRE(CHECK_EQ(p.num_pcie, 1));
	CHECK(!p.pcie[0].ecam);
	check_region(&p.pcie[0].config, 0x40000000, 0x1000000);
	CHECK_EQ(p.pcie[0].bus_last, 0);
	check_region(&p.pcie[0].io, 0, 0x10000);
	check_region(&p.pcie[0].mem32, 0x41000000, 0x3f000000);
	check_region(&p.pcie[0].mem64, 0, 0);
}

TEST(platform_of_cloud_hypervisor)
{
	load("cloud-hypervisor");
	CHECK_EQ(p.cpus, 1);
	check_cpu(0, 0, false, 0); /* one CPU alone has no enable-method there */
	CHECK_EQ(p.banks, 2);
	check_bank(0, 0x40000000, 0xbc000000);
	check_bank(1, 0x100000000, 0x44000000);
	CHECK_EQ(p.gic.version, 3);
	CHECK_EQ(p.gic.redists, 1);
	check_region(&p.gic.redist[0], 0x8fd0000, 0x20000);
	check_interrupt(&p.gic.maintenance, 25, false, false);
	CHECK_EQ(p.gic.num_its, 1);
	CHECK_EQ(p.console, -1);
	CHECK_EQ(p.uarts, 1);
	check_interrupt(&p.uart[0].interrupt, 32, true, false);
	CHECK_EQ(p.psci.version, 2);
	REQUIRE(CHECK_EQ(p.num_pcie, 2));
	CHECK_EQ(p.pcie[0].segment, 0);
	CHECK(!p.pcie[0].probe_only);
	check_region(&p.pcie[0].io, 0, 0);
	check_region(&p.pcie[0].mem32, 0x10000000, 0x20000000);
	check_region(&p.pcie[0].mem64, 0x280000000, 0xfd80000000);
	CHECK_EQ(p.pcie[1].segment, 1);
	CHECK(p.pcie[1].probe_only);
	check_region(&p.pcie[1].config, 0x30100000, 0x100000);
}

TEST(platform_of_crosvm)
{
	load("crosvm");
	CHECK_EQ(p.cpus, 2);
	CHECK_EQ(p.banks, 1);
	CHECK_EQ(p.num_reserved, 0); /* the pool has a size and no address: the kernel's business */
	CHECK_EQ(p.gic.redists, 1);
	CHECK_EQ(p.uarts, 2);
	CHECK_EQ(p.console, 0);
	check_region(&p.uart[0].region, 0x3f8, 8);
	check_region(&p.uart[1].region, 0x2f8, 8);
	CHECK_EQ(p.psci.version, 0x10000);
	check_region(&p.chosen.initrd, 0x83000000, 0x800000); /* cells of one word here */
	REQUIRE(CHECK_EQ(p.num_pcie, 1));
	CHECK(!p.pcie[0].ecam);
	check_region(&p.pcie[0].config, 0x10000, 0x1000000);
	/* two windows of 64-bit memory: the first counts */
	check_region(&p.pcie[0].mem64, 0x2000000, 0x2000000);
	check_region(&p.rtc.region, 0, 0); /* a PL030 is not a PL031 */
}

TEST(platform_of_firecracker)
{
	load("firecracker");
	CHECK_EQ(p.banks, 2);
	check_bank(0, 0x80200000, 0x3f7fe00000);
	check_bank(1, 0x8000000000, 0x40000000);
	check_cpu(1, 1, true, 0);
	CHECK_EQ(p.num_virtio, 2);
	CHECK_EQ(p.virtio[0].region.base, 0x40004000);
	CHECK_EQ(p.console, -1);
	CHECK_EQ(p.uart[0].type, UART_NS16550);
	check_region(&p.rtc.region, 0x40001000, 0x1000);
	check_interrupt(&p.rtc.interrupt, 0, false, false);
	CHECK(p.chosen.has_rng_seed);
	CHECK(!p.chosen.has_kaslr_seed);
	CHECK_EQ(p.chosen.rng_seed_len, 64);
}

TEST(platform_of_xen)
{
	load("xen");
	CHECK_TEXT(p.model, "XENVM-4.17");
	CHECK_EQ(p.banks, 2);
	check_bank(0, 0x40000000, 0xc0000000);
	check_bank(1, 0x200000000, 0x100000000);
	CHECK_EQ(p.gic.redists, 2);
	check_region(&p.gic.redist[1], 0x10000000, 0x200000);
	CHECK_EQ(p.uarts, 1);
	CHECK_EQ(p.uart[0].type, UART_SBSA);
	check_region(&p.uart[0].region, 0x22000000, 0x1000);
	check_interrupt(&p.timer.interrupt[TIMER_VIRTUAL], 27, false, true);
	check_interrupt(&p.timer.interrupt[TIMER_HYP], 0, false, false);
	CHECK(!p.timer.always_on);
	check_region(&p.chosen.initrd, 0x48200000, 0xe00000);
	check_region(&p.acpi, 0x20000000, 0x200000);
}

TEST(platform_takes_reserved_memory)
{
	load("reserved");
	REQUIRE(CHECK_EQ(p.num_reserved, 6)); /* what is disabled is free */
	check_region(&p.reserved[0].region, 0x47fe0000, 0x20000);
	CHECK(p.reserved[0].no_map);
	check_region(&p.reserved[1].region, 0x46000000, 0x1000);
	CHECK(!p.reserved[1].no_map);
	check_region(&p.reserved[2].region, 0x47000000, 0x100000);
	check_region(&p.reserved[3].region, 0x45000000, 0x1000);
	check_region(&p.reserved[4].region, 0x47f00000, 0x10000);
	check_region(&p.reserved[5].region, 0x40000000, 0x1000);
	CHECK(!p.reserved[5].no_map);
	check_region(&p.chosen.initrd, 0x47e00000, 0x100000);
}

TEST(platform_takes_numa_nodes_and_clusters)
{
	load("numa");
	CHECK_EQ(p.banks, 2);
	check_bank(0, 0x80000000, 0x40000000);
	CHECK_EQ(p.bank[0].node, 1);
	CHECK_EQ(p.bank[1].node, 0);
	REQUIRE(CHECK_EQ(p.cpus, 4));
	check_cpu(0, 0, true, 0);
	check_cpu(1, 1, true, 0);
	check_cpu(2, 0x100, true, 1);
	check_cpu(3, 0x100000101, false, 1);
	CHECK_EQ(p.psci.conduit, CONDUIT_SMC);
	CHECK(p.chosen.node > 0);
}

TEST(platform_of_a_32_bit_board)
{
	load("one-cell");
	CHECK_TEXT(p.model, "one cell");
	CHECK_EQ(p.banks, 2);
	check_bank(0, 0x80000000, 0x20000000);
	check_bank(1, 0xa0000000, 0x10000000);
	CHECK_EQ(p.gic.version, 2);
	check_region(&p.gic.hyp, 0x1e004000, 0x2000);
	check_region(&p.gic.vcpu, 0x1e006000, 0x2000);
	check_interrupt(&p.gic.maintenance, 25, false, false);
	CHECK_EQ(p.num_virtio, 1); /* the other one is where no CPU can reach it */
	check_region(&p.virtio[0].region, 0x8001000, 0x200);
	CHECK(!p.virtio[0].coherent);
	CHECK_EQ(p.uarts, 2); /* so is the third UART */
	check_region(&p.uart[0].region, 0x1c090000, 0x1000);
	CHECK_TEXT(p.uart[0].path, "/bus@8000000/motherboard@3,00000000/uart@90000");
	CHECK_EQ(p.console, 0); /* by alias, with options behind */
}

/* -- the console ---------------------------------------------------------------------------- */

/* A tree with two UARTs, aliases, and this stdout-path; returns the index that is found. */
static int console_of(const char *stdout_path, const char *alias)
{
	size_t size;
	void *fdt;

	make_start(&m);
	make_cell_counts(&m, 2, 2);
	make_memory(&m, 0x40000000, 0x1000000);
	make_node(&m, "aliases");
	make_property(&m, "serial0", alias, strlen(alias) + 1);
	make_property(&m, "broken", "/uart@1", 7); /* not terminated */
	make_property(&m, "empty", NULL, 0);
	make_end(&m);
	for (uint32_t i = 0; i < 2; i++) {
		make_node(&m, i ? "uart@2" : "uart@1");
		make_text(&m, "compatible", "arm,pl011");
		make_cells(&m, "reg", 0, 0x1000 * (i + 1), 0, 0x1000);
		make_end(&m);
	}
	for (uint32_t i = 0; i < 2; i++) {
		make_node(&m, i ? "virtio_mmio@6" : "virtio_mmio@5");
		make_text(&m, "compatible", "virtio,mmio");
		make_cells(&m, "reg", 0, 0x5000 + 0x1000 * i, 0, 0x200);
		make_end(&m);
	}
	make_node(&m, "chosen");
	if (stdout_path)
		make_text(&m, "stdout-path", stdout_path);
	make_end(&m);
	fdt = make_finish(&m, &size);
	CHECK_EQ(platform_from_fdt(&p, fdt, size), 0);
	free(fdt);
	return p.console;
}

TEST(platform_finds_the_console)
{
	CHECK_EQ(console_of("/uart@2", ""), 1);
	CHECK_EQ(console_of("/uart@2:115200", ""), 1);
	CHECK_EQ(console_of("/uart@1:", ""), 0);
	CHECK_EQ(console_of("serial0", "/uart@2"), 1);
	CHECK_EQ(console_of("serial0:9600n8", "/uart@1"), 0);
	CHECK_EQ(p.virtio_console, -1);
}

TEST(platform_finds_the_virtio_device_of_stdout_path)
{
	CHECK_EQ(console_of("/virtio_mmio@6", ""), -1);
	CHECK_EQ(p.virtio_console, 1);
	console_of("/virtio_mmio@5:115200", "");
	CHECK_EQ(p.virtio_console, 0);
	console_of("serial0", "/virtio_mmio@6");
	CHECK_EQ(p.virtio_console, 1);
	console_of("serial0", "virtio_mmio@6");
	CHECK_EQ(p.virtio_console, -1);
	console_of("/virtio_mmio@7", "");
	CHECK_EQ(p.virtio_console, -1);
	console_of("/aliases", "");
	CHECK_EQ(p.virtio_console, -1);
	console_of("", "");
	CHECK_EQ(p.virtio_console, -1);
}

TEST(platform_has_no_console_when_it_is_not_named)
{
	CHECK_EQ(console_of(NULL, ""), -1);
	CHECK_EQ(console_of("", ""), -1);
	CHECK_EQ(console_of(":", "/uart@1"), -1);
	CHECK_EQ(console_of("/uart", ""), -1);
	CHECK_EQ(console_of("/uart@22", ""), -1);
	CHECK_EQ(console_of("serial", "/uart@1"), -1);
	CHECK_EQ(console_of("serial00", "/uart@1"), -1);
	CHECK_EQ(console_of("serial0", "uart@1"), -1);
	CHECK_EQ(console_of("broken", ""), -1);
	CHECK_EQ(console_of("empty", ""), -1);
}

/* -- limits -------------------------------------------------------------------------------------
 */

static void start(void)
{
	make_start(&m);
	make_cell_counts(&m, 2, 2);
	make_memory(&m, 0x40000000, 0x1000000);
}

static int finish(void)
{
	size_t size;

	free(loaded);
	loaded = make_finish(&m, &size);
	return platform_from_fdt(&p, loaded, size);
}

static void add_devices(const char *compatible, unsigned int count)
{
	for (uint32_t i = 0; i < count; i++) {
		char name[32];

		snprintf(name, sizeof(name), "device@%x", i);
		make_node(&m, name);
		make_text(&m, "compatible", compatible);
		make_cells(&m, "reg", 0, 0x1000 * i, 0, 0x1000);
		make_end(&m);
	}
}

TEST(platform_cuts_lists_that_are_too_long)
{
	static const struct {
		const char *compatible, *overflow;
		unsigned int max;
		const unsigned int *count;
	} lists[] = {
		{"virtio,mmio", "virtio-mmio devices", PLATFORM_VIRTIO, &p.num_virtio},
		{"arm,pl011", "UARTs", PLATFORM_UARTS, &p.uarts},
		{"arm,gic-v3-its", "GIC ITS units", PLATFORM_ITS, &p.gic.num_its},
		{"pci-host-ecam-generic", "PCI host bridges", PLATFORM_PCIE, &p.num_pcie},
	};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		test_note("%s", lists[i].compatible);
		start();
		add_devices(lists[i].compatible, lists[i].max);
		CHECK_EQ(finish(), 0);
		CHECK_TEXT(p.overflow, NULL);
		CHECK_EQ(*lists[i].count, lists[i].max);
		start();
		add_devices(lists[i].compatible, lists[i].max + 3);
		CHECK_EQ(finish(), 0);
		CHECK_TEXT(p.overflow, lists[i].overflow);
		CHECK_EQ(*lists[i].count, lists[i].max);
	}
}

TEST(platform_cuts_too_many_cpus_and_banks)
{
	start();
	for (uint32_t i = 1; i < PLATFORM_BANKS + 2; i++)
		make_memory(&m, 0x40000000ULL * (i + 1), 0x1000);
	make_node(&m, "cpus");
	make_cell_counts(&m, 1, 0);
	for (uint32_t i = 0; i < PLATFORM_CPUS + 1; i++) {
		make_node(&m, "cpu");
		make_text(&m, "device_type", "cpu");
		make_cells(&m, "reg", i);
		make_end(&m);
	}
	make_end(&m);
	CHECK_EQ(finish(), 0);
	CHECK_EQ(p.banks, PLATFORM_BANKS);
	CHECK_EQ(p.cpus, PLATFORM_CPUS);
	CHECK_EQ(p.cpu[PLATFORM_CPUS - 1].mpidr, PLATFORM_CPUS - 1);
	CHECK_TEXT(p.overflow, "memory banks");
}

/* Reserved regions may not be cut: what is not respected gets overwritten. */
TEST(platform_refuses_too_many_reserved_regions)
{
	start();
	for (uint32_t i = 0; i < 60; i++)
		make_reservation(&m, 0x40000000 + 0x1000 * i, 0x1000);
	CHECK_EQ(finish(), 0);
	CHECK_EQ(p.num_reserved, 60);
	make_start(&m);
	make_cell_counts(&m, 2, 2);
	make_memory(&m, 0x40000000, 0x1000000);
	make_node(&m, "reserved-memory");
	make_cell_counts(&m, 2, 2);
	for (uint32_t i = 0; i < PLATFORM_RESERVED + 1; i++) {
		make_node(&m, "r");
		make_cells(&m, "reg", 0, 0x40000000 + 0x1000 * i, 0, 0x1000);
		make_end(&m);
	}
	make_end(&m);
	CHECK_EQ(finish(), ERR_FULL);
}

TEST(platform_takes_every_redistributor_region)
{
	start();
	make_node(&m, "intc");
	make_text(&m, "compatible", "arm,gic-v3");
	make_cells(&m, "#redistributor-regions", 3);
	make_cells(&m, "reg", 0, 0x1000, 0, 0x1000, 0, 0x2000, 0, 0x1000, 0, 0x3000, 0, 0x1000, 0,
		   0x4000, 0, 0x1000);
	make_end(&m);
	CHECK_EQ(finish(), 0);
	CHECK_EQ(p.gic.redists, 3);
	check_region(&p.gic.redist[2], 0x4000, 0x1000);
}

TEST(platform_cuts_too_many_redistributor_regions)
{
	uint32_t reg[4 * (PLATFORM_REDISTS + 4)];

	for (uint32_t i = 0; i < sizeof(reg) / 4; i++)
		reg[i] = i % 2 ? 0x1000 * (i + 1) : 0;
	start();
	make_node(&m, "intc");
	make_text(&m, "compatible", "arm,gic-v3");
	make_cells(&m, "#redistributor-regions", PLATFORM_REDISTS + 3);
	make_cells_of(&m, "reg", reg, sizeof(reg) / 4);
	make_end(&m);
	CHECK_EQ(finish(), 0);
	CHECK_EQ(p.gic.redists, PLATFORM_REDISTS);
	CHECK_EQ(p.gic.num_its, 0);
	CHECK_TEXT(p.overflow, "GIC redistributor regions");
}

static void redistributors(uint32_t high, uint32_t low)
{
	start();
	make_node(&m, "intc");
	make_text(&m, "compatible", "arm,gic-v3");
	if (high)
		make_cells(&m, "#redistributor-regions", high, low);
	else
		make_cells(&m, "#redistributor-regions", low);
	make_cells(&m, "reg", 0, 0x1000, 0, 0x1000, 0, 0x2000, 0, 0x1000);
	make_end(&m);
	finish();
	CHECK_EQ(p.gic.redists, 1);
}

/* Whatever the count says, the regions end where 'reg' does. */
TEST(platform_is_not_held_up_by_an_absurd_redistributor_count)
{
	redistributors(0, 100);
	redistributors(0, UINT32_MAX);
	redistributors(1, 0);
	redistributors(UINT32_MAX, UINT32_MAX);
}

TEST(platform_takes_reserved_memory_in_cells_of_one_word)
{
	start();
	make_node(&m, "reserved-memory");
	make_cell_counts(&m, 1, 1);
	make_node(&m, "r");
	make_cells(&m, "reg", 0x40001000, 0x2000);
	make_end(&m);
	make_end(&m);
	CHECK_EQ(finish(), 0);
	REQUIRE(CHECK_EQ(p.num_reserved, 1));
	check_region(&p.reserved[0].region, 0x40001000, 0x2000);
}

/* -- values that cannot be -------------------------------------------------------------------- */

TEST(platform_wants_memory)
{
	make_start(&m);
	CHECK_EQ(finish(), ERR_FDT_NO_MEMORY);
	make_start(&m);
	make_cell_counts(&m, 2, 2);
	make_memory(&m, 0x40000000, 0);
	CHECK_EQ(finish(), ERR_FDT_NO_MEMORY);
	make_start(&m);
	make_cell_counts(&m, 2, 2);
	make_node(&m, "memory@40000000"); /* without device_type */
	make_cells(&m, "reg", 0, 0x40000000, 0, 0x1000000);
	make_end(&m);
	CHECK_EQ(finish(), ERR_FDT_NO_MEMORY);
}

TEST(platform_refuses_memory_that_wraps_around)
{
	start();
	make_memory(&m, UINT64_MAX - 0xfff, 0x2000);
	CHECK_EQ(finish(), ERR_FDT_VALUE);
	start();
	make_memory(&m, 0x1000, UINT64_MAX);
	CHECK_EQ(finish(), ERR_FDT_VALUE);
}

static int with_root_cells(uint32_t address, uint32_t size)
{
	make_start(&m);
	make_cell_counts(&m, address, size);
	make_memory(&m, 0x40000000, 0x1000000);
	return finish();
}

TEST(platform_refuses_absurd_cell_counts)
{
	CHECK(with_root_cells(0, 2) < 0);
	CHECK(with_root_cells(3, 2) < 0);
	CHECK(with_root_cells(2, 0) < 0);
	CHECK(with_root_cells(2, 3) < 0);
	CHECK(with_root_cells(UINT32_MAX, UINT32_MAX) < 0);
	CHECK(with_root_cells(0x80000000, 0x80000001) < 0);
}

static int with_reserved_cells(uint32_t address, uint32_t size)
{
	start();
	make_node(&m, "reserved-memory");
	make_cell_counts(&m, address, size);
	make_node(&m, "r");
	make_cells(&m, "reg", 0, 0x40000000, 0, 0x1000);
	make_end(&m);
	make_end(&m);
	return finish();
}

TEST(platform_refuses_absurd_cell_counts_of_reserved_memory)
{
	CHECK_EQ(with_reserved_cells(2, 2), 0);
	CHECK_EQ(with_reserved_cells(0, 2), ERR_FDT_VALUE);
	CHECK_EQ(with_reserved_cells(3, 2), ERR_FDT_VALUE);
	CHECK_EQ(with_reserved_cells(2, 0), ERR_FDT_VALUE);
	CHECK_EQ(with_reserved_cells(2, UINT32_MAX), ERR_FDT_VALUE);
	CHECK_EQ(with_reserved_cells(UINT32_MAX, 2), ERR_FDT_VALUE);
}

static int with_initrd(uint64_t start_at, uint64_t end)
{
	start();
	make_node(&m, "chosen");
	make_cells(&m, "linux,initrd-start", (uint32_t)(start_at >> 32), (uint32_t)start_at);
	make_cells(&m, "linux,initrd-end", (uint32_t)(end >> 32), (uint32_t)end);
	make_end(&m);
	return finish();
}

TEST(platform_refuses_an_initrd_that_ends_before_it_starts)
{
	CHECK_EQ(with_initrd(0x48000000, 0x48000000), 0);
	CHECK_EQ(p.chosen.initrd.size, 0);
	CHECK_EQ(with_initrd(0x48000000, 0x49000000), 0);
	CHECK_EQ(p.chosen.initrd.size, 0x1000000);
	CHECK_EQ(with_initrd(0x48000000, 0x47ffffff), ERR_FDT_VALUE);
	CHECK_EQ(with_initrd(UINT64_MAX, 0), ERR_FDT_VALUE);
}

static int with_cpu(uint32_t cells, const uint32_t *reg, size_t count)
{
	start();
	make_node(&m, "cpus");
	make_cell_counts(&m, cells, 0);
	make_node(&m, "cpu@0");
	make_text(&m, "device_type", "cpu");
	if (reg)
		make_cells_of(&m, "reg", reg, count);
	make_end(&m);
	make_end(&m);
	return finish();
}

TEST(platform_refuses_cpus_without_an_id)
{
	static const uint32_t reg[] = {1, 2, 3};

	CHECK_EQ(with_cpu(1, reg, 1), 0);
	CHECK_EQ(with_cpu(2, reg, 2), 0);
	CHECK_EQ(p.cpu[0].mpidr, 0x100000002);
	CHECK_EQ(with_cpu(1, NULL, 0), ERR_FDT_VALUE);
	CHECK_EQ(with_cpu(1, reg, 0), ERR_FDT_VALUE);
	CHECK_EQ(with_cpu(2, reg, 1), ERR_FDT_VALUE);
	CHECK_EQ(with_cpu(0, reg, 1), ERR_FDT_VALUE);
	CHECK_EQ(with_cpu(3, reg, 3), ERR_FDT_VALUE);
	CHECK_EQ(with_cpu(UINT32_MAX, reg, 3), ERR_FDT_VALUE);
}

TEST(platform_ignores_devices_without_a_usable_address)
{
	start();
	make_node(&m, "uart");
	make_text(&m, "compatible", "arm,pl011");
	make_end(&m);
	make_node(&m, "virtio");
	make_text(&m, "compatible", "virtio,mmio");
	make_cells(&m, "reg", 0, 0x1000, 0);
	make_end(&m);
	make_node(&m, "pci");
	make_text(&m, "compatible", "pci-host-ecam-generic");
	make_end(&m);
	CHECK_EQ(finish(), 0);
	CHECK_EQ(p.uarts + p.num_virtio + p.num_pcie, 0);
}

/* A layout that no access fits is the guest's alone: io_width is 0. */
TEST(platform_takes_the_layout_of_a_16550)
{
	static const struct {
		uint32_t shift, width, offset;
		uint8_t expected;
	} layouts[] = {
		{0, 1, 0, 1},	  {2, 1, 0, 1},		 {2, 4, 0, 4},
		{1, 2, 0x100, 2}, {3, 4, 0x800, 4},	 {0, 2, 0, 0},
		{2, 8, 0, 0},	  {2, 3, 0, 0},		 {2, 0, 0, 0},
		{4, 4, 0, 0},	  {2, 4, 2, 0},		 {0, 1, 0x801, 0},
		{32, 1, 0, 0},	  {2, 4, UINT32_MAX, 0}, {UINT32_MAX, UINT32_MAX, 0, 0},
	};

	for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		test_note("layout %zu", i);
		start();
		make_node(&m, "serial");
		make_text(&m, "compatible", "snps,dw-apb-uart");
		make_cells(&m, "reg", 0, 0x1000, 0, 0x100);
		make_cells(&m, "reg-shift", layouts[i].shift);
		make_cells(&m, "reg-io-width", layouts[i].width);
		make_cells(&m, "reg-offset", layouts[i].offset);
		make_end(&m);
		CHECK_EQ(finish(), 0);
		REQUIRE(CHECK_EQ(p.uarts, 1));
		CHECK_EQ(p.uart[0].type, UART_NS16550);
		CHECK_EQ(p.uart[0].io_width, layouts[i].expected);
		CHECK_EQ(p.uart[0].reg_shift, layouts[i].expected ? layouts[i].shift : 0);
		CHECK_EQ(p.uart[0].reg_offset, layouts[i].expected ? layouts[i].offset : 0);
	}
}

TEST(platform_ignores_disabled_devices)
{
	start();
	add_devices("arm,pl011", 1);
	make_node(&m, "uart");
	make_text(&m, "compatible", "arm,pl011");
	make_text(&m, "status", "fail-sss");
	make_cells(&m, "reg", 0, 0x1000, 0, 0x1000);
	make_end(&m);
	CHECK_EQ(finish(), 0);
	CHECK_EQ(p.uarts, 1);
}

TEST(platform_survives_a_path_that_is_too_long)
{
	char name[80];

	memset(name, 'u', sizeof(name));
	for (size_t length = 55; length < sizeof(name); length++) {
		name[length] = '\0';
		test_note("a name of %zu bytes", length);
		start();
		make_node(&m, name);
		make_text(&m, "compatible", "arm,pl011");
		make_cells(&m, "reg", 0, 0x1000, 0, 0x1000);
		make_end(&m);
		CHECK_EQ(finish(), 0);
		CHECK_EQ(p.uarts, 1);
		CHECK_EQ(strlen(p.uart[0].path),
			 length + 2 <= sizeof(p.uart[0].path) ? length + 1 : 0);
		name[length] = 'u';
	}
}

TEST(platform_without_interrupts_has_none)
{
	start();
	make_node(&m, "timer");
	make_text(&m, "compatible", "arm,armv8-timer");
	make_cells(&m, "interrupts", 1, 13, 4, 1, 14); /* the second is cut short */
	make_end(&m);
	CHECK_EQ(finish(), 0);
	check_interrupt(&p.timer.interrupt[0], 29, false, false);
	check_interrupt(&p.timer.interrupt[1], 0, false, false);
	CHECK_EQ(p.gic.version, 0);
	CHECK_EQ(p.chosen.node, -1);
}

TEST(platform_init_knows_nothing)
{
	struct platform expected;

	memset(&expected, 0, sizeof(expected));
	expected.console = expected.virtio_console = -1;
	expected.chosen.node = -1;
	memset(&p, 0xa5, sizeof(p));
	platform_init(&p);
	CHECK_BYTES(&p, &expected, offsetof(struct platform, cpu)); /* behind it are the lists */
}
