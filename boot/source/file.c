/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that a carrier offers: in fw_cfg, or in memory already. */
#include <string.h>
#include "arch.h"
#include "boot.h"
#include "error.h"
#include "drivers/fw_cfg.h"
#include "lib/mem/heap.h"
#include "boot/core/vm.h"
#include "source.h"

/* The device writes to where memory is; some of ours is mapped elsewhere, and only there. */
void file_read(const struct boot_file *file, void *to, uint64_t size, const char *what)
{
	int error = 0;

	if (file->at)
		memcpy(to, file->at, (size_t)size);
	else
		error = fw_cfg_read(file->item, window_phys(to), size);
	if (error)
		stop_error("report this with the VMM's version", "fw_cfg gave no %s: %s", what,
			   error_string(error));
}

void file_in_memory(struct boot_file *file, const struct part *part)
{
	file->given = part->size != 0;
	file->at = part->at;
	file->size = part->size;
	file->padded = false;
}

/* In ROM nothing is mapped at its own address yet. That may be 0, which is no null pointer then. */
const uint8_t *map_rom(uint64_t base, uint64_t size)
{
	if (window_map_rom(base, size))
		stop_error("report this", "no room for a mapping of the ROM");
	return (const uint8_t *)(uintptr_t)base;
}

_Noreturn void no_room(const struct boot *boot, const char *what, uint64_t size)
{
	stop_error("give the VM more memory (QEMU: -m)",
		   "the %s needs %llu KiB, and no free RAM of that size is where it may lie; "
		   "%llu KiB are free in all",
		   what, kib(size), (unsigned long long)memmap_total(&boot->ram) / 1024);
}

void check_memmap(int error)
{
	if (error)
		stop_error("give the VM fewer banks of memory and reserved regions",
			   "the list of free RAM: %s", error_string(error));
}

uint64_t take_memory(struct boot *boot, const char *what, uint64_t size)
{
	uint64_t at;
	int error = memmap_alloc_high(&boot->ram, size, UINT64_MAX, &at);

	if (error == ERR_NO_ROOM)
		no_room(boot, what, size);
	check_memmap(error);
	return at;
}

int unpack_file(struct boot *boot, void *to, uint64_t room, uint64_t *written, uint64_t *used)
{
	return unpack_used(boot->packing, boot->kernel.at, boot->kernel.size, to, room, written,
			   used);
}

_Noreturn void packing_corrupt(const struct boot *boot, int error)
{
	if (error == ERR_DICTIONARY || error == ERR_UNSUPPORTED)
		stop_error("pack it again, without dictionaries and experimental features",
			   "the %s kernel cannot be unpacked: %s", packing_name(boot->packing),
			   error_string(error));
	stop_error("copy or download it again", "the %s kernel is corrupt: %s",
		   packing_name(boot->packing), error_string(error));
}

uint8_t *stage_memory(struct boot *boot, const char *what, uint64_t size)
{
	struct region *staged = &boot->staged[boot->stageds];

	if (boot->stageds == STAGED_MAX)
		no_room(boot, what, size);
	staged->base = take_memory(boot, what, size);
	staged->size = page_up(size);
	boot->stageds++;
	return (uint8_t *)(uintptr_t)staged->base;
}

/* The rest is free again, if the list of free RAM has room for it. */
void stage_shrink(struct boot *boot, const uint8_t *at, uint64_t size)
{
	uint64_t kept = page_up(size ? size : 1);

	for (unsigned int i = 0; i < boot->stageds; i++) {
		struct region *staged = &boot->staged[i];

		if (staged->base == (uintptr_t)at && staged->size > kept &&
		    !memmap_add(&boot->ram, staged->base + kept, staged->size - kept))
			staged->size = kept;
	}
}

static void *stage_heap(void *boot, size_t size)
{
	return stage_memory(boot, "decompressor", size);
}

void stage_init(struct boot *boot)
{
	const struct heap_source source = {stage_heap, boot};

	boot->stageds = 0;
	heap_init(&source);
}

void stage_release(struct boot *boot)
{
	while (boot->stageds) {
		const struct region *staged = &boot->staged[--boot->stageds];

		check_memmap(memmap_add(&boot->ram, staged->base, staged->size));
	}
	stage_init(boot);
	check_memmap(reserve(boot)); /* an overlay may have reserved what was taken before */
}
