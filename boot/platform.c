/* SPDX-License-Identifier: BSD-2-Clause */
#include "platform.h"

bool platform_has_ram(const struct platform *p, uint64_t base, uint64_t size)
{
	for (unsigned int i = 0; i < p->banks; i++)
		if (region_contains(&p->bank[i].region, base, size))
			return true;
	return false;
}

uint64_t platform_ram_base(const struct platform *p)
{
	uint64_t base = UINT64_MAX;

	for (unsigned int i = 0; i < p->banks; i++)
		base = p->bank[i].region.base < base ? p->bank[i].region.base : base;
	return base;
}
