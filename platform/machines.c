/* SPDX-License-Identifier: BSD-2-Clause */
/* Machines that are known without a device tree: where their devices are. */
#include "platform/machines.h"

#define KIB 0x400ULL
#define MIB 0x100000ULL
#define GIB 0x40000000ULL
#define SPI 32

const struct machine machines[] = {
	{
		/* QEMU, hw/arm/virt.c */
		.ram = 0x40000000,
		.devices = {0x08000000, 34 * MIB},
		.gic_dist = {0x08000000, 64 * KIB},
		.gic_cpu = {0x08010000, 64 * KIB},
		.gic_v2m = {0x08020000, 4 * KIB},
		.gic_hyp = {0x08030000, 64 * KIB},
		.gic_vcpu = {0x08040000, 64 * KIB},
		.gic_its = {0x08080000, 128 * KIB},
		.gic_redist = {{0x080A0000, 123 * 128 * KIB}, {0x4000000000, 64 * MIB}},
		.maintenance = 25,
		.pmu = 23,
		.timer = {29, 30, 27, 26},
		.pl011 = {{0x09000000, 4 * KIB}, SPI + 1},
		.pl031 = {{0x09010000, 4 * KIB}, SPI + 2},
		.fw_cfg = {0x09020000, 0x18},
		.pl061 = {{0x09030000, 4 * KIB}, SPI + 7},
		.button = 3,
		.secure_pl061 = {0x090b0000, 4 * KIB},
		.off = 0,
		.reset = 1,
		.secure_ram = {0x0e000000, 16 * MIB},
		.virtio = {{0x0a000000, 0x200}, SPI + 16},
		.num_virtio = 32,
		.ecam = {{0x4010000000, 256 * MIB}, {0x3f000000, 16 * MIB}},
		.host_bridge = 0x00081b36,
		.pci_io = {0x3eff0000, 64 * KIB},
		.pci_mem32 = {0x10000000, 0x2eff0000},
		.pci_mem64 = {0x8000000000, 512 * GIB},
		.pci_intid = SPI + 3,
	},
};

const unsigned int machine_count = sizeof(machines) / sizeof(machines[0]);
