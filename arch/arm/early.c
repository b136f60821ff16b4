/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of arch.h that runs before the MMU is on: no globals, no stack protector. */
#include "arch.h"
#include "arch_layout.h"
#include "cpu.h"

void arch_regime(struct arch_regime *regime)
{
	regime->tables.level = 1;
	regime->tables.every = in_hyp() ? PT_AP1 : 0;
	regime->tables.code = 0;
	regime->tables.data = PT_XN | (in_hyp() ? 0 : PT_PXN);
	regime->pa_limit = WINDOW_VA; /* RAM is mapped one to one, the window takes the end */
}

void arch_clean_invalidate(uint64_t pa, uint64_t size)
{
	clean_invalidate((uint32_t)pa, (uint32_t)size);
}
