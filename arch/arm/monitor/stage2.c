/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What keeps the guest out of a monitor in HYP mode: the tables of lib/mem/stage2.c. What they
 * leave out is to the guest as if nothing were there: its access ends with a synchronous external
 * abort.
 */
#include "guest.h"
#include "sysreg.h"

#define TLBIALLNSNH "p15, 4, %0, c8, c7, 4" /* all that is of PL1 and PL0 */

#define HCR_VM		(1U << 0)
#define HCR_SWIO	(1U << 1) /* invalidation by set and way cleans, too */
#define VTCR_RES1	(1U << 31)
#define VTCR_CACHED	(1U << 8 | 1U << 10) /* IRGN0, ORGN0: write-back, allocating */
#define VTCR_SHARED	(3U << 12)	     /* SH0: inner */
#define VTCR_LEVEL1	(1U << 6)
#define VTCR_SIZE	(8U | 1U << 4) /* T0SZ of -8: 40 bits; and its sign once more */
#define CLASS_DATA	(4U << 26)     /* of an abort's class: data, not instruction */
#define VECTOR_PREFETCH 0x0c
#define VECTOR_DATA	0x10
#define TTBCR_EAE	(1U << 31) /* the guest's tables are in the long-descriptor format */

/* VMID 0, since there is but one guest; nothing of before stays in the TLB. */
void init_stage2(void)
{
	if (!monitor.stage2_root)
		return;
	SYS_WRITE64(SYS_VTTBR, monitor.stage2_root);
	SYS_WRITE(SYS_VTCR, VTCR_RES1 | VTCR_CACHED | VTCR_SHARED | VTCR_LEVEL1 | VTCR_SIZE);
	isb();
	SYS_WRITE(SYS_HCR, SYS_READ(SYS_HCR) | HCR_VM | HCR_SWIO);
	isb();
	SYS_WRITE(TLBIALLNSNH, 0);
	arch_barrier();
	isb();
}

void inject_abort(uint32_t hsr, uint32_t psr)
{
	uint32_t status = aarch32_abort_status(hsr, SYS_READ(SYS_TTBCR) & TTBCR_EAE);
	bool data = hsr & CLASS_DATA;

	if (data) {
		SYS_WRITE(SYS_DFSR, status);
		SYS_WRITE(SYS_DFAR, SYS_READ(SYS_HDFAR));
	} else {
		SYS_WRITE(SYS_IFSR, status);
		SYS_WRITE(SYS_IFAR, SYS_READ(SYS_HIFAR));
	}
	BANKED_WRITE("spsr_abt", psr);
	BANKED_WRITE("lr_abt", BANKED_READ("elr_hyp") + (data ? 8 : 4));
	enter_mode(psr | PSR_A, PSR_ABT, data ? VECTOR_DATA : VECTOR_PREFETCH);
}
