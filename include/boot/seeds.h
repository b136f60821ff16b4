/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_BOOT_SEEDS_H
#define FOREARM_BOOT_SEEDS_H

#include "types.h"

/* Randomness that is for the guest only (boot/seeds.c). */

struct boot;

/* Notes where the model's tree has it. */
void seeds_note(struct boot *boot);
/* Overwrites all that was noted so far, where that is RAM; in the guest's tree are copies. */
void seeds_wipe(struct boot *boot);

#endif
