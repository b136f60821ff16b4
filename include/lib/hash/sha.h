/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_SHA_H
#define FOREARM_SHA_H

#include <stdint.h>

/* Digests of data that is in memory as a whole, at any alignment (FIPS 180-4). */

#define SHA1_SIZE   20
#define SHA256_SIZE 32

void sha1(const uint8_t *data, uint64_t size, uint8_t *digest);
void sha256(const uint8_t *data, uint64_t size, uint8_t *digest);

#endif
