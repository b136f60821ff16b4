/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CPUs that PSCI turns on and off, and that do jobs for each other. The MMU is off, so all memory
 * is Device memory, where exclusive accesses need not work: no word has two writers.
 */
#ifndef PROBE_SMP_H
#define PROBE_SMP_H

#include "psci.h"

#pragma GCC visibility push(hidden)

#define SMP_MAX	 16
#define SMP_SIZE 4096

struct smp_cpu;
typedef long smp_job(struct smp_cpu *me);

/* entry64.S and entry32.S know the first three, the size, and that the stack comes last. */
struct smp_cpu {
	unsigned long key;    /* MPIDR's affinity with bit 31 set, 0 when there is no such CPU */
	unsigned long resume; /* stack of the call that a new entry continues, or 0 */
	struct entry entry;   /* the state it was last entered in */
	unsigned int index;
	/* written by the CPU itself */
	volatile unsigned long arrivals; /* entries so far */
	volatile unsigned long finished;
	volatile unsigned long ready; /* jobs that came to smp_ready() */
	volatile long result;
	/* written by who gives it a job */
	volatile unsigned long posted;
	smp_job *volatile job;
	struct smp_cpu *volatile waiter; /* to be woken when the job is done */
	volatile unsigned long arg[4];
	/* its interrupts (gic.c) */
	volatile unsigned int irq_seen; /* SGIs and PPIs, as bits */
	volatile unsigned int irq_last; /* 0: none but SGI 0 */
	uint64_t redistributor;
};

extern struct smp_cpu smp_cpu[];
extern unsigned int smp_count;
extern bool smp_spins; /* idle CPUs spin, and do not wait for interrupts */

#define SECONDS 10 /* that anything may take on a busy host */

/* Where an emulator runs all CPUs in turn, the next one's turn. */
static inline void relax(void)
{
	__asm__ volatile("yield" ::: "memory");
}

uint64_t smp_deadline(void);
bool smp_late(uint64_t deadline);

/* Waits until the condition holds; false when it takes too long. */
#define SMP_WAIT(condition)                                                                        \
	({                                                                                         \
		uint64_t deadline_ = smp_deadline();                                               \
		bool held_;                                                                        \
		while (!(held_ = (condition)) && !smp_late(deadline_))                             \
			relax();                                                                   \
		held_;                                                                             \
	})

void smp_init(const struct tree *t);
struct smp_cpu *smp_at(unsigned int index);
struct smp_cpu *smp_me(void);
unsigned long smp_mpidr(const struct smp_cpu *c);
bool smp_is_off(const struct smp_cpu *c);

/* CPU_ON; then true when it arrived. context is what it must find in x0 or r0. */
long smp_on(const struct smp_cpu *c, unsigned long context);
bool smp_arrived(struct smp_cpu *c, unsigned long arrivals);
bool smp_start(struct smp_cpu *c, unsigned long context);
/* Has the CPU turn itself off, and waits until PSCI says so. */
bool smp_stop(struct smp_cpu *c);
void smp_stop_all(void); /* all but the caller */
bool smp_start_all(void);

void smp_post(struct smp_cpu *c, smp_job *job, unsigned long a0, unsigned long a1);
/* For jobs that must have begun, and taken all interrupts of before, when this returns. */
bool smp_post_ready(struct smp_cpu *c, smp_job *job, unsigned long a0, unsigned long a1);
void smp_ready(struct smp_cpu *me); /* the job says so */
bool smp_finished(struct smp_cpu *c);
long smp_run(struct smp_cpu *c, smp_job *job, unsigned long a0, unsigned long a1);
#define SMP_HANGS (-1000) /* smp_run: the job did not end in time */

long smp_run_serving(struct smp_cpu *c, smp_job *job, unsigned long a0, unsigned long a1);
void smp_main(struct smp_cpu *me) __attribute__((noreturn));
long smp_off_job(struct smp_cpu *me);
void smp_entry(void);
void smp_entry_thumb(void); /* AArch32 only */
long psci_call_resumable(struct smp_cpu *c, bool smc, unsigned long fn, unsigned long a1,
			 unsigned long a2, unsigned long a3);

#pragma GCC visibility pop

#endif
