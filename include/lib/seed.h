/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_SEED_H
#define FOREARM_SEED_H

#include <stddef.h>
#include <stdint.h>

/* Many random bytes from few. */

#define SEED_LEAST 16 /* bytes of a seed that is worth something */

/*
 * Fills 'size' bytes with SHA-256 of a counter, the purpose, which is text, and the first 64 bytes
 * of the seed: as random as that is, and nobody finds the seed from them, nor what another purpose
 * gets (NIST SP 800-108, counter mode, with a hash in place of a MAC). Pure.
 */
void seed_expand(const void *seed, size_t seed_size, const char *purpose, void *to, size_t size);

#endif
