/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AArch32: what the levels above must let through (arm/booting.rst). Each row is one instruction
 * that they can trap, and the ID register's word for that the CPU has it.
 */
#include "access.h"

#define READ(reg)                                                                                  \
	({                                                                                         \
		uint32_t value_;                                                                   \
		__asm__ volatile("mrc " reg : "=r"(value_));                                       \
		value_;                                                                            \
	})
#define WRITE(reg, value) __asm__ volatile("mcr " reg "; isb" ::"r"((uint32_t)(value)))

#define PFR1	 "p15, 0, %0, c0, c1, 1"
#define DFR0	 "p15, 0, %0, c0, c1, 2"
#define CPACR	 "p15, 0, %0, c1, c0, 2"
#define HCPTR	 "p15, 4, %0, c1, c1, 2"
#define TPIDRPRW "p15, 0, %0, c13, c0, 4"
#define MIDR	 "p15, 0, %0, c0, c0, 0"

#define ID(reg, lsb) (READ(reg) >> (lsb)&15)
#define PMU	     (ID(DFR0, 24) && ID(DFR0, 24) != 15)
#define DEBUG	     ID(DFR0, 0)
#define CP10_11	     (15 << 20)
#define HCPTR_RES1   0x33ff
#define HCPTR_TCP    (3 << 10)
#define MODE_MASK    0x1f
#define MODE_HYP     0x1a

/* name, whether the CPU has it, the instruction; r12 and lr are free */
#define ROWS(X)                                                                                    \
	X("fp", true, "mrc p10, 7, r12, c7, c0, 0") /* MVFR0 */                                    \
	X("debug-id", DEBUG, "mrc p14, 0, r12, c0, c0, 0")                                         \
	X("debug-control", DEBUG, "mrc p14, 0, r12, c0, c1, 0") /* DBGDSCRint */                   \
	X("debug-os-lock", DEBUG, "mrc p14, 0, r12, c1, c1, 4") /* DBGOSLSR */                     \
	X("pmu-control", PMU, "mrc p15, 0, r12, c9, c12, 0")                                       \
	X("pmu-enable", PMU, "mrc p15, 0, r12, c9, c12, 1")                                        \
	X("pmu-cycles", PMU, "mrc p15, 0, r12, c9, c13, 0")                                        \
	X("counter-physical", true, "mrrc p15, 0, r12, lr, c14")                                   \
	X("timer-physical", true, "mrc p15, 0, r12, c14, c2, 1")    /* CNTP_CTL */                 \
	X("timer-virtual", true, "mrc p15, 0, r12, c14, c3, 1")	    /* CNTV_CTL */                 \
	X("timer-user", true, "mrc p15, 0, r12, c14, c1, 0")	    /* CNTKCTL */                  \
	X("gic-mask", has_gicv3, "mrc p15, 0, r12, c4, c6, 0")	    /* ICC_PMR */                  \
	X("gic-enable", has_gicv3, "mrc p15, 0, r12, c12, c12, 7")  /* ICC_IGRPEN1 */              \
	X("gic-control", has_gicv3, "mrc p15, 0, r12, c12, c12, 4") /* ICC_CTLR */                 \
	X("id-registers", true, "mrc p15, 0, r12, c0, c1, 0")	    /* ID_PFR0 */                  \
	X("id-instructions", true, "mrc p15, 0, r12, c0, c2, 0")    /* ID_ISAR0 */                 \
	X("id-auxiliary", true, "mrc p15, 0, r12, c0, c0, 2")	    /* TCMTR */                    \
	X("id-caches", true, "mrc p15, 1, r12, c0, c0, 0")	    /* CCSIDR */                   \
	X("auxiliary-control", true, "mrc p15, 0, r12, c1, c0, 1")  /* ACTLR */                    \
	X("memory-control", true, "mcr p15, 0, r11, c13, c0, 1")    /* CONTEXTIDR */               \
	X("thread-registers", true, "mcr p15, 0, r11, c13, c0, 2")  /* TPIDRURW */                 \
	X("tlb", true, "mcr p15, 0, r11, c8, c7, 0")		    /* TLBIALL */                  \
	X("instruction-cache", true, "mcr p15, 0, r11, c7, c5, 0")  /* ICIALLU */                  \
	X("data-cache", true, "mcr p15, 0, sp, c7, c14, 1")	    /* DCCIMVAC */

static bool has_gicv3;

#define NAME(name, condition, instruction) name,
static const char row_name[][ACCESS_NAME] = {ROWS(NAME)};
_Static_assert(sizeof(row_name) / ACCESS_NAME <= 64, "more rows than bits");

static bool is_hyp_mode(void)
{
	uint32_t cpsr;

	__asm__ volatile("mrs %0, cpsr" : "=r"(cpsr));
	return (cpsr & MODE_MASK) == MODE_HYP;
}

bool access_applies(unsigned int row)
{
	unsigned int n = 0;

#define APPLIES(name, condition, instruction)                                                      \
	if (row == n++)                                                                            \
		return condition;
	ROWS(APPLIES)
	return false;
}

bool access_try(unsigned int row)
{
	register uint32_t zero __asm__("r11") = 0;
	register uint32_t value __asm__("r12") = (uint32_t)ACCESS_UNREAD;
	unsigned int n = 0;

#define TRY(name, condition, instruction)                                                          \
	if (row == n++) {                                                                          \
		__asm__ volatile(instruction : "+r"(value) : "r"(zero) : "lr", "memory");          \
		return !ACCESS_IS_READ(instruction) || value != (uint32_t)ACCESS_UNREAD;           \
	}
	ROWS(TRY)
	return false;
}

const char *access_name(unsigned int row)
{
	return row < sizeof(row_name) / ACCESS_NAME ? row_name[row] : NULL;
}

/* What this level itself can forbid. */
void access_prepare(bool gicv3)
{
	has_gicv3 = gicv3 && ID(PFR1, 28);
	WRITE(CPACR, CP10_11);
	if (is_hyp_mode())
		WRITE(HCPTR, HCPTR_RES1 & ~HCPTR_TCP);
}

void fault_guard(bool on)
{
	WRITE(TPIDRPRW, on);
}

bool fault_seen(void)
{
	__asm__ volatile("dsb sy; isb" ::: "memory");
	return READ(TPIDRPRW) != 1;
}

uint64_t cpu_model(void)
{
	return READ(MIDR);
}
