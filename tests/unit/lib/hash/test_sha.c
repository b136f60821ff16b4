/* SPDX-License-Identifier: BSD-2-Clause */
/* Digests: the examples of FIPS 180-4 and NIST's test vectors; every length around a block's end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib/hash/sha.h"
#include "test.h"

static void hex(const uint8_t *digest, int size, char *text)
{
	for (int i = 0; i < size; i++)
		snprintf(text + 2 * i, 3, "%02x", digest[i]);
}

/* At an odd address, in a block of exactly its size. */
static void check(const char *data, size_t size, const char *one, const char *two)
{
	uint8_t *copy = malloc(size + 1), digest[SHA256_SIZE];
	char text[2 * SHA256_SIZE + 1];

	memcpy(copy + 1, data, size);
	sha1(copy + 1, size, digest);
	hex(digest, SHA1_SIZE, text);
	CHECK_TEXT(text, one);
	sha256(copy + 1, size, digest);
	hex(digest, SHA256_SIZE, text);
	CHECK_TEXT(text, two);
	free(copy);
}

TEST(sha_vectors)
{
	static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
	char *million = malloc(1000000);

	memset(million, 'a', 1000000);
	check("", 0, "da39a3ee5e6b4b0d3255bfef95601890afd80709",
	      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	check("abc", 3, "a9993e364706816aba3e25717850c26c9cd0d89d",
	      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	check(two_blocks, 56, "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
	      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	check(million, 1000000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f",
	      "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	free(million);
}

/* The digest of the digests of the first 0, 1, ... 199 bytes, as Python's hashlib has it. */
TEST(sha_every_length)
{
	static uint8_t data[200], all1[200 * SHA1_SIZE], all256[200 * SHA256_SIZE];
	uint8_t digest[SHA256_SIZE];
	char text[2 * SHA256_SIZE + 1];

	for (size_t i = 0; i < 200; i++)
		data[i] = (uint8_t)(i * 7);
	for (size_t i = 0; i < 200; i++) {
		sha1(data, i, all1 + i * SHA1_SIZE);
		sha256(data, i, all256 + i * SHA256_SIZE);
	}
	sha1(all1, sizeof(all1), digest);
	hex(digest, SHA1_SIZE, text);
	CHECK_TEXT(text, "887d03886aa473ff04d2370f0f86577637baf55d");
	sha256(all256, sizeof(all256), digest);
	hex(digest, SHA256_SIZE, text);
	CHECK_TEXT(text, "0a716dcd52ebb45d547cf893c2616d1641ae3c122398e759ddeb1d0698a65c1a");
}
