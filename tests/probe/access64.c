/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * AArch64: what the levels above must let through (booting.rst). Each row is one instruction that
 * they can trap, and the ID register's word for that the CPU has it.
 */
#include "access.h"

#define EL2	     (2 << 2)
#define CPTR_RES1    0x22ff /* no bit of these traps: not TZ, TSM, TFP */
#define CPTR_TCPAC_0 0x0
#define HCR_E2H	     (1ul << 34)
#define ALL_UNITS    (3 << 20 | 3 << 16 | 3 << 24) /* CPACR_EL1: FPEN, ZEN, SMEN */

#define READ(reg)                                                                                  \
	({                                                                                         \
		uint64_t value_;                                                                   \
		__asm__ volatile("mrs %0, " reg : "=r"(value_));                                   \
		value_;                                                                            \
	})
#define WRITE(reg, value) __asm__ volatile("msr " reg ", %0; isb" ::"r"((uint64_t)(value)))

#define PFR0  "id_aa64pfr0_el1"
#define PFR1  "id_aa64pfr1_el1"
#define DFR0  "id_aa64dfr0_el1"
#define ISAR0 "id_aa64isar0_el1"
#define ISAR1 "id_aa64isar1_el1"
#define ISAR2 "s3_0_c0_c6_2"
#define MMFR0 "id_aa64mmfr0_el1"
#define MMFR1 "id_aa64mmfr1_el1"
#define MMFR3 "s3_0_c0_c7_3"

/* Field `lsb` of an ID register. */
#define ID(reg, lsb)  (READ(reg) >> (lsb)&15)
#define HYP	      (READ("CurrentEL") == EL2)
#define PAUTH_ADDRESS (ID(ISAR1, 4) || ID(ISAR1, 8) || ID(ISAR2, 12))
#define PAUTH_GENERIC (ID(ISAR1, 24) || ID(ISAR1, 28) || ID(ISAR2, 8))
#define PMU	      (ID(DFR0, 8) && ID(DFR0, 8) != 15)

/* name, whether the CPU has it, the instruction; x9 is free */
#define ROWS(X)                                                                                    \
	X("fp", ID(PFR0, 16) != 15, "mrs x9, fpcr")                                                \
	X("simd", ID(PFR0, 20) != 15, ".inst 0x4ea01c00")	/* mov v0.16b, v0.16b */           \
	X("sve", ID(PFR0, 32), ".inst 0x04bf5029")		/* rdvl x9, #1 */                  \
	X("sve-length", ID(PFR0, 32), "mrs x9, s3_0_c1_c2_0")	/* ZCR_EL1 */                      \
	X("sme", ID(PFR1, 24), "mrs x9, s3_3_c4_c2_2")		/* SVCR */                         \
	X("sme-length", ID(PFR1, 24), "mrs x9, s3_0_c1_c2_6")	/* SMCR_EL1 */                     \
	X("sme-priority", ID(PFR1, 24), "mrs x9, s3_0_c1_c2_4") /* SMPRI_EL1 */                    \
	X("sme-tpidr2", ID(PFR1, 24), "mrs x9, s3_3_c13_c0_5")                                     \
	X("pauth-keys", PAUTH_ADDRESS, "mrs x9, s3_0_c2_c1_0")	      /* APIAKeyLo_EL1 */          \
	X("pauth-generic-key", PAUTH_GENERIC, "mrs x9, s3_0_c2_c3_0") /* APGAKeyLo_EL1 */          \
	X("pauth-generic", PAUTH_GENERIC, ".inst 0x9ac93129")	      /* pacga x9, x9, x9 */       \
	X("mte-control", ID(PFR1, 8) >= 2, "mrs x9, s3_0_c1_c0_6")    /* GCR_EL1 */                \
	X("mte-faults", ID(PFR1, 8) >= 2, "mrs x9, s3_0_c5_c6_0")     /* TFSR_EL1 */               \
	X("ras", ID(PFR0, 28), "mrs x9, s3_0_c5_c3_0")		      /* ERRIDR_EL1 */             \
	X("scxtnum", ID(PFR0, 56) >= 2, "mrs x9, s3_0_c13_c0_7")                                   \
	X("amu", ID(PFR0, 44), "mrs x9, s3_3_c13_c2_1") /* AMCFGR_EL0 */                           \
	X("debug-control", true, "mrs x9, mdscr_el1")                                              \
	X("debug-breakpoint", true, "mrs x9, s2_0_c0_c0_4")	/* DBGBVR0_EL1 */                  \
	X("debug-watchpoint", true, "mrs x9, s2_0_c0_c0_6")	/* DBGWVR0_EL1 */                  \
	X("debug-os-lock", true, "msr s2_0_c1_c0_4, xzr")	/* OSLAR_EL1 */                    \
	X("debug-os-double-lock", true, "mrs x9, s2_0_c1_c3_4") /* OSDLR_EL1 */                    \
	X("pmu-control", PMU, "mrs x9, pmcr_el0")                                                  \
	X("pmu-enable", PMU, "mrs x9, pmcntenset_el0")                                             \
	X("pmu-cycles", PMU, "mrs x9, pmccntr_el0")                                                \
	X("pmu-user", PMU, "mrs x9, pmuserenr_el0")                                                \
	X("spe", ID(DFR0, 32), "mrs x9, s3_0_c9_c9_0")		      /* PMSCR_EL1 */              \
	X("trbe", ID(DFR0, 44), "mrs x9, s3_0_c9_c11_0")	      /* TRBLIMITR_EL1 */          \
	X("trace-filter", ID(DFR0, 40), "mrs x9, s3_0_c1_c2_1")	      /* TRFCR_EL1 */              \
	X("brbe", ID(DFR0, 52), "mrs x9, s2_1_c9_c0_0")		      /* BRBCR_EL1 */              \
	X("limited-ordering", ID(MMFR1, 16), "mrs x9, s3_0_c10_c4_7") /* LORID_EL1 */              \
	X("tcr2", ID(MMFR3, 0), "mrs x9, s3_0_c2_c0_3")                                            \
	X("sctlr2", ID(MMFR3, 4), "mrs x9, s3_0_c1_c0_3")                                          \
	X("permission-indirection", ID(MMFR3, 8), "mrs x9, s3_0_c10_c2_3") /* PIR_EL1 */           \
	X("permission-overlay", ID(MMFR3, 16), "mrs x9, s3_0_c10_c2_4")	   /* POR_EL1 */           \
	X("hcrx", HYP &&ID(MMFR1, 40), "mrs x9, s3_4_c1_c2_2")                                     \
	X("fine-traps", HYP &&ID(MMFR0, 56), "mrs x9, s3_4_c1_c1_4")	       /* HFGRTR_EL2 */    \
	X("counter-offset", HYP &&ID(MMFR0, 60) >= 2, "mrs x9, s3_4_c14_c0_6") /* CNTPOFF_EL2 */   \
	X("counter-self-synchronized", ID(MMFR0, 60), "mrs x9, s3_3_c14_c0_5") /* CNTPCTSS_EL0 */  \
	X("random", ID(ISAR0, 60), "mrs x9, s3_3_c2_c4_0")		       /* RNDR */          \
	X("counter-physical", true, "mrs x9, cntpct_el0")                                          \
	X("timer-physical", true, "mrs x9, cntp_ctl_el0")                                          \
	X("timer-virtual", true, "mrs x9, cntv_ctl_el0")                                           \
	X("timer-user", true, "mrs x9, cntkctl_el1")                                               \
	X("gic-mask", has_gicv3, "mrs x9, s3_0_c4_c6_0")      /* ICC_PMR_EL1 */                    \
	X("gic-enable", has_gicv3, "mrs x9, s3_0_c12_c12_7")  /* ICC_IGRPEN1_EL1 */                \
	X("gic-control", has_gicv3, "mrs x9, s3_0_c12_c12_4") /* ICC_CTLR_EL1 */                   \
	X("gic-send", has_gicv3, "msr s3_0_c12_c11_5, xzr")   /* ICC_SGI1R_EL1, to nobody */       \
	X("id-registers", true, "mrs x9, id_aa64mmfr2_el1")                                        \
	X("id-registers-32", true, "mrs x9, id_isar0_el1")                                         \
	X("id-auxiliary", true, "mrs x9, revidr_el1")                                              \
	X("id-caches", true, "mrs x9, ccsidr_el1")                                                 \
	X("auxiliary-control", true, "mrs x9, actlr_el1")                                          \
	X("memory-control", true, "msr contextidr_el1, xzr")                                       \
	X("tlb", true, "tlbi vmalle1")                                                             \
	X("instruction-cache", true, "ic iallu")                                                   \
	X("data-cache", true, "dc civac, x10")

static bool has_gicv3;

#define NAME(name, condition, instruction) name,
static const char row_name[][ACCESS_NAME] = {ROWS(NAME)};
_Static_assert(sizeof(row_name) / ACCESS_NAME <= 64, "more rows than bits");

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
	register uint64_t address __asm__("x10") = (uintptr_t)row_name;
	register uint64_t value __asm__("x9") = ACCESS_UNREAD;
	unsigned int n = 0;

#define TRY(name, condition, instruction)                                                          \
	if (row == n++) {                                                                          \
		__asm__ volatile(instruction : "+r"(value) : "r"(address) : "memory");             \
		return !ACCESS_IS_READ(instruction) || value != ACCESS_UNREAD;                     \
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
	has_gicv3 = gicv3;
	if (!HYP)
		WRITE("cpacr_el1", ALL_UNITS);
	else if (READ("hcr_el2") & HCR_E2H)
		WRITE("cptr_el2", ALL_UNITS);
	else
		WRITE("cptr_el2", CPTR_RES1);
}

void fault_guard(bool on)
{
	if (HYP)
		WRITE("tpidr_el2", on);
	else
		WRITE("tpidr_el1", on);
}

bool fault_seen(void)
{
	__asm__ volatile("dsb sy; isb" ::: "memory");
	return (HYP ? READ("tpidr_el2") : READ("tpidr_el1")) != 1;
}

uint64_t cpu_model(void)
{
	return READ("midr_el1");
}
