/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The guest against the monitor's memory, which its tree reserves: reads, writes, executes, and
 * walks translation tables there, with the MMU off and on, from the first CPU and from another.
 * What is not reached ends with an external abort, and the monitor goes on answering.
 */
#include "reach.h"
#include "access.h"

#define STEP 256 /* bytes between attacks */

/* Of one round of attacks. */
struct outcome {
	unsigned long tried, reached, odd;
};

static struct range target;

static void attack_once(enum attack attack, uintptr_t address, struct outcome *o)
{
	o->tried++;
	fault_guard(true);
	attack_access(attack == ATTACK_WALK ? ATTACK_READ : attack, address);
	if (!fault_seen())
		o->reached++;
	else if (!attack_aborted(attack, address))
		o->odd++;
	fault_guard(false);
}

static void attack_all(struct outcome *o)
{
	uintptr_t base = (uintptr_t)target.start;

	for (uint64_t at = 0; at < target.size; at += STEP) {
		attack_maintenance(base + (uintptr_t)at);
		for (int attack = 0; attack < ATTACKS; attack++)
			attack_once((enum attack)attack, base + (uintptr_t)at, o);
	}
}

/* arg: whether by the MMU; the result is what went wrong, and where. */
static long attack_job(struct smp_cpu *me)
{
	struct outcome o = {0}, walks = {0};

	if (me->arg[0])
		mmu_on((uintptr_t)target.start);
	attack_all(&o);
	if (me->arg[0]) {
		attack_once(ATTACK_WALK, mmu_upper(), &walks);
		mmu_off();
	}
	if (o.tried < 3 * target.size / STEP)
		return -1;
	return (long)(o.reached | walks.reached << 10 | o.odd << 11 | walks.odd << 21);
}

static bool is_there(uint64_t address)
{
	bool seen;

	fault_guard(true);
	*(volatile uint32_t *)(uintptr_t)address;
	seen = fault_seen();
	fault_guard(false);
	return !seen;
}

/* So that what is left out is the monitor, and no more. */
static bool is_left(uint64_t address)
{
	struct range word = {address, sizeof(uint32_t)};

	return !range_in_ram(&torture.tree, word) || is_there(address);
}

/* Addresses in GiB where a device answers, and where the machine has nothing. */
static void check_far(const char *args)
{
	uint64_t near = word_number(args, "reaches=", 0), far = word_number(args, "misses=", 0);

	if (near)
		item_is("monitor-reaches", is_there(near << 30), true);
	if (far)
		item_is("monitor-misses", is_there(far << 30), false);
}

static void attack_from(struct smp_cpu *c, const char *item, const char *item_mmu)
{
	item_is(item, (uint64_t)smp_run(c, attack_job, false, 0), 0);
	item_is(item_mmu, (uint64_t)smp_run(c, attack_job, true, 0), 0);
}

static void attack_here(void)
{
	struct smp_cpu *me = smp_me();

	me->arg[0] = false;
	item_is("monitor-unreached", (uint64_t)attack_job(me), 0);
	me->arg[0] = true;
	item_is("monitor-unreached-mmu", (uint64_t)attack_job(me), 0);
}

void torture_monitor(const char *args)
{
	item_is("monitor-named", torture.tree.nreserved, 1);
	if (!torture.tree.nreserved)
		return;
	target = torture.tree.reserved[0];
	info("monitor-bytes", target.size);
	item_is("monitor-neighbours",
		is_left(target.start - sizeof(uint32_t)) && is_left(target.start + target.size),
		true);
	check_far(args);
	attack_here();
	if (smp_count > 1 && smp_start(smp_at(1), 0)) {
		attack_from(smp_at(1), "monitor-unreached-second", "monitor-unreached-second-mmu");
		smp_stop(smp_at(1));
	}
	item_is("monitor-answers", psci(PSCI_VERSION, 0, 0, 0) >= 0x10000, true);
}
