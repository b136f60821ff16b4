/* SPDX-License-Identifier: BSD-2-Clause */
/* See include/boot/early/ram.h. Compiled for strict alignment, without stack protector and without
 * globals. */
#include <libfdt.h>
#include "arch.h"
#include "boot/early/ram.h"
#include "error.h"
#include "lib/fdt/walk.h"
#include "arch_layout.h"
#include "linker.h"
#include "lib/mem/pagetable.h"
#include "boot/core/vm.h"

/* As many tables as the mappings below can need: with one RAM bank, two ends of it included. */
#define EARLY_TABLES (16 * PAGE_SIZE)
#define USUAL_TABLES (8 * PAGE_SIZE) /* what is enough nearly always */

/* Where a VMM puts RAM; only looked at when no tree says so. */
static const uint64_t ram_base[] = {0x40000000, 0x80000000};
#define GUESS_SKIP 0x200000 /* leave what may be a damaged tree there alone */

/* Symbols are where we run, not where we are linked, so only their distances count here. */
static uint64_t distance(const char *to)
{
	return (uintptr_t)to - (uintptr_t)__image_start;
}

/* What read-only data has moved up from its place in the file (half.lds.h). */
static uint64_t rodata_shift(void)
{
	return ((uintptr_t)__rodata_start - (uintptr_t)__text_end);
}

/* Where our half ends, by link address: .data's initial values follow .rodata. */
static uint64_t read_only_end(void)
{
	return page_up(distance(__rodata_end) + ((uintptr_t)__data_end - (uintptr_t)__data_start));
}

static uint64_t writable_size(void)
{
	return ((uintptr_t)__trap_stack_top - (uintptr_t)__data_start);
}

static uint64_t tree_size(const struct early *early)
{
	return fdt_totalsize((const void *)(uintptr_t)early->fdt);
}

/* What is larger than its RAM shows at its ends. */
static bool is_ram(uint64_t base, uint64_t size)
{
	return arch_is_ram(base) && arch_is_ram(base + size - 8);
}

/* The header says it of both halves, as zImage loaders want to know it. */
static uint64_t image_size(const struct early *early)
{
	return page_up(*(const uint32_t *)(uintptr_t)(early->image + IMAGE_SIZE_AT));
}

/* What is busy: as much as forearm may have, and all of a larger bundle. */
static uint64_t file_size(const struct early *early)
{
	return max64(image_size(early), IMAGE_MAX);
}

/* Another place for the workspace, to say there what is wrong with a tree: RAM without the tree. */
static bool may_be_guessed(const struct early *early, uint64_t base, uint64_t size)
{
	uint64_t tree = early_tree_walked((int)early->error) ? tree_size(early) : 0;

	if (early->fdt - base < size || base - early->fdt < tree)
		return false;
	return is_ram(base, size);
}

/* Without a usable tree: RAM behind the file if the file is in RAM, or at a usual RAM base. */
static uint64_t guess_workspace(const struct early *early, uint64_t size)
{
	uint64_t behind = page_up(early->image + file_size(early));

	if (may_be_guessed(early, behind, size))
		return behind;
	for (unsigned int i = 0; i < sizeof(ram_base) / sizeof(ram_base[0]); i++)
		if (may_be_guessed(early, ram_base[i] + GUESS_SKIP, size))
			return ram_base[i] + GUESS_SKIP;
	return 0;
}

/*
 * With caches off we see memory, while what the VMM wrote may still be in a cache. The header was
 * cleaned when it was found; its sizes are checked again by whoever reads the tree.
 */
static int find_by_tree(const struct early *early, uint64_t size, uint64_t limit,
			struct early_plan *plan)
{
	const void *fdt = (const void *)(uintptr_t)early->fdt;
	uint32_t used;
	int error;

	if (!fdt)
		return ERR_FDT_MAGIC;
	used = fdt_used_size(fdt);
	if (used)
		arch_clean_invalidate(early->fdt, used);
	error = early_find_ram(fdt, early->image, file_size(early), size, limit, plan);
	return !error && !is_ram(plan->workspace, size) ? ERR_FDT_RAM : error;
}

static int find_workspace(struct early *early, struct early_plan *plan, uint64_t limit)
{
	uint64_t size = PAGETABLE_POOL + writable_size();

	early->error = find_by_tree(early, size, limit, plan);
	if (early->error) {
		plan->bank = plan->bank_size = 0;
		plan->hole = plan->workspace = guess_workspace(early, size);
		plan->hole_size = size;
	}
	early->workspace = plan->workspace;
	early->hole = plan->hole;
	early->hole_size = plan->hole_size;
	return plan->workspace ? 0 : ERR_NO_ROOM;
}

static int map_window(struct pagetable *pt, const struct early *early)
{
	uint64_t data = early->workspace + PAGETABLE_POOL;
	uint64_t text = page_down(distance(__text_start)), text_end = page_up(distance(__text_end));
	uint64_t rodata = page_down(distance(__rodata_start));
	uint64_t window = WINDOW_VA, writable = WINDOW_VA + WINDOW_DATA;
	uint64_t stack = ((uintptr_t)__stack_bottom - (uintptr_t)__data_start);
	uint64_t trap = ((uintptr_t)__trap_stack_bottom - (uintptr_t)__data_start);
	int error;

	error = pt_map(pt, window + text, early->image + text, text_end - text, PT_CODE);
	if (!error)
		error = pt_map(pt, window + rodata, early->image + rodata - rodata_shift(),
			       read_only_end() - rodata, PT_RODATA);
	if (!error)
		error = pt_map(pt, writable, data,
			       ((uintptr_t)__writable_end - (uintptr_t)__data_start), PT_RAM);
	if (!error)
		error = pt_map(pt, writable + stack, data + stack, STACK_SIZE, PT_RAM);
	if (!error)
		error = pt_map(pt, writable + trap, data + trap, TRAP_STACK_SIZE, PT_RAM);
	if (!error)
		error = pt_map(pt, window + WINDOW_POOL, early->workspace, PAGETABLE_POOL, PT_RAM);
	return error;
}

/*
 * The page that runs while the MMU goes on and off, the tree, and the bank of RAM that we work in:
 * without our own part of it, so that a wrong physical address does not lead there.
 */
static int map_identity(struct pagetable *pt, const struct early *early,
			const struct early_plan *plan)
{
	uint64_t idmap = page_down(early->image + distance(__idmap_start));
	uint64_t fdt = page_down(early->fdt);
	uint64_t first = page_up(plan->bank);
	uint64_t last = page_down(plan->bank + plan->bank_size);
	uint64_t behind = plan->hole + plan->hole_size;
	int error = pt_map(pt, idmap, idmap, PAGE_SIZE, PT_CODE);

	/* What runs must not be written to by this way either; in ROM it is not mapped here. */
	if (!error && early->image - first < last - first)
		error = pt_map(pt, early->image, early->image, image_size(early), PT_RODATA);
	if (!error && plan->bank_size)
		error = pt_map(pt, first, first, plan->hole - first, PT_RAM);
	if (!error && plan->bank_size)
		error = pt_map(pt, behind, behind, last - behind, PT_RAM);
	if (!error && early->fdt && early_tree_walked((int)early->error))
		error = pt_map(pt, fdt, fdt, page_up(early->fdt + tree_size(early)) - fdt, PT_RAM);
	return error;
}

static int map_all(struct pagetable *pt, const struct early *early, const struct early_plan *plan)
{
	int error = map_window(pt, early);

	return error ? error : map_identity(pt, early, plan);
}

/* Caches are off: what they hold of this memory must neither hide nor overwrite our stores. */
int early_init(struct early *early)
{
	struct arch_regime regime;
	struct early_plan plan;
	struct pagetable pt;
	int error;

	arch_regime(&regime);
	error = find_workspace(early, &plan, regime.pa_limit);
	if (error)
		return error;
	arch_clean_invalidate(early->workspace, USUAL_TABLES);
	error = pt_init(&pt, &regime.tables, early->workspace, early->workspace + USUAL_TABLES);
	if (!error)
		error = map_all(&pt, early, &plan);
	if (error == ERR_FULL) { /* what is mapped stays: it goes on where it was */
		arch_clean_invalidate(pt.end, EARLY_TABLES - USUAL_TABLES);
		pt.end = early->workspace + EARLY_TABLES;
		error = map_all(&pt, early, &plan);
	}
	if (!error)
		arch_clean_invalidate(early->workspace, pt.next - early->workspace);
	early->tables_end = pt.next;
	return error;
}
