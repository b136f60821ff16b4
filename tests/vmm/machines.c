/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The machines, each as its VMM's sources make it by default. Read on 2026-12-01; no code of theirs
 * is in here, only addresses and names.
 */
#include "vmm.h"

#define KIB	    0x400ULL
#define MIB	    0x100000ULL
#define GIB	    0x40000000ULL
#define SIZE(array) (sizeof(array) / sizeof((array)[0]))

#define KVMTOOL                                                                                    \
	.source = "kvmtool b48735e: arm/include/arm-common/kvm-arch.h, arm/fdt.c, arm/gic.c, "     \
		  "arm/pci.c, hw/serial.c",                                                        \
	.ram = 2 * GIB, .megabytes = 256, .load = 2 * GIB, .distributor = 0x3fff0000, .root = "",  \
	.memory = "memory", .cpu_cells = 1, .cpu = "arm,arm-v8", .psci = "arm,psci-0.2",           \
	.psci2 = "arm,psci", .psci_functions = true, .stdout_path = "serial0",                     \
	.zero_kaslr_seed = true, .timer_low = true,                                                \
	.console = {NS16550, 0x1000000, 8, 0, true, "U6_16550A", "ns16550a", NULL, 1843200},       \
	.pci = ECAM, .pci_config = GIB, .pci_config_size = 256 * MIB,                              \
	.pci_memory = GIB + 256 * MIB, .pci_memory_size = 768 * MIB

#define CLOUD_HYPERVISOR                                                                           \
	.source = "cloud-hypervisor ae44c29: arch/src/aarch64/{layout,fdt,uefi}.rs", .ram = GIB,   \
	.megabytes = 256, .tree = TREE_AT_RAM, .distributor = 0x8ff0000, .root = "",               \
	.memory = "memory@40000000", .cpu_cells = 1, .cpu = "arm,arm-v8", .psci = "arm,psci-0.2",  \
	.clock = true,                                                                             \
	.console = {PL011, 0x9000000, 0x1000, 1, false, "pl011", "arm,pl011", "arm,primecell", 0}, \
	.rtc = 0x9010000, .pci = ECAM, .pci_config = 0x30000000, .pci_config_size = MIB,           \
	.pci_memory = 256 * MIB, .pci_memory_size = 512 * MIB

#define CROSVM                                                                                     \
	.source = "crosvm f1e797a: aarch64/src/{lib,fdt}.rs, arch/src/serial.rs", .ram = 2 * GIB,  \
	.megabytes = 256, .distributor = 0x3fff0000, .root = "", .memory = "memory",               \
	.cpu_cells = 1, .cpu = "arm,armv8", .psci = "arm,psci-1.0", .psci2 = "arm,psci-0.2",       \
	.stdout_path = "/U6_16550A@3f8", .kaslr_seed = true, .rng_seed = true, .probe_only = true, \
	.timer_low = true,                                                                         \
	.console = {NS16550, 0x3f8, 8, 0, false, "U6_16550A", "ns16550a", NULL, 1843200},          \
	.pci = CAM, .pci_config = 64 * KIB, .pci_config_size = 16 * MIB, .pci_memory = 32 * MIB,   \
	.pci_memory_size = 32 * MIB

#define LIBKRUN                                                                                    \
	.source = "libkrun 6ed74fa: src/arch/src/aarch64/{mod,layout}.rs, "                        \
		  "src/devices/src/fdt/aarch64.rs, src/devices/src/virtio/console",                \
	.megabytes = 256, .distributor = 0x9ff0000, .root = "root", .memory = "memory",            \
	.cpu_cells = 2, .cpu = "arm,arm-v8", .psci = "arm,psci-0.2", .clock = true

const struct machine machines[] = {
	{.name = "kvmtool-firmware", KVMTOOL, .tree = TREE_BEHIND_FILE},
	{.name = "kvmtool-kernel", KVMTOOL, .tree = TREE_AT_END},
	{.name = "cloud-hypervisor-firmware",
	 CLOUD_HYPERVISOR,
	 .rom_size = 4 * MIB,
	 .file_max = 3 * MIB},
	{.name = "cloud-hypervisor-kernel", CLOUD_HYPERVISOR, .load = GIB + 4 * MIB},
	{.name = "crosvm-bios", CROSVM, .load = 2 * GIB + 2 * MIB, .tree = TREE_AT_RAM},
	{.name = "crosvm-kernel", CROSVM, .load = 2 * GIB, .tree = TREE_AT_END},
	{
		.name = "firecracker",
		.source = "Firecracker 81b38b9: src/vmm/src/arch/aarch64/{layout,fdt,gic}.rs",
		.ram = 2 * GIB,
		.megabytes = 128,
		.load = 2 * GIB + 2 * MIB,
		.hidden = 2 * MIB,
		.tree = TREE_AT_END,
		.distributor = GIB - 64 * KIB,
		.root = "",
		.memory = "memory@ram",
		.cpu_cells = 2,
		.cpu = "arm,arm-v8",
		.always_psci = true,
		.psci = "arm,psci-0.2",
		.rng_seed = true,
		.probe_only = true,
		.clock = true,
		.console = {NS16550, GIB + 8 * KIB, 0x1000, 0, false, "uart", "ns16550a", NULL, 0},
		.rtc = GIB + 4 * KIB,
		.virtio = GIB + 12 * KIB,
		.virtio_stride = 0x1000,
		.virtio_places = 3,
		.virtio_name = "virtio_mmio",
	},
	{
		.name = "libkrun-firmware",
		LIBKRUN,
		.ram = GIB,
		.rom_size = 8 * MIB,
		.tree = TREE_AT_RAM,
		.stdout_path = "/uart@a001000",
		/* Linux wants "arm,primecell" of it, too: it is for firmware. */
		.console = {PL011, 0xa001000, 0x1000, 1, false, "uart", "arm,pl011", NULL, 0},
		.second = {VIRTIO_CONSOLE, 0xa002000, 0x1000, 2, false, "virtio_mmio",
			   "virtio,mmio", NULL, 0},
		.rtc = 0xa000000,
		.virtio = 0xa003000,
		.virtio_stride = 0x1000,
		.virtio_places = 3,
		.virtio_name = "virtio_mmio",
	},
	{
		.name = "libkrun-kernel",
		LIBKRUN,
		.ram = 2 * GIB,
		.load = 2 * GIB,
		.tree = TREE_AT_END,
		.console = {VIRTIO_CONSOLE, 0xa001000, 0x1000, 1, false, "virtio_mmio",
			    "virtio,mmio", NULL, 0},
		.rtc = 0xa000000,
		.virtio = 0xa002000,
		.virtio_stride = 0x1000,
		.virtio_places = 4,
		.virtio_name = "virtio_mmio",
	},
};

const unsigned int machines_count = SIZE(machines);
