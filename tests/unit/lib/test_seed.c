/* SPDX-License-Identifier: BSD-2-Clause */
/* A seed made longer, against another SHA-256. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "le.h"
#include "lib/seed.h"
#include "lib/hash/sha.h"
#include "test.h"

static uint8_t seed[100];

static uint8_t *expanded(size_t seed_size, const char *purpose, size_t size)
{
	uint8_t *to = malloc(size + 1);

	to[size] = 0xa5;
	seed_expand(seed, seed_size, purpose, to, size);
	CHECK_EQ(to[size], 0xa5);
	return to;
}

static void fill_seed(void)
{
	for (size_t i = 0; i < sizeof(seed); i++)
		seed[i] = (uint8_t)(i * 7 + 1);
}

/* Each piece of 32 bytes is the hash of counter, purpose and seed; sha256 has tests of its own. */
TEST(seed_is_hashed_with_a_counter_and_a_purpose)
{
	uint8_t block[84] = {0}, digest[SHA256_SIZE], *to;

	fill_seed();
	memcpy(block + 4, "unit", 4);
	memcpy(block + 20, seed, 32);
	to = expanded(32, "unit", 100);
	for (unsigned int i = 0; i < 4; i++) {
		block[0] = (uint8_t)i;
		sha256(block, sizeof(block), digest);
		CHECK(memcmp(to + 32 * i, digest, i < 3 ? 32 : 4) == 0);
	}
	free(to);
}

TEST(seed_gives_every_size)
{
	uint8_t *all = expanded(32, "unit", 200);

	for (size_t size = 0; size < 200; size++) {
		uint8_t *to = expanded(32, "unit", size);

		CHECK(memcmp(all, to, size) == 0);
		free(to);
	}
	free(all);
}

TEST(seed_and_purpose_both_count)
{
	uint8_t *one, *other, *more, *most;

	fill_seed();
	one = expanded(32, "unit", 64);
	other = expanded(32, "a purpose that is longer than its field", 64);
	more = expanded(33, "unit", 64);
	most = expanded(100, "unit", 64);
	CHECK(memcmp(one, other, 64) != 0 && memcmp(one, more, 64) != 0);
	CHECK(memcmp(one, one + 32, 32) != 0 && memcmp(more, most, 64) != 0);
	free(one);
	free(other);
	free(more);
	free(most);
}

#define STACK 0x20000

static uint8_t expanded_to[64];

static void *expand(void *unused)
{
	(void)unused;
	seed_expand(seed, 64, "unit", expanded_to, sizeof(expanded_to));
	return NULL;
}

/* The seed's words as they are, and as SHA-256 has them: big-endian. */
static unsigned int words_of_seed(const uint8_t *stack)
{
	unsigned int found = 0;

	for (size_t i = 0; i + 8 <= STACK; i += 4)
		for (size_t at = 0; at + 8 <= 64; at += 4)
			found += memcmp(stack + i, seed + at, 8) == 0 ||
				 (le32(stack + i) == __builtin_bswap32(le32(seed + at)) &&
				  le32(stack + i + 4) == __builtin_bswap32(le32(seed + at + 4)));
	return found;
}

/* Neither it nor the hash leaves a copy where it has worked. */
TEST(seed_does_not_stay_on_the_stack)
{
	uint8_t *stack = aligned_alloc(0x1000, STACK);
	pthread_attr_t attributes;
	pthread_t thread;

	fill_seed();
	memset(stack, 0, STACK);
	CHECK_EQ(pthread_attr_init(&attributes), 0);
	CHECK_EQ(pthread_attr_setstack(&attributes, stack, STACK), 0);
	REQUIRE(CHECK(pthread_create(&thread, &attributes, expand, NULL) == 0));
	CHECK_EQ(pthread_join(thread, NULL), 0);
	CHECK_EQ(words_of_seed(stack), 0);
	pthread_attr_destroy(&attributes);
	free(stack);
}
