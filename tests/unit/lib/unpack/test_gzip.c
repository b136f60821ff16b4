/* SPDX-License-Identifier: BSD-2-Clause */
/* Unpacking, against what zlib and gzip write; with every byte wrong and every byte missing. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include "lib/hash/crc32.h"
#include "error.h"
#include "test.h"
#include "trees.h"
#include "lib/unpack/stream.h"

#define MEMBER 0x200 /* room for what surrounds the data */

/* Bytes around DEFLATE, without optional fields. */
#define HEADER	10
#define TRAILER 8

static uint8_t *compressed, *plain, *unpacked;
static size_t compressed_size, plain_size;

static int gzip_unpack(const uint8_t *from, size_t size, uint8_t *to, size_t room, size_t *written)
{
	uint64_t count;
	int result = unpack(COMPRESSION_GZIP, from, size, to, room, &count);

	*written = (size_t)count;
	return result;
}

/* Text with repetitions of all distances, or noise. */
static void make_plain(size_t size, bool noise)
{
	plain_size = size;
	plain = realloc(plain, size + 1);
	for (size_t i = 0; i < size; i++)
		plain[i] = noise || test_between(0, 9) == 0 || i < 100
				   ? (uint8_t)test_random()
				   : plain[i - test_between(1, i < 40000 ? i : 40000)];
}

static void pack_with(int level, int strategy, gz_header *header)
{
	z_stream stream = {0};

	compressed_size = plain_size + plain_size / 1000 + MEMBER;
	compressed = realloc(compressed, compressed_size);
	CHECK_EQ(deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, strategy), Z_OK);
	if (header)
		CHECK_EQ(deflateSetHeader(&stream, header), Z_OK);
	stream.next_in = plain;
	stream.avail_in = (uInt)plain_size;
	stream.next_out = compressed;
	stream.avail_out = (uInt)compressed_size;
	CHECK_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
	compressed_size = stream.total_out;
	deflateEnd(&stream);
	compressed = realloc(compressed, compressed_size);
}

static void pack(void)
{
	pack_with(6, Z_DEFAULT_STRATEGY, NULL);
}

/* Unpacks the first 'size' bytes, in a block of exactly that size, to exactly 'room' bytes. */
static int unpack_part(size_t size, size_t room, size_t *written)
{
	uint8_t *from = malloc(size ? size : 1);
	int result;

	memcpy(from, compressed, size);
	free(unpacked);
	unpacked = malloc(room ? room : 1);
	*written = 12345;
	result = gzip_unpack(from, size, unpacked, room, written);
	CHECK(*written <= room);
	free(from);
	return result;
}

static int unpack_all(size_t room, size_t *written)
{
	return unpack_part(compressed_size, room, written);
}

/* With the exact room, with more, with less, and with next to none. */
static void check_round_trip(void)
{
	const size_t rooms[] = {
		plain_size, plain_size + 1, plain_size + 1000, plain_size - 1, plain_size / 2, 1,
		0};
	size_t written;

	for (size_t i = 0; i < sizeof(rooms) / sizeof(rooms[0]); i++) {
		bool fits = rooms[i] >= plain_size && rooms[i] != SIZE_MAX;

		if (rooms[i] == SIZE_MAX)
			continue;
		test_note("%zu bytes into %zu", plain_size, rooms[i]);
		CHECK_EQ(unpack_all(rooms[i], &written), fits ? 1 : 0);
		CHECK_EQ(written, fits ? plain_size : rooms[i]);
		if (fits || rooms[i] <= UNPACK_START)
			CHECK_BYTES(unpacked, plain, written);
	}
}

TEST(gzip_unpacks_data_of_many_sizes)
{
	static const size_t sizes[] = {1,     2,     257,   258,   259,	  4096,
				       32767, 32768, 32769, 70000, 300000};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (int noise = 0; noise < 2; noise++) {
			make_plain(sizes[i], noise);
			pack();
			check_round_trip();
		}
}

TEST(gzip_unpacks_every_kind_of_block)
{
	make_plain(100000, false);
	pack_with(0, Z_DEFAULT_STRATEGY, NULL); /* stored */
	check_round_trip();
	pack_with(9, Z_FIXED, NULL);
	check_round_trip();
	pack_with(9, Z_HUFFMAN_ONLY, NULL);
	check_round_trip();
	pack_with(1, Z_RLE, NULL);
	check_round_trip();
}

TEST(gzip_unpacks_an_empty_file)
{
	size_t written;

	make_plain(0, false);
	pack();
	CHECK_EQ(unpack_all(1, &written), 1);
	CHECK_EQ(written, 0);
	CHECK_EQ(unpack_all(0, &written), 1);
}

TEST(gzip_skips_every_optional_header_field)
{
	uint8_t extra[300];
	gz_header header = {
		.text = 1,
		.time = 0x12345678,
		.extra = extra,
		.extra_len = sizeof(extra),
		.name = (Bytef *)"vmlinuz",
		.comment = (Bytef *)"a comment",
		.hcrc = 1,
	};

	memset(extra, 0x55, sizeof(extra));
	make_plain(5000, false);
	pack_with(6, Z_DEFAULT_STRATEGY, &header);
	check_round_trip();
}

static void load_compressed(const char *path)
{
	FILE *file = fopen(path, "rb");

	REQUIRE(CHECK(file != NULL));
	compressed = realloc(compressed, 1 << 20);
	compressed_size = fread(compressed, 1, 1 << 20, file);
	fclose(file);
}

/* What the gzip program writes: with a name, at its lowest and highest level. */
TEST(gzip_unpacks_what_the_tool_writes)
{
	free(plain);
	plain = tree_load("qemu-gicv3", &plain_size);
	load_compressed(UNIT_OUT "/gzip-1.gz");
	check_round_trip();
	load_compressed(UNIT_OUT "/gzip-9.gz");
	check_round_trip();
}

/* Nothing of one file may be left for the next, a broken one included. */
TEST(gzip_unpacks_file_after_file)
{
	size_t written;

	make_plain(50000, false);
	pack();
	for (int i = 0; i < 50; i++) {
		CHECK_EQ(unpack_all(plain_size, &written), 1);
		CHECK_BYTES(unpacked, plain, plain_size);
		CHECK_EQ(unpack_all(100, &written), 0);
		CHECK_EQ(unpack_part(compressed_size / 2, plain_size, &written), ERR_CORRUPT);
		CHECK(unpack_part(5, plain_size, &written) < 0);
	}
}

/* -- damage -------------------------------------------------------------------------------------
 */

/* Within header and trailer it is known to be cut; between them the library calls it damaged. */
static int cut_error(size_t size)
{
	if (size < 3)
		return ERR_UNKNOWN;
	return size < HEADER || size >= compressed_size - TRAILER ? ERR_TRUNCATED : ERR_CORRUPT;
}

TEST(gzip_says_when_a_file_is_cut_at_any_byte)
{
	size_t written;

	make_plain(3000, false);
	for (int level = 0; level <= 9; level += 3) {
		pack_with(level, Z_DEFAULT_STRATEGY, NULL);
		for (size_t size = 0; size < compressed_size; size++) {
			test_note("level %d, cut to %zu of %zu bytes", level, size,
				  compressed_size);
			CHECK_EQ(unpack_part(size, plain_size + 1, &written), cut_error(size));
			CHECK_BYTES(unpacked, plain, written);
			/* where the output just fits it may be taken for unfinished, never for
			 * whole */
			CHECK(unpack_part(size, plain_size, &written) <= 0);
		}
	}
}

/* A wrong byte is found, or was one without meaning (time, system), and the data is right. */
static void check_damaged(void)
{
	size_t written;
	int result = unpack_all(plain_size + 1000, &written);

	if (result == 1) {
		CHECK_EQ(written, plain_size);
		CHECK_BYTES(unpacked, plain, plain_size);
	} else {
		CHECK(result == ERR_CORRUPT || result == ERR_TRUNCATED || result == 0 ||
		      result == ERR_UNKNOWN);
	}
}

TEST(gzip_finds_any_wrong_byte)
{
	static const uint8_t flips[] = {0x01, 0x02, 0x10, 0x80, 0xff};

	make_plain(3000, false);
	for (int level = 0; level <= 9; level += 3) {
		pack_with(level, Z_DEFAULT_STRATEGY, NULL);
		for (size_t at = 0; at < compressed_size; at++)
			for (size_t i = 0; i < sizeof(flips); i++) {
				test_note("level %d, byte %zu flipped by 0x%02x", level, at,
					  flips[i]);
				compressed[at] ^= flips[i];
				check_damaged();
				compressed[at] ^= flips[i];
			}
	}
}

TEST(gzip_checks_crc_and_length)
{
	size_t written;

	make_plain(3000, false);
	pack();
	for (size_t back = 1; back <= 8; back++) {
		test_note("%zu bytes before the end", back);
		compressed[compressed_size - back] ^= 0x20;
		CHECK_EQ(unpack_all(plain_size, &written), ERR_CORRUPT);
		compressed[compressed_size - back] ^= 0x20;
	}
	CHECK_EQ(unpack_all(plain_size, &written), 1);
}

TEST(gzip_refuses_what_is_no_gzip)
{
	size_t written;

	make_plain(3000, false);
	pack();
	compressed[0] = 0x78; /* zlib's own format */
	CHECK_EQ(unpack_all(plain_size, &written), ERR_UNKNOWN);
	compressed[0] = 0x1f;
	compressed[2] = 9; /* method */
	CHECK_EQ(unpack_all(plain_size, &written), ERR_UNKNOWN);
	compressed[2] = 8;
	compressed[3] = 0xe0; /* reserved flags */
	CHECK_EQ(unpack_all(plain_size, &written), ERR_CORRUPT);
}

/* RFC 1952: files may follow each other, or padding. */
TEST(gzip_ends_where_the_last_member_ends)
{
	size_t written;

	make_plain(3000, false);
	pack();
	compressed = realloc(compressed, compressed_size + 100);
	memset(compressed + compressed_size, 0, 100);
	compressed_size += 100;
	CHECK_EQ(unpack_all(plain_size + 100, &written), 1);
	CHECK_EQ(written, plain_size);
	CHECK_BYTES(unpacked, plain, plain_size);
}

/* -- checksums ------------------------------------------------------------------------------------
 */

/* RFC 1952's value for "123456789". */
TEST(checksum_of_a_known_text)
{
	CHECK_EQ(crc32_add(0, "123456789", 9), 0xcbf43926);
	CHECK_EQ(crc32_add(0, "", 0), 0);
	CHECK_EQ(crc32_of((const uint8_t *)"123456789", 9), 0xcbf43926);
	make_plain(5 << 19, false); /* several pieces */
	CHECK_EQ(crc32_of(plain, plain_size), crc32_z(0, plain, plain_size));
}

TEST(checksums_agree_with_zlib)
{
	make_plain(100000, true);
	for (int round = 0; round < 200; round++) {
		size_t from = test_between(0, plain_size),
		       size = test_between(0, round % 2 ? 100 : plain_size);
		uLong crc = test_random() & 0xffffffff;

		if (size > plain_size - from)
			size = plain_size - from;
		CHECK_EQ(crc32_add((uint32_t)crc, plain + from, size),
			 crc32_z(crc, plain + from, size));
	}
}
