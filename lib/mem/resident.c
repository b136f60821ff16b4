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
static int take(struct keep *keep, uint64_t size, uint64_t *at)
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

	if (keep->blocks == KEEP_BLOCKS)
		return ERR_FULL;
	error = memmap_alloc(keep->ram, &request, at);
	if (error == ERR_NO_ROOM) {
		request.max = UINT64_MAX;
		error = memmap_alloc(keep->ram, &request, at);
	}
	if (error)
		return error;
	keep->block[keep->blocks].base = *at;
	keep->block[keep->blocks].size = request.size;
	keep->blocks++;
	return 0;
}

int keep_init(struct keep *keep, struct memmap *ram, uint64_t small, uint64_t large)
{
	int error;

	keep->ram = ram;
	keep->blocks = 0;
	keep->large_taken = false;
	error = take(keep, add_capped(small, large), &keep->next);
	if (error)
		return error;
	keep->small_end = keep->large = add_capped(keep->next, small);
	keep->end = region_end(&keep->block[0]);
	return 0;
}

int keep_alloc(struct keep *keep, uint64_t size, uint64_t align, uint64_t *at)
{
	uint64_t next = align_up(keep->next, align), large = align_up(keep->large, align);

	if (!size)
		return ERR_EMPTY;
	if (fits_in(next, size, keep->small_end)) {
		keep->next = add_capped(next, size);
		*at = next;
		return 0;
	}
	if (!keep->large_taken && fits_in(large, size, keep->end)) {
		keep->large_taken = true;
		keep->large = *at = large;
		return 0;
	}
	return take(keep, size, at);
}

int keep_trim(struct keep *keep, uint64_t at, uint64_t used)
{
	uint64_t end = align_up(add_capped(at, used), EFI_GRANULE), old = keep->end;

	if (!keep->large_taken || at != keep->large || end >= old)
		return 0;
	keep->block[0].size = sub_capped(end, keep->block[0].base);
	keep->end = end;
	return memmap_add(keep->ram, end, old - end);
}

int keep_adopt(struct keep *keep, const struct region *region)
{
	if (keep->blocks == KEEP_BLOCKS)
		return ERR_FULL;
	keep->block[keep->blocks++] = *region;
	return 0;
}
