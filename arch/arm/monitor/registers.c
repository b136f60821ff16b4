/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a guest finds in the registers of a CPU. In Monitor mode SCR.NS is set once and stays so:
 * it chooses the copy of a banked register, and the guest's are all that matter.
 */
#include "guest.h"
#include "sysreg.h"

#define ID_PFR1_VIRTUALIZATION 12 /* shifts */
#define ID_PFR1_GIC	       28
#define ID_DFR0_PMU	       24

#define SCR_NS	  (1U << 0)
#define SCR_FW_AW (3U << 4) /* the guest masks FIQs and aborts itself */
#define SCR_HCE	  (1U << 8)
#define NSACR_VFP (3U << 10)
#define NSACR_SMP (1U << 18) /* Cortex-A5 to A17: ACTLR.SMP may be written */
#define ACTLR_SMP (1U << 6)  /* of those */
#define CPACR_VFP (0xfU << 20)
/* The bits that are one, CP15BEN, and I and Z as forearm leaves them. */
#define SCTLR_FRESH  0x00c51878
#define HSCTLR_FRESH 0x30c51838
#define HCR_TID3     (1U << 18)
#define HCR_TSC	     (1U << 19)
#define HCPTR_FRESH  0x33ff
#define CNTHCTL_PL1  3	 /* counter and timer */
#define ICC_SRE_PL1  0x7 /* SRE, no bypass */
#define ICC_SRE_ALL  0xf /* and for lower levels */

static uint32_t field(uint32_t value, int shift)
{
	return (value >> shift) & 0xf;
}

bool has_hyp(void)
{
	return field(SYS_READ(SYS_ID_PFR1), ID_PFR1_VIRTUALIZATION);
}

/* Whether Arm itself has made it, as one of the ARMv7 CPUs that have ACTLR.SMP. */
static bool has_smp_bit(void)
{
	return (SYS_READ(SYS_MIDR) & 0xff00ff00) == 0x4100c000;
}

static void init_smp(void)
{
	if (has_smp_bit())
		SYS_WRITE(SYS_ACTLR, SYS_READ(SYS_ACTLR) | ACTLR_SMP);
	SYS_WRITE(SYS_NSACR, NSACR_VFP | (has_smp_bit() ? NSACR_SMP : 0));
}

/* GICv3's CPU interface by system registers; those of each world, ours first. */
static void init_gic_access(bool hyp)
{
	bool gic = monitor.gic_version == 3 && field(SYS_READ(SYS_ID_PFR1), ID_PFR1_GIC);

	if (gic) {
		SYS_WRITE(SYS_ICC_MSRE, ICC_SRE_ALL);
		isb();
		SYS_WRITE(SYS_ICC_SRE, ICC_SRE_PL1);
		isb();
	}
	SYS_WRITE(SYS_SCR, SCR_NS | SCR_FW_AW | (hyp ? SCR_HCE : 0));
	isb();
	if (gic && hyp) {
		SYS_WRITE(SYS_ICC_HSRE, ICC_SRE_ALL);
		isb();
	}
	if (gic)
		SYS_WRITE(SYS_ICC_SRE, ICC_SRE_PL1);
}

static void init_monitor(bool hyp)
{
	SYS_WRITE(SYS_MVBAR, monitor_vectors);
	/* The secure one: a guest's breakpoint in here is a secure abort, which parks the CPU. */
	SYS_WRITE(SYS_VBAR, monitor_vectors);
	SYS_WRITE(SYS_SCTLR, SCTLR_FRESH); /* ours: little-endian, A32 vectors */
	init_smp();
	if (monitor.frequency)
		SYS_WRITE(SYS_CNTFRQ, monitor.frequency);
	init_gic_access(hyp);
}

/* Performance counters may be absent, and their registers with them. */
static uint32_t counters(void)
{
	uint32_t pmu = field(SYS_READ(SYS_ID_DFR0), ID_DFR0_PMU);

	return pmu && pmu != 0xf ? (SYS_READ(SYS_PMCR) >> 11) & 0x1f : 0;
}

/* Ours or the guest's. */
static void init_hyp(uint32_t order)
{
	bool ours = monitor.level == 2;

	SYS_WRITE(SYS_HSCTLR, HSCTLR_FRESH | (monitor.guest_level == 2 ? order : 0));
	SYS_WRITE(SYS_HCR, ours ? HCR_TSC | (monitor.fake_security ? HCR_TID3 : 0) : 0);
	SYS_WRITE(SYS_HVBAR, ours ? (uintptr_t)hyp_vectors : monitor.hvc);
	SYS_WRITE(SYS_HCPTR, HCPTR_FRESH);
	SYS_WRITE(SYS_HSTR, 0);
	SYS_WRITE(SYS_HDCR, counters());
	SYS_WRITE(SYS_VPIDR, SYS_READ(SYS_MIDR));
	SYS_WRITE(SYS_VMPIDR, SYS_READ(SYS_MPIDR));
	SYS_WRITE64(SYS_VTTBR, 0);
	SYS_WRITE64(SYS_CNTVOFF, 0);
	SYS_WRITE(SYS_CNTHCTL, CNTHCTL_PL1);
}

void init_cpu(void)
{
	if (monitor.level == 3)
		init_monitor(has_hyp());
	isb();
}

void init_timers(void)
{
	SYS_WRITE(SYS_CNTKCTL, 0);
	SYS_WRITE(SYS_CNTP_CTL, 0);
	SYS_WRITE(SYS_CNTV_CTL, 0);
	if (has_hyp())
		SYS_WRITE(SYS_CNTHP_CTL, 0);
}

/* Access as forearm leaves it, so that a guest's CPUs are alike; the unit itself is off. */
static void init_vfp(void)
{
	SYS_WRITE(SYS_CPACR, CPACR_VFP);
	isb();
	if (SYS_READ(SYS_CPACR) & CPACR_VFP) /* there is one */
		__asm__ volatile(".fpu vfpv3-d16\n\tvmsr fpexc, %0" : : "r"(0));
}

void init_guest(bool big_endian)
{
	uint32_t order = big_endian ? SCTLR_EE : 0;

	SYS_WRITE(SYS_SCTLR, SCTLR_FRESH | order);
	SYS_WRITE(SYS_VBAR, 0);
	SYS_WRITE(SYS_TTBCR, 0);
	SYS_WRITE(SYS_TTBR0, 0);
	SYS_WRITE(SYS_TTBR1, 0);
	SYS_WRITE(SYS_DACR, 0);
	SYS_WRITE(SYS_CONTEXTIDR, 0);
	SYS_WRITE(SYS_TPIDRURW, 0);
	SYS_WRITE(SYS_TPIDRURO, 0);
	SYS_WRITE(SYS_TPIDRPRW, 0);
	if (has_hyp())
		init_hyp(order);
	init_vfp();
	isb();
	init_stage2();
}
