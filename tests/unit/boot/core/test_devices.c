/* SPDX-License-Identifier: BSD-2-Clause */
/* Finding virtio devices in a model: which functions of PCI are asked, and what cannot be used. */
#include <string.h>
#include "test.h"

#define virtio_mmio_open found_mmio_open
#define virtio_pci_open	 found_pci_open
#define virtio_reset	 found_reset
#define vm_map_device	 found_map
#define pci_has_more	 found_has_more
#define pci_number	 found_number
#define file_pages	 found_file
#include "boot/core/devices.c"

#define PLACES (2 + 2 * PCI_FUNCTIONS)

static struct platform platform;
static struct virtio_device device;
static struct {
	unsigned int asked, resets;
	uint64_t unmappable;
	unsigned int number; /* of the function of the second host that is one */
	bool has_more;
} world;

struct region found_file(void)
{
	return (struct region) {0x1000, 0x100800};
}

int found_map(uint64_t pa, uint64_t size)
{
	CHECK(size);
	return pa == world.unmappable ? ERR_FULL : 0;
}

void found_reset(struct virtio_device *d)
{
	CHECK(d == &device);
	world.resets++;
}

bool found_mmio_open(struct virtio_device *d, uintptr_t registers, uint64_t size, uint32_t kind)
{
	CHECK(d == &device && size == 0x200 && kind == VIRTIO_BLOCK);
	return registers == 0xa000200;
}

unsigned int found_number(const struct pci_function *function)
{
	return (unsigned int)(function->config - function->host.config.base);
}

bool found_has_more(const struct platform_pcie *host, unsigned int number)
{
	CHECK_EQ(number % 8, 0);
	return world.has_more && host == &platform.pcie[1] && number == world.number / 8 * 8;
}

bool found_pci_open(struct virtio_device *d, const struct platform_pcie *host, unsigned int number,
		    uint32_t kind)
{
	CHECK(d == &device && kind == VIRTIO_BLOCK && number < PCI_FUNCTIONS);
	world.asked++;
	return host == &platform.pcie[1] && number == world.number;
}

static void start(void)
{
	memset(&platform, 0, sizeof(platform));
	memset(&world, 0, sizeof(world));
	platform.num_virtio = 2;
	platform.virtio[0].region = (struct region) {0xa000000, 0x200};
	platform.virtio[1].region = (struct region) {0xa000200, 0x200};
	platform.num_pcie = 2;
	for (unsigned int i = 0; i < 2; i++)
		platform.pcie[i] = (struct platform_pcie) {.config = {0x20000000ULL << i, 0x100000},
							   .ecam = true};
	world.number = 24;
}

static unsigned int count_all(void)
{
	unsigned int place = 0, count = 0;

	while (count < 10 && virtio_find(&device, &platform, VIRTIO_BLOCK, &place) == 0)
		count++;
	CHECK_EQ(place, PLACES);
	CHECK_EQ(world.resets, count + 1);
	return count;
}

/* Of a device that is not there, or has one function, nothing else is asked for. */
TEST(devices_are_found)
{
	start();
	CHECK_EQ(count_all(), 2);
	CHECK_EQ(world.asked, 2 * 32);
	start();
	world.has_more = true;
	world.number = 29;
	CHECK_EQ(count_all(), 2);
	CHECK_EQ(world.asked, 2 * 32 + 7);
}

TEST(devices_that_cannot_be_mapped)
{
	start();
	world.unmappable = 0xa000200;
	CHECK_EQ(count_all(), 1);
	start();
	world.unmappable = 0x20000000;
	CHECK_EQ(count_all(), 2);
	CHECK_EQ(world.asked, 32);
}

/* All pages of the file that forearm is in are ours, what is bundled with it, too. */
TEST(devices_in_the_file)
{
	start();
	platform.virtio[0].region.base = 0x100000;
	platform.virtio[1].region.base = 0x101000;
	CHECK_EQ(count_all(), 1);
	start();
	platform.pcie[1].mem32 = (struct region) {0x101000, 0x1000};
	CHECK_EQ(count_all(), 1);
}

static bool has_path(uintptr_t registers, unsigned int number, const char *line)
{
	memset(&device, 0, sizeof(device));
	device.registers = registers;
	if (number != PCI_FUNCTIONS) {
		device.pci.host.config.base = 0x20000000;
		device.pci.config = 0x20000000 + number;
	}
	return virtio_has_path(&device, line);
}

/* QEMU's own lines. */
TEST(devices_have_paths)
{
	static const char mmio[] = "/virtio-mmio@000000000a003e00/disk@0,0",
			  pci[] = "/pci@ffffffffffffffff/scsi@2/disk@0,0",
			  function[] = "/pci@ffffffffffffffff/scsi@1f,1/disk@0,0",
			  behind[] = "/pci@ffffffffffffffff/pci-bridge@1/scsi@2/disk@0,0",
			  scsi[] = "/pci@ffffffffffffffff/scsi@2/channel@0/disk@0,0";

	CHECK(has_path(0xa003e00, PCI_FUNCTIONS, mmio));
	CHECK(!has_path(0xa003c00, PCI_FUNCTIONS, mmio));
	CHECK(!has_path(0xa003e00, PCI_FUNCTIONS, pci));
	CHECK(!has_path(0xa003e00, 16, mmio));
	CHECK(has_path(0xa003e00, 16, pci));
	CHECK(!has_path(0, 17, pci) && !has_path(0, 24, pci) && !has_path(0, 16, function));
	CHECK(has_path(0, 31 * 8 + 1, function));
	CHECK(!has_path(0, 16, behind) && !has_path(0, 16, scsi));
	CHECK(!has_path(0, 16, "") && !has_path(0, 16, "/pci@1") && !has_path(0, 16, "/pci@"));
}
