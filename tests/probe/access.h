/* SPDX-License-Identifier: BSD-2-Clause */
/* Accesses that a level above could trap, one by one. */
#ifndef PROBE_ACCESS_H
#define PROBE_ACCESS_H

#include "probe.h"

#pragma GCC visibility push(hidden)

#define ACCESS_NAME   28
#define ACCESS_UNREAD 0xdeadbeefcafe0123 /* in the register before a read */
#define ACCESS_IS_READ(instruction)                                                                \
	((instruction)[0] == 'm' && (instruction)[1] == 'r') /* mrs, mrc */

/* access64.c, access32.c: rows count from 0 */
void access_prepare(bool gicv3);
const char *access_name(unsigned int row); /* NULL behind the last one */
bool access_applies(unsigned int row);
bool access_try(unsigned int row); /* false: what should be read left the register as it was */
uint64_t cpu_model(void);	   /* MIDR */

/* While the guard is on, an instruction that faults is skipped. */
void fault_guard(bool on);
bool fault_seen(void);

/* check_access.c: the rows that this CPU cannot access, as bits */
uint64_t access_denied(bool gicv3);

#pragma GCC visibility pop

#endif
