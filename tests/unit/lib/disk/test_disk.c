/* SPDX-License-Identifier: BSD-2-Clause */
/* Partition tables and FAT volumes that the real tools have made, and damaged ones. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "le.h"
#include "lib/disk/fat.h"
#include "lib/disk/partition.h"
#include "lib/hash/crc32.h"
#include "parts.h"
#include "test.h"

static uint8_t *image;
static size_t image_size;
static unsigned int requests;
static int failure; /* what the device answers */
static uint8_t bounce[BLOCK_SIZE_MAX];

static int read_blocks(void *context, uint64_t block, uint64_t count, void *to);
static struct block_device disk = {read_blocks, &disk, 0, 512, bounce};

static int read_blocks(void *context, uint64_t block, uint64_t count, void *to)
{
	CHECK(context == &disk);
	requests++;
	if (failure || !CHECK(count && block <= disk.blocks && count <= disk.blocks - block))
		return failure ? failure : ERR_DEVICE;
	memcpy(to, image + block * disk.block_size, count * disk.block_size);
	return 0;
}

static void load(const char *name)
{
	char path[64];

	free(image);
	snprintf(path, sizeof(path), "disk/%s", name);
	image = part_load(path, &image_size);
	disk.block_size = 512;
	disk.blocks = image_size / 512;
	requests = 0;
	failure = 0;
	test_note("%s", name);
}

/* -- reading by bytes ---------------------------------------------------------------------------
 */

TEST(disk_by_bytes)
{
	uint8_t to[4096];

	image = malloc(0x10000);
	image_size = 0x10000;
	for (size_t i = 0; i < image_size; i++)
		image[i] = (uint8_t)(i * 7 + i / 512);
	for (disk.block_size = 512; disk.block_size <= 4096; disk.block_size *= 2) {
		disk.blocks = image_size / disk.block_size;
		CHECK_EQ(block_check(&disk), 0);
		for (unsigned int i = 0; i < 300; i++) {
			uint64_t size = test_between(0, sizeof(to)),
				 at = test_between(0, image_size - size);

			CHECK_EQ(block_read(&disk, at, size, to), 0);
			CHECK_BYTES(to, image + at, size);
		}
		CHECK_EQ(block_read(&disk, image_size - 3, 4, to), ERR_PAST_DISK);
		CHECK_EQ(block_read(&disk, image_size, 1, to), ERR_PAST_DISK);
		CHECK_EQ(block_read(&disk, UINT64_MAX, UINT64_MAX, to), ERR_PAST_DISK);
	}
	disk.block_size = 512;
	failure = ERR_TIMEOUT;
	CHECK_EQ(block_read(&disk, 3, 1, to), ERR_TIMEOUT);
	CHECK_EQ(block_read(&disk, 512, 1024, to), ERR_TIMEOUT);
	free(image);
	image = NULL;
}

TEST(disk_sizes)
{
	struct block_device d = {NULL, NULL, 1ULL << 55, 512, NULL};

	CHECK_EQ(block_check(&d), ERR_HEADER); /* 2^64 bytes */
	d.blocks--;
	CHECK_EQ(block_check(&d), 0);
	for (d.blocks = 1, d.block_size = 0; d.block_size < 9000; d.block_size++) {
		bool good = d.block_size == 512 || d.block_size == 1024 || d.block_size == 2048 ||
			    d.block_size == 4096;

		CHECK_EQ(block_check(&d), good ? 0 : ERR_HEADER);
	}
}

/* -- GPT ----------------------------------------------------------------------------------------
 */

static struct partitions partitions;
static uint8_t scratch[PARTITION_SCRATCH];

#define HEADER	(image + 512)
#define ENTRIES (image + 1024)
#define BACKUP	(image + image_size - 512)

/* As whoever changed it on purpose would leave it. */
static void seal(uint8_t *header)
{
	const uint8_t *entries = image + le64(header + 72) * disk.block_size;

	put_le32(header + 88, crc32_add(0, entries, le32(header + 80) * le32(header + 84)));
	put_le32(header + 16, 0);
	put_le32(header + 16, crc32_add(0, header, 92));
}

static int read_gpt(void)
{
	memset(&partitions, 0xa5, sizeof(partitions));
	return partitions_read(&disk, scratch, &partitions);
}

static void check_made(void)
{
	const struct partition *p = partitions.partition;
	char id[GUID_TEXT];

	CHECK_EQ(partitions.scheme, PARTITIONS_GPT);
	REQUIRE(CHECK_EQ(partitions.count, 3));
	CHECK(p[0].number == 1 && p[0].kind == PARTITION_ESP);
	CHECK(p[1].number == 2 && p[1].kind == PARTITION_XBOOTLDR);
	CHECK(p[2].number == 5 && p[2].kind == PARTITION_LINUX);
	CHECK_EQ(p[0].start, 2048 * 512);
	CHECK_EQ(p[0].size, 4096 * 512);
	partition_id(&partitions, &p[0], id);
	CHECK_TEXT(id, "6f1b4c3a-0102-0304-0506-0708090a0b0c");
}

TEST(gpt_as_sgdisk_makes_it)
{
	load("gpt.img");
	CHECK_EQ(read_gpt(), 0);
	CHECK_EQ(partitions.damage, 0);
	CHECK_EQ(requests, 2); /* the header, all entries at once */
	check_made();
}

/* Any byte of the first header or of its entries: the backup has all of it. */
TEST(gpt_backup)
{
	load("gpt.img");
	for (unsigned int i = 0; i < 92 + 16384; i++) {
		uint8_t *byte = i < 92 ? HEADER + i : ENTRIES + (i - 92);

		*byte ^= 0x10;
		test_note("byte %u", i);
		CHECK_EQ(read_gpt(), 0);
		CHECK(partitions.damage != 0);
		check_made();
		*byte ^= 0x10;
	}
}

TEST(gpt_both_damaged)
{
	load("gpt.img");
	HEADER[40] ^= 1;
	BACKUP[40] ^= 1;
	CHECK_EQ(read_gpt(), ERR_HASH);
	memset(HEADER, 0, 512);
	CHECK_EQ(read_gpt(), ERR_HASH);
	memset(BACKUP, 0, 512);
	CHECK_EQ(read_gpt(), 0); /* and the MBR protects nothing any more */
	CHECK_EQ(partitions.scheme, PARTITIONS_NONE);
	CHECK_EQ(partitions.count, 0);
}

/* An image with a master boot record was written over the start of a disk that had a GPT. */
TEST(gpt_that_was_there_before)
{
	load("gpt.img");
	memset(HEADER, 0, 512);
	CHECK_EQ(read_gpt(), 0);
	CHECK_EQ(partitions.scheme, PARTITIONS_GPT); /* by the backup, which the MBR speaks of */
	memset(image + 446, 0, 64);
	CHECK_EQ(read_gpt(), 0);
	CHECK_EQ(partitions.scheme, PARTITIONS_GPT); /* it says nothing */
	image[446 + 4] = 0x83;
	put_le32(image + 446 + 8, 100);
	put_le32(image + 446 + 12, 50);
	CHECK_EQ(read_gpt(), 0);
	CHECK_EQ(partitions.scheme, PARTITIONS_MBR);
	REQUIRE(CHECK_EQ(partitions.count, 1));
	CHECK_EQ(partitions.partition[0].start, 100 * 512);
}

/* The checksums are right, what they are over is not. */
TEST(gpt_that_lies)
{
	static const struct {
		unsigned int at, bytes;
		uint64_t value;
		int error;
	} lies[] = {
		{12, 4, 91, ERR_HEADER},
		{12, 4, 513, ERR_HEADER},
		{12, 4, UINT32_MAX, ERR_HEADER},
		{24, 8, 2, ERR_HEADER},
		{40, 8, 10000, ERR_PART},
		{40, 8, UINT64_MAX, ERR_HEADER},
		{48, 8, 16384, ERR_PAST_DISK},
		{48, 8, 9000, ERR_PART},
		{72, 8, 16384, ERR_PAST_DISK},
		{72, 8, 16370, ERR_PAST_DISK},
		{72, 8, 1ULL << 55, ERR_PAST_DISK},
		{80, 4, 8193, ERR_HEADER},
		{84, 4, 0, ERR_HEADER},
		{84, 4, 64, ERR_HEADER},
		{84, 4, 192, ERR_HEADER},
		{84, 4, 8192, ERR_HEADER},
		{80, 4, UINT32_MAX, ERR_HEADER},
		{80, 4, 0, 0},
	};

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		load("gpt.img");
		memset(BACKUP, 0, 512);
		memcpy(HEADER + lies[i].at, &lies[i].value, lies[i].bytes);
		test_note("%u bytes at %u: %llx", lies[i].bytes, lies[i].at,
			  (unsigned long long)lies[i].value);
		if (lies[i].error != ERR_PAST_DISK && lies[i].error != ERR_HEADER)
			seal(HEADER);
		else {
			put_le32(HEADER + 16, 0);
			put_le32(HEADER + 16,
				 crc32_add(0, HEADER,
					   le32(HEADER + 12) < 513 ? le32(HEADER + 12) : 92));
		}
		CHECK_EQ(read_gpt(), lies[i].error);
	}
}

TEST(gpt_entries_that_lie)
{
	static const struct {
		uint64_t first, last;
		int error;
	} lies[] = {
		{2048, 2047, ERR_PART},
		{33, 2048, ERR_PART},
		{6143, 6144, ERR_OVERLAP},
		{2048, 16351, ERR_PART},
		{0, UINT64_MAX, ERR_PART},
		{6144, 6144, ERR_OVERLAP},
		{34, 34, 0},
	};

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		load("gpt.img");
		memset(BACKUP, 0, 512);
		put_le64(ENTRIES + 32, lies[i].first);
		put_le64(ENTRIES + 40, lies[i].last);
		seal(HEADER);
		test_note("%zu", i);
		CHECK_EQ(read_gpt(), lies[i].error);
	}
}

/* 512 entries of 256 bytes, in several pieces; and 129 in use are one too many. */
TEST(gpt_larger_tables)
{
	load("gpt.img");
	memset(BACKUP, 0, 512);
	put_le64(HEADER + 72, 10240);
	put_le64(HEADER + 48, 10239);
	put_le32(HEADER + 80, 512);
	put_le32(HEADER + 84, 256);
	for (unsigned int i = 0; i < 129; i++) {
		uint8_t *entry = image + 10240 * 512 + (511 - i) * 256;

		memcpy(entry, ENTRIES, 128);
		put_le64(entry + 32, 2048 + i);
		put_le64(entry + 40, 2048 + i);
		seal(HEADER);
		CHECK_EQ(read_gpt(), i < PARTITIONS_MAX ? 0 : ERR_FULL);
		if (i < PARTITIONS_MAX)
			CHECK(partitions.count == i + 1 &&
			      partitions.partition[0].number == 512 - i);
	}
}

TEST(gpt_device_fails)
{
	load("gpt.img");
	failure = ERR_TIMEOUT;
	CHECK_EQ(read_gpt(), ERR_TIMEOUT);
	failure = 0;
	for (disk.blocks = 0; disk.blocks < 40; disk.blocks++) {
		int result = read_gpt();

		CHECK(result == ERR_PAST_DISK || (disk.blocks == 1 && !result));
	}
}

/* -- MBR ----------------------------------------------------------------------------------------
 */

static void put_mbr(unsigned int i, uint8_t type, uint32_t first, uint32_t count)
{
	uint8_t *entry = image + 446 + 16 * i;

	memset(entry, 0, 16);
	entry[4] = type;
	put_le32(entry + 8, first);
	put_le32(entry + 12, count);
	put_le16(image + 510, 0xAA55);
}

static void start_mbr(void)
{
	load("fat12.img");
	memset(image, 0, image_size);
	put_le32(image + 440, 0x1234abcd);
}

TEST(mbr_partitions)
{
	char id[GUID_TEXT];

	start_mbr();
	put_mbr(0, 0x83, 1, 100);
	put_mbr(2, 0xEF, 101, 900);
	put_mbr(3, 0x0C, 2000, 880);
	CHECK_EQ(read_gpt(), 0);
	CHECK_EQ(partitions.scheme, PARTITIONS_MBR);
	REQUIRE(CHECK_EQ(partitions.count, 3));
	CHECK_EQ(partitions.partition[0].kind, PARTITION_LINUX);
	CHECK_EQ(partitions.partition[1].kind, PARTITION_ESP);
	CHECK_EQ(partitions.partition[1].number, 3);
	CHECK_EQ(partitions.partition[1].start, 101 * 512);
	CHECK_EQ(partitions.partition[1].size, 900 * 512);
	CHECK_EQ(partitions.partition[2].kind, PARTITION_FAT);
	partition_id(&partitions, &partitions.partition[1], id);
	CHECK_TEXT(id, "1234abcd-03");
}

TEST(mbr_damage)
{
	start_mbr();
	put_mbr(0, 0x83, 1, 100);
	put_mbr(1, 0x83, 100, 100);
	CHECK_EQ(read_gpt(), ERR_OVERLAP);
	put_mbr(1, 0x83, 2800, 81);
	CHECK_EQ(read_gpt(), ERR_PAST_DISK);
	put_mbr(1, 0x83, UINT32_MAX, UINT32_MAX);
	CHECK_EQ(read_gpt(), ERR_PAST_DISK);
	put_mbr(1, 0x83, 0, 1);
	CHECK_EQ(read_gpt(), ERR_PAST_DISK);
	put_mbr(1, 0xEE, 200, 1);
	CHECK_EQ(read_gpt(), 0);
	CHECK_EQ(partitions.scheme, PARTITIONS_NONE);
}

/* A volume without a partition table is none. */
TEST(mbr_of_a_volume)
{
	static const char *const names[] = {"fat12.img", "fat16.img", "fat32.img"};

	for (size_t i = 0; i < 3; i++) {
		load(names[i]);
		CHECK_EQ(read_gpt(), 0);
		CHECK_EQ(partitions.scheme, PARTITIONS_NONE);
	}
}

/* -- FAT ----------------------------------------------------------------------------------------
 */

static const struct {
	const char *name;
	unsigned int bits, sector;
} volumes[] = {
	{"fat12.img", 12, 512},	    {"fat16.img", 16, 512},  {"fat32.img", 32, 512},
	{"fat16-4k.img", 16, 4096}, {"fat12.img", 12, 4096},
};
#define VOLUMES (sizeof(volumes) / sizeof(volumes[0]))

static struct fat fat;
static uint8_t fat_scratch[FAT_SCRATCH];

static int open_fat(void)
{
	return fat_open(&fat, &disk, 0, block_bytes(&disk), fat_scratch);
}

static void load_volume(size_t i)
{
	load(volumes[i].name);
	disk.block_size = volumes[i].sector;
	disk.blocks = image_size / disk.block_size;
	CHECK_EQ(open_fat(), 0);
	CHECK_EQ(fat.bits, volumes[i].bits);
	requests = 0;
}

static int find(const char *path, struct fat_file *file)
{
	return fat_find(&fat, path, strlen(path), file);
}

static uint8_t *read_file(const struct fat_file *file)
{
	uint8_t *to = malloc(file->size + 1);

	if (!CHECK_EQ(fat_read(&fat, file, 0, file->size, to), 0))
		memset(to, 0, file->size);
	to[file->size] = 0;
	return to;
}

TEST(fat_files)
{
	struct part numbers;
	struct fat_file file;
	size_t size;

	numbers.at = part_load("disk/tree/numbers", &size);
	for (size_t i = 0; i < VOLUMES; i++) {
		uint8_t *content;

		load_volume(i);
		REQUIRE(CHECK_EQ(find("/EFI/Linux/numbers.efi", &file), 0));
		REQUIRE(CHECK_EQ(file.size, size));
		content = read_file(&file);
		CHECK_BYTES(content, numbers.at, size);
		free(content);
		CHECK_EQ(find("\\efi\\LINUX\\AFTER.EFI", &file), 0);
		content = read_file(&file);
		CHECK_TEXT((char *)content, "title x\n");
		free(content);
		CHECK(find("empty", &file) == 0 && !file.size && !file.cluster);
		CHECK_EQ(fat_read(&fat, &file, 0, 0, NULL), 0);
		CHECK_EQ(fat_read(&fat, &file, 0, 1, scratch), ERR_TRUNCATED);
	}
}

/* Any piece of a file, wherever it begins. */
TEST(fat_pieces)
{
	uint8_t *numbers, to[20000];
	struct fat_file file;
	size_t size;

	numbers = part_load("disk/tree/numbers", &size);
	for (size_t i = 0; i < VOLUMES; i++) {
		load_volume(i);
		REQUIRE(CHECK_EQ(find("/EFI/Linux/numbers.efi", &file), 0));
		for (unsigned int j = 0; j < 200; j++) {
			uint32_t length = (uint32_t)test_between(0, sizeof(to)),
				 at = (uint32_t)test_between(0, size - length);

			REQUIRE(CHECK_EQ(fat_read(&fat, &file, at, length, to), 0));
			REQUIRE(CHECK_BYTES(to, numbers + at, length));
		}
		CHECK_EQ(fat_read(&fat, &file, (uint32_t)size, 1, to), ERR_TRUNCATED);
		CHECK_EQ(fat_read(&fat, &file, UINT32_MAX, UINT32_MAX, to), ERR_TRUNCATED);
	}
}

/* What lies in one piece is one request, but for the end of its last block. */
TEST(fat_requests)
{
	struct fat_file file;

	load_volume(2);
	REQUIRE(CHECK_EQ(find("/EFI/Linux/numbers.efi", &file), 0));
	requests = 0;
	free(read_file(&file));
	CHECK(requests <= 3);
	load_volume(1); /* in pieces */
	REQUIRE(CHECK_EQ(find("/EFI/Linux/numbers.efi", &file), 0));
	requests = 0;
	free(read_file(&file));
	CHECK(requests > 3);
}

TEST(fat_folders)
{
	for (size_t i = 0; i < VOLUMES; i++) {
		static struct fat_folder walk;
		unsigned int entries = 0, others = 0, number;
		struct fat_file file;
		int result;

		load_volume(i);
		REQUIRE(CHECK_EQ(find("loader/entries", &file), 0));
		CHECK(file.folder);
		fat_folder_open(&fat, &file, &walk);
		while ((result = fat_folder_next(&fat, &walk)) == 1)
			if (sscanf(walk.name, "a name that is too long for eight and three %u.conf",
				   &number) == 1)
				entries += number % 2 == 0 && walk.file.size == 8;
			else
				others++;
		CHECK_EQ(result, 0);
		CHECK_EQ(fat_folder_next(&fat, &walk), 0);
		CHECK_EQ(entries, 20);
		CHECK_EQ(others, 2); /* . and .. */
		CHECK_EQ(find("loader/entries/../../EFI/../lower.txt", &file), 0);
		CHECK_EQ(find("LOADER/ENTRIES/A NAME THAT IS TOO LONG FOR EIGHT AND THREE 40.CONF",
			      &file),
			 0);
	}
}

TEST(fat_names)
{
	for (size_t i = 0; i < VOLUMES; i++) {
		static struct fat_folder walk;
		struct fat_file file, root;
		bool lower = false, label = false;

		load_volume(i);
		CHECK_EQ(find("Gr\xc3\xb6\xc3\x9f"
			      "e 1.conf",
			      &file),
			 0);
		CHECK_EQ(find("lower.tx", &file), ERR_NO_FILE);
		CHECK_EQ(find("lower.txt2", &file), ERR_NO_FILE);
		CHECK_EQ(find("lower.txt/x", &file), ERR_NO_FILE);
		CHECK_EQ(find("LABEL", &file), ERR_NO_FILE);
		CHECK_EQ(find("", &file), 0);
		CHECK_EQ(find("//EFI//", &file), 0);
		CHECK(file.folder);
		CHECK_EQ(fat_find(&fat, (const char *)image, FAT_NAME, &file), ERR_TOO_LONG);
		root = fat_root(&fat);
		fat_folder_open(&fat, &root, &walk);
		while (fat_folder_next(&fat, &walk) == 1) {
			lower |= strcmp(walk.name, "lower.txt") == 0;
			label |= strcmp(walk.name, "LABEL") == 0;
		}
		CHECK(lower && !label);
	}
}

/* -- damaged volumes ----------------------------------------------------------------------------
 */

static void put_fat16(uint32_t cluster, uint16_t next)
{
	put_le16(image + fat.table + 2 * cluster, next);
	CHECK_EQ(open_fat(), 0); /* nothing is kept of what was read before */
}

TEST(fat_chains_damaged)
{
	struct fat_file file;
	uint8_t *to;

	load_volume(1);
	REQUIRE(CHECK_EQ(find("EFI/Linux/numbers.efi", &file), 0));
	to = malloc(file.size);
	for (unsigned int i = 0; i < 6; i++) {
		static const uint16_t wrong[] = {0, 1, 0xFFF7, 0xFFF6, 0xFFFF, 0};
		uint32_t next = file.cluster;

		load_volume(1);
		if (i == 5)
			put_fat16(next, (uint16_t)next);
		else
			put_fat16(next, wrong[i]);
		test_note("%u", i);
		CHECK_EQ(fat_read(&fat, &file, 0, file.size, to), ERR_CHAIN);
		CHECK_EQ(fat_read(&fat, &file, 0, 2048, to), 0); /* its first cluster is there */
	}
	load_volume(1);
	file.size = UINT32_MAX;
	CHECK_EQ(fat_read(&fat, &file, 0, file.size, to), ERR_CHAIN);
	CHECK_EQ(find("loader/entries", &file), 0);
	put_fat16(file.cluster, (uint16_t)file.cluster); /* a folder that goes in a circle */
	CHECK_EQ(find("loader/entries/nothing", &file), ERR_CHAIN);
	free(to);
}

/* Chains of FAT16 between two clusters: as long as the file is said to be, whatever the disk has.
 */
TEST(fat_work_is_bounded)
{
	static char path[FAT_PATH + 1];
	static uint8_t piece[1];
	struct fat_file file, folder;
	int result = 0;

	load_volume(1);
	REQUIRE(CHECK_EQ(find("EFI/Linux/numbers.efi", &file), 0));
	put_fat16(file.cluster, (uint16_t)(file.cluster + 2));
	put_fat16(file.cluster + 2, (uint16_t)file.cluster);
	file.size = fat.clusters * fat.cluster_size - 1;
	for (unsigned int i = 0; i < 20000 && !result; i++)
		result = fat_read(&fat, &file, file.size - 2, 1, piece);
	CHECK_EQ(result, ERR_CHAIN);
	CHECK(requests < 2000);
	CHECK_EQ(open_fat(), 0); /* from here on all is well again */
	CHECK_EQ(fat_read(&fat, &file, 0, 1, piece), 0);

	load_volume(1);
	REQUIRE(CHECK_EQ(find("loader/entries", &folder), 0));
	put_fat16(folder.cluster, (uint16_t)folder.cluster);
	for (unsigned int i = 0; i < 20000 && result != ERR_TOO_LONG; i++)
		result = fat.work < 0x100000 - 1 ? find("loader/entries/x", &file) : ERR_TOO_LONG;
	CHECK_EQ(find("loader/entries/x", &file), ERR_CHAIN);

	load_volume(1);
	memset(path, '/', sizeof(path));
	CHECK_EQ(fat_find(&fat, path, FAT_PATH, &file), 0);
	CHECK_EQ(fat_find(&fat, path, FAT_PATH + 1, &file), ERR_TOO_LONG);
}

/* Clusters that are kept for a file, behind its end: there may be some. */
TEST(fat_kept_clusters)
{
	struct fat_file file;
	uint8_t *content;
	uint64_t table;

	load_volume(2);
	REQUIRE(CHECK_EQ(find("lower.txt", &file), 0));
	content = read_file(&file);
	free(content);
	table = fat.table;
	for (uint32_t i = file.cluster; i < file.cluster + 0x10000 - 1; i++)
		put_le32(image + table + 4 * (uint64_t)i, i + 1);
	put_le32(image + table + 4 * ((uint64_t)file.cluster + 0x10000 - 1), 0x0FFFFFFF);
	CHECK_EQ(open_fat(), 0);
	content = malloc(file.size);
	CHECK_EQ(fat_read(&fat, &file, 0, file.size, content), 0);
	put_le32(image + table + 4 * ((uint64_t)file.cluster + 0x10000 - 1),
		 file.cluster + 0x10000);
	put_le32(image + table + 4 * ((uint64_t)file.cluster + 0x10000), 0x0FFFFFFF);
	put_le32(image + table + 4 * ((uint64_t)file.cluster + 0x10001), 0x0FFFFFFF);
	CHECK_EQ(open_fat(), 0);
	CHECK_EQ(fat_read(&fat, &file, 0, file.size, content), 0);
	put_le32(image + table + 4 * ((uint64_t)file.cluster + 0x10000), file.cluster + 0x10001);
	CHECK_EQ(open_fat(), 0);
	CHECK_EQ(fat_read(&fat, &file, 0, file.size, content), ERR_CHAIN);
	free(content);
}

TEST(fat_boot_sector_damaged)
{
	static const struct {
		unsigned int at, bytes;
		uint32_t value;
		int error;
	} lies[] = {
		{510, 1, 0, ERR_UNKNOWN}, {0, 1, 0, ERR_UNKNOWN},    {16, 1, 0, ERR_UNKNOWN},
		{16, 1, 5, ERR_HEADER},	  {11, 2, 0, ERR_UNKNOWN},   {11, 2, 513, ERR_UNKNOWN},
		{11, 2, 256, ERR_HEADER}, {11, 2, 8192, ERR_HEADER}, {13, 1, 0, ERR_HEADER},
		{13, 1, 3, ERR_HEADER},	  {14, 2, 0, ERR_HEADER},    {14, 2, 0xffff, ERR_HEADER},
		{17, 2, 0, ERR_HEADER},	  {22, 2, 0, ERR_HEADER},    {22, 2, 0xffff, ERR_HEADER},
		{19, 2, 0, ERR_HEADER},	  {19, 2, 40, ERR_HEADER},   {19, 2, 0xffff, ERR_PAST_DISK},
		{13, 1, 128, 0},
	};

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		load("fat16.img");
		memcpy(image + lies[i].at, &lies[i].value, lies[i].bytes);
		test_note("%u bytes at %u: %x", lies[i].bytes, lies[i].at, lies[i].value);
		CHECK_EQ(open_fat(), lies[i].error);
	}
	load("fat32.img");
	put_le32(image + 44, 1);
	CHECK_EQ(open_fat(), ERR_HEADER);
	put_le32(image + 44, 0x0FFFFFFF);
	CHECK_EQ(open_fat(), ERR_HEADER);
	load("fat12.img");
	CHECK_EQ(fat_open(&fat, &disk, 512, block_bytes(&disk), fat_scratch), ERR_PAST_DISK);
	CHECK_EQ(fat_open(&fat, &disk, 0, 100, fat_scratch), ERR_UNKNOWN);
	CHECK_EQ(fat_open(&fat, &disk, 0, block_bytes(&disk) - 512, fat_scratch), ERR_PAST_DISK);
	failure = ERR_DEVICE;
	CHECK_EQ(open_fat(), ERR_DEVICE);
}

/* FAT32 can say that its second table counts. */
TEST(fat_second_table)
{
	struct fat_file file;
	uint8_t *content;
	uint64_t bytes;

	load_volume(2);
	bytes = (uint64_t)le32(image + 36) * 512;
	memset(image + fat.table, 0, bytes);
	put_le16(image + 40, 0x81);
	CHECK_EQ(open_fat(), 0);
	REQUIRE(CHECK_EQ(find("EFI/Linux/numbers.efi", &file), 0));
	content = read_file(&file);
	CHECK_BYTES(content, "1\n2\n3\n", 6);
	free(content);
}

/* Random damage: whatever comes of it, it ends, and stays inside. */
TEST(fat_damaged_at_random)
{
	static struct fat_folder walk;
	static uint8_t to[1 << 20];

	for (unsigned int i = 0; i < 60; i++) {
		size_t volume = i % 3;
		struct fat_file file;

		load_volume(volume);
		for (unsigned int j = 0; j < 200; j++)
			image[test_between(512, volume == 0 ? 40000 : 400000)] ^=
				(uint8_t)(1 << test_between(0, 7));
		if (open_fat() || find("loader/entries", &file))
			continue;
		fat_folder_open(&fat, &file, &walk);
		while (fat_folder_next(&fat, &walk) == 1)
			if (walk.file.size <= sizeof(to) &&
			    fat_read(&fat, &walk.file, 0, walk.file.size, to))
				to[0] = 0;
	}
}
