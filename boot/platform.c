/* SPDX-License-Identifier: BSD-2-Clause */
#include "platform.h"

bool platform_has_ram(const struct platform *p, uint64_t base, uint64_t size)
{
	for (unsigned int i = 0; i < p->banks; i++)
		if (in_range(base, size, &p->bank[i].region))
			return true;
	return false;
}

uint64_t platform_ram_base(const struct platform *p)
{
	uint64_t base = UINT64_MAX;

	for (unsigned int i = 0; i < p->banks; i++)
		base = min64(base, p->bank[i].region.base);
	return base;
}

uint64_t platform_ram_size(const struct platform *p)
{
	uint64_t size = 0;

	for (unsigned int i = 0; i < p->banks; i++)
		size = add_capped(size, p->bank[i].region.size);
	return size;
}
