/* SPDX-License-Identifier: BSD-2-Clause */
/* Overlays: what libfdt makes of them, and what it makes of nothing that is damaged. */
#define _GNU_SOURCE /* memmem() */
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "tables/fdt/handoff.h"
#include "lib/fdt/overlay.h"
#include "lib/fdt/walk.h"
#include "judge.h"
#include "test.h"
#include "trees.h"

#define ROOM 0x8000

struct blob {
	void *data;
	size_t size;
};

/* In a block of exactly its size. */
static struct blob load(const char *name)
{
	struct blob blob = {NULL, 0};
	char path[200], data[ROOM];
	FILE *file;

	snprintf(path, sizeof(path), UNIT_OUT "/overlay/%s.dtb", name);
	file = fopen(path, "rb");
	if (CHECK(file)) {
		blob.size = fread(data, 1, sizeof(data), file);
		blob.data = tree_copy(data, blob.size);
		fclose(file);
	}
	return blob;
}

static struct blob qemu(void)
{
	struct blob blob;

	blob.data = tree_load("qemu-gicv3", &blob.size);
	return blob;
}

static void *opened(struct blob from, size_t room)
{
	void *to = malloc(room);

	CHECK_EQ(fdt_copy(from.data, to, room), 0);
	return to;
}

static int apply(void *to, struct blob overlay, const char **what)
{
	void *copy = tree_copy(overlay.data, overlay.size);
	int error = fdt_overlay(to, copy, overlay.size, what);
	static char kept[100];

	if (*what) {
		snprintf(kept, sizeof(kept), "%s", *what);
		*what = kept;
	}
	CHECK(tree_is_good_for_libfdt(to, fdt_totalsize(to)));
	free(copy);
	return error;
}

/* One overlay after the other, by us and by libfdt: the same bytes. */
static void check_same(struct blob base, const char *const *names, unsigned int count)
{
	void *ours = opened(base, ROOM), *libfdts = opened(base, ROOM);
	const char *what;

	for (unsigned int i = 0; i < count; i++) {
		struct blob overlay = load(names[i]);

		test_note("%s", names[i]);
		CHECK_EQ(apply(ours, overlay, &what), 0);
		CHECK_EQ(fdt_overlay_apply(libfdts, overlay.data), 0);
		free(overlay.data);
	}
	CHECK_EQ(fdt_pack(ours) | fdt_pack(libfdts), 0);
	CHECK_EQ(fdt_totalsize(ours), fdt_totalsize(libfdts));
	CHECK_BYTES(ours, libfdts, fdt_totalsize(ours));
	free(ours);
	free(libfdts);
	free(base.data);
}

TEST(overlay_of_a_vmms_tree)
{
	check_same(qemu(), (const char *const[]) {"path"}, 1);
}

TEST(overlay_by_labels)
{
	check_same(load("base"), (const char *const[]) {"label"}, 1);
}

TEST(overlays_in_order)
{
	check_same(qemu(), (const char *const[]) {"path", "next"}, 2);
	check_same(load("base"), (const char *const[]) {"label", "path", "next", "label"}, 4);
}

static uint32_t number(const void *fdt, const char *path, const char *name, int index)
{
	int len;
	const char *value = fdt_getprop(fdt, fdt_path_offset(fdt, path), name, &len);

	return value && len >= 4 * (index + 1) ? fdt_cell(value + 4 * index) : 0;
}

TEST(overlay_refers_to_what_it_should)
{
	struct blob base = load("base"), label = load("label"), path = load("path");
	void *to = opened(base, ROOM);
	const char *what;

	CHECK_EQ(apply(to, path, &what), 0);
	CHECK_EQ(apply(to, label, &what), 0);
	CHECK_EQ(number(to, "/soc/uart@2000", "friends", 1),
		 number(to, "/interrupt-controller@1000", "phandle", 0));
	CHECK_EQ(number(to, "/soc/uart@2000", "friends", 2), 2);
	CHECK_EQ(number(to, "/soc/more@3000", "below", 0),
		 number(to, "/soc/uart@2000/child", "phandle", 0));
	CHECK_EQ(number(to, "/added-device@b0000", "interrupt-parent", 0),
		 number(to, "/added-controller@a0000", "phandle", 0));
	CHECK(number(to, "/added-clock", "phandle", 0) !=
	      number(to, "/added-controller@a0000", "phandle", 0));
	CHECK_TEXT(fdt_getprop(to, fdt_path_offset(to, "/__symbols__"), "me", NULL),
		   "/soc/uart@2000/child");
	free(base.data);
	free(label.data);
	free(path.data);
	free(to);
}

static void check_refused(struct blob base, struct blob overlay, int wanted, const char *name)
{
	void *to = opened(base, ROOM);
	const char *what;

	CHECK_EQ(apply(to, overlay, &what), wanted);
	if (name && CHECK(what))
		CHECK_TEXT(what, name);
	else
		CHECK(!what == !name);
	free(base.data);
	free(overlay.data);
	free(to);
}

TEST(overlay_without_its_label)
{
	check_refused(qemu(), load("label"), ERR_LABEL, "uart");
	check_refused(qemu(), load("next"), ERR_LABEL, "added_clock");
}

TEST(overlay_without_its_target)
{
	check_refused(load("base"), load("nowhere"), ERR_TARGET, "/soc/nowhere");
}

TEST(no_overlay)
{
	check_refused(load("base"), qemu(), ERR_NO_FRAGMENT, NULL);
}

TEST(overlay_header_damaged)
{
	struct blob overlay = load("path");

	tree_set_field(overlay.data, HEADER_MAGIC, 0xd00dfeee);
	check_refused(load("base"), overlay, ERR_FDT_MAGIC, NULL);
}

TEST(overlay_cut_short)
{
	struct blob base = load("base"), overlay = load("label");
	const char *what;

	for (size_t size = 0; size < overlay.size; size++) {
		struct blob cut = {overlay.data, size};
		void *to = opened(base, ROOM);

		CHECK(apply(to, cut, &what) < 0);
		free(to);
	}
	free(base.data);
	free(overlay.data);
}

/* Where 'what' is in the file. */
static char *find(struct blob blob, const char *what, size_t size)
{
	char *found = memmem(blob.data, blob.size, what, size);

	CHECK(found);
	return found;
}

static void put_be32(char *at, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		at[i] = (char)(value >> (24 - 8 * i));
}

/* libfdt 1.6.1 goes round for ever in a property of this length. */
TEST(overlay_with_hostile_length)
{
	struct blob overlay = load("path");

	put_be32(find(overlay, "fixed-clock", 12) - 8, 0xfffffff4);
	check_refused(load("base"), overlay, ERR_FDT_STRUCTURE, NULL);
}

/* It would write there, too: the last of the places of "clocks". */
TEST(overlay_with_hostile_local_fixup)
{
	static const uint32_t places[] = {8, 5, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff};

	for (unsigned int i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		struct blob overlay = load("path");

		put_be32(find(overlay, "\0\0\0\0\0\0\0\4", 8) + 4, places[i]);
		check_refused(load("base"), overlay, ERR_FIXUP, "clocks");
	}
}

TEST(overlay_with_hostile_fixup)
{
	static const char *const texts[] = {":friends:18", ":friends:-4",  ":friends:0x",
					    ":friends:  ", ":friends:\0 ", ":Friends:12",
					    "xfriends:12", ":friendsx12"};

	for (unsigned int i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct blob overlay = load("label"), base = load("base");
		const char *what;
		void *to;

		test_note("%s", texts[i]);
		memcpy(find(overlay, ":friends:12", 11), texts[i], 11);
		to = opened(base, ROOM);
		CHECK_EQ(apply(to, overlay, &what), ERR_FIXUP);
		CHECK(what && strncmp(what, "/fragment@", 10) == 0);
		free(to);
		free(overlay.data);
		free(base.data);
	}
}

TEST(overlay_with_hostile_phandle)
{
	struct blob overlay = load("path");
	int node = fdt_path_offset(overlay.data, "/fragment@0/__overlay__/added-clock");

	CHECK_EQ(fdt_setprop_inplace_u32(overlay.data, node, "phandle", 0xfffffffe), 0);
	check_refused(load("base"), overlay, ERR_FULL, NULL);
}

/* With any room it says that there is none, or there is enough. */
TEST(overlay_without_room)
{
	struct blob base = load("base"), overlay = load("label");
	size_t least = fdt_used_size(base.data);
	const char *what;
	int error = ERR_FDT_SPACE;

	for (size_t room = least; room <= least + FDT_OVERLAY_GROWTH(overlay.size); room++) {
		void *to = opened(base, room);

		error = apply(to, overlay, &what);
		CHECK(error == 0 || error == ERR_FDT_SPACE);
		free(to);
	}
	CHECK_EQ(error, 0);
	free(base.data);
	free(overlay.data);
}
