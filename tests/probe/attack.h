/* SPDX-License-Identifier: BSD-2-Clause */
/* What an attacker needs of the architecture. */
#ifndef PROBE_ATTACK_H
#define PROBE_ATTACK_H

#include "probe.h"

#pragma GCC visibility push(hidden)

/* Says on the console that it runs, and at which level. Needs no stack and nothing in registers. */
void attack_taken(void);
/* 16 bytes of code that go there, whichever exception vector they are taken for. */
void attack_code(uint32_t word[4]);
/* What was stored may be code; and CPUs that wait for an event look again. */
void attack_publish(void);

#pragma GCC visibility pop

#endif
