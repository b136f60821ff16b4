/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv2 (IHI 0048) and GICv3 (IHI 0069) after a start in the secure world. All interrupts become
 * the non-secure world's, in group 1. A CPU that waits in the monitor has one SGI in group 0
 * meanwhile, which ends its WFI: it is sent once for each CPU that becomes PENDING, and that CPU
 * takes it before it gives it back and leaves, so the guest never meets it.
 */
#include "core.h"
#include "mmio.h"

#define WAKE_SGI 15 /* 8 to 15 are for the secure world by convention */

#define GICD_CTLR	  0x000
#define CTLR_GROUP0	  (1U << 0)
#define CTLR_ARE_S	  (1U << 4) /* version 3: system registers and affinities */
#define CTLR_ARE_NS	  (1U << 5)
#define CTLR_RWP	  (1U << 31) /* version 3: a write is not complete */
#define GICD_TYPER	  0x004
#define TYPER_LINES	  0x1F	      /* SPIs, in registers of 32 */
#define TYPER_ESPI	  (1U << 8)   /* there are extended ones */
#define TYPER_EXTENDED(x) ((x) >> 27) /* how many registers more than one */
#define GIC_GROUP	  0x080	      /* from here on: in the distributor and in a redistributor */
#define GIC_SET_ENABLE	  0x100
#define GIC_CLEAR_ENABLE  0x180
#define GIC_CLEAR_PENDING 0x280 /* of SGIs: version 3 */
#define GIC_CLEAR_ACTIVE  0x380
#define GIC_PRIORITY	  0x400
#define GICD_ITARGETSR	  0x800
#define GIC_MODIFIER	  0xD00
#define GICD_SGIR	  0xF00
#define GICD_CPENDSGIR	  0xF10 /* version 2: a byte for each SGI, a bit for who has sent it */
/* Extended SPIs have them elsewhere. */
#define GICD_GROUP_ESPI	   0x1000
#define GICD_PRIORITY_ESPI 0x2000
#define GICD_MODIFIER_ESPI 0x3400
#define PRIORITY_GROUP1	   0x80808080
#define PRIORITY_WAKE	   0x00808080 /* the highest byte is WAKE_SGI's, and 0 the highest priority */
#define GROUP_WAKE	   (~(1U << WAKE_SGI))

/* Version 2: the secure view of the CPU interface. */
#define GICC_CTLR      0x00
#define CTLR_FIQ       (1U << 3) /* group 0 comes as FIQ */
#define CTLR_NO_BYPASS (0xFU << 5)
#define GICC_PMR       0x04
#define GICC_IAR       0x0C
#define IAR_INTID      0x3FF
#define SPECIAL	       1020 /* and above: not an interrupt */
#define GICC_EOIR      0x10
#define GICC_APR       0xD0 /* and what is active of the non-secure group: GICC_NSAPR */
#define ACTIVE_WORDS   8    /* four of each */

/* Version 3: a redistributor's two frames. */
#define GICR_TYPER     0x08
#define GICR_WAKER     0x14
#define WAKER_SLEEP    (1U << 1)
#define WAKER_ASLEEP   (1U << 2)
#define GICR_SGI_FRAME 0x10000

static uint32_t get(uint64_t base, uint32_t offset)
{
	return mmio_read32((uintptr_t)base + offset);
}

static void set(uint64_t base, uint32_t offset, uint32_t value)
{
	mmio_write32((uintptr_t)base + offset, value);
}

static bool is_v3(void)
{
	return monitor.gic_version == 3;
}

bool gic_can_wake(const struct monitor_cpu *cpu)
{
	return monitor.gic_version && monitor.gic_dist &&
	       (is_v3() ? cpu->redistributor : monitor.gic_cpu);
}

/* Where the registers of some interrupts begin. */
struct block {
	uint16_t group, modifier, priority;
};

static const struct block usual = {GIC_GROUP, GIC_MODIFIER, GIC_PRIORITY};
static const struct block extended = {GICD_GROUP_ESPI, GICD_MODIFIER_ESPI, GICD_PRIORITY_ESPI};

/* 'count' times 32 interrupts, to group 1 with the highest priority that it can have. */
static void to_group1(uint64_t base, const struct block *block, uint32_t first, uint32_t count)
{
	for (uint32_t i = first; i < first + count; i++) {
		set(base, block->group + 4 * i, UINT32_MAX);
		if (is_v3())
			set(base, block->modifier + 4 * i, 0);
		for (uint32_t j = 0; j < 8; j++)
			set(base, block->priority + 32 * i + 4 * j, PRIORITY_GROUP1);
	}
}

static void set_control(uint32_t value)
{
	set(monitor.gic_dist, GICD_CTLR, value);
	while (is_v3() && get(monitor.gic_dist, GICD_CTLR) & CTLR_RWP)
		arch_relax();
}

/* Its own group's enable is the guest's, and so is what it sees of the other registers. */
void gic_init(void)
{
	uint32_t are = is_v3() ? CTLR_ARE_S | CTLR_ARE_NS : 0, type;

	if (!monitor.gic_version || !monitor.gic_dist)
		return;
	/* ARE may be set only while no group is enabled, and never cleared. */
	set_control(get(monitor.gic_dist, GICD_CTLR) & are);
	set_control(are);
	type = get(monitor.gic_dist, GICD_TYPER);
	to_group1(monitor.gic_dist, &usual, 1, type & TYPER_LINES);
	if (is_v3() && type & TYPER_ESPI)
		to_group1(monitor.gic_dist, &extended, 0, TYPER_EXTENDED(type) + 1);
	set_control(are | CTLR_GROUP0);
}

/* Where the registers of this CPU's SGIs and PPIs are. */
static uint64_t own(const struct monitor_cpu *self)
{
	return is_v3() ? self->redistributor + GICR_SGI_FRAME : monitor.gic_dist;
}

/* A CPU that went off in an interrupt's handler would take none of that priority any more. */
static void end_all_v2(void)
{
	for (uint32_t i = 0; i < ACTIVE_WORDS; i++)
		set(monitor.gic_cpu, GICC_APR + 4 * i, 0);
}

static void cpu_init_v2(struct monitor_cpu *self)
{
	to_group1(own(self), &usual, 0, 1);
	/* Each CPU reads its own bit there; on a uniprocessor nothing. */
	self->gic_interface = get(monitor.gic_dist, GICD_ITARGETSR) & 0xFF;
	end_all_v2();
	set(monitor.gic_cpu, GICC_PMR, 0xFF);
	set(monitor.gic_cpu, GICC_CTLR, CTLR_GROUP0 | CTLR_FIQ | CTLR_NO_BYPASS);
}

static void cpu_init_v3(const struct monitor_cpu *self)
{
	uint64_t base = self->redistributor;

	set(base, GICR_WAKER, get(base, GICR_WAKER) & ~WAKER_SLEEP);
	while (get(base, GICR_WAKER) & WAKER_ASLEEP)
		arch_relax();
	to_group1(own(self), &usual, 0, 1 + TYPER_EXTENDED(get(base, GICR_TYPER)));
	arch_gic_enable();
}

void gic_cpu_init(struct monitor_cpu *self)
{
	if (!gic_can_wake(self))
		return;
	if (is_v3())
		cpu_init_v3(self);
	else
		cpu_init_v2(self);
	arch_barrier();
}

/* What the guest has sent before, and what was sent when the CPU was awake already. */
static void forget_wake(uint64_t base)
{
	if (is_v3())
		set(base, GIC_CLEAR_PENDING, 1U << WAKE_SGI);
	else
		set(base, GICD_CPENDSGIR + WAKE_SGI / 4 * 4, 0xFF000000);
}

/* A guest may go off while it handles one: then it is active, and would not be taken again. */
void gic_sleep(const struct monitor_cpu *self)
{
	uint64_t base = own(self);

	if (!gic_can_wake(self))
		return;
	set(base, GIC_CLEAR_ACTIVE, UINT32_MAX);
	forget_wake(base);
	set(base, GIC_GROUP, GROUP_WAKE);
	set(base, GIC_PRIORITY + WAKE_SGI / 4 * 4, PRIORITY_WAKE);
	set(base, GIC_SET_ENABLE, 1U << WAKE_SGI);
	arch_barrier();
}

/*
 * Off, as all are after a reset; version 2 may leave SGIs on. In group 1 the GIC drops what still
 * comes from us, so what is forgotten then is forgotten for good.
 */
void gic_awake(const struct monitor_cpu *self)
{
	uint64_t base = own(self);

	if (!gic_can_wake(self))
		return;
	set(base, GIC_CLEAR_ENABLE, 1U << WAKE_SGI);
	set(base, GIC_PRIORITY + WAKE_SGI / 4 * 4, PRIORITY_GROUP1);
	set(base, GIC_GROUP, UINT32_MAX);
	forget_wake(base);
	arch_barrier();
}

void gic_wake(const struct monitor_cpu *target)
{
	arch_barrier();
	if (!gic_can_wake(target))
		return;
	if (is_v3())
		arch_gic_send(target->mpidr, WAKE_SGI);
	else
		set(monitor.gic_dist, GICD_SGIR, target->gic_interface << 16 | WAKE_SGI);
}

bool gic_woken(void)
{
	uint32_t taken;

	if (is_v3())
		return arch_gic_take() == WAKE_SGI;
	taken = get(monitor.gic_cpu, GICC_IAR);
	if ((taken & IAR_INTID) < SPECIAL)
		set(monitor.gic_cpu, GICC_EOIR, taken); /* with the CPU that has sent it */
	return (taken & IAR_INTID) == WAKE_SGI;
}
