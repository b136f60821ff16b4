/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_ARM64_SYSREG_H
#define FOREARM_ARM64_SYSREG_H

#include <stdbool.h>
#include <stdint.h>

/* System registers by name: what boot code and monitor read alike. */

#define sysreg(name)                                                                               \
	({                                                                                         \
		uint64_t value_;                                                                   \
		__asm__ volatile("mrs %0, " #name : "=r"(value_));                                 \
		value_;                                                                            \
	})

/* ID_AA64ISAR0_EL1.RNDR, then the register itself; it may run dry, which PSTATE.Z tells. */
static inline bool sysreg_random(uint64_t *value)
{
	uint64_t random, ok = 0;

	if (!(sysreg(id_aa64isar0_el1) >> 60))
		return false;
	for (int tries = 0; tries < 16 && !ok; tries++)
		__asm__ volatile("mrs %0, s3_3_c2_c4_0\n\tcset %1, ne"
				 : "=r"(random), "=r"(ok)
				 :
				 : "cc");
	*value = random;
	return ok;
}

#endif
