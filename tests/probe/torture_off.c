/* SPDX-License-Identifier: BSD-2-Clause */
/* CPUs that go off in the middle of an interrupt, as no guest should: they come back like any. */
#include "torture.h"

#define SGI 5

/* Takes the interrupt, and leaves it active or not; calls to jobs that come first are ended. */
static bool take(uint32_t wanted, bool end)
{
	uint64_t deadline = smp_deadline();
	uint32_t ack;

	do {
		ack = gic_ack();
		if (gic_id(ack) < GIC_NONE && (gic_id(ack) != wanted || end))
			gic_eoi(ack);
	} while (gic_id(ack) != wanted && !smp_late(deadline));
	return gic_id(ack) == wanted;
}

static long off_handling_job(struct smp_cpu *me)
{
	gic_send(me, SGI);
	take(SGI, false);
	return psci(PSCI_CPU_OFF, 0, 0, 0);
}

static long taken_job(struct smp_cpu *me)
{
	gic_send(me, SGI);
	return take(SGI, true);
}

void torture_off(void)
{
	unsigned long back = 0, taken = 0;

	item_is("off-start", smp_start_all(), true);
	for (unsigned int i = 1; i < smp_count; i++) {
		struct smp_cpu *c = smp_at(i);

		smp_post(c, off_handling_job, 0, 0);
		back += SMP_WAIT(smp_is_off(c)) && smp_start(c, i);
		taken += smp_run(c, taken_job, 0, 0) == true;
	}
	item_is("off-handling-back", back, smp_count - 1);
	item_is("off-handling-interrupts", taken, smp_count - 1);
	smp_stop_all();
}
