/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_ASCII_H
#define FOREARM_ASCII_H

#include <stdbool.h>
#include <stdint.h>

/* Bytes of names and texts on a disk, whatever else than ASCII is in them. */

static inline bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

/* Capitals as small letters. */
static inline uint8_t folded(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c | 0x20 : c;
}

#endif
