/* SPDX-License-Identifier: BSD-2-Clause */
/* The EFI environment's memory map, against a plain array with a type for each page. */
#include <string.h>
#include "error.h"
#include "lib/efi/pages.h"
#include "test.h"

#define PAGES 200
#define NONE  0xffffU

static struct efi_pages pages;
static uint32_t plain[PAGES];

static uint64_t at(uint64_t page)
{
	return page * PAGE_SIZE;
}

/* Sorted, without overlaps, without neighbours of one type; and the same as the array. */
static bool check_map(void)
{
	bool right = true;

	for (unsigned int i = 0; i < pages.count; i++) {
		const struct efi_pages_range *r = &pages.range[i];

		right &= r->base < r->end;
		if (i)
			right &= r[-1].end < r->base ||
				 (r[-1].end == r->base && r[-1].type != r->type);
	}
	for (unsigned int page = 0; page < PAGES; page++) {
		const struct efi_pages_range *r = efi_pages_at(&pages, at(page) + 5);

		right &= plain[page] == NONE ? !r : r && r->type == plain[page];
	}
	return right;
}

static int set(uint64_t first, uint64_t behind, uint32_t type)
{
	for (uint64_t page = first; page < behind; page++)
		plain[page] = type;
	return efi_pages_set(&pages, at(first), at(behind), type);
}

static void start(void)
{
	efi_pages_init(&pages);
	for (unsigned int page = 0; page < PAGES; page++)
		plain[page] = NONE;
}

TEST(efi_pages_any_order)
{
	for (int round = 0; round < 300; round++) {
		start();
		for (int i = 0; i < 60; i++) {
			uint64_t first = test_between(0, PAGES - 1);
			uint64_t behind = test_between(first + 1, PAGES);

			REQUIRE(CHECK_EQ(set(first, behind, (uint32_t)test_between(0, 4)), 0));
			REQUIRE(CHECK(check_map()));
		}
	}
}

TEST(efi_pages_key)
{
	uint64_t key;

	start();
	key = pages.key;
	CHECK_EQ(set(1, 3, EFI_CONVENTIONAL), 0);
	CHECK(pages.key != key);
	key = pages.key;
	CHECK_EQ(efi_pages_set(&pages, at(1) + 1, at(3), 0), ERR_ADDRESS);
	CHECK_EQ(efi_pages_set(&pages, at(3), at(3), 0), ERR_ADDRESS);
	CHECK_EQ(efi_pages_set(&pages, at(4), at(3), 0), ERR_ADDRESS);
	CHECK_EQ(pages.key, key);
}

/* What is full stays as it is, and what makes it no larger goes on. */
TEST(efi_pages_full)
{
	start();
	for (uint64_t i = 0; i < EFI_PAGES_MAX; i++)
		REQUIRE(CHECK_EQ(efi_pages_set(&pages, at(2 * i), at(2 * i + 1), 1), 0));
	CHECK_EQ(efi_pages_set(&pages, at(2 * EFI_PAGES_MAX), at(2 * EFI_PAGES_MAX + 1), 1),
		 ERR_FULL);
	CHECK_EQ(pages.count, EFI_PAGES_MAX);
	CHECK_EQ(efi_pages_set(&pages, at(1), at(2), 1), 0);
	CHECK_EQ(pages.count, EFI_PAGES_MAX - 1);
}

TEST(efi_pages_places)
{
	uint64_t base = 0;

	start();
	set(10, 20, EFI_CONVENTIONAL);
	set(20, 30, EFI_LOADER_DATA);
	set(40, 50, EFI_CONVENTIONAL);
	CHECK(efi_pages_free(&pages, at(12), at(8)));
	CHECK(!efi_pages_free(&pages, at(12), at(9)));
	CHECK(!efi_pages_free(&pages, at(25), at(1)));
	CHECK(!efi_pages_free(&pages, at(35), at(1)));
	CHECK(!efi_pages_free(&pages, at(12), UINT64_MAX));
	CHECK_EQ(efi_pages_find(&pages, at(3), PAGE_SIZE, UINT64_MAX, &base), 0);
	CHECK_EQ(base, at(47));
	CHECK_EQ(efi_pages_find(&pages, at(3), 8 * PAGE_SIZE, UINT64_MAX, &base), 0);
	CHECK_EQ(base, at(40));
	CHECK_EQ(efi_pages_find(&pages, at(3), PAGE_SIZE, at(42), &base), 0);
	CHECK_EQ(base, at(17));
	CHECK_EQ(efi_pages_find(&pages, at(10), PAGE_SIZE, at(49), &base), 0);
	CHECK_EQ(base, at(10));
	CHECK_EQ(efi_pages_find(&pages, at(11), PAGE_SIZE, UINT64_MAX, &base), ERR_NO_ROOM);
	CHECK_EQ(efi_pages_find(&pages, at(1), PAGE_SIZE, at(10), &base), ERR_NO_ROOM);
}

TEST(efi_pages_told)
{
	CHECK_EQ(efi_pages_attributes(EFI_CONVENTIONAL), EFI_MEMORY_WB);
	CHECK_EQ(efi_pages_attributes(EFI_BOOT_DATA | EFI_PAGES_OWN), EFI_MEMORY_WB);
	CHECK_EQ(efi_pages_attributes(EFI_RUNTIME_DATA), EFI_MEMORY_WB | EFI_MEMORY_RUNTIME);
	CHECK_EQ(efi_pages_attributes(EFI_RUNTIME_CODE | EFI_PAGES_OWN),
		 EFI_MEMORY_WB | EFI_MEMORY_RUNTIME);
	CHECK_EQ(efi_pages_attributes(EFI_MMIO | EFI_PAGES_OWN),
		 EFI_MEMORY_UC | EFI_MEMORY_RUNTIME);
}
