/* SPDX-License-Identifier: BSD-2-Clause */
/* PSCI, and through it the other CPUs: all off, and all started in the boot CPU's state. */
#include "access.h"
#include "smp.h"

/* What each CPU saw, written by itself. */
static struct {
	uint64_t denied, model, virtual, physical;
} seen[SMP_MAX];
static bool gicv3;

static unsigned int count_off(void)
{
	unsigned int off = 0;

	for (unsigned int i = 0; i < smp_count; i++)
		off += smp_mpidr(smp_at(i)) != boot_cpu() && smp_is_off(smp_at(i));
	return off;
}

static void report_unlike(unsigned int unlike)
{
	static const char item[][20] = {"smp-level",	  "smp-masked",	   "smp-mmu-off",
					"smp-byte-order", "smp-frequency", "smp-counter-offset",
					"smp-stack"};

	for (unsigned int i = 0; i < sizeof(item) / sizeof(*item); i++)
		item_is(item[i], unlike & 1u << i, 0);
}

static long look_job(struct smp_cpu *me)
{
	seen[me->index].denied = access_denied(gicv3);
	seen[me->index].model = cpu_model();
	seen[me->index].virtual = read_virtual_counter();
	seen[me->index].physical = read_physical_counter();
	return 0;
}

/* Its time must lie between two looks at ours. */
static bool same_time(struct smp_cpu *c)
{
	uint64_t virtual = read_virtual_counter(), physical = read_physical_counter();

	return !smp_run(c, look_job, 0, 0) && seen[c->index].virtual >= virtual &&
	       seen[c->index].physical >= physical &&
	       seen[c->index].virtual <= read_virtual_counter() &&
	       seen[c->index].physical <= read_physical_counter();
}

static long spoil_job(struct smp_cpu *me)
{
	(void)me;
	spoil_state();
	return 0;
}

/* Off, and on once more; what it leaves behind it must not find again. */
static unsigned int unlike_again(struct smp_cpu *c)
{
	smp_run(c, spoil_job, 0, 0);
	return smp_stop(c) && smp_start(c, 0) ? entered_unlike(&c->entry, false, false) : ~0u;
}

static void check_others(const struct tree *t)
{
	unsigned int started = 0, context = 0, unlike = 0, time = 0, model = 0;
	uint64_t denied = 0;

	for (unsigned int i = 0; i < smp_count; i++) {
		struct smp_cpu *c = smp_at(i);

		if (smp_mpidr(c) == boot_cpu() || !smp_start(c, ~(unsigned long)i))
			continue;
		started++;
		context += c->entry.arg[0] == ~(unsigned long)i;
		unlike |= entered_unlike(&c->entry, false, false);
		time += same_time(c);
		model += seen[i].model == cpu_model();
		denied |= seen[i].denied;
		unlike |= unlike_again(c);
		smp_stop(c);
	}
	item_is("smp-start", started, t->ncpus - 1);
	item_is("smp-context", context, t->ncpus - 1);
	item_is("smp-time", time, t->ncpus - 1);
	item_is("smp-model", model, t->ncpus - 1);
	item_is("smp-access", started == t->ncpus - 1 ? denied : ~0ull, 0);
	report_unlike(started == t->ncpus - 1 ? unlike : ~0u);
}

void check_psci(const struct tree *t)
{
	long version;

	if (!t->has_psci)
		return;
	psci_use(t, NULL);
	version = psci(PSCI_VERSION, 0, 0, 0);
	/* From 0.2 on there is such a call; an error has the top bit set. */
	item_is("psci-version", version >= 2 && version < 0x10000000, true);
	info("psci", (uint64_t)version);
	if (t->ncpus < 2)
		return;
	smp_init(t);
	gicv3 = t->has_gicv3;
	smp_spins = true; /* no interrupt controller is used here */
	item_is("smp-off", count_off(), t->ncpus - 1);
	check_others(t);
}
