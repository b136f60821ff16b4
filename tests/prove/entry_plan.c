/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib/guest/entry_plan.c, for every start, CPU and request: it decides from what it was given, and
 * a plan is one that can be carried out.
 *
 * prove: by eva
 * prove: with lib/guest/entry_plan.c
 * prove: open highest_level 1: no start at level 1 gets there with another state
 * prove: option -eva-slevel 100000 -eva-split-return full
 */
#include "lib/guest/entry_plan.h"
#include "prove.h"

static void one_plan(const struct entry_start *start, const struct entry_request *request)
{
	struct entry_plan plan;

	if (entry_plan(start, request, &plan))
		return;
	/*@ check 1 <= plan.level <= 3; */
	/*@ check plan.level < 3 || (start->level == 3 && plan.state == start->state); */
	/*@ check plan.level < 3 || request->level == 3; */
	/*@ check plan.level <= start->level; */
	/*@ check plan.state == request->state; */
	/*@ check request->level == 0 || plan.level == request->level; */
	/*@ check plan.monitor || plan.level == start->level; */
	/*@ check !plan.big_endian || start->big_endian; */
	/*@ check !plan.fake_security || (plan.monitor && start->traps_ids); */
}

int main(void)
{
	struct entry_start start = {.state = each_in(0, 1), .level = each_in(1, 3)};
	struct entry_request request = {.state = each_in(0, 1), .level = each_in(0, 3)};

	start.el2 = any_bool();
	start.aarch32_el1 = any_bool();
	start.aarch32_el2 = any_bool();
	start.big_endian = any_bool();
	start.security = any_bool();
	start.traps_ids = any_bool();
	request.big_endian = each_in(0, 1);
	request.no_mmu = each_in(0, 1);
	one_plan(&start, &request);
	return 0;
}
