/* SPDX-License-Identifier: BSD-2-Clause */
/* PSCI, and through it the other CPUs: all off, and all started in the boot CPU's state. */
#include "probe.h"

#define PSCI_VERSION	   0x84000000
#define PSCI_CPU_ON	   0x84000003
#define PSCI_AFFINITY_INFO 0x84000004
#define AFFINITY_OFF	   1
#define ANSWER_SPINS	   20000000

static struct cpu_record record[MAX_CPUS];

static bool is_off(const struct tree *t, uint64_t cpu)
{
	return psci_call(t->psci_smc, psci_function(PSCI_AFFINITY_INFO), (unsigned long)cpu, 0,
			 0) == AFFINITY_OFF;
}

static unsigned int count_off(const struct tree *t)
{
	unsigned int off = 0;

	for (unsigned int i = 0; i < t->ncpus; i++)
		off += t->cpu[i] != boot_cpu() && is_off(t, t->cpu[i]);
	return off;
}

/* Starts the CPU, which fills its record and turns itself off. */
static void start(const struct tree *t, unsigned int i)
{
	record[i].smc = t->psci_smc;
	psci_call(t->psci_smc, psci_function(PSCI_CPU_ON), (unsigned long)t->cpu[i],
		  (unsigned long)(uintptr_t)secondary_entry, (unsigned long)(uintptr_t)&record[i]);
	for (unsigned int spin = 0; spin < ANSWER_SPINS; spin++)
		if (record[i].done == CPU_RECORD_DONE)
			return;
}

static void check_others(const struct tree *t)
{
	unsigned int started = 0, context = 0, level = 0, mmu = 0, frequency = 0;

	for (unsigned int i = 0; i < t->ncpus; i++) {
		if (t->cpu[i] == boot_cpu())
			continue;
		start(t, i);
		if (record[i].done != CPU_RECORD_DONE)
			continue;
		started++;
		context += record[i].context == (unsigned long)(uintptr_t)&record[i];
		level += same_level(record[i].level);
		mmu += !mmu_was_on(record[i].sctlr);
		frequency += record[i].cntfrq == entry.cntfrq;
	}
	item_is("smp-start", started, t->ncpus - 1);
	item_is("smp-context", context, t->ncpus - 1);
	item_is("smp-level", level, t->ncpus - 1);
	item_is("smp-mmu-off", mmu, t->ncpus - 1);
	item_is("smp-frequency", frequency, t->ncpus - 1);
}

void check_psci(const struct tree *t)
{
	long version;

	if (!t->has_psci)
		return;
	version = psci_call(t->psci_smc, PSCI_VERSION, 0, 0, 0);
	/* From 0.2 on there is such a call; an error has the top bit set. */
	item_is("psci-version", version >= 2 && version < 0x10000000, true);
	info("psci", (uint64_t)version);
	if (t->ncpus < 2)
		return;
	item_is("smp-off", count_off(t), t->ncpus - 1);
	check_others(t);
}
