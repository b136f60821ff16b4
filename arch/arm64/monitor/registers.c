/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The registers that decide what the guest may do without a trap, and those that it finds as after
 * a reset: Linux' Documentation/arch/arm64/booting.rst, and the Arm ARM. What a CPU has of all that
 * its ID registers say.
 */
#include "cpu.h"

/* ID registers, and the registers that depend on them. */
enum id { PFR0, PFR1, PFR2, ISAR1, ISAR2, MMFR0, MMFR1, MMFR3, DFR0, IDS };
enum target { SCR3, CPTR3, MDCR3, HCR, HCRX, MDCR2, HFGR, HFGI, HDFGR, HDFGW };

/* Where field 'lsb' of an ID register is at least 'min': 'bits' at bit 'at' of the target. */
struct feature {
	uint8_t id, lsb, min, target, at, bits;
};

static const struct feature features[] = {
	/* pointer authentication, by its three algorithms: APK, API */
	{ISAR1, 4, 1, SCR3, 16, 3},
	{ISAR1, 4, 1, HCR, 40, 3},
	{ISAR1, 8, 1, SCR3, 16, 3},
	{ISAR1, 8, 1, HCR, 40, 3},
	{ISAR2, 12, 1, SCR3, 16, 3},
	{ISAR2, 12, 1, HCR, 40, 3},
	/* RAS: FIEN; CSV2: EnSCXT; MTE: ATA */
	{PFR0, 28, 2, SCR3, 21, 1},
	{PFR0, 28, 2, HCR, 47, 1},
	{PFR0, 56, 2, SCR3, 25, 1},
	{PFR0, 56, 2, HCR, 53, 1},
	{PFR1, 32, 2, SCR3, 25, 1},
	{PFR1, 32, 2, HCR, 53, 1},
	{PFR1, 8, 2, SCR3, 26, 1},
	{PFR1, 8, 2, HCR, 56, 1},
	/* FGTEn, FGTEn2, ECVEn, AMVOFFEN, HXEn */
	{MMFR0, 56, 1, SCR3, 27, 1},
	{MMFR0, 56, 2, SCR3, 59, 1},
	{MMFR0, 60, 2, SCR3, 28, 1},
	{PFR0, 44, 2, SCR3, 35, 1},
	{MMFR1, 40, 1, SCR3, 38, 1},
	/* 64-byte accesses: EnAS0 and ADEn; EnALS, EnASR, EnAS0; nACCDATA_EL1 */
	{ISAR1, 60, 3, SCR3, 36, 3},
	{ISAR1, 60, 1, HCRX, 1, 1},
	{ISAR1, 60, 2, HCRX, 2, 1},
	{ISAR1, 60, 3, HCRX, 0, 1},
	{ISAR1, 60, 3, HFGR, 50, 1},
	/* GCS: GCSEn; nGCS_EL0 and _EL1; nGCSPUSHM_EL1, nGCSSTR_EL1, nGCSEPP */
	{PFR1, 44, 1, SCR3, 39, 1},
	{PFR1, 44, 1, HCRX, 22, 1},
	{PFR1, 44, 1, HFGR, 52, 3},
	{PFR1, 44, 1, HFGI, 57, 7},
	/* SME: EnTP2, ESM; nSMPRI_EL1, nTPIDR2_EL0 */
	{PFR1, 24, 1, SCR3, 41, 1},
	{PFR1, 24, 1, CPTR3, 12, 1},
	{PFR1, 24, 1, HFGR, 54, 3},
	/* SVE: EZ */
	{PFR0, 32, 1, CPTR3, 8, 1},
	/* THE: RCWMASKEn; nRCWMASK_EL1 */
	{PFR1, 48, 1, SCR3, 42, 1},
	{PFR1, 48, 1, HFGR, 56, 1},
	/* TCR2En, SCTLR2En */
	{MMFR3, 0, 1, SCR3, 43, 1},
	{MMFR3, 0, 1, HCRX, 14, 1},
	{MMFR3, 4, 1, SCR3, 44, 1},
	{MMFR3, 4, 1, HCRX, 15, 1},
	/* permission indirection and overlay: PIEn; nPIRE0_EL1, nPIR_EL1; nPOR_EL0 and _EL1 */
	{MMFR3, 8, 1, SCR3, 45, 1},
	{MMFR3, 8, 1, HFGR, 57, 3},
	{MMFR3, 16, 1, SCR3, 45, 1},
	{MMFR3, 16, 1, HFGR, 59, 3},
	/* AIEn; nMAIR2_EL1, nAMAIR2_EL1 */
	{MMFR3, 24, 1, SCR3, 46, 1},
	{MMFR3, 24, 1, HFGR, 62, 3},
	/* D128En, EnFPM */
	{MMFR3, 32, 1, SCR3, 47, 1},
	{MMFR3, 32, 1, HCRX, 17, 1},
	{PFR2, 32, 1, SCR3, 50, 1},
	{PFR2, 32, 1, HCRX, 23, 1},
	/* memory copy and set: MSCEn */
	{ISAR2, 16, 1, HCRX, 11, 1},
	/* statistical profiling: NSPB, EnPMSN, EnPMS3; E2PB; nPMSNEVFR_EL1 */
	{DFR0, 32, 1, MDCR3, 12, 3},
	{DFR0, 32, 3, MDCR3, 36, 1},
	{DFR0, 32, 5, MDCR3, 42, 1},
	{DFR0, 32, 1, MDCR2, 12, 3},
	{DFR0, 32, 3, HDFGR, 62, 1},
	{DFR0, 32, 3, HDFGW, 62, 1},
	/* trace buffer: NSTB; E2TB */
	{DFR0, 44, 1, MDCR3, 24, 3},
	{DFR0, 44, 1, MDCR2, 24, 3},
	/* PMUv3p9: EnPM2 */
	{DFR0, 8, 9, MDCR3, 7, 1},
	/* branch records: SBRBE; nBRBIDR, nBRBCTL, nBRBDATA; nBRBINJ, nBRBIALL */
	{DFR0, 52, 1, MDCR3, 32, 3},
	{DFR0, 52, 1, HDFGR, 59, 7},
	{DFR0, 52, 1, HDFGW, 60, 3},
	{DFR0, 52, 1, HFGI, 55, 3},
};

#define SCR_NS	    (1 << 0)
#define SCR_RES1    (3 << 4)
#define SCR_HCE	    (1 << 8)
#define SCR_RW	    (1 << 10)
#define MDCR_SDD    (1 << 16) /* no debug exceptions from what is secure */
#define HCR_TID3    (1 << 18)
#define HCR_TSC	    (1 << 19)
#define HCR_RW	    (1ULL << 31)
#define ICC_SRE	    0xf /* SRE, no bypass, and the levels below may set theirs */
#define ICC_NO_SRE  0xe
#define MPAMIDR_HCR (1 << 17)
#define SCTLR1_A64  0x30d00800
#define SCTLR1_A32  0x00c50838 /* CP15BEN, nTWI, nTWE; not SED, nor ITD */
#define SCTLR2_A64  0x30c50830
#define SCTLR2_A32  0x30c50838 /* HSCTLR: CP15BEN */
#define SCTLR2_OWN  0x30c51838

static void read_ids(uint64_t id[IDS])
{
	id[PFR0] = sysreg(id_aa64pfr0_el1);
	id[PFR1] = sysreg(id_aa64pfr1_el1);
	id[PFR2] = sysreg(s3_0_c0_c4_2);
	id[ISAR1] = sysreg(id_aa64isar1_el1);
	id[ISAR2] = sysreg(s3_0_c0_c6_2);
	id[MMFR0] = sysreg(id_aa64mmfr0_el1);
	id[MMFR1] = sysreg(id_aa64mmfr1_el1);
	id[MMFR3] = sysreg(s3_0_c0_c7_3);
	id[DFR0] = sysreg(id_aa64dfr0_el1);
}

static unsigned int field(uint64_t id, unsigned int lsb)
{
	return id >> lsb & 0xf;
}

static bool has_pmu(const uint64_t id[IDS])
{
	return field(id[DFR0], 8) && field(id[DFR0], 8) != 0xf;
}

/* PMUVer 15 is a performance monitor of another kind, and no version of this one. */
static bool has(const uint64_t id[IDS], const struct feature *f)
{
	return field(id[f->id], f->lsb) >= f->min && (f->id != DFR0 || f->lsb != 8 || has_pmu(id));
}

static uint64_t bits_for(const uint64_t id[IDS], enum target target)
{
	uint64_t bits = 0;

	for (unsigned int i = 0; i < sizeof(features) / sizeof(features[0]); i++)
		if (features[i].target == target && has(id, &features[i]))
			bits |= (uint64_t)features[i].bits << features[i].at;
	return bits;
}

static bool has_sve(const uint64_t id[IDS])
{
	return field(id[PFR0], 32);
}

/* ID_AA64PFR0_EL1.MPAM, and ID_AA64PFR1_EL1.MPAM_frac. */
static bool has_mpam(const uint64_t id[IDS])
{
	return field(id[PFR0], 40) || field(id[PFR1], 16);
}

static bool has_sme(const uint64_t id[IDS])
{
	return field(id[PFR1], 24);
}

/* Whether the GIC's CPU interface can be in system registers, and is. */
static bool has_gic(const uint64_t id[IDS])
{
	return field(id[PFR0], 24);
}

static uint64_t icc_sre(void)
{
	return monitor.level == 3 && monitor.gic_version == 2 ? ICC_NO_SRE : ICC_SRE;
}

static bool is_aarch64(void)
{
	return monitor.guest_state == STATE_AARCH64;
}

/* SMCR_ELx: the longest vectors, FA64, EZT0 (ID_AA64SMFR0_EL1). */
static uint64_t smcr(void)
{
	uint64_t smfr0 = sysreg(s3_0_c0_c4_5);

	return 0xf | (smfr0 >> 63) << 31 | (field(smfr0, 56) ? 1 << 30 : 0);
}

/* What CPTR_EL3 has just let through, and what has no bit of its own in the others. */
static void el3_extensions(const uint64_t id[IDS])
{
	isb();
	if (has_gic(id))
		write_register(s3_6_c12_c12_5, icc_sre()); /* ICC_SRE_EL3 */
	if (has_sve(id))
		write_register(s3_6_c1_c2_0, 0xf); /* ZCR_EL3 */
	if (has_sme(id))
		write_register(s3_6_c1_c2_6, smcr()); /* SMCR_EL3 */
	if (has_mpam(id))
		write_register(s3_6_c10_c5_0, 0); /* MPAM3_EL3.TRAPLOWER */
	if (field(id[PFR0], 44))
		write_register(s3_3_c13_c2_5, 0xf); /* AMCNTENSET0_EL0 */
	isb();
}

/* EL3: nothing of the guest's comes here but SMC, and no interrupt. */
static void el3_registers(const uint64_t id[IDS])
{
	bool el2 = field(id[PFR0], 8);
	bool wide = is_aarch64() || (el2 && monitor.guest_level == 1);

	write_register(vbar_el3, (uintptr_t)monitor_vectors);
	write_register(scr_el3, SCR_NS | SCR_RES1 | (el2 ? SCR_HCE : 0) | (wide ? SCR_RW : 0) |
					bits_for(id, SCR3));
	write_register(cptr_el3, bits_for(id, CPTR3));
	write_register(mdcr_el3, MDCR_SDD | bits_for(id, MDCR3));
	if (monitor.frequency)
		write_register(cntfrq_el0, monitor.frequency);
	el3_extensions(id);
}

void own_registers(void)
{
	uint64_t id[IDS];

	if (monitor.level == 2) {
		write_register(vbar_el2, (uintptr_t)monitor_vectors);
		isb();
		return;
	}
	read_ids(id);
	el3_registers(id);
}

static uint64_t hcr_el2(const uint64_t id[IDS])
{
	uint64_t hcr = is_aarch64() ? HCR_RW : 0;

	if (monitor.guest_level == 2)
		return hcr;
	if (monitor.level == 2)
		hcr |= HCR_TSC;
	if (monitor.fake_security && !is_aarch64())
		hcr |= HCR_TID3;
	return hcr | bits_for(id, HCR);
}

/* CPTR_EL2: RES1 bits, and no traps; with E2H it has the shape of CPACR_EL1. */
static uint64_t cptr_el2(const uint64_t id[IDS], bool e2h)
{
	uint64_t sve = has_sve(id), sme = has_sme(id);

	if (e2h)
		return sme * 3 << 24 | 3 << 20 | sve * 3 << 16;
	return 0x33ff & ~(sme << 12) & ~(sve << 8);
}

static uint64_t mdcr_el2(const uint64_t id[IDS])
{
	uint64_t counters = has_pmu(id) ? sysreg(pmcr_el0) >> 11 & 0x1f : 0;

	return counters | (monitor.guest_level == 1 ? bits_for(id, MDCR2) : 0);
}

/* What may be trapped one by one: HCRX_EL2 and the fine-grained traps, which mostly trap by 0. */
static void el2_traps(const uint64_t id[IDS])
{
	uint64_t reg = bits_for(id, HFGR);

	if (field(id[MMFR1], 40))
		write_register(s3_4_c1_c2_2, bits_for(id, HCRX));
	if (!field(id[MMFR0], 56))
		return;
	write_register(s3_4_c1_c1_4, reg);		   /* HFGRTR_EL2 */
	write_register(s3_4_c1_c1_5, reg);		   /* HFGWTR_EL2 */
	write_register(s3_4_c1_c1_6, bits_for(id, HFGI));  /* HFGITR_EL2 */
	write_register(s3_4_c3_c1_4, bits_for(id, HDFGR)); /* HDFGRTR_EL2 */
	write_register(s3_4_c3_c1_5, bits_for(id, HDFGW)); /* HDFGWTR_EL2 */
	if (field(id[PFR0], 44))
		write_register(s3_4_c3_c1_6, 0); /* HAFGRTR_EL2 */
	if (field(id[MMFR0], 56) < 2)
		return;
	write_register(s3_4_c3_c1_0,
		       UINT64_MAX); /* HDFGRTR2_EL2, and HDFGWTR2, HFGRTR2, HFGWTR2: */
	write_register(s3_4_c3_c1_1, UINT64_MAX); /* all they have traps by 0 */
	write_register(s3_4_c3_c1_2, UINT64_MAX);
	write_register(s3_4_c3_c1_3, UINT64_MAX);
	write_register(s3_4_c3_c1_7, 2); /* HFGITR2_EL2: nDCCIVAPS */
}

/* What CPTR_EL2 has just let through. */
static void el2_extensions(const uint64_t id[IDS])
{
	isb();
	if (has_sve(id))
		write_register(s3_4_c1_c2_0, 0xf); /* ZCR_EL2 */
	if (has_sme(id))
		write_register(s3_4_c1_c2_6, smcr()); /* SMCR_EL2 */
	if (has_mpam(id))
		write_register(s3_4_c10_c5_0, 0); /* MPAM2_EL2 */
	if (has_mpam(id) && sysreg(s3_0_c10_c4_4) & MPAMIDR_HCR)
		write_register(s3_4_c10_c4_0, 0); /* MPAMHCR_EL2 */
	if (!has_gic(id))
		return;
	write_register(s3_4_c12_c9_5, icc_sre()); /* ICC_SRE_EL2 */
	isb();
	if (sysreg(s3_4_c12_c9_5) & 1)
		write_register(s3_4_c12_c11_0, 0); /* ICH_HCR_EL2 */
}

static void el2_registers(const uint64_t id[IDS])
{
	bool e2h;

	write_register(hcr_el2, hcr_el2(id));
	isb();
	e2h = sysreg(hcr_el2) & HCR_E2H; /* there are CPUs that do not do without */
	write_register(cptr_el2, cptr_el2(id, e2h));
	write_register(cnthctl_el2, e2h ? 0xc03 : 0x003); /* EL1PCTEN and its like */
	write_register(cntvoff_el2, 0);
	write_register(vpidr_el2, sysreg(midr_el1));
	write_register(vmpidr_el2, sysreg(mpidr_el1));
	write_register(vttbr_el2, 0);
	write_register(hstr_el2, 0);
	write_register(mdcr_el2, mdcr_el2(id));
	el2_traps(id);
	el2_extensions(id);
}

/* EL2, from EL3: the guest's, or the way of its HVC to us. */
static void el2_control(bool big_endian)
{
	uint64_t sctlr = is_aarch64() ? SCTLR2_A64 : SCTLR2_A32;

	__asm__ volatile("tlbi alle2");
	if (monitor.guest_level == 2) {
		write_register(sctlr_el2, sctlr | (big_endian ? SCTLR_EE : 0));
		return;
	}
	write_register(sctlr_el2, SCTLR2_OWN);
	write_register(vbar_el2, monitor.hvc);
}

/* Also when the guest is at EL2, as a 32-bit kernel leaves HYP mode without setting all of it. */
static void el1_registers(bool big_endian)
{
	uint64_t sctlr = is_aarch64() ? SCTLR1_A64 : SCTLR1_A32;

	write_el1(sctlr_el1, sctlr | (big_endian ? SCTLR_EE : 0));
	write_el1(cpacr_el1, is_aarch64() ? 0x3 << 20 : 0xf << 20); /* SIMD is not trapped */
	write_el1(tcr_el1, 0);
	write_el1(vbar_el1, 0);
	write_el1(cntkctl_el1, 0);
}

void guest_registers(bool big_endian)
{
	uint64_t id[IDS];

	read_ids(id);
	if (field(id[PFR0], 8)) {
		el2_registers(id);
		if (monitor.level == 3)
			el2_control(big_endian);
	}
	el1_registers(big_endian);
	stage2_registers();
	__asm__ volatile("tlbi alle1\n\tic iallu\n\tdsb sy\n\tisb" ::: "memory");
}

uint64_t guest_pstate(bool big_endian, bool t32)
{
	uint64_t masked = SPSR_FIQ | SPSR_IRQ | SPSR_SERROR;

	if (is_aarch64())
		return masked | SPSR_DEBUG | (monitor.guest_level == 2 ? MODE_EL2H : MODE_EL1H);
	return masked | (big_endian ? SPSR_BIG_ENDIAN : 0) | (t32 ? SPSR_T32 : 0) |
	       (monitor.guest_level == 2 ? MODE_HYP : MODE_SVC);
}
