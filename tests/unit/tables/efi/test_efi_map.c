/* SPDX-License-Identifier: BSD-2-Clause */
/* The EFI memory map: by example, and against one that is made page by page. */
#include "efi_guest.h"
#include "error.h"
#include "test.h"

/* -- memory map
 * --------------------------------------------------------------------------------------- */

static void check_entry(uint32_t i, enum efi_memory_type type, uint64_t base, uint64_t end)
{
	test_note("entry %u", i);
	CHECK_EQ(efi_get(efi_entry(i), 4), type);
	CHECK_EQ(efi_base(i), base);
	CHECK_EQ(efi_end(i), end);
}

/* Runtime memory has to be mapped, at its own address; device registers are not cached. */
static void check_attribute(const uint8_t *entry)
{
	uint64_t type = efi_get(entry, 4), base = efi_get(entry + 8, 8);
	bool runtime = type == EFI_RUNTIME_CODE || type == EFI_MMIO;

	CHECK_EQ(efi_get(entry + 16, 8), runtime ? base : 0);
	CHECK_EQ(efi_get(entry + 32, 8), (type == EFI_MMIO ? 1 : 8) | (uint64_t)runtime << 63);
}

/* What every map must be like. */
static void check_form(void)
{
	for (uint32_t i = 0; i < efi_entries(); i++) {
		check_attribute(efi_entry(i));
		CHECK_EQ(efi_base(i) % PAGE, 0);
		CHECK(efi_end(i) > efi_base(i));
		if (!i)
			continue;
		CHECK(efi_base(i) >= efi_end(i - 1));
		CHECK(efi_base(i) > efi_end(i - 1) ||
		      efi_get(efi_entry(i), 4) != efi_get(efi_entry(i - 1), 4));
	}
}

TEST(efi_map_of_ram_alone)
{
	efi_add(0x40000000, GIB, EFI_CONVENTIONAL);
	CHECK_EQ(efi_build(), 0);
	check_form();
	REQUIRE(CHECK_EQ(efi_entries(), 1));
	check_entry(0, EFI_CONVENTIONAL, 0x40000000, 0x80000000);
}

TEST(efi_map_of_a_usual_machine)
{
	efi_add(0x4b000000, 0x2345, EFI_RESERVED);
	efi_add(0x7f000000, 0x2100, EFI_ACPI_RECLAIM);
	efi_add(0x7f002100, 0xf0, EFI_ACPI_RECLAIM);
	efi_add(0x40000000, GIB, EFI_CONVENTIONAL);
	efi_add(0x100000000, 4 * GIB, EFI_CONVENTIONAL);
	CHECK_EQ(efi_build(), 0);
	check_form();
	REQUIRE(CHECK_EQ(efi_entries(), 6));
	check_entry(0, EFI_CONVENTIONAL, 0x40000000, 0x4b000000);
	check_entry(1, EFI_RESERVED, 0x4b000000, 0x4b010000);
	check_entry(2, EFI_CONVENTIONAL, 0x4b010000, 0x7f000000);
	check_entry(3, EFI_ACPI_RECLAIM, 0x7f000000, 0x7f010000);
	check_entry(4, EFI_CONVENTIONAL, 0x7f010000, 0x80000000);
	check_entry(5, EFI_CONVENTIONAL, 0x100000000, 0x200000000);
}

TEST(efi_map_merges_banks)
{
	efi_add(0x80000000, GIB, EFI_CONVENTIONAL);
	efi_add(0xb0000000, GIB, EFI_CONVENTIONAL);
	efi_add(0x40000000, GIB, EFI_CONVENTIONAL);
	efi_add(0x41000000, MIB, EFI_CONVENTIONAL);
	CHECK_EQ(efi_build(), 0);
	check_form();
	REQUIRE(CHECK_EQ(efi_entries(), 1));
	check_entry(0, EFI_CONVENTIONAL, 0x40000000, 0xf0000000);
}

/* NUMA nodes may meet amid a granule, and a kernel lie across. */
TEST(efi_map_joins_banks_that_meet_amid_a_granule)
{
	efi_add(0x40000000, 0x2001000, EFI_CONVENTIONAL);
	efi_add(0x42001000, 0x3000, EFI_CONVENTIONAL);
	efi_add(0x42004000, 0x1000000, EFI_CONVENTIONAL);
	efi_add(0x43004000, 0x8000, EFI_CONVENTIONAL); /* no further */
	CHECK_EQ(efi_build(), 0);
	check_form();
	REQUIRE(CHECK_EQ(efi_entries(), 2));
	check_entry(0, EFI_CONVENTIONAL, 0x40000000, 0x43000000);
	check_entry(1, EFI_RESERVED, 0x43000000, 0x4300c000);
}

TEST(efi_map_keeps_reserved_devices_out)
{
	efi_add(0x09000000, 0x1000, EFI_RESERVED);
	efi_add(0x3fff0000, 0x20000, EFI_RESERVED);
	efi_add(0x40000000, MIB, EFI_CONVENTIONAL);
	CHECK_EQ(efi_build(), 0);
	REQUIRE(CHECK_EQ(efi_entries(), 2));
	check_entry(0, EFI_RESERVED, 0x40000000, 0x40010000);
	check_entry(1, EFI_CONVENTIONAL, 0x40010000, 0x40100000);
}

/* Xen's tables lie outside of what its tree calls RAM. */
TEST(efi_map_has_tables_outside_of_ram)
{
	efi_add(0x20000123, 0x2000, EFI_ACPI_RECLAIM);
	efi_add(0x40000000, MIB, EFI_CONVENTIONAL);
	CHECK_EQ(efi_build(), 0);
	check_form();
	REQUIRE(CHECK_EQ(efi_entries(), 2));
	check_entry(0, EFI_ACPI_RECLAIM, 0x20000000, 0x20003000);
	check_entry(1, EFI_CONVENTIONAL, 0x40000000, 0x40100000);
}

TEST(efi_map_keeps_pages)
{
	efi_add(0x40018000, 0x1000, EFI_RESERVED);
	efi_add(0x40010000, 0x18000, EFI_ACPI_RECLAIM);
	efi_add(0x40000000, MIB, EFI_CONVENTIONAL);
	CHECK_EQ(efi_build(), 0);
	check_form();
	REQUIRE(CHECK_EQ(efi_entries(), 5));
	check_entry(0, EFI_CONVENTIONAL, 0x40000000, 0x40010000);
	check_entry(1, EFI_ACPI_RECLAIM, 0x40010000, 0x40018000);
	check_entry(2, EFI_RESERVED, 0x40018000, 0x40019000);
	check_entry(3, EFI_ACPI_RECLAIM, 0x40019000, 0x40030000);
	check_entry(4, EFI_CONVENTIONAL, 0x40030000, 0x40100000);
}

/* A page, and what is left of a granule, is the first's. */
TEST(efi_map_prefers_the_first)
{
	efi_add(0x40015800, 0x1000, EFI_ACPI_NVS);
	efi_add(0x40013000, 0x3000, EFI_RESERVED);
	efi_add(0x40016800, 0x1000, EFI_ACPI_RECLAIM);
	efi_add(0x40000000, MIB, EFI_CONVENTIONAL);
	CHECK_EQ(efi_build(), 0);
	check_form();
	REQUIRE(CHECK_EQ(efi_entries(), 7));
	check_entry(1, EFI_ACPI_NVS, 0x40010000, 0x40013000);
	check_entry(2, EFI_RESERVED, 0x40013000, 0x40015000);
	check_entry(3, EFI_ACPI_NVS, 0x40015000, 0x40017000);
	check_entry(4, EFI_ACPI_RECLAIM, 0x40017000, 0x40018000);
	check_entry(5, EFI_ACPI_NVS, 0x40018000, 0x40020000);
}

/* What forearm leaves in an ACPI guest: one granule, where there is not much. */
TEST(efi_map_with_runtime_services)
{
	efi_add(0x7ff92000, 0x4321, EFI_ACPI_RECLAIM);
	efi_add(0x40000000, GIB, EFI_CONVENTIONAL);
	efi_add_runtime(0x7ff90000, 0x09010000);
	CHECK_EQ(efi_build(), 0);
	check_form();
	REQUIRE(CHECK_EQ(efi_entries(), 5));
	check_entry(0, EFI_MMIO, 0x09010000, 0x09011000);
	check_entry(1, EFI_CONVENTIONAL, 0x40000000, 0x7ff90000);
	check_entry(2, EFI_RUNTIME_CODE, 0x7ff90000, 0x7ff92000);
	check_entry(3, EFI_ACPI_RECLAIM, 0x7ff92000, 0x7ffa0000);
	check_entry(4, EFI_CONVENTIONAL, 0x7ffa0000, 0x80000000);
}

/* Nothing but runtime services is for runtime, nor may the guest use what is left around them. */
TEST(efi_map_with_runtime_services_alone)
{
	efi_add(0x40000000, MIB, EFI_CONVENTIONAL);
	efi_add_runtime(0x40010000, 0);
	CHECK_EQ(efi_build(), 0);
	check_form();
	REQUIRE(CHECK_EQ(efi_entries(), 4));
	check_entry(1, EFI_RUNTIME_CODE, 0x40010000, 0x40012000);
	check_entry(2, EFI_ACPI_RECLAIM, 0x40012000, 0x40020000);
	check_entry(3, EFI_CONVENTIONAL, 0x40020000, 0x40100000);
}

TEST(efi_map_gives_runtime_services_their_pages)
{
	efi_add(0x40000000, 0x40000, EFI_RESERVED);
	efi_add(0x09000000, 0x20000, EFI_RESERVED);
	efi_add(0x40000000, MIB, EFI_CONVENTIONAL);
	efi_add_runtime(0x40010000, 0x09010040);
	CHECK_EQ(efi_build(), 0);
	check_form();
	REQUIRE(CHECK_EQ(efi_entries(), 5));
	check_entry(0, EFI_MMIO, 0x09010000, 0x09011000);
	check_entry(1, EFI_RESERVED, 0x40000000, 0x40010000);
	check_entry(2, EFI_RUNTIME_CODE, 0x40010000, 0x40012000);
	check_entry(3, EFI_RESERVED, 0x40012000, 0x40040000);
}

/* Kernels with pages of 64 KiB take what is around a partial one for RAM. */
TEST(efi_map_reserves_granules_that_are_not_whole)
{
	efi_add(0x4000f000, 0x10000, EFI_CONVENTIONAL);
	efi_add(0x80003000, 0x5a000, EFI_CONVENTIONAL);
	efi_add(0x90000801, 0x100000, EFI_CONVENTIONAL);
	CHECK_EQ(efi_build(), 0);
	check_form();
	REQUIRE(CHECK_EQ(efi_entries(), 6));
	check_entry(0, EFI_RESERVED, 0x4000f000, 0x4001f000);
	check_entry(1, EFI_RESERVED, 0x80003000, 0x80010000);
	check_entry(2, EFI_CONVENTIONAL, 0x80010000, 0x80050000);
	check_entry(3, EFI_RESERVED, 0x80050000, 0x8005d000);
	check_entry(4, EFI_RESERVED, 0x90001000, 0x90010000);
	check_entry(5, EFI_CONVENTIONAL, 0x90010000, 0x90100000);
}

TEST(efi_map_ignores_what_is_empty)
{
	efi_add(0x40012345, 0, EFI_RESERVED);
	efi_add(0x40000000, MIB, EFI_CONVENTIONAL);
	efi_add(0x50000000, 0, EFI_CONVENTIONAL);
	efi_add(0x60000000, 0, EFI_ACPI_RECLAIM);
	efi_add(0x70000100, 0x800, EFI_CONVENTIONAL);
	CHECK_EQ(efi_build(), 0);
	REQUIRE(CHECK_EQ(efi_entries(), 1));
	check_entry(0, EFI_CONVENTIONAL, 0x40000000, 0x40100000);
	efi_request.ranges = 0;
	CHECK_EQ(efi_build(), 0);
	CHECK_EQ(efi_entries(), 0);
}

TEST(efi_map_ends_before_the_address_space_does)
{
	efi_add(0xffffffffffe00000, 0x200000, EFI_CONVENTIONAL); /* to the very end */
	efi_add(0xffffffffffd00000, UINT64_MAX, EFI_RESERVED);	 /* and beyond */
	efi_add(UINT64_MAX, UINT64_MAX, EFI_ACPI_RECLAIM);
	efi_add(UINT64_MAX - 0xfff, 0x1000, EFI_CONVENTIONAL);
	efi_add(0, 0x20000, EFI_CONVENTIONAL);
	CHECK_EQ(efi_build(), 0);
	check_form();
	REQUIRE(CHECK_EQ(efi_entries(), 2));
	check_entry(0, EFI_CONVENTIONAL, 0, 0x20000);
	check_entry(1, EFI_RESERVED, 0xffffffffffe00000, 0xffffffffffff0000);
}

/* -- the map against one made page by page
 * ------------------------------------------------------------- */

#define WORLD	 256 /* pages, from WORLD_AT on */
#define WORLD_AT 0x80000000ULL

#define NOTHING (-1)

static bool has_whole(const struct efi_range *r, uint64_t base, uint64_t size)
{
	return r->size && r->base <= base && base + size <= r->base + r->size;
}

static bool touches(const struct efi_range *r, uint64_t base, uint64_t size)
{
	return r->size && r->base < base + size && base < r->base + r->size;
}

static bool is_clocks(uint64_t page)
{
	uint64_t rtc = efi_request.runtime.rtc;

	return rtc && rtc / PAGE == page / PAGE;
}

static bool is_services(uint64_t at, uint64_t size)
{
	const struct efi_runtime *r = &efi_request.runtime;
	struct efi_range services = {r->base, r->code_size + r->data_size, EFI_RUNTIME_CODE};

	return touches(&services, at, size);
}

/* Of the ranges alone: the first that is not RAM and touches this. */
static int first(uint64_t at, uint64_t size)
{
	for (unsigned int i = 0; i < efi_request.ranges; i++)
		if (efi_request.range[i].type != EFI_CONVENTIONAL &&
		    touches(&efi_request.range[i], at, size))
			return (int)efi_request.range[i].type;
	return NOTHING;
}

static bool is_memory(uint64_t page)
{
	for (unsigned int i = 0; i < efi_request.ranges; i++) {
		const struct efi_range *r = &efi_request.range[i];

		if (r->type == EFI_CONVENTIONAL && has_whole(r, page, PAGE))
			return true;
		if (r->type != EFI_CONVENTIONAL && r->type != EFI_RESERVED &&
		    touches(r, page, PAGE))
			return true;
	}
	return false;
}

static bool is_ram(uint64_t page)
{
	for (unsigned int i = 0; i < efi_request.ranges; i++)
		if (efi_request.range[i].type == EFI_CONVENTIONAL &&
		    has_whole(&efi_request.range[i], page, PAGE))
			return true;
	return false;
}

static bool is_whole(uint64_t granule)
{
	for (uint64_t page = granule; page < granule + GRANULE; page += PAGE)
		if (!is_ram(page))
			return false;
	return true;
}

static bool has_clock(uint64_t granule)
{
	return efi_request.runtime.rtc && efi_request.runtime.rtc / GRANULE == granule / GRANULE;
}

static int expected(uint64_t page)
{
	uint64_t granule = page / GRANULE * GRANULE;

	if (is_services(page, PAGE))
		return EFI_RUNTIME_CODE;
	if (is_clocks(page))
		return EFI_MMIO;
	if (!is_memory(page))
		return NOTHING;
	if (first(page, PAGE) != NOTHING)
		return first(page, PAGE);
	if (first(granule, GRANULE) != NOTHING)
		return first(granule, GRANULE);
	if (is_services(granule, GRANULE) || has_clock(granule))
		return EFI_ACPI_RECLAIM;
	return is_whole(granule) ? EFI_CONVENTIONAL : EFI_RESERVED;
}

static int found(uint64_t page)
{
	for (uint32_t i = 0; i < efi_entries(); i++)
		if (page >= efi_base(i) && page < efi_end(i))
			return (int)efi_get(efi_entry(i), 4);
	return NOTHING;
}

static void random_range(enum efi_memory_type type)
{
	uint64_t unit = test_between(0, 2) ? PAGE : test_between(0, 1) ? GRANULE : 123;
	uint64_t span = WORLD * PAGE / unit;
	uint64_t first = test_between(0, span - 1), last = test_between(first, span);

	if (type != EFI_CONVENTIONAL && last - first > 40)
		last = first + test_between(0, 40);
	efi_add(WORLD_AT + first * unit, (last - first) * unit, type);
}

static void random_world(void)
{
	static const enum efi_memory_type special[] = {EFI_RESERVED, EFI_ACPI_RECLAIM,
						       EFI_LOADER_DATA, EFI_ACPI_NVS};

	efi_request.ranges = 0;
	efi_request.runtime = (struct efi_runtime) {.code_size = 0};
	if (test_between(0, 2))
		efi_add_runtime(WORLD_AT + GRANULE * test_between(0, WORLD / 16 - 1),
				test_between(0, 1) ? WORLD_AT + test_random() % (WORLD * PAGE) : 0);
	for (uint64_t n = test_between(0, 9); n--;) {
		if (test_between(0, 2) == 0)
			random_range(EFI_CONVENTIONAL);
		else
			random_range(special[test_between(0, 3)]);
	}
	random_range(EFI_CONVENTIONAL);
}

TEST(efi_map_is_right_page_by_page)
{
	for (int i = 0; i < 1500; i++) {
		uint64_t pages = 0;

		random_world();
		test_note("world %d", i);
		REQUIRE(CHECK_EQ(efi_build(), 0));
		check_form();
		for (uint64_t p = 0; p < WORLD; p++) {
			int type = expected(WORLD_AT + p * PAGE);

			pages += type != NOTHING;
			REQUIRE(CHECK_EQ(found(WORLD_AT + p * PAGE), type));
		}
		for (uint32_t j = 0; j < efi_entries(); j++)
			pages -= efi_get(efi_entry(j) + 24, 8);
		CHECK_EQ(pages, 0); /* nor is there any elsewhere */
	}
}

/* For pages of 64 KiB: free memory never shares a granule with anything. */
TEST(efi_map_has_nothing_else_in_granules_of_free_memory)
{
	for (int i = 0; i < 1500; i++) {
		random_world();
		test_note("world %d", i);
		REQUIRE(CHECK_EQ(efi_build(), 0));
		for (uint32_t j = 0; j < efi_entries(); j++) {
			if (efi_get(efi_entry(j), 4) != EFI_CONVENTIONAL)
				continue;
			CHECK_EQ(efi_base(j) % GRANULE, 0);
			CHECK_EQ(efi_end(j) % GRANULE, 0);
		}
	}
}

/* Linux warns of runtime memory that does not start on one of its pages. */
TEST(efi_map_has_runtime_services_in_one_piece)
{
	for (int i = 0; i < 1500; i++) {
		unsigned int pieces = 0;

		random_world();
		REQUIRE(CHECK_EQ(efi_build(), 0));
		for (uint32_t j = 0; j < efi_entries(); j++) {
			if (efi_get(efi_entry(j), 4) != EFI_RUNTIME_CODE)
				continue;
			CHECK_EQ(efi_base(j), efi_request.runtime.base);
			CHECK_EQ(efi_end(j), efi_request.runtime.base + 2 * PAGE);
			pieces++;
		}
		CHECK_EQ(pieces, efi_request.runtime.code_size ? 1 : 0);
	}
}

/* -- room
 * ---------------------------------------------------------------------------------------------- */

TEST(efi_says_when_there_is_too_little_room)
{
	bool fitted = false;
	size_t needed = 0;

	efi_add(0x41000000, MIB, EFI_RESERVED);
	efi_add(0x42000000, MIB, EFI_ACPI_RECLAIM);
	efi_add(0x40000000, GIB, EFI_CONVENTIONAL);
	for (efi_room = 1; efi_room < 1600; efi_room++) {
		int result = efi_build();

		test_note("%zu bytes of room", efi_room);
		CHECK(result == 0 || (result == ERR_FULL && !fitted));
		if (!result && !fitted)
			needed = efi_handoff.map + efi_handoff.map_size - ADDRESS;
		fitted |= !result;
		CHECK(!fitted || efi_room >= needed);
	}
	CHECK(fitted);
	CHECK_EQ(efi_entries(), 5);
}

TEST(efi_fits_into_the_room_that_its_header_tells)
{
	for (int i = 0; i < 300; i++) {
		random_world();
		efi_room = EFI_TABLES_ROOM(efi_request.ranges);
		CHECK_EQ(efi_build(), 0);
		CHECK(efi_handoff.map + efi_handoff.map_size <= ADDRESS + efi_room);
	}
}
