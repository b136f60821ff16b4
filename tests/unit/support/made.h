/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_MADE_H
#define FOREARM_MADE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Files that the real tools made when the tests were built (unit.mk), by their names there. Each
 * comes in a heap block of exactly its size, so that the sanitizer sees any read behind it; free()
 * it. One that is not there is a broken build: the test aborts.
 */
uint8_t *made_load(const char *name, size_t *size);

#endif
