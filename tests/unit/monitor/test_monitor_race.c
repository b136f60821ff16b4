/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * CPUs that are threads, and start one another: the lock and the wake-up have to hold. (The host
 * may reorder less than the target does; the barriers' places are not tested here.)
 */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <time.h>
#include "monitor_machine.h"
#include "psci.h"
#include "test.h"

#define ENTRY	    (MACHINE_RAM + 0x80000)
#define THREADS	    4	    /* CPUs */
#define CALLS	    1000000 /* of one caller, at most */
#define STARTS	    1500    /* of the CPU that they call: then it is enough */
#define ENTRIES	    5000    /* to the lock, by each */
#define DISTURBANCE 30000   /* ns from one to the next */

/* -- CPUs that are stopped for a while, wherever they are ------------------------------------- */

static pthread_t cpu_thread[THREADS];
static volatile unsigned int finished;

static void pause_ns(long nanoseconds)
{
	struct timespec time = {.tv_nsec = nanoseconds};

	nanosleep(&time, NULL);
}

static void be_disturbed(int signal)
{
	(void)signal;
	pause_ns(2 * DISTURBANCE);
}

static void start_threads(void *(*first)(void *), void *(*others)(void *))
{
	machine.threads = true;
	signal(SIGUSR1, be_disturbed);
	for (unsigned int i = 0; i < THREADS; i++)
		pthread_create(&cpu_thread[i], NULL, i ? others : first, &monitor_cpu[i]);
}

/* Until 'count' of them have finished. */
static void disturb_threads(unsigned int count)
{
	for (unsigned int i = 0; finished < count; i++) {
		pthread_kill(cpu_thread[i % THREADS], SIGUSR1);
		pause_ns(DISTURBANCE);
	}
}

static void join_threads(void)
{
	for (unsigned int i = 0; i < THREADS; i++)
		pthread_join(cpu_thread[i], NULL);
}

/* -- the lock --------------------------------------------------------------------------------- */

static volatile unsigned int inside, counter;
static volatile bool crowded;

static void *enter_often(void *cpu)
{
	struct monitor_cpu *self = cpu;

	machine_self = (unsigned int)(self - monitor_cpu);
	for (unsigned int i = 0; i < ENTRIES; i++) {
		monitor_lock(self);
		if (__sync_fetch_and_add(&inside, 1))
			crowded = true;
		counter = counter + 1;
		if (i % 16 == 0)
			sched_yield();
		__sync_fetch_and_sub(&inside, 1);
		monitor_unlock(self);
	}
	__sync_fetch_and_add(&finished, 1);
	return NULL;
}

TEST(lock_lets_one_in)
{
	machine_init(3, THREADS, 0);
	start_threads(enter_often, enter_often);
	disturb_threads(THREADS);
	join_threads();
	CHECK(!crowded);
	CHECK_EQ(counter, THREADS * ENTRIES);
	CHECK(!machine_locked());
}

/* CPU 0 is between looking at the tickets and taking one: that will be the same as CPU 1's. */
static void go_on_choosing(void)
{
	struct monitor_cpu *other = &monitor_cpu[0];

	if (machine.relaxes == 3) {
		CHECK_EQ(monitor_cpu[1].ticket, 1);
		other->ticket = 1;
		other->choosing = 0;
	} else if (machine.relaxes == 6) {
		other->ticket = 0;
	}
}

TEST(lock_waits_for_who_is_choosing)
{
	machine_init(3, 2, 0);
	machine.threads = true;
	machine.wait_hook = go_on_choosing;
	monitor_cpu[0].choosing = 1;
	monitor_lock(&monitor_cpu[1]);
	CHECK_EQ(machine.relaxes, 6); /* and of equal tickets the first CPU's goes first */
	CHECK_EQ(monitor_cpu[1].ticket, 1);
	monitor_cpu[0].ticket = 1;
	monitor_unlock(&monitor_cpu[1]);
	CHECK_EQ(monitor_cpu[1].ticket, 0);
	monitor_lock(&monitor_cpu[0]); /* alone, it waits for nobody, not even itself */
	CHECK_EQ(machine.relaxes, 6);
}

/* -- many start one --------------------------------------------------------------------------- */

static uint8_t succeeded[THREADS][CALLS], started[THREADS][CALLS];
static unsigned int results[16]; /* by the error's number */
static volatile unsigned int starts;
static volatile bool over;

/* What a CPU asks for can be told from all other calls by entry and context. */
static void *start_it(void *cpu)
{
	unsigned int self = (unsigned int)((struct monitor_cpu *)cpu - monitor_cpu);

	for (unsigned int i = 0; i < CALLS && starts < STARTS; i++) {
		struct monitor_call call = {
			{PSCI_CPU_ON | SMCCC_64BIT, 0, ENTRY + 4ULL * i, (uint64_t)self << 32 | i},
			true,
			false};

		CHECK_EQ(machine_call(self, &call), END_RETURNED);
		if (!CHECK((int64_t)call.r[0] <= 0 && (int64_t)call.r[0] > -16))
			break;
		succeeded[self][i] = call.r[0] == 0;
		__sync_fetch_and_add(&results[-(int64_t)call.r[0]], 1);
	}
	__sync_fetch_and_add(&finished, 1);
	return NULL;
}

static void count_start(void)
{
	unsigned int caller = (unsigned int)(monitor_cpu[0].context >> 32);
	unsigned int number = (uint32_t)monitor_cpu[0].context;

	if (!CHECK(caller < THREADS && number < CALLS))
		return;
	CHECK_EQ(monitor_cpu[0].entry, ENTRY + 4ULL * number);
	started[caller][number]++;
	starts = starts + 1;
}

/* Ends a wait that nobody else ends any more. */
static jmp_buf given_up;

static void wait_or_give_up(void)
{
	if (machine_self == 0 && over && monitor_cpu[0].power == MONITOR_CPU_OFF)
		longjmp(given_up, 1);
	sched_yield();
}

/* CPU 0, which goes off whenever it has been started. */
static void *go_off_again(void *cpu)
{
	enum machine_end end;

	(void)cpu;
	if (setjmp(given_up))
		return NULL;
	for (end = machine_wait(0); end == END_STARTED;) {
		struct monitor_call off = {{PSCI_CPU_OFF}, true, false};

		count_start();
		if (monitor_cpu[0].context % 3 == 0)
			sched_yield();
		end = machine_call(0, &off);
	}
	CHECK_EQ(end, END_STARTED);
	return NULL;
}

static void check_starts(void)
{
	unsigned int refused = results[-PSCI_ON_PENDING] + results[-PSCI_ALREADY_ON], all = 0;

	for (unsigned int i = 0; i < THREADS; i++)
		for (unsigned int j = 0; j < CALLS; j++) {
			if (started[i][j] != succeeded[i][j])
				test_note("CPU %u, call %u", i, j);
			CHECK_EQ(started[i][j], succeeded[i][j]);
		}
	for (unsigned int i = 0; i < 16; i++)
		all += results[i];
	test_note("%u starts, %u refused", starts, refused);
	CHECK_TEXT(machine.fault, NULL);
	CHECK(!machine_locked());
	CHECK(starts >= STARTS);
	CHECK_EQ(results[0], starts);
	CHECK_EQ(starts + refused, all);
}

static void race(void *(*target)(void *))
{
	for (unsigned int i = 1; i < THREADS; i++)
		monitor_cpu[i].power = MONITOR_CPU_ON;
	power_prepare_off(&monitor_cpu[0]);
	monitor_cpu[0].power = MONITOR_CPU_OFF;
	start_threads(target, start_it);
	disturb_threads(THREADS - 1);
	over = true;
	join_threads();
	check_starts();
}

static void race_alone(unsigned int gic)
{
	machine_init(3, THREADS, gic);
	machine.wait_hook = wait_or_give_up;
	race(go_off_again);
}

TEST(race_for_a_cpu_without_gic)
{
	race_alone(0);
}

TEST(race_for_a_cpu_with_gic_v2)
{
	race_alone(2);
}

TEST(race_for_a_cpu_with_gic_v3)
{
	race_alone(3);
}

/* -- the same with a higher exception level
 * -------------------------------------------------------------- */

static volatile uint32_t is_on; /* CPU 0, there */

static int64_t vmm(const struct machine_host_psci *call)
{
	if (call->function == PSCI_CPU_OFF) {
		sched_yield();
		is_on = 0;
		machine_leave(END_WAITS);
	}
	return __sync_bool_compare_and_swap(&is_on, 0, 1) ? PSCI_SUCCESS : PSCI_ALREADY_ON;
}

/* CPU 0, which comes to the monitor's warm entry. */
static void *go_off_below(void *cpu)
{
	(void)cpu;
	while (!over || is_on) {
		struct monitor_call off = {{PSCI_CPU_OFF}, true, false};

		if (!is_on) {
			sched_yield();
			continue;
		}
		count_start();
		*(volatile uint32_t *)&monitor_cpu[0].power = MONITOR_CPU_ON;
		CHECK_EQ(machine_call(0, &off), END_WAITS);
	}
	return NULL;
}

TEST(race_for_a_cpu_with_a_level_below)
{
	machine_init(2, THREADS, 0);
	machine.host_psci_hook = vmm;
	race(go_off_below);
}
