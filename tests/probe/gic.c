/* SPDX-License-Identifier: BSD-2-Clause */
/* The distributor, the redistributors, and the CPU interface of version 2. */
#include "gic.h"

#define CTLR_V2	     1	  /* the one group that there is */
#define CTLR_V3	     0x13 /* affinity routing and both groups, for one security state and for two */
#define CTLR_DS	     (1 << 6)
#define CTLR_RWP     (1u << 31)
#define GICR_FRAME   0x10000
#define GICR_TYPER   0x008
#define GICR_VLPIS   2
#define GICR_LAST    (1 << 4)
#define IGROUPR	     0x080
#define TYPER_LINES  0x1f
#define WAKER_SLEEP  2
#define WAKER_ASLEEP 4
#define GICD_SGIR    0xf00
#define GICC_CTLR    0x00
#define GICC_PMR     0x04
#define GICC_IAR     0x0c
#define GICC_EOIR    0x10
#define SPIN_LIMIT   1000000

static struct {
	bool v2, v3;
	uint64_t dist, cpu;
	const struct tree *tree;
	uint8_t target[SMP_MAX]; /* version 2's number of a CPU, as a bit */
} gic;

static uint32_t read32(uint64_t base, uint32_t offset)
{
	return *(volatile uint32_t *)(uintptr_t)(base + offset);
}

static void write32(uint64_t base, uint32_t offset, uint32_t value)
{
	*(volatile uint32_t *)(uintptr_t)(base + offset) = value;
}

static void write8(uint64_t base, uint32_t offset, uint8_t value)
{
	*(volatile uint8_t *)(uintptr_t)(base + offset) = value;
}

bool gic_is_v3(void)
{
	return gic.v3;
}

/* The last shared interrupt. */
uint32_t gic_last(void)
{
	uint32_t last = 32 * ((read32(gic.dist, GICD_TYPER) & TYPER_LINES) + 1) - 1;

	return last < GIC_NONE ? last : GIC_NONE - 1;
}

bool gic_init(const struct tree *t)
{
	gic.tree = t;
	gic.v3 = t->has_gicv3 && t->ngic >= 2;
	gic.v2 = t->has_gicv2 && t->ngic >= 2;
	gic.dist = t->gic[0].start;
	gic.cpu = t->gic[1].start;
	if (gic.v3)
		write32(gic.dist, GICD_CTLR, CTLR_V3);
	else if (gic.v2)
		write32(gic.dist, GICD_CTLR, CTLR_V2);
	for (int spin = 0; gic.v3 && spin < SPIN_LIMIT; spin++)
		if (!(read32(gic.dist, GICD_CTLR) & CTLR_RWP))
			break;
	for (uint32_t id = 32; gic.v3 && id <= gic_last(); id += 32)
		write32(gic.dist, IGROUPR + id / 32 * 4, 0xffffffff);
	return gic.v2 || gic.v3;
}

/* The frames of one region lie one behind the other, the last one is marked. */
static uint64_t find_redistributor(struct range region, uint64_t affinity)
{
	uint64_t at = region.start;

	while (at < region.start + region.size) {
		uint32_t type = read32(at, GICR_TYPER);

		if (read32(at, GICR_TYPER + 4) == affinity)
			return at;
		if (type & GICR_LAST)
			break;
		at += type & GICR_VLPIS ? 4 * GICR_FRAME : 2 * GICR_FRAME;
	}
	return 0;
}

static void start_redistributor(struct smp_cpu *me)
{
	uint64_t affinity = affinity_of(smp_mpidr(me));

	for (unsigned int i = 1; i < gic.tree->ngic && !me->redistributor; i++)
		me->redistributor = find_redistributor(gic.tree->gic[i], affinity);
	if (!me->redistributor)
		return;
	write32(me->redistributor, GICR_WAKER,
		read32(me->redistributor, GICR_WAKER) & ~(uint32_t)WAKER_SLEEP);
	for (int spin = 0; spin < SPIN_LIMIT; spin++)
		if (!(read32(me->redistributor, GICR_WAKER) & WAKER_ASLEEP))
			break;
	write32(me->redistributor + GICR_FRAME, IGROUPR, 0xffffffff);
}

/* Where the registers of the interrupt are: SGIs and PPIs are a CPU's own. */
static uint64_t bank(const struct smp_cpu *c, uint32_t id)
{
	return gic.v3 && id < 32 ? c->redistributor + GICR_FRAME : gic.dist;
}

void gic_enable(struct smp_cpu *me, uint32_t id, bool on)
{
	write32(bank(me, id), (on ? GICD_ISENABLER : GICD_ICENABLER) + id / 32 * 4, 1u << id % 32);
}

void gic_priority(struct smp_cpu *me, uint32_t id, uint8_t priority)
{
	write8(bank(me, id), GICD_IPRIORITYR + id, priority);
}

/* Version 2 says only to the CPU itself which number it has. */
static void start_v2(struct smp_cpu *me)
{
	uint8_t target = (uint8_t)read32(gic.dist, GICD_ITARGETSR);

	gic.target[me->index] = target ? target : 1;
	write32(gic.cpu, GICC_PMR, 0xf0);
	write32(gic.cpu, GICC_CTLR, 1);
}

/* The CPU interface, and what is enabled; what is pending stays so. */
void gic_cpu_start(struct smp_cpu *me)
{
	irq_to_us();
	if (gic.v3) {
		start_redistributor(me);
		if (me->redistributor)
			icc_start();
	} else if (gic.v2) {
		start_v2(me);
	}
}

void gic_cpu_init(struct smp_cpu *me)
{
	gic_cpu_start(me);
	if (gic.v3 ? !me->redistributor : !gic.v2)
		return;
	for (uint32_t id = 0; id < 32; id++)
		gic_priority(me, id, 0xa0);
	for (uint32_t id = 0; id < 16; id++)
		gic_enable(me, id, true);
	gic_drain();
}

void gic_cpu_off(void)
{
	if (gic.v3)
		icc_stop();
	else if (gic.v2)
		write32(gic.cpu, GICC_CTLR, 0);
}

static uint64_t sgi_to(unsigned long mpidr, uint32_t sgi)
{
	uint64_t affinity = affinity_of(mpidr);
	uint64_t rest = (affinity >> 24 & 0xff) << 48 | (affinity >> 16 & 0xff) << 32 |
			(affinity >> 8 & 0xff) << 16;

	return rest | (affinity & 0xf0) << 40 | (uint64_t)sgi << 24 | 1u << (affinity & 0xf);
}

void gic_send(const struct smp_cpu *c, uint32_t sgi)
{
	__asm__ volatile("dsb sy" ::: "memory");
	if (gic.v3)
		icc_sgi(sgi_to(smp_mpidr(c), sgi));
	else if (gic.v2)
		write32(gic.dist, GICD_SGIR, (uint32_t)gic.target[c->index] << 16 | sgi);
}

void gic_wake(struct smp_cpu *c)
{
	gic_send(c, 0);
}

uint32_t gic_ack(void)
{
	if (gic.v3)
		return icc_ack();
	return gic.v2 ? read32(gic.cpu, GICC_IAR) : GIC_NONE;
}

uint32_t gic_id(uint32_t ack)
{
	return gic.v3 ? ack & 0xffffff : ack & 0x3ff;
}

void gic_eoi(uint32_t ack)
{
	if (gic.v3)
		icc_eoi(ack);
	else if (gic.v2)
		write32(gic.cpu, GICC_EOIR, ack);
}

void gic_drain(void)
{
	uint32_t ack;

	while (gic_id(ack = gic_ack()) < GIC_NONE)
		gic_eoi(ack);
}

void gic_pend(uint32_t spi)
{
	write32(gic.dist, GICD_ISPENDR + spi / 32 * 4, 1u << spi % 32);
}

void gic_route(uint32_t spi, const struct smp_cpu *c)
{
	uint64_t affinity = affinity_of(smp_mpidr(c));

	if (gic.v3) {
		write32(gic.dist, GICD_IROUTER + spi * 8, (uint32_t)affinity & 0xffffff);
		write32(gic.dist, GICD_IROUTER + spi * 8 + 4, (uint32_t)(affinity >> 24));
	} else {
		write8(gic.dist, GICD_ITARGETSR + spi, gic.target[c->index]);
	}
}

void gic_set_mask(uint32_t priority)
{
	if (gic.v3)
		icc_set_mask(priority);
	else
		write32(gic.cpu, GICC_PMR, priority);
}

uint32_t gic_mask(void)
{
	return gic.v3 ? icc_mask() : read32(gic.cpu, GICC_PMR);
}

uint32_t gic_control(void)
{
	return read32(gic.dist, GICD_CTLR);
}

void gic_set_control(uint32_t value)
{
	write32(gic.dist, GICD_CTLR, value);
	__asm__ volatile("dsb sy" ::: "memory");
}

/* Version 3 with two security states: the non-secure group's is bit 1 with affinity routing. */
uint32_t gic_group_bit(void)
{
	return gic.v3 ? (read32(gic.dist, GICD_CTLR) & CTLR_DS ? 3 : 2) : 1;
}

uint32_t gic_waker(const struct smp_cpu *c)
{
	return c->redistributor ? read32(c->redistributor, GICR_WAKER) : ~0u;
}

uint32_t gic_timer(enum timer t)
{
	return gic.tree->timer_ppi[t] ? gic.tree->timer_ppi[t] + 16 : 0;
}

/* The vectors lead here. A timer stays as it is, so its interrupt must not come again. */
void interrupt_taken(void)
{
	struct smp_cpu *me = smp_me();
	uint32_t ack = gic_ack(), id = gic_id(ack);

	if (id >= GIC_NONE)
		return;
	if (id >= 16)
		gic_enable(me, id, false);
	gic_eoi(ack);
	if (id < 32)
		me->irq_seen |= 1u << id;
	if (id) /* which is how CPUs call each other */
		me->irq_last = id;
}
