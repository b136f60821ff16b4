/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_HEAP_H
#define FOREARM_HEAP_H

#include <stddef.h>

/* Memory for packaged libraries: malloc() and free() of the firmware (lib/unpack/hosted.c). */

/* Where it comes from: 'more' returns that many bytes, aligned to 64, for as long as we run. */
struct heap_source {
	void *(*more)(void *owner, size_t size);
	void *owner;
};

/* From now on there is nothing in use, and nothing is kept of what there was. */
void heap_init(const struct heap_source *from);

/*
 * 'size' bytes, aligned to 64 and with anything in them; NULL when there are no more, or when they
 * are in too many pieces.
 */
void *heap_take(size_t size);

/* Ends the use of what heap_take() returned, or of NULL. */
void heap_give(const void *at);

#endif
