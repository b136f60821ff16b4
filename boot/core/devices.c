/* SPDX-License-Identifier: BSD-2-Clause */
/* Devices of the machine that drivers are given: in the model's order, mapped, and clear of all
 * else. */
#include "boot/core/devices.h"
#include "boot/core/vm.h"
#include "error.h"
#include "platform/check.h"

/* 1: it is one of that kind; 0: it is none, or nothing that may be touched. */
static int try_mmio(struct virtio_device *device, const struct platform *platform,
		    const struct region *at, uint32_t kind)
{
	const struct region file = {vm_image(), vm_image_size()};
	uint64_t size = min64(at->size, PAGE_SIZE);
	int error;

	if ((uintptr_t)at->base != at->base || !platform_may_be_device(platform, &file, at, size))
		return 0;
	error = vm_map_device(at->base, size);
	return error ? error : virtio_mmio_open(device, (uintptr_t)at->base, size, kind);
}

/* Whether its configuration, and what its functions are given, are clear of all else. */
static bool may_be_host(const struct platform *platform, const struct platform_pcie *host)
{
	const struct region file = {vm_image(), vm_image_size()};
	const struct region *const window[] = {&host->mem32, &host->mem64};

	for (unsigned int i = 0; i < sizeof(window) / sizeof(window[0]); i++)
		if (window[i]->size &&
		    (region_wraps(window[i]) || overlaps(window[i]->base, window[i]->size, &file) ||
		     platform_overlaps_ram(platform, window[i]->base, window[i]->size)))
			return false;
	return host->config.size >= PCI_BUS(host) &&
	       (uintptr_t)host->config.base == host->config.base &&
	       platform_may_be_device(platform, &file, &host->config, PCI_BUS(host));
}

/* The next function of all hosts' first buses. Who is at a host's first one has its bus mapped. */
static int next_pci(struct virtio_device *device, const struct platform *platform, uint32_t kind,
		    unsigned int *place)
{
	while (*place - platform->num_virtio < platform->num_pcie * PCI_FUNCTIONS) {
		unsigned int at = *place - platform->num_virtio;
		const struct platform_pcie *host = &platform->pcie[at / PCI_FUNCTIONS];
		bool usable = at % PCI_FUNCTIONS || may_be_host(platform, host);
		int error = !usable || at % PCI_FUNCTIONS
				    ? 0
				    : vm_map_device(host->config.base, PCI_BUS(host));

		*place += usable ? 1 : PCI_FUNCTIONS;
		if (error)
			return error;
		if (usable && virtio_pci_open(device, host, at % PCI_FUNCTIONS, kind))
			return 0;
	}
	return ERR_NO_DEVICE;
}

int virtio_find(struct virtio_device *device, const struct platform *platform, uint32_t kind,
		unsigned int *place)
{
	while (*place < platform->num_virtio) {
		int found = try_mmio(device, platform, &platform->virtio[(*place)++].region, kind);

		if (found)
			return found < 0 ? found : 0;
	}
	return next_pci(device, platform, kind, place);
}
