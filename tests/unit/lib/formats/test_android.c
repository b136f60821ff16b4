/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Android boot images as mkbootimg writes them; what the packaged one does not write (version 4,
 * recovery_dtbo) is made of its files by hand.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "lib/formats/android.h"
#include "error.h"
#include "le.h"
#include "parts.h"
#include "test.h"

#define KERNEL_SIZE	8
#define OLD_RAMDISK	16
#define PAGE_BYTES	36
#define VERSION		40
#define DTBO_SIZE	1632
#define DTB_SIZE	1648
#define NEW_RAMDISK	12
#define VENDOR_VERSION	8
#define VENDOR_PAGE	12
#define VENDOR_RAMDISK	24
#define VENDOR_DTB	2100
#define TABLE_SIZE	2112
#define ENTRIES		2116
#define ENTRY_SIZE	2120
#define BOOTCONFIG_SIZE 2124
#define ENTRY		108

static struct payload p;
static uint8_t *boot, *vendor;
static size_t size, vendor_size;

static void load(const char *name, const char *vendor_name)
{
	char path[64];

	test_note("%s with %s", name, vendor_name ? vendor_name : "nothing");
	free(boot);
	free(vendor);
	vendor = NULL;
	vendor_size = 0;
	snprintf(path, sizeof(path), "android/%s.img", name);
	boot = part_load(path, &size);
	if (!vendor_name)
		return;
	snprintf(path, sizeof(path), "android/%s.img", vendor_name);
	vendor = part_load(path, &vendor_size);
}

static int open_image(void)
{
	int error;

	memset(&p, 0, sizeof(p));
	error = android_open(boot, size, vendor, vendor_size, &p);
	CHECK(parts_inside(&p, boot, size, vendor, vendor_size));
	return error;
}

static void check_parts(const char *dtb, bool placed, uint64_t load_address)
{
	CHECK(part_is_file(&p.kernel, "parts/kernel"));
	CHECK(part_is_file(&p.dtb, dtb));
	CHECK_EQ(p.placed, placed);
	CHECK_EQ(p.load, load_address);
	CHECK_EQ(p.entry, load_address);
	CHECK_EQ(p.arch, PAYLOAD_ANY);
	CHECK(!p.relocatable);
	CHECK_EQ(p.overlays, 0);
}

/* A command line that goes on in the second field, and a name that fills its own. */
TEST(android_version_0)
{
	char line[1024] = "";

	load("v0", NULL);
	CHECK(android_is(boot, size) && !android_vendor_is(boot, size));
	REQUIRE(CHECK_EQ(open_image(), 0));
	check_parts("", true, 0x10008000);
	CHECK_EQ(p.initrds, 1);
	CHECK(part_is_file(&p.initrd[0], "parts/initrd"));
	CHECK(part_is_text(&p.name, "board-of-16-char"));
	REQUIRE(CHECK_EQ(p.texts, 2));
	CHECK_EQ(p.text_continues, 2);
	CHECK_EQ(p.text[0].size, 512);
	CHECK_EQ(p.text[1].size, 188);
	memcpy(line, p.text[0].at, 512);
	memcpy(line + 512, p.text[1].at, 188);
	for (int i = 1, at = 0; i <= 100; i++) {
		char number[8];

		snprintf(number, sizeof(number), "%d,", i);
		CHECK(strncmp(line + at, number, strlen(number)) == 0);
		at += (int)strlen(number);
	}
}

TEST(android_kernel_only)
{
	load("plain-v0", NULL);
	REQUIRE(CHECK_EQ(open_image(), 0));
	check_parts("", false, 0);
	CHECK_EQ(p.initrds + p.texts + p.text_continues, 0);
	CHECK_EQ(p.name.size, 0);
}

TEST(android_version_1)
{
	load("v1", NULL);
	REQUIRE(CHECK_EQ(open_image(), 0));
	check_parts("", true, 0x10008000);
	CHECK(p.initrds == 1 && part_is_file(&p.initrd[0], "parts/initrd"));
	CHECK(p.texts == 1 && part_is_text(&p.text[0], "one two"));
	CHECK_EQ(p.text_continues, 0);
}

TEST(android_version_2)
{
	load("v2", NULL);
	REQUIRE(CHECK_EQ(open_image(), 0));
	check_parts("dtb/xen.dtb", true, 0x40008000);
	CHECK(p.initrds == 1 && part_is_file(&p.initrd[0], "parts/initrd"));
	CHECK(part_is_text(&p.name, "b"));
	CHECK_EQ(p.texts, 0);
}

/* In front of the device tree. */
TEST(android_recovery_dtbo)
{
	uint32_t page = 16384, at;
	uint8_t *longer;

	load("v2", NULL);
	CHECK_EQ(open_image(), 0);
	at = (uint32_t)(p.dtb.at - boot);
	longer = calloc(1, size + page);
	memcpy(longer, boot, at);
	memcpy(longer + at + page, boot + at, size - at);
	put_le32(longer + DTBO_SIZE, page - 5);
	free(boot);
	boot = longer;
	size += page;
	REQUIRE(CHECK_EQ(open_image(), 0));
	CHECK(part_is_file(&p.dtb, "dtb/xen.dtb"));
}

/* The extra field alone does not go on with anything. */
TEST(android_extra_line_only)
{
	load("plain-v0", NULL);
	memcpy(boot + 608, "extra", 6);
	CHECK_EQ(open_image(), 0);
	CHECK(p.texts == 1 && part_is_text(&p.text[0], "extra"));
	CHECK_EQ(p.text_continues, 0);
	memset(boot + 608, 'x', 1024);
	CHECK_EQ(open_image(), 0);
	CHECK(p.texts == 1 && p.text[0].size == 1024);
}

TEST(android_version_3)
{
	load("v3", NULL);
	REQUIRE(CHECK_EQ(open_image(), 0));
	check_parts("", false, 0);
	CHECK(p.initrds == 1 && part_is_file(&p.initrd[0], "parts/initrd"));
	CHECK(p.texts == 1 && part_is_text(&p.text[0], "boot line"));
	put_le32(boot + VERSION, 4);
	REQUIRE(CHECK_EQ(open_image(), 0));
	check_parts("", false, 0);
}

static void check_vendor(void)
{
	REQUIRE(CHECK_EQ(open_image(), 0));
	check_parts("dtb/xen.dtb", true, 0x10008000);
	REQUIRE(CHECK_EQ(p.initrds, 2));
	CHECK(part_is_file(&p.initrd[0], "parts/vendor"));
	CHECK(part_is_file(&p.initrd[1], "parts/initrd"));
	REQUIRE(CHECK_EQ(p.texts, 2));
	CHECK(part_is_text(&p.text[0], "vendor line"));
	CHECK(part_is_text(&p.text[1], "boot line"));
	CHECK_EQ(p.text_continues, 0);
	CHECK(part_is_text(&p.name, "vendor"));
	CHECK_EQ(p.bootconfigs, 0);
}

/* The header takes two pages, or one. */
TEST(android_vendor)
{
	load("v3", "vendor-2k");
	CHECK(android_vendor_is(vendor, vendor_size) && !android_is(vendor, vendor_size));
	check_vendor();
	load("v3", "vendor-4k");
	check_vendor();
}

TEST(android_vendor_of_old_image)
{
	load("v2", "vendor-2k");
	CHECK_EQ(open_image(), ERR_VENDOR);
	put_le32(vendor + VENDOR_VERSION, 2);
	CHECK_EQ(open_image(), ERR_VERSION);
	load("v3", "v3");
	CHECK_EQ(open_image(), ERR_UNKNOWN);
	load("vendor-2k", NULL);
	CHECK_EQ(open_image(), ERR_UNKNOWN);
}

/* A fragment: where in the vendor's ramdisk, and of which type. */
struct fragment {
	uint32_t offset, size, type;
};

/* Makes the vendor's image one of version 4, with 'stride' bytes for each fragment. */
static void add_table(const struct fragment *fragments, uint32_t count, uint32_t stride,
		      const char *bootconfig)
{
	size_t table = (vendor_size + 4095) & ~(size_t)4095, room = table + 2 * (size_t)4096;
	uint8_t *longer = calloc(1, room);

	memcpy(longer, vendor, vendor_size);
	free(vendor);
	vendor = longer;
	vendor_size = room;
	put_le32(vendor + VENDOR_VERSION, 4);
	put_le32(vendor + TABLE_SIZE, count * stride);
	put_le32(vendor + ENTRIES, count);
	put_le32(vendor + ENTRY_SIZE, stride);
	put_le32(vendor + BOOTCONFIG_SIZE, (uint32_t)strlen(bootconfig));
	memcpy(vendor + table + (count ? 4096 : 0), bootconfig, strlen(bootconfig));
	for (; count; count--, fragments++, table += stride) {
		put_le32(vendor + table, fragments->size);
		put_le32(vendor + table + 4, fragments->offset);
		put_le32(vendor + table + 8, fragments->type);
	}
}

static void load_4(const struct fragment *fragments, uint32_t count, uint32_t stride)
{
	load("v3", "vendor-4k");
	put_le32(boot + VERSION, 4);
	add_table(fragments, count, stride, "key = value\n");
}

static void check_fragments(uint32_t stride)
{
	static const struct fragment all[] = {{0, 100, 1},   {100, 50, 2},	   {150, 30, 3},
					      {180, 10, 0},  {190, 10, 4},	   {200, 0, 1},
					      {1000, 80, 1}, {500, 10, 0x80000001}};

	load_4(all, 8, stride);
	REQUIRE(CHECK_EQ(open_image(), 0));
	check_parts("dtb/xen.dtb", true, 0x10008000);
	REQUIRE(CHECK_EQ(p.initrds, 5));
	CHECK(p.initrd[0].at == vendor + 4096 && p.initrd[0].size == 100);
	CHECK(p.initrd[1].at == vendor + 4096 + 150 && p.initrd[1].size == 30);
	CHECK(p.initrd[2].at == vendor + 4096 + 180 && p.initrd[2].size == 10);
	CHECK(p.initrd[3].at == vendor + 4096 + 1000 && p.initrd[3].size == 80);
	CHECK(part_is_file(&p.initrd[4], "parts/initrd"));
	CHECK(p.bootconfigs == 1 && part_is_text(&p.bootconfig[0], "key = value\n"));
}

TEST(android_version_4)
{
	check_fragments(ENTRY);
	check_fragments(ENTRY + 4);
	/* no table: the ramdisk as a whole */
	load_4(NULL, 0, ENTRY);
	REQUIRE(CHECK_EQ(open_image(), 0));
	CHECK_EQ(p.initrds, 2);
	CHECK(part_is_file(&p.initrd[0], "parts/vendor"));
	CHECK(p.bootconfigs == 1 && part_is_text(&p.bootconfig[0], "key = value\n"));
}

/* The header takes two pages, all else one. */
TEST(android_version_4_small_pages)
{
	static const struct fragment all[] = {{8, 100, 1}};

	load("v3", "vendor-2k");
	add_table(all, 1, ENTRY, "");
	CHECK_EQ(open_image(), 0);
	CHECK_EQ(p.initrd[0].at - vendor, 4096 + 8);
	CHECK_EQ(p.dtb.at - vendor, 6144);
}

TEST(android_wrong_tables)
{
	uint32_t whole = 1080;
	struct fragment one = {0, whole, 1};

	load_4(&one, 1, ENTRY);
	CHECK_EQ(open_image(), 0);
	CHECK_EQ(p.initrd[0].size, whole);
	load_4(&one, 1, ENTRY - 4);
	CHECK_EQ(open_image(), ERR_HEADER);
	load_4(&one, 1, ENTRY);
	put_le32(vendor + ENTRIES, 2);
	CHECK_EQ(open_image(), ERR_HEADER);
	put_le32(vendor + ENTRIES, 0xffffffff);
	put_le32(vendor + ENTRY_SIZE, 0xffffffff);
	CHECK_EQ(open_image(), ERR_HEADER);
	one.size = whole + 1;
	load_4(&one, 1, ENTRY);
	CHECK_EQ(open_image(), ERR_PART);
	one = (struct fragment) {0xffffffff, 1, 2};
	load_4(&one, 1, ENTRY);
	CHECK_EQ(open_image(), ERR_PART);
	one = (struct fragment) {1, 0xffffffff, 2};
	load_4(&one, 1, ENTRY);
	CHECK_EQ(open_image(), ERR_PART);
	one = (struct fragment) {whole, 0, 1};
	load_4(&one, 1, ENTRY);
	CHECK_EQ(open_image(), 0);
	CHECK_EQ(p.initrds, 1);
	/* nothing of nothing */
	one.offset = 0;
	load_4(&one, 1, ENTRY);
	put_le32(vendor + VENDOR_RAMDISK, 0);
	memmove(vendor + 4096, vendor + 8192, vendor_size - 8192);
	CHECK_EQ(open_image(), 0);
	CHECK_EQ(p.initrds, 1);
}

TEST(android_too_many)
{
	struct fragment all[9];

	for (uint32_t i = 0; i < 9; i++)
		all[i] = (struct fragment) {i, 1, 1};
	load_4(all, 7, ENTRY);
	CHECK_EQ(open_image(), 0);
	CHECK_EQ(p.initrds, 8);
	load_4(all, 8, ENTRY); /* the generic one is the ninth */
	CHECK_EQ(open_image(), ERR_FULL);
	load_4(all, 9, ENTRY);
	CHECK_EQ(open_image(), ERR_FULL);
	load_4(all, 1, ENTRY);
	memset(&p, 0, sizeof(p));
	p.texts = PAYLOAD_TEXTS - 1;
	CHECK_EQ(android_open(boot, size, vendor, vendor_size, &p), ERR_FULL);
	memset(&p, 0, sizeof(p));
	p.bootconfigs = PAYLOAD_BOOTCONFIGS;
	CHECK_EQ(android_open(boot, size, vendor, vendor_size, &p), ERR_FULL);
}

/* One field, another value, the error. */
static void check_field(const char *name, size_t field, uint32_t value, int error)
{
	load(name, NULL);
	put_le32(boot + field, value);
	test_note("%s, %zu: 0x%x", name, field, value);
	CHECK_EQ(open_image(), error);
}

/* Qualcomm's images from before there were versions: a table's size is where the version is. */
TEST(android_table_of_trees)
{
	load("v0", NULL);
	boot = realloc(boot, size + 5000);
	memset(boot + size, 0, 5000);
	size += 5000;
	put_le32(boot + VERSION, 5000);
	CHECK_EQ(open_image(), 0);
	CHECK(part_is_file(&p.kernel, "parts/kernel") && p.initrds == 1 && p.dtb.size == 0);
	put_le32(boot + VERSION, (uint32_t)size);
	CHECK_EQ(open_image(), ERR_VERSION);
	put_le32(boot + VERSION, 2047);
	CHECK_EQ(open_image(), ERR_VERSION);
}

TEST(android_wrong_fields)
{
	static const char *const names[] = {"v0", "v1", "v2", "v3"};

	for (int i = 0; i < 4; i++) {
		check_field(names[i], 0, 0, ERR_UNKNOWN);
		check_field(names[i], VERSION, 5, ERR_VERSION);
		check_field(names[i], VERSION, 0x80000000, ERR_VERSION);
		check_field(names[i], KERNEL_SIZE, 0, ERR_NO_KERNEL);
		check_field(names[i], KERNEL_SIZE, 0xffffffff, ERR_PART);
		check_field(names[i], KERNEL_SIZE, 0x100000, ERR_PART);
		check_field(names[i], i < 3 ? OLD_RAMDISK : NEW_RAMDISK, 0xffffffff, ERR_PART);
	}
	check_field("v2", DTB_SIZE, 0xfffffffe, ERR_PART);
	check_field("v1", DTBO_SIZE, 0x10000, ERR_PART);
	check_field("v0", 24, 0x10000, ERR_PART);
	for (int i = 0; i < 3; i++) {
		check_field(names[i], PAGE_BYTES, 0, ERR_HEADER);
		check_field(names[i], PAGE_BYTES, 1, ERR_HEADER);
		check_field(names[i], PAGE_BYTES, 1024, ERR_HEADER);
		check_field(names[i], PAGE_BYTES, 4095, ERR_HEADER);
		check_field(names[i], PAGE_BYTES, 0xfffff000, ERR_HEADER);
		check_field(names[i], PAGE_BYTES, 0x80000000, ERR_PART);
	}
	load("v3", "vendor-2k");
	put_le32(vendor + VENDOR_PAGE, 2112);
	CHECK_EQ(open_image(), ERR_HEADER);
	load("v3", "vendor-2k");
	put_le32(vendor + VENDOR_RAMDISK, 0xffffffff);
	CHECK_EQ(open_image(), ERR_PART);
	load("v3", "vendor-2k");
	put_le32(vendor + VENDOR_DTB, 0x10000);
	CHECK_EQ(open_image(), ERR_PART);
}

/* Opens the first 'part' bytes of one of the two, in a block of exactly that size. */
static int open_cut(uint8_t **file, size_t *file_size, size_t part)
{
	uint8_t *whole = *file;
	size_t all = *file_size;
	int error;

	*file = malloc(part ? part : 1);
	memcpy(*file, whole, part);
	*file_size = part;
	error = open_image();
	free(*file);
	*file = whole;
	*file_size = all;
	return error;
}

/* Up to the end of its header, and of its last part (padding may be missing). */
static void check_cuts(uint8_t **file, size_t *file_size, size_t header, size_t end)
{
	size_t part = 0;

	for (; part < 8; part++)
		CHECK_EQ(open_cut(file, file_size, part), ERR_UNKNOWN);
	for (; part < header; part++)
		CHECK_EQ(open_cut(file, file_size, part), ERR_TRUNCATED);
	for (; part < end; part += part < end - 100 ? 37 : 1)
		CHECK_EQ(open_cut(file, file_size, part), ERR_PART);
	CHECK_EQ(open_cut(file, file_size, end), 0);
}

TEST(android_truncated)
{
	static const struct fragment one = {0, 100, 1};

	load("v0", NULL);
	check_cuts(&boot, &size, 1632, 2048 + 10240 + 6144 + 1080);
	load("v1", NULL);
	check_cuts(&boot, &size, 1648, 4096 + 12288 + 5010);
	load("v2", NULL);
	open_image();
	check_cuts(&boot, &size, 1660, 4 * 16384 + p.dtb.size);
	load("v3", NULL);
	check_cuts(&boot, &size, 1580, 4096 + 12288 + 5010);
	load("v3", "vendor-2k");
	open_image();
	check_cuts(&vendor, &vendor_size, 2112, 4096 + 2048 + p.dtb.size);
	load_4(&one, 1, ENTRY);
	check_cuts(&vendor, &vendor_size, 2128, vendor_size - 4096 + 12);
}

TEST(android_damage)
{
	static const struct fragment two[] = {{0, 100, 1}, {500, 100, 0}};
	static const uint16_t fields[] = {8,  12, 16, 20,   24,	  28,	32,
					  36, 40, 44, 1632, 1636, 1644, 1648};
	static const uint16_t vendor_fields[] = {8, 12, 24, 2096, 2100, 2112, 2116, 2120, 2124};

	for (int i = 0; i < 3000; i++) {
		static const char *const names[] = {"v0", "v1", "v2", "v3"};
		uint32_t value = (uint32_t)(test_random() >> test_between(32, 63));

		load(names[i % 4], i % 8 == 3 ? "vendor-4k" : NULL);
		if (vendor) {
			add_table(two, 2, ENTRY, "bootconfig");
			put_le32(vendor + vendor_fields[test_between(0, 8)], value);
			if (test_between(0, 1))
				put_le32(vendor + vendor_size - 8192 + 4 * test_between(0, 50),
					 value);
		} else {
			put_le32(boot + fields[test_between(0, 13)], value);
		}
		open_image();
	}
}
