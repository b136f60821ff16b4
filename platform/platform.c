/* SPDX-License-Identifier: BSD-2-Clause */
/* Questions about the platform model's RAM. */
#include "platform/platform.h"
#include "platform/own.h"

bool platform_has_ram(const struct platform *p, uint64_t base, uint64_t size)
{
	for (unsigned int i = 0; i < p->banks; i++)
		if (in_range(base, size, &p->bank[i].region))
			return true;
	return false;
}

bool platform_overlaps_ram(const struct platform *p, uint64_t base, uint64_t size)
{
	for (unsigned int i = 0; i < p->banks; i++)
		if (overlaps(base, size, &p->bank[i].region))
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

void platform_own(const struct platform *p, struct platform_own *own)
{
	own->ecams = 0;
	own->banks = p->banks;
	own->smmu = p->smmu;
	own->rtc = p->rtc.region.base;
	for (unsigned int i = 0; i < p->banks; i++)
		own->bank[i] = p->bank[i].region;
	for (unsigned int i = 0; i < p->num_pcie; i++)
		if (p->pcie[i].ecam && !p->pcie[i].probe_only && p->pcie[i].config.size >= ECAM_BUS)
			own->ecam[own->ecams++] = p->pcie[i].config.base;
}

bool platform_owns_ram(const struct platform_own *own, uint64_t base, uint64_t size)
{
	for (unsigned int i = 0; i < own->banks; i++)
		if (in_range(base, size, &own->bank[i]))
			return true;
	return false;
}
