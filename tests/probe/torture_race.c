/* SPDX-License-Identifier: BSD-2-Clause */
/* Several CPUs call CPU_ON for the same one, while it is off and while it goes off. */
#include "torture.h"

#define NO_ANSWER 0x7777
#define CONTEXT	  0x1000 /* and the number of the CPU */

/* written by the master alone: number of the race, and the target's arrivals before it */
static volatile unsigned long go, arrivals;
static volatile unsigned long ready[SMP_MAX]; /* each written by its CPU */
static struct {
	unsigned long races, winners, losers, context, lost;
} count;

static bool pull(struct smp_cpu *me, struct smp_cpu *target, bool until_won, long *result)
{
	uint64_t deadline = smp_deadline();

	do {
		*result = smp_on(target, CONTEXT + me->index);
		if (*result != ALREADY_ON && *result != ON_PENDING)
			break;
	} while (until_won && target->arrivals == arrivals && !smp_late(deadline));
	return *result == SUCCESS;
}

/* arg: the target, and whether it is on its way out */
static long race_job(struct smp_cpu *me)
{
	unsigned long race = go + 1;
	long result = NO_ANSWER;

	ready[me->index] = race;
	if (SMP_WAIT(go == race))
		pull(me, smp_at((unsigned int)me->arg[0]), me->arg[1], &result);
	return result;
}

static bool takes_part(const struct smp_cpu *c, const struct smp_cpu *target)
{
	return c != target && c != smp_me();
}

static void line_up(struct smp_cpu *target, bool going)
{
	for (unsigned int i = 0; i < smp_count; i++)
		if (takes_part(smp_at(i), target))
			smp_post(smp_at(i), race_job, target->index, going);
	for (unsigned int i = 0; i < smp_count; i++)
		if (takes_part(smp_at(i), target))
			SMP_WAIT(ready[i] == go + 1);
}

static void judge(const struct smp_cpu *c, long result, unsigned long *winners,
		  unsigned long *winner)
{
	if (result == SUCCESS) {
		++*winners;
		*winner = c->index;
	} else if (result != ALREADY_ON && result != ON_PENDING) {
		count.losers++;
		info("race-answer", result_bits(result));
	}
}

/* The target is off, or told to go off when the others already call. */
static void race(struct smp_cpu *target, bool going)
{
	unsigned long winners = 0, winner = 0;
	struct smp_cpu *me = smp_me();
	long mine;

	arrivals = target->arrivals;
	line_up(target, going);
	if (going)
		smp_post(target, smp_off_job, 0, 0);
	go++;
	pull(me, target, going, &mine);
	judge(me, mine, &winners, &winner);
	for (unsigned int i = 0; i < smp_count; i++)
		if (takes_part(smp_at(i), target))
			judge(smp_at(i), smp_finished(smp_at(i)) ? smp_at(i)->result : NO_ANSWER,
			      &winners, &winner);
	count.races++;
	count.winners += winners != 1;
	if (!smp_arrived(target, arrivals))
		count.lost++;
	else
		count.context += target->entry.arg[0] != CONTEXT + winner;
}

static void report_races(const char *one, const char *others, const char *context,
			 const char *arrived)
{
	info("races", count.races);
	item_is(one, count.winners, 0);
	item_is(others, count.losers, 0);
	item_is(context, count.context, 0);
	item_is(arrived, count.lost, 0);
	count.races = count.winners = count.losers = count.context = count.lost = 0;
}

static struct smp_cpu *any_other(void)
{
	return smp_at(1 + rnd_below(smp_count - 1)); /* the master is the boot CPU */
}

void torture_race(void)
{
	if (smp_count < 3 || !torture.strict) /* in QEMU several CPUs can win */
		return;
	item_is("race-start", smp_start_all(), true);
	for (uint32_t i = 0; i < torture.rounds / 40 + 1 && !count.lost; i++) {
		struct smp_cpu *target = any_other();

		if (!smp_stop(target))
			break;
		race(target, false);
	}
	report_races("race-one-winner", "race-losers", "race-context", "race-arrived");
	for (uint32_t i = 0; i < torture.rounds / 40 + 1 && !count.lost; i++)
		race(any_other(), true);
	report_races("off-race-one-winner", "off-race-losers", "off-race-context",
		     "off-race-arrived");
	smp_stop_all();
}

/* Done by another CPU: the boot CPU goes off, is off, comes back. */
static long cycle_job(struct smp_cpu *me)
{
	struct smp_cpu *boot = smp_at(0);
	bool off = smp_stop(boot), on, same;

	on = off && smp_start(boot, me->arg[0]);
	same = boot->entry.arg[0] == me->arg[0] && !entered_unlike(&boot->entry, false, false);
	return off | on << 1 | same << 2;
}

void torture_boot_cpu(void)
{
	long result;

	if (smp_count < 2 || !smp_start(smp_at(1), 1))
		return;
	result = smp_run_serving(smp_at(1), cycle_job, 0xb007, 0);
	item_is("boot-cpu-off", result & 1, 1);
	item_is("boot-cpu-on", result & 2, 2);
	item_is("boot-cpu-entry-state", result & 4, 4);
	smp_stop_all();
}
