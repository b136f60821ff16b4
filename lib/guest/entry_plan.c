/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decides how a guest is entered: exception level, execution state, byte order, and whether a
 * monitor has to stay.
 */
#include "lib/guest/entry_plan.h"

/* The highest level at which a guest of that state can be; 0: none. */
static unsigned int highest_level(const struct entry_start *s, enum execution_state state)
{
	bool same = state == s->state;

	if (s->level == 1)
		return same ? 1 : 0;
	if (s->level == 2)
		return same ? 2 : 1;
	if (!s->el2)
		return 1;
	return same || s->aarch32_el2 ? 2 : 1;
}

static enum entry_refusal check_state(const struct entry_start *s, enum execution_state state)
{
	if (state == s->state)
		return ENTRY_OK;
	if (state == STATE_AARCH64)
		return ENTRY_NO_AARCH64;
	if (!s->aarch32_el1)
		return ENTRY_NO_AARCH32;
	return s->level == 1 ? ENTRY_FIXED_STATE : ENTRY_OK;
}

/* Level 2 where both would do: a Linux that is entered there can run VMs of its own. */
static enum entry_refusal choose_level(const struct entry_start *s,
				       const struct entry_request *request, struct entry_plan *plan)
{
	unsigned int highest = highest_level(s, plan->state);

	if (request->level == 3 && (s->level != 3 || plan->state != s->state))
		return ENTRY_NO_LEVEL_3;
	if (request->level == 2 && highest < 2)
		return s->level >= 2 && s->el2 ? ENTRY_NO_HYP : ENTRY_NO_LEVEL_2;
	plan->level = request->level ? request->level : request->no_mmu ? 1 : highest;
	return ENTRY_OK;
}

enum entry_refusal entry_plan(const struct entry_start *start, const struct entry_request *request,
			      struct entry_plan *plan)
{
	enum entry_refusal refusal = check_state(start, request->state);

	if (refusal)
		return refusal;
	plan->state = request->state;
	plan->big_endian = request->big_endian;
	if (request->big_endian && !start->big_endian)
		return ENTRY_NO_BIG_ENDIAN;
	refusal = choose_level(start, request, plan);
	if (refusal)
		return refusal;
	plan->monitor = start->level > plan->level;
	plan->fake_security = plan->state == STATE_AARCH32 && start->level == 2 &&
			      plan->level == 1 && !start->security && start->traps_ids;
	if (request->no_mmu && !start->security && !plan->fake_security)
		return ENTRY_NO_SECURITY;
	return ENTRY_OK;
}
