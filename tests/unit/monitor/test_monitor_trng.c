/* SPDX-License-Identifier: BSD-2-Clause */
/* The monitor's random numbers (DEN0098). */
#include "monitor_machine.h"
#include "psci.h"
#include "test.h"

#define RND64	  (TRNG_RND | SMCCC_64BIT)
#define UNTOUCHED 0x5555555555555555

static struct monitor_call last;

/* False: nobody answers. */
static bool ask(uint64_t function, uint64_t argument, bool aarch64)
{
	last = (struct monitor_call) {{function, argument, UNTOUCHED, UNTOUCHED}, aarch64, false};
	return psci_call(&monitor_cpu[0], &last);
}

static int64_t call(uint64_t function, uint64_t argument)
{
	CHECK(ask(function, argument, true));
	return (int64_t)last.r[0];
}

static void start(unsigned int randoms)
{
	machine_init(3, 1, 0);
	machine.randoms = randoms;
	machine.number = UINT64_MAX;
}

static void check_rest(uint64_t r1, uint64_t r2, uint64_t r3)
{
	CHECK_EQ(last.r[1], r1);
	CHECK_EQ(last.r[2], r2);
	CHECK_EQ(last.r[3], r3);
}

TEST(trng_says_what_it_is)
{
	start(100);
	CHECK_EQ(call(TRNG_VERSION, 0), 0x10000);
	check_rest(0, 0, 0);
	for (uint32_t function = TRNG_VERSION - 2; function < TRNG_RND + 3; function++) {
		test_note("function 0x%x", function);
		CHECK_EQ(call(TRNG_FEATURES, function),
			 function >= TRNG_VERSION && function <= TRNG_RND ? 0 : -1);
		check_rest(0, 0, 0);
		CHECK_EQ(call(TRNG_FEATURES, function | SMCCC_64BIT),
			 function == TRNG_RND ? 0 : -1);
	}
}

TEST(trng_has_a_uuid)
{
	start(100);
	CHECK((uint32_t)call(TRNG_GET_UUID, 0) != UINT32_MAX);
	CHECK(last.r[0] && last.r[1] && last.r[2] && last.r[3]);
	CHECK(last.r[1] <= UINT32_MAX && last.r[2] <= UINT32_MAX && last.r[3] <= UINT32_MAX);
}

TEST(trng_is_not_there_without_a_generator)
{
	start(0);
	for (uint32_t function = TRNG_VERSION; function <= TRNG_RND; function++)
		CHECK(!ask(function, TRNG_VERSION, true));
	CHECK(!ask(RND64, 64, true));
	start(100);
	CHECK(!ask(TRNG_VERSION | SMCCC_64BIT, 0, true));
	CHECK(!ask(TRNG_RND + 1, 1, true));
	CHECK(ask(TRNG_RND, 1, false));
	CHECK(!ask(RND64, 1, false));
	CHECK(ask(TRNG_FEATURES, RND64, false));
	CHECK_EQ(last.r[0], -1);
}

static uint64_t ones(unsigned int bits)
{
	return bits ? UINT64_MAX >> (64 - bits) : 0;
}

static unsigned int part(unsigned int bits, unsigned int from, unsigned int width)
{
	return bits <= from ? 0 : bits - from > width ? width : bits - from;
}

/* As many bits as were asked for, the lowest of R3 first; no more numbers used than are needed. */
static void check_bits(uint32_t function, unsigned int width)
{
	for (unsigned int bits = 1; bits <= 3 * width; bits++) {
		test_note("%u bits of %u", bits, width);
		start(1 + (bits + width - 1) / width);
		CHECK_EQ(call(function, bits), 0);
		CHECK_EQ(machine.randoms, 0);
		check_rest(ones(part(bits, 2 * width, width)), ones(part(bits, width, width)),
			   ones(part(bits, 0, width)));
	}
}

TEST(trng_gives_bits)
{
	check_bits(TRNG_RND, 32);
	check_bits(RND64, 64);
}

static void check_fails(uint64_t function, uint64_t bits, unsigned int randoms, int64_t error)
{
	test_note("0x%llx bits, %u numbers", (unsigned long long)bits, randoms);
	start(randoms);
	CHECK_EQ(call(function, bits), error);
	check_rest(0, 0, 0);
}

TEST(trng_fails_without_giving_anything)
{
	check_fails(TRNG_RND, 0, 100, -2);
	check_fails(TRNG_RND, 97, 100, -2);
	check_fails(TRNG_RND, UINT32_MAX, 100, -2);
	check_fails(RND64, 0, 100, -2);
	check_fails(RND64, 193, 100, -2);
	check_fails(RND64, 1ULL << 32 | 64, 100, -2);
	/* One number shows that there is a generator. */
	check_fails(TRNG_RND, 1, 1, -3);
	check_fails(TRNG_RND, 96, 3, -3);
	check_fails(RND64, 192, 2, -3);
	start(100);
	CHECK_EQ(call(TRNG_RND, 1ULL << 32 | 8), 0); /* 32 bits of argument */
}
