/* SPDX-License-Identifier: BSD-2-Clause */
/* Names and times of the stages, for crash reports and for forearm.log=debug. */
#include "arch.h"
#include "boot.h"
#include "boot/core/stage.h"

#define STAGES 10

static struct {
	const char *name;
	uint64_t start; /* counter */
} stages[STAGES];

static unsigned int count;

void stage(const char *name)
{
	if (count == STAGES)
		return;
	stages[count].name = name;
	stages[count].start = arch_counter();
	count++;
}

const char *stage_name(void)
{
	return count ? stages[count - 1].name : "start";
}

void stage_report(void)
{
	uint64_t frequency = arch_counter_frequency();

	if (log_level() < LOG_DEBUG || !frequency)
		return;
	for (unsigned int i = 0; i + 1 < count; i++)
		log_debug("  stage %-10s %8llu us", stages[i].name,
			  (unsigned long long)((stages[i + 1].start - stages[i].start) * 1000000 /
					       frequency));
}
