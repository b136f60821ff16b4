/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * platform/ram_size.c, for all of an address space of 52 bits (Arm ARM D8.1, FEAT_LPA) and any
 * answers of the probe.
 *
 * prove: by eva
 * prove: with platform/ram_size.c
 */
#include "prove.h"
#include "platform/ram_size.h"

#define LIMIT (1ULL << 52)

static bool is_ram(uint64_t pa)
{
	/*@ check pa % 4 == 0; */
	return any_bool();
}

static bool is_same(uint64_t a, uint64_t b)
{
	/*@ check a % 4 == 0 && b % 4 == 0; */
	return any_bool();
}

int main(void)
{
	const struct ram_probe probe = {is_ram, is_same};
	uint64_t base = any_in(0, LIMIT / 4) * 4, limit = any_in(0, LIMIT);
	uint64_t size = ram_size(&probe, base, limit);

	/*@ check size % 0x100000 == 0 && size <= LIMIT; */
	return size != 0;
}
