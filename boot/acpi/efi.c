/* SPDX-License-Identifier: BSD-2-Clause */
/* EFI's tables for an ACPI guest: the request that tables/efi/tables.c works from. */
#include <string.h>
#include "boot/core/entropy.h"
#include "acpi.h"
#include "tables/efi/tables.h"
#include "error.h"
#include "tables/efi/runtime.h"
#include "version.h"

/* RAM, what is reserved in it, the monitor, the kernel's block, and what is kept. */
#define RANGES_MAX (PLATFORM_BANKS + PLATFORM_RESERVED + 2 + RESIDENT_BLOCKS)

struct ranges {
	unsigned int count;
	struct efi_range range[RANGES_MAX];
};

static void add(struct ranges *ranges, const struct region *region, enum efi_memory_type type)
{
	struct efi_range *range = &ranges->range[ranges->count++];

	range->base = region->base;
	range->size = region->size;
	range->type = type;
}

/* Where two meet in a granule, the first has it. The monitor is among what is kept, for good. */
static void collect(const struct boot *boot, const struct resident *resident, struct ranges *ranges)
{
	const struct platform *p = &boot->platform;
	const struct region block = {boot->place.kernel - boot->image.address, boot->image.block};

	ranges->count = 0;
	for (unsigned int i = 0; i < p->num_reserved; i++)
		add(ranges, &p->reserved[i].region, EFI_RESERVED);
	if (boot->entry.monitor && boot->monitor.memory.size)
		add(ranges, &boot->monitor.memory, EFI_RESERVED);
	for (unsigned int i = 0; i < resident->blocks; i++)
		add(ranges, &resident->block[i], EFI_ACPI_RECLAIM);
	if (block.size)
		add(ranges, &block, EFI_LOADER_DATA);
	for (unsigned int i = 0; i < p->banks; i++)
		add(ranges, &p->bank[i].region, EFI_CONVENTIONAL);
}

/*
 * The VMM's seed, or one of the CPU's; never one that is made up. A whole tree has it already, and
 * it must not count twice.
 */
static void add_seed(const struct boot *boot, struct efi_request *request, uint8_t *own)
{
	const struct platform_chosen *chosen = &boot->platform.chosen;

	if (boot->description & DESCRIBE_FDT)
		return;
	if (chosen->has_rng_seed) {
		request->seed = chosen->rng_seed;
		request->seed_size = chosen->rng_seed_len;
	} else if (guest_entropy(boot, own, LINUX_EFI_SEED_MAX)) {
		request->seed = own;
		request->seed_size = LINUX_EFI_SEED_MAX;
	}
	if (request->seed_size > LINUX_EFI_SEED_MAX)
		request->seed_size = LINUX_EFI_SEED_MAX;
}

static int install_runtime(const struct boot *boot, uint64_t at, uint64_t system_table,
			   struct efi_runtime *runtime)
{
	struct runtime_request request = {
		.blob = runtime_blob,
		.blob_size = runtime_blob_size,
		.rtc = boot->own.rtc,
		.conduit = platform_psci_conduit(&boot->platform.psci),
		.system_table = system_table,
	};

	return runtime_install(&request, (void *)(uintptr_t)at, RUNTIME_SIZE, at, runtime);
}

void efi_reserve(const struct boot *boot, struct resident *resident, struct efi_place *place)
{
	const struct platform *p = &boot->platform;

	place->runtime = resident_or_stop(resident, RUNTIME_SIZE, EFI_GRANULE);
	place->room = EFI_TABLES_ROOM(p->banks + p->num_reserved + RESIDENT_BLOCKS + 1);
	place->tables = resident_or_stop(resident, place->room, 8);
}

/*
 * OpenBSD reads the tables when only what runtime services need is mapped (sys/arch/arm64/dev/
 * efi_machdep.c): the tables, right behind those, are among it.
 */
static void add_tables_to_runtime(const struct efi_place *place, struct efi_runtime *runtime)
{
	uint64_t end = page_up(place->tables + place->room);

	runtime->data_size = (uint32_t)(end - runtime->base - runtime->code_size);
}

void efi_provide(struct boot *boot, const struct resident *resident, const struct efi_place *place,
		 uint64_t rsdp, uint64_t smbios, struct efi_handoff *handoff)
{
	static struct ranges ranges __attribute__((section(".noinit")));
	uint8_t seed[LINUX_EFI_SEED_MAX];
	struct efi_request request = {
		.revision = FOREARM_REVISION,
		.rsdp = rsdp,
		.smbios3 = smbios,
		.initrd = boot->place.initrd,
		.initrd_size = boot->initrd_size,
		.range = ranges.range,
		.large_pages = boot->image.large_pages,
	};
	int error = install_runtime(boot, place->runtime, place->tables, &request.runtime);

	if (boot->guest->acpi == GUEST_ACPI_OPENBSD)
		add_tables_to_runtime(place, &request.runtime);
	collect(boot, resident, &ranges);
	request.ranges = ranges.count;
	add_seed(boot, &request, seed);
	if (!error)
		error = efi_tables_build(&request, (void *)(uintptr_t)place->tables, place->room,
					 place->tables, handoff);
	if (error)
		resident_failed(error);
}
