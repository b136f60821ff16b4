/* SPDX-License-Identifier: BSD-2-Clause */
/* AArch32: registers and system state as Linux's arm/booting.rst wants them. */
#include "fdt.h"

enum { THUMB, CPSR, SCTLR, HSCTLR, CNTVOFF_LOW, CNTVOFF_HIGH };

#define MODE_MASK     0x1f
#define MODE_SVC      0x13
#define MODE_HYP      0x1a
#define CPSR_AIF      (7u << 6)
#define CPSR_E	      (1u << 9)
#define SCTLR_M	      (1u << 0)
#define SCTLR_C	      (1u << 2)
#define SCTLR_CP15BEN (1u << 5)
#define SCTLR_ITD     (1u << 7)
#define SCTLR_SED     (1u << 8)
#define SCTLR_V	      (1u << 13)
#define SCTLR_EE      (1u << 25)
#define SCTLR_TE      (1u << 30)
#define MPIDR_MASK    0xffffff

#define KIB	    1024u
#define MIB	    (1024 * KIB)
#define LOWMEM	    (760 * MIB) /* less than this is mapped by a 3G/1G kernel */
#define ZIMAGE_ZONE (128 * MIB) /* the decompressor rounds its address down to this */
#define KERNEL_ROOM (32 * MIB)	/* for the decompressed kernel, from the start of RAM */

static unsigned long mode(void)
{
	return entry.arch[CPSR] & MODE_MASK;
}

uint64_t entry_fdt(void)
{
	return entry.arg[2];
}

uint64_t image_span(void)
{
	return (uintptr_t)image_end - (uintptr_t)file_start;
}

uint64_t boot_cpu(void)
{
	uint32_t mpidr;

	__asm__ volatile("mrc p15, 0, %0, c0, c0, 5" : "=r"(mpidr));
	return mpidr & MPIDR_MASK;
}

uint64_t read_virtual_counter(void)
{
	uint64_t count = 0;

	__asm__ volatile("isb; mrrc p15, 1, %Q0, %R0, c14" : "+r"(count)::"memory");
	return count;
}

uint64_t read_physical_counter(void)
{
	uint64_t count = 0;

	__asm__ volatile("isb; mrrc p15, 0, %Q0, %R0, c14" : "+r"(count)::"memory");
	return count;
}

bool conduit_guess(void)
{
	return mode() == MODE_HYP;
}

uint32_t psci_function(uint32_t id)
{
	return id;
}

/* PSCI 6.4: a CPU starts in the mode and byte order of its caller, all masked, MMU off. */
unsigned int entered_unlike(const struct entry *e, bool thumb, bool big)
{
	unsigned long sctlr = e->arch[mode() == MODE_HYP ? HSCTLR : SCTLR];
	unsigned int bad = 0;

	if ((e->arch[CPSR] & MODE_MASK) != mode() || e->arch[THUMB] != thumb)
		bad |= UNLIKE_LEVEL;
	if ((e->arch[CPSR] & CPSR_AIF) != CPSR_AIF)
		bad |= UNLIKE_MASKED;
	if (sctlr & (SCTLR_M | SCTLR_C))
		bad |= UNLIKE_MMU;
	if (!(e->arch[CPSR] & CPSR_E) == big || !(sctlr & SCTLR_EE) == big)
		bad |= UNLIKE_ORDER;
	if (e->cntfrq != entry.cntfrq)
		bad |= UNLIKE_FREQUENCY;
	if (e->arch[CNTVOFF_LOW] != entry.arch[CNTVOFF_LOW] ||
	    e->arch[CNTVOFF_HIGH] != entry.arch[CNTVOFF_HIGH])
		bad |= UNLIKE_OFFSET;
	if (sctlr & SCTLR_TE)
		bad |= UNLIKE_STACK;
	return bad;
}

void spoil_state(void)
{
	if (mode() == MODE_HYP)
		__asm__ volatile("mcrr p15, 4, %0, %0, c14; isb" ::"r"(1)); /* CNTVOFF */
}

/* A kernel that enters in HYP drops to SVC with the SCTLR that it finds: both must be sane. */
static void check_hyp_state(void)
{
	unsigned long hsctlr = entry.arch[HSCTLR];
	uint64_t offset = (uint64_t)entry.arch[CNTVOFF_HIGH] << 32 | entry.arch[CNTVOFF_LOW];

	item_is("hsctlr-mmu-off", hsctlr & SCTLR_M, 0);
	item_is("hsctlr-dcache-off", hsctlr & SCTLR_C, 0);
	item_is("hsctlr-arm-exceptions", hsctlr & SCTLR_TE, 0);
	item_is("cntvoff", offset, 0);
}

/* Entered in SVC, the level above must let the physical timer and VFP through (CNTHCTL, HCPTR). */
static void check_svc_state(void)
{
	uint64_t compare = 0, wanted = 0x1234567800000000;

	__asm__ volatile("mcrr p15, 2, %Q1, %R1, c14; isb; mrrc p15, 2, %Q0, %R0, c14"
			 : "+&r"(compare)
			 : "r"(wanted)); /* CNTP_CVAL */
	item_is("timer-physical", compare, wanted);
	item_not("fp-access", read_fp_features(), 0);
}

static void check_sctlr(unsigned long sctlr)
{
	item_is("sctlr-mmu-off", sctlr & SCTLR_M, 0);
	item_is("sctlr-dcache-off", sctlr & SCTLR_C, 0);
	item_is("sctlr-arm-exceptions", sctlr & SCTLR_TE, 0);
	item_is("sctlr-low-vectors", sctlr & SCTLR_V, 0);
	/* Old user programs: SETEND, IT blocks and the CP15 barriers work. */
	item_is("sctlr-legacy", sctlr & (SCTLR_SED | SCTLR_ITD | SCTLR_CP15BEN), SCTLR_CP15BEN);
}

void check_state(void)
{
	item_is("r0", entry.arg[0], 0);
	item_is("r1", entry.arg[1], 0xffffffff);
	item_is("mode", mode(), PROBE_LEVEL == 2 ? MODE_HYP : MODE_SVC);
	item_is("arm-state", entry.arch[THUMB], 0);
	item_is("aif-masked", entry.arch[CPSR] & CPSR_AIF, CPSR_AIF);
	check_sctlr(entry.arch[SCTLR]);
	if (PROBE_LEVEL == 2)
		check_hyp_state();
	else if (mode() == MODE_SVC)
		check_svc_state();
}

/* HYP has a register of its own for it; SVC's must then not be big by mistake. */
void check_byte_order(bool big)
{
	uint32_t wanted = big ? SCTLR_EE : 0, sctlr = entry.arch[SCTLR] & SCTLR_EE;

	item_is("cpsr-byte-order", entry.arch[CPSR] & CPSR_E, big ? CPSR_E : 0);
	if (PROBE_LEVEL == 2) {
		item_is("hsctlr-byte-order", entry.arch[HSCTLR] & SCTLR_EE, wanted);
		item_is("sctlr-byte-order", sctlr & ~wanted, 0);
	} else {
		item_is("sctlr-byte-order", sctlr, wanted);
	}
}

/* Where the bank starts that holds the image: what the kernel takes for the start of RAM. */
static uint64_t ram_base(const struct tree *t)
{
	for (unsigned int i = 0; i < t->nram; i++)
		if (range_in(image_range(), t->ram[i]))
			return t->ram[i].start;
	return 0;
}

static uint64_t end_of(struct range r, uint64_t base)
{
	return r.start + r.size - base;
}

static void check_initrd_place(const struct tree *t, uint64_t base, struct range kernel)
{
	struct range initrd = {t->initrd_start, t->initrd_end - t->initrd_start};

	if (!t->has_initrd_start || !t->has_initrd_end)
		return;
	item_below("initrd-in-lowmem", end_of(initrd, base), LOWMEM + 1);
	item_is("initrd-clear-of-kernel", range_overlaps(initrd, kernel), false);
}

void check_placement(const struct tree *t)
{
	const uint8_t *at = (const uint8_t *)(uintptr_t)entry_fdt();
	struct range fdt = {entry_fdt(), be32(at + 4)};
	uint64_t base = ram_base(t);
	struct range kernel = {base, KERNEL_ROOM};

	item_from("image-above-tables", entry.base - base, 32 * KIB);
	item_below("image-in-zone", end_of(image_range(), base), ZIMAGE_ZONE + 1);
	item_below("fdt-in-lowmem", end_of(fdt, base), LOWMEM + 1);
	item_is("fdt-clear-of-kernel", range_overlaps(fdt, kernel), false);
	check_initrd_place(t, base, kernel);
}

/* The PSCI of an emulator hides the system registers from AArch32: nothing that can be seen. */
void check_gic(const struct tree *t)
{
	(void)t;
}
