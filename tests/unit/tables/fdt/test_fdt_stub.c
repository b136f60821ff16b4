/* SPDX-License-Identifier: BSD-2-Clause */
/* The tree that makes Linux use ACPI: what it must have, and what it must not have. */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>
#include "error.h"
#include "tables/fdt/efi_stub.h"
#include "test.h"
#include "trees.h"

static const uint8_t seed[32] = "twenty-four bytes and a few more";

static struct fdt_stub everything(void)
{
	return (struct fdt_stub) {
		.model = "a model",
		.compatible = "forearm,test",
		.efi = {.system_table = 0x17f000000,
			.map = 0x17f000400,
			.map_size = 0x1230,
			.descriptor_size = 48,
			.descriptor_version = 1},
		.chosen = {.bootargs = "console=ttyAMA0 quiet",
			   .initrd = 0x148000000,
			   .initrd_size = 0x1234567,
			   .kaslr_seed = "\x01\x23\x45\x67\x89\xab\xcd\xef",
			   .rng_seed = seed,
			   .rng_seed_size = sizeof(seed)},
	};
}

static struct fdt_stub least(void)
{
	struct fdt_stub stub = {.efi = everything().efi};

	return stub;
}

/* In a heap block of 'room' bytes, NULL when it does not fit. */
static void *make(struct fdt_stub stub, size_t room)
{
	void *fdt = malloc(room);
	int result = fdt_stub(&stub, fdt, room);

	if (result == 0)
		return fdt;
	CHECK_EQ(result, ERR_FDT_SPACE);
	free(fdt);
	return NULL;
}

static const void *chosen(const void *fdt, const char *name, int *length)
{
	return fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"), name, length);
}

static void check_bytes(const void *fdt, const char *name, const void *expected, int size)
{
	int length;
	const void *value = chosen(fdt, name, &length);

	test_note("%s", name);
	if (CHECK(value != NULL) && CHECK_EQ(length, size))
		CHECK_BYTES(value, expected, (size_t)size);
}

static void check_number(const void *fdt, const char *name, int size, uint64_t expected)
{
	int length;
	const void *value = chosen(fdt, name, &length);

	test_note("%s", name);
	if (CHECK(value != NULL) && CHECK_EQ(length, size))
		CHECK_EQ(size == 8 ? fdt64_ld(value) : fdt32_ld(value), expected);
}

/* Linux: drivers/firmware/efi/fdtparams.c */
static void check_efi(const void *fdt)
{
	check_number(fdt, "linux,uefi-system-table", 8, 0x17f000000);
	check_number(fdt, "linux,uefi-mmap-start", 8, 0x17f000400);
	check_number(fdt, "linux,uefi-mmap-size", 4, 0x1230);
	check_number(fdt, "linux,uefi-mmap-desc-size", 4, 48);
	check_number(fdt, "linux,uefi-mmap-desc-ver", 4, 1);
	check_number(fdt, "linux,uefi-secure-boot", 4, 2);
}

static void check_everything(const void *fdt)
{
	check_efi(fdt);
	check_bytes(fdt, "bootargs", "console=ttyAMA0 quiet", 22);
	check_number(fdt, "linux,initrd-start", 8, 0x148000000);
	check_number(fdt, "linux,initrd-end", 8, 0x148000000 + 0x1234567);
	check_bytes(fdt, "kaslr-seed", "\x01\x23\x45\x67\x89\xab\xcd\xef", 8);
	check_bytes(fdt, "rng-seed", seed, sizeof(seed));
}

/* Linux: arch/arm64/kernel/acpi.c looks for any node of the root but /chosen. */
static void check_nodes(const void *fdt)
{
	int node = fdt_first_subnode(fdt, 0);

	CHECK_TEXT(fdt_get_name(fdt, 0, NULL), "");
	REQUIRE(CHECK(node > 0));
	CHECK_TEXT(fdt_get_name(fdt, node, NULL), "chosen");
	CHECK(fdt_first_subnode(fdt, node) == -FDT_ERR_NOTFOUND);
	CHECK(fdt_next_subnode(fdt, node) == -FDT_ERR_NOTFOUND);
}

static int properties(const void *fdt, int node)
{
	int property, count = 0;

	fdt_for_each_property_offset(property, fdt, node) count++;
	return count;
}

TEST(stub_has_all_that_it_is_given)
{
	void *fdt = make(everything(), 4096);

	REQUIRE(CHECK(fdt != NULL));
	CHECK_EQ(fdt_check_full(fdt, fdt_totalsize(fdt)), 0);
	check_nodes(fdt);
	check_everything(fdt);
	CHECK_EQ(properties(fdt, fdt_path_offset(fdt, "/chosen")), 11);
	CHECK_TEXT(fdt_getprop(fdt, 0, "model", NULL), "a model");
	CHECK_TEXT(fdt_getprop(fdt, 0, "compatible", NULL), "forearm,test");
	CHECK_EQ(fdt_address_cells(fdt, 0), 2);
	CHECK_EQ(fdt_size_cells(fdt, 0), 2);
	CHECK_EQ(properties(fdt, 0), 4);
	CHECK_EQ(fdt_num_mem_rsv(fdt), 0);
	CHECK_EQ(fdt_version(fdt), 17);
	free(fdt);
}

TEST(stub_has_no_more_than_it_is_given)
{
	void *fdt = make(least(), 4096);

	REQUIRE(CHECK(fdt != NULL));
	CHECK_EQ(fdt_check_full(fdt, fdt_totalsize(fdt)), 0);
	check_nodes(fdt);
	check_efi(fdt);
	CHECK_EQ(properties(fdt, fdt_path_offset(fdt, "/chosen")), 6);
	CHECK(fdt_getprop(fdt, 0, "#address-cells", NULL) != NULL);
	CHECK(fdt_getprop(fdt, 0, "#size-cells", NULL) != NULL);
	CHECK_EQ(properties(fdt, 0), 2);
	free(fdt);
}

TEST(stub_sets_an_empty_command_line)
{
	struct fdt_stub stub = least();
	void *fdt;

	stub.chosen.bootargs = "";
	fdt = make(stub, 4096);
	REQUIRE(CHECK(fdt != NULL));
	check_bytes(fdt, "bootargs", "", 1);
	free(fdt);
}

TEST(stub_tells_its_size)
{
	void *fdt = make(everything(), 0x10000);

	REQUIRE(CHECK(fdt != NULL));
	CHECK(fdt_totalsize(fdt) < 1000);
	CHECK_EQ(fdt_totalsize(fdt), fdt_off_dt_strings(fdt) + fdt_size_dt_strings(fdt));
	free(fdt);
}

/* Any room from nothing to plenty: an error or a whole tree, never a byte behind it. */
TEST(stub_says_when_there_is_too_little_room)
{
	bool fitted = false;

	for (size_t room = 1; room < 1200; room++) {
		void *fdt = make(everything(), room);

		test_note("%zu bytes of room", room);
		CHECK(!fitted || fdt != NULL);
		fitted |= fdt != NULL;
		if (fdt)
			check_everything(fdt);
		free(fdt);
	}
	CHECK(fitted);
}

/* What comes behind it fits, and yet the tree is not whole. */
TEST(stub_misses_nothing)
{
	static char text[4096];
	struct fdt_stub stub[4] = {everything(), everything(), everything(), everything()};

	memset(text, 't', sizeof(text) - 1);
	stub[0].chosen.bootargs = text;
	stub[1].model = text;
	stub[2].compatible = text;
	stub[3].chosen.rng_seed = text;
	stub[3].chosen.rng_seed_size = sizeof(text);
	for (int i = 0; i < 4; i++) {
		test_note("stub %d", i);
		CHECK(make(stub[i], 2048) == NULL);
	}
}

TEST(stub_fits_into_the_room_that_its_header_tells)
{
	static char bootargs[4096], model[200], compatible[200];
	struct fdt_stub stub = everything();
	size_t texts = sizeof(bootargs) + sizeof(model) + sizeof(compatible);
	void *fdt;

	memset(bootargs, 'b', sizeof(bootargs) - 1);
	memset(model, 'm', sizeof(model) - 1);
	memset(compatible, 'c', sizeof(compatible) - 1);
	stub.chosen.bootargs = bootargs;
	stub.model = model;
	stub.compatible = compatible;
	fdt = make(stub, FDT_STUB_EXTRA + texts - 3 + sizeof(seed));
	REQUIRE(CHECK(fdt != NULL));
	check_bytes(fdt, "bootargs", bootargs, sizeof(bootargs));
	check_efi(fdt);
	free(fdt);
}

/* The whole tree keeps what it has. */
TEST(efi_can_be_added_to_a_whole_tree)
{
	struct efi_handoff efi = everything().efi;
	size_t size;
	void *source = tree_load("qemu-gicv3", &size);
	size_t room = size + FDT_EFI_EXTRA, least_room;
	void *fdt = calloc(1, room);

	memcpy(fdt, source, size);
	CHECK_EQ(fdt_pack(fdt), 0);
	least_room = fdt_totalsize(fdt);
	CHECK_EQ(fdt_add_efi(fdt, least_room, &efi), ERR_FDT_SPACE);
	memcpy(fdt, source, size);
	CHECK_EQ(fdt_pack(fdt), 0);
	REQUIRE(CHECK_EQ(fdt_add_efi(fdt, room, &efi), 0));
	CHECK_EQ(fdt_check_full(fdt, fdt_totalsize(fdt)), 0);
	CHECK(fdt_totalsize(fdt) <= least_room + FDT_EFI_EXTRA);
	check_efi(fdt);
	CHECK(fdt_path_offset(fdt, "/psci") > 0);
	CHECK(fdt_path_offset(fdt, "/memory@40000000") > 0);
	free(fdt);
	free(source);
}

static uint64_t value_of(const void *fdt, const char *name, int size)
{
	int length = 0;
	const void *value = fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"), name, &length);

	test_note("%s", name);
	if (!CHECK_EQ(length, size))
		return 0;
	return size == 8 ? fdt64_ld(value) : fdt32_ld(value);
}

TEST(efi_has_other_names_for_openbsd)
{
	struct efi_handoff efi = everything().efi;
	size_t size;
	void *source = tree_load("qemu-gicv3", &size);
	size_t room = size + FDT_EFI_EXTRA;
	void *fdt = calloc(1, room);

	memcpy(fdt, source, size);
	CHECK_EQ(fdt_pack(fdt), 0);
	CHECK_EQ(fdt_add_efi_openbsd(fdt, fdt_totalsize(fdt), &efi), ERR_FDT_SPACE);
	memcpy(fdt, source, size);
	REQUIRE(CHECK_EQ(fdt_add_efi_openbsd(fdt, room, &efi), 0));
	CHECK_EQ(value_of(fdt, "openbsd,uefi-system-table", 8), efi.system_table);
	CHECK_EQ(value_of(fdt, "openbsd,uefi-mmap-start", 8), efi.map);
	CHECK_EQ(value_of(fdt, "openbsd,uefi-mmap-size", 4), efi.map_size);
	CHECK_EQ(value_of(fdt, "openbsd,uefi-mmap-desc-size", 4), efi.descriptor_size);
	CHECK_EQ(value_of(fdt, "openbsd,uefi-mmap-desc-ver", 4), efi.descriptor_version);
	CHECK(!fdt_getprop(fdt, fdt_path_offset(fdt, "/chosen"), "linux,uefi-mmap-start", NULL));
	free(fdt);
	free(source);
}
