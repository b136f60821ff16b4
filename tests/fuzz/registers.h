/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_FUZZ_REGISTERS_H
#define FOREARM_FUZZ_REGISTERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "fuzz.h"

/*
 * System registers, by name, for code that has to run without them: each holds what was written to
 * it, and before that what the input says.
 */
void registers_reset(struct fuzz_numbers *from);
uint64_t register_read(const char *name);
void register_write(const char *name, uint64_t value);
/* The n-th register that was written to since registers_watch(), or NULL. */
void registers_watch(void);
const char *register_written(unsigned int n);

#endif
