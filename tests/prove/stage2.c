/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib/mem/stage2.c: the plan of the tables, for any CPU that the Arm ARM knows and any regions of
 * the machine; no sum overflows, and no slot is outside of the list. The tables that are made by a
 * plan are looked at entry by entry in tests/unit/lib/mem/test_stage2.c.
 *
 * prove: by eva
 * prove: with lib/mem/stage2.c
 * prove: open shift: what builds the tables
 * prove: open table_at
 * prove: open new_table
 * prove: open add_table
 * prove: open fill_entry
 * prove: open leaves
 * prove: open fill_leaves
 * prove: open entries
 * prove: open fill
 * prove: open is_hole
 * prove: open stage2_build
 * prove: option -eva-slevel 50
 */
#include "lib/mem/stage2.h"
#include "prove.h"

static void any_plan(unsigned int bits)
{
	struct region region = {any64(), any64()};
	struct stage2 plan;

	stage2_plan(&plan, bits);
	stage2_add(&plan, &region);
	region.base = any64();
	stage2_add(&plan, &region);
	/*@ check plan.bits <= plan.cpu_bits <= STAGE2_BITS_MAX && plan.level <= 1; */
	stage2_size(&plan);
}

int main(void)
{
	for (unsigned int i = 0; i < 7; i++) {
		const unsigned int bits[] = {32, 36, 40, 42, 44, 48, 52};

		any_plan(bits[i]);
	}
	return 0;
}
