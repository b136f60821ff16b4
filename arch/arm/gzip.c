/* SPDX-License-Identifier: BSD-2-Clause */
/* 32-bit kernels come as zImage and unpack themselves: this half has no decompressor. */
#include "error.h"
#include "image.h"

int gzip_unpack(const uint8_t *from, size_t size, uint8_t *to, size_t room, size_t *written)
{
	(void)from;
	(void)size;
	(void)to;
	(void)room;
	*written = 0;
	return ERR_UNSUPPORTED;
}
