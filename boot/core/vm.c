/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * forearm's own address space: physical addresses of its pointers, and maps of RAM, ROM and
 * devices.
 */
#include "boot/core/vm.h"
#include "arch.h"
#include "arch_layout.h"
#include "error.h"
#include "le.h"
#include "linker.h"
#include "lib/mem/pagetable.h"
#include "platform/platform.h"

static struct pagetable tables;
static uint64_t image, workspace, reach;
static struct region hole; /* around the workspace: not mapped at its physical addresses */

uint64_t vm_workspace_size(void)
{
	return hole.size;
}

void vm_init(const struct early *early)
{
	struct arch_regime regime;

	arch_regime(&regime);
	image = early->image;
	workspace = early->workspace;
	reach = regime.pa_limit;
	tables.root = workspace;
	tables.regime = regime.tables;
	tables.next = early->tables_end;
	tables.end = workspace + PAGETABLE_POOL;
	tables.view = WINDOW_VA + WINDOW_POOL - workspace;
	hole = (struct region) {early->hole, early->hole_size};
}

uint64_t virt_to_phys(const void *pointer)
{
	uint64_t address = (uintptr_t)pointer;

	if (address - WINDOW_VA >= WINDOW_VIEWS)
		return address;
	if (address < (uintptr_t)__rodata_start)
		return address - WINDOW_VA + image;
	if (address < WINDOW_VA + WINDOW_DATA)
		return address - WINDOW_VA + image -
		       ((uintptr_t)__rodata_start - (uintptr_t)__text_end);
	return address - WINDOW_VA - WINDOW_DATA + workspace + PAGETABLE_POOL;
}

uint64_t vm_image(void)
{
	return image;
}

uint64_t vm_workspace(void)
{
	return hole.base;
}

static int map_part(uint64_t first, uint64_t last, enum pt_use use)
{
	return last > first ? pt_map(&tables, first, first, last - first, use) : 0;
}

/* What is ours is never mapped a second time. */
static int map(const struct region *pages, enum pt_use use)
{
	uint64_t end = region_end(pages);
	int error;

	if (end > reach)
		return ERR_NO_ROOM;
	error = map_part(pages->base, min64(end, hole.base), use);
	if (!error)
		error = map_part(max64(pages->base, region_end(&hole)), end, use);
	arch_map_sync();
	return error;
}

/* RAM is mapped in whole pages inside the range, devices in whole pages around it. */
int vm_map_ram(uint64_t pa, uint64_t size)
{
	uint64_t first = page_up(pa), last = page_down(add_capped(pa, size));

	return last > first ? map(&(struct region) {first, last - first}, PT_RAM) : 0;
}

int vm_map_device(uint64_t pa, uint64_t size)
{
	struct region pages = region_pages(&(struct region) {pa, size});

	return map(&pages, PT_DEVICE);
}

int vm_map_rom(uint64_t pa, uint64_t size)
{
	struct region pages = region_pages(&(struct region) {pa, size});

	return map(&pages, PT_RODATA);
}

/* Before the writable part, behind where text and constants end. */
#define FILE_HEAD (WINDOW_VA + WINDOW_DATA - PAGE_SIZE)

const uint8_t *vm_file_head(void)
{
	static bool mapped;

	if (!mapped) {
		if (pt_map(&tables, FILE_HEAD, image, PAGE_SIZE, PT_RODATA))
			return NULL;
		arch_map_sync();
		mapped = true;
	}
	return (const uint8_t *)(uintptr_t)FILE_HEAD;
}

/* What a VMM goes by that puts something right behind the file. */
uint64_t vm_image_size(void)
{
	const uint8_t *head = vm_file_head();

	return head ? le32(head + IMAGE_SIZE_AT) : IMAGE_MAX;
}

#define VIEWS	    (WINDOW_VA + WINDOW_VIEWS)
#define VIEWS_COUNT ((WINDOW_SIZE - WINDOW_VIEWS) / PAGE_SIZE)

uintptr_t vm_view(uint64_t pa)
{
	static unsigned int used;
	uint64_t va = VIEWS + used * PAGE_SIZE;

	if (used == VIEWS_COUNT || pa >= reach ||
	    pt_map(&tables, va, page_down(pa), PAGE_SIZE, PT_DEVICE))
		return 0;
	used++;
	arch_map_sync();
	return (uintptr_t)(va + pa % PAGE_SIZE);
}

struct pagetable *vm_tables(void)
{
	return &tables;
}

/* As far from the first ones' view as it is from these: what lies in between is the window's. */
int vm_add_tables(uint64_t pa, uint64_t size)
{
	int error = pt_map(&tables, pa + tables.view, pa, size, PT_RAM);

	arch_map_sync();
	if (!error) {
		tables.next = pa;
		tables.end = pa + size;
	}
	return error;
}
