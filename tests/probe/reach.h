/* SPDX-License-Identifier: BSD-2-Clause */
/* What a guest can try against the memory of a monitor below it: by the CPU's own instructions. */
#ifndef PROBE_REACH_H
#define PROBE_REACH_H

#include "torture.h"

#pragma GCC visibility push(hidden)

enum attack { ATTACK_READ, ATTACK_WRITE, ATTACK_EXECUTE, ATTACKS, ATTACK_WALK = ATTACKS };

/* reach64.c, reach32.c */
/*
 * Addresses below 4 GiB as they are, the first GiB as devices; all at and above mmu_upper() by a
 * table at 'walk'. Memory stays uncached.
 */
void mmu_on(uintptr_t walk);
void mmu_off(void);
uintptr_t mmu_upper(void);
/* Does that to an address, under the guard of fault_guard(). */
void attack_access(enum attack attack, uintptr_t address);
/* Whether the last fault says: external abort, by that attack, there. */
bool attack_aborted(enum attack attack, uintptr_t address);
/* Maintenance of caches and TLB, translation: what a guest may ask of any address, and may not. */
void attack_maintenance(uintptr_t address);

#pragma GCC visibility pop

#endif
