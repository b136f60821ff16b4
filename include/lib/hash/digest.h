/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_DIGEST_H
#define FOREARM_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/*
 * The part of a checksum that CPUs with instructions for it do, in arch/arm64 and arch/arm; crc32.h
 * and sha.h are for everybody else. Each does as much of the data as it can, from its start, and
 * returns how much: 0 where the CPU has no such instructions (ID_AA64ISAR0_EL1).
 */

/* Bytes; *value is the remainder, inverted as RFC 1952 has it between its steps. */
size_t arch_crc32(uint32_t *value, const uint8_t *data, size_t size);

/* Blocks of 64 bytes; 'h' are the eight words of FIPS 180-4, 6.2, and 'k' its 64 constants. */
uint64_t arch_sha256(uint32_t *h, const uint8_t *data, uint64_t blocks, const uint32_t *k);

#endif
