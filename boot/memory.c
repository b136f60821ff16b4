/* SPDX-License-Identifier: BSD-2-Clause */
/* Free RAM: what is reserved is taken out; the stages take from it for good or for a while. */
#include "boot.h"
#include "boot/core/fatal.h"
#include "boot/memory.h"
#include "error.h"
#include "lib/mem/heap.h"
#include "tables/efi/efi.h"

/*
 * EFI's map counts in granules: what shares one with reserved memory is reserved for its guests,
 * so nothing may be loaded there.
 */
static int remove_granules(struct memmap *ram, const struct region *region)
{
	uint64_t base = align_down(region->base, EFI_GRANULE);

	return memmap_remove(ram, base, align_up(region_end(region), EFI_GRANULE) - base);
}

int reserve(struct boot *boot)
{
	const struct platform *p = &boot->platform;
	int error = 0;

	for (unsigned int i = 0; i < p->num_reserved && !error; i++)
		error = remove_granules(&boot->ram, &p->reserved[i].region);
	return error;
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

uint8_t *temp_alloc(struct boot *boot, const char *what, uint64_t size)
{
	struct region *temp = &boot->temp[boot->num_temp];

	if (boot->num_temp == TEMP_MAX)
		no_room(boot, what, size);
	temp->base = take_memory(boot, what, size);
	temp->size = page_up(size);
	boot->num_temp++;
	return (uint8_t *)(uintptr_t)temp->base;
}

/* The rest is free again, if the list of free RAM has room for it. */
void temp_shrink(struct boot *boot, const uint8_t *at, uint64_t size)
{
	uint64_t kept = page_up(size ? size : 1);

	for (unsigned int i = 0; i < boot->num_temp; i++) {
		struct region *temp = &boot->temp[i];

		if (temp->base == (uintptr_t)at && temp->size > kept &&
		    !memmap_add(&boot->ram, temp->base + kept, temp->size - kept))
			temp->size = kept;
	}
}

static void *temp_heap(void *boot, size_t size)
{
	return temp_alloc(boot, "decompressor", size);
}

void temp_init(struct boot *boot)
{
	const struct heap_source source = {temp_heap, boot};

	boot->num_temp = 0;
	heap_init(&source);
}

void temp_free_all(struct boot *boot)
{
	while (boot->num_temp) {
		const struct region *temp = &boot->temp[--boot->num_temp];

		check_memmap(memmap_add(&boot->ram, temp->base, temp->size));
	}
	temp_init(boot);
	check_memmap(reserve(boot)); /* an overlay may have reserved what was taken before */
}
