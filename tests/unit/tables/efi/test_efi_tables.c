/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The EFI tables, read as a kernel does: from the address of the system table on, by the UEFI
 * Specification 2.10 and Linux's drivers/firmware/efi.
 */
#include <stdio.h>
#include <string.h>
#include "efi_guest.h"
#include "error.h"
#include "test.h"

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
		CHECK_EQ(efi_get(efi_at(address + 2 * i, 2), 2), vendor[i]);
}

TEST(efi_system_table)
{
	const uint8_t *system;

	efi_add(0x40000000, GIB, EFI_CONVENTIONAL);
	CHECK_EQ(efi_build(), 0);
	system = efi_at(efi_handoff.system_table, 120);
	CHECK_BYTES(system, "IBI SYST", 8);
	CHECK_EQ(efi_get(system + 8, 4), 0x00020046); /* 2.70 */
	CHECK_EQ(efi_get(system + 12, 4), 120);
	CHECK_EQ(efi_get(system + 16, 4), crc(system, 120, 16));
	CHECK_EQ(efi_get(system + 20, 4), 0);
	check_vendor(efi_get(system + 24, 8));
	CHECK_EQ(efi_get(system + 32, 8), 0x00010002);
	for (int i = 40; i < 104; i += 8) /* consoles, runtime services, boot services */
		CHECK_EQ(efi_get(system + i, 8), 0);
	CHECK_EQ(efi_handoff.system_table % 8, 0);
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
	const uint8_t *system = efi_at(efi_handoff.system_table, 120);
	uint64_t count = efi_get(system + 104, 8), tables = efi_get(system + 112, 8), found = 0;
	uint8_t wanted[16];

	guid(text, wanted);
	for (uint64_t i = 0; i < count; i++) {
		const uint8_t *entry = efi_at(tables + 24 * i, 24);

		if (memcmp(entry, wanted, 16) == 0) {
			CHECK_EQ(found, 0);
			found = efi_get(entry + 16, 8);
		}
	}
	return found;
}

static uint64_t count(void)
{
	return efi_get(efi_at(efi_handoff.system_table, 120) + 104, 8);
}

#define ACPI_20		  "8868e871-e4f1-11d3-bc22-0080c73c8881"
#define SMBIOS3		  "f2fd1544-9794-4a2c-992e-e5bbcf20e394"
#define RT_PROPERTIES	  "eb66918a-7eef-402a-842e-931d21c38ae9"
#define MEMORY_ATTRIBUTES "dcfa911d-26eb-469f-a220-38b7dc461220"
#define MEMRESERVE	  "888eb0c6-8ede-4ff5-a8f0-9aee5cb977c2"
#define INITRD		  "5568e427-68fc-4f3d-ac74-ca555231cc68"
#define RANDOM_SEED	  "1ce1e5bc-7ceb-42f2-81e5-8aadf180f57b"

static void check_rt_properties(uint32_t supported)
{
	const uint8_t *properties = efi_at(find(RT_PROPERTIES), 8);

	CHECK_EQ(efi_get(properties, 2), 1);
	CHECK_EQ(efi_get(properties + 2, 2), 8);
	CHECK_EQ(efi_get(properties + 4, 4), supported);
}

static void check_memreserve(void)
{
	static const uint8_t zero[24];
	uint64_t address = find(MEMRESERVE);

	CHECK_EQ(address % 8, 0);
	CHECK_BYTES(efi_at(address, 24), zero, 24);
	CHECK_EQ(address / PAGE, (address + 23) / PAGE); /* Linux maps one page of it */
}

TEST(efi_configuration_tables_that_are_always_there)
{
	efi_add(0x40000000, GIB, EFI_CONVENTIONAL);
	CHECK_EQ(efi_build(), 0);
	CHECK_EQ(count(), 3);
	CHECK_EQ(find(ACPI_20), 0x7f001000);
	check_rt_properties(0);
	check_memreserve();
	CHECK_EQ(find(SMBIOS3), 0);
	CHECK_EQ(find(MEMORY_ATTRIBUTES), 0);
	CHECK_EQ(find(INITRD), 0);
	CHECK_EQ(find(RANDOM_SEED), 0);
}

static const char seed[LINUX_EFI_SEED_MAX + 1] =
	"a seed of sixty-four bytes, which is as much as the table holds.";

TEST(efi_configuration_tables_on_request)
{
	efi_add(0x40000000, GIB, EFI_CONVENTIONAL);
	efi_request.smbios3 = 0x7f002000;
	efi_request.initrd = 0x148000000;
	efi_request.initrd_size = 0x1234567;
	efi_request.seed = seed;
	efi_request.seed_size = 64;
	CHECK_EQ(efi_build(), 0);
	CHECK_EQ(count(), 6);
	CHECK_EQ(find(ACPI_20), 0x7f001000);
	CHECK_EQ(find(SMBIOS3), 0x7f002000);
	check_rt_properties(0);
	check_memreserve();
	CHECK_EQ(efi_get(efi_at(find(INITRD), 16), 8), 0x148000000);
	CHECK_EQ(efi_get(efi_at(find(INITRD), 16) + 8, 8), 0x1234567);
	CHECK_EQ(efi_get(efi_at(find(RANDOM_SEED), 68), 4), 64);
	CHECK_BYTES(efi_at(find(RANDOM_SEED), 68) + 4, seed, 64);
}

/* 4.6.4: one entry for code, one for data, of the type that the map tells (Linux, memattr.c). */
static void check_memory_attributes(void)
{
	const uint8_t *table = efi_at(find(MEMORY_ATTRIBUTES), 16 + 2 * 48);

	CHECK_EQ(find(MEMORY_ATTRIBUTES) % 8, 0);
	CHECK_EQ(efi_get(table, 4), 1);
	CHECK_EQ(efi_get(table + 4, 4), 2);
	CHECK_EQ(efi_get(table + 8, 4), 48);
	CHECK_EQ(efi_get(table + 12, 4), 0);
	for (int i = 0; i < 2; i++) {
		const uint8_t *entry = table + 16 + 48 * i;

		CHECK_EQ(efi_get(entry, 4), 5);
		CHECK_EQ(efi_get(entry + 8, 8), 0x7ff90000 + PAGE * (uint64_t)i);
		CHECK_EQ(efi_get(entry + 24, 8), 1);
		CHECK_EQ(efi_get(entry + 32, 8), 1ULL << 63 | (i ? 0x4000 : 0x20000));
	}
}

TEST(efi_tables_with_runtime_services)
{
	efi_add(0x40000000, GIB, EFI_CONVENTIONAL);
	efi_add_runtime(0x7ff90000, 0x09010000);
	CHECK_EQ(efi_build(), 0);
	CHECK_EQ(count(), 4);
	CHECK_EQ(efi_get(efi_at(efi_handoff.system_table, 120) + 88, 8), 0x7ff91000);
	CHECK_EQ(efi_get(efi_at(efi_handoff.system_table, 120) + 96, 8), 0); /* boot services */
	check_rt_properties(0x483);
	check_memory_attributes();
	efi_request.large_pages = true;
	CHECK_EQ(efi_build(), 0);
	CHECK_EQ(count(), 3);
	CHECK_EQ(find(MEMORY_ATTRIBUTES), 0);
	check_rt_properties(0x483);
}

TEST(efi_takes_short_seeds_and_refuses_long_ones)
{
	efi_add(0x40000000, GIB, EFI_CONVENTIONAL);
	efi_request.seed = seed;
	efi_request.seed_size = 16;
	CHECK_EQ(efi_build(), 0);
	CHECK_EQ(efi_get(efi_at(find(RANDOM_SEED), 68), 4), 16);
	CHECK_BYTES(efi_at(find(RANDOM_SEED), 68) + 4, seed, 16);
	efi_request.seed_size = 65;
	CHECK_EQ(efi_build(), ERR_TOO_LONG);
	efi_request.seed_size = UINT32_MAX;
	CHECK_EQ(efi_build(), ERR_TOO_LONG);
}

/* Nothing in the buffer that is handed over may lie on top of another. */
TEST(efi_tables_lie_apart)
{
	uint64_t start[10], size[10] = {120, 24 * 7, 16, 8, 24, 16, 68, 0, 16 + 2 * 48};

	efi_add(0x40000000, GIB, EFI_CONVENTIONAL);
	efi_request.initrd_size = 1;
	efi_request.seed = seed;
	efi_request.seed_size = 64;
	efi_request.smbios3 = 1;
	efi_add_runtime(0x7ff90000, 0x09010000);
	CHECK_EQ(efi_build(), 0);
	start[0] = efi_handoff.system_table;
	start[1] = efi_get(efi_at(start[0], 120) + 112, 8);
	start[2] = efi_get(efi_at(start[0], 120) + 24, 8);
	start[3] = find(RT_PROPERTIES);
	start[4] = find(MEMRESERVE);
	start[5] = find(INITRD);
	start[6] = find(RANDOM_SEED);
	start[7] = efi_handoff.map;
	size[7] = efi_handoff.map_size;
	start[8] = find(MEMORY_ATTRIBUTES);
	for (int i = 0; i < 9; i++)
		for (int j = 0; j < i; j++)
			CHECK(start[i] + size[i] <= start[j] || start[j] + size[j] <= start[i]);
}
