/* SPDX-License-Identifier: BSD-2-Clause */
/* Turns on what keeps the guest out of a monitor at EL2: the tables of lib/mem/stage2.c. */
#include "cpu.h"

#define HCR_VM	    (1 << 0)
#define HCR_SWIO    (1 << 1) /* invalidation by set and way cleans, too */
#define VTCR_RES1   (1U << 31)
#define VTCR_CACHED (1 << 8 | 1 << 10) /* IRGN0, ORGN0: write-back, allocating */
#define VTCR_SHARED (3 << 12)	       /* SH0: inner */
#define VTCR_SL0    6
#define VTCR_PS	    16
#define LEVEL0_SL0  2 /* with 4 KiB granule; level 1 is 1 */

/* VTCR_EL2.PS, as ID_AA64MMFR0_EL1.PARange counts. */
static uint64_t physical_size(uint32_t bits)
{
	return bits > 42 ? bits / 4 - 7 : bits > 40 ? 3 : bits / 4 - 8;
}

/*
 * VMID 0, since there is but one guest. What the CPU has cached for EL1 meanwhile, with the
 * translation off, the caller invalidates.
 */
void stage2_registers(void)
{
	uint64_t bits = monitor.stage2_bits;

	if (!monitor.stage2_root)
		return;
	write_register(vttbr_el2, monitor.stage2_root);
	write_register(vtcr_el2, VTCR_RES1 | VTCR_CACHED | VTCR_SHARED | (64 - bits) |
					 (uint64_t)(LEVEL0_SL0 - monitor.stage2_level) << VTCR_SL0 |
					 physical_size((uint32_t)bits) << VTCR_PS);
	isb();
	write_register(hcr_el2, sysreg(hcr_el2) | HCR_VM | HCR_SWIO);
	isb();
}
