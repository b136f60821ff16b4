/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_PROGRESS_H
#define FOREARM_PROGRESS_H

#include <stdint.h>

/*
 * How far long work has come. What works on much data, here or in boot/, tells it in pieces; who
 * wants to know has a function for it.
 */

/* At most so many bytes between two words, where that can be chosen. */
#define PROGRESS_PIECE (1U << 20)

/* From now on 'hear' is called with each number of bytes that were done; NULL: nobody listens. */
void progress_listen(void (*hear)(uint64_t bytes));

/* So many bytes more are done, of those that the work is to take in. */
void progress_add(uint64_t bytes);

#endif
