/* SPDX-License-Identifier: BSD-2-Clause */
/* Conditions of instructions that trap, against the table of the Arm ARM (F1.3), and IT blocks. */
#include "monitor_machine.h"
#include "test.h"

#define CV    (1U << 24)
#define THUMB (1U << 5)

static bool expected(unsigned int condition, bool n, bool z, bool c, bool v)
{
	switch (condition) {
	case 0:
		return z;
	case 1:
		return !z;
	case 2:
		return c;
	case 3:
		return !c;
	case 4:
		return n;
	case 5:
		return !n;
	case 6:
		return v;
	case 7:
		return !v;
	case 8:
		return c && !z;
	case 9:
		return !c || z;
	case 10:
		return n == v;
	case 11:
		return n != v;
	case 12:
		return !z && n == v;
	case 13:
		return z || n != v;
	default:
		return true;
	}
}

static uint32_t in_block(uint32_t it)
{
	return THUMB | (it & 3) << 25 | (it >> 2) << 10;
}

TEST(aarch32_conditions_hold_as_the_flags_say)
{
	for (uint32_t condition = 0; condition < 16; condition++)
		for (uint32_t flags = 0; flags < 16; flags++) {
			bool holds =
				expected(condition, flags & 8, flags & 4, flags & 2, flags & 1);
			uint32_t psr = flags << 28;

			test_note("condition %u, flags %u", condition, flags);
			CHECK_EQ(aarch32_executes(CV | condition << 20, psr), holds);
			CHECK_EQ(aarch32_executes(0, psr), true);
			if (condition < 15)
				CHECK_EQ(aarch32_executes(0, psr | in_block(condition << 4 | 8)),
					 condition == 14 || holds);
		}
}

TEST(aarch32_advances_in_an_it_block)
{
	uint32_t psr = 0xf00001f3 | THUMB; /* all else stays */

	CHECK_EQ(aarch32_advance(psr), psr);
	CHECK_EQ(aarch32_advance(psr | in_block(0x08)), psr); /* the last of its block */
	CHECK_EQ(aarch32_advance(psr | in_block(0x04)), psr | in_block(0x08));
	CHECK_EQ(aarch32_advance(psr | in_block(0xb5)), psr | in_block(0xaa));
	CHECK_EQ(aarch32_advance(psr | in_block(0x1f)), psr | in_block(0x1e));
}

/* Arm ARM G8.2.35: external abort, of an access or of a table of level 1; bits WnR 11 and CM 13. */
TEST(aarch32_abort_status_in_both_formats)
{
	CHECK_EQ(aarch32_abort_status(0x90000007, false), 0x008);
	CHECK_EQ(aarch32_abort_status(0x90000007, true), 0x210);
	CHECK_EQ(aarch32_abort_status(0x90000087, false), 0x00c);
	CHECK_EQ(aarch32_abort_status(0x90000087, true), 0x215);
	CHECK_EQ(aarch32_abort_status(0x90000047, false), 0x808);
	CHECK_EQ(aarch32_abort_status(0x90000147, true), 0x2a10);
}
