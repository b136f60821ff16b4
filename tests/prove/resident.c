/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib/mem/resident.c, for any sizes, at any stage of filling up: it stays within its blocks, and
 * its sums do not overflow.
 *
 * prove: by eva
 * prove: with lib/mem/resident.c
 * prove: through lib/mem/memmap.c
 * prove: option -cpp-extra-args=-DMEMMAP_MAX=4 -eva-slevel 2000
 */
#include "lib/mem/resident.h"
#include "prove.h"

static struct memmap ram;

static void any_ram(void)
{
	memmap_init(&ram);
	any_bytes(ram.range, sizeof(ram.range));
	ram.count = 2;
	/*@ dynamic_split ram.count; */
}

static uint64_t any_align(void)
{
	return 1ULL << Frama_C_interval(0, 16);
}

static void begin(struct resident *resident)
{
	any_ram();
	if (resident_init(resident, &ram, any64(), any64()) == 0) {
		/*@ check resident->blocks == 1; */
	}
}

/* Any state, even such as none gets into. */
static void any_resident(struct resident *resident, unsigned int blocks)
{
	any_ram();
	*resident = (struct resident) {
		.ram = &ram,
		.next = any64(),
		.small_end = any64(),
		.large = any64(),
		.end = any64(),
		.large_taken = any_bool(),
		.blocks = blocks,
	};
	any_bytes(resident->block, sizeof(resident->block));
}

static void go_on(struct resident *resident, unsigned int blocks)
{
	struct region region = {any64(), any64()};
	uint64_t at;

	any_resident(resident, blocks);
	if (resident_alloc(resident, any64(), any_align(), &at) == 0) {
		/*@ check \initialized(&at) && resident->blocks <= RESIDENT_BLOCKS; */
	}
	any_resident(resident, blocks);
	resident_trim(resident, any64(), any64());
	any_resident(resident, blocks);
	if (resident_adopt(resident, &region) == 0) {
		/*@ check resident->blocks <= RESIDENT_BLOCKS; */
	}
}

int main(void)
{
	struct resident resident;

	begin(&resident);
	/*@ loop unroll RESIDENT_BLOCKS + 1; */
	for (unsigned int blocks = 0; blocks <= RESIDENT_BLOCKS; blocks += 4)
		go_on(&resident, blocks);
	return 0;
}
