/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Virtual memory of the host port: pointers are physical addresses, and real page tables, from the
 * pool of the workspace, only say what would be mapped.
 */
#include "boot/core/vm.h"
#include <sanitizer/asan_interface.h>
#include "arch.h"
#include "error.h"
#include "fuzz.h"
#include "host.h"
#include "layout.h"
#include "lib/mem/pagetable.h"

#define DESC_VALID (1ULL << 0)
#define DESC_TABLE (1ULL << 1)
#define DESC_ADDR  0x0000FFFFFFFFF000ULL

static struct pagetable tables;
static unsigned int views;

uint64_t vm_workspace_size(void)
{
	return HOST_WORKSPACE;
}

void vm_init(const struct early *early)
{
	(void)early;
}

uint64_t virt_to_phys(const void *pointer)
{
	return (uintptr_t)pointer;
}

uint64_t vm_image(void)
{
	return host.image.base;
}

uint64_t vm_image_size(void)
{
	return IMAGE_MAX;
}

uint64_t vm_workspace(void)
{
	return host.workspace;
}

static int map_part(uint64_t first, uint64_t last, enum pt_use use)
{
	return last > first ? pt_map(&tables, first, first, last - first, use) : 0;
}

/* The workspace is never mapped here, as in the firmware. */
static int map(uint64_t first, uint64_t last, enum pt_use use)
{
	uint64_t hole = host.workspace, end = hole + HOST_WORKSPACE;
	int error;

	if (!arch_reaches(first, last - first))
		return ERR_NO_ROOM;
	error = map_part(first, min64(last, hole), use);
	return error ? error : map_part(max64(first, end), last, use);
}

int vm_map_ram(uint64_t pa, uint64_t size)
{
	uint64_t first = page_up(pa), last = page_down(pa + size);

	return last > first ? map(first, last, PT_RAM) : 0;
}

int vm_map_device(uint64_t pa, uint64_t size)
{
	return map(page_down(pa), page_up(pa + size), PT_DEVICE);
}

/* What is mapped so is read at once; where nothing is, that is an abort. */
int vm_map_rom(uint64_t pa, uint64_t size)
{
	struct region rom = {HOST_ROM, HOST_ROM_SIZE}, flash = {HOST_FLASH, HOST_FLASH_SIZE};

	if (!in_range(pa, size, &rom) && !in_range(pa, size, &flash) && !ram_contains(pa, size))
		host_end(HOST_CRASHED);
	return map(page_down(pa), page_up(pa + size), PT_RODATA);
}

const uint8_t *vm_file_head(void)
{
	return (const uint8_t *)(uintptr_t)host.image.base;
}

/* Who asks for it writes there, into RAM that is nobody's yet. */
uintptr_t vm_view(uint64_t pa)
{
	if (views == 256 || vm_map_device(pa, 1))
		return 0;
	views++;
	if (ram_contains(pa & ~7ULL, 8))
		ram_given(pa & ~7ULL, 8);
	return (uintptr_t)pa;
}

void vm_start(const struct early *early, const struct region *bank)
{
	struct arch_regime regime;
	uint64_t pool = early->workspace + PAGETABLE_POOL;
	int error;

	arch_regime(&regime);
	views = 0;
	ram_given(early->workspace, PAGETABLE_POOL);
	error = pt_init(&tables, &regime.tables, early->workspace, pool);
	if (!error && host.in_ram)
		error = map(host.image.base, host.image.base + IMAGE_MAX, PT_RODATA);
	if (!error)
		error = vm_map_ram(bank->base, bank->size);
	if (!error && early->fdt)
		error = map(page_down(early->fdt), page_up(early->fdt + 1), PT_RAM);
	REQUIRE(!error);
}

struct pagetable *vm_tables(void)
{
	return &tables;
}

/* In the place of those that there are, which are in RAM as well. */
int vm_add_tables(uint64_t pa, uint64_t size)
{
	tables.next = pa;
	tables.end = pa + size;
	return 0;
}

bool vm_maps(uint64_t va)
{
	uint64_t table = tables.root, entry;

	for (unsigned int level = tables.regime.level; level < 4; level++) {
		unsigned int shift = 39 - 9 * level;

		entry = ((const uint64_t *)(uintptr_t)table)[va >> shift & 511];
		if (!(entry & DESC_VALID))
			return false;
		if (level == 3 || !(entry & DESC_TABLE))
			return ((entry & DESC_ADDR) ^ va) >> shift == 0;
		table = entry & DESC_ADDR;
	}
	return false;
}
