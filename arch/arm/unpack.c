/* SPDX-License-Identifier: BSD-2-Clause */
/* zstd is for 64-bit kernels: a zImage unpacks itself, and this half has to be small. */
#include "error.h"
#include "unpack_format.h"

int zstd_frame(struct source *in, struct sink *out, struct unpack_scratch *scratch)
{
	(void)in;
	(void)out;
	(void)scratch;
	return ERR_UNSUPPORTED;
}
