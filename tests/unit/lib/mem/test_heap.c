/* SPDX-License-Identifier: BSD-2-Clause */
/* The decompressors' memory: pieces, when they are free again, and when there are no more. */
#include <stdlib.h>
#include "lib/mem/heap.h"
#include "test.h"

#define PIECE 0x40000
#define MOST  8

static uint8_t *pieces[MOST];
static unsigned int taken, most;
static size_t last_size;

static void *more(void *owner, size_t size)
{
	CHECK(owner == &taken && taken < MOST);
	last_size = size;
	if (taken == most)
		return NULL;
	pieces[taken] = aligned_alloc(64, size);
	return pieces[taken++];
}

static void start(unsigned int count)
{
	const struct heap_source source = {more, &taken};

	while (taken)
		free(pieces[--taken]);
	most = count;
	heap_init(&source);
}

TEST(heap_takes_nothing_before_it_is_asked)
{
	start(MOST);
	heap_give(NULL);
	CHECK_EQ(taken, 0);
}

TEST(heap_gives_each_its_own)
{
	uint8_t *one, *two, *large;

	start(MOST);
	one = heap_take(100);
	two = heap_take(1);
	CHECK_EQ((uintptr_t)one % 64, 0);
	CHECK_EQ(two - one, 128);
	CHECK_EQ(taken, 1);
	CHECK_EQ(last_size, PIECE);
	large = heap_take(PIECE + 1);
	CHECK_EQ(taken, 2);
	CHECK_EQ(last_size, PIECE + 64);
	large[PIECE] = 1; /* the sanitizer sees what is not there */
	CHECK(heap_take(1) == two + 64);
}

TEST(heap_is_free_again_when_nothing_is_used)
{
	uint8_t *one, *two;

	start(MOST);
	for (int i = 0; i < 1000; i++) {
		one = heap_take(PIECE - 64);
		two = heap_take(PIECE / 2);
		heap_give(one);
		heap_give(two);
	}
	CHECK_EQ(taken, 2);
	one = heap_take(64);
	heap_give(one);
	CHECK(heap_take(64) == one);
}

/* Without an end: liblzma does so for each block. */
TEST(heap_has_what_was_taken_last_again)
{
	uint8_t *kept, *last;

	start(1);
	kept = heap_take(64);
	for (int i = 0; i < 10000; i++) {
		last = heap_take(128);
		CHECK(last == kept + 64);
		heap_give(last);
	}
	last = heap_take(64);
	CHECK(heap_take(0) == last + 64);
	heap_give(kept); /* not the last */
	CHECK(heap_take(64) == last + 128);
}

TEST(heap_ends)
{
	start(MOST);
	for (int i = 0; i < 4; i++)
		CHECK(heap_take(PIECE) != NULL);
	CHECK(!heap_take(1)); /* of which it has no more */
	start(1);
	CHECK(!heap_take(SIZE_MAX) && !heap_take(SIZE_MAX - 62));
	CHECK(heap_take(PIECE) && !heap_take(1));
	start(0);
	CHECK(!heap_take(1));
	start(0);
}
