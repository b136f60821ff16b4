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
	const struct region file = {window_image(), window_image_size()};
	uint64_t size = min64(at->size, PAGE_SIZE);
	int error;

	if ((uintptr_t)at->base != at->base || !platform_may_be_device(platform, &file, at, size))
		return 0;
	error = window_map_device(at->base, size);
	return error ? error : virtio_mmio_open(device, (uintptr_t)at->base, size, kind);
}

int virtio_find(struct virtio_device *device, const struct platform *platform, uint32_t kind,
		unsigned int *place)
{
	while (*place < platform->virtios) {
		int found = try_mmio(device, platform, &platform->virtio[(*place)++].region, kind);

		if (found)
			return found < 0 ? found : 0;
	}
	return ERR_NO_DEVICE;
}
