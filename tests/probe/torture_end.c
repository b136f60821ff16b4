/* SPDX-License-Identifier: BSD-2-Clause */
/* How the guest ends: by a call of the CPU that the command line names. */
#include "torture.h"

static long end_job(struct smp_cpu *me)
{
	return psci((uint32_t)me->arg[0], 0, 0, 0);
}

/* The calls do not return: when one does, the report has said so much already that no item is left.
 */
static void end_from(uint32_t cpu, uint32_t fn)
{
	struct smp_cpu *c = smp_at(cpu < smp_count ? cpu : 0);
	long result;

	if (c == smp_me()) {
		c->arg[0] = fn;
		result = end_job(c);
	} else {
		result = smp_start(c, 0) ? smp_run(c, end_job, fn, 0) : SMP_HANGS;
	}
	info("end-failed", result_bits(result));
}

void torture_end(const char *args)
{
	if (torture.tree.has_psci) {
		if (word_value(args, "reset-from="))
			end_from(word_number(args, "reset-from=", 0), PSCI_SYSTEM_RESET);
		if (word_value(args, "reset2-from="))
			end_from(word_number(args, "reset2-from=", 0), PSCI_SYSTEM_RESET2);
		if (word_value(args, "off-from="))
			end_from(word_number(args, "off-from=", 0), PSCI_SYSTEM_OFF);
	}
	power_off();
}
