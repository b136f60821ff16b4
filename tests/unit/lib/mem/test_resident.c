/* SPDX-License-Identifier: BSD-2-Clause */
/* lib/mem/resident.c: what stays for an ACPI guest, packed into granules of 64 KiB. */
#include "error.h"
#include "lib/mem/resident.h"
#include "test.h"

#define MIB   0x100000ULL
#define BASE  0x40000000ULL
#define SMALL 0x8000

static struct memmap ram;
static struct resident resident;

static void with_ram(uint64_t base, uint64_t size)
{
	memmap_init(&ram);
	CHECK_EQ(memmap_add(&ram, base, size), 0);
}

TEST(resident_packs_small_things_behind_each_other)
{
	uint64_t a, b, c;

	with_ram(BASE, MIB);
	CHECK_EQ(resident_init(&resident, &ram, SMALL, 0x1000), 0);
	CHECK_EQ(resident.block[0].base % EFI_GRANULE, 0);
	CHECK_EQ(resident.block[0].size, EFI_GRANULE);
	CHECK_EQ(resident_alloc(&resident, 0x2000, EFI_GRANULE, &a), 0);
	CHECK_EQ(resident_alloc(&resident, 5, 1, &b), 0);
	CHECK_EQ(resident_alloc(&resident, 24, 64, &c), 0);
	CHECK_EQ(a, resident.block[0].base);
	CHECK_EQ(b, a + 0x2000);
	CHECK_EQ(c, b + 64);
	CHECK_EQ(resident.blocks, 1);
	CHECK_EQ(memmap_total(&ram), MIB - EFI_GRANULE);
}

/* What a monitor may be in lies on one side of each multiple of 2 MiB. */
TEST(resident_crosses_no_boundary)
{
	uint64_t boundary = BASE + 2 * MIB;

	with_ram(boundary - 3 * EFI_GRANULE, 4 * EFI_GRANULE);
	CHECK_EQ(resident_init(&resident, &ram, SMALL, EFI_GRANULE), 0);
	CHECK_EQ(resident.block[0].base, boundary - 2 * EFI_GRANULE);
	CHECK_EQ(resident.block[0].size, 2 * EFI_GRANULE);
	with_ram(boundary - MIB, 8 * MIB);
	CHECK_EQ(resident_init(&resident, &ram, SMALL, 3 * MIB), 0);
	CHECK_EQ(resident.block[0].base, boundary + 2 * MIB);
}

/* 128 KiB of which 10 are in use: with what is small, one granule stays. */
TEST(resident_gives_back_what_a_large_file_does_not_use)
{
	uint64_t small, large;

	with_ram(BASE, MIB);
	CHECK_EQ(resident_init(&resident, &ram, SMALL, 0x20000), 0);
	CHECK_EQ(resident.block[0].size, 0x30000);
	CHECK_EQ(resident_alloc(&resident, 0x20000, 64, &large), 0);
	CHECK_EQ(large, resident.block[0].base + SMALL);
	CHECK_EQ(resident_alloc(&resident, 36, 16, &small), 0);
	CHECK_EQ(small, resident.block[0].base);
	CHECK_EQ(resident_trim(&resident, small, 1), 0); /* not the large one: stays as it is */
	CHECK_EQ(resident.block[0].size, 0x30000);
	CHECK_EQ(resident_trim(&resident, large, 10000), 0);
	CHECK_EQ(resident.block[0].size, EFI_GRANULE);
	CHECK_EQ(memmap_total(&ram), MIB - EFI_GRANULE);
	CHECK_EQ(memmap_contains(&ram, resident.block[0].base, 1), 0);
	CHECK_EQ(resident_trim(&resident, large, 10000), 0); /* twice does no harm */
	CHECK_EQ(memmap_total(&ram), MIB - EFI_GRANULE);
}

TEST(resident_trims_to_whole_granules)
{
	uint64_t large;

	with_ram(BASE, MIB);
	CHECK_EQ(resident_init(&resident, &ram, SMALL, 0x40000), 0);
	CHECK_EQ(resident_alloc(&resident, 0x40000, 8, &large), 0);
	CHECK_EQ(resident_trim(&resident, large, EFI_GRANULE - SMALL + 1), 0);
	CHECK_EQ(resident.block[0].size, 2 * EFI_GRANULE);
}

TEST(resident_takes_further_blocks)
{
	uint64_t a, b;

	with_ram(BASE, MIB);
	CHECK_EQ(resident_init(&resident, &ram, SMALL, 0x10000), 0);
	CHECK_EQ(resident_alloc(&resident, 0x10000, 8, &a), 0);
	CHECK_EQ(resident_alloc(&resident, 0x10001, 0x10000, &b), 0);
	CHECK_EQ(resident.blocks, 2);
	CHECK_EQ(resident.block[1].base, b);
	CHECK_EQ(resident.block[1].size, 2 * EFI_GRANULE);
	CHECK_EQ(b % EFI_GRANULE, 0);
	CHECK(b + 2 * EFI_GRANULE <= resident.block[0].base || b >= resident.end);
}

TEST(resident_prefers_memory_below_4_gib)
{
	with_ram(BASE, 8ULL << 30);
	CHECK_EQ(resident_init(&resident, &ram, SMALL, 0), 0);
	CHECK(resident.block[0].base + resident.block[0].size <= 1ULL << 32);
	with_ram(1ULL << 40, MIB);
	CHECK_EQ(resident_init(&resident, &ram, SMALL, 0), 0);
	CHECK(resident.block[0].base >= 1ULL << 40);
}

TEST(resident_reports_full_memory_and_a_full_list)
{
	uint64_t at;

	with_ram(BASE, EFI_GRANULE);
	CHECK_EQ(resident_init(&resident, &ram, SMALL, EFI_GRANULE), ERR_NO_ROOM);
	CHECK_EQ(resident_init(&resident, &ram, SMALL, 0), 0);
	CHECK_EQ(resident_alloc(&resident, EFI_GRANULE, 8, &at), ERR_NO_ROOM);
	with_ram(BASE, 64 * MIB);
	CHECK_EQ(resident_init(&resident, &ram, 8, 0), 0);
	for (unsigned int i = 1; i < RESIDENT_BLOCKS; i++)
		CHECK_EQ(resident_alloc(&resident, EFI_GRANULE, 8, &at), 0);
	CHECK_EQ(resident_alloc(&resident, EFI_GRANULE, 8, &at), ERR_FULL);
}

/* Sizes come from the VMM. */
TEST(resident_refuses_absurd_sizes)
{
	uint64_t at;

	with_ram(BASE, MIB);
	CHECK_EQ(resident_init(&resident, &ram, SMALL, 0), 0);
	CHECK(resident_alloc(&resident, UINT64_MAX, 8, &at) < 0);
	CHECK(resident_alloc(&resident, UINT64_MAX - EFI_GRANULE, 8, &at) < 0);
	CHECK(resident_init(&resident, &ram, SMALL, UINT64_MAX) < 0);
}

TEST(resident_adopts_other_memory)
{
	struct region tables = {0x20000000, 0x1234};

	with_ram(BASE, MIB);
	CHECK_EQ(resident_init(&resident, &ram, SMALL, 0), 0);
	for (unsigned int i = 1; i < RESIDENT_BLOCKS; i++)
		CHECK_EQ(resident_adopt(&resident, &tables), 0);
	CHECK_EQ(resident.block[1].base, 0x20000000);
	CHECK_EQ(resident.block[1].size, 0x1234);
	CHECK_EQ(memmap_total(&ram), MIB - EFI_GRANULE);
	CHECK_EQ(resident_adopt(&resident, &tables), ERR_FULL);
}
