/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The EFI tables, read as a kernel does: from the address of the system table on, by the UEFI
 * Specification 2.10 and Linux's drivers/firmware/efi. The memory map is compared with one that is
 * made page by page.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "efi_tables.h"
#include "error.h"
#include "test.h"

#define ADDRESS 0x17f000000
#define KIB	1024ULL
#define MIB	(1024 * KIB)
#define GIB	(1024 * MIB)
#define PAGE	(4 * KIB)
#define GRANULE (64 * KIB)
#define RANGES	40

static uint8_t *buffer;
static size_t room = 0x8000;
static struct efi_range range[RANGES];
static struct efi_request request = {.revision = 0x00010002, .rsdp = 0x7f001000, .range = range};
static struct efi_handoff handoff;

static int build(void)
{
	free(buffer);
	buffer = malloc(room);
	memset(buffer, 0xa5, room);
	memset(&handoff, 0xa5, sizeof(handoff));
	return efi_tables_build(&request, buffer, room, ADDRESS, &handoff);
}

static void add(uint64_t base, uint64_t size, enum efi_memory_type type)
{
	range[request.ranges++] = (struct efi_range) {base, size, type};
}

/* What the guest sees at an address in the buffer. */
static const uint8_t *at(uint64_t address, size_t size)
{
	if (address < ADDRESS || address - ADDRESS > room || room - (address - ADDRESS) < size) {
		fprintf(stderr, "0x%llx is not in the buffer\n", (unsigned long long)address);
		abort();
	}
	return buffer + (address - ADDRESS);
}

static uint64_t get(const uint8_t *from, int size)
{
	uint64_t value = 0;

	while (size-- > 0)
		value = value << 8 | from[size];
	return value;
}

/* -- system table
 * ------------------------------------------------------------------------------------- */

/* CRC-32 of IEEE 802.3, bit by bit; four bytes from 'hole' on count as zero. */
static uint32_t crc(const uint8_t *data, size_t size, size_t hole)
{
	uint32_t value = UINT32_MAX;

	for (size_t i = 0; i < size; i++) {
		value ^= i >= hole && i < hole + 4 ? 0 : data[i];
		for (int bit = 0; bit < 8; bit++)
			value = value & 1 ? value >> 1 ^ 0xedb88320 : value >> 1;
	}
	return ~value;
}

static void check_vendor(uint64_t address)
{
	static const char vendor[] = "forearm";

	for (size_t i = 0; i < sizeof(vendor); i++)
		CHECK_EQ(get(at(address + 2 * i, 2), 2), vendor[i]);
}

TEST(efi_system_table)
{
	const uint8_t *system;

	add(0x40000000, GIB, EFI_CONVENTIONAL);
	CHECK_EQ(build(), 0);
	system = at(handoff.system_table, 120);
	CHECK_BYTES(system, "IBI SYST", 8);
	CHECK_EQ(get(system + 8, 4), 0x00020046); /* 2.70 */
	CHECK_EQ(get(system + 12, 4), 120);
	CHECK_EQ(get(system + 16, 4), crc(system, 120, 16));
	CHECK_EQ(get(system + 20, 4), 0);
	check_vendor(get(system + 24, 8));
	CHECK_EQ(get(system + 32, 8), 0x00010002);
	for (int i = 40; i < 104; i += 8) /* consoles, runtime services, boot services */
		CHECK_EQ(get(system + i, 8), 0);
	CHECK_EQ(handoff.system_table % 8, 0);
}

/* A GUID as text in its 16 bytes: 4.2 of the specification, the first three fields little-endian.
 */
static void guid(const char *text, uint8_t *to)
{
	static const uint8_t order[] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};

	for (int i = 0; i < 16; i++, text += 2) {
		unsigned int byte;

		text += *text == '-';
		sscanf(text, "%2x", &byte);
		to[order[i]] = (uint8_t)byte;
	}
}

/* The table with that GUID; 0 when it is missing. */
static uint64_t find(const char *text)
{
	const uint8_t *system = at(handoff.system_table, 120);
	uint64_t count = get(system + 104, 8), tables = get(system + 112, 8), found = 0;
	uint8_t wanted[16];

	guid(text, wanted);
	for (uint64_t i = 0; i < count; i++) {
		const uint8_t *entry = at(tables + 24 * i, 24);

		if (memcmp(entry, wanted, 16) == 0) {
			CHECK_EQ(found, 0);
			found = get(entry + 16, 8);
		}
	}
	return found;
}

static uint64_t count(void)
{
	return get(at(handoff.system_table, 120) + 104, 8);
}

#define ACPI_20	      "8868e871-e4f1-11d3-bc22-0080c73c8881"
#define SMBIOS3	      "f2fd1544-9794-4a2c-992e-e5bbcf20e394"
#define RT_PROPERTIES "eb66918a-7eef-402a-842e-931d21c38ae9"
#define MEMRESERVE    "888eb0c6-8ede-4ff5-a8f0-9aee5cb977c2"
#define INITRD	      "5568e427-68fc-4f3d-ac74-ca555231cc68"
#define RANDOM_SEED   "1ce1e5bc-7ceb-42f2-81e5-8aadf180f57b"

static void check_rt_properties(void)
{
	const uint8_t *properties = at(find(RT_PROPERTIES), 8);

	CHECK_EQ(get(properties, 2), 1);
	CHECK_EQ(get(properties + 2, 2), 8);
	CHECK_EQ(get(properties + 4, 4), 0);
}

static void check_memreserve(void)
{
	static const uint8_t zero[24];
	uint64_t address = find(MEMRESERVE);

	CHECK_EQ(address % 8, 0);
	CHECK_BYTES(at(address, 24), zero, 24);
	CHECK_EQ(address / PAGE, (address + 23) / PAGE); /* Linux maps one page of it */
}

TEST(efi_configuration_tables_that_are_always_there)
{
	add(0x40000000, GIB, EFI_CONVENTIONAL);
	CHECK_EQ(build(), 0);
	CHECK_EQ(count(), 3);
	CHECK_EQ(find(ACPI_20), 0x7f001000);
	check_rt_properties();
	check_memreserve();
	CHECK_EQ(find(SMBIOS3), 0);
	CHECK_EQ(find(INITRD), 0);
	CHECK_EQ(find(RANDOM_SEED), 0);
}

static const char seed[LINUX_EFI_SEED_MAX + 1] =
	"a seed of sixty-four bytes, which is as much as the table holds.";

TEST(efi_configuration_tables_on_request)
{
	add(0x40000000, GIB, EFI_CONVENTIONAL);
	request.smbios3 = 0x7f002000;
	request.initrd = 0x148000000;
	request.initrd_size = 0x1234567;
	request.seed = seed;
	request.seed_size = 64;
	CHECK_EQ(build(), 0);
	CHECK_EQ(count(), 6);
	CHECK_EQ(find(ACPI_20), 0x7f001000);
	CHECK_EQ(find(SMBIOS3), 0x7f002000);
	check_rt_properties();
	check_memreserve();
	CHECK_EQ(get(at(find(INITRD), 16), 8), 0x148000000);
	CHECK_EQ(get(at(find(INITRD), 16) + 8, 8), 0x1234567);
	CHECK_EQ(get(at(find(RANDOM_SEED), 68), 4), 64);
	CHECK_BYTES(at(find(RANDOM_SEED), 68) + 4, seed, 64);
}

TEST(efi_takes_short_seeds_and_refuses_long_ones)
{
	add(0x40000000, GIB, EFI_CONVENTIONAL);
	request.seed = seed;
	request.seed_size = 16;
	CHECK_EQ(build(), 0);
	CHECK_EQ(get(at(find(RANDOM_SEED), 68), 4), 16);
	CHECK_BYTES(at(find(RANDOM_SEED), 68) + 4, seed, 16);
	request.seed_size = 65;
	CHECK_EQ(build(), ERR_TOO_LONG);
	request.seed_size = UINT32_MAX;
	CHECK_EQ(build(), ERR_TOO_LONG);
}

/* Nothing in the buffer that is handed over may lie on top of another. */
TEST(efi_tables_lie_apart)
{
	uint64_t start[10], size[10] = {120, 24 * 6, 16, 8, 24, 16, 68};

	add(0x40000000, GIB, EFI_CONVENTIONAL);
	request.initrd_size = 1;
	request.seed = seed;
	request.seed_size = 64;
	request.smbios3 = 1;
	CHECK_EQ(build(), 0);
	start[0] = handoff.system_table;
	start[1] = get(at(start[0], 120) + 112, 8);
	start[2] = get(at(start[0], 120) + 24, 8);
	start[3] = find(RT_PROPERTIES);
	start[4] = find(MEMRESERVE);
	start[5] = find(INITRD);
	start[6] = find(RANDOM_SEED);
	start[7] = handoff.map;
	size[7] = handoff.map_size;
	for (int i = 0; i < 8; i++)
		for (int j = 0; j < i; j++)
			CHECK(start[i] + size[i] <= start[j] || start[j] + size[j] <= start[i]);
}

/* -- memory map
 * --------------------------------------------------------------------------------------- */

static uint32_t entries(void)
{
	CHECK_EQ(handoff.descriptor_version, 1);
	CHECK_EQ(handoff.descriptor_size, 48);
	CHECK_EQ(handoff.map % 8, 0);
	CHECK_EQ(handoff.map_size % 48, 0);
	return handoff.map_size / 48;
}

static const uint8_t *entry(uint32_t i)
{
	return at(handoff.map + 48 * (uint64_t)i, 48);
}

static uint64_t base_of(uint32_t i)
{
	return get(entry(i) + 8, 8);
}

static uint64_t end_of(uint32_t i)
{
	return base_of(i) + PAGE * get(entry(i) + 24, 8);
}

static void check_entry(uint32_t i, enum efi_memory_type type, uint64_t base, uint64_t end)
{
	test_note("entry %u", i);
	CHECK_EQ(get(entry(i), 4), type);
	CHECK_EQ(base_of(i), base);
	CHECK_EQ(end_of(i), end);
}

/* What every map must be like. */
static void check_form(void)
{
	for (uint32_t i = 0; i < entries(); i++) {
		CHECK_EQ(get(entry(i) + 16, 8), 0); /* virtual */
		CHECK_EQ(get(entry(i) + 32, 8), 8); /* write-back */
		CHECK_EQ(base_of(i) % PAGE, 0);
		CHECK(end_of(i) > base_of(i));
		if (!i)
			continue;
		CHECK(base_of(i) >= end_of(i - 1));
		CHECK(base_of(i) > end_of(i - 1) || get(entry(i), 4) != get(entry(i - 1), 4));
	}
}

TEST(efi_map_of_ram_alone)
{
	add(0x40000000, GIB, EFI_CONVENTIONAL);
	CHECK_EQ(build(), 0);
	check_form();
	REQUIRE(CHECK_EQ(entries(), 1));
	check_entry(0, EFI_CONVENTIONAL, 0x40000000, 0x80000000);
}

TEST(efi_map_of_a_usual_machine)
{
	add(0x4b000000, 0x2345, EFI_RESERVED);
	add(0x7f000000, 0x2100, EFI_ACPI_RECLAIM);
	add(0x7f002100, 0xf0, EFI_ACPI_RECLAIM);
	add(0x40000000, GIB, EFI_CONVENTIONAL);
	add(0x100000000, 4 * GIB, EFI_CONVENTIONAL);
	CHECK_EQ(build(), 0);
	check_form();
	REQUIRE(CHECK_EQ(entries(), 6));
	check_entry(0, EFI_CONVENTIONAL, 0x40000000, 0x4b000000);
	check_entry(1, EFI_RESERVED, 0x4b000000, 0x4b010000);
	check_entry(2, EFI_CONVENTIONAL, 0x4b010000, 0x7f000000);
	check_entry(3, EFI_ACPI_RECLAIM, 0x7f000000, 0x7f010000);
	check_entry(4, EFI_CONVENTIONAL, 0x7f010000, 0x80000000);
	check_entry(5, EFI_CONVENTIONAL, 0x100000000, 0x200000000);
}

TEST(efi_map_merges_banks)
{
	add(0x80000000, GIB, EFI_CONVENTIONAL);
	add(0xb0000000, GIB, EFI_CONVENTIONAL);
	add(0x40000000, GIB, EFI_CONVENTIONAL);
	add(0x41000000, MIB, EFI_CONVENTIONAL);
	CHECK_EQ(build(), 0);
	check_form();
	REQUIRE(CHECK_EQ(entries(), 1));
	check_entry(0, EFI_CONVENTIONAL, 0x40000000, 0xf0000000);
}

TEST(efi_map_keeps_reserved_devices_out)
{
	add(0x09000000, 0x1000, EFI_RESERVED);
	add(0x3fff0000, 0x20000, EFI_RESERVED);
	add(0x40000000, MIB, EFI_CONVENTIONAL);
	CHECK_EQ(build(), 0);
	REQUIRE(CHECK_EQ(entries(), 2));
	check_entry(0, EFI_RESERVED, 0x40000000, 0x40010000);
	check_entry(1, EFI_CONVENTIONAL, 0x40010000, 0x40100000);
}

/* Xen's tables lie outside of what its tree calls RAM. */
TEST(efi_map_has_tables_outside_of_ram)
{
	add(0x20000123, 0x2000, EFI_ACPI_RECLAIM);
	add(0x40000000, MIB, EFI_CONVENTIONAL);
	CHECK_EQ(build(), 0);
	check_form();
	REQUIRE(CHECK_EQ(entries(), 2));
	check_entry(0, EFI_ACPI_RECLAIM, 0x20000000, 0x20003000);
	check_entry(1, EFI_CONVENTIONAL, 0x40000000, 0x40100000);
}

TEST(efi_map_gives_granules_to_the_first)
{
	add(0x40018000, 0x1000, EFI_RESERVED);
	add(0x40010000, 0x18000, EFI_ACPI_RECLAIM);
	add(0x40000000, MIB, EFI_CONVENTIONAL);
	CHECK_EQ(build(), 0);
	check_form();
	REQUIRE(CHECK_EQ(entries(), 4));
	check_entry(1, EFI_RESERVED, 0x40010000, 0x40020000);
	check_entry(2, EFI_ACPI_RECLAIM, 0x40020000, 0x40030000);
}

/* Kernels with pages of 64 KiB take what is around a partial one for RAM. */
TEST(efi_map_reserves_granules_that_are_not_whole)
{
	add(0x4000f000, 0x10000, EFI_CONVENTIONAL);
	add(0x80003000, 0x5a000, EFI_CONVENTIONAL);
	add(0x90000801, 0x100000, EFI_CONVENTIONAL);
	CHECK_EQ(build(), 0);
	check_form();
	REQUIRE(CHECK_EQ(entries(), 6));
	check_entry(0, EFI_RESERVED, 0x4000f000, 0x4001f000);
	check_entry(1, EFI_RESERVED, 0x80003000, 0x80010000);
	check_entry(2, EFI_CONVENTIONAL, 0x80010000, 0x80050000);
	check_entry(3, EFI_RESERVED, 0x80050000, 0x8005d000);
	check_entry(4, EFI_RESERVED, 0x90001000, 0x90010000);
	check_entry(5, EFI_CONVENTIONAL, 0x90010000, 0x90100000);
}

TEST(efi_map_ignores_what_is_empty)
{
	add(0x40012345, 0, EFI_RESERVED);
	add(0x40000000, MIB, EFI_CONVENTIONAL);
	add(0x50000000, 0, EFI_CONVENTIONAL);
	add(0x60000000, 0, EFI_ACPI_RECLAIM);
	add(0x70000100, 0x800, EFI_CONVENTIONAL);
	CHECK_EQ(build(), 0);
	REQUIRE(CHECK_EQ(entries(), 1));
	check_entry(0, EFI_CONVENTIONAL, 0x40000000, 0x40100000);
	request.ranges = 0;
	CHECK_EQ(build(), 0);
	CHECK_EQ(entries(), 0);
}

TEST(efi_map_ends_before_the_address_space_does)
{
	add(0xffffffffffe00000, 0x200000, EFI_CONVENTIONAL); /* to the very end */
	add(0xffffffffffd00000, UINT64_MAX, EFI_RESERVED);   /* and beyond */
	add(UINT64_MAX, UINT64_MAX, EFI_ACPI_RECLAIM);
	add(UINT64_MAX - 0xfff, 0x1000, EFI_CONVENTIONAL);
	add(0, 0x20000, EFI_CONVENTIONAL);
	CHECK_EQ(build(), 0);
	check_form();
	REQUIRE(CHECK_EQ(entries(), 2));
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

static int expected(uint64_t page)
{
	uint64_t granule = page / GRANULE * GRANULE;
	bool memory = false, whole = false;
	int type = NOTHING;

	for (unsigned int i = 0; i < request.ranges; i++) {
		const struct efi_range *r = &range[i];

		if (r->type == EFI_CONVENTIONAL) {
			memory |= has_whole(r, page, PAGE);
			whole |= has_whole(r, granule, GRANULE);
			continue;
		}
		memory |= r->type != EFI_RESERVED && touches(r, page, PAGE);
		if (type == NOTHING && touches(r, granule, GRANULE))
			type = (int)r->type;
	}
	if (!memory)
		return NOTHING;
	return type != NOTHING ? type : whole ? EFI_CONVENTIONAL : EFI_RESERVED;
}

static int found(uint64_t page)
{
	for (uint32_t i = 0; i < entries(); i++)
		if (page >= base_of(i) && page < end_of(i))
			return (int)get(entry(i), 4);
	return NOTHING;
}

static void random_range(enum efi_memory_type type)
{
	uint64_t unit = test_between(0, 2) ? PAGE : test_between(0, 1) ? GRANULE : 123;
	uint64_t span = WORLD * PAGE / unit;
	uint64_t first = test_between(0, span - 1), last = test_between(first, span);

	if (type != EFI_CONVENTIONAL && last - first > 40)
		last = first + test_between(0, 40);
	add(WORLD_AT + first * unit, (last - first) * unit, type);
}

static void random_world(void)
{
	static const enum efi_memory_type special[] = {EFI_RESERVED, EFI_ACPI_RECLAIM,
						       EFI_RUNTIME_DATA, EFI_ACPI_NVS};

	request.ranges = 0;
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
		REQUIRE(CHECK_EQ(build(), 0));
		check_form();
		for (uint64_t p = 0; p < WORLD; p++) {
			int type = expected(WORLD_AT + p * PAGE);

			pages += type != NOTHING;
			REQUIRE(CHECK_EQ(found(WORLD_AT + p * PAGE), type));
		}
		for (uint32_t j = 0; j < entries(); j++)
			pages -= get(entry(j) + 24, 8);
		CHECK_EQ(pages, 0); /* nor is there any elsewhere */
	}
}

/* For pages of 64 KiB: two types never share a granule. */
TEST(efi_map_has_one_type_in_a_granule)
{
	for (int i = 0; i < 1500; i++) {
		random_world();
		test_note("world %d", i);
		REQUIRE(CHECK_EQ(build(), 0));
		for (uint32_t j = 0; j < entries(); j++) {
			if (get(entry(j), 4) == EFI_CONVENTIONAL) {
				CHECK_EQ(base_of(j) % GRANULE, 0);
				CHECK_EQ(end_of(j) % GRANULE, 0);
			}
			if (j && base_of(j) / GRANULE == (end_of(j - 1) - 1) / GRANULE)
				CHECK_EQ(get(entry(j), 4), get(entry(j - 1), 4));
		}
	}
}

/* -- room
 * ---------------------------------------------------------------------------------------------- */

TEST(efi_says_when_there_is_too_little_room)
{
	bool fitted = false;
	size_t needed = 0;

	add(0x41000000, MIB, EFI_RESERVED);
	add(0x42000000, MIB, EFI_ACPI_RECLAIM);
	add(0x40000000, GIB, EFI_CONVENTIONAL);
	for (room = 1; room < 1400; room++) {
		int result = build();

		test_note("%zu bytes of room", room);
		CHECK(result == 0 || (result == ERR_FULL && !fitted));
		if (!result && !fitted)
			needed = handoff.map + handoff.map_size - ADDRESS;
		fitted |= !result;
		CHECK(!fitted || room >= needed);
	}
	CHECK(fitted);
	CHECK_EQ(entries(), 5);
}

TEST(efi_fits_into_the_room_that_its_header_tells)
{
	for (int i = 0; i < 300; i++) {
		random_world();
		room = EFI_TABLES_ROOM(request.ranges);
		CHECK_EQ(build(), 0);
		CHECK(handoff.map + handoff.map_size <= ADDRESS + room);
	}
}
