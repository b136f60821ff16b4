/* SPDX-License-Identifier: BSD-2-Clause */
/* Unpacking what the real tools write (pack.sh): whole, into less room, cut, and damaged. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "lib/progress.h"
#include "test.h"
#include "lib/unpack/stream.h"

#define DIRECTORY UNIT_OUT "/packed"

static uint8_t *compressed, *plain, *unpacked;
static size_t compressed_size, plain_size;
static enum compression compression;
static bool checked;  /* it has a checksum */
static bool filtered; /* the last bytes are right only in whole words */

static uint8_t *load(const char *name, size_t *size)
{
	char path[512];
	uint8_t *data;
	FILE *file;

	snprintf(path, sizeof(path), DIRECTORY "/%s", name);
	file = fopen(path, "rb");
	if (!CHECK(file != NULL))
		exit(1);
	fseek(file, 0, SEEK_END);
	*size = (size_t)ftell(file);
	rewind(file);
	data = malloc(*size ? *size : 1);
	CHECK_EQ(fread(data, 1, *size, file), *size);
	fclose(file);
	return data;
}

static enum compression expected_compression(const char *name)
{
	static const char suffixes[][6] = {"?", ".gz", ".zst", ".lz4", ".xz", ".lzma"};

	for (unsigned int i = 1; i < 6; i++)
		if (strcmp(strrchr(name, '.'), suffixes[i]) == 0)
			return i;
	return COMPRESSION_NONE;
}

static void load_case(const char *name)
{
	char plain_name[300];

	free(compressed);
	free(plain);
	compressed = load(name, &compressed_size);
	snprintf(plain_name, sizeof(plain_name), "%.*s.plain", (int)strcspn(name, "."), name);
	plain = load(plain_name, &plain_size);
	compression = expected_compression(name);
	checked = !strstr(name, "nocheck");
	filtered = strstr(name, ".arm") != NULL;
	test_note("%s", name);
}

/* Calls 'visit' for every packed file of which 'part' is in the name. */
static void each(const char *part, unsigned int least, void (*visit)(const char *name))
{
	DIR *directory = opendir(DIRECTORY);
	const struct dirent *entry;
	unsigned int count = 0;

	REQUIRE(CHECK(directory != NULL));
	while ((entry = readdir(directory))) {
		if (!strchr(entry->d_name, '.') || !strstr(entry->d_name, part) ||
		    expected_compression(entry->d_name) == COMPRESSION_NONE ||
		    !strstr(entry->d_name, "unsupported") != !strstr(part, "unsupported"))
			continue;
		load_case(entry->d_name);
		visit(entry->d_name);
		count++;
	}
	closedir(directory);
	CHECK(count >= least);
}

/* Unpacks the first 'size' bytes, from a block of exactly that size to one of 'room' bytes. */
static int unpack_part(size_t size, size_t room, uint64_t *written)
{
	uint8_t *from = malloc(size ? size : 1);
	int result;

	memcpy(from, compressed, size);
	free(unpacked);
	unpacked = malloc(room ? room : 1);
	*written = 12345;
	result = unpack(compression, from, size, unpacked, room, written);
	CHECK(*written <= room);
	CHECK(result != 0 || *written == room);
	free(from);
	return result;
}

static void append(const void *data, size_t size)
{
	compressed = realloc(compressed, compressed_size + size);
	memcpy(compressed + compressed_size, data, size);
	compressed_size += size;
}

static void check_whole(size_t room)
{
	uint64_t written, whole;

	CHECK_EQ(unpack_part(compressed_size, room, &written), room >= plain_size ? 1 : 0);
	CHECK_EQ(written, room >= plain_size ? plain_size : room);
	if (room < plain_size && room > UNPACK_START)
		return;
	whole = filtered && written < plain_size ? written & ~3ULL : written;
	CHECK_BYTES(unpacked, plain, whole);
}

/* -- what the tools write ------------------------------------------------------------------------
 */

static void check_recognised(const char *name)
{
	(void)name;
	CHECK_EQ(compression_of(compressed,
				compressed_size < UNPACK_HEAD ? compressed_size : UNPACK_HEAD),
		 compression);
	CHECK_EQ(compression_of(compressed, 2), COMPRESSION_NONE);
	CHECK_EQ(compression_of(compressed, 0), COMPRESSION_NONE);
}

TEST(unpack_recognises_each_format)
{
	each(".", 70, check_recognised);
}

static void check_round_trip(const char *name)
{
	(void)name;
	check_whole(plain_size);
	check_whole(plain_size + 1);
	check_whole(4096);
	if (!plain_size)
		return;
	check_whole(plain_size - 1);
	check_whole(plain_size / 2);
	check_whole(1);
	check_whole(0);
}

TEST(unpack_unpacks_what_gzip_writes)
{
	each(".gz", 12, check_round_trip);
}

TEST(unpack_unpacks_what_zstd_writes)
{
	each(".zst", 30, check_round_trip);
}

TEST(unpack_unpacks_what_xz_writes)
{
	each(".xz", 28, check_round_trip);
	each(".lzma", 4, check_round_trip);
}

TEST(unpack_unpacks_what_lz4_writes)
{
	each(".lz4", 30, check_round_trip);
}

static bool tells_size(const char *name)
{
	return strstr(name, ".size.") || strstr(name, ".file.");
}

static void check_size(const char *name)
{
	uint64_t size = 12345;
	int result = unpack_size(compression, compressed, compressed_size, &size);

	if (compression == COMPRESSION_GZIP) {
		CHECK_EQ(result, 0);
		CHECK(size >= plain_size);
		CHECK_EQ(unpack_hint(compression, compressed, compressed_size), plain_size);
	} else if (compression == COMPRESSION_LZMA) { /* by a pipe, it does not tell */
		CHECK_EQ(result, 0);
		CHECK(size >= plain_size);
	} else if (tells_size(name) || compression == COMPRESSION_XZ) {
		CHECK_EQ(result, 1);
		CHECK_EQ(size, plain_size);
	} else {
		CHECK(result == 0 || (result == 1 && size == plain_size));
		CHECK(size >= plain_size);
		CHECK(size <= plain_size + 0x800000);
	}
}

TEST(unpack_measures_each_file)
{
	each(".", 70, check_size);
}

/* Every room, so that it ends within every kind of sequence. */
static void check_rooms(const char *name)
{
	(void)name;
	for (size_t room = 0; room < plain_size; room += test_between(1, 9))
		check_whole(room);
}

TEST(unpack_stops_anywhere)
{
	each("small.", 15, check_rooms);
}

/* -- what follows ---------------------------------------------------------------------------------
 */

static void check_padded(const char *name)
{
	uint8_t zeros[4096] = {0};
	uint32_t size = (uint32_t)plain_size;
	uint64_t measured;

	append(&size, sizeof(size)); /* Linux's build */
	check_whole(plain_size);
	append(zeros, sizeof(zeros));
	check_whole(plain_size + 1);
	CHECK(unpack_size(compression, compressed, compressed_size, &measured) >= 0);
	load_case(name);
	append(zeros, sizeof(zeros));
	check_whole(plain_size);
	load_case(name);
	append(zeros, 3);
	check_whole(plain_size);
}

TEST(unpack_leaves_padding_alone)
{
	each(".", 70, check_padded);
}

static void check_joined(const char *name)
{
	static const uint8_t skippable[] = "\x53\x2a\x4d\x18\x05\0\0\0hello";
	size_t size = compressed_size, twice = 2 * plain_size;
	uint8_t *copy = malloc(size), *content = malloc(twice + 1);
	uint64_t written, measured;

	(void)name;
	memcpy(copy, compressed, size);
	memcpy(content, plain, plain_size);
	memcpy(content + plain_size, plain, plain_size);
	if (compression == COMPRESSION_ZSTD || compression == COMPRESSION_LZ4)
		append(skippable, sizeof(skippable) - 1);
	append(copy, size);
	CHECK_EQ(unpack_part(compressed_size, twice, &written), 1);
	CHECK_EQ(written, twice);
	CHECK_BYTES(unpacked, content, twice);
	CHECK(unpack_size(compression, compressed, compressed_size, &measured) >= 0);
	CHECK(measured >= twice);
	free(copy);
	free(content);
}

TEST(unpack_joins_files)
{
	each("mixed.level9.zst", 1, check_joined);
	each("small.file.zst", 1, check_joined);
	each("mixed.dependent.lz4", 1, check_joined);
	each("small.size.lz4", 1, check_joined);
	each("small.legacy-nocheck.lz4", 1, check_joined);
	each("small.level9.gz", 1, check_joined);
	each("mixed.level9.gz", 1, check_joined);
	each("small.level0.xz", 1, check_joined);
	each("mixed.blocks.xz", 1, check_joined);
}

/* As zcat(1): bgzip ends its files with an empty member, and vendors theirs with a mark. */
TEST(unpack_goes_on_behind_an_empty_member)
{
	uint8_t *empty;
	size_t size;

	load_case("empty.level9.gz");
	empty = load("empty.level9.gz", &size);
	for (int i = 0; i < 3; i++) {
		append(empty, size);
		check_whole(0);
	}
	load_case("small.level9.gz");
	append(empty, size);
	append("SEANDROIDENFORCE", 16);
	check_whole(plain_size);
	free(empty);
}

static bool tells_extent(void)
{
	return compression == COMPRESSION_ZSTD || compression == COMPRESSION_LZ4;
}

/* What is behind the data is found, whatever it is, but for more of the same. */
static void check_extent(const char *name)
{
	static const uint8_t mark[] = "\xd0\x0d\xfe\xed\0\0\0\1";
	size_t size = compressed_size;
	uint8_t *to = malloc(plain_size + 1);
	uint64_t written, used = 0;

	if (strstr(name, "legacy")) /* whose blocks do not end */
		return free(to);
	append(mark, sizeof(mark) - 1);
	CHECK_EQ(unpack_used(compression, compressed, compressed_size, to, plain_size, &written,
			     &used),
		 1);
	CHECK_EQ(used, size);
	CHECK_EQ(unpack_extent(compression, compressed, compressed_size),
		 tells_extent() ? size : compressed_size);
	free(to);
}

TEST(unpack_tells_what_follows)
{
	each(".", 70, check_extent);
}

/* Streams with zeros between them, in words; a .lzma file is one, whatever follows. */
TEST(unpack_joins_xz_as_its_format_says)
{
	static const uint8_t zeros[8];
	uint64_t written;
	uint8_t *again;
	size_t size;

	load_case("small.level0.xz");
	again = load("small.level0.xz", &size);
	append(zeros, 8);
	append(again, size);
	CHECK_EQ(unpack_part(compressed_size, 3 * plain_size, &written), 1);
	CHECK_EQ(written, 2 * plain_size);
	append(zeros, 3); /* no whole word */
	append(again, size);
	CHECK_EQ(unpack_part(compressed_size, 3 * plain_size, &written), 1);
	CHECK_EQ(written, 2 * plain_size);
	free(again);
	load_case("small.nocheck.lzma");
	again = load("small.nocheck.lzma", &size);
	append(again, size);
	check_whole(plain_size);
	free(again);
}

static void tell_lzma_size(uint64_t size)
{
	for (unsigned int i = 0; i < 8; i++)
		compressed[5 + i] = (uint8_t)(size >> 8 * i);
}

/* Other tools than xz(1) write the size into a .lzma file. */
TEST(unpack_believes_the_size_of_an_lzma_file_no_further_than_it_is_true)
{
	uint64_t size;

	load_case("small.nocheck.lzma");
	tell_lzma_size(plain_size);
	CHECK_EQ(unpack_size(compression, compressed, compressed_size, &size), 1);
	CHECK_EQ(size, plain_size);
	CHECK_EQ(unpack_least(compression, compressed, compressed_size), plain_size);
	check_round_trip("");
	for (int less = 0; less < 2; less++) {
		tell_lzma_size(less ? plain_size - 1 : plain_size + 1);
		CHECK_EQ(unpack_part(compressed_size, plain_size + 1, &size), ERR_CORRUPT);
	}
	tell_lzma_size(1ULL << 38); /* which nobody has */
	CHECK_EQ(compression_of(compressed, compressed_size), COMPRESSION_NONE);
	load_case("small.nocheck.lzma");
	compressed[3] = 7; /* 7/16 MiB of dictionary: no tool makes those */
	CHECK_EQ(compression_of(compressed, compressed_size), COMPRESSION_NONE);
	compressed[3] = 3;
	CHECK_EQ(compression_of(compressed, compressed_size), COMPRESSION_LZMA);
}

TEST(unpack_refuses_large_dictionaries)
{
	uint64_t written;

	load_case("small.nocheck.lzma");
	memcpy(compressed + 1, "\0\0\0\x08", 4);
	CHECK_EQ(unpack_part(compressed_size, plain_size, &written), 1);
	memcpy(compressed + 1, "\0\0\0\x0c", 4);
	CHECK_EQ(unpack_part(compressed_size, plain_size, &written), ERR_DICTIONARY_SIZE);
	CHECK_EQ(written, 0);
}

/* -- progress ------------------------------------------------------------------------------------
 */

static uint64_t heard;

static void hear(uint64_t bytes)
{
	heard += bytes;
}

/* All but heads and tails; of gzip, which is unpacked in one go, at its end. */
static void check_heard(const char *name)
{
	uint64_t written;

	(void)name;
	heard = 0;
	progress_listen(hear);
	CHECK_EQ(unpack_part(compressed_size, plain_size, &written), 1);
	progress_listen(NULL);
	CHECK(heard <= compressed_size);
	CHECK(heard >= compressed_size - compressed_size / 8);
	heard = 0;
	CHECK_EQ(unpack_part(compressed_size, plain_size, &written), 1);
	CHECK_EQ(heard, 0);
}

TEST(unpack_tells_how_far_it_is)
{
	each("mixed.", 25, check_heard);
}

/* -- damage ---------------------------------------------------------------------------------------
 */

static bool ends_anywhere(void)
{
	return compression == COMPRESSION_LZ4 && compressed[0] == 0x02;
}

static void check_cut_at(size_t size)
{
	uint64_t written, measured;
	int result = unpack_part(size, plain_size + 1, &written);

	if (ends_anywhere())
		CHECK(result == 1 || result == ERR_TRUNCATED || result == ERR_UNKNOWN);
	else
		CHECK(result == ERR_TRUNCATED || result == ERR_UNKNOWN ||
		      (compression == COMPRESSION_GZIP && result == ERR_CORRUPT));
	CHECK(result != ERR_UNKNOWN || size < (compression == COMPRESSION_LZMA ? 13 : 6));
	CHECK(written <= plain_size);
	CHECK_BYTES(unpacked, plain, filtered ? written & ~3ULL : written);
	result = unpack_size(compression, compressed, size, &measured);
	CHECK(result >= 0 || result == ERR_TRUNCATED || result == ERR_UNKNOWN ||
	      result == ERR_CORRUPT);
}

static void check_cut(const char *name)
{
	(void)name;
	for (size_t size = 0; size < compressed_size; size++)
		check_cut_at(size);
}

TEST(unpack_says_when_a_file_is_cut)
{
	each("empty.", 15, check_cut);
	each("one.", 15, check_cut);
	each("small.", 15, check_cut);
}

static void check_cut_anywhere(const char *name)
{
	(void)name;
	for (int i = 0; i < 10; i++)
		check_cut_at(test_between(0, compressed_size - 1));
}

TEST(unpack_says_when_a_large_file_is_cut)
{
	each("mixed.", 15, check_cut_anywhere);
}

/* A wrong byte is found, or was one without meaning, and the data is right. */
static void check_damaged(void)
{
	uint64_t written, measured;
	int result = unpack_part(compressed_size, plain_size + 1000, &written);

	if (result == 1 && checked) {
		CHECK_EQ(written, plain_size);
		CHECK_BYTES(unpacked, plain, plain_size);
	}
	CHECK(result == 1 || result == 0 || result == ERR_CORRUPT || result == ERR_TRUNCATED ||
	      result == ERR_UNSUPPORTED || result == ERR_DICTIONARY ||
	      result == ERR_DICTIONARY_SIZE || result == ERR_UNKNOWN);
	CHECK(unpack_size(compression, compressed, compressed_size, &measured) <= 1);
}

static void check_wrong_bytes(const char *name)
{
	static const uint8_t flips[] = {0x04, 0xff};

	for (size_t at = 0; at < compressed_size; at++)
		for (size_t i = 0; i < sizeof(flips); i++) {
			test_note("%s, byte %zu flipped by 0x%02x", name, at, flips[i]);
			compressed[at] ^= flips[i];
			check_damaged();
			compressed[at] ^= flips[i];
		}
}

TEST(unpack_finds_any_wrong_byte)
{
	each("empty.", 15, check_wrong_bytes);
	each("one.", 15, check_wrong_bytes);
	each("small.", 15, check_wrong_bytes);
}

static void check_wrong_bytes_anywhere(const char *name)
{
	for (int i = 0; i < 20; i++) {
		size_t at = test_between(0, compressed_size - 1);

		test_note("%s, byte %zu wrong", name, at);
		compressed[at] ^= 1 << test_between(0, 7);
		check_damaged();
		load_case(name);
	}
}

TEST(unpack_finds_wrong_bytes_in_large_files)
{
	each("mixed.", 15, check_wrong_bytes_anywhere);
}

/* The last bytes are checksums, with nothing behind them. */
static void check_wrong_sum(const char *name)
{
	uint64_t written;

	(void)name;
	for (size_t back = 1; back <= 4; back++) {
		compressed[compressed_size - back] ^= 0x20;
		CHECK_EQ(unpack_part(compressed_size, plain_size, &written), ERR_CORRUPT);
		compressed[compressed_size - back] ^= 0x20;
	}
}

TEST(unpack_checks_the_checksum)
{
	each("level9.gz", 3, check_wrong_sum);
	each("level9.zst", 3, check_wrong_sum);
	each("level9.lz4", 3, check_wrong_sum);
	each("level0.xz", 3, check_wrong_sum);
}

/* -- sizes and fields that cannot be --------------------------------------------------------------
 */

static int unpack_bytes(enum compression kind, const char *bytes, size_t size, uint64_t room,
			uint64_t *measured)
{
	uint64_t written;

	compression = kind;
	compressed = realloc(compressed, size);
	memcpy(compressed, bytes, size);
	compressed_size = size;
	*measured = 12345;
	CHECK(unpack_size(compression, compressed, size, measured) <= 1);
	return unpack_part(size, room, &written);
}

#define UNPACK(kind, bytes, measured)                                                              \
	unpack_bytes(COMPRESSION_##kind, (bytes), sizeof(bytes) - 1, 300000, (measured))

#define ZSTD	   "\x28\xb5\x2f\xfd"
#define ZSTD_HUGE  ZSTD "\xc0\0\xff\xff\xff\xff\xff\xff\xff\xff\x01\0\0"
#define LZ4_LEGACY "\x02\x21\x4c\x18"

TEST(unpack_does_not_believe_sizes)
{
	uint64_t measured;

	CHECK_EQ(UNPACK(ZSTD, ZSTD_HUGE, &measured), ERR_CORRUPT);
	CHECK_EQ(measured, UINT64_MAX);
	CHECK_EQ(UNPACK(ZSTD, ZSTD_HUGE ZSTD_HUGE, &measured), ERR_CORRUPT);
	CHECK_EQ(measured, UINT64_MAX);
	/* a window of 1 KiB, and a block of 1 KiB and one byte */
	CHECK_EQ(UNPACK(ZSTD, ZSTD "\0\0\x03\x20\0a", &measured), 1);
	CHECK_EQ(measured, 1024);
	CHECK_EQ(UNPACK(ZSTD, ZSTD "\0\0\x0b\x20\0a", &measured), ERR_CORRUPT);
	/* a window of 1 GiB, the largest that both halves take, needs no memory */
	CHECK_EQ(UNPACK(ZSTD,
			ZSTD "\0\xa0\x03\0\x10"
			     "a",
			&measured),
		 1);
	CHECK_EQ(measured, 0x20000);
	CHECK_EQ(UNPACK(ZSTD,
			ZSTD "\0\xa0\x0b\0\x10"
			     "a",
			&measured),
		 ERR_CORRUPT);
	CHECK_EQ(UNPACK(ZSTD,
			ZSTD "\0\xff\x03\0\x10"
			     "a",
			&measured),
		 ERR_UNSUPPORTED);
	/* gzip: 4 GiB in 20 bytes */
	UNPACK(GZIP, "\x1f\x8b\x08\0\0\0\0\0\0\x03\x03\0\0\0\0\0\xff\xff\xff\xff", &measured);
	CHECK(measured < 20 * 1100);
	/* a skippable frame that is larger than the file */
	CHECK_EQ(UNPACK(ZSTD,
			"\x50\x2a\x4d\x18\xff\xff\xff\xff"
			"abc",
			&measured),
		 ERR_TRUNCATED);
}

TEST(unpack_refuses_fields_of_zstd)
{
	uint64_t measured;

	CHECK_EQ(UNPACK(ZSTD, ZSTD "\x08\0\x01\0\0", &measured), ERR_UNSUPPORTED); /* reserved */
	CHECK_EQ(UNPACK(ZSTD, ZSTD "\x01\0\x07\x01\0\0", &measured), ERR_DICTIONARY);
	CHECK_EQ(UNPACK(ZSTD, ZSTD "\x01\0\0\x01\0\0", &measured), 1);	     /* number 0 */
	CHECK_EQ(UNPACK(ZSTD, ZSTD "\0\0\x07\0\0", &measured), ERR_CORRUPT); /* block type 3 */
	/* literals as before, but there was no tree */
	CHECK_EQ(UNPACK(ZSTD, ZSTD "\0\0\x2d\0\0\x13\x40\0\x01\x01", &measured), ERR_CORRUPT);
	/* sequences as before, but there were none */
	CHECK_EQ(UNPACK(ZSTD, ZSTD "\0\0\x25\0\0\0\x01\xfc\x01", &measured), ERR_CORRUPT);
}

TEST(unpack_refuses_fields_of_lz4)
{
	uint64_t measured;

	/* versions, reserved bits, block sizes; the last byte is the header's checksum */
	CHECK_EQ(UNPACK(LZ4, "\x04\x22\x4d\x18\x64\x40\xa7\0\0\0\0\x05\x5d\xcc\x02", &measured), 1);
	CHECK_EQ(UNPACK(LZ4, "\x04\x22\x4d\x18\x64\x40\xa6\0\0\0\0\x05\x5d\xcc\x02", &measured),
		 ERR_CORRUPT);
	for (unsigned int bits = 0; bits < 0x10000; bits++) {
		uint8_t frame[] = "\x04\x22\x4d\x18..?\0\0\0\0";
		bool good = (bits & 0xcf) == 0x40 && (bits & 0x8f00) == 0 && bits >> 12 >= 4;

		frame[4] = (uint8_t)bits;
		frame[5] = (uint8_t)(bits >> 8);
		frame[6] = (uint8_t)(xxhash32(frame + 4, 2) >> 8);
		if (!(bits & 0x0d)) /* no content size, checksum, dictionary */
			CHECK_EQ(unpack_bytes(COMPRESSION_LZ4, (char *)frame, 11, 1, &measured),
				 good ? 1 : ERR_UNSUPPORTED);
	}
	/* no end mark: cut */
	CHECK_EQ(UNPACK(LZ4, "\x04\x22\x4d\x18\x60\x40\x82", &measured), ERR_TRUNCATED);
	/* a match before the start, and an offset of zero */
	CHECK_EQ(UNPACK(LZ4,
			LZ4_LEGACY "\x04\0\0\0\x10"
				   "a\x02\0",
			&measured),
		 ERR_CORRUPT);
	CHECK_EQ(UNPACK(LZ4,
			LZ4_LEGACY "\x04\0\0\0\x10"
				   "a\0\0",
			&measured),
		 ERR_CORRUPT);
	CHECK_EQ(UNPACK(LZ4,
			LZ4_LEGACY "\x0a\0\0\0\x10"
				   "a\x01\0\x50"
				   "bcdef",
			&measured),
		 1);
	CHECK_EQ(UNPACK(LZ4, LZ4_LEGACY "\x02\0\0\0\xf0\xff", &measured), ERR_CORRUPT);
	CHECK_EQ(UNPACK(LZ4, LZ4_LEGACY "\x09\0\0\0\xf0\xff", &measured), ERR_TRUNCATED);
}

TEST(unpack_wants_the_format_that_it_is_told)
{
	uint64_t measured;

	CHECK_EQ(UNPACK(GZIP, ZSTD_HUGE, &measured), ERR_UNKNOWN);
	CHECK_EQ(UNPACK(NONE, ZSTD_HUGE, &measured), ERR_UNKNOWN);
	CHECK_EQ(UNPACK(NONE, "MZ and so on", &measured), ERR_UNKNOWN);
	CHECK_TEXT(compression_name(COMPRESSION_GZIP), "gzip");
	CHECK_TEXT(compression_name(COMPRESSION_ZSTD), "zstd");
	CHECK_TEXT(compression_name(COMPRESSION_LZ4), "LZ4");
	CHECK_TEXT(compression_name(COMPRESSION_XZ), "xz");
	CHECK_TEXT(compression_name(COMPRESSION_LZMA), "lzma");
	CHECK_TEXT(compression_name(COMPRESSION_NONE), "none");
}

/* -- sizes that no machine has ------------------------------------------------------------------
 */

/* A zstd frame that says its content has 2^64 - 1 bytes, and one that does not say. */
static const uint8_t zstd_bomb[] = {0x28, 0xb5, 0x2f, 0xfd, 0xe0, 255,	255, 255, 255, 255, 255,
				    255,  255,	0x29, 0,    0,	  'A',	'A', 'A', 'A', 'A', 0x28,
				    0xb5, 0x2f, 0xfd, 0,    0x58, 0x15, 0,   0,	  0,   0};

TEST(unpack_knows_the_least_that_is_told)
{
	uint64_t most;

	CHECK_EQ(unpack_size(COMPRESSION_ZSTD, zstd_bomb, sizeof(zstd_bomb), &most), 0);
	CHECK_EQ(most, UINT64_MAX);
	CHECK_EQ(unpack_least(COMPRESSION_ZSTD, zstd_bomb, sizeof(zstd_bomb)), UINT64_MAX);
	/* the second frame alone */
	CHECK_EQ(unpack_least(COMPRESSION_ZSTD, zstd_bomb + 21, sizeof(zstd_bomb) - 21), 0);
}

/* The same by LZ4: a frame of nothing that says so much, and one of a block. */
TEST(unpack_knows_the_least_that_lz4_tells)
{
	uint8_t bomb[64] = {0x04, 0x22, 0x4d, 0x18, 0x68, 0x40};
	uint8_t next[] = {0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0, 2, 0, 0, 0, 0x10, 'A', 0, 0, 0, 0};
	uint64_t most;

	memset(bomb + 6, 255, 8);
	bomb[14] = (uint8_t)(xxhash32(bomb + 4, 10) >> 8);
	next[6] = (uint8_t)(xxhash32(next + 4, 2) >> 8);
	CHECK_EQ(unpack_size(COMPRESSION_LZ4, bomb, 19, &most), 1);
	CHECK_EQ(most, UINT64_MAX);
	memcpy(bomb + 19, next, sizeof(next));
	CHECK_EQ(unpack_size(COMPRESSION_LZ4, bomb, 19 + sizeof(next), &most), 0);
	CHECK_EQ(most, UINT64_MAX);
	CHECK_EQ(unpack_least(COMPRESSION_LZ4, bomb, 19 + sizeof(next)), UINT64_MAX);
	CHECK_EQ(unpack_least(COMPRESSION_LZ4, next, sizeof(next)), 0);
}

/* What is said to be so large is written no further than there is room. */
TEST(unpack_writes_no_more_than_there_is_room_for)
{
	uint8_t *to = malloc(3);
	uint64_t written;

	CHECK_EQ(unpack(COMPRESSION_ZSTD, zstd_bomb, sizeof(zstd_bomb), to, 3, &written), 0);
	CHECK_EQ(written, 3);
	CHECK_EQ(unpack(COMPRESSION_ZSTD, zstd_bomb, sizeof(zstd_bomb), to, 0, &written), 0);
	CHECK_EQ(written, 0);
	free(to);
}

/* An empty block is the last one, and all of the frame; the size says 64. */
TEST(unpack_compares_the_size_of_a_zstd_frame_without_content)
{
	static const uint8_t frame[] = {0x28, 0xb5, 0x2f, 0xfd, 0x24, 0x40, 1,
					0,    0,    0x99, 0xe9, 0xd8, 0x51};
	uint64_t written;
	uint8_t to[64];

	CHECK_EQ(unpack(COMPRESSION_ZSTD, frame, sizeof(frame), to, sizeof(to), &written),
		 ERR_CORRUPT);
}

/* A run of 0x3fffff bytes is larger than a block may be: no matter how much room there is. */
TEST(unpack_refuses_a_zstd_block_that_is_too_long)
{
	static const uint8_t frame[] = {0x28, 0xb5, 0x2f, 0xfd, 0, 0, 0xfb, 0xff, 0xff, 'a'};
	uint64_t written;
	uint8_t to[64];

	CHECK_EQ(unpack(COMPRESSION_ZSTD, frame, sizeof(frame), to, sizeof(to), &written),
		 ERR_CORRUPT);
}
