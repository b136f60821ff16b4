/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory that stays when the guest runs, packed into whole EFI granules of 64 KiB. */
#include "lib/mem/resident.h"
#include "error.h"
#include "lib/mem/stage2.h"

#define FOUR_GIB (1ULL << 32)

/*
 * A block of whole granules. ACPI tables may have 32-bit pointers among them. A large one crosses
 * boundaries of 2 MiB, but begins with one: the first part does not cross any.
 */
static int take(struct resident *resident, uint64_t size, uint64_t *at)
{
	bool large = size > STAGE2_WITHIN;
	struct memmap_request request = {
		.size = align_up(size, EFI_GRANULE),
		.align = large ? STAGE2_WITHIN : EFI_GRANULE,
		.max = FOUR_GIB,
		.highest = 1,
		.within = large ? 0 : STAGE2_WITHIN,
	};
	int error;

	if (resident->blocks == RESIDENT_BLOCKS)
		return ERR_FULL;
	error = memmap_alloc(resident->ram, &request, at);
	if (error == ERR_NO_ROOM) {
		request.max = UINT64_MAX;
		error = memmap_alloc(resident->ram, &request, at);
	}
	if (error)
		return error;
	resident->block[resident->blocks].base = *at;
	resident->block[resident->blocks].size = request.size;
	resident->blocks++;
	return 0;
}

int resident_init(struct resident *resident, struct memmap *ram, uint64_t small, uint64_t large)
{
	int error;

	resident->ram = ram;
	resident->blocks = 0;
	resident->large_taken = false;
	error = take(resident, add_capped(small, large), &resident->next);
	if (error)
		return error;
	resident->small_end = resident->large = add_capped(resident->next, small);
	resident->end = region_end(&resident->block[0]);
	return 0;
}

int resident_alloc(struct resident *resident, uint64_t size, uint64_t align, uint64_t *at)
{
	uint64_t next = align_up(resident->next, align), large = align_up(resident->large, align);

	if (!size)
		return ERR_EMPTY;
	if (fits_in(next, size, resident->small_end)) {
		resident->next = add_capped(next, size);
		*at = next;
		return 0;
	}
	if (!resident->large_taken && fits_in(large, size, resident->end)) {
		resident->large_taken = true;
		resident->large = *at = large;
		return 0;
	}
	return take(resident, size, at);
}

int resident_trim(struct resident *resident, uint64_t at, uint64_t used)
{
	uint64_t end = align_up(add_capped(at, used), EFI_GRANULE), old = resident->end;

	if (!resident->large_taken || at != resident->large || end >= old)
		return 0;
	resident->block[0].size = sub_capped(end, resident->block[0].base);
	resident->end = end;
	return memmap_add(resident->ram, end, old - end);
}

int resident_adopt(struct resident *resident, const struct region *region)
{
	if (resident->blocks == RESIDENT_BLOCKS)
		return ERR_FULL;
	resident->block[resident->blocks++] = *region;
	return 0;
}
