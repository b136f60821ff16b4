/* SPDX-License-Identifier: BSD-2-Clause */
/* include/types.h and include/region.h: no sum, boundary or comparison that wraps around. */
#include "region.h"
#include "test.h"

#define TOP UINT64_MAX

TEST(types_sums_and_differences_end_at_the_ends)
{
	CHECK_EQ(add_capped(1, 2), 3);
	CHECK_EQ(add_capped(TOP - 1, 1), TOP);
	CHECK_EQ(add_capped(TOP, 1), TOP);
	CHECK_EQ(add_capped(1, TOP), TOP);
	CHECK_EQ(add_capped(TOP, TOP), TOP);
	CHECK_EQ(sub_capped(3, 2), 1);
	CHECK_EQ(sub_capped(2, 2), 0);
	CHECK_EQ(sub_capped(2, 3), 0);
	CHECK_EQ(sub_capped(0, TOP), 0);
	CHECK_EQ(min64(2, TOP), 2);
	CHECK_EQ(max64(2, TOP), TOP);
}

TEST(types_boundaries_are_never_before_what_they_bound)
{
	CHECK_EQ(page_up(0), 0);
	CHECK_EQ(page_up(1), PAGE_SIZE);
	CHECK_EQ(page_up(PAGE_SIZE), PAGE_SIZE);
	CHECK_EQ(page_up(TOP - PAGE_SIZE), TOP - PAGE_SIZE + 1);
	CHECK_EQ(page_up(TOP - PAGE_SIZE + 1), TOP - PAGE_SIZE + 1);
	CHECK_EQ(page_up(TOP - PAGE_SIZE + 2), TOP);
	CHECK_EQ(page_up(TOP), TOP);
	CHECK_EQ(page_down(TOP), TOP - PAGE_SIZE + 1);
	CHECK_EQ(align_up(3, 1), 3);
	CHECK_EQ(align_up(3, 1ULL << 63), 1ULL << 63);
	CHECK_EQ(align_up((1ULL << 63) + 1, 1ULL << 63), TOP);
	CHECK_EQ(align_down((1ULL << 63) + 1, 1ULL << 63), 1ULL << 63);
	CHECK(is_power_of_two(1) && is_power_of_two(1ULL << 63));
	CHECK(!is_power_of_two(0) && !is_power_of_two(3) && !is_power_of_two(TOP));
}

TEST(region_ends_at_the_last_address_at_the_latest)
{
	const struct region plain = {0x1000, 0x1000}, last = {TOP - 0xfff, 0x1000},
			    behind = {TOP - 0xfff, 0x1001};

	CHECK_EQ(region_end(&plain), 0x2000);
	CHECK_EQ(region_end(&last), TOP);
	CHECK_EQ(region_end(&behind), TOP);
	CHECK(!region_wraps(&plain) && !region_wraps(&last) && region_wraps(&behind));
	CHECK(!region_wraps(&(struct region) {TOP, 0}));
}

TEST(region_pages_are_all_that_it_touches)
{
	struct region pages = region_pages(&(struct region) {0x1fff, 2});

	CHECK_EQ(pages.base, 0x1000);
	CHECK_EQ(pages.size, 0x2000);
	pages = region_pages(&(struct region) {0x1001, TOP});
	CHECK_EQ(pages.base, 0x1000);
	CHECK_EQ(pages.size, TOP - 0x1000);
}

TEST(region_says_what_is_in_it)
{
	const struct region r = {0x1000, 0x1000};

	CHECK(in_range(0x1000, 0x1000, &r));
	CHECK(in_range(0x1fff, 1, &r));
	CHECK(in_range(0x2000, 0, &r) && !in_range(0x2001, 0, &r));
	CHECK(!in_range(0xfff, 1, &r) && !in_range(0xfff, 2, &r));
	CHECK(!in_range(0x1000, 0x1001, &r));
	CHECK(!in_range(0x1fff, 2, &r) && !in_range(0x2000, 1, &r));
	CHECK(!in_range(0x1800, TOP, &r) && !in_range(0x1800, TOP - 0x17ff, &r));
	CHECK(!in_range(TOP, TOP, &r));
	CHECK(fits_in(0, TOP, TOP) && !fits_in(1, TOP, TOP) && !fits_in(TOP, 1, TOP));
}

/* Two small ranges at either end of the address space, against each other's single addresses. */
static bool share(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
	for (uint64_t i = 0; i < a_size && (i == 0 || a + i); i++)
		for (uint64_t j = 0; j < b_size && (j == 0 || b + j); j++)
			if (a + i == b + j)
				return true;
	return false;
}

TEST(region_overlaps_as_its_addresses_do)
{
	const uint64_t start[] = {0, 1, 2, 5, TOP - 5, TOP - 2, TOP - 1, TOP};

	for (unsigned int i = 0; i < 8; i++)
		for (unsigned int j = 0; j < 8; j++)
			for (uint64_t a = 0; a < 6; a++)
				for (uint64_t b = 0; b < 6; b++) {
					const struct region r = {start[j], b};

					test_note("[%u]+%u [%u]+%u", i, (unsigned int)a, j,
						  (unsigned int)b);
					CHECK_EQ(overlaps(start[i], a, &r),
						 share(start[i], a, start[j], b));
				}
	CHECK(overlaps(0, TOP, &(struct region) {TOP - 1, TOP}));
	CHECK(!overlaps(0, 1, &(struct region) {1, TOP}));
}
