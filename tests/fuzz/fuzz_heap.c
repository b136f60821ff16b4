/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The heap of the packaged decompressors: the input is what is taken and given back, in what order.
 * What is in use lies apart, aligned, within what the heap was given.
 */
#include <stdbool.h>
#include <string.h>
#include "fuzz.h"
#include "lib/mem/heap.h"
#include "types.h"

#define PIECES 4
#define USES   16

static struct {
	uint8_t *at;
	size_t size;
} use[USES];
static uint8_t *piece[PIECES];
static size_t piece_size[PIECES];
static unsigned int pieces, most;

static void *more(void *owner, size_t size)
{
	REQUIRE(owner == use);
	if (pieces == most || size > 0x100000)
		return NULL;
	piece[pieces] = aligned_alloc(64, (size + 63) / 64 * 64);
	piece_size[pieces] = size;
	return piece[pieces++];
}

static bool is_inside(const uint8_t *at, size_t size)
{
	for (unsigned int i = 0; i < pieces; i++)
		if (at >= piece[i] && size <= piece_size[i] &&
		    (size_t)(at - piece[i]) <= piece_size[i] - size)
			return true;
	return false;
}

static void take(unsigned int slot, size_t size)
{
	uint8_t *at = heap_take(size);

	use[slot].at = at;
	use[slot].size = size;
	if (!at)
		return;
	REQUIRE((uintptr_t)at % 64 == 0 && is_inside(at, size));
	memset(at, 0x40 + (int)slot, size);
}

/* Nobody has written to it meanwhile. */
static void give(unsigned int slot)
{
	for (size_t i = 0; use[slot].at && i < use[slot].size; i++)
		REQUIRE(use[slot].at[i] == 0x40 + slot);
	heap_give(use[slot].at);
	use[slot].at = NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const size_t units[] = {1, 64, 0x1000, 0x8000};
	struct fuzz_numbers numbers = {data, size};

	pieces = 0;
	memset(use, 0, sizeof(use));
	most = (unsigned int)fuzz_number(&numbers, 1) % (PIECES + 1);
	heap_init(&(struct heap_source) {more, use});
	while (numbers.size) {
		unsigned int slot = (unsigned int)fuzz_number(&numbers, 1);
		size_t count = (size_t)fuzz_number(&numbers, 1);

		if (use[slot % USES].at || slot & 0x40)
			give(slot % USES);
		else
			take(slot % USES,
			     slot & 0x80 ? SIZE_MAX - count : count * units[slot >> 4 & 3]);
	}
	for (unsigned int i = 0; i < pieces; i++)
		free(piece[i]);
	return 0;
}
