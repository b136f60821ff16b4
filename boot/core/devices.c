/* SPDX-License-Identifier: BSD-2-Clause */
/* Devices of the machine that drivers are given: in the model's order, mapped, and clear of all
 * else. */
#include <stdio.h>
#include <string.h>
#include "boot.h"
#include "boot/memory.h"
#include "boot/core/devices.h"
#include "boot/core/vm.h"
#include "error.h"
#include "platform/check.h"

/* Whether it is one of that kind, and may be touched. */
static bool try_mmio(struct virtio_device *device, const struct platform *platform,
		     const struct region *file, const struct region *at, uint32_t kind)
{
	uint64_t size = min64(at->size, PAGE_SIZE);

	return (uintptr_t)at->base == at->base &&
	       platform_may_be_device(platform, file, at, size) &&
	       vm_map_device(at->base, size) == 0 &&
	       virtio_mmio_open(device, (uintptr_t)at->base, size, kind);
}

/* Whether its configuration, and what its functions are given, are clear of all else. */
static bool may_be_host(const struct platform *platform, const struct region *file,
			const struct platform_pcie *host)
{
	const struct region *const window[] = {&host->mem32, &host->mem64};

	for (unsigned int i = 0; i < sizeof(window) / sizeof(window[0]); i++)
		if (window[i]->size &&
		    (region_wraps(window[i]) || overlaps(window[i]->base, window[i]->size, file) ||
		     platform_overlaps_ram(platform, window[i]->base, window[i]->size)))
			return false;
	return host->config.size >= PCI_BUS(host) &&
	       (uintptr_t)host->config.base == host->config.base &&
	       platform_may_be_device(platform, file, &host->config, PCI_BUS(host));
}

/* The next function of all hosts' first buses. Who is at a host's first one has its bus mapped. */
static int next_pci(struct virtio_device *device, const struct platform *platform,
		    const struct region *file, uint32_t kind, unsigned int *place)
{
	while (*place - platform->num_virtio < platform->num_pcie * PCI_FUNCTIONS) {
		unsigned int at = *place - platform->num_virtio, number = at % PCI_FUNCTIONS;
		const struct platform_pcie *host = &platform->pcie[at / PCI_FUNCTIONS];

		if (!number && (!may_be_host(platform, file, host) ||
				vm_map_device(host->config.base, PCI_BUS(host)))) {
			*place += PCI_FUNCTIONS;
			continue;
		}
		*place += number % PCI_DEVICE || pci_has_more(host, number) ? 1 : PCI_DEVICE;
		if (virtio_pci_open(device, host, number, kind))
			return 0;
	}
	return ERR_NO_DEVICE;
}

int virtio_find(struct virtio_device *device, const struct platform *platform, uint32_t kind,
		unsigned int *place)
{
	const struct region file = file_pages();

	virtio_reset(device);
	while (*place < platform->num_virtio) {
		const struct region *at = &platform->virtio[(*place)++].region;

		if (try_mmio(device, platform, &file, at, kind))
			return 0;
	}
	return next_pci(device, platform, &file, kind, place);
}

static bool starts_with(const char *text, const char *start)
{
	return text && strncmp(text, start, strlen(start)) == 0;
}

/* Which host it is behind QEMU does not tell: its address there is -1. */
bool virtio_has_path(const struct virtio_device *device, const char *line)
{
	unsigned int number = device->pci.config ? pci_number(&device->pci) : 0;
	char path[48], function[8] = "";

	if (!device->pci.config) {
		snprintf(path, sizeof(path), "/virtio-mmio@%016llx/disk@",
			 (unsigned long long)device->registers);
		return starts_with(line, path);
	}
	if (number % PCI_DEVICE)
		snprintf(function, sizeof(function), ",%x", number % PCI_DEVICE);
	snprintf(path, sizeof(path), "/scsi@%x%s/disk@", number / PCI_DEVICE, function);
	return starts_with(line, "/pci@") && starts_with(strchr(line + 1, '/'), path);
}
