/* SPDX-License-Identifier: BSD-2-Clause */
/* The SSDT of what overlays have added, read by a reader of its own. */
#define _GNU_SOURCE /* memmem() */
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tables/acpi/acpi.h"
#include "tables/acpi/device.h"
#include "aml_reader.h"
#include "error.h"
#include "tables/fdt/handoff.h"
#include "lib/fdt/overlay.h"
#include "lib/fdt/walk.h"
#include "test.h"
#include "trees.h"

static struct platform platform;
static struct aml_tree tree;
static char notes[1000];

static void left_out(const char *node, const char *why)
{
	size_t used = strlen(notes);

	snprintf(notes + used, sizeof(notes) - used, "%s: %s\n", node, why);
}

struct made {
	void *before, *after;
	uint8_t *ssdt;
	size_t size;
};

static void *changed(const void *before, size_t size)
{
	char overlay[0x4000] __attribute__((aligned(8)));
	FILE *file = fopen(UNIT_OUT "/overlay/devices.dtb", "rb");
	size_t used = file ? fread(overlay, 1, sizeof(overlay), file) : 0;
	void *after = malloc(size + sizeof(overlay) * 2);
	const char *what;

	CHECK(used);
	CHECK_EQ(fdt_copy(before, after, size + sizeof(overlay) * 2), 0);
	CHECK_EQ(fdt_overlay(after, overlay, used, &what), 0);
	CHECK_EQ(fdt_pack(after), 0);
	fclose(file);
	return after;
}

/* In a block of exactly 'room' bytes; 0: enough. */
static int build(struct made *made, const char *name, bool built, bool same, size_t room)
{
	struct acpi_added added = {&platform, NULL, built, left_out};
	size_t size;

	notes[0] = '\0';
	made->before = tree_load(name, &size);
	made->after = changed(made->before, size);
	added.before = same ? made->after : made->before;
	CHECK_EQ(platform_from_fdt(&platform, made->after, fdt_totalsize(made->after)), 0);
	room = room ? room : SSDT_ROOM(fdt_totalsize(made->after));
	made->ssdt = malloc(room);
	return ssdt_build(&added, made->ssdt, room, &made->size);
}

static void release(struct made *made)
{
	free(made->before);
	free(made->after);
	free(made->ssdt);
}

static bool has_bytes(const struct aml_object *object, const char *bytes, size_t size)
{
	return object && memmem(object->data, object->size, bytes, size);
}

#define HAS(object, bytes) CHECK(has_bytes(object, bytes, sizeof(bytes) - 1))

/* The one of that compatible. */
static const struct aml_object *dsd(const char *compatible)
{
	for (unsigned int i = 0; i < tree.objects; i++) {
		const struct aml_object *object = &tree.object[i];
		size_t length = strlen(object->path);

		if (length > 4 && strcmp(object->path + length - 4, "_DSD") == 0 &&
		    has_bytes(object, compatible, strlen(compatible) + 1))
			return object;
	}
	return NULL;
}

/* Another object of the same device. */
static const struct aml_object *beside(const struct aml_object *object, const char *name)
{
	char path[32];

	snprintf(path, sizeof(path), "%s", object->path);
	memcpy(path + strlen(path) - 4, name, 4);
	return aml_find(&tree, path);
}

static uint64_t value(const struct aml_object *object)
{
	uint64_t number = UINT64_MAX;

	CHECK(object && aml_number(object->data, object->size, &number));
	return number;
}

TEST(ssdt_of_a_whole_device)
{
	const struct aml_object *good;
	struct made made;

	CHECK_EQ(build(&made, "qemu-gicv3", false, false, 0), 0);
	CHECK_EQ(acpi_sum(made.ssdt, made.size), 0);
	CHECK_BYTES(made.ssdt, "SSDT", 4);
	REQUIRE(CHECK(aml_read(made.ssdt, made.size, &tree)));
	good = dsd("forearm,good");
	REQUIRE(CHECK(good));
	HAS(good, "\x14\xd8\xff\xda\xba\x6e\x8c\x4d\x8a\x91\xbc\x9b\xbf\x4a\xa3\x01");
	HAS(good, "\x02\rcompatible\0\x12");
	HAS(good, "\x02\rforearm,good\0\rforearm,any\0");
	HAS(good, "\x02\rone\0\x0c\x78\x56\x34\x12");
	HAS(good, "\x03\x01\x0a\x02\x0a\x03");
	HAS(good, "\x02\rword\0\rword\0");
	HAS(good, "\x02\rflag\0\x01");
	CHECK(!has_bytes(good, "reg", 4) && !has_bytes(good, "interrupts", 11));
	CHECK_EQ(value(beside(good, "_CCA")), 1);
	/* EISA's form of PRP0001 */
	CHECK_EQ(value(beside(good, "_HID")), 0x01005042);
	HAS(beside(good, "_CRS"), "\x86\x09\0\x01\0\0\0\x0b\0\x10\0\0");
	HAS(beside(good, "_CRS"), "\x8a\x2b\0");
	HAS(beside(good, "_CRS"), "\x89\x06\0\x01\x01\x84\0\0\0");
	HAS(beside(good, "_CRS"), "\x89\x06\0\x03\x01\x85\0\0\0");
	release(&made);
}

TEST(ssdt_has_what_can_be_said)
{
	static const char *const there[] = {"forearm,plain", "forearm,bus", "virtio,mmio",
					    "forearm,controller", "forearm,parent"};
	static const char *const missing[] = {
		"forearm,off",	 "simple-bus",	      "forearm,clocked",
		"forearm,bytes", "forearm,empty",     "fixed-clock",
		"forearm,part",	 "forearm,elsewhere", "forearm,wide"};
	static const char *const told[] = {
		"clock: it has no registers\n",
		"clocked@b400000: it refers to other nodes\n",
		"bytes@b500000: a property is neither text nor numbers\n",
		"empty@b600000: its registers are not the CPU's\n",
		"elsewhere@b800000: its interrupts are not the GIC's\n",
		"wide@b900000: its interrupts are not the GIC's\n",
		"part@0: its registers are not the CPU's\n",
	};
	struct made made;

	CHECK_EQ(build(&made, "qemu-gicv3", false, false, 0), 0);
	REQUIRE(CHECK(aml_read(made.ssdt, made.size, &tree)));
	for (size_t i = 0; i < sizeof(there) / sizeof(there[0]); i++)
		CHECK(dsd(there[i]));
	for (size_t i = 0; i < sizeof(missing) / sizeof(missing[0]); i++) {
		test_note("%s", missing[i]);
		CHECK(!dsd(missing[i]));
	}
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		CHECK(strstr(notes, told[i]));
	CHECK_EQ(aml_count(&tree, "_DSD"), 6);
	CHECK_EQ(value(beside(dsd("forearm,plain"), "_CCA")), 0);
	/* The address that the CPU sees */
	HAS(beside(dsd("forearm,bus"), "_CRS"), "\x86\x09\0\x01\0\x10\0\x0c\0\x01\0\0");
	release(&made);
}

/* Where our DSDT has a device, the SSDT does not. */
TEST(ssdt_beside_our_own_dsdt)
{
	struct made made;

	CHECK_EQ(build(&made, "qemu-gicv3", true, false, 0), 0);
	REQUIRE(CHECK(aml_read(made.ssdt, made.size, &tree)));
	CHECK(!dsd("virtio,mmio") && dsd("forearm,good"));
	CHECK_EQ(aml_count(&tree, "_DSD"), 5);
	release(&made);
}

TEST(ssdt_of_nothing)
{
	struct made made;

	CHECK_EQ(build(&made, "qemu-gicv3", false, true, 0), 0);
	CHECK_EQ(made.size, 0);
	CHECK_EQ(strlen(notes), 0);
	release(&made);
}

/* The added nodes, and nothing else, in each VMM's tree. */
static void every_tree(const char *name, const void *fdt, size_t size)
{
	struct made made;
	char stem[40];

	if (platform_from_fdt(&platform, fdt, size))
		return;
	test_note("%s", name);
	snprintf(stem, sizeof(stem), "%.*s", (int)strcspn(name, "."), name);
	CHECK_EQ(build(&made, stem, false, false, 0), 0);
	CHECK(made.size && aml_read(made.ssdt, made.size, &tree));
	release(&made);
}

TEST(ssdt_of_every_tree)
{
	tree_each(every_tree);
}

TEST(ssdt_without_room)
{
	struct made made;
	size_t whole;

	CHECK_EQ(build(&made, "qemu-gicv3", false, false, 0), 0);
	whole = made.size;
	release(&made);
	CHECK_EQ(build(&made, "qemu-gicv3", false, false, whole + 300), 0);
	release(&made);
	for (size_t room = ACPI_HEADER; room < whole; room += 7) {
		CHECK_EQ(build(&made, "qemu-gicv3", false, false, room), ERR_FULL);
		CHECK_EQ(made.size, 0);
		release(&made);
	}
}
