/* SPDX-License-Identifier: BSD-2-Clause */
/* The AML encoder, byte by byte where the specification says the bytes. */
#include <stdlib.h>
#include <string.h>
#include "tables/acpi/aml.h"
#include "aml_reader.h"
#include "test.h"

static uint8_t room[0x1000];
static struct aml a;

static void start(void)
{
	memset(room, 0xa5, sizeof(room));
	a = (struct aml) {room, room + sizeof(room), false};
}

#define EXPECT(...)                                                                                \
	do {                                                                                       \
		static const uint8_t expected[] = {__VA_ARGS__};                                   \
		CHECK(!a.full);                                                                    \
		CHECK_EQ(a.at - room, sizeof(expected));                                           \
		CHECK_BYTES(room, expected, sizeof(expected));                                     \
		start();                                                                           \
	} while (0)

TEST(aml_integers_take_the_narrowest_form)
{
	start();
	aml_integer(&a, 0);
	EXPECT(0x00);
	aml_integer(&a, 1);
	EXPECT(0x01);
	aml_integer(&a, 2);
	EXPECT(0x0a, 2);
	aml_integer(&a, 0xff);
	EXPECT(0x0a, 0xff);
	aml_integer(&a, 0x100);
	EXPECT(0x0b, 0x00, 0x01);
	aml_integer(&a, 0xffff);
	EXPECT(0x0b, 0xff, 0xff);
	aml_integer(&a, 0x10000);
	EXPECT(0x0c, 0, 0, 1, 0);
	aml_integer(&a, 0xffffffff);
	EXPECT(0x0c, 0xff, 0xff, 0xff, 0xff);
	aml_integer(&a, 0x100000000);
	EXPECT(0x0e, 0, 0, 0, 0, 1, 0, 0, 0);
	aml_integer(&a, 0xfedcba9876543210);
	EXPECT(0x0e, 0x10, 0x32, 0x54, 0x76, 0x98, 0xba, 0xdc, 0xfe);
}

TEST(aml_names_strings_and_ids)
{
	start();
	aml_name(&a, "_HID");
	EXPECT(0x08, '_', 'H', 'I', 'D');
	aml_string(&a, "");
	EXPECT(0x0d, 0);
	aml_string(&a, "ACPI0007");
	EXPECT(0x0d, 'A', 'C', 'P', 'I', '0', '0', '0', '7', 0);
	aml_eisa_id(&a, "PNP0A08");
	EXPECT(0x0c, 0x41, 0xd0, 0x0a, 0x08);
	aml_eisa_id(&a, "PNP0501");
	EXPECT(0x0c, 0x41, 0xd0, 0x05, 0x01);
	aml_eisa_id(&a, "AZBCDEF");
	EXPECT(0x0c, 0x07, 0x42, 0xcd, 0xef);
	aml_bytes(&a, "forearm", 7);
	EXPECT('f', 'o', 'r', 'e', 'a', 'r', 'm');
	aml_bytes(&a, "", 0);
	CHECK(!a.full && a.at == room);
}

TEST(aml_containers)
{
	uint8_t *outer, *inner;

	start();
	outer = aml_device(&a, "PCI0");
	inner = aml_open(&a, AML_METHOD);
	aml_bytes(&a, "_INI", 5);
	aml_close(&a, inner);
	aml_close(&a, outer);
	EXPECT(0x5b, 0x82, 0x80, 0x01, 0x00, 'P', 'C', 'I', '0', /* 16 bytes */
	       0x14, 0x88, 0x00, 0x00, '_', 'I', 'N', 'I', 0);
	outer = aml_open_package(&a);
	aml_integer(&a, 1);
	aml_integer(&a, 7);
	aml_close_package(&a, outer, 2);
	EXPECT(0x12, 0x87, 0x00, 0x00, 2, 0x01, 0x0a, 7);
	outer = aml_open_package(&a);
	aml_close_package(&a, outer, 0);
	EXPECT(0x12, 0x84, 0x00, 0x00, 0);
	aml_close(&a, NULL);
	CHECK(!a.full && a.at == room);
}

TEST(aml_packages_have_255_elements_at_most)
{
	uint8_t *open;

	start();
	open = aml_open_package(&a);
	aml_close_package(&a, open, 255);
	CHECK(!a.full);
	CHECK_EQ(open[3], 255);
	open = aml_open_package(&a);
	aml_close_package(&a, open, 256);
	CHECK(a.full);
}

/* A scope of exactly 'length' bytes: what a reader of lengths makes of it. */
static void check_length(size_t length)
{
	uint8_t *block = malloc(1 + length), *open;
	struct aml aml = {block, block + 1 + length, false};
	const uint8_t *at = block + 1, *end = block + 1 + length;

	test_note("length 0x%zx", length);
	open = aml_open(&aml, AML_SCOPE);
	CHECK(aml_reserve(&aml, length - 3) != NULL);
	aml_close(&aml, open);
	if (length > 0xfffff) {
		CHECK(aml.full);
	} else {
		CHECK(!aml.full);
		CHECK_EQ(block[0], 0x10);
		CHECK(aml_length(&at, end) == end);
		CHECK_EQ(at - block, 4);
	}
	free(block);
}

TEST(aml_lengths_at_their_limits)
{
	static const size_t lengths[] = {
		3,     4,      0x0f,   0x10,   0x3e,	0x3f,	 0x40,	  0xff,	    0x100,   0xffe,
		0xfff, 0x1000, 0x1001, 0xffff, 0x10000, 0xffffe, 0xfffff, 0x100000, 0x100001};

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
		check_length(lengths[i]);
}

TEST(aml_memory_descriptors)
{
	start();
	aml_memory(&a, 0x9000000, 0x1000);
	EXPECT(0x86, 9, 0, 1, 0, 0, 0, 9, 0, 0x10, 0, 0);
	aml_memory(&a, 0xffffffff, 1);
	EXPECT(0x86, 9, 0, 1, 0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0);
	/* ends one byte behind 4 GiB: wide numbers, a consumer */
	aml_memory(&a, 0xffffffff, 2);
	EXPECT(0x8a, 43, 0, 0, 0x0d, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0,
	       0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0);
}

TEST(aml_fits_memory32_at_its_limits)
{
	CHECK(aml_fits_memory32(0, 1));
	CHECK(aml_fits_memory32(0, 0xffffffff));
	CHECK(aml_fits_memory32(0xffffffff, 1));
	CHECK(aml_fits_memory32(0x80000000, 0x80000000));
	CHECK(!aml_fits_memory32(0x80000000, 0x80000001));
	CHECK(!aml_fits_memory32(0, 0));
	CHECK(!aml_fits_memory32(0, 0x100000000));
	CHECK(!aml_fits_memory32(0xffffffff, 2));
	CHECK(!aml_fits_memory32(0x100000000, 1));
	CHECK(!aml_fits_memory32(1, UINT64_MAX));
	CHECK(!aml_fits_memory32(UINT64_MAX, UINT64_MAX));
}

TEST(aml_interrupt_descriptors)
{
	start();
	aml_interrupt(&a, 33, false, false);
	EXPECT(0x89, 6, 0, 0x01, 1, 33, 0, 0, 0);
	aml_interrupt(&a, 0x12345678, true, false);
	EXPECT(0x89, 6, 0, 0x03, 1, 0x78, 0x56, 0x34, 0x12);
	aml_interrupt(&a, 33, false, true);
	EXPECT(0x89, 6, 0, 0x05, 1, 33, 0, 0, 0);
	aml_interrupt(&a, 33, true, true);
	EXPECT(0x89, 6, 0, 0x07, 1, 33, 0, 0, 0);
}

TEST(aml_gpio_descriptor)
{
	start();
	aml_gpio_interrupt(&a, 0x0103, "\\P");
	EXPECT(0x8c, 25, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 23, 0, 0, 25, 0, 28, 0, 0, 0, 3, 1,
	       '\\', 'P', 0);
}

TEST(aml_ranges_take_the_narrowest_form)
{
	start();
	aml_range(&a, AML_SPACE_BUS, false, 0, 256, 0);
	EXPECT(0x88, 13, 0, 2, 0x0c, 0, 0, 0, 0, 0, 0xff, 0, 0, 0, 0, 1);
	aml_range(&a, AML_SPACE_IO, false, 0, 0x10000, 0x3eff0000);
	EXPECT(0x87, 23, 0, 1, 0x0c, 0x13, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0xff,
	       0x3e, 0, 0, 1, 0);
	aml_range(&a, AML_SPACE_MEMORY, false, 0xfffffff0, 0x10, 0);
	EXPECT(0x87, 23, 0, 0, 0x0c, 1, 0, 0, 0, 0, 0xf0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
	       0, 0, 0, 0, 0x10, 0, 0, 0);
	/* only the translation is wide */
	aml_range(&a, AML_SPACE_IO, false, 0, 0x10000, 0x100000000);
	EXPECT(0x8a, 43, 0, 1, 0x0c, 0x13, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff,
	       0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0);
}

TEST(aml_resource_templates)
{
	uint8_t *open;

	start();
	open = aml_open_resources(&a);
	aml_close_resources(&a, open);
	EXPECT(0x11, 0x88, 0, 0, 0x0b, 2, 0, 0x79, 0);
	open = aml_open_resources(&a);
	aml_interrupt(&a, 33, false, false);
	aml_close_resources(&a, open);
	EXPECT(0x11, 0x81, 1, 0, 0x0b, 11, 0, 0x89, 6, 0, 1, 1, 33, 0, 0, 0, 0x79, 0);
}

static bool resources_of(size_t size)
{
	uint8_t *block = malloc(size + 9);
	struct aml aml = {block, block + size + 9, false};
	uint8_t *open = aml_open_resources(&aml);

	aml_reserve(&aml, size);
	aml_close_resources(&aml, open);
	free(block);
	return !aml.full;
}

TEST(aml_resource_templates_have_64_kib_at_most)
{
	CHECK(resources_of(0xffff - 2));
	CHECK(!resources_of(0xffff - 1));
}

/* One of each. */
static void write_all(struct aml *aml)
{
	uint8_t *scope = aml_open(aml, AML_SCOPE), *device, *part;

	aml_bytes(aml, "\\_SB_", 5);
	device = aml_device(aml, "DEV0");
	aml_name(aml, "_HID");
	aml_eisa_id(aml, "PNP0A08");
	aml_name(aml, "_CID");
	aml_string(aml, "ACPI0007");
	aml_name(aml, "_UID");
	aml_integer(aml, 0x123456789);
	aml_name(aml, "_CRS");
	part = aml_open_resources(aml);
	aml_memory(aml, 0x1000, 0x1000);
	aml_memory(aml, 0x100000000, 0x1000);
	aml_interrupt(aml, 33, false, false);
	aml_gpio_interrupt(aml, 3, "\\_SB");
	aml_range(aml, AML_SPACE_BUS, false, 0, 256, 0);
	aml_close_resources(aml, part);
	aml_name(aml, "_PRT");
	part = aml_open_package(aml);
	aml_integer(aml, 0);
	aml_close_package(aml, part, 1);
	aml_close(aml, device);
	aml_close(aml, scope);
}

TEST(aml_never_writes_behind_the_end)
{
	size_t needed;

	start();
	write_all(&a);
	needed = (size_t)(a.at - room);
	CHECK(!a.full);
	for (size_t size = 0; size <= needed; size++) {
		uint8_t *block = malloc(size ? size : 1);
		struct aml aml = {block, block + size, false};

		test_note("room %zu of %zu", size, needed);
		write_all(&aml);
		CHECK_EQ(aml.full, size < needed);
		CHECK(aml.at <= aml.end);
		if (size == needed)
			CHECK_BYTES(block, room, needed);
		free(block);
	}
}

TEST(aml_full_is_for_ever)
{
	start();
	a.end = room + 2;
	aml_bytes(&a, "abc", 3);
	CHECK(a.full);
	CHECK(a.at == room);
	aml_integer(&a, 0);
	aml_close(&a, room);
	CHECK(aml_reserve(&a, 0) == NULL);
	CHECK(a.at == room);
	CHECK_EQ(room[0], 0xa5);
	start();
	CHECK(aml_reserve(&a, SIZE_MAX) == NULL);
	CHECK(a.full);
}
