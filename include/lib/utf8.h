/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_UTF8_H
#define FOREARM_UTF8_H

#include <stdint.h>

#define UTF8_MOST 4 /* bytes of a character */

/* Writes a character, below 0x110000, as UTF-8 (RFC 3629), and returns where the next one goes. */
char *utf8_put(char *to, uint32_t code);

#endif
