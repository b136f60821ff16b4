/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What packaged libraries take for granted: an allocator. On the host, where the unit tests run,
 * the C library has it.
 */
#include <stdlib.h>
#include <string.h>
#include "lib/mem/heap.h"

void *malloc(size_t size)
{
	return heap_take(size);
}

void *calloc(size_t count, size_t size)
{
	size_t bytes;
	void *at;

	if (__builtin_mul_overflow(count, size, &bytes))
		return NULL;
	at = heap_take(bytes);
	return at ? memset(at, 0, bytes) : NULL;
}

void free(void *at)
{
	heap_give(at);
}
