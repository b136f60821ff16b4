/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel where in RAM the user says that it is. */
#include <libfdt.h>
#include "boot/core/fatal.h"
#include "boot/file.h"
#include "boot/memory.h"
#include "arch.h"
#include "boot/core/vm.h"
#include "source.h"

static _Noreturn void unusable(const struct region *region, const char *why)
{
	stop_error("put it elsewhere in RAM, or give its size: forearm.payload=ADDRESS,SIZE",
		   "the payload at 0x%llx, %llu bytes, cannot be used: %s",
		   (unsigned long long)region->base, (unsigned long long)region->size, why);
}

/* What is read there must be RAM, and mapped. */
struct part part_in_ram(const struct boot *boot, const struct region *region)
{
	if (!arch_reaches(region->base, region->size) ||
	    !platform_has_ram(&boot->platform, region->base, region->size))
		unusable(region, "it is not in RAM");
	return (struct part) {(const uint8_t *)(uintptr_t)region->base, region->size};
}

static void check_clear(const struct region *region, uint64_t base, uint64_t size, const char *why)
{
	if (overlaps(base, size, region))
		unusable(region, why);
}

/* What is ours was ours before the options were read. */
static void check_free(const struct boot *boot, const struct region *region)
{
	const struct region file = file_pages();
	const void *fdt = boot->platform.fdt;

	check_clear(region, vm_workspace(), vm_workspace_size(), "forearm's workspace is there");
	check_clear(region, file.base, file.size, "forearm is there");
	check_clear(region, (uintptr_t)fdt, fdt_totalsize(fdt), "the device tree is there");
}

/* Free RAM from there on, or 1 where it is not free. */
static uint64_t free_from(const struct memmap *ram, uint64_t at)
{
	for (unsigned int i = 0; i < ram->count; i++)
		if (at >= ram->range[i].base && at < ram->range[i].end)
			return ram->range[i].end - at;
	return 1;
}

/* Nothing may be loaded there, for now, or for good if it may be somebody's. */
static void keep_free(struct boot *boot, const struct region *region)
{
	check_memmap(memmap_remove(&boot->ram, region->base, region->size));
	if (!boot->options.payload_size)
		boot->temp[boot->num_temp++] = *region;
}

const char *find_at(struct boot *boot)
{
	const struct options *options = &boot->options;
	struct region region = {options->payload_address, options->payload_size};
	struct part part;

	if (!region.size)
		region.size = free_from(&boot->ram, region.base);
	part = part_in_ram(boot, &region);
	check_free(boot, &region);
	if (!options->payload_size)
		part.size = region.size < IMAGE_HEAD ? 0 : told_size(part.at, region.size);
	if (!part.size)
		unusable(&region, "it does not say how long it is");
	region.size = part.size;
	keep_free(boot, &region);
	file_in_memory(&boot->files.kernel, &part);
	boot->files.kernel.padded = true;
	return NULL;
}
