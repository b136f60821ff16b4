/* SPDX-License-Identifier: BSD-2-Clause */
/* The architecture's part of core.h. */
#include "guest.h"
#include "sysreg.h"

#define INTID_MASK    0xffffff
#define ACTIVE_MOST   32   /* priorities in one register */
#define INTID_SPECIAL 1020 /* to 1023: nothing is pending */

int64_t arch_host_psci(uint32_t function, uint64_t a, uint64_t b, uint64_t c)
{
	uint32_t reg[8];

	reg[0] = function;
	reg[1] = (uint32_t)a;
	reg[2] = (uint32_t)b;
	reg[3] = (uint32_t)c;
	forward(reg);
	return (int32_t)reg[0];
}

uint64_t arch_arrive_entry(void)
{
	return (uintptr_t)arrive;
}

void arch_send_event(void)
{
	__asm__ volatile("sev");
}

void arch_evict(volatile void *at)
{
	SYS_WRITE(SYS_DCCIMVAC, (uintptr_t)at);
	arch_barrier();
}

uint64_t arch_counter(void)
{
	return SYS_READ64(SYS_CNTPCT);
}

uint64_t arch_counter_frequency(void)
{
	return SYS_READ(SYS_CNTFRQ);
}

void arch_barrier(void)
{
	__asm__ volatile("dsb" : : : "memory");
}

void arch_wait(void)
{
	__asm__ volatile("dsb\n\twfi" : : : "memory");
}

void arch_relax(void)
{
	__asm__ volatile("yield" : : : "memory");
}

void arch_stop_timers(void)
{
	init_timers();
}

uint64_t arch_warm_entry(void)
{
	return (uintptr_t)warm;
}

/* AArch32 has no such instruction. */
bool arch_random(uint64_t *value)
{
	(void)value;
	return false;
}

/* ICC_AP1R<n>, the non-secure ones: one for 5 bits of priority, two for 6, four for 7. */
static void end_all(void)
{
	unsigned int bits = (SYS_READ(SYS_ICC_CTLR) >> 8 & 7) + 1;

	SYS_WRITE(SYS_ICC_AP1R0, 0);
	if (bits >= 6)
		SYS_WRITE(SYS_ICC_AP1R1, 0);
	if (bits >= 7) {
		SYS_WRITE(SYS_ICC_AP1R2, 0);
		SYS_WRITE(SYS_ICC_AP1R3, 0);
	}
	/* QEMU drops these writes. There the end of any interrupt ends the last one. */
	for (int i = 0; i < ACTIVE_MOST && SYS_READ(SYS_ICC_AP1R0); i++)
		SYS_WRITE(SYS_ICC_EOIR1, 0);
}

/* Every priority is let through, and of the groups only ours: the guest's is as after reset. */
void arch_gic_enable(void)
{
	end_all();
	SYS_WRITE(SYS_ICC_PMR, 0xff);
	SYS_WRITE(SYS_ICC_IGRPEN0, 1);
	SYS_WRITE(SYS_ICC_IGRPEN1, 0); /* the non-secure one */
	isb();
}

/* ICC_SGI0R: Aff3 is always 0 here, and Aff0 is a range of 16 and a bit in it. */
void arch_gic_send(uint64_t mpidr, uint32_t intid)
{
	uint32_t aff0 = mpidr & 0xff, aff1 = mpidr >> 8 & 0xff, aff2 = mpidr >> 16 & 0xff;
	uint64_t value = (uint64_t)(aff0 >> 4) << 44 | (uint64_t)aff2 << 32 | intid << 24 |
			 aff1 << 16 | 1U << (aff0 & 0xf);

	arch_barrier();
	SYS_WRITE64(SYS_ICC_SGI0R, value);
	isb();
}

uint32_t arch_gic_take(void)
{
	uint32_t intid = SYS_READ(SYS_ICC_IAR0) & INTID_MASK;

	if (intid < INTID_SPECIAL || intid > INTID_SPECIAL + 3)
		SYS_WRITE(SYS_ICC_EOIR0, intid);
	isb();
	return intid;
}
