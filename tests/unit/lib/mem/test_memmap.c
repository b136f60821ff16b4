/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>
#include "error.h"
#include "lib/mem/memmap.h"
#include "test.h"

#define MIB 0x100000ULL

static struct memmap map;

static void check_range(unsigned int at, uint64_t base, uint64_t end)
{
	CHECK_EQ(map.range[at].base, base);
	CHECK_EQ(map.range[at].end, end);
}

/* Sorted, not empty, neither touching nor overlapping. */
static bool is_well_formed(const struct memmap *m)
{
	for (unsigned int i = 0; i < m->count; i++)
		if (m->range[i].base >= m->range[i].end ||
		    (i && m->range[i].base <= m->range[i - 1].end))
			return false;
	return m->count <= MEMMAP_MAX;
}

TEST(memmap_starts_empty)
{
	map.count = 77;
	memmap_init(&map);
	CHECK_EQ(map.count, 0);
	CHECK_EQ(memmap_total(&map), 0);
	CHECK_EQ(memmap_lowest(&map), 0);
	CHECK(!memmap_contains(&map, 0, 1));
}

TEST(memmap_sorts_what_is_added)
{
	CHECK_EQ(memmap_add(&map, 0x5000, 0x1000), 0);
	CHECK_EQ(memmap_add(&map, 0x1000, 0x1000), 0);
	CHECK_EQ(memmap_add(&map, 0x3000, 0x1000), 0);
	REQUIRE(CHECK_EQ(map.count, 3));
	check_range(0, 0x1000, 0x2000);
	check_range(1, 0x3000, 0x4000);
	check_range(2, 0x5000, 0x6000);
	CHECK_EQ(memmap_total(&map), 0x3000);
	CHECK_EQ(memmap_lowest(&map), 0x1000);
}

TEST(memmap_merges_what_touches_or_overlaps)
{
	CHECK_EQ(memmap_add(&map, 0x1000, 0x1000), 0);
	CHECK_EQ(memmap_add(&map, 0x5000, 0x1000), 0);
	CHECK_EQ(memmap_add(&map, 0x2000, 0x1000), 0); /* touches from above */
	CHECK_EQ(memmap_add(&map, 0x4000, 0x1000), 0); /* touches from below */
	REQUIRE(CHECK_EQ(map.count, 2));
	CHECK_EQ(memmap_add(&map, 0x2fff, 0x1002), 0); /* joins both */
	REQUIRE(CHECK_EQ(map.count, 1));
	check_range(0, 0x1000, 0x6000);
	CHECK_EQ(memmap_add(&map, 0x2000, 0x100), 0); /* inside */
	CHECK_EQ(memmap_add(&map, 0, 0x10000), 0);    /* around */
	REQUIRE(CHECK_EQ(map.count, 1));
	check_range(0, 0, 0x10000);
}

TEST(memmap_ignores_empty_ranges)
{
	CHECK_EQ(memmap_add(&map, 0x1000, 0), 0);
	CHECK_EQ(map.count, 0);
	CHECK_EQ(memmap_add(&map, 0x1000, 0x1000), 0);
	CHECK_EQ(memmap_remove(&map, 0x1800, 0), 0);
	CHECK_EQ(map.count, 1);
}

TEST(memmap_removes_from_either_end_and_the_middle)
{
	CHECK_EQ(memmap_add(&map, 0x1000, 0x9000), 0);
	CHECK_EQ(memmap_remove(&map, 0, 0x2000), 0);
	CHECK_EQ(memmap_remove(&map, 0x9000, 0x8000), 0);
	CHECK_EQ(memmap_remove(&map, 0x4000, 0x1000), 0);
	REQUIRE(CHECK_EQ(map.count, 2));
	check_range(0, 0x2000, 0x4000);
	check_range(1, 0x5000, 0x9000);
	CHECK_EQ(memmap_remove(&map, 0x4000, 0x1000), 0); /* nothing there any more */
	CHECK_EQ(memmap_remove(&map, 0x3000, 0x5000), 0); /* ends of both */
	check_range(0, 0x2000, 0x3000);
	check_range(1, 0x8000, 0x9000);
	CHECK_EQ(memmap_remove(&map, 0, UINT64_MAX), 0);
	CHECK_EQ(map.count, 0);
}

TEST(memmap_cuts_off_what_wraps_around)
{
	CHECK_EQ(memmap_add(&map, UINT64_MAX - 0xfff, 0x2000), 0);
	CHECK(memmap_contains(&map, UINT64_MAX - 0xfff, 0xfff));
	CHECK(!memmap_contains(&map, 0, 1));
	CHECK_EQ(memmap_add(&map, 0x1000, 0x1000), 0);
	CHECK_EQ(memmap_remove(&map, UINT64_MAX - 0x10, UINT64_MAX), 0);
	CHECK(memmap_contains(&map, 0x1000, 0x1000));
	CHECK(!memmap_contains(&map, UINT64_MAX - 0x10, 1));
}

static void fill(void)
{
	for (uint64_t i = 0; i < MEMMAP_MAX; i++)
		CHECK_EQ(memmap_add(&map, i * 0x10000, 0x8000), 0);
}

TEST(memmap_stays_as_it_is_when_it_is_full)
{
	struct memmap before;
	uint64_t base;
	struct memmap_request request = {
		.size = 0x100, .align = 0x1000, .min = 0x1000, .max = ~0ULL};

	fill();
	before = map;
	CHECK_EQ(memmap_add(&map, 0xc000, 0x1000), ERR_FULL);
	CHECK_BYTES(&map, &before, sizeof(map));
	CHECK_EQ(memmap_remove(&map, 0x1000, 0x1000), ERR_FULL);
	CHECK_BYTES(&map, &before, sizeof(map));
	CHECK_EQ(memmap_alloc(&map, &request, &base), ERR_FULL);
	CHECK_BYTES(&map, &before, sizeof(map));
	/* what needs no further entry still works */
	CHECK_EQ(memmap_add(&map, 0x8000, 0x1000), 0);
	CHECK_EQ(memmap_remove(&map, 0, 0x1000), 0);
	CHECK_EQ(memmap_remove(&map, 0x10000, 0x8000), 0);
	CHECK_EQ(map.count, MEMMAP_MAX - 1);
	CHECK(is_well_formed(&map));
}

TEST(memmap_contains_only_whole_ranges)
{
	CHECK_EQ(memmap_add(&map, 0x1000, 0x1000), 0);
	CHECK_EQ(memmap_add(&map, 0x3000, 0x1000), 0);
	CHECK(memmap_contains(&map, 0x1000, 0x1000));
	CHECK(memmap_contains(&map, 0x1fff, 1));
	CHECK(!memmap_contains(&map, 0x1000, 0x1001));
	CHECK(!memmap_contains(&map, 0xfff, 1));
	CHECK(!memmap_contains(&map, 0x2000, 1));
	CHECK(!memmap_contains(&map, 0x1000, 0x3000)); /* a hole between */
	CHECK(!memmap_contains(&map, 0x3800, UINT64_MAX));
}

/* -- allocation ---------------------------------------------------------------------------------
 */

static struct memmap_request any(uint64_t size, uint64_t align)
{
	return (struct memmap_request) {.size = size, .align = align, .max = UINT64_MAX};
}

TEST(memmap_allocates_the_lowest_place)
{
	struct memmap_request r = any(0x2000, 0x1000);
	uint64_t at;

	CHECK_EQ(memmap_add(&map, 0x1000, 0x1000), 0); /* too small */
	CHECK_EQ(memmap_add(&map, 0x10000, 0x8000), 0);
	CHECK_EQ(memmap_add(&map, 0x20000, 0x8000), 0);
	CHECK_EQ(memmap_alloc(&map, &r, &at), 0);
	CHECK_EQ(at, 0x10000);
	CHECK(!memmap_contains(&map, at, 1));
	CHECK_EQ(memmap_total(&map), 0x1000 + 0x6000 + 0x8000);
	CHECK_EQ(memmap_alloc(&map, &r, &at), 0);
	CHECK_EQ(at, 0x12000);
}

TEST(memmap_allocates_the_highest_place)
{
	struct memmap_request r = any(0x1800, 0x1000);
	uint64_t at;

	r.highest = 1;
	CHECK_EQ(memmap_add(&map, 0x10000, 0x8000), 0);
	CHECK_EQ(memmap_add(&map, 0x20000, 0x8800), 0);
	CHECK_EQ(memmap_alloc(&map, &r, &at), 0);
	CHECK_EQ(at, 0x26000); /* two whole pages: the half one behind them is none */
	CHECK(memmap_contains(&map, 0x28000, 0x800));
	CHECK_EQ(memmap_alloc(&map, &r, &at), 0);
	CHECK_EQ(at, 0x24000);
}

TEST(memmap_honours_alignment_and_bounds)
{
	struct memmap_request r = any(MIB, 2 * MIB);
	uint64_t at;

	CHECK_EQ(memmap_add(&map, MIB, 100 * MIB), 0);
	r.min = 9 * MIB;
	r.max = 20 * MIB;
	CHECK_EQ(memmap_alloc(&map, &r, &at), 0);
	CHECK_EQ(at, 10 * MIB);
	r.highest = 1;
	CHECK_EQ(memmap_alloc(&map, &r, &at), 0);
	CHECK_EQ(at, 18 * MIB);
	r.max = 12 * MIB;
	r.min = 11 * MIB + 1;
	CHECK_EQ(memmap_alloc(&map, &r, &at), ERR_NO_ROOM);
	r.min = 12 * MIB;
	r.max = 11 * MIB; /* upside down */
	CHECK_EQ(memmap_alloc(&map, &r, &at), ERR_NO_ROOM);
}

TEST(memmap_takes_a_range_that_fits_exactly)
{
	struct memmap_request r = any(0x3000, 0x1000);
	uint64_t at;

	for (r.highest = 0; r.highest < 2; r.highest++) {
		memmap_init(&map);
		CHECK_EQ(memmap_add(&map, 0x5000, 0x3000), 0);
		CHECK_EQ(memmap_alloc(&map, &r, &at), 0);
		CHECK_EQ(at, 0x5000);
		CHECK_EQ(map.count, 0);
		CHECK_EQ(memmap_alloc(&map, &r, &at), ERR_NO_ROOM);
	}
}

TEST(memmap_keeps_allocations_within_blocks)
{
	struct memmap_request r = any(MIB, 0x1000);
	uint64_t at;

	r.within = 2 * MIB;
	CHECK_EQ(memmap_add(&map, MIB + 0x1000, 7 * MIB + MIB / 2), 0);
	CHECK_EQ(memmap_alloc(&map, &r, &at), 0);
	CHECK_EQ(at, 2 * MIB); /* from 1 MiB + 4 KiB on it would cross */
	r.highest = 1;
	CHECK_EQ(memmap_alloc(&map, &r, &at), 0);
	CHECK_EQ(at, 7 * MIB); /* what is above 8 MiB is too small by itself */
	r.size = 2 * MIB + 1;
	CHECK_EQ(memmap_alloc(&map, &r, &at), ERR_NO_ROOM);
	r.size = 2 * MIB;
	CHECK_EQ(memmap_alloc(&map, &r, &at), 0);
	CHECK_EQ(at % (2 * MIB), 0);
}

TEST(memmap_survives_requests_at_the_end_of_the_address_space)
{
	struct memmap_request r = any(0x1000, 1ULL << 63);
	uint64_t at;

	CHECK_EQ(memmap_add(&map, UINT64_MAX - 0xffff, 0xffff), 0);
	CHECK_EQ(memmap_alloc(&map, &r, &at), ERR_NO_ROOM);
	r.align = 0x1000;
	r.size = UINT64_MAX;
	CHECK_EQ(memmap_alloc(&map, &r, &at), ERR_NO_ROOM);
	r.size = 0x2000;
	r.highest = 1;
	CHECK_EQ(memmap_alloc(&map, &r, &at), 0);
	CHECK(at >= UINT64_MAX - 0xffff && at <= UINT64_MAX - 0x2000);
}

TEST(memmap_allocates_whole_pages)
{
	struct memmap_request r = any(1, 1);
	uint64_t at;

	CHECK_EQ(memmap_add(&map, 0x1001, 0x3fff), 0); /* whole are three pages of it */
	CHECK_EQ(memmap_largest(&map), 0x3000);
	CHECK_EQ(memmap_alloc(&map, &r, &at), 0);
	CHECK_EQ(at, 0x2000);
	CHECK(!memmap_contains(&map, 0x2fff, 1));
	CHECK(memmap_contains(&map, 0x3000, 0x2000));
	CHECK_EQ(memmap_alloc_high(&map, 0x1001, UINT64_MAX, &at), 0);
	CHECK_EQ(at, 0x3000);
	CHECK_EQ(memmap_total(&map), 0xfff);
	CHECK_EQ(memmap_largest(&map), 0);
	CHECK_EQ(memmap_free(&map, at, 0x1001), 0);
	CHECK_EQ(memmap_largest(&map), 0x2000);
}

/* What is too large becomes neither nothing nor little. */
TEST(memmap_refuses_to_allocate_nothing_or_more_than_there_is)
{
	const uint64_t sizes[] = {UINT64_MAX, UINT64_MAX - 0xfff, UINT64_MAX - 0xffe,
				  0xffffffffff001};
	uint64_t at = 77;

	CHECK_EQ(memmap_add(&map, 0, UINT64_MAX / 4096), 0);
	for (unsigned int i = 0; i < 4; i++) {
		struct memmap_request r = any(sizes[i], 0);

		CHECK_EQ(memmap_alloc(&map, &r, &at), ERR_NO_ROOM);
		CHECK_EQ(memmap_alloc_high(&map, sizes[i], UINT64_MAX, &at), ERR_NO_ROOM);
		CHECK_EQ(memmap_take(&map, 0x1000, sizes[i]), ERR_NO_ROOM);
	}
	CHECK_EQ(memmap_alloc_high(&map, 0, UINT64_MAX, &at), ERR_EMPTY);
	CHECK_EQ(memmap_take(&map, 0x1000, 0), ERR_EMPTY);
	CHECK_EQ(at, 77);
	CHECK_EQ(memmap_total(&map), UINT64_MAX / 4096);
}

TEST(memmap_takes_the_pages_that_are_asked_for)
{
	CHECK_EQ(memmap_add(&map, 0x1800, 0x3800), 0);
	CHECK_EQ(memmap_take(&map, 0x17ff, 1), ERR_NO_ROOM);
	CHECK_EQ(memmap_take(&map, 0x4fff, 2), ERR_NO_ROOM);
	CHECK_EQ(memmap_take(&map, 0x1801, 0x800), 0);
	check_range(0, 0x3000, 0x5000);
	CHECK_EQ(memmap_take(&map, 0x4fff, 1), 0);
	check_range(0, 0x3000, 0x4000);
	CHECK_EQ(map.count, 1);
}

/* -- against a plain model: one byte for each page -----------------------------------------------
 */

#define PAGES 4096
#define PAGE  0x1000ULL

static uint8_t model[PAGES];

static void check_against_model(void)
{
	uint64_t pages = 0;

	CHECK(is_well_formed(&map));
	for (unsigned int i = 0; i < PAGES; i++) {
		pages += model[i];
		if (memmap_contains(&map, i * PAGE, PAGE) != model[i]) {
			CHECK_EQ(memmap_contains(&map, i * PAGE, PAGE), model[i]);
			return;
		}
	}
	CHECK_EQ(memmap_total(&map), pages * PAGE);
}

/* The first page from which a request can be served, searching upwards or downwards; or -1. */
static long model_fit(const struct memmap_request *r)
{
	unsigned int pages = (unsigned int)(r->size / PAGE);

	for (unsigned int n = 0; n + pages <= PAGES; n++) {
		unsigned int at = r->highest ? PAGES - pages - n : n;
		uint64_t base = at * PAGE;

		if (base % r->align || base < r->min || base + r->size > r->max)
			continue;
		if (r->within && base / r->within != (base + r->size - 1) / r->within)
			continue;
		if (memchr(model + at, 0, pages) == NULL)
			return (long)at;
	}
	return -1;
}

static void random_alloc(void)
{
	struct memmap_request r = {
		.size = test_between(1, 40) * PAGE,
		.align = PAGE << test_between(0, 4),
		.min = test_between(0, PAGES / 2) * PAGE,
		.max = test_between(PAGES / 2, PAGES) * PAGE,
		.highest = (int)test_between(0, 1),
		.within = test_between(0, 1) ? PAGE << test_between(4, 7) : 0,
	};
	long expected = model_fit(&r);
	uint64_t at = 0;
	int result = memmap_alloc(&map, &r, &at);

	test_note("size 0x%llx align 0x%llx min 0x%llx max 0x%llx highest %d within 0x%llx",
		  (unsigned long long)r.size, (unsigned long long)r.align,
		  (unsigned long long)r.min, (unsigned long long)r.max, r.highest,
		  (unsigned long long)r.within);
	if (result == ERR_FULL)
		return;
	CHECK_EQ(result, expected < 0 ? ERR_NO_ROOM : 0);
	if (result)
		return;
	CHECK_EQ(at, (uint64_t)expected * PAGE);
	memset(model + at / PAGE, 0, r.size / PAGE);
}

static void random_step(void)
{
	uint64_t base = test_between(0, PAGES - 1), size = test_between(0, 60);
	uint64_t choice = test_between(0, 2);
	int result;

	size = size < PAGES - base ? size : PAGES - base;
	if (choice == 2) {
		random_alloc();
		return;
	}
	result = choice ? memmap_add(&map, base * PAGE, size * PAGE)
			: memmap_remove(&map, base * PAGE, size * PAGE);
	if (!result)
		memset(model + base, (int)choice, size);
	else
		CHECK_EQ(result, ERR_FULL);
}

TEST(memmap_agrees_with_a_plain_model)
{
	for (int round = 0; round < 20; round++) {
		memmap_init(&map);
		memset(model, 0, sizeof(model));
		for (int i = 0; i < 400; i++) {
			random_step();
			check_against_model();
		}
	}
}
