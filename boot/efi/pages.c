/* SPDX-License-Identifier: BSD-2-Clause */
/* The EFI environment's memory: pages, pools, the map, and what may be done with pages. */
#include <string.h>
#include "arch.h"
#include "boot/core/fatal.h"
#include "boot/core/vm.h"
#include "boot/memory.h"
#include "environment.h"
#include "error.h"
#include "lib/mem/protect.h"
#include "version.h"

enum how { ANY_PAGES, MAX_ADDRESS, AT_ADDRESS };

/* Before what is allocated as a pool, which has pages of its own. */
struct pool {
	uint64_t magic, pages;
};

#define POOL_MAGIC 0x6c6f6f70616f72ffULL

static bool is_code(uint32_t type)
{
	return type == EFI_LOADER_CODE || type == EFI_BOOT_CODE || type == EFI_RUNTIME_CODE;
}

int efi_protect(uint64_t base, uint64_t size, bool writable, bool executable)
{
	int error = pt_protect(vm_tables(), base, size, writable, executable, arch_replace_entry);

	arch_flush_tables();
	return error;
}

static void set(uint64_t base, uint64_t size, uint32_t type)
{
	struct efi_pages *pages = &efi_environment->pages;

	check_memmap(efi_pages_set(pages, page_down(base), page_up(add_capped(base, size)), type));
}

/* Whole pages of [base, end). */
static void set_inside(uint64_t base, uint64_t end, uint32_t type)
{
	if (page_up(base) < page_down(end))
		set(page_up(base), page_down(end) - page_up(base), type);
}

/* RAM is forearm's own but for what is free, what is reserved, and what the guest keeps. */
void efi_memory_init(void)
{
	struct boot *boot = efi_environment->boot;
	const struct boot_application *app = &boot->application;
	const struct platform *p = &boot->platform;

	efi_pages_init(&efi_environment->pages);
	for (unsigned int i = 0; i < p->banks; i++)
		set_inside(p->bank[i].region.base, region_end(&p->bank[i].region),
			   EFI_BOOT_DATA | EFI_PAGES_OWN);
	for (unsigned int i = 0; i < p->num_reserved; i++)
		if (platform_owns_ram(&boot->own, p->reserved[i].region.base,
				      p->reserved[i].region.size))
			set(p->reserved[i].region.base, p->reserved[i].region.size, EFI_RESERVED);
	while (boot->ram.count) { /* from now on it is the applications' */
		struct memmap_range free = boot->ram.range[0];

		set_inside(free.base, free.end, EFI_CONVENTIONAL);
		check_memmap(memmap_remove(&boot->ram, free.base, free.end - free.base));
	}
	for (unsigned int i = 0; i < app->kept_blocks; i++)
		set(app->kept[i].base, app->kept[i].size, EFI_ACPI_RECLAIM | EFI_PAGES_OWN);
	if (app->fdt_size)
		set(boot->place.fdt, app->fdt_size, EFI_ACPI_RECLAIM | EFI_PAGES_OWN);
	set(app->runtime.base, app->runtime.code_size + app->runtime.data_size,
	    EFI_RUNTIME_CODE | EFI_PAGES_OWN);
	if (app->runtime.rtc)
		set(app->runtime.rtc, 1, EFI_MMIO | EFI_PAGES_OWN);
}

/* Takes pages that are free. */
static efi_status take(uint32_t type, uint64_t base, uint64_t size)
{
	struct efi_pages *pages = &efi_environment->pages;

	if (is_code(type) && efi_protect(base, size, true, true))
		return EFI_OUT_OF_RESOURCES;
	return efi_pages_set(pages, base, base + size, type) ? EFI_OUT_OF_RESOURCES : EFI_SUCCESS;
}

efi_status efi_take_aligned(uint32_t type, uint64_t size, uint64_t align, uint64_t *at)
{
	uint64_t base;

	if (efi_pages_find(&efi_environment->pages, page_up(size), align, UINT64_MAX, &base))
		return EFI_OUT_OF_RESOURCES;
	*at = base;
	return take(type, base, page_up(size));
}

static bool is_type(uint32_t type)
{
	return (type < EFI_MEMORY_TYPES || type >= 0x70000000U) && type != EFI_CONVENTIONAL &&
	       type != EFI_MMIO;
}

efi_status efi_allocate_pages(uint32_t how, uint32_t type, uint64_t pages, uint64_t *at)
{
	const struct efi_pages *map = &efi_environment->pages;
	uint64_t size = min64(pages, UINT64_MAX / PAGE_SIZE) * PAGE_SIZE, limit = UINT64_MAX, base;

	if (!at || how > AT_ADDRESS || !is_type(type) || (how == AT_ADDRESS && *at % PAGE_SIZE))
		return EFI_INVALID_PARAMETER;
	if (!pages || pages > UINT64_MAX / PAGE_SIZE)
		return EFI_OUT_OF_RESOURCES;
	if (how == MAX_ADDRESS)
		limit = page_down(add_capped(*at, 1));
	if (how == AT_ADDRESS) {
		base = *at;
		if (!efi_pages_free(map, base, size))
			return EFI_NOT_FOUND;
	} else if (efi_pages_find(map, size, PAGE_SIZE, limit, &base)) {
		return EFI_OUT_OF_RESOURCES;
	}
	*at = base;
	return take(type, base, size);
}

efi_status efi_free_pages(uint64_t at, uint64_t pages)
{
	struct efi_pages *map = &efi_environment->pages;
	const struct efi_pages_range *range = efi_pages_at(map, at);
	uint64_t size = min64(pages, UINT64_MAX / PAGE_SIZE) * PAGE_SIZE;

	if (at % PAGE_SIZE || !pages || pages > UINT64_MAX / PAGE_SIZE)
		return EFI_INVALID_PARAMETER;
	if (!range || range->type & EFI_PAGES_OWN || range->type == EFI_CONVENTIONAL ||
	    range->type == EFI_RESERVED || size > range->end - at)
		return EFI_NOT_FOUND;
	if (is_code(range->type) && efi_protect(at, size, true, false))
		return EFI_OUT_OF_RESOURCES;
	return efi_pages_set(map, at, at + size, EFI_CONVENTIONAL) ? EFI_OUT_OF_RESOURCES
								   : EFI_SUCCESS;
}

efi_status efi_get_memory_map(uint64_t *size, void *to, uint64_t *key, uint64_t *entry_size,
			      uint32_t *version)
{
	const struct efi_pages *pages = &efi_environment->pages;
	struct efi_memory_descriptor *d = to;
	uint64_t needed = pages->count * sizeof(*d), room;

	if (!size)
		return EFI_INVALID_PARAMETER;
	room = *size;
	*size = needed;
	if (entry_size)
		*entry_size = sizeof(*d);
	if (version)
		*version = EFI_MEMORY_DESCRIPTOR_VERSION;
	if (room < needed)
		return EFI_BUFFER_TOO_SMALL;
	if (!to || !key)
		return EFI_INVALID_PARAMETER;
	for (unsigned int i = 0; i < pages->count; i++) {
		const struct efi_pages_range *range = &pages->range[i];

		d[i] = (struct efi_memory_descriptor) {
			.type = range->type & ~EFI_PAGES_OWN,
			.base = range->base,
			.pages = (range->end - range->base) / PAGE_SIZE,
			.attribute = efi_pages_attributes(range->type),
		};
	}
	*key = pages->key;
	return EFI_SUCCESS;
}

efi_status efi_allocate_pool(uint32_t type, uint64_t size, void **at)
{
	uint64_t bytes = page_up(add_capped(size, sizeof(struct pool))), base;
	struct pool *pool;
	efi_status status;

	if (!at || !is_type(type))
		return EFI_INVALID_PARAMETER;
	if (bytes == UINT64_MAX)
		return EFI_OUT_OF_RESOURCES;
	status = efi_take_aligned(type, bytes, PAGE_SIZE, &base);
	if (status)
		return status;
	pool = (struct pool *)(uintptr_t)base;
	*pool = (struct pool) {POOL_MAGIC, bytes / PAGE_SIZE};
	*at = pool + 1;
	return EFI_SUCCESS;
}

efi_status efi_free_pool(void *at)
{
	uint64_t base = page_down((uintptr_t)at);
	const struct efi_pages_range *range = efi_pages_at(&efi_environment->pages, base);
	struct pool *pool = (struct pool *)(uintptr_t)base;

	if ((uintptr_t)at % PAGE_SIZE != sizeof(*pool) || !range ||
	    range->type == EFI_CONVENTIONAL || range->type == EFI_MMIO || pool->magic != POOL_MAGIC)
		return EFI_INVALID_PARAMETER;
	pool->magic = 0;
	return efi_free_pages(base, pool->pages);
}

void *efi_own_memory(uint64_t size)
{
	uint64_t at;

	if (efi_take_aligned(EFI_BOOT_DATA, size, PAGE_SIZE, &at))
		return NULL;
	memset((void *)(uintptr_t)at, 0, (size_t)page_up(size));
	return (void *)(uintptr_t)at;
}
