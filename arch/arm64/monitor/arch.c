/* SPDX-License-Identifier: BSD-2-Clause */
/* What the generic part asks of the architecture, in an instruction or two: core.h for AArch64. */
#include "cpu.h"

#define SPURIOUS    1020 /* and above: no interrupt */
#define ACTIVE_MOST 32	 /* priorities in one register */

uint64_t arch_warm_entry(void)
{
	return (uintptr_t)monitor_warm;
}

uint64_t arch_arrive_entry(void)
{
	return (uintptr_t)monitor_arrive;
}

void arch_send_event(void)
{
	__asm__ volatile("sev");
}

void arch_evict(volatile void *at)
{
	__asm__ volatile("dc civac, %0" ::"r"(at) : "memory");
	arch_barrier();
}

uint64_t arch_counter(void)
{
	isb();
	return sysreg(cntpct_el0);
}

uint64_t arch_counter_frequency(void)
{
	return sysreg(cntfrq_el0);
}

void arch_barrier(void)
{
	__asm__ volatile("dsb sy\n\tisb" ::: "memory");
}

void arch_wait(void)
{
	__asm__ volatile("dsb sy\n\twfi" ::: "memory");
}

void arch_relax(void)
{
	__asm__ volatile("yield" ::: "memory");
}

void arch_stop_timers(void)
{
	write_el1(cntp_ctl_el0, 0);
	write_el1(cntv_ctl_el0, 0);
	if (sysreg(id_aa64pfr0_el1) >> 8 & 0xf) { /* EL2 is there */
		write_register(cnthp_ctl_el2, 0);
		if (sysreg(id_aa64mmfr1_el1) >> 8 & 0xf)
			write_register(s3_4_c14_c3_1, 0); /* CNTHV_CTL_EL2, of FEAT_VHE */
	}
	isb();
}

bool arch_random(uint64_t *value)
{
	return sysreg_random(value);
}

/*
 * ICC_AP1R<n>_EL1, the non-secure ones: one for 5 bits of priority, by ICC_CTLR_EL1.PRIbits, two
 * for 6, four for 7 (IHI 0069, 12.2).
 */
static void end_all(void)
{
	unsigned int bits = (sysreg(s3_0_c12_c12_4) >> 8 & 7) + 1;

	write_register(s3_0_c12_c9_0, 0);
	if (bits >= 6)
		write_register(s3_0_c12_c9_1, 0);
	if (bits >= 7) {
		write_register(s3_0_c12_c9_2, 0);
		write_register(s3_0_c12_c9_3, 0);
	}
	/* QEMU drops these writes. There the end of any interrupt (ICC_EOIR1_EL1) ends the last. */
	for (int i = 0; i < ACTIVE_MOST && sysreg(s3_0_c12_c9_0); i++)
		write_register(s3_0_c12_c12_1, 0);
}

/* ICC_PMR_EL1 lets all pass, ICC_IGRPEN0_EL1, the non-secure ICC_IGRPEN1_EL1. */
void arch_gic_enable(void)
{
	end_all();
	write_register(s3_0_c4_c6_0, 0xff);
	write_register(s3_0_c12_c12_6, 1);
	write_register(s3_0_c12_c12_7, 0);
	isb();
}

/* ICC_SGI0R_EL1: affinities, interrupt, range and list of affinity 0. */
void arch_gic_send(uint64_t mpidr, uint32_t intid)
{
	uint64_t aff3 = mpidr >> 32 & 0xff, aff2 = mpidr >> 16 & 0xff, aff1 = mpidr >> 8 & 0xff;
	uint64_t range = mpidr >> 4 & 0xf, list = 1ULL << (mpidr & 0xf);

	arch_barrier();
	write_register(s3_0_c12_c11_7, aff3 << 48 | range << 44 | aff2 << 32 |
					       (uint64_t)intid << 24 | aff1 << 16 | list);
	isb();
}

/* ICC_IAR0_EL1, ICC_EOIR0_EL1 */
uint32_t arch_gic_take(void)
{
	uint64_t intid = sysreg(s3_0_c12_c8_0);

	arch_barrier();
	if (intid < SPURIOUS)
		write_register(s3_0_c12_c8_1, intid);
	isb();
	return (uint32_t)intid;
}
