/* SPDX-License-Identifier: BSD-2-Clause */
/* Every start, CPU and request: which entry, whether the monitor stays, or why there is none. */
#include "lib/guest/entry_plan.h"
#include "test.h"

#define A64 STATE_AARCH64
#define A32 STATE_AARCH32

/* A CPU with everything, started in 'state' at 'level'. */
static struct entry_start rich(enum execution_state state, unsigned int level)
{
	return (struct entry_start) {state, level, true, true, true, true, true, true};
}

static struct entry_request kernel(enum execution_state state)
{
	return (struct entry_request) {.state = state};
}

static enum entry_refusal plan(struct entry_start start, struct entry_request request,
			       struct entry_plan *out)
{
	return entry_plan(&start, &request, out);
}

static void expect(struct entry_start start, struct entry_request request, unsigned int level,
		   bool monitor)
{
	struct entry_plan p;

	test_note("%u-bit start at level %u, %u-bit guest, level %u wanted",
		  start.state == A64 ? 64 : 32, start.level, request.state == A64 ? 64 : 32,
		  request.level);
	REQUIRE(CHECK_EQ(plan(start, request, &p), ENTRY_OK));
	CHECK_EQ(p.state, request.state);
	CHECK_EQ(p.level, level);
	CHECK_EQ(p.monitor, monitor);
	CHECK_EQ(p.big_endian, request.big_endian);
}

static void expect_refusal(struct entry_start start, struct entry_request request,
			   enum entry_refusal refusal)
{
	struct entry_plan p;

	test_note("%u-bit start at level %u, %u-bit guest", start.state == A64 ? 64 : 32,
		  start.level, request.state == A64 ? 64 : 32);
	CHECK_EQ(plan(start, request, &p), refusal);
}

/* Nobody stays where the guest is entered at the level that the VMM chose. */
TEST(entry_same_state_same_level)
{
	for (unsigned int level = 1; level <= 2; level++) {
		expect(rich(A64, level), kernel(A64), level, false);
		expect(rich(A32, level), kernel(A32), level, false);
	}
}

/* Nobody is below a guest that wants level 3 itself: only who starts there can give it. */
TEST(entry_at_level_3)
{
	struct entry_request wide = kernel(A64), narrow = kernel(A32);

	wide.level = narrow.level = 3;
	expect(rich(A64, 3), wide, 3, false);
	expect(rich(A32, 3), narrow, 3, false);
	expect_refusal(rich(A64, 3), narrow, ENTRY_NO_LEVEL_3);
	for (unsigned int level = 1; level <= 2; level++) {
		expect_refusal(rich(A64, level), wide, ENTRY_NO_LEVEL_3);
		expect_refusal(rich(A32, level), narrow, ENTRY_NO_LEVEL_3);
	}
}

TEST(entry_from_level_3)
{
	struct entry_start start = rich(A64, 3);

	expect(start, kernel(A64), 2, true);
	expect(start, kernel(A32), 2, true);
	expect(rich(A32, 3), kernel(A32), 2, true);
	start.aarch32_el2 = false;
	expect(start, kernel(A32), 1, true);
	start.el2 = false;
	expect(start, kernel(A64), 1, true);
	expect(start, kernel(A32), 1, true);
	start = rich(A32, 3);
	start.el2 = start.aarch32_el2 = false;
	expect(start, kernel(A32), 1, true);
}

TEST(entry_32_bit_below_64_bit_level_2)
{
	expect(rich(A64, 2), kernel(A32), 1, true);
}

TEST(entry_level_1_wanted)
{
	static const enum execution_state state[] = {A64, A32};

	for (unsigned int i = 0; i < 2; i++)
		for (unsigned int level = 1; level <= 3; level++) {
			struct entry_request request = kernel(state[i]);

			request.level = 1;
			expect(rich(state[i], level), request, 1, level > 1);
		}
}

TEST(entry_level_2_wanted)
{
	struct entry_request request = kernel(A64);
	struct entry_start start = rich(A64, 3);

	request.level = 2;
	expect(rich(A64, 2), request, 2, false);
	expect(start, request, 2, true);
	expect_refusal(rich(A64, 1), request, ENTRY_NO_LEVEL_2);
	start.el2 = false;
	expect_refusal(start, request, ENTRY_NO_LEVEL_2);
	request.state = A32;
	expect_refusal(rich(A64, 2), request, ENTRY_NO_HYP);
	expect_refusal(rich(A32, 1), request, ENTRY_NO_LEVEL_2);
	start = rich(A64, 3);
	start.aarch32_el2 = false;
	expect_refusal(start, request, ENTRY_NO_HYP);
}

TEST(entry_states_out_of_reach)
{
	struct entry_start start = rich(A64, 1);

	for (unsigned int level = 1; level <= 3; level++)
		expect_refusal(rich(A32, level), kernel(A64), ENTRY_NO_AARCH64);
	expect_refusal(start, kernel(A32), ENTRY_FIXED_STATE);
	for (start.level = 1; start.level <= 3; start.level++) {
		start.aarch32_el1 = false;
		expect_refusal(start, kernel(A32), ENTRY_NO_AARCH32);
	}
}

TEST(entry_big_endian)
{
	struct entry_request request = kernel(A64);
	struct entry_start start = rich(A64, 2);

	request.big_endian = true;
	expect(start, request, 2, false);
	start.big_endian = false;
	expect_refusal(start, request, ENTRY_NO_BIG_ENDIAN);
	request.big_endian = false;
	expect(start, request, 2, false);
}

static void expect_security(struct entry_start start, struct entry_request request, bool fake)
{
	struct entry_plan p;

	test_note("level %u, no MMU %d", start.level, request.no_mmu);
	REQUIRE(CHECK_EQ(plan(start, request, &p), ENTRY_OK));
	CHECK_EQ(p.fake_security, fake);
	CHECK_EQ(p.level, request.no_mmu ? 1 : p.level);
}

/* Only level 2 can pretend, only to an AArch32 guest, and only where the CPU does not say it. */
TEST(entry_security)
{
	struct entry_start start = rich(A64, 2);
	struct entry_request request = kernel(A32);

	expect_security(start, request, false);
	start.security = false;
	expect_security(start, request, true);
	expect_security(start, kernel(A64), false);
	request.no_mmu = true;
	expect_security(start, request, true);
	start.state = A32;
	expect_security(start, request, true);
	start.traps_ids = false;
	expect_refusal(start, request, ENTRY_NO_SECURITY);
	start.traps_ids = true;
	start.level = 1;
	expect_refusal(start, request, ENTRY_NO_SECURITY);
	start.level = 3;
	expect_refusal(start, request, ENTRY_NO_SECURITY);
	for (start.level = 1, start.security = true; start.level <= 3; start.level++)
		expect_security(start, request, false);
}
