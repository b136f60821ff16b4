/* SPDX-License-Identifier: BSD-2-Clause */
/* AArch32: interrupts, GICv3's system registers, timers. */
#include "cpu.h"

#define READ(reg)                                                                                  \
	({                                                                                         \
		uint32_t value_;                                                                   \
		__asm__ volatile("mrc " reg : "=r"(value_)::"memory");                             \
		value_;                                                                            \
	})
#define WRITE(reg, value) __asm__ volatile("mcr " reg "; isb" ::"r"((uint32_t)(value)) : "memory")
#define WRITE64(reg, value)                                                                        \
	__asm__ volatile("mcrr " reg "; isb" ::"r"((uint64_t)(value)) : "memory")

#define ICC_PMR	    "p15, 0, %0, c4, c6, 0"
#define ICC_RPR	    "p15, 0, %0, c12, c11, 3"
#define ICC_SGI1R   "p15, 0, %Q0, %R0, c12"
#define ICC_IAR1    "p15, 0, %0, c12, c12, 0"
#define ICC_EOIR1   "p15, 0, %0, c12, c12, 1"
#define ICC_BPR1    "p15, 0, %0, c12, c12, 3"
#define ICC_CTLR    "p15, 0, %0, c12, c12, 4"
#define ICC_SRE	    "p15, 0, %0, c12, c12, 5"
#define ICC_IGRPEN1 "p15, 0, %0, c12, c12, 7"
#define ICC_HSRE    "p15, 4, %0, c12, c9, 5"
#define HCR	    "p15, 4, %0, c1, c1, 0"
#define CNTP_CTL    "p15, 0, %0, c14, c2, 1"
#define CNTV_CTL    "p15, 0, %0, c14, c3, 1"
#define CNTHP_CTL   "p15, 4, %0, c14, c2, 1"
#define CNTP_CVAL   "p15, 2, %Q0, %R0, c14"
#define CNTV_CVAL   "p15, 3, %Q0, %R0, c14"
#define CNTHP_CVAL  "p15, 6, %Q0, %R0, c14"

#define SRE_ALL	  0xf /* SRE, DFB, DIB, Enable */
#define HCR_IMO	  (1 << 4)
#define MODE_MASK 0x1f
#define MODE_HYP  0x1a

void wait_for_interrupt(void)
{
	__asm__ volatile("dsb sy; wfi" ::: "memory");
}

void irq_allow(void)
{
	__asm__ volatile("cpsie i; isb" ::: "memory");
}

void irq_forbid(void)
{
	__asm__ volatile("cpsid i" ::: "memory");
}

bool is_hyp(void)
{
	uint32_t cpsr;

	__asm__ volatile("mrs %0, cpsr" : "=r"(cpsr));
	return (cpsr & MODE_MASK) == MODE_HYP;
}

void irq_to_us(void)
{
	if (is_hyp())
		WRITE(HCR, READ(HCR) | HCR_IMO);
}

void icc_start(void)
{
	if (is_hyp())
		WRITE(ICC_HSRE, SRE_ALL);
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
	return READ(ICC_IAR1);
}

void icc_eoi(uint32_t id)
{
	WRITE(ICC_EOIR1, id);
}

void icc_sgi(uint64_t value)
{
	WRITE64(ICC_SGI1R, value);
}

void icc_set_mask(uint32_t priority)
{
	WRITE(ICC_PMR, priority);
}

uint32_t icc_mask(void)
{
	return READ(ICC_PMR);
}

uint32_t icc_running(void)
{
	return READ(ICC_RPR);
}

uint64_t affinity_of(unsigned long mpidr)
{
	return mpidr & 0xffffff;
}

void timer_start(enum timer t, uint64_t ticks)
{
	if (t == TIMER_PHYSICAL) {
		WRITE64(CNTP_CVAL, read_physical_counter() + ticks);
		WRITE(CNTP_CTL, 1);
	} else if (t == TIMER_VIRTUAL) {
		WRITE64(CNTV_CVAL, read_virtual_counter() + ticks);
		WRITE(CNTV_CTL, 1);
	} else {
		WRITE64(CNTHP_CVAL, read_physical_counter() + ticks);
		WRITE(CNTHP_CTL, 1);
	}
}

void timer_stop(enum timer t)
{
	if (t == TIMER_PHYSICAL)
		WRITE(CNTP_CTL, 0);
	else if (t == TIMER_VIRTUAL)
		WRITE(CNTV_CTL, 0);
	else
		WRITE(CNTHP_CTL, 0);
}

unsigned long timer_control(enum timer t)
{
	if (t == TIMER_PHYSICAL)
		return READ(CNTP_CTL);
	if (t == TIMER_VIRTUAL)
		return READ(CNTV_CTL);
	return READ(CNTHP_CTL);
}
