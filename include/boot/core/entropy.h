/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_BOOT_ENTROPY_H
#define FOREARM_BOOT_ENTROPY_H

#include <stddef.h>
#include "platform/platform.h"

struct boot;

/* Fills 'size' bytes with true randomness, from the CPU or the higher exception level; false: there
 * is none.
 */
bool entropy(const struct platform_psci *psci, void *bytes, size_t size);
/* The same for the guest: where those give none, a virtio device is looked for. */
bool guest_entropy(const struct boot *boot, void *bytes, size_t size);
/* The same; where there is none, what follows from the VMM's rng-seed for that purpose
 * (lib/seed.h). */
bool guest_random(const struct boot *boot, const char *purpose, uint8_t *to, size_t size);

#endif
