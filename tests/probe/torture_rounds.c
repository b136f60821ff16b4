/* SPDX-License-Identifier: BSD-2-Clause */
/* CPUs go on and off in random order, told to by CPUs in random order. */
#include "torture.h"

#define PER_MASTER 25 /* rounds before another CPU takes over */

/* Written by the CPU that is the master, and by it alone. */
static struct {
	unsigned long ons, offs, bigs, masters;
	unsigned long refused, lost, context, state, affinity, not_off, already, stuck;
} count;

/* How a CPU is turned on. */
struct start {
	unsigned long context;
	bool thumb, big;
};

/* Both IDs of the function, both byte orders of the caller, on AArch32 both instruction sets. */
static long turn_on(struct smp_cpu *c, struct start *s)
{
	unsigned long regs[4] = {PSCI_CPU_ON, smp_mpidr(c), (unsigned long)(uintptr_t)smp_entry};

	s->context = rnd();
	s->thumb = sizeof(long) == 4 && rnd() & 1;
	s->big = torture.strict && rnd() & 1;
	if (rnd() & 1) {
		regs[0] = psci_function(PSCI_CPU_ON);
		s->context |= (unsigned long)rnd() << 16 << 16;
	}
	if (s->thumb)
		regs[2] = (unsigned long)(uintptr_t)smp_entry_thumb | 1;
	regs[3] = s->context;
	if (s->big)
		smccc_call_big(psci_smc(), regs);
	else
		smccc_call(psci_smc(), regs);
	return (int32_t)regs[0];
}

static void check_entry(const struct smp_cpu *c, const struct start *s)
{
	unsigned int unlike = entered_unlike(&c->entry, s->thumb, s->big);

	count.context += c->entry.arg[0] != s->context;
	if (unlike && !count.state)
		info("entered-unlike", unlike);
	count.state += unlike != 0;
	count.bigs += s->big;
}

/* QEMU keeps it off, and lets it be turned on again, until it runs. */
static void check_on_its_way(const struct smp_cpu *c)
{
	long state = affinity_info(smp_mpidr(c)), result = smp_on(c, 0);

	count.affinity += state != AFFINITY_ON && state != AFFINITY_ON_PENDING;
	count.already += result != ALREADY_ON && result != ON_PENDING;
}

static void round_on(struct smp_cpu *c)
{
	unsigned long before = c->arrivals;
	struct start s;
	long result = turn_on(c, &s);

	count.ons++;
	if (result != SUCCESS) {
		count.refused++;
		info("cpu-on", result_bits(result));
		return;
	}
	if (torture.strict)
		check_on_its_way(c);
	if (!smp_arrived(c, before)) {
		count.lost++;
		info("lost", c->index);
		return;
	}
	check_entry(c, &s);
	count.affinity += affinity_info(smp_mpidr(c)) != AFFINITY_ON;
	count.already += smp_on(c, 0) != ALREADY_ON;
}

static void round_off(struct smp_cpu *c)
{
	count.offs++;
	if (smp_stop(c))
		return;
	count.not_off++;
	info("not-off", c->index);
}

static long on_job(struct smp_cpu *me)
{
	return smp_on(smp_at((unsigned int)me->arg[0]), me->arg[1]);
}

/* One that is on turns on another one. */
static void round_on_by(struct smp_cpu *c)
{
	struct smp_cpu *other = smp_at(rnd_below(smp_count));
	unsigned long before = other->arrivals;
	struct start s = {.context = rnd()};
	long result;

	if (!smp_is_off(other))
		return;
	count.ons++;
	result = smp_run(c, on_job, other->index, s.context);
	count.stuck += result == SMP_HANGS;
	count.refused += result != SUCCESS;
	if (result != SUCCESS)
		return;
	if (smp_arrived(other, before))
		check_entry(other, &s);
	else
		count.lost++;
}

static void one_round(void)
{
	struct smp_cpu *c = smp_at(rnd_below(smp_count));

	if (c == smp_me())
		return;
	if (smp_is_off(c))
		round_on(c);
	else if (rnd() & 1)
		round_on_by(c);
	else
		round_off(c);
}

static bool broken(void)
{
	return count.lost || count.not_off || count.stuck;
}

static long rounds_job(struct smp_cpu *me)
{
	for (unsigned long i = 0; i < me->arg[0] && !broken(); i++)
		one_round();
	if (smp_is_off(smp_at(0))) /* it waits for the end of this job */
		round_on(smp_at(0));
	return 0;
}

/* Another CPU is the master for a while; this one obeys, and may be turned off. */
static void lend(void)
{
	struct smp_cpu *master = smp_at(1 + rnd_below(smp_count - 1));

	if (smp_is_off(master))
		round_on(master);
	if (broken())
		return;
	count.masters++;
	smp_run_serving(master, rounds_job, PER_MASTER, 0);
}

void torture_rounds(void)
{
	if (smp_count < 2)
		return;
	for (uint32_t done = 0; done < torture.rounds && !broken(); done += 2 * PER_MASTER) {
		for (int i = 0; i < PER_MASTER && !broken(); i++)
			one_round();
		lend();
	}
	info("rounds-on", count.ons);
	info("rounds-off", count.offs);
	info("rounds-big-endian", count.bigs);
	info("rounds-masters", count.masters);
	item_is("rounds-accepted", count.refused, 0);
	item_is("rounds-arrived", count.lost + count.stuck, 0);
	item_is("rounds-context", count.context, 0);
	item_is("rounds-entry-state", count.state, 0);
	item_is("rounds-affinity", count.affinity, 0);
	item_is("rounds-already-on", count.already, 0);
	item_is("rounds-went-off", count.not_off, 0);
	smp_stop_all();
}
