/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_VM_H
#define FOREARM_VM_H

#include <stdint.h>
#include "boot/early/ram.h"
#include "lib/mem/pagetable.h"
#include "types.h"

/*
 * The window: the fixed range of virtual addresses that forearm runs in (layout.h). Its text is
 * mapped to wherever the file is, its writable part to the workspace. All else, RAM and devices,
 * is mapped at its physical address.
 */

/* Records where the window is mapped to; before this, virt_to_phys() may not be called. */
void vm_init(const struct early *early);

/* The physical address behind any pointer of ours, in the window or outside. */
uint64_t virt_to_phys(const void *pointer);

/*
 * The physical range of the file, and of the workspace with what has to be left out around it: not
 * free while we run. Nothing but the window leads to the workspace.
 */
uint64_t vm_image(void);
uint64_t vm_image_size(void);
uint64_t vm_workspace(void);
uint64_t vm_workspace_size(void);

/* The first page of the file, read-only; NULL when there is no room for its mapping. */
const uint8_t *vm_file_head(void);

/* Maps what may be ROM at its own address (page-rounded here), read-only. Returns as below. */
__must_check int vm_map_rom(uint64_t pa, uint64_t size);

/*
 * Maps a physical range at its own address (page-rounded here), as RAM or as a device.
 * Returns 0, ERR_FULL, or ERR_NO_ROOM when the CPU does not reach it.
 */
__must_check int vm_map_ram(uint64_t pa, uint64_t size);
__must_check int vm_map_device(uint64_t pa, uint64_t size);

/*
 * A view of the word at 'pa' that goes past the caches, whatever that place is mapped as. There are
 * 144 of them, and they stay. Returns where it is, or 0 when they are used up.
 */
uintptr_t vm_view(uint64_t pa);

/* The tables that we run on. */
struct pagetable *vm_tables(void);
/*
 * How far [pa, pa + size) has to be from the workspace to become more room for page tables, and
 * making it that; in whole pages. Returns 0, ERR_FULL or ERR_ADDRESS.
 */
#define VM_TABLES_APART 0x200000
__must_check int vm_add_tables(uint64_t pa, uint64_t size);

#endif
