/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds out how much RAM there is by trying it. */
#include "platform/ram_size.h"

#define MIB 0x100000ULL

/* The last word of the first 'count' MiB. */
static uint64_t last_word(uint64_t base, uint64_t count)
{
	return base + count * MIB - sizeof(uint32_t);
}

/* Doubled until there is no more, then narrowed down. RAM that repeats does so at a power of two.
 */
uint64_t ram_size(const struct ram_probe *probe, uint64_t base, uint64_t limit)
{
	uint64_t good = 0, bad = 1, most = base < limit ? (limit - base) / MIB : 0;

	while (bad <= most && probe->is_ram(last_word(base, bad))) {
		if (good && probe->is_same(last_word(base, good), last_word(base, bad)))
			return good * MIB;
		good = bad;
		bad *= 2;
	}
	while (good + 1 < bad) {
		uint64_t middle = (good + bad) / 2;

		if (middle <= most && probe->is_ram(last_word(base, middle)))
			good = middle;
		else
			bad = middle;
	}
	return good * MIB;
}
