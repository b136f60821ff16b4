/* SPDX-License-Identifier: BSD-2-Clause */
/* xxHash of 32 bits, the checksum of LZ4, by the header of libxxhash: no more of it is compiled. */
#define XXH_INLINE_ALL
#define XXH_NO_LONG_LONG /* neither the 64-bit one, nor XXH3 */
#include <xxhash.h>
#include "lib/unpack/stream.h"

uint32_t xxhash32(const uint8_t *data, uint64_t size)
{
	return XXH32(data, (size_t)size, 0);
}
