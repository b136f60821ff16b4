/* SPDX-License-Identifier: BSD-2-Clause */
/* CPU_SUSPEND and SYSTEM_SUSPEND, and what wakes from them. */
#include "torture.h"

#define STANDBY	   0
#define POWER_DOWN 0x10000 /* in the original format of power_state */
#define MS_TICKS   (entry.cntfrq / 1000)
#define WAKE_SGI   5
#define TRIES	   5
#define FLOOD	   100 /* so many returns for one interrupt: that was no sleep */
#define UART	   0x09000000

/* What a CPU saw of its sleep; written by the CPU itself. */
struct sleep {
	unsigned long calls, resumed, failed, entry, wrong;
};
static struct sleep slept[SMP_MAX];

static void suspend_once(struct smp_cpu *me, unsigned long state, struct sleep *s)
{
	unsigned long context = rnd();
	uint32_t fn = rnd() & 1 ? psci_function(PSCI_CPU_SUSPEND) : PSCI_CPU_SUSPEND;
	long result = psci_call_resumable(me, psci_smc(), fn, state,
					  (unsigned long)(uintptr_t)smp_entry, context);

	s->calls++;
	if (result == RESUMED) {
		me->arrivals++;
		gic_cpu_start(me);
		s->resumed++;
		s->failed += state == STANDBY;
		s->entry += me->entry.arg[0] != context || entered_unlike(&me->entry, false, false);
	} else if ((int32_t)result != SUCCESS) {
		s->failed++;
		info("suspend-answer", result_bits(result));
	}
}

/* Sleeps until the interrupt is there: the call may return before, at any time. */
static void sleep_until(struct smp_cpu *me, unsigned long state, uint32_t wanted, struct sleep *s)
{
	uint64_t deadline = smp_deadline();
	uint32_t ack = GIC_NONE;

	while (gic_id(ack) >= GIC_NONE && !smp_late(deadline) && !s->failed) {
		suspend_once(me, state, s);
		ack = gic_ack();
		if (!gic_id(ack)) { /* the call to this job, when it comes late */
			gic_eoi(ack);
			ack = GIC_NONE;
			s->calls--;
		}
	}
	if (gic_id(ack) != wanted) {
		s->wrong++;
		info("suspend-woken-by", gic_id(ack));
	}
	if (gic_id(ack) < GIC_NONE)
		gic_eoi(ack);
}

static void sleep_by_timer(struct smp_cpu *me, unsigned long state, uint64_t ticks, struct sleep *s)
{
	uint32_t id = gic_timer(TIMER_VIRTUAL);

	gic_drain();
	gic_enable(me, id, true);
	timer_start(TIMER_VIRTUAL, ticks);
	sleep_until(me, state, id, s);
	timer_stop(TIMER_VIRTUAL);
	gic_enable(me, id, false);
	gic_drain();
}

static void report_sleep(const struct sleep *s, const char *answer, const char *woken,
			 const char *asleep)
{
	item_is(answer, s->failed + s->entry, 0);
	item_is(woken, s->wrong, 0);
	item_below(asleep, s->calls, FLOOD);
}

/* A power-down may end as a standby does, but not each time that nothing was pending. */
static void check_timer(void)
{
	struct sleep standby = {0}, down = {0};

	sleep_by_timer(smp_me(), STANDBY, 20 * MS_TICKS, &standby);
	report_sleep(&standby, "standby-answer", "standby-timer", "standby-sleeps");
	for (int i = 0; i < TRIES && !down.resumed; i++)
		sleep_by_timer(smp_me(), POWER_DOWN, 20 * MS_TICKS, &down);
	report_sleep(&down, "power-down-answer", "power-down-timer", "power-down-sleeps");
	strict_is("power-down-resumes", down.resumed != 0, true);
}

static void check_pending(const char *item, unsigned long state)
{
	struct sleep s = {0};

	gic_drain();
	gic_send(smp_me(), WAKE_SGI);
	sleep_until(smp_me(), state, WAKE_SGI, &s);
	item_is(item, s.failed + s.entry + s.wrong, 0);
}

/* arg: state */
static long wait_sgi_job(struct smp_cpu *me)
{
	struct sleep *s = &slept[me->index];

	*s = (struct sleep) {0};
	smp_ready(me);
	sleep_until(me, me->arg[0], WAKE_SGI, s);
	return (long)(s->failed + s->entry + s->wrong);
}

static void pause_ms(unsigned long ms)
{
	uint64_t end = read_virtual_counter() + (uint64_t)ms * MS_TICKS;

	while (read_virtual_counter() < end)
		;
}

/* Another CPU sleeps, is still on for PSCI, and wakes by this one's interrupt. */
static void check_sgi(const char *item, const char *is_on, unsigned long state)
{
	unsigned long not_on = 0, bad = 0;

	for (unsigned int i = 1; i < smp_count; i++) {
		struct smp_cpu *c = smp_at(i);

		smp_post_ready(c, wait_sgi_job, state, 0);
		pause_ms(10);
		not_on += affinity_info(smp_mpidr(c)) != AFFINITY_ON;
		not_on += smp_on(c, 0) != ALREADY_ON;
		gic_send(c, WAKE_SGI);
		bad += !smp_finished(c) || c->result;
	}
	item_is(item, bad, 0);
	item_is(is_on, not_on, 0);
}

/* arg: how often */
static long doze_job(struct smp_cpu *me)
{
	struct sleep *s = &slept[me->index];

	*s = (struct sleep) {0};
	for (unsigned long i = 0; i < me->arg[0] && !s->failed; i++)
		sleep_by_timer(me, (i + me->index) & 1 ? POWER_DOWN : STANDBY,
			       (i * 7 + me->index) % 5 * MS_TICKS, s);
	return (long)(s->failed + s->entry + s->wrong);
}

/* All at the same time, in both ways. */
static void check_together(void)
{
	unsigned long times = torture.rounds / 20 + 4, bad = 0;

	for (unsigned int i = 1; i < smp_count; i++)
		smp_post(smp_at(i), doze_job, times, 0);
	smp_me()->arg[0] = times;
	bad += doze_job(smp_me()) != 0;
	for (unsigned int i = 1; i < smp_count; i++)
		bad += !smp_finished(smp_at(i)) || smp_at(i)->result;
	item_is("suspend-together", bad, 0);
}

void torture_suspend(void)
{
	check_timer();
	check_pending("standby-pending", STANDBY);
	check_pending("power-down-pending", POWER_DOWN);
	if (smp_count > 1) {
		item_is("suspend-start", smp_start_all(), true);
		check_sgi("standby-sgi", "standby-is-on", STANDBY);
		check_sgi("power-down-sgi", "power-down-is-on", POWER_DOWN);
	}
	check_together();
	smp_stop_all();
}

static long suspend_system(struct smp_cpu *me, unsigned long at, unsigned long context)
{
	return psci_call_resumable(me, psci_smc(), psci_function(PSCI_SYSTEM_SUSPEND), at, context,
				   0);
}

static void sleep_system(struct smp_cpu *me)
{
	uint32_t id = gic_timer(TIMER_VIRTUAL);
	long result;

	gic_drain();
	gic_enable(me, id, true);
	timer_start(TIMER_VIRTUAL, 20 * MS_TICKS);
	result = suspend_system(me, (unsigned long)(uintptr_t)smp_entry, 0x5005);
	timer_stop(TIMER_VIRTUAL);
	gic_cpu_init(me);
	item_is("system-suspend", result_bits(result), RESUMED);
	item_is("system-suspend-context", me->entry.arg[0], 0x5005);
	item_is("system-suspend-entry-state", entered_unlike(&me->entry, false, false), 0);
}

/* With an interrupt pending, so that a call that should fail does not sleep for ever. */
static void check_denied(struct smp_cpu *me)
{
	gic_send(me, WAKE_SGI);
	item_is("system-suspend-address", result_bits(suspend_system(me, UART, 0)),
		result_bits(INVALID_ADDRESS));
	if (smp_count > 1 && smp_start(smp_at(1), 1)) {
		item_is("system-suspend-denied",
			result_bits(suspend_system(me, (unsigned long)(uintptr_t)smp_entry, 0)),
			result_bits(DENIED));
		smp_stop(smp_at(1));
	}
	gic_cpu_init(me);
}

void torture_system_suspend(void)
{
	struct smp_cpu *me = smp_me();

	smp_stop_all();
	if (psci(PSCI_FEATURES, psci_function(PSCI_SYSTEM_SUSPEND), 0, 0) < 0) {
		item_is("system-suspend-absent", result_bits(suspend_system(me, 2, 0)),
			result_bits(NOT_SUPPORTED));
		return;
	}
	check_denied(me);
	sleep_system(me);
}
