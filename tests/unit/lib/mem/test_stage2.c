/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stage 2 translation tables, walked as the CPU would (Arm ARM D8.2.3, D8.3; concatenated tables
 * D8.2.2): each address outside of the hole translates to itself, as the guest's stage 1 wants it,
 * and none in the hole to anything.
 */
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "lib/mem/stage2.h"
#include "test.h"

#define KIB    1024ULL
#define MIB    (1024 * KIB)
#define GIB    (1024 * MIB)
#define TIB    (1024 * GIB)
#define ROUNDS 3000

/* Of blocks and pages: AF, no shareability, read and write, Normal write-back, executable. */
#define ATTRIBUTES 0x4fdULL
#define ADDRESS	   0x0000fffffffff000ULL

static struct stage2 plan;
static struct region hole;
static uint64_t at, root;
static uint8_t *memory;

/* Exactly so much memory: a store behind it is seen by the sanitizer. */
static int build(uint64_t where)
{
	uint64_t size = stage2_size(&plan);

	free(memory);
	memory = aligned_alloc(PAGE_SIZE, size);
	memset(memory, 0xa5, size);
	at = where;
	return stage2_build(&plan, &hole, memory, at, &root);
}

static bool is_table(uint64_t address, uint64_t bytes)
{
	return address >= at && address - at <= stage2_size(&plan) - bytes;
}

static uint64_t entry_at(uint64_t table, uint64_t index)
{
	uint64_t address = table + index * 8;

	CHECK(is_table(address, 8));
	return ((uint64_t *)(void *)memory)[(address - at) / 8];
}

/* Sets *bytes to the size of the block or page, or of what is not mapped. Returns its descriptor.
 */
static uint64_t walk(uint64_t address, uint64_t *bytes)
{
	uint64_t table = root, mask = (1ULL << plan.bits) - 1;

	CHECK_EQ(address & ~mask, 0);
	for (unsigned int level = plan.level; level <= 3; level++) {
		unsigned int shift = 39 - 9 * level;
		uint64_t entry = entry_at(table, (address & mask) >> shift);

		*bytes = 1ULL << shift;
		mask = *bytes - 1;
		if (!(entry & 1))
			return 0;
		if (level == 3 || !(entry & 2)) {
			CHECK(level > 0);
			CHECK_EQ(entry & 2, level == 3 ? 2 : 0);
			return entry;
		}
		table = entry & ADDRESS;
		CHECK_EQ(entry & ~ADDRESS, 3);
	}
	return 0;
}

static bool in_hole(uint64_t address)
{
	return address - hole.base < hole.size;
}

static void check_address(uint64_t address)
{
	uint64_t bytes, entry = walk(address, &bytes);

	if (in_hole(address)) {
		CHECK_EQ(entry, 0);
		return;
	}
	CHECK_EQ(entry & ~2ULL, (address & ~(bytes - 1)) | ATTRIBUTES);
}

/* Every address from 'from' on, by steps of what one descriptor says. */
static void check_all(uint64_t from, uint64_t to)
{
	uint64_t mapped = 0, bytes, holes = 0;

	for (uint64_t address = from; address < to; address += bytes) {
		uint64_t entry = walk(address, &bytes);

		CHECK_EQ(address % bytes, 0);
		if (!entry) {
			CHECK(in_hole(address) && in_hole(address + bytes - 1));
			holes += bytes;
			continue;
		}
		CHECK(address + bytes <= hole.base || address >= hole.base + hole.size);
		CHECK_EQ(entry & ~2ULL, address | ATTRIBUTES);
		mapped += bytes;
	}
	CHECK_EQ(holes, hole.size);
	CHECK_EQ(mapped, to - from - hole.size);
}

/* A table that the CPU begins with lies at a multiple of its size (Arm ARM D8.2.2). */
static void check_root(uint64_t pages)
{
	CHECK_EQ(root % (pages * PAGE_SIZE), 0);
	CHECK(is_table(root, pages * PAGE_SIZE));
}

TEST(stage2_usual)
{
	stage2_plan(&plan, 44);
	CHECK_EQ(plan.bits, 40);
	CHECK_EQ(plan.level, 1);
	CHECK_EQ(stage2_size(&plan), 4 * PAGE_SIZE);
	hole = (struct region) {0x5ffc9000, 0x8000};
	CHECK_EQ(build(hole.base + 0x4000), 0);
	check_root(2);
	check_all(0, TIB);
}

TEST(stage2_largest_blocks)
{
	uint64_t bytes;

	stage2_plan(&plan, 40);
	hole = (struct region) {3 * GIB + 8 * MIB + 64 * KIB, 32 * KIB};
	CHECK_EQ(build(hole.base), 0);
	walk(4 * GIB, &bytes);
	CHECK_EQ(bytes, GIB);
	walk(3 * GIB, &bytes);
	CHECK_EQ(bytes, 2 * MIB);
	walk(hole.base - 1, &bytes);
	CHECK_EQ(bytes, PAGE_SIZE);
}

/* What a CPU has less than 40 bits of: one page for the first table. */
TEST(stage2_small_cpus)
{
	static const unsigned int bits[] = {32, 36};

	for (unsigned int i = 0; i < 2; i++) {
		struct region all = {0, TIB};

		stage2_plan(&plan, bits[i]);
		stage2_add(&plan, &all);
		CHECK_EQ(plan.bits, bits[i]);
		CHECK_EQ(stage2_size(&plan), 3 * PAGE_SIZE);
		hole = (struct region) {GIB, 0x3000};
		CHECK_EQ(build(hole.base), 0);
		check_all(0, 1ULL << bits[i]);
	}
}

/* With 42 bits the CPU has no level 0: eight tables as one, for a machine that needs them. */
TEST(stage2_42_bits)
{
	struct region high = {3 * TIB, GIB};

	stage2_plan(&plan, 42);
	CHECK_EQ(plan.bits, 40);
	stage2_add(&plan, &high);
	CHECK_EQ(plan.bits, 42);
	CHECK_EQ(plan.level, 1);
	for (uint64_t page = 0; page < 16; page++) {
		hole = (struct region) {GIB + page * PAGE_SIZE, stage2_size(&plan)};
		CHECK_EQ(build(hole.base), 0);
		check_root(8);
		check_all(0, 4 * TIB);
	}
}

/* Of a large CPU's addresses what the machine has. */
TEST(stage2_level_0)
{
	struct region window = {8 * TIB, 512 * GIB}, ram = {255 * TIB + GIB, TIB};
	uint64_t bytes;

	stage2_plan(&plan, 48);
	stage2_add(&plan, &window);
	CHECK_EQ(plan.level, 0);
	CHECK_EQ(plan.bits, 48);
	CHECK_EQ(stage2_size(&plan), (1 + 3 + 2) * PAGE_SIZE);
	stage2_add(&plan, &ram); /* its end is behind what there is */
	hole = (struct region) {GIB, stage2_size(&plan)};
	CHECK_EQ(build(hole.base), 0);
	check_root(1);
	check_all(0, TIB);
	check_address(8 * TIB);
	check_address(8 * TIB + 512 * GIB - 1);
	check_address(255 * TIB + 600 * GIB);
	CHECK_EQ(walk(8 * TIB + 512 * GIB, &bytes), 0);
	CHECK_EQ(walk(TIB, &bytes), 0);
	CHECK_EQ(bytes, 512 * GIB);
}

TEST(stage2_44_bits)
{
	struct region window = {2 * TIB - GIB, GIB}, behind = {16 * TIB, GIB}, none = {2 * TIB, 0};

	stage2_plan(&plan, 44);
	stage2_add(&plan, &behind);
	stage2_add(&plan, &none);
	CHECK_EQ(plan.bits, 40);
	stage2_add(&plan, &window);
	CHECK_EQ(plan.bits, 44);
	CHECK_EQ(plan.level, 0);
	CHECK_EQ(stage2_size(&plan), (1 + 3 + 2) * PAGE_SIZE);
}

/* More than 48 bits take wider descriptors, or larger pages. */
TEST(stage2_52_bits)
{
	struct region most = {0, UINT64_MAX};

	stage2_plan(&plan, 52);
	stage2_add(&plan, &most);
	CHECK_EQ(plan.bits, 48);
	CHECK_EQ(stage2_size(&plan), (1 + 512 + 2) * PAGE_SIZE);
	hole = (struct region) {4 * GIB - 3 * MIB, 4 * MIB};
	CHECK_EQ(build(hole.base), ERR_FULL);
	hole = (struct region) {4 * GIB, 4 * MIB};
	CHECK_EQ(build(hole.base), 0);
	check_all(0, 256 * TIB);
}

static uint64_t random_below(uint64_t limit)
{
	uint64_t value = (uint64_t)random() << 31 ^ (uint64_t)random();

	return value % limit;
}

static void random_plan(void)
{
	static const unsigned int bits[] = {32, 36, 40, 42, 44, 48, 52};
	struct region high = {random_below(256 * TIB), random_below(TIB)};

	stage2_plan(&plan, bits[random_below(7)]);
	if (random() & 1)
		stage2_add(&plan, &high);
}

/* Pages in one block of 2 MiB, in the first 4 GiB or anywhere in 1 TiB; tables anywhere in them. */
static void random_hole(void)
{
	uint64_t blocks =
		(plan.bits > 32 && random() & 1 ? 1ULL << (plan.bits > 40 ? 40 : plan.bits)
						: 4 * GIB) /
		STAGE2_WITHIN;
	uint64_t tables = stage2_size(&plan) / PAGE_SIZE, most = STAGE2_WITHIN / PAGE_SIZE;
	uint64_t pages = tables + random_below(random() % 8 ? 20 : most - tables + 1);
	uint64_t first = random_below(most - pages + 1);

	hole.base = random_below(blocks) * STAGE2_WITHIN + first * PAGE_SIZE;
	hole.size = pages * PAGE_SIZE;
	at = hole.base + random_below(pages - tables + 1) * PAGE_SIZE;
}

static void check_near(uint64_t address)
{
	for (uint64_t step = 1; step < TIB; step *= 8) {
		if (address >= step)
			check_address(address - step);
		if (address + step < 1ULL << (plan.bits > 40 ? 40 : plan.bits))
			check_address(address + step);
	}
}

TEST(stage2_random)
{
	srandom(1);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		random_plan();
		random_hole();
		CHECK_EQ(build(at), 0);
		for (uint64_t page = 0; page < hole.size; page += PAGE_SIZE)
			check_address(hole.base + page);
		check_near(hole.base);
		check_near(hole.base + hole.size - 1);
		for (unsigned int n = 0; n < 50; n++)
			check_address(random_below(1ULL << (plan.bits > 40 ? 40 : plan.bits)));
	}
}

TEST(stage2_refused)
{
	stage2_plan(&plan, 40);
	hole = (struct region) {GIB, 0x8000};
	CHECK_EQ(build(GIB + 0x800), ERR_HEADER);
	CHECK_EQ(build(GIB + 0x5000), ERR_HEADER); /* the tables go on behind the hole */
	CHECK_EQ(build(GIB - 0x1000), ERR_HEADER);
	hole.size = 0x8800;
	CHECK_EQ(build(GIB), ERR_HEADER);
	hole = (struct region) {TIB - 0x4000, 0x8000};
	CHECK_EQ(build(hole.base), ERR_HEADER); /* nothing is there */
	hole = (struct region) {GIB, 0};
	CHECK_EQ(build(GIB), ERR_HEADER);
	hole = (struct region) {UINT64_MAX - 0xfff, 0x2000};
	CHECK_EQ(build(hole.base), ERR_HEADER);
}

/* One table more for each boundary that it crosses: more than there is room for. */
TEST(stage2_crossing)
{
	stage2_plan(&plan, 40);
	hole = (struct region) {2 * GIB - 0x4000, 0x8000};
	CHECK_EQ(build(hole.base), ERR_FULL);
	hole.base = 2 * GIB - 0x8000;
	CHECK_EQ(build(hole.base), 0);
	check_all(0, TIB);
	hole.base = 2 * GIB;
	CHECK_EQ(build(hole.base), 0);
	check_all(0, TIB);
}
