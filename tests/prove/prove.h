/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_PROVE_H
#define FOREARM_PROVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "__fc_builtin.h"

/* What drivers make their inputs of: all values there are, which Eva sees at once. */

static volatile uint64_t any_source;

static inline uint64_t any64(void)
{
	return any_source;
}

static inline uint32_t any32(void)
{
	return (uint32_t)Frama_C_unsigned_int_interval(0, UINT32_MAX);
}

static inline bool any_bool(void)
{
	return Frama_C_interval(0, 1);
}

/* The analysis looks at each of the values by itself. */
static inline unsigned int each_in(unsigned int low, unsigned int high)
{
	return (unsigned int)Frama_C_interval_split((int)low, (int)high);
}

static inline uint64_t any_in(uint64_t low, uint64_t high)
{
	return Frama_C_unsigned_long_interval(low, high);
}

/* Any bytes. */
static inline void any_bytes(void *at, size_t size)
{
	Frama_C_make_unknown(at, size);
}

#endif
