/* SPDX-License-Identifier: BSD-2-Clause */
/* A guest that asks PSCI for everything, right and wrong, often and at the same time. */
#ifndef PROBE_TORTURE_H
#define PROBE_TORTURE_H

#include "gic.h"
#include "words.h"

#pragma GCC visibility push(hidden)

extern struct torture {
	struct tree tree;
	uint32_t rounds;
	/*
	 * psci=qemu on the command line leaves out what QEMU's own PSCI is known to do against the
	 * specification; tests/probe/probeguest.py lists the items.
	 */
	bool strict;
	bool old; /* calls of PSCI 0.1 are tried, but with old=left, since QEMU's own end this CPU's
		     run */
	uint64_t random;
} torture;

uint32_t rnd(void);
uint32_t rnd_below(uint32_t limit);
void strict_is(const char *item, uint64_t got, uint64_t want);
uint64_t result_bits(long result); /* as it is to be read in a report: 32 bits */

#define NO_CPU 0xf00007 /* an MPIDR that no machine here has */

void torture_smccc(void);
void torture_features(void);
void torture_arguments(void);
void torture_rounds(void);
void torture_race(void);
void torture_boot_cpu(void);
void torture_suspend(void);
void torture_system_suspend(void);
void torture_off(void);
void torture_monitor(const char *args);
void torture_end(const char *args);

#pragma GCC visibility pop

#endif
