/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest that checks, on every CPU, that it has what an operating system needs of the GIC and of
 * the timers, whoever has set them up before. Interrupts are taken as exceptions.
 */
#include "fdt.h"
#include "gic.h"
#include "words.h"

#define MS_TICKS   (entry.cntfrq / 1000)
#define QUIET_MS   5 /* as long as nothing may come */
#define PRIORITY   0xa0
#define LOW_MASK   0x80 /* lets nothing of that priority through */
#define HIGH_MASK  0xf0
#define URGENT	   0x40
#define NOT_URGENT 0x90
#define SGIS	   16 /* all are the guest's, also those that are for the secure world by convention */

static struct tree tree;

/* For each check the CPUs that failed it, as bits; each CPU has a column of its own. */
enum check { MASK, SELF, PHYSICAL, VIRTUAL, HYP, EARLY, SPI, MASKED, ORDER, AWAKE, CHECKS };
static const char check_name[CHECKS][20] = {
	"mask-register", "sgi-self",	"timer-physical", "timer-virtual",  "timer-hyp",
	"timer-on-time", "spi-to-each", "masked",	  "priority-order", "redistributor-awake",
};
static volatile uint8_t failed[SMP_MAX][CHECKS];

static void expect(const struct smp_cpu *me, enum check check, bool good)
{
	if (!good)
		failed[me->index][check] = 1;
}

static void pause_ms(unsigned long ms)
{
	uint64_t end = read_virtual_counter() + (uint64_t)ms * MS_TICKS;

	while (read_virtual_counter() < end)
		relax();
}

/* Interrupts are allowed until the one that is waited for has come. */
static bool comes(struct smp_cpu *me, uint32_t id)
{
	bool good;

	irq_allow();
	good = id < 32 ? SMP_WAIT(me->irq_seen & 1u << id) : SMP_WAIT(me->irq_last == id);
	irq_forbid();
	return good;
}

static bool stays_away(struct smp_cpu *me, uint32_t id)
{
	irq_allow();
	pause_ms(QUIET_MS);
	irq_forbid();
	return !(me->irq_seen & 1u << id);
}

static void forget(struct smp_cpu *me)
{
	me->irq_seen = 0;
	me->irq_last = 0;
}

static void check_mask(struct smp_cpu *me)
{
	gic_set_mask(LOW_MASK);
	expect(me, MASK, gic_mask() == LOW_MASK);
	gic_set_mask(HIGH_MASK);
	expect(me, MASK, gic_mask() == HIGH_MASK);
}

static void check_self(struct smp_cpu *me)
{
	for (uint32_t id = 0; id < SGIS; id++) {
		forget(me);
		gic_send(me, id);
		expect(me, SELF, comes(me, id) && me->irq_seen == 1u << id);
	}
}

static void check_timer(struct smp_cpu *me, enum timer t, enum check check)
{
	uint32_t id = gic_timer(t);
	uint64_t start = read_virtual_counter();

	if (!id) {
		expect(me, check, false);
		return;
	}
	forget(me);
	timer_start(t, 2 * MS_TICKS);
	gic_enable(me, id, true);
	expect(me, check, comes(me, id) && me->irq_last == id);
	expect(me, EARLY, read_virtual_counter() - start >= 2 * MS_TICKS);
	expect(me, check, timer_control(t) & 4); /* ISTATUS */
	timer_stop(t);
	forget(me);
	gic_enable(me, id, true); /* and none that is left over */
	expect(me, EARLY, stays_away(me, id));
	gic_enable(me, id, false);
}

static void check_masked(struct smp_cpu *me)
{
	forget(me);
	gic_set_mask(LOW_MASK);
	gic_send(me, 2);
	expect(me, MASKED, stays_away(me, 2));
	gic_set_mask(HIGH_MASK);
	expect(me, MASKED, comes(me, 2));
}

static uint32_t take(void)
{
	uint32_t ack = gic_ack();

	if (gic_id(ack) < GIC_NONE)
		gic_eoi(ack);
	return gic_id(ack);
}

/* The more urgent one first, whatever the order that they were sent in, and their numbers. */
static void check_order(struct smp_cpu *me)
{
	gic_drain();
	gic_priority(me, 2, NOT_URGENT);
	gic_priority(me, 3, URGENT);
	gic_send(me, 2);
	gic_send(me, 3);
	expect(me, ORDER, SMP_WAIT(take() == 3));
	expect(me, ORDER, SMP_WAIT(take() == 2));
	gic_priority(me, 2, PRIORITY);
	gic_priority(me, 3, PRIORITY);
}

static long check_job(struct smp_cpu *me)
{
	check_mask(me);
	check_self(me);
	check_timer(me, TIMER_PHYSICAL, PHYSICAL);
	check_timer(me, TIMER_VIRTUAL, VIRTUAL);
	if (is_hyp())
		check_timer(me, TIMER_HYP, HYP);
	check_masked(me);
	check_order(me);
	expect(me, AWAKE, !gic_is_v3() || !(gic_waker(me) & 6));
	return 0;
}

static long wait_spi_job(struct smp_cpu *me)
{
	smp_ready(me);
	expect(me, SPI, comes(me, gic_last()));
	return 0;
}

/* One that no device has, made pending by hand. */
static void check_spi(struct smp_cpu *c)
{
	struct smp_cpu *me = smp_me();
	uint32_t id = gic_last();

	for (unsigned int i = 0; i < smp_count; i++)
		forget(smp_at(i));
	gic_route(id, c);
	gic_priority(me, id, PRIORITY);
	gic_enable(me, id, true);
	if (c != me)
		smp_post_ready(c, wait_spi_job, 0, 0);
	gic_pend(id);
	expect(c, SPI, c == me ? comes(me, id) : smp_finished(c));
	for (unsigned int i = 0; i < smp_count; i++)
		expect(c, SPI, smp_at(i) == c || smp_at(i)->irq_last != id);
	gic_enable(me, id, false);
}

static bool hears(struct smp_cpu *me, unsigned long wanted)
{
	bool good;

	irq_allow();
	good = SMP_WAIT((me->irq_seen & wanted) == wanted);
	irq_forbid();
	return good;
}

static long listen_job(struct smp_cpu *me)
{
	smp_ready(me);
	return hears(me, me->arg[0]);
}

static long send_job(struct smp_cpu *me)
{
	gic_send(smp_at((unsigned int)me->arg[0]), (uint32_t)me->arg[1]);
	return 0;
}

static uint32_t sgi_of(unsigned int sender)
{
	return SGIS - 1 - sender % (SGIS - 1);
}

/* Every other CPU sends it one. */
static bool hears_all(struct smp_cpu *c)
{
	struct smp_cpu *me = smp_me();
	unsigned long wanted = 0;

	for (unsigned int i = 0; i < smp_count; i++)
		wanted |= i == c->index ? 0 : 1ul << sgi_of(i);
	forget(c);
	if (c != me)
		smp_post_ready(c, listen_job, wanted, 0);
	for (unsigned int i = 0; i < smp_count; i++)
		if (smp_at(i) == me && c != me)
			gic_send(c, sgi_of(i));
		else if (smp_at(i) != c)
			smp_run(smp_at(i), send_job, c->index, sgi_of(i));
	if (c != me)
		return smp_finished(c) && c->result;
	return hears(me, wanted);
}

static void check_others(void)
{
	unsigned long deaf = 0;

	for (unsigned int i = 0; i < smp_count; i++)
		deaf |= hears_all(smp_at(i)) ? 0 : 1ul << i;
	item_is("sgi-to-others", deaf, 0);
}

/* Off it delivers nothing, and what came meanwhile is delivered when it is on again. */
static void check_distributor(struct smp_cpu *me)
{
	uint32_t on = gic_control();

	item_is("distributor-on", on & GIC_GROUP_BITS, gic_group_bit());
	forget(me);
	gic_set_control(on & ~(uint32_t)GIC_GROUP_BITS);
	item_is("distributor-off", gic_control() & GIC_GROUP_BITS, 0);
	gic_send(me, 4);
	item_is("distributor-off-silent", stays_away(me, 4), true);
	gic_set_control(on);
	item_is("distributor-on-again", comes(me, 4), true);
}

static void report_checks(void)
{
	for (unsigned int check = 0; check < CHECKS; check++) {
		unsigned long cpus = 0;

		if ((check == HYP && !is_hyp()) || (check == AWAKE && !gic_is_v3()))
			continue;
		for (unsigned int i = 0; i < smp_count; i++)
			cpus |= (unsigned long)failed[i][check] << i;
		item_is(check_name[check], cpus, 0);
	}
}

static void check_all(void)
{
	struct smp_cpu *me = smp_me();

	gic_cpu_init(me);
	item_is("smp-start", smp_start_all(), true);
	check_distributor(me);
	check_job(me);
	for (unsigned int i = 0; i < smp_count; i++)
		if (smp_at(i) != me)
			expect(smp_at(i), SELF, smp_run(smp_at(i), check_job, 0, 0) == 0);
	for (unsigned int i = 0; i < smp_count; i++)
		check_spi(smp_at(i));
	report_checks();
	if (smp_count > 1)
		check_others();
}

void probe_main(void)
{
	const uint8_t *at = (const uint8_t *)(uintptr_t)entry_fdt();
	struct fdt fdt;

	uart_init();
	crc_init();
	power_smc = conduit_guess();
	fdt_header(&fdt, at);
	item_is("fdt", be32(at) == FDT_MAGIC && !tree_read(&tree, &fdt), true);
	psci_use(&tree, tree.bootargs);
	smp_init(&tree);
	item_is("gic", gic_init(&tree), true);
	info("gic-version", gic_is_v3() ? 3 : 2);
	if (gic_is_v3() || tree.has_gicv2)
		check_all();
	report_total();
	power_off();
}
