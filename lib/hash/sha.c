/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SHA-1 and SHA-256 as FIPS 180-4 has them, with its names. The libraries that Debian packages cost
 * 9 KiB and more in each half of the image.
 */
#include <string.h>
#include "lib/hash/digest.h"
#include "le.h"
#include "lib/hash/sha.h"
#include "lib/mem/wipe.h"
#include "lib/progress.h"
#include "types.h"

#define BLOCK  64 /* bytes */
#define LENGTH 8  /* bytes at the end of the last block */
#define PIECE  (PROGRESS_PIECE / BLOCK)

/* With room for the message schedule, whose owner wipes it: a block may be a secret. */
typedef void compress_fn(uint32_t *h, const uint8_t *block, uint32_t w[16]);

static const uint32_t k256[64] = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4,
	0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe,
	0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f,
	0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7,
	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc,
	0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116,
	0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
	0xc67178f2,
};

static uint32_t rotr(uint32_t x, unsigned int n)
{
	return x >> n | x << (32 - n);
}

static uint32_t ch(uint32_t x, uint32_t y, uint32_t z)
{
	return z ^ (x & (y ^ z));
}

static uint32_t maj(uint32_t x, uint32_t y, uint32_t z)
{
	return (x & y) | (z & (x | y));
}

/* The message schedule: W(t) of a ring of the last 16, where it takes the place of W(t-16). */
static uint32_t schedule1(uint32_t *w, unsigned int t, const uint8_t *block)
{
	if (t < 16)
		return w[t] = __builtin_bswap32(le32(block + 4 * t));
	w[t % 16] = rotr(w[(t - 3) % 16] ^ w[(t - 8) % 16] ^ w[(t - 14) % 16] ^ w[t % 16], 31);
	return w[t % 16];
}

static uint32_t schedule256(uint32_t *w, unsigned int t, const uint8_t *block)
{
	uint32_t w2 = w[(t - 2) % 16], w15 = w[(t - 15) % 16];

	if (t < 16)
		return w[t] = __builtin_bswap32(le32(block + 4 * t));
	w[t % 16] += (rotr(w2, 17) ^ rotr(w2, 19) ^ w2 >> 10) + w[(t - 7) % 16] +
		     (rotr(w15, 7) ^ rotr(w15, 18) ^ w15 >> 3);
	return w[t % 16];
}

/* f(t) + K(t) of SHA-1. */
static uint32_t f1(unsigned int t, uint32_t b, uint32_t c, uint32_t d)
{
	if (t < 20)
		return ch(b, c, d) + 0x5a827999;
	if (t < 40)
		return (b ^ c ^ d) + 0x6ed9eba1;
	if (t < 60)
		return maj(b, c, d) + 0x8f1bbcdc;
	return (b ^ c ^ d) + 0xca62c1d6;
}

/* Section 6.1.2 */
static void compress1(uint32_t *h, const uint8_t *block, uint32_t w[16])
{
	uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];

	for (unsigned int t = 0; t < 80; t++) {
		uint32_t sum = rotr(a, 27) + f1(t, b, c, d) + e + schedule1(w, t, block);

		e = d;
		d = c;
		c = rotr(b, 2);
		b = a;
		a = sum;
	}
	h[0] += a;
	h[1] += b;
	h[2] += c;
	h[3] += d;
	h[4] += e;
}

/* Section 6.2.2 */
static void compress256(uint32_t *h, const uint8_t *block, uint32_t w[16])
{
	uint32_t a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], last = h[7];

	for (unsigned int t = 0; t < 64; t++) {
		uint32_t t1 = last + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + ch(e, f, g) +
			      k256[t] + schedule256(w, t, block);
		uint32_t t2 = (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + maj(a, b, c);

		last = g;
		g = f;
		f = e;
		e = d + t1;
		d = c;
		c = b;
		b = a;
		a = t1 + t2;
	}
	h[0] += a;
	h[1] += b;
	h[2] += c;
	h[3] += d;
	h[4] += e;
	h[5] += f;
	h[6] += g;
	h[7] += last;
}

/* Sections 5.1.1 and 5.2.1: what 'done' whole blocks leave, a bit and the length. */
static void finish(compress_fn *compress, uint32_t *h, unsigned int words, const uint8_t *data,
		   uint64_t size, uint64_t done, uint8_t *digest)
{
	uint8_t last[2 * BLOCK] = {0};
	uint32_t w[16] = {0};
	size_t rest = size % BLOCK, end = rest < BLOCK - LENGTH ? BLOCK : 2 * BLOCK;

	data += done * BLOCK;
	for (uint64_t left = size / BLOCK - done; left; left--, data += BLOCK) {
		compress(h, data, w);
		if (left % PIECE == 0)
			progress_add(PROGRESS_PIECE);
	}
	if (rest)
		memcpy(last, data, rest);
	last[rest] = 0x80;
	put_le64(last + end - LENGTH, __builtin_bswap64(size * 8));
	for (size_t at = 0; at < end; at += BLOCK)
		compress(h, last + at, w);
	for (unsigned int i = 0; i < words; i++)
		put_le32(digest + 4 * i, __builtin_bswap32(h[i]));
	wipe(last, sizeof(last));
	wipe(w, sizeof(w));
}

void sha1(const uint8_t *data, uint64_t size, uint8_t *digest)
{
	uint32_t h[] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};

	finish(compress1, h, 5, data, size, 0, digest);
}

/* What the CPU does of it: all or nothing. */
static uint64_t by_cpu(uint32_t *h, const uint8_t *data, uint64_t blocks)
{
	uint64_t done = 0, piece;

	do {
		piece = arch_sha256(h, data + done * BLOCK, min64(blocks - done, PIECE), k256);
		done += piece;
		progress_add(piece * BLOCK);
	} while (piece && done < blocks);
	return done;
}

void sha256(const uint8_t *data, uint64_t size, uint8_t *digest)
{
	uint32_t h[] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
			0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
	uint64_t done = by_cpu(h, data, size / BLOCK);

	finish(compress256, h, 8, data, size, done, digest);
}
