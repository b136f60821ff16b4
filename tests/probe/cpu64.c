/* SPDX-License-Identifier: BSD-2-Clause */
/* AArch64: interrupts, GICv3's system registers, timers. */
#include "cpu.h"

#define READ(reg)                                                                                  \
	({                                                                                         \
		uint64_t value_;                                                                   \
		__asm__ volatile("mrs %0, " reg : "=r"(value_)::"memory");                         \
		value_;                                                                            \
	})
#define WRITE(reg, value)                                                                          \
	__asm__ volatile("msr " reg ", %0; isb" ::"r"((uint64_t)(value)) : "memory")

#define ICC_PMR	    "s3_0_c4_c6_0"
#define ICC_RPR	    "s3_0_c12_c11_3"
#define ICC_SGI1R   "s3_0_c12_c11_5"
#define ICC_IAR1    "s3_0_c12_c12_0"
#define ICC_EOIR1   "s3_0_c12_c12_1"
#define ICC_BPR1    "s3_0_c12_c12_3"
#define ICC_CTLR    "s3_0_c12_c12_4"
#define ICC_SRE	    "s3_0_c12_c12_5"
#define ICC_IGRPEN1 "s3_0_c12_c12_7"
#define ICC_SRE_EL2 "s3_4_c12_c9_5"

#define SRE_ALL 0xf /* SRE, DFB, DIB, Enable */
#define HCR_IMO (1 << 4)
#define EL2	(2 << 2)

void wait_for_interrupt(void)
{
	__asm__ volatile("dsb sy; wfi" ::: "memory");
}

void irq_allow(void)
{
	__asm__ volatile("msr daifclr, #2; isb" ::: "memory");
}

void irq_forbid(void)
{
	__asm__ volatile("msr daifset, #2" ::: "memory");
}

bool is_hyp(void)
{
	return READ("CurrentEL") == EL2;
}

void irq_to_us(void)
{
	if (is_hyp())
		WRITE("hcr_el2", READ("hcr_el2") | HCR_IMO);
}

void icc_start(void)
{
	if (is_hyp())
		WRITE(ICC_SRE_EL2, SRE_ALL);
	WRITE(ICC_SRE, SRE_ALL & ~8);
	WRITE(ICC_PMR, 0xf0);
	WRITE(ICC_BPR1, 0);
	WRITE(ICC_CTLR, 0);
	WRITE(ICC_IGRPEN1, 1);
}

void icc_stop(void)
{
	WRITE(ICC_IGRPEN1, 0);
}

uint32_t icc_ack(void)
{
	return (uint32_t)READ(ICC_IAR1);
}

void icc_eoi(uint32_t id)
{
	WRITE(ICC_EOIR1, id);
}

void icc_sgi(uint64_t value)
{
	WRITE(ICC_SGI1R, value);
}

void icc_set_mask(uint32_t priority)
{
	WRITE(ICC_PMR, priority);
}

uint32_t icc_mask(void)
{
	return (uint32_t)READ(ICC_PMR);
}

uint32_t icc_running(void)
{
	return (uint32_t)READ(ICC_RPR);
}

uint64_t affinity_of(unsigned long mpidr)
{
	return (mpidr >> 8 & 0xff000000) | (mpidr & 0xffffff);
}

void timer_start(enum timer t, uint64_t ticks)
{
	if (t == TIMER_PHYSICAL) {
		WRITE("cntp_cval_el0", read_physical_counter() + ticks);
		WRITE("cntp_ctl_el0", 1);
	} else if (t == TIMER_VIRTUAL) {
		WRITE("cntv_cval_el0", read_virtual_counter() + ticks);
		WRITE("cntv_ctl_el0", 1);
	} else {
		WRITE("cnthp_cval_el2", read_physical_counter() + ticks);
		WRITE("cnthp_ctl_el2", 1);
	}
}

void timer_stop(enum timer t)
{
	if (t == TIMER_PHYSICAL)
		WRITE("cntp_ctl_el0", 0);
	else if (t == TIMER_VIRTUAL)
		WRITE("cntv_ctl_el0", 0);
	else
		WRITE("cnthp_ctl_el2", 0);
}

unsigned long timer_control(enum timer t)
{
	if (t == TIMER_PHYSICAL)
		return READ("cntp_ctl_el0");
	if (t == TIMER_VIRTUAL)
		return READ("cntv_ctl_el0");
	return READ("cnthp_ctl_el2");
}
