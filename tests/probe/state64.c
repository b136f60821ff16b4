/* SPDX-License-Identifier: BSD-2-Clause */
/* AArch64: registers and system state as Linux's booting.rst wants them. */
#include "probe.h"

enum { EL, SPSEL, DAIF, SCTLR, HCR, CNTHCTL, CNTVOFF };

#define EL1		(1 << 2)
#define EL2		(2 << 2)
#define DAIF_ALL	(15 << 6)
#define SCTLR_M		(1ul << 0)
#define SCTLR_C		(1ul << 2)
#define SCTLR_E0E	(1ul << 24)
#define SCTLR_EE	(1ul << 25)
#define HCR_VM		(1ul << 0)
#define CPACR_FPEN	(3ul << 20)
#define FPCR_RMODE	(1ul << 22)
#define MPIDR_MASK	0xff00fffffful
#define PSCI_64BIT	0x40000000
#define BLOCK_SIZE	(2u << 20)
#define HEADER_OFFSET	1 /* words of 64 bits into the file */
#define HEADER_IMG_SIZE 2

static uint64_t header(int word)
{
	return ((const uint64_t *)(uintptr_t)entry.base)[word];
}

uint64_t entry_fdt(void)
{
	return entry.arg[0];
}

uint64_t image_span(void)
{
	return header(HEADER_IMG_SIZE);
}

uint64_t boot_cpu(void)
{
	uint64_t mpidr;

	__asm__ volatile("mrs %0, mpidr_el1" : "=r"(mpidr));
	return mpidr & MPIDR_MASK;
}

uint64_t read_virtual_counter(void)
{
	uint64_t count = 0;

	__asm__ volatile("isb; mrs %0, cntvct_el0" : "+r"(count)::"memory");
	return count;
}

uint64_t read_physical_counter(void)
{
	uint64_t count = 0;

	__asm__ volatile("isb; mrs %0, cntpct_el0" : "+r"(count)::"memory");
	return count;
}

bool conduit_guess(void)
{
	return entry.arch[EL] == EL2;
}

uint32_t psci_function(uint32_t id)
{
	return id | PSCI_64BIT;
}

/* PSCI 6.4: a CPU starts in the level and byte order of its caller, all masked, MMU off. */
unsigned int entered_unlike(const struct entry *e, bool thumb, bool big)
{
	unsigned int bad = 0;

	if (e->arch[EL] != entry.arch[EL] || thumb)
		bad |= UNLIKE_LEVEL;
	if ((e->arch[DAIF] & DAIF_ALL) != DAIF_ALL)
		bad |= UNLIKE_MASKED;
	if (e->arch[SCTLR] & (SCTLR_M | SCTLR_C) || e->arch[HCR] & HCR_VM)
		bad |= UNLIKE_MMU;
	if (!(e->arch[SCTLR] & SCTLR_EE) == big)
		bad |= UNLIKE_ORDER;
	if (e->cntfrq != entry.cntfrq)
		bad |= UNLIKE_FREQUENCY;
	if (e->arch[CNTVOFF] != entry.arch[CNTVOFF])
		bad |= UNLIKE_OFFSET;
	if (e->arch[SPSEL] != 1)
		bad |= UNLIKE_STACK;
	return bad;
}

void spoil_state(void)
{
	if (entry.arch[EL] == EL2)
		__asm__ volatile("msr cntvoff_el2, %0; isb" ::"r"(1ul << 32 | 1));
}

static void check_hyp_state(void)
{
	info("hcr", entry.arch[HCR]);
	info("cnthctl", entry.arch[CNTHCTL]);
	item_is("hcr-stage2-off", entry.arch[HCR] & HCR_VM, 0);
	item_is("cntvoff", entry.arch[CNTVOFF], 0);
}

/* Entered in EL1, the level above must let floating point through (CPTR_EL2). */
static void check_el1_state(void)
{
	uint64_t mode = 0; /* what is left of it when the access is trapped and skipped */

	__asm__ volatile("msr cpacr_el1, %1; isb; msr fpcr, %2; mrs %0, fpcr; msr fpcr, xzr"
			 : "+&r"(mode)
			 : "r"(CPACR_FPEN), "r"(FPCR_RMODE));
	item_is("fp-access", mode, FPCR_RMODE);
}

void check_state(void)
{
	item_is("x1", entry.arg[1], 0);
	item_is("x2", entry.arg[2], 0);
	item_is("x3", entry.arg[3], 0);
	item_is("current-el", entry.arch[EL], PROBE_LEVEL == 2 ? EL2 : EL1);
	item_is("spsel", entry.arch[SPSEL], 1);
	item_is("daif-masked", entry.arch[DAIF] & DAIF_ALL, DAIF_ALL);
	item_is("sctlr-mmu-off", entry.arch[SCTLR] & SCTLR_M, 0);
	item_is("sctlr-dcache-off", entry.arch[SCTLR] & SCTLR_C, 0);
	if (PROBE_LEVEL == 2)
		check_hyp_state();
	else if (entry.arch[EL] == EL1)
		check_el1_state();
}

/* User space's order is the kernel's own affair; but nobody sets it by chance. */
void check_byte_order(bool big)
{
	if (big)
		item_is("sctlr-byte-order", entry.arch[SCTLR] & SCTLR_EE, SCTLR_EE);
	else
		item_is("sctlr-byte-order", entry.arch[SCTLR] & (SCTLR_EE | SCTLR_E0E), 0);
}

void check_placement(const struct tree *t)
{
	(void)t;
	item_is("image-placement", (entry.base - header(HEADER_OFFSET)) % BLOCK_SIZE, 0);
}

/* GICv3 is to be used through system registers: the level above must have allowed it. */
void check_gic(const struct tree *t)
{
	uint64_t sre = 0; /* what is left of it when the access is trapped and skipped */

	if (!t->has_gicv3)
		return;
	if (entry.arch[EL] == EL2)
		__asm__ volatile("msr s3_4_c12_c9_5, %1; isb; mrs %0, s3_4_c12_c9_5"
				 : "+&r"(sre)
				 : "r"(9ul)); /* ICC_SRE_EL2: SRE, Enable */
	else
		__asm__ volatile("msr s3_0_c12_c12_5, %1; isb; mrs %0, s3_0_c12_c12_5"
				 : "+&r"(sre)
				 : "r"(1ul)); /* ICC_SRE_EL1: SRE */
	item_is("gic-system-registers", sre & 1, 1);
}
