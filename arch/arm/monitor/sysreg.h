/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_ARM_MONITOR_SYSREG_H
#define FOREARM_ARM_MONITOR_SYSREG_H

#include <stdint.h>

/* System registers, as the operands of MRC and MCR, or MRRC and MCRR. */
#define SYS_MIDR       "p15, 0, %0, c0, c0, 0"
#define SYS_MPIDR      "p15, 0, %0, c0, c0, 5"
#define SYS_ID_PFR1    "p15, 0, %0, c0, c1, 1"
#define SYS_ID_DFR0    "p15, 0, %0, c0, c1, 2"
#define SYS_SCTLR      "p15, 0, %0, c1, c0, 0"
#define SYS_ACTLR      "p15, 0, %0, c1, c0, 1"
#define SYS_CPACR      "p15, 0, %0, c1, c0, 2"
#define SYS_SCR	       "p15, 0, %0, c1, c1, 0"
#define SYS_NSACR      "p15, 0, %0, c1, c1, 2"
#define SYS_TTBR0      "p15, 0, %0, c2, c0, 0"
#define SYS_TTBR1      "p15, 0, %0, c2, c0, 1"
#define SYS_TTBCR      "p15, 0, %0, c2, c0, 2"
#define SYS_DACR       "p15, 0, %0, c3, c0, 0"
#define SYS_DFSR       "p15, 0, %0, c5, c0, 0"
#define SYS_IFSR       "p15, 0, %0, c5, c0, 1"
#define SYS_DFAR       "p15, 0, %0, c6, c0, 0"
#define SYS_IFAR       "p15, 0, %0, c6, c0, 2"
#define SYS_PMCR       "p15, 0, %0, c9, c12, 0"
#define SYS_VBAR       "p15, 0, %0, c12, c0, 0"
#define SYS_MVBAR      "p15, 0, %0, c12, c0, 1"
#define SYS_CONTEXTIDR "p15, 0, %0, c13, c0, 1"
#define SYS_TPIDRURW   "p15, 0, %0, c13, c0, 2"
#define SYS_TPIDRURO   "p15, 0, %0, c13, c0, 3"
#define SYS_TPIDRPRW   "p15, 0, %0, c13, c0, 4"
#define SYS_CNTFRQ     "p15, 0, %0, c14, c0, 0"
#define SYS_DCCIMVAC   "p15, 0, %0, c7, c14, 1"
#define SYS_CNTKCTL    "p15, 0, %0, c14, c1, 0"
#define SYS_CNTP_CTL   "p15, 0, %0, c14, c2, 1"
#define SYS_CNTV_CTL   "p15, 0, %0, c14, c3, 1"
#define SYS_CNTPCT     "p15, 0, %Q0, %R0, c14"

#define SYS_VPIDR     "p15, 4, %0, c0, c0, 0"
#define SYS_VMPIDR    "p15, 4, %0, c0, c0, 5"
#define SYS_HSCTLR    "p15, 4, %0, c1, c0, 0"
#define SYS_HCR	      "p15, 4, %0, c1, c1, 0"
#define SYS_HDCR      "p15, 4, %0, c1, c1, 1"
#define SYS_HCPTR     "p15, 4, %0, c1, c1, 2"
#define SYS_HSTR      "p15, 4, %0, c1, c1, 3"
#define SYS_HSR	      "p15, 4, %0, c5, c2, 0"
#define SYS_VTCR      "p15, 4, %0, c2, c1, 2"
#define SYS_HDFAR     "p15, 4, %0, c6, c0, 0"
#define SYS_HIFAR     "p15, 4, %0, c6, c0, 2"
#define SYS_HVBAR     "p15, 4, %0, c12, c0, 0"
#define SYS_CNTHCTL   "p15, 4, %0, c14, c1, 0"
#define SYS_CNTHP_CTL "p15, 4, %0, c14, c2, 1"
#define SYS_VTTBR     "p15, 6, %Q0, %R0, c2"
#define SYS_CNTVOFF   "p15, 4, %Q0, %R0, c14"

#define SYS_ICC_PMR	"p15, 0, %0, c4, c6, 0"
#define SYS_ICC_IAR0	"p15, 0, %0, c12, c8, 0"
#define SYS_ICC_EOIR0	"p15, 0, %0, c12, c8, 1"
#define SYS_ICC_EOIR1	"p15, 0, %0, c12, c12, 1"
#define SYS_ICC_CTLR	"p15, 0, %0, c12, c12, 4"
#define SYS_ICC_AP1R0	"p15, 0, %0, c12, c9, 0"
#define SYS_ICC_AP1R1	"p15, 0, %0, c12, c9, 1"
#define SYS_ICC_AP1R2	"p15, 0, %0, c12, c9, 2"
#define SYS_ICC_AP1R3	"p15, 0, %0, c12, c9, 3"
#define SYS_ICC_SRE	"p15, 0, %0, c12, c12, 5"
#define SYS_ICC_IGRPEN0 "p15, 0, %0, c12, c12, 6"
#define SYS_ICC_IGRPEN1 "p15, 0, %0, c12, c12, 7"
#define SYS_ICC_HSRE	"p15, 4, %0, c12, c9, 5"
#define SYS_ICC_MSRE	"p15, 6, %0, c12, c12, 5"
#define SYS_ICC_SGI0R	"p15, 2, %Q0, %R0, c12"

#define SYS_READ(reg)                                                                              \
	({                                                                                         \
		uint32_t value_;                                                                   \
		__asm__ volatile("mrc " reg : "=r"(value_));                                       \
		value_;                                                                            \
	})
#define SYS_READ64(reg)                                                                            \
	({                                                                                         \
		uint64_t value_;                                                                   \
		__asm__ volatile("mrrc " reg : "=r"(value_));                                      \
		value_;                                                                            \
	})
#define SYS_WRITE(reg, value)	__asm__ volatile("mcr " reg : : "r"((uint32_t)(value)) : "memory")
#define SYS_WRITE64(reg, value) __asm__ volatile("mcrr " reg : : "r"((uint64_t)(value)) : "memory")

/* Registers that have names of their own. */
#define BANKED_READ(name)                                                                          \
	({                                                                                         \
		uint32_t value_;                                                                   \
		__asm__ volatile("mrs %0, " name : "=r"(value_));                                  \
		value_;                                                                            \
	})
#define BANKED_WRITE(name, value) __asm__ volatile("msr " name ", %0" : : "r"((uint32_t)(value)))

static inline void isb(void)
{
	__asm__ volatile("isb" : : : "memory");
}

#define PSR_MODE 0x1fU
#define PSR_FIQ	 0x11U
#define PSR_IRQ	 0x12U
#define PSR_SVC	 0x13U
#define PSR_ABT	 0x17U
#define PSR_UND	 0x1bU
#define PSR_HYP	 0x1aU
#define PSR_T	 (1U << 5)
#define PSR_I	 (1U << 7)
#define PSR_A	 (1U << 8)
#define PSR_AIF	 (7U << 6)
#define PSR_E	 (1U << 9)
#define PSR_IT	 0x0600fc00U
#define PSR_J	 (1U << 24)

#define SCTLR_V	 (1U << 13)
#define SCTLR_EE (1U << 25)
#define SCTLR_TE (1U << 30)

#endif
