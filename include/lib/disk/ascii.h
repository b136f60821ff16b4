/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_ASCII_H
#define FOREARM_ASCII_H

#include <stdbool.h>
#include <stdint.h>
#include "lib/formats/payload.h"
#include "types.h"

/* Bytes of names and texts on a disk, whatever else than ASCII is in them. */

/* Of an entry's number: what has more digits is a name. */
#define NUMBER_DIGITS 4

static inline bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* The number at place *at of a text, which is behind its digits then; a large one is UINT32_MAX. */
static inline uint32_t take_number(const struct part *text, uint64_t *at)
{
	uint64_t value = 0;

	for (; *at < text->size && is_digit(text->at[*at]); ++*at)
		value = min64(value * 10 + (text->at[*at] & 0xfU), UINT32_MAX);
	return (uint32_t)value;
}

/* Capitals as small letters. */
static inline uint8_t folded(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

#endif
