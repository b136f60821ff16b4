/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_ARM_CPU_H
#define FOREARM_ARM_CPU_H

#include <stdbool.h>
#include <stdint.h>

#define CPSR_MODE 0x1f
#define CPSR_HYP  0x1a

static inline bool in_hyp(void)
{
	uint32_t cpsr;

	__asm__("mrs %0, cpsr" : "=r"(cpsr));
	return (cpsr & CPSR_MODE) == CPSR_HYP;
}

/* entry.S: whether we are in a secure mode, below which nobody provides PSCI. */
bool arch_is_secure(void);

/* clean.S */
void clean(uint32_t pa, uint32_t size);
void clean_invalidate(uint32_t pa, uint32_t size);

#endif
