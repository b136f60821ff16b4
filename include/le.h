/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_LE_H
#define FOREARM_LE_H

#include <stdint.h>

/*
 * Little-endian numbers at any address, as file headers and ACPI have them. We run little-endian
 * ourselves, so each is one access. Not for code that runs before the MMU is on.
 */

typedef uint16_t __attribute__((aligned(1), may_alias)) le_unaligned16;
typedef uint32_t __attribute__((aligned(1), may_alias)) le_unaligned32;
typedef uint64_t __attribute__((aligned(1), may_alias)) le_unaligned64;

static inline uint16_t le16(const void *at)
{
	return *(const le_unaligned16 *)at;
}

static inline uint32_t le32(const void *at)
{
	return *(const le_unaligned32 *)at;
}

static inline uint64_t le64(const void *at)
{
	return *(const le_unaligned64 *)at;
}

static inline void put_le16(void *at, uint16_t value)
{
	*(le_unaligned16 *)at = value;
}

static inline void put_le32(void *at, uint32_t value)
{
	*(le_unaligned32 *)at = value;
}

static inline void put_le64(void *at, uint64_t value)
{
	*(le_unaligned64 *)at = value;
}

#endif
