/* SPDX-License-Identifier: BSD-2-Clause */
/* Secrets that nobody finds any more (wipe.h). */
#include <string.h>
#include "lib/mem/wipe.h"

void wipe(void *bytes, size_t size)
{
	memset(bytes, 0, size);
	__asm__ volatile("" : : "r"(bytes) : "memory");
}
