/* SPDX-License-Identifier: BSD-2-Clause */
/* The firmware's memory map: to get it, and what of it is RAM or somebody's. */
#include "application.h"
#include "types.h"

#define MORE	 32	 /* descriptors that allocations and events may add to it meanwhile */
#define TRIES	 4	 /* it may grow meanwhile */
#define MAP_MOST 0x20000 /* bytes: over 2,000 descriptors */

void efi_map_free(struct application *app)
{
	if (app->map.at)
		app->services->FreePool(app->map.at);
	app->map.at = NULL;
	app->map.room = 0;
}

static EFI_STATUS get(struct application *app)
{
	struct efi_map *map = &app->map;
	UINT32 version;
	EFI_STATUS status;

	map->size = map->room;
	status = app->services->GetMemoryMap(&map->size, (EFI_MEMORY_DESCRIPTOR *)map->at,
					     &map->key, &map->step, &version);
	if (!status && (version != EFI_MEMORY_DESCRIPTOR_VERSION ||
			map->step < sizeof(EFI_MEMORY_DESCRIPTOR) || map->step % sizeof(UINT64) ||
			map->size > map->room))
		return EFI_INCOMPATIBLE_VERSION;
	return status;
}

/* Each descriptor has a size of the firmware's own choice, which only an answer tells. */
static EFI_STATUS grow_map(struct application *app)
{
	UINTN step = max64(app->map.step, sizeof(EFI_MEMORY_DESCRIPTOR)), room;
	EFI_STATUS status;

	if (app->map.size > MAP_MOST || step > MAP_MOST / MORE)
		return EFI_BAD_BUFFER_SIZE;
	room = app->map.size + MORE * step;
	efi_map_free(app);
	status = app->services->AllocatePool(EfiLoaderData, room, (VOID **)&app->map.at);
	if (status) {
		app->map.at = NULL;
		return status;
	}
	app->map.room = room;
	return EFI_SUCCESS;
}

EFI_STATUS efi_map_get(struct application *app, bool grow)
{
	EFI_STATUS status;

	app->map.step = 0;
	status = get(app);
	for (int tries = 0; grow && status == EFI_BUFFER_TOO_SMALL && tries < TRIES; tries++) {
		status = grow_map(app);
		if (!status)
			status = get(app);
	}
	return status;
}

static bool is_table(UINT32 type)
{
	return type == EfiACPIReclaimMemory || type == EfiACPIMemoryNVS;
}

/* RAM that a guest has, if only to read tables in it; what may be no RAM at all is left out. */
static bool is_ram(UINT32 type)
{
	return (type >= EfiLoaderCode && type <= EfiConventionalMemory) || is_table(type);
}

/* All but what is free once boot services have ended, and what is no memory. */
static bool is_reserved(UINT32 type)
{
	return !(type >= EfiLoaderCode && type <= EfiBootServicesData) &&
	       type != EfiConventionalMemory && type != EfiMemoryMappedIO &&
	       type != EfiMemoryMappedIOPortSpace;
}

static bool is_of_use(UINT32 type, enum efi_use use)
{
	return use == EFI_USE_RAM      ? is_ram(type)
	       : use == EFI_USE_TABLES ? is_table(type)
				       : is_reserved(type);
}

/* What descriptor 'index' says, if it is of that use. */
static bool read(const struct efi_map *map, UINTN index, enum efi_use use, struct region *found)
{
	const EFI_MEMORY_DESCRIPTOR *d =
		(const EFI_MEMORY_DESCRIPTOR *)(map->at + index * map->step);
	uint64_t most = UINT64_MAX / EFI_PAGE_SIZE;

	if (!is_of_use(d->Type, use))
		return false;
	found->base = d->PhysicalStart;
	found->size = min64(d->NumberOfPages, most) * EFI_PAGE_SIZE;
	return found->size && !region_wraps(found);
}

/* Whether some piece begins in the run, or right behind it, and ends behind it: then it is longer.
 */
static bool extend(const struct efi_map *map, enum efi_use use, struct region *run)
{
	UINTN count = map->size / map->step;
	struct region piece;

	for (UINTN i = 0; i < count; i++) {
		if (!read(map, i, use, &piece) || piece.base < run->base ||
		    piece.base > region_end(run) || region_end(&piece) <= region_end(run))
			continue;
		run->size = region_end(&piece) - run->base;
		return true;
	}
	return false;
}

/* Descriptors come in any order. */
bool efi_map_next(const struct efi_map *map, enum efi_use use, uint64_t from, struct region *run)
{
	UINTN count = map->size / map->step;
	struct region piece;
	bool found = false;

	for (UINTN i = 0; i < count; i++) {
		if (!read(map, i, use, &piece) || region_end(&piece) <= from ||
		    (found && piece.base >= run->base))
			continue;
		*run = piece;
		found = true;
	}
	while (found && extend(map, use, run))
		;
	return found;
}
