/* SPDX-License-Identifier: BSD-2-Clause */
/* CPUs that PSCI turns on and off, and their jobs. */
#include "smp.h"
#include "gic.h"

#define MPIDR_RES1 (1ul << 31)
#define ANY_CNTFRQ 1000000000ul /* when there is none, the longest time */

_Static_assert(sizeof(struct smp_cpu) < SMP_SIZE / 4, "no room for the stack");
_Static_assert(__builtin_offsetof(struct smp_cpu, entry) == 2 * sizeof(long), "entry*.S");

unsigned int smp_count;
bool smp_spins;

static void barrier(void)
{
	__asm__ volatile("dsb sy" ::: "memory");
}

uint64_t smp_deadline(void)
{
	return read_virtual_counter() +
	       (uint64_t)(entry.cntfrq ? entry.cntfrq : ANY_CNTFRQ) * SECONDS;
}

bool smp_late(uint64_t deadline)
{
	return read_virtual_counter() > deadline;
}

struct smp_cpu *smp_at(unsigned int index)
{
	return (struct smp_cpu *)((uint8_t *)smp_cpu + index * SMP_SIZE);
}

struct smp_cpu *smp_me(void)
{
	for (unsigned int i = 0; i < smp_count; i++)
		if (smp_at(i)->key == ((unsigned long)boot_cpu() | MPIDR_RES1))
			return smp_at(i);
	return smp_at(0);
}

unsigned long smp_mpidr(const struct smp_cpu *c)
{
	return c->key & ~MPIDR_RES1;
}

void smp_init(const struct tree *t)
{
	for (; smp_count < t->ncpus && smp_count < SMP_MAX; smp_count++) {
		smp_at(smp_count)->key = (unsigned long)t->cpu[smp_count] | MPIDR_RES1;
		smp_at(smp_count)->index = smp_count;
	}
	barrier();
}

bool smp_is_off(const struct smp_cpu *c)
{
	return affinity_info(smp_mpidr(c)) == AFFINITY_OFF;
}

long smp_on(const struct smp_cpu *c, unsigned long context)
{
	return psci_native(PSCI_CPU_ON, smp_mpidr(c), (unsigned long)(uintptr_t)smp_entry, context);
}

bool smp_arrived(struct smp_cpu *c, unsigned long arrivals)
{
	return SMP_WAIT(c->arrivals != arrivals);
}

bool smp_start(struct smp_cpu *c, unsigned long context)
{
	unsigned long before = c->arrivals;

	return smp_on(c, context) == SUCCESS && smp_arrived(c, before);
}

/* A CPU in the midst of something goes on there when it is turned on again. */
long smp_off_job(struct smp_cpu *me)
{
	long result;

	gic_cpu_off();
	if (!me->arg[0])
		return psci(PSCI_CPU_OFF, 0, 0, 0);
	result = psci_call_resumable(me, psci_smc(), PSCI_CPU_OFF, 0, 0, 0);
	gic_cpu_init(me);
	me->arrivals++;
	barrier();
	return result;
}

/* The boot CPU always goes on where it was: below its stack is the main program. */
bool smp_stop(struct smp_cpu *c)
{
	smp_post(c, smp_off_job, c == smp_at(0), 0);
	return SMP_WAIT(smp_is_off(c));
}

void smp_stop_all(void)
{
	for (unsigned int i = 0; i < smp_count; i++)
		if (smp_at(i) != smp_me() && !smp_is_off(smp_at(i)))
			smp_stop(smp_at(i));
}

bool smp_start_all(void)
{
	bool good = true;

	for (unsigned int i = 0; i < smp_count; i++)
		if (smp_at(i) != smp_me() && smp_is_off(smp_at(i)))
			good &= smp_start(smp_at(i), i);
	return good;
}

void smp_post(struct smp_cpu *c, smp_job *job, unsigned long a0, unsigned long a1)
{
	c->job = job;
	c->arg[0] = a0;
	c->arg[1] = a1;
	barrier();
	c->posted++;
	barrier();
	gic_wake(c);
}

bool smp_post_ready(struct smp_cpu *c, smp_job *job, unsigned long a0, unsigned long a1)
{
	unsigned long before = c->ready;

	smp_post(c, job, a0, a1);
	return SMP_WAIT(c->ready != before);
}

void smp_ready(struct smp_cpu *me)
{
	gic_drain();
	me->ready++;
	barrier();
}

bool smp_finished(struct smp_cpu *c)
{
	return SMP_WAIT(c->finished == c->posted);
}

long smp_run(struct smp_cpu *c, smp_job *job, unsigned long a0, unsigned long a1)
{
	smp_post(c, job, a0, a1);
	return smp_finished(c) ? c->result : SMP_HANGS;
}

/* A CPU that is back from a power-down may get its next job before it has finished that one. */
static void serve(struct smp_cpu *me)
{
	unsigned long number = me->posted;

	if (number != me->finished) {
		me->result = me->job(me);
		barrier();
		me->finished = number;
		barrier();
		if (me->waiter)
			gic_wake(me->waiter);
	} else if (smp_spins) {
		gic_drain();
		relax();
	} else {
		wait_for_interrupt();
		gic_drain();
	}
}

/* Meanwhile this CPU does jobs for others. */
long smp_run_serving(struct smp_cpu *c, smp_job *job, unsigned long a0, unsigned long a1)
{
	struct smp_cpu *me = smp_me();

	c->waiter = me;
	smp_post(c, job, a0, a1);
	while (c->finished != c->posted)
		serve(me);
	c->waiter = NULL;
	return c->result;
}

void smp_main(struct smp_cpu *me)
{
	gic_cpu_init(me);
	me->finished = me->posted;
	barrier();
	me->arrivals++;
	barrier();
	for (;;)
		serve(me);
}
