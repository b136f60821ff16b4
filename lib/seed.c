/* SPDX-License-Identifier: BSD-2-Clause */
/* A seed made longer by a hash. */
#include <string.h>
#include "le.h"
#include "lib/seed.h"
#include "lib/hash/sha.h"
#include "lib/mem/wipe.h"

#define SEED_MOST    64
#define PURPOSE_MOST 16

void seed_expand(const void *seed, size_t seed_size, const char *purpose, void *to, size_t size)
{
	uint8_t block[4 + PURPOSE_MOST + SEED_MOST] = {0}, digest[SHA256_SIZE], *at = to;
	uint32_t counter = 0;

	memcpy(block + 4, purpose, strnlen(purpose, PURPOSE_MOST));
	memcpy(block + 4 + PURPOSE_MOST, seed, seed_size < SEED_MOST ? seed_size : SEED_MOST);
	while (size) {
		size_t part = size < sizeof(digest) ? size : sizeof(digest);

		put_le32(block, counter++);
		sha256(block, sizeof(block), digest);
		memcpy(at, digest, part);
		at += part;
		size -= part;
	}
	wipe(block, sizeof(block));
	wipe(digest, sizeof(digest));
}
