/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_PARTS_H
#define FOREARM_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/formats/payload.h"

/* Files for the tests of containers, and what must come out of them. */

/* A file below the output directory, in a heap block of exactly its size. */
uint8_t *part_load(const char *path, size_t *size);
/* Is this part what is in that file ("" for none), or that text? */
bool part_is_file(const struct part *part, const char *path);
bool part_is_text(const struct part *part, const char *text);
/* Is every part inside of one of two files, and every count in its range? The second may be NULL.
 */
bool parts_inside(const struct payload *payload, const uint8_t *file, uint64_t size,
		  const uint8_t *second, uint64_t second_size);

#endif
