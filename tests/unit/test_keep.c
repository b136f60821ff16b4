/* SPDX-License-Identifier: BSD-2-Clause */
/* lib/mem/resident.c: what stays for an ACPI guest, packed into granules of 64 KiB. */
#include "error.h"
#include "lib/mem/resident.h"
#include "test.h"

#define MIB   0x100000ULL
#define BASE  0x40000000ULL
#define SMALL 0x8000

static struct memmap ram;
static struct keep keep;

static void with_ram(uint64_t base, uint64_t size)
{
	memmap_init(&ram);
	CHECK_EQ(memmap_add(&ram, base, size), 0);
}

TEST(keep_packs_small_things_behind_each_other)
{
	uint64_t a, b, c;

	with_ram(BASE, MIB);
	CHECK_EQ(keep_init(&keep, &ram, SMALL, 0x1000), 0);
	CHECK_EQ(keep.block[0].base % EFI_GRANULE, 0);
	CHECK_EQ(keep.block[0].size, EFI_GRANULE);
	CHECK_EQ(keep_alloc(&keep, 0x2000, EFI_GRANULE, &a), 0);
	CHECK_EQ(keep_alloc(&keep, 5, 1, &b), 0);
	CHECK_EQ(keep_alloc(&keep, 24, 64, &c), 0);
	CHECK_EQ(a, keep.block[0].base);
	CHECK_EQ(b, a + 0x2000);
	CHECK_EQ(c, b + 64);
	CHECK_EQ(keep.blocks, 1);
	CHECK_EQ(memmap_total(&ram), MIB - EFI_GRANULE);
}

/* What a monitor may be in lies on one side of each multiple of 2 MiB. */
TEST(keep_crosses_no_boundary)
{
	uint64_t boundary = BASE + 2 * MIB;

	with_ram(boundary - 3 * EFI_GRANULE, 4 * EFI_GRANULE);
	CHECK_EQ(keep_init(&keep, &ram, SMALL, EFI_GRANULE), 0);
	CHECK_EQ(keep.block[0].base, boundary - 2 * EFI_GRANULE);
	CHECK_EQ(keep.block[0].size, 2 * EFI_GRANULE);
	with_ram(boundary - MIB, 8 * MIB);
	CHECK_EQ(keep_init(&keep, &ram, SMALL, 3 * MIB), 0);
	CHECK_EQ(keep.block[0].base, boundary + 2 * MIB);
}

/* 128 KiB of which 10 are in use: with what is small, one granule stays. */
TEST(keep_gives_back_what_a_large_file_does_not_use)
{
	uint64_t small, large;

	with_ram(BASE, MIB);
	CHECK_EQ(keep_init(&keep, &ram, SMALL, 0x20000), 0);
	CHECK_EQ(keep.block[0].size, 0x30000);
	CHECK_EQ(keep_alloc(&keep, 0x20000, 64, &large), 0);
	CHECK_EQ(large, keep.block[0].base + SMALL);
	CHECK_EQ(keep_alloc(&keep, 36, 16, &small), 0);
	CHECK_EQ(small, keep.block[0].base);
	CHECK_EQ(keep_trim(&keep, small, 1), 0); /* not the large one: stays as it is */
	CHECK_EQ(keep.block[0].size, 0x30000);
	CHECK_EQ(keep_trim(&keep, large, 10000), 0);
	CHECK_EQ(keep.block[0].size, EFI_GRANULE);
	CHECK_EQ(memmap_total(&ram), MIB - EFI_GRANULE);
	CHECK_EQ(memmap_contains(&ram, keep.block[0].base, 1), 0);
	CHECK_EQ(keep_trim(&keep, large, 10000), 0); /* twice does no harm */
	CHECK_EQ(memmap_total(&ram), MIB - EFI_GRANULE);
}

TEST(keep_trims_to_whole_granules)
{
	uint64_t large;

	with_ram(BASE, MIB);
	CHECK_EQ(keep_init(&keep, &ram, SMALL, 0x40000), 0);
	CHECK_EQ(keep_alloc(&keep, 0x40000, 8, &large), 0);
	CHECK_EQ(keep_trim(&keep, large, EFI_GRANULE - SMALL + 1), 0);
	CHECK_EQ(keep.block[0].size, 2 * EFI_GRANULE);
}

TEST(keep_takes_further_blocks)
{
	uint64_t a, b;

	with_ram(BASE, MIB);
	CHECK_EQ(keep_init(&keep, &ram, SMALL, 0x10000), 0);
	CHECK_EQ(keep_alloc(&keep, 0x10000, 8, &a), 0);
	CHECK_EQ(keep_alloc(&keep, 0x10001, 0x10000, &b), 0);
	CHECK_EQ(keep.blocks, 2);
	CHECK_EQ(keep.block[1].base, b);
	CHECK_EQ(keep.block[1].size, 2 * EFI_GRANULE);
	CHECK_EQ(b % EFI_GRANULE, 0);
	CHECK(b + 2 * EFI_GRANULE <= keep.block[0].base || b >= keep.end);
}

TEST(keep_prefers_memory_below_4_gib)
{
	with_ram(BASE, 8ULL << 30);
	CHECK_EQ(keep_init(&keep, &ram, SMALL, 0), 0);
	CHECK(keep.block[0].base + keep.block[0].size <= 1ULL << 32);
	with_ram(1ULL << 40, MIB);
	CHECK_EQ(keep_init(&keep, &ram, SMALL, 0), 0);
	CHECK(keep.block[0].base >= 1ULL << 40);
}

TEST(keep_reports_full_memory_and_a_full_list)
{
	uint64_t at;

	with_ram(BASE, EFI_GRANULE);
	CHECK_EQ(keep_init(&keep, &ram, SMALL, EFI_GRANULE), ERR_NO_ROOM);
	CHECK_EQ(keep_init(&keep, &ram, SMALL, 0), 0);
	CHECK_EQ(keep_alloc(&keep, EFI_GRANULE, 8, &at), ERR_NO_ROOM);
	with_ram(BASE, 64 * MIB);
	CHECK_EQ(keep_init(&keep, &ram, 8, 0), 0);
	for (unsigned int i = 1; i < KEEP_BLOCKS; i++)
		CHECK_EQ(keep_alloc(&keep, EFI_GRANULE, 8, &at), 0);
	CHECK_EQ(keep_alloc(&keep, EFI_GRANULE, 8, &at), ERR_FULL);
}

/* Sizes come from the VMM. */
TEST(keep_refuses_absurd_sizes)
{
	uint64_t at;

	with_ram(BASE, MIB);
	CHECK_EQ(keep_init(&keep, &ram, SMALL, 0), 0);
	CHECK(keep_alloc(&keep, UINT64_MAX, 8, &at) < 0);
	CHECK(keep_alloc(&keep, UINT64_MAX - EFI_GRANULE, 8, &at) < 0);
	CHECK(keep_init(&keep, &ram, SMALL, UINT64_MAX) < 0);
}

TEST(keep_adopts_other_memory)
{
	struct region tables = {0x20000000, 0x1234};

	with_ram(BASE, MIB);
	CHECK_EQ(keep_init(&keep, &ram, SMALL, 0), 0);
	for (unsigned int i = 1; i < KEEP_BLOCKS; i++)
		CHECK_EQ(keep_adopt(&keep, &tables), 0);
	CHECK_EQ(keep.block[1].base, 0x20000000);
	CHECK_EQ(keep.block[1].size, 0x1234);
	CHECK_EQ(memmap_total(&ram), MIB - EFI_GRANULE);
	CHECK_EQ(keep_adopt(&keep, &tables), ERR_FULL);
}
