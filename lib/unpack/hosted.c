/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What packaged libraries take for granted: an allocator, and an operating system that tells what
 * the CPU can do. On the host, where the unit tests run, a C library has all of this.
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

/* libdeflate looks into /proc/self/auxv: there is none, and it goes by what every CPU has. */
int open(const char *path, int flags, ...);
int open(const char *path, int flags, ...)
{
	(void)path;
	(void)flags;
	return -1;
}

int close(int file);
int close(int file)
{
	(void)file;
	return -1;
}

long read(int file, void *to, size_t size);
long read(int file, void *to, size_t size)
{
	(void)file;
	(void)to;
	(void)size;
	return -1;
}

int *__errno_location(void);
int *__errno_location(void)
{
	static int error;

	return &error;
}
