/* SPDX-License-Identifier: BSD-2-Clause */
/* What the levels above let through, on each CPU; and that all CPUs see one time. */
#include "access.h"

uint64_t access_denied(bool gicv3)
{
	uint64_t denied = 0;

	access_prepare(gicv3);
	for (unsigned int row = 0; access_name(row); row++) {
		if (!access_applies(row))
			continue;
		fault_guard(true);
		if (!access_try(row) | fault_seen())
			denied |= 1ull << row;
		fault_guard(false);
	}
	return denied;
}

static void put_access(const char *verdict, const char *name)
{
	put_str("probe: ");
	put_str(verdict);
	put_char(' ');
	put_str(name);
	put_char('\n');
}

/* By name what was tried, so that a test can tell whether that was enough. */
void check_access(const struct tree *t)
{
	uint64_t denied = access_denied(t->has_gicv3);

	for (unsigned int row = 0; access_name(row); row++)
		if (denied >> row & 1)
			put_access("denied", access_name(row));
		else if (access_applies(row))
			put_access("access", access_name(row));
	info("midr", cpu_model());
	item_is("access", denied, 0);
}
