/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_BOOT_PROGRESS_H
#define FOREARM_BOOT_PROGRESS_H

#include <stdint.h>

/*
 * From here to progress_end() what lib/ tells by progress_add() is 'doing' ("unpacking") 'what'
 * ("kernel"), constant strings: once that takes longer than a second, lines say how many of 'total'
 * bytes are done, each after twice the time.
 */
void progress_begin(const char *doing, const char *what, uint64_t total);
void progress_end(void);
/* Such work is copying as well: the buffers must not overlap. */
void copy_file_bytes(uint8_t *to, const uint8_t *from, uint64_t size, const char *what);

#endif
