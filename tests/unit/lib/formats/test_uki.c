/* SPDX-License-Identifier: BSD-2-Clause */
/* Unified kernel images (UAPI.5), laid out as ukify does, and damaged ones. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "layout.h"
#include "le.h"
#include "pe_file.h"
#include "test.h"
#include "lib/formats/uki.h"

static struct pe_file file;
static struct payload payload;
static const struct uki_choice any;

static bool is(const struct part *part, const char *text)
{
	return part->size == strlen(text) &&
	       (!part->size || memcmp(part->at, text, strlen(text)) == 0);
}

static int open_file(const char *profile, const char *compatible)
{
	struct uki_choice choice = {profile, compatible};

	memset(&payload, 0, sizeof(payload));
	return uki_open_as(file.data, file.size, &choice, &payload);
}

static void make(uint16_t machine)
{
	pe_file_start(&file, machine);
	pe_file_text(&file, ".text", "stub");
	pe_file_text(&file, ".osrel", "NAME=x\nPRETTY_NAME=\"Some System 12\"\nID=some\n");
	pe_file_text(&file, ".cmdline", "root=/dev/vda quiet\n");
	pe_file_text(&file, ".dtb", "tree");
	pe_file_text(&file, ".ucode", "microcode");
	pe_file_text(&file, ".initrd", "archive");
	pe_file_text(&file, ".linux", "kernel");
}

TEST(uki_parts_are_found)
{
	make(0xAA64);
	CHECK(uki_is(file.data, file.size));
	CHECK_EQ(open_file(NULL, NULL), 0);
	CHECK(is(&payload.kernel, "kernel"));
	CHECK(is(&payload.initrd[0], "archive"));
	CHECK(is(&payload.text[0], "root=/dev/vda quiet"));
	CHECK(is(&payload.dtb, "tree"));
	CHECK(is(&payload.name, "Some System 12"));
	CHECK_EQ(payload.initrds, 1);
	CHECK_EQ(payload.texts, 1);
	CHECK_EQ(payload.overlays, 0);
	CHECK_EQ(payload.arch, PAYLOAD_ARM64);
	CHECK_EQ(payload.options.size, 0);
	CHECK(!payload.placed);
}

TEST(uki_of_a_kernel_alone)
{
	pe_file_start(&file, 0x1C4);
	pe_file_text(&file, ".linux", "zImage");
	memset(&payload, 0, sizeof(payload));
	CHECK_EQ(uki_open_as(file.data, file.size, &any, &payload), 0);
	CHECK(is(&payload.kernel, "zImage"));
	CHECK_EQ(payload.arch, PAYLOAD_ARM);
	CHECK_EQ(payload.texts + payload.initrds, 0);
	CHECK_EQ(payload.name.size, 0);
}

/* Parts are added to what is there. */
TEST(uki_adds_to_a_payload)
{
	make(0xAA64);
	memset(&payload, 0, sizeof(payload));
	payload.initrds = payload.texts = 1;
	CHECK_EQ(uki_open_as(file.data, file.size, &any, &payload), 0);
	CHECK(is(&payload.initrd[1], "archive"));
	CHECK(is(&payload.text[1], "root=/dev/vda quiet"));
	payload.initrds = PAYLOAD_INITRDS;
	CHECK_EQ(uki_open_as(file.data, file.size, &any, &payload), ERR_FULL);
	payload.initrds = 0;
	payload.texts = PAYLOAD_TEXTS;
	CHECK_EQ(uki_open_as(file.data, file.size, &any, &payload), ERR_FULL);
}

TEST(uki_of_ours)
{
	pe_file_start(&file, 0xAA64);
	put_le32(file.data, IMAGE_MAGIC);
	pe_file_text(&file, ".faopts", "el=1\ncolour=no\n");
	pe_file_text(&file, ".dtbo", "one");
	pe_file_text(&file, ".dtbo", "two");
	pe_file_text(&file, ".payload", "container");
	CHECK(uki_is(file.data, file.size));
	CHECK_EQ(open_file(NULL, NULL), 0);
	CHECK(is(&payload.kernel, "container"));
	CHECK(is(&payload.options, "el=1\ncolour=no\n"));
	CHECK_EQ(payload.overlays, 2);
	CHECK(is(&payload.overlay[0], "one"));
	CHECK(is(&payload.overlay[1], "two"));
	CHECK_EQ(payload.arch, PAYLOAD_ANY);
	pe_file_text(&file, ".linux", "kernel");
	CHECK_EQ(open_file(NULL, NULL), 0);
	CHECK(is(&payload.kernel, "kernel"));
}

TEST(uki_with_too_many_overlays)
{
	pe_file_start(&file, 0xAA64);
	for (int i = 0; i < PAYLOAD_OVERLAYS; i++)
		pe_file_text(&file, ".dtbo", "overlay");
	pe_file_text(&file, ".linux", "kernel");
	CHECK_EQ(open_file(NULL, NULL), 0);
	pe_file_text(&file, ".dtbo", "overlay");
	CHECK_EQ(open_file(NULL, NULL), ERR_FULL);
}

static void add_profiles(void)
{
	make(0xAA64);
	pe_file_text(&file, ".profile", "ID=main\n");
	pe_file_text(&file, ".profile", "ID=debug\n");
	pe_file_text(&file, ".cmdline", "debug");
	pe_file_text(&file, ".profile", "ID=other\n");
	pe_file_text(&file, ".linux", "other kernel");
	pe_file_text(&file, ".dtb", "other tree");
}

TEST(uki_profiles)
{
	add_profiles();
	CHECK_EQ(open_file(NULL, NULL), 0);
	CHECK(is(&payload.text[0], "root=/dev/vda quiet"));
	CHECK(is(&payload.kernel, "kernel"));
	CHECK_EQ(open_file("1", NULL), 0);
	CHECK(is(&payload.text[0], "debug"));
	CHECK_EQ(payload.texts, 1);
	CHECK(is(&payload.kernel, "kernel"));
	CHECK_EQ(open_file("2", NULL), 0);
	CHECK(is(&payload.text[0], "root=/dev/vda quiet"));
	CHECK(is(&payload.kernel, "other kernel"));
	CHECK(is(&payload.dtb, "other tree"));
	CHECK_EQ(payload.chosen, CHOSE_PROFILE);
	CHECK_EQ(open_file("3", NULL), ERR_OPTION_VALUE);
	make(0xAA64);
	CHECK_EQ(open_file("1", NULL), 0);
	CHECK_EQ(payload.chosen, 0);
	CHECK(is(&payload.kernel, "kernel"));
}

TEST(uki_profiles_by_id)
{
	char list[64] = "", cut[12] = "";

	add_profiles();
	CHECK_EQ(open_file("debug", NULL), 0);
	CHECK(is(&payload.text[0], "debug"));
	CHECK_EQ(open_file("0", NULL), 0);
	CHECK(is(&payload.text[0], "root=/dev/vda quiet"));
	CHECK_EQ(open_file("other", NULL), 0);
	CHECK(is(&payload.kernel, "other kernel"));
	CHECK_EQ(open_file("othe", NULL), ERR_OPTION_VALUE);
	CHECK_EQ(open_file("others", NULL), ERR_OPTION_VALUE);
	CHECK_EQ(open_file("", NULL), ERR_OPTION_VALUE);
	CHECK_EQ(open_file("01", NULL), ERR_OPTION_VALUE);
	uki_list(file.data, file.size, list, sizeof(list));
	CHECK(strcmp(list, "0 (main), 1 (debug), 2 (other)") == 0);
	uki_list(file.data, file.size, cut, sizeof(cut));
	CHECK(strcmp(cut, "0 (main), 1") == 0);
}

/* Without an ID it has its number; what could change the console's colour is not shown. */
TEST(uki_profiles_without_id)
{
	char list[64] = "";

	make(0xAA64);
	pe_file_text(&file, ".profile", "TITLE=x\n");
	pe_file_text(&file, ".profile", "ID=a\033[1m\n");
	CHECK_EQ(open_file("", NULL), ERR_OPTION_VALUE);
	CHECK_EQ(open_file("1", NULL), 0);
	uki_list(file.data, file.size, list, sizeof(list));
	CHECK(strcmp(list, "0, 1 (a?[1m)") == 0);
}

static size_t read_built(const char *path, uint8_t *data, size_t room)
{
	size_t size = 0;
	FILE *in = fopen(path, "rb");

	if (CHECK(in != NULL)) {
		size = fread(data, 1, room, in);
		fclose(in);
	}
	return size;
}

TEST(uki_chooses_a_tree)
{
	static uint8_t tree[0x40000];
	static char longer[0x40000] = "linux,dummy-virt";
	size_t size = read_built(UNIT_DTB "/qemu-gicv3.dtb", tree, sizeof(tree)), at;

	make(0xAA64);
	pe_file_text(&file, ".dtbauto", "no tree at all");
	at = pe_file_add(&file, ".dtbauto", tree, size);
	CHECK_EQ(open_file(NULL, "linux,dummy-virt"), 0);
	CHECK(payload.dtb.at == file.data + at && payload.dtb.size == size);
	CHECK_EQ(open_file(NULL, "linux,dummy-vir"), 0);
	CHECK(is(&payload.dtb, "tree"));
	CHECK_EQ(open_file(NULL, "linux,dummy-virt2"), 0);
	CHECK(is(&payload.dtb, "tree"));
	memset(longer + strlen(longer), 'x', sizeof(longer) - strlen(longer) - 1);
	CHECK_EQ(open_file(NULL, longer), 0);
	CHECK(is(&payload.dtb, "tree"));
	CHECK_EQ(open_file(NULL, ""), 0);
	CHECK(is(&payload.dtb, "tree"));
	CHECK_EQ(open_file(NULL, NULL), 0);
	CHECK(is(&payload.dtb, "tree"));
}

/* Its kernel is a device tree, for the want of a smaller one. */
TEST(uki_made_by_objcopy)
{
	static uint8_t kernel[0x40000], data[0x100000];
	size_t kernel_size = read_built(UNIT_DTB "/qemu-gicv3.dtb", kernel, sizeof(kernel));

	file.data = data;
	file.size = read_built(UNIT_OUT "/objcopy.efi", data, sizeof(data));
	CHECK(uki_is(file.data, 4096));
	REQUIRE(CHECK_EQ(open_file(NULL, NULL), 0));
	REQUIRE(CHECK_EQ(payload.kernel.size, kernel_size));
	CHECK(memcmp(payload.kernel.at, kernel, kernel_size) == 0);
	CHECK(is(&payload.text[0], "quiet"));
	CHECK(is(&payload.name, "By objcopy"));
	CHECK_EQ(payload.arch, PAYLOAD_ARM64);
}

TEST(uki_names)
{
	static const struct {
		const char *osrel, *name;
	} names[] = {
		{"PRETTY_NAME=Plain", "Plain"},
		{"PRETTY_NAME='One'\n", "One"},
		{"A=PRETTY_NAME=no\nPRETTY_NAME=\"Two\"", "Two"},
		{"PRETTY_NAME=\"", "\""},
		{"PRETTY_NAME=", ""},
		{"\n\nPRETTY", ""},
		{"MY_PRETTY_NAME=x\n", ""},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		pe_file_start(&file, 0xAA64);
		pe_file_text(&file, ".linux", "kernel");
		pe_file_text(&file, ".osrel", names[i].osrel);
		test_note("%s", names[i].osrel);
		CHECK_EQ(open_file(NULL, NULL), 0);
		CHECK(is(&payload.name, names[i].name));
	}
}

TEST(uki_that_is_none)
{
	pe_file_start(&file, 0xAA64);
	pe_file_text(&file, ".text", "application");
	CHECK(!uki_is(file.data, file.size));
	CHECK_EQ(open_file(NULL, NULL), ERR_NO_KERNEL);
	pe_file_text(&file, ".linux", "");
	CHECK_EQ(open_file(NULL, NULL), ERR_NO_KERNEL);
	make(0x8664);
	CHECK(uki_is(file.data, file.size));
	CHECK_EQ(open_file(NULL, NULL), ERR_MACHINE);
	make(0xAA64);
	file.data[0] = 'N';
	CHECK(!uki_is(file.data, file.size));
	CHECK_EQ(open_file(NULL, NULL), ERR_UNKNOWN);
}

/* Any cut is noticed, as a part that lacks; only the padding of the last section may be missing. */
TEST(uki_cut_short)
{
	size_t whole;

	make(0xAA64);
	whole = file.size - PE_FILE_UNIT + strlen("kernel");
	for (size_t size = whole; size > 0x300; size -= size > 0x900 ? 97 : 1) {
		pe_file_resize(&file, size);
		test_note("%zu bytes", size);
		CHECK_EQ(open_file(NULL, NULL), size == whole ? 0 : ERR_PART);
	}
}
