/* SPDX-License-Identifier: BSD-2-Clause */
/* FIT: what mkimage writes, in all its fit_layouts; wrong data, wrong hashes. */
#include <libfdt.h>
#include <string.h>
#include "error.h"
#include "fits.h"
#include "test.h"

static void check_everything(void)
{
	REQUIRE(CHECK_EQ(fit_open_named(NULL), 0));
	CHECK(part_is_file(&found.kernel, "parts/kernel"));
	CHECK_EQ(found.initrds, 1);
	CHECK(part_is_file(&found.initrd[0], "parts/initrd"));
	CHECK(part_is_file(&found.dtb, "dtb/kvmtool.dtb"));
	CHECK_EQ(found.overlays, 2);
	CHECK(part_is_file(&found.overlay[0], "dtb/reserved.dtb"));
	CHECK(part_is_file(&found.overlay[1], "dtb/one-cell.dtb"));
	CHECK(part_is_text(&found.name, "all hashes that we know"));
	CHECK_EQ(found.arch, PAYLOAD_ARM64);
	CHECK(found.placed && !found.relocatable);
	CHECK_EQ(found.load, 0x40080000);
	CHECK_EQ(found.entry, 0x40080040);
	CHECK_EQ(found.texts + found.bootconfigs, 0);
}

TEST(fit_every_layout)
{
	for (size_t i = 0; i < 4; i++) {
		fit_load(fit_layouts[i]);
		CHECK(fit_is(file, size < 4096 ? size : 4096));
		check_everything();
	}
}

TEST(fit_made_by_options_only)
{
	fit_load("auto");
	CHECK(fit_is(file, 4096));
	REQUIRE(CHECK_EQ(fit_open_named("conf-2"), 0));
	CHECK(part_is_file(&found.kernel, "parts/kernel"));
	CHECK(part_is_file(&found.initrd[0], "parts/initrd"));
	CHECK(part_is_file(&found.dtb, "dtb/xen.dtb"));
	CHECK_EQ(found.overlays, 0);
	CHECK(part_is_text(&found.name, "a kernel"));
}

TEST(fit_without_configurations)
{
	char list[8] = "";

	fit_load("bare");
	CHECK(fit_is(file, 4096));
	REQUIRE(CHECK_EQ(fit_open_named(NULL), 0));
	CHECK(part_is_file(&found.kernel, "parts/kernel"));
	CHECK(part_is_file(&found.initrd[0], "parts/initrd"));
	CHECK(part_is_file(&found.dtb, "dtb/xen.dtb"));
	CHECK(part_is_text(&found.name, "bare"));
	CHECK_EQ(found.arch, PAYLOAD_ARM);
	CHECK(found.relocatable && !found.placed);
	CHECK_EQ(found.entry, 0);
	CHECK_EQ(found.chosen, 0);
	CHECK_EQ(fit_open_named("any"), ERR_OPTION_VALUE);
	fit_list(file, size, list, sizeof(list));
	CHECK_TEXT(list, "");
}

/* What is in the payload before, from another container, stays there. */
TEST(fit_adds)
{
	static const uint8_t other[] = "other";
	struct fit_choice choice = {0};

	fit_load("full");
	memset(&found, 0, sizeof(found));
	found.initrd[found.initrds++] = found.overlay[found.overlays++] = (struct part) {other, 5};
	CHECK_EQ(fit_open(file, size, &choice, &found), 0);
	CHECK_EQ(found.initrds, 2);
	CHECK(part_is_text(&found.initrd[0], "other"));
	CHECK(part_is_file(&found.initrd[1], "parts/initrd"));
	CHECK_EQ(found.overlays, 3);
	found.initrds = PAYLOAD_INITRDS;
	CHECK_EQ(fit_open(file, size, &choice, &found), ERR_FULL);
	found.initrds = 0;
	found.overlays = PAYLOAD_OVERLAYS - 1;
	CHECK_EQ(fit_open(file, size, &choice, &found), ERR_FULL);
	CHECK_EQ(found.overlays, PAYLOAD_OVERLAYS);
}

TEST(fit_configuration_by_name)
{
	char list[200] = "", cut[4] = "";

	fit_load("full");
	REQUIRE(CHECK_EQ(fit_open_named("first"), 0));
	CHECK(part_is_file(&found.kernel, "parts/kernel"));
	CHECK_EQ(found.initrds + found.overlays, 0);
	CHECK_EQ(found.chosen, CHOSE_CONFIGURATION);
	CHECK_EQ(found.dtb.size, 0);
	REQUIRE(CHECK_EQ(fit_open_named("xen"), 0));
	CHECK(part_is_file(&found.dtb, "dtb/xen.dtb"));
	CHECK_EQ(fit_open_named("xenon"), ERR_OPTION_VALUE);
	CHECK_EQ(fit_open_named(""), ERR_OPTION_VALUE);
	fit_list(file, size, list, sizeof(list));
	CHECK(strstr(list, "first, ") && strstr(list, "xen"));
	fit_list(file, size, cut, sizeof(cut));
	CHECK_EQ(strlen(cut), sizeof(cut) - 1);
	/* the name wins over the machine */
	REQUIRE(CHECK_EQ(fit_open_choice("first", "vendor,board", 13), 0));
	CHECK_EQ(found.dtb.size, 0);
}

static bool is_default(void)
{
	return found.overlays == 2;
}

/* In the first and second layout some trees are at a multiple of 4 that is not one of 8. */
TEST(fit_configuration_by_machine)
{
	static const char board[] = "vendor,new\0vendor,board\0vendor,soc";
	static const char soc[] = "vendor,new\0vendor,soc";

	for (size_t i = 0; i < 4; i++) {
		fit_load(fit_layouts[i]);
		REQUIRE(CHECK_EQ(fit_open_choice(NULL, board, sizeof(board)), 0));
		CHECK(part_is_file(&found.dtb, "dtb/xen.dtb") && found.initrds == 0);
		REQUIRE(CHECK_EQ(fit_open_choice(NULL, soc, sizeof(soc)), 0));
		CHECK(part_is_file(&found.dtb, "dtb/xen.dtb") && found.initrds == 0);
		REQUIRE(CHECK_EQ(fit_open_choice(NULL, "vendor,other", 13), 0));
		CHECK(found.dtb.size == 0 && found.initrds == 1);
		/* by the roots of the trees */
		REQUIRE(CHECK_EQ(fit_open_choice(NULL, "xen,xenvm", 10), 0));
		CHECK(part_is_file(&found.dtb, "dtb/xen.dtb"));
		REQUIRE(CHECK_EQ(fit_open_choice(NULL, "linux,dummy-virt", 17), 0));
		CHECK(is_default());
		/* no machine of that name, not terminated, nothing, only terminators */
		CHECK(fit_open_choice(NULL, "vendor", 7) == 0 && is_default());
		CHECK(fit_open_choice(NULL, "xen,xenvm", 9) == 0 && is_default());
		CHECK(fit_open_choice(NULL, "", 0) == 0 && is_default());
		CHECK(fit_open_choice(NULL, "\0\0\0", 3) == 0 && is_default());
	}
}

TEST(fit_default_is_missing)
{
	fit_load("full");
	fit_change("/configurations", "default", "overlayz", 9);
	CHECK_EQ(fit_open_named(NULL), ERR_NO_FILE);
	fit_drop("/configurations", "default");
	REQUIRE(CHECK_EQ(fit_open_named(NULL), 0));
	CHECK(found.overlays == 0 && found.initrds == 0);
	CHECK(part_is_file(&found.kernel, "parts/kernel"));
}

TEST(fit_kinds_of_kernels)
{
	fit_load("full");
	REQUIRE(CHECK_EQ(fit_open_named("crc32"), 0));
	CHECK_EQ(found.arch, PAYLOAD_ARM);
	CHECK(found.placed && !found.relocatable);
	CHECK_EQ(found.load, 0x140008000);
	CHECK_EQ(found.entry, 0x140008000);
	REQUIRE(CHECK_EQ(fit_open_named("sha1"), 0));
	CHECK_EQ(found.arch, PAYLOAD_ARM);
	CHECK(!found.placed && found.relocatable);
	CHECK_EQ(found.load, 0);
	CHECK_EQ(found.entry, 0x40);
	REQUIRE(CHECK_EQ(fit_open_named("sha256"), 0));
	CHECK_EQ(found.arch, PAYLOAD_OTHER);
	CHECK(!found.placed && !found.relocatable);
	REQUIRE(CHECK_EQ(fit_open_named("some"), 0));
	CHECK_EQ(found.arch, PAYLOAD_ANY);
	CHECK(found.placed && !found.relocatable);
	CHECK_EQ(found.entry, 0x40080000);
}

/* One wrong byte at any place of the data. */
TEST(fit_wrong_data)
{
	static const char *const names[] = {"crc32", "sha1", "sha256", "some", "first"};

	for (size_t i = 0; i < 20; i++) {
		fit_load(fit_layouts[i % 4]);
		REQUIRE(CHECK_EQ(fit_open_named(names[i % 5]), 0));
		file[(size_t)(found.kernel.at - file) + test_between(0, found.kernel.size - 1)] ^=
			(uint8_t)(1 << test_between(0, 7));
		CHECK_EQ(fit_open_named(names[i % 5]), ERR_HASH);
	}
}

/* Hashes of what is not used do not matter. */
TEST(fit_wrong_hashes)
{
	static const struct {
		const char *configuration, *hash;
		int size;
	} all[] = {
		{"crc32", "/images/kernel-crc32/hash", 4},
		{"sha1", "/images/kernel-sha1/hash", 20},
		{"sha256", "/images/kernel-sha256/hash", 32},
		{"first", "/images/kernel/hash-1", 4},
		{"first", "/images/kernel/hash-3", 32},
		{"overlays", "/images/initrd/hash-1", 32},
		{"overlays", "/images/tree/hash-1", 20},
		{"overlays", "/images/overlay-1/hash-1", 4},
		{"overlays", "/images/overlay-2/hash-1", 32},
		{"some", "/images/kernel-some/hash-2", 32},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		uint8_t value[32];

		fit_load("full");
		test_note("%s", all[i].hash);
		memcpy(value, fdt_getprop(file, fit_node(all[i].hash), "value", NULL),
		       (size_t)all[i].size);
		value[all[i].size - 1] ^= 1;
		fit_change(all[i].hash, "value", value, all[i].size);
		CHECK_EQ(fit_open_named(all[i].configuration), ERR_HASH);
		CHECK_EQ(fit_open_named("md5"), ERR_HASH_KIND);
		fit_drop(all[i].hash, "value");
		CHECK_EQ(fit_open_named(all[i].configuration), ERR_HASH);
	}
}

TEST(fit_hashes_that_are_unknown)
{
	fit_load("full");
	CHECK_EQ(fit_open_named("md5"), ERR_HASH_KIND);
	CHECK(part_is_text(&found.detail, "md5"));
	CHECK_EQ(fit_open_named("some"), 0);
	/* one that we know in its place */
	fit_drop("/images/kernel-some/hash-2", "algo");
	CHECK_EQ(fit_open_named("some"), ERR_HASH_KIND);
	/* kernel without any */
	fit_load("full");
	memcpy((char *)(uintptr_t)fdt_get_name(file, fit_node("/images/kernel-md5/hash"), NULL),
	       "none", 4);
	CHECK_EQ(fit_open_named("md5"), 0);
}

/* A digest of another length than its kind has. */
TEST(fit_hash_of_other_length)
{
	fit_load("full");
	fit_change("/images/kernel-sha1/hash", "algo", "sh\0\0", 5);
	CHECK_EQ(fit_open_named("sha1"), ERR_HASH_KIND);
	fit_change("/images/kernel-sha1/hash", "algo", "crc32" /* not terminated */, 5);
	CHECK_EQ(fit_open_named("sha1"), ERR_HASH_KIND);
	fit_change("/images/kernel-crc32/hash", "algo", "sha1\0", 6);
	CHECK_EQ(fit_open_named("crc32"), ERR_HASH);
}

TEST(fit_encrypted)
{
	fit_load("full");
	memcpy((char *)(uintptr_t)fdt_get_name(file, fit_node("/images/kernel/hash-1"), NULL),
	       "cipher\0", 7);
	CHECK_EQ(fit_open_named(NULL), ERR_ENCRYPTED);
}

TEST(fit_names_that_are_missing)
{
	static const struct {
		const char *configuration, *list, *name;
		int error;
	} all[] = {
		{"/configurations/overlays", "kernel", "kernen", ERR_NO_KERNEL},
		{"/configurations/overlays", "ramdisk", "initre", ERR_NO_FILE},
		{"/configurations/overlays", "fdt", "tree\0overlay-1\0overlay-3", ERR_NO_FILE},
		{"/configurations/overlays", "fdt", "free\0overlay-1\0overlay-2", ERR_NO_FILE},
	};

	for (size_t i = 0; i < 4; i++) {
		int length;

		fit_load("full");
		fdt_getprop(file, fit_node(all[i].configuration), all[i].list, &length);
		fit_change(all[i].configuration, all[i].list, all[i].name, length);
		CHECK_EQ(fit_open_named(NULL), all[i].error);
	}
	fit_drop("/configurations/overlays", "kernel");
	CHECK_EQ(fit_open_named(NULL), ERR_NO_KERNEL);
	memcpy((char *)(uintptr_t)fdt_get_name(file, fit_node("/images"), NULL), "imagez", 6);
	CHECK_EQ(fit_open_named(NULL), ERR_NO_KERNEL);
}
