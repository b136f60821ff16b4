/* SPDX-License-Identifier: BSD-2-Clause */
/* How much RAM is found in machines of every shape, and what is touched meanwhile. */
#include "platform/ram_size.h"
#include "test.h"

#define MIB 0x100000ULL
#define GIB (1024 * MIB)

/* A machine: RAM from 'base' on, which answers for all that is a multiple of 'period' away. */
static uint64_t base, size, period, highest;
static unsigned int tries;

static bool is_ram(uint64_t pa)
{
	CHECK(pa >= base);
	CHECK_EQ(pa % MIB, MIB - 4);
	tries++;
	highest = pa > highest ? pa : highest;
	return (pa - base) % period < size;
}

static bool is_same(uint64_t a, uint64_t b)
{
	CHECK(a != b);
	CHECK((a - base) % period < size && (b - base) % period < size); /* only RAM is written */
	return (a - base) % period == (b - base) % period;
}

static const struct ram_probe probe = {is_ram, is_same};

static uint64_t found(uint64_t at, uint64_t bytes, uint64_t repeats, uint64_t limit)
{
	base = at;
	size = bytes;
	period = repeats;
	highest = tries = 0;
	return ram_size(&probe, base, limit);
}

TEST(ram_of_every_size_is_found)
{
	for (uint64_t i = 0; i < 600; i++) {
		test_note("%llu MiB", (unsigned long long)i);
		CHECK_EQ(found(GIB, i * MIB, 1ULL << 48, 1ULL << 44), i * MIB);
		CHECK(highest < GIB + (i ? 2 * i : 1) * MIB);
	}
	for (int i = 0; i < 1000; i++) {
		uint64_t mib = test_between(1, 1 << 20);

		CHECK_EQ(found(GIB, mib * MIB, 1ULL << 48, 1ULL << 44), mib * MIB);
		CHECK(tries <= 42);
	}
}

TEST(ram_that_is_not_a_multiple_is_rounded_down)
{
	CHECK_EQ(found(GIB, 3 * MIB + 4096, 1ULL << 48, 1ULL << 40), 3 * MIB);
	CHECK_EQ(found(GIB, 3 * MIB - 4096, 1ULL << 48, 1ULL << 40), 2 * MIB);
	CHECK_EQ(found(GIB, MIB - 4, 1ULL << 48, 1ULL << 40), 0);
}

/* Whatever is not wired to address lines does not make more of it. */
TEST(ram_that_repeats_counts_once)
{
	for (uint64_t i = MIB; i <= 64 * GIB; i *= 2)
		CHECK_EQ(found(2 * GIB, i, i, 1ULL << 40), i);
	CHECK_EQ(found(GIB, 3 * MIB, 4 * MIB, 1ULL << 40), 3 * MIB);
}

TEST(ram_ends_where_addresses_do)
{
	CHECK_EQ(found(GIB, 64 * GIB, 1ULL << 48, 4 * GIB), 3 * GIB);
	CHECK(highest < 4 * GIB);
	CHECK_EQ(found(GIB, 64 * GIB, 1ULL << 48, GIB + 5 * MIB + 7), 5 * MIB);
	CHECK(highest < GIB + 5 * MIB + 7);
	CHECK_EQ(found(GIB, 64 * GIB, 1ULL << 48, GIB), 0);
	CHECK_EQ(found(GIB, 64 * GIB, 1ULL << 48, MIB), 0);
	CHECK_EQ(tries, 0);
}
