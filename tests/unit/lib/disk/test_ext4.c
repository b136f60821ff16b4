/* SPDX-License-Identifier: BSD-2-Clause */
/* ext2, ext3 and ext4 volumes that mke2fs has made, and damaged ones. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "le.h"
#include "lib/disk/ext4.h"
#include "lib/disk/volume.h"
#include "lib/hash/crc32c.h"
#include "parts.h"
#include "test.h"

static uint8_t *image;
static size_t image_size;
static unsigned int requests;
static int failure; /* what the device answers */
static uint8_t bounce[BLOCK_SIZE_MAX], scratch[VOLUME_SCRATCH];
static struct ext4 fs;

static int read_blocks(void *context, uint64_t block, uint64_t count, void *to)
{
	const struct block_device *disk = context;

	requests++;
	if (failure || !CHECK(count && block <= disk->blocks && count <= disk->blocks - block))
		return failure ? failure : ERR_DEVICE;
	memcpy(to, image + block * disk->block_size, count * disk->block_size);
	return 0;
}

static struct block_device disk = {read_blocks, &disk, 0, 512, bounce};

static int open_fs(void)
{
	memset(scratch, 0xa5, sizeof(scratch));
	return ext4_open(&fs, &disk, 0, block_bytes(&disk), scratch);
}

static void load(const char *name)
{
	char path[64];

	free(image);
	snprintf(path, sizeof(path), "disk/%s", name);
	image = part_load(path, &image_size);
	disk.blocks = image_size / 512;
	requests = 0;
	failure = 0;
	test_note("%s", name);
}

static int find(const char *path, struct ext4_file *file)
{
	return ext4_find(&fs, path, strlen(path), file);
}

static const char *const volumes[] = {
	"ext2.img",	  "ext3.img",	     "ext4.img",       "ext4-1k.img",
	"ext4-64k.img",	  "ext4-inline.img", "ext4-meta.img",  "ext4-cluster.img",
	"ext4-crc16.img", "ext4-index.img",  "ext4-dirty.img",
};
#define VOLUMES (sizeof(volumes) / sizeof(volumes[0]))

TEST(crc32c_of_rfc_3720)
{
	uint8_t data[32];

	memset(data, 0, 32);
	CHECK_EQ(~crc32c_add(UINT32_MAX, data, 32), 0x8a9136aaU);
	for (unsigned int i = 0; i < 32; i++)
		data[i] = (uint8_t)i;
	CHECK_EQ(~crc32c_add(UINT32_MAX, data, 32), 0x46dd794eU);
	CHECK_EQ(~crc32c_add(crc32c_add(UINT32_MAX, data, 5), data + 5, 27), 0x46dd794eU);
}

/* -- what is there -------------------------------------------------------------------------------
 */

/* Whole, and in pieces of any place and size. */
static void check_content(const char *path, const char *original)
{
	struct ext4_file file;
	char name[64];
	size_t size;
	uint8_t *want, *got;

	snprintf(name, sizeof(name), "disk/ext4/%s", original);
	want = part_load(name, &size);
	got = malloc(size + 1);
	if (CHECK_EQ(find(path, &file), 0) && CHECK_EQ(file.size, size)) {
		CHECK_EQ(ext4_read(&fs, &file, 0, size, got), 0);
		CHECK_BYTES(got, want, size);
		for (unsigned int i = 0; i < 40; i++) {
			uint64_t length = test_between(0, size < 20000 ? size : 20000),
				 at = test_between(0, size - length);

			REQUIRE(CHECK_EQ(ext4_read(&fs, &file, at, length, got), 0));
			REQUIRE(CHECK_BYTES(got, want + at, length));
		}
		CHECK_EQ(ext4_read(&fs, &file, size, 1, got), ERR_TRUNCATED);
		CHECK_EQ(ext4_read(&fs, &file, UINT64_MAX, UINT64_MAX, got), ERR_TRUNCATED);
	}
	free(got);
	free(want);
}

TEST(ext4_files)
{
	for (size_t i = 0; i < VOLUMES; i++) {
		struct ext4_file empty;

		load(volumes[i]);
		REQUIRE(CHECK_EQ(open_fs(), 0));
		CHECK_EQ(fs.dirty, strcmp(volumes[i], "ext4-dirty.img") == 0);
		check_content("/boot/numbers", "boot/numbers");
		check_content("boot//entry/", "boot/entry");
		check_content("boot/short", "boot/short");
		CHECK(find("boot/empty", &empty) == 0 && !empty.size);
		CHECK_EQ(ext4_read(&fs, &empty, 0, 0, NULL), 0);
		check_content("pieces", "pieces");
	}
}

/* Blocks that a map with three levels leads to, and holes of any level. */
TEST(ext4_holes)
{
	static const uint32_t places[] = {0, 12, 267, 268, 65803, 65804, 71679};
	static uint8_t to[4096];

	for (size_t i = 0; i < VOLUMES; i++) {
		struct ext4_file file;

		load(volumes[i]);
		REQUIRE(CHECK_EQ(open_fs(), 0));
		REQUIRE(CHECK_EQ(find("large", &file), 0));
		CHECK_EQ(file.size, 70 << 20);
		for (size_t j = 0; j < sizeof(places) / sizeof(places[0]); j++) {
			char text[16];

			snprintf(text, sizeof(text), "block %6u", places[j]);
			CHECK_EQ(ext4_read(&fs, &file, places[j] * 1024ULL, 12, to), 0);
			CHECK_BYTES(to, j ? text : "start\0\0\0\0\0\0\0", 12);
		}
		memset(to, 0xff, sizeof(to));
		CHECK_EQ(ext4_read(&fs, &file, 1000000, sizeof(to), to), 0);
		for (size_t j = 0; j < sizeof(to); j++)
			REQUIRE(CHECK_EQ(to[j], 0));
	}
}

TEST(ext4_names)
{
	for (size_t i = 0; i < VOLUMES; i++) {
		struct ext4_file file, many;
		struct ext4_folder walk;
		unsigned int found = 0;
		uint64_t sum = 0;
		int result;

		load(volumes[i]);
		REQUIRE(CHECK_EQ(open_fs(), 0));
		CHECK_EQ(find("", &file), 0);
		CHECK(file.folder);
		CHECK_EQ(find("/..//./boot/../deep/er/../../.", &file), 0);
		CHECK_EQ(file.number, 2);
		CHECK_EQ(find("Boot", &file), ERR_NO_FILE);
		CHECK_EQ(find("boot/numbers/x", &file), ERR_NO_FILE);
		CHECK_EQ(find("many/a name that is somewhat longer than it has to be 600", &file),
			 0);
		REQUIRE(CHECK_EQ(find("many", &many), 0));
		ext4_folder_open(&many, &walk);
		while ((result = ext4_folder_next(&fs, &walk)) == 1) {
			unsigned int number;
			char text[8] = "";

			if (sscanf(walk.name, "a name that is somewhat longer than it has to be %u",
				   &number) != 1)
				continue;
			REQUIRE(CHECK_EQ(ext4_folder_file(&fs, &walk, &file), 0));
			REQUIRE(CHECK_EQ(ext4_read(&fs, &file, 0, file.size, text), 0));
			CHECK_EQ(strtoul(text, NULL, 10), number);
			sum += number;
			found++;
		}
		CHECK_EQ(result, 0);
		CHECK_EQ(found, 600);
		CHECK_EQ(sum, 600 * 601 / 2);
	}
}

/* However often somebody has it look. */
TEST(ext4_work_ends)
{
	struct ext4_file file;
	int error = 0;

	load(volumes[0]);
	REQUIRE(CHECK_EQ(open_fs(), 0));
	for (unsigned int i = 0; i < 100000 && !error; i++)
		error = find("many/a name that is somewhat longer than it has to be 600", &file);
	CHECK_EQ(error, ERR_TOO_LARGE);
	REQUIRE(CHECK_EQ(open_fs(), 0));
	CHECK_EQ(find("many", &file), 0);
}

TEST(ext4_links)
{
	static char path[EXT4_PATH + 2];

	for (size_t i = 0; i < VOLUMES; i++) {
		struct ext4_file file;

		load(volumes[i]);
		REQUIRE(CHECK_EQ(open_fs(), 0));
		check_content("fast", "boot/numbers");
		check_content("slow", "boot/entry");
		check_content("boot/relative", "boot/entry");
		check_content("deep/er/absolute/relative", "boot/entry");
		check_content("link8", "boot/entry");
		CHECK_EQ(find("link9", &file), ERR_LINKS);
		CHECK_EQ(find("loop", &file), ERR_LINKS);
		CHECK_EQ(find("loop/x", &file), ERR_LINKS);
		CHECK_EQ(find("dangling", &file), ERR_NO_FILE);
		memset(path, '/', EXT4_PATH);
		memcpy(path + EXT4_PATH - 4, "slow", 4);
		CHECK_EQ(find(path, &file), 0);
		memset(path, 'x', EXT4_PATH);
		memcpy(path, "slow/", 5);
		CHECK_EQ(find(path, &file), ERR_TOO_LONG);
		path[EXT4_PATH] = 'x';
		CHECK_EQ(find(path, &file), ERR_TOO_LONG);
		path[EXT4_PATH] = '\0';
	}
}

/* A link that is found by walking. */
TEST(ext4_links_in_folders)
{
	struct ext4_file file;
	struct ext4_folder walk;
	unsigned int good = 0, bad = 0;

	load("ext4.img");
	REQUIRE(CHECK_EQ(open_fs(), 0));
	REQUIRE(CHECK_EQ(find("/", &file), 0));
	ext4_folder_open(&file, &walk);
	while (ext4_folder_next(&fs, &walk) == 1) {
		int error = ext4_folder_file(&fs, &walk, &file);

		if (!error && !file.folder && strcmp(walk.name, "slow") == 0)
			good += file.size == 8;
		bad += error == ERR_LINKS || error == ERR_NO_FILE;
	}
	CHECK_EQ(good, 1);
	CHECK_EQ(bad, 3); /* link9, loop, dangling */
}

/* What lies in one piece is one request, whatever finds it. */
TEST(ext4_requests)
{
	static uint8_t to[1 << 20];
	struct ext4_file file;

	load("ext4.img");
	REQUIRE(CHECK_EQ(open_fs(), 0));
	CHECK_EQ(requests, 1);
	REQUIRE(CHECK_EQ(find("boot/numbers", &file), 0));
	CHECK(requests <= 6);
	requests = 0;
	CHECK_EQ(ext4_read(&fs, &file, 0, file.size, to), 0);
	CHECK(requests <= 2);
}

TEST(volume_kinds)
{
	struct volume_file file;
	struct volume volume;
	struct volume_walk walk;
	unsigned int entries = 0;
	uint8_t text[8];

	load("ext3.img");
	REQUIRE(CHECK_EQ(volume_open(&volume, &disk, 0, image_size, scratch), 0));
	CHECK_EQ(volume.kind, VOLUME_EXT4);
	REQUIRE(CHECK_EQ(volume_find(&volume, "boot/entry", 10, &file), 0));
	CHECK(!file.folder && file.size == 8);
	CHECK_EQ(volume_read(&volume, &file, 0, 8, text), 0);
	CHECK_BYTES(text, "title x\n", 8);
	REQUIRE(CHECK_EQ(volume_find(&volume, "boot", 4, &file), 0));
	CHECK(file.folder);
	volume_walk_start(&volume, &file, &walk);
	while (volume_walk_next(&volume, &walk) == 1)
		entries += strcmp(walk.name, "entry") == 0 &&
			   !volume_walk_file(&volume, &walk, &file) && file.size == 8;
	CHECK_EQ(entries, 1);
	load("fat16.img");
	REQUIRE(CHECK_EQ(volume_open(&volume, &disk, 0, image_size, scratch), 0));
	CHECK_EQ(volume.kind, VOLUME_FAT);
	CHECK_EQ(volume_find(&volume, "LOWER.TXT", 9, &file), 0);
	CHECK_EQ(volume_read(&volume, &file, 1ULL << 32, 1, text), ERR_TRUNCATED);
	load("gpt.img");
	CHECK_EQ(volume_open(&volume, &disk, 0, image_size, scratch), ERR_UNKNOWN);
}

/* -- damage --------------------------------------------------------------------------------------
 */

#define SUPER (image + 1024)

static void seal_super(void)
{
	put_le32(SUPER + 0x3FC, crc32c_add(UINT32_MAX, SUPER, 0x3FC));
}

TEST(ext4_superblock_damaged)
{
	load("ext4.img");
	for (unsigned int i = 0; i < 1024; i++) {
		int error;

		SUPER[i] ^= 0x40;
		test_note("byte %u", i);
		error = open_fs();
		if (i == 0x38 || i == 0x39)
			CHECK_EQ(error, ERR_UNKNOWN);
		else
			CHECK(error == ERR_SUPERBLOCK || error == ERR_UNSUPPORTED ||
			      error == ERR_COMPRESSED || error == ERR_JOURNAL);
		SUPER[i] ^= 0x40;
	}
	CHECK_EQ(open_fs(), 0);
	CHECK_EQ(ext4_open(&fs, &disk, 512, image_size, scratch), ERR_PAST_DISK);
	CHECK_EQ(ext4_open(&fs, &disk, 0, image_size - 512, scratch), ERR_PAST_DISK);
	CHECK_EQ(ext4_open(&fs, &disk, 0, 2047, scratch), ERR_UNKNOWN);
	failure = ERR_TIMEOUT;
	CHECK_EQ(open_fs(), ERR_TIMEOUT);
	load("journal.img");
	CHECK_EQ(open_fs(), ERR_JOURNAL);
}

/* The checksum is right, what it is over is not. */
TEST(ext4_superblock_that_lies)
{
	static const struct {
		unsigned int at, bytes;
		uint64_t value;
		int error;
	} lies[] = {
		{0x60, 4, 0x2c3, ERR_COMPRESSED}, /* incompatible features */
		{0x60, 4, 0x2ca, ERR_JOURNAL},
		{0x60, 4, 0x12c2, ERR_UNSUPPORTED},
		{0x60, 4, 0x102c2, 0}, /* encrypted, some of it */
		{0x175, 1, 2, ERR_UNSUPPORTED},
		{0x18, 4, 7, ERR_SUPERBLOCK},
		{0x18, 4, UINT32_MAX, ERR_SUPERBLOCK},
		{0x20, 4, 0, ERR_SUPERBLOCK},
		{0x28, 4, 0, ERR_SUPERBLOCK},
		{0x28, 4, 32769, ERR_SUPERBLOCK},
		{0x14, 4, 2, ERR_SUPERBLOCK},
		{0x4, 4, 0, ERR_SUPERBLOCK},
		{0x4, 4, 4097, ERR_PAST_DISK},
		{0x150, 4, UINT32_MAX, ERR_SUPERBLOCK}, /* more groups than there are numbers */
		{0x150, 4, 1, ERR_PAST_DISK},
		{0x58, 2, 64, ERR_SUPERBLOCK},
		{0x58, 2, 192, ERR_SUPERBLOCK},
		{0x58, 2, 8192, ERR_SUPERBLOCK},
		{0xFE, 2, 32, ERR_SUPERBLOCK},
		{0xFE, 2, 96, ERR_SUPERBLOCK},
		{0xFE, 2, 8192, ERR_SUPERBLOCK},
		{0, 4, UINT32_MAX, ERR_SUPERBLOCK},
	};

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		load("ext4.img");
		memcpy(SUPER + lies[i].at, &lies[i].value, lies[i].bytes);
		if (i == 13)
			put_le32(SUPER + 0x20, 8);
		seal_super();
		test_note("%u bytes at %x: %llx", lies[i].bytes, lies[i].at,
			  (unsigned long long)lies[i].value);
		CHECK_EQ(open_fs(), lies[i].error);
	}
}

/* Any byte of a structure with a checksum is told by the structure's name. */
static void check_flips(uint64_t at, unsigned int size, const char *path, int error)
{
	static uint8_t to[1 << 21];
	struct ext4_file file;

	for (unsigned int i = 0; i < size; i++) {
		int got;

		image[at + i] ^= 0x11;
		test_note("%s: byte %u", path, i);
		got = open_fs();
		if (!got)
			got = find(path, &file);
		if (!got && !file.folder)
			got = ext4_read(&fs, &file, 0, file.size, to);
		CHECK(got == error || (got == ERR_ENCRYPTED && error == ERR_INODE));
		image[at + i] ^= 0x11;
	}
}

TEST(ext4_checksums)
{
	struct ext4_file file, folder;
	uint64_t inode, leaf;

	load("ext4-1k.img");
	REQUIRE(CHECK_EQ(open_fs(), 0));
	check_flips(2048, 64, "boot", ERR_GROUP);
	REQUIRE(CHECK_EQ(open_fs(), 0));
	REQUIRE(CHECK_EQ(find("/pieces", &file), 0));
	inode = fs.group_table * 1024 + (file.number - 1) % fs.group_inodes * 256;
	check_flips(inode, 256, "pieces", ERR_INODE);
	REQUIRE(CHECK(file.flags & 0x80000 && le16(file.map + 6) == 2));
	leaf = le32(file.map + 12 + 4) * 1024ULL; /* a node, and the first of its leaves */
	check_flips(leaf, 1024, "pieces", ERR_EXTENT);
	leaf = le32(image + leaf + 12 + 4) * 1024ULL;
	check_flips(leaf, 1024, "pieces", ERR_EXTENT);
	REQUIRE(CHECK_EQ(find("/boot", &folder), 0));
	check_flips(le32(folder.map + 12 + 8) * 1024ULL, 1024, "boot/entry", ERR_FOLDER);
}

TEST(ext4_checksums_of_an_index)
{
	struct ext4_file folder;
	uint64_t at;
	unsigned int used;

	load("ext4-index.img");
	REQUIRE(CHECK_EQ(open_fs(), 0));
	REQUIRE(CHECK_EQ(find("/many", &folder), 0));
	REQUIRE(CHECK(folder.flags & 0x1000 && folder.flags & 0x80000));
	at = le32(folder.map + 12 + 8) * 1024ULL;
	if (le16(folder.map + 6)) /* there is a leaf between */
		at = le32(image + le32(folder.map + 12 + 4) * 1024ULL + 12 + 8) * 1024ULL;
	REQUIRE(CHECK_EQ(image[at + 0x1D], 8));
	used = 0x20 + le16(image + at + 0x22) * 8U;
	check_flips(at, used, "many/none", ERR_FOLDER);
	check_flips(at + 0x20 + le16(image + at + 0x20) * 8U, 8, "many/none", ERR_FOLDER);
}

/* Without checksums: a map that leads out of the volume, and extents that cannot be. */
TEST(ext4_maps_that_lie)
{
	static uint8_t to[1 << 21];
	struct ext4_file file, bad;

	load("ext2.img");
	REQUIRE(CHECK_EQ(open_fs(), 0));
	REQUIRE(CHECK_EQ(find("boot/numbers", &file), 0));
	bad = file;
	put_le32(bad.map + 4, 8192);
	CHECK_EQ(ext4_read(&fs, &bad, 0, 4096, to), ERR_EXTENT);
	bad = file;
	put_le32(bad.map + 48, UINT32_MAX);
	CHECK_EQ(ext4_read(&fs, &bad, 0, file.size, to), ERR_EXTENT);
	bad.size = INT64_MAX;
	CHECK_EQ(ext4_read(&fs, &bad, INT64_MAX - 10, 10, to), ERR_EXTENT);
	load("ext4.img");
	REQUIRE(CHECK_EQ(open_fs(), 0));
	REQUIRE(CHECK_EQ(find("boot/numbers", &file), 0));
	for (unsigned int i = 0; i < 7; i++) {
		static const struct {
			unsigned int at;
			uint16_t value;
		} lies[] = {{0, 1}, {2, 5}, {4, 5}, {6, 1}, {6, 6}, {12 + 4, 0}, {12 + 6, 1}};

		bad = file;
		put_le16(bad.map + lies[i].at, lies[i].value);
		test_note("%u at %u", lies[i].value, lies[i].at);
		CHECK_EQ(ext4_read(&fs, &bad, 0, file.size, to), ERR_EXTENT);
	}
	bad = file;
	put_le16(bad.map + 12 + 4, 0x8000 + 1); /* room that nothing was written to */
	memset(to, 0xff, 16);
	CHECK_EQ(ext4_read(&fs, &bad, 0, 16, to), 0);
	CHECK_EQ(le32(to), 0);
	bad.size = 1ULL << 50;
	CHECK_EQ(ext4_read(&fs, &bad, 1ULL << 49, 16, to), ERR_EXTENT);
}

/* A tree whose node is its own child. */
TEST(ext4_extents_in_a_circle)
{
	struct ext4_file file;
	uint8_t to[16];
	uint64_t node;

	load("ext4-meta.img");
	REQUIRE(CHECK_EQ(open_fs(), 0));
	REQUIRE(CHECK_EQ(find("pieces", &file), 0));
	REQUIRE(CHECK_EQ(le16(file.map + 6), 2));
	node = le32(file.map + 12 + 4);
	put_le32(image + node * 1024 + 12 + 4, (uint32_t)node);
	put_le32(image + node * 1024 + 1020, crc32c_add(file.seed, image + node * 1024, 1020));
	CHECK_EQ(ext4_read(&fs, &file, 0, 16, to), ERR_EXTENT);
}

/* Without checksums. */
TEST(ext4_folders_that_lie)
{
	struct ext4_file boot, file;
	uint8_t *at;

	load("ext2.img");
	REQUIRE(CHECK_EQ(open_fs(), 0));
	REQUIRE(CHECK_EQ(find("boot", &boot), 0));
	at = image + le32(boot.map) * 1024;
	for (unsigned int i = 0; i < 6; i++) {
		static const uint16_t records[] = {0, 8, 13, 1028, 0xffff, 11};

		put_le16(at + 4, records[i]);
		REQUIRE(CHECK_EQ(open_fs(), 0));
		test_note("record of %u bytes", records[i]);
		CHECK_EQ(find("boot/entry", &file), ERR_FOLDER);
	}
	put_le16(at + 4, 12);
	at[6] = 5;
	REQUIRE(CHECK_EQ(open_fs(), 0));
	CHECK_EQ(find("boot/entry", &file), ERR_FOLDER);
	at[6] = 1;
	put_le32(at, UINT32_MAX);
	REQUIRE(CHECK_EQ(open_fs(), 0));
	CHECK_EQ(find("boot/../boot/entry", &file), 0);
	put_le32(at + 12, UINT32_MAX);
	REQUIRE(CHECK_EQ(open_fs(), 0));
	CHECK_EQ(find("boot/../boot/entry", &file), ERR_INODE);
	put_le32(at + 12, 0);
	REQUIRE(CHECK_EQ(open_fs(), 0));
	CHECK_EQ(find("boot/../boot/entry", &file), ERR_NO_FILE);
}

TEST(ext4_folder_sizes)
{
	struct ext4_file boot;
	struct ext4_folder walk;

	load("ext2.img");
	REQUIRE(CHECK_EQ(open_fs(), 0));
	REQUIRE(CHECK_EQ(find("boot", &boot), 0));
	boot.size = EXT4_FOLDER_MAX + 1024;
	ext4_folder_open(&boot, &walk);
	CHECK_EQ(ext4_folder_next(&fs, &walk), ERR_TOO_LARGE);
	boot.size = 1023;
	ext4_folder_open(&boot, &walk);
	CHECK_EQ(ext4_folder_next(&fs, &walk), ERR_FOLDER);
	boot.size = 2048; /* with a hole */
	ext4_folder_open(&boot, &walk);
	while (walk.offset < 1024)
		REQUIRE(CHECK_EQ(ext4_folder_next(&fs, &walk), 1));
	CHECK_EQ(ext4_folder_next(&fs, &walk), ERR_FOLDER);
}

TEST(ext4_inline_damaged)
{
	uint8_t to[100], *raw;
	struct ext4_file file;

	load("ext4-inline.img");
	REQUIRE(CHECK_EQ(open_fs(), 0));
	REQUIRE(CHECK_EQ(find("boot/short", &file), 0));
	REQUIRE(CHECK(file.flags & 0x10000000 && file.size > 60));
	CHECK_EQ(ext4_read(&fs, &file, 0, file.size, to), 0);
	CHECK_EQ(ext4_read(&fs, &file, 50, 20, to), 0);
	file.size = 400; /* more than the attribute has */
	CHECK_EQ(ext4_read(&fs, &file, 0, 100, to), ERR_INODE);
	REQUIRE(CHECK_EQ(fs.group, 0));
	raw = image + fs.group_table * 1024 + (file.number - 1) * 512;
	file.size = 81;
	for (unsigned int i = 0; i < 4; i++) {
		static const uint16_t places[] = {0x80, 128 + 32, 128 + 32 + 6, 128 + 32 + 4};
		uint16_t *at = (uint16_t *)(raw + places[i]), before = *at;

		*at = 0xfff0;
		REQUIRE(CHECK_EQ(open_fs(), 0));
		CHECK_EQ(ext4_read(&fs, &file, 0, 81, to), ERR_INODE);
		*at = before;
	}
}

/* Random damage: whatever comes of it, it ends, and stays inside. */
TEST(ext4_damaged_at_random)
{
	static uint8_t to[1 << 21];

	for (unsigned int i = 0; i < 66; i++) {
		struct ext4_file file;
		struct ext4_folder walk;

		load(volumes[i % VOLUMES]);
		for (unsigned int j = 0; j < 400; j++)
			image[test_between(2048,
					   image_size < 2000000 ? image_size - 1 : 2000000)] ^=
				(uint8_t)(1 << test_between(0, 7));
		if (open_fs() || find(i % 2 ? "boot" : "", &file))
			continue;
		ext4_folder_open(&file, &walk);
		while (ext4_folder_next(&fs, &walk) == 1)
			if (!ext4_folder_file(&fs, &walk, &file) && file.size <= sizeof(to) &&
			    ext4_read(&fs, &file, 0, file.size, to))
				to[0] = 0;
	}
}
