/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_PROVE_BUILTINS_H
#define FOREARM_PROVE_BUILTINS_H

#include <stdbool.h>
#include <stdint.h>

/* In C, what compilers have built in and Frama-C knows nothing of; each source has these before it.
 */

static inline uint32_t prove_bswap32(uint32_t value)
{
	return (value & 0xffU) << 24 | (value & 0xff00U) << 8 | (value >> 8 & 0xff00U) |
	       value >> 24;
}

static inline uint64_t prove_bswap64(uint64_t value)
{
	return (uint64_t)prove_bswap32((uint32_t)value) << 32 |
	       prove_bswap32((uint32_t)(value >> 32));
}

/* Without a sum that wraps around. */
static inline bool prove_add_overflow(uint64_t a, uint64_t b, uint64_t *sum)
{
	bool wraps = a > UINT64_MAX - b;

	*sum = wraps ? a - (UINT64_MAX - b) - 1 : a + b;
	return wraps;
}

#define __builtin_bswap32		  prove_bswap32
#define __builtin_bswap64		  prove_bswap64
#define __builtin_add_overflow(a, b, sum) prove_add_overflow(a, b, sum)

#endif
