/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_CRC32C_H
#define FOREARM_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/*
 * CRC-32C (RFC 3720, section 12.1), as file systems have it: what comes in is the remainder so far
 * (UINT32_MAX: of nothing), and so is what comes out; neither is inverted. Data of any alignment.
 * Pure but for a table that it makes once.
 */
uint32_t crc32c_add(uint32_t remainder, const void *data, size_t size);

#endif
