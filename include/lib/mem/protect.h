/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_PROTECT_H
#define FOREARM_PROTECT_H

#include "lib/mem/pagetable.h"

/*
 * Says of [va, va + size), page-aligned both, whether it is written to and executed; what is not
 * mapped stays so. Blocks are split where only a part of one is meant: 'replace' puts such an entry
 * in the place of another one, with nothing valid in between (Arm ARM, D8.16.1 "break before
 * make"), while which the memory of the whole block cannot be reached. The caller makes all else
 * visible, and lets go of old translations. Returns 0, or ERR_FULL when the pool of tables is used
 * up: then a part of it may be done.
 */
__must_check int pt_protect(struct pagetable *pt, uint64_t va, uint64_t size, bool writable,
			    bool executable, void (*replace)(uint64_t *entry, uint64_t value));

#endif
