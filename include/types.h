/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_TYPES_H
#define FOREARM_TYPES_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Arithmetic on sizes and addresses, which mostly are somebody else's words. No result wraps
 * around: what 64 bits do not hold becomes the last value, UINT64_MAX, which no memory reaches, so
 * that whoever asks for room there gets none. Plain C for the provers; inline, so that the early
 * code can use it.
 */

/* Marks functions that return an error code: code that drops it does not compile. */
#define __must_check __attribute__((warn_unused_result))

static inline uint64_t min64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static inline uint64_t max64(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* a + b, at most UINT64_MAX; and a - b, at least 0. */
static inline uint64_t add_capped(uint64_t a, uint64_t b)
{
	return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static inline uint64_t sub_capped(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

static inline bool is_power_of_two(uint64_t value)
{
	return value && !(value & (value - 1));
}

/*
 * The boundary at or before, and at or behind, an address or a size; 'align' is a power of two.
 * Behind the last boundary of 2^64 it is UINT64_MAX: never less than 'value'.
 */
static inline uint64_t align_down(uint64_t value, uint64_t align)
{
	return value & ~(align - 1);
}

static inline uint64_t align_up(uint64_t value, uint64_t align)
{
	return value > UINT64_MAX - (align - 1) ? UINT64_MAX
						: align_down(value + (align - 1), align);
}

/*
 * The same for pages, which are the unit of all that is allocated and mapped; by a division,
 * of which the provers know more than of bits.
 */
#define PAGE_SIZE 4096ULL

static inline uint64_t page_down(uint64_t value)
{
	return value / PAGE_SIZE * PAGE_SIZE;
}

static inline uint64_t page_up(uint64_t value)
{
	return value > UINT64_MAX - (PAGE_SIZE - 1) ? UINT64_MAX
						    : page_down(value + (PAGE_SIZE - 1));
}

#endif
