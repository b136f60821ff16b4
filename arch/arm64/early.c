/* SPDX-License-Identifier: BSD-2-Clause */
/* The part of arch.h that runs before the MMU is on: no globals, no stack protector. */
#include "arch.h"
#include "arch_layout.h"

void arch_regime(struct arch_regime *regime)
{
	uint64_t el, hcr = 0, mmfr;

	__asm__ volatile("mrs %0, CurrentEL" : "=r"(el));
	if (el == 2 << 2)
		__asm__ volatile("mrs %0, hcr_el2" : "=r"(hcr));
	__asm__ volatile("mrs %0, id_aa64mmfr0_el1" : "=r"(mmfr));
	regime->tables.level = 0;
	if (el == 1 << 2 || hcr >> 34 & 1) { /* EL2 with E2H is like EL1 */
		regime->tables.every = 0;
		regime->tables.code = PT_XN;
		regime->tables.data = PT_XN | PT_PXN;
	} else {
		regime->tables.every = PT_AP1;
		regime->tables.code = 0;
		regime->tables.data = PT_XN;
	}
	/* ID_AA64MMFR0_EL1.PARange: 32, 36, 40, 42, 44, 48, ... bits; the tables hold 48 */
	static const uint8_t bits[] = {32, 36, 40, 42, 44, 48};

	mmfr &= 0xf;
	regime->pa_limit = 1ULL << bits[mmfr < sizeof(bits) ? mmfr : sizeof(bits) - 1];
	if (regime->pa_limit > WINDOW_VA) /* where all is one to one, the window is in the way */
		regime->pa_limit = WINDOW_VA;
}
