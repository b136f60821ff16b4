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

static void begin(struct keep *keep)
{
	any_ram();
	if (keep_init(keep, &ram, any64(), any64()) == 0) {
		/*@ check keep->blocks == 1; */
	}
}

/* Any state, even such as no keep gets into. */
static void any_keep(struct keep *keep, unsigned int blocks)
{
	any_ram();
	*keep = (struct keep) {
		.ram = &ram,
		.next = any64(),
		.small_end = any64(),
		.large = any64(),
		.end = any64(),
		.large_taken = any_bool(),
		.blocks = blocks,
	};
	any_bytes(keep->block, sizeof(keep->block));
}

static void go_on(struct keep *keep, unsigned int blocks)
{
	struct region region = {any64(), any64()};
	uint64_t at;

	any_keep(keep, blocks);
	if (keep_alloc(keep, any64(), any_align(), &at) == 0) {
		/*@ check \initialized(&at) && keep->blocks <= KEEP_BLOCKS; */
	}
	any_keep(keep, blocks);
	keep_trim(keep, any64(), any64());
	any_keep(keep, blocks);
	if (keep_adopt(keep, &region) == 0) {
		/*@ check keep->blocks <= KEEP_BLOCKS; */
	}
}

int main(void)
{
	struct keep keep;

	begin(&keep);
	/*@ loop unroll KEEP_BLOCKS + 1; */
	for (unsigned int blocks = 0; blocks <= KEEP_BLOCKS; blocks += 4)
		go_on(&keep, blocks);
	return 0;
}
