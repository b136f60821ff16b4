/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_CRC32_H
#define FOREARM_CRC32_H

#include <stddef.h>
#include <stdint.h>

/*
 * CRC-32 (RFC 1952, section 8) of what came before, whose CRC is 'crc' (0: nothing), and the 'size'
 * bytes at 'data', of any alignment. Pure but for tables that it makes once.
 */
uint32_t crc32_add(uint32_t crc, const void *data, size_t size);

/* That of 'size' bytes alone, with words of progress (lib/progress.h). */
uint32_t crc32_of(const uint8_t *data, uint64_t size);

#endif
