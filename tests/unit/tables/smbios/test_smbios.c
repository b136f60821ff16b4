/* SPDX-License-Identifier: BSD-2-Clause */
/* SMBIOS tables of the VMM taken over (DSP0134, 5.2.2 and 6.1), and OEM strings in them. */
#include <stdlib.h>
#include <string.h>
#include "dmidecode.h"
#include "error.h"
#include "qemu_tables.h"
#include "tables/smbios/smbios.h"
#include "test.h"

#define ADDRESS 0x7f123000ULL

static uint8_t *anchor, *tables, *to;
static size_t anchor_size, tables_size, room, used;
static struct smbios_oem oem;

static void load_qemu(void)
{
	anchor = qemu_load(qemu_smbios_anchor, &anchor_size);
	tables = qemu_load(qemu_smbios_tables, &tables_size);
	room = SMBIOS_ADOPT_ROOM(tables_size, 100);
}

/* Both go into blocks of exactly their sizes. */
static void load(const char *structures, size_t size)
{
	load_qemu();
	tables = realloc(tables, size + !size);
	memcpy(tables, structures, size);
	tables_size = size;
	anchor[12] = (uint8_t)size;
	anchor[13] = (uint8_t)(size >> 8);
	room = SMBIOS_ADOPT_ROOM(size, oem.size);
}

#define LOAD(structures) load(structures, sizeof(structures) - 1)

static int adopt(uint64_t address)
{
	free(to);
	to = malloc(room ? room : 1);
	memset(to, 0xa5, room);
	used = 0;
	return smbios_adopt(anchor, anchor_size, tables, tables_size, &oem, to, room, address,
			    &used);
}

static void set_oem(const char *text)
{
	oem.text = text;
	oem.size = strlen(text);
}

static uint8_t sum(const uint8_t *data, size_t size)
{
	uint8_t total = 0;

	while (size--)
		total = (uint8_t)(total + *data++);
	return total;
}

static uint64_t get(const uint8_t *from, int size)
{
	uint64_t value = 0;

	while (size--)
		value = value << 8 | from[size];
	return value;
}

static void check_anchor(uint64_t address)
{
	static const uint8_t start[] = {'_', 'S', 'M', '3', '_'};

	CHECK_BYTES(to, start, 5);
	CHECK_EQ(sum(to, 24), 0);
	CHECK_EQ(to[6], 24);
	CHECK_EQ(to[10], 1);
	CHECK_EQ(to[11], 0);
	CHECK_EQ(get(to + 12, 4), used - 24);
	CHECK_EQ(get(to + 16, 8), address + 24);
	CHECK(used <= room);
}

/* The structures that must have come out. */
static void expect(const void *structures, size_t size)
{
	check_anchor(ADDRESS);
	CHECK_EQ(used, 24 + size);
	CHECK_BYTES(to + 24, structures, size);
}

#define EXPECT(structures) expect(structures, sizeof(structures) - 1)

#define BIOS	"\1\4\0\1firmware\0\0"
#define OTHER	"\x80\6\2\0ab\0\0"
#define END	"\x7f\4\0\x7f\0\0"
#define OEM_ONE "\x0b\5\0\x0b\1one\0\0"

/* -- taking over
 * ----------------------------------------------------------------------------------- */

TEST(smbios_takes_qemus_over)
{
	load_qemu();
	REQUIRE(CHECK_EQ(adopt(ADDRESS), 0));
	expect(tables, tables_size);
	CHECK_EQ(to[7], 3);
	CHECK_EQ(to[8], 0);
	CHECK_EQ(to[9], 0);
}

TEST(smbios_adds_strings_to_qemus)
{
	const char *text;

	load_qemu();
	set_oem("io.systemd.credential:a=b c\n\nthree\n");
	REQUIRE(CHECK_EQ(adopt(0), 0));
	check_anchor(0);
	CHECK_EQ(used, 24 + tables_size + 5 + 28 + 6 + 1);
	CHECK_BYTES(to + 24, tables, tables_size - 6);
	CHECK_BYTES(to + used - 6, tables + tables_size - 6, 6);
	text = dmidecode("smbios-adopted", to, used);
	dmidecode_has(text, "OEM Strings", "String 1: one"); /* QEMU's own come first */
	dmidecode_has(text, "OEM Strings", "String 2: two");
	text = strstr(text, "String 2: two");
	REQUIRE(CHECK(text));
	dmidecode_has(text, "OEM Strings", "String 1: io.systemd.credential:a=b c");
	dmidecode_has(text, "OEM Strings", "String 2: three");
}

TEST(smbios_puts_strings_before_the_end)
{
	set_oem("one");
	LOAD(BIOS OTHER END);
	REQUIRE(CHECK_EQ(adopt(ADDRESS), 0));
	EXPECT(BIOS OTHER OEM_ONE END);
}

TEST(smbios_adds_an_end_where_there_is_none)
{
	LOAD(BIOS OTHER);
	REQUIRE(CHECK_EQ(adopt(ADDRESS), 0));
	EXPECT(BIOS OTHER "\x7f\4\0\x0b\0\0");
	set_oem("one");
	LOAD(BIOS OTHER);
	REQUIRE(CHECK_EQ(adopt(ADDRESS), 0));
	EXPECT(BIOS OTHER OEM_ONE "\x7f\4\1\x0b\0\0");
	LOAD("");
	REQUIRE(CHECK_EQ(adopt(ADDRESS), 0));
	EXPECT(OEM_ONE "\x7f\4\1\x0b\0\0");
}

TEST(smbios_leaves_what_is_behind_the_end)
{
	LOAD(BIOS END "\1\0nonsense");
	REQUIRE(CHECK_EQ(adopt(ADDRESS), 0));
	EXPECT(BIOS END);
	LOAD(BIOS OTHER END);
	anchor[12] = sizeof(BIOS) - 1; /* the maximum size */
	REQUIRE(CHECK_EQ(adopt(ADDRESS), 0));
	EXPECT(BIOS "\x7f\4\0\x0b\0\0");
	anchor[13] = 0x10; /* a file may be shorter than that */
	REQUIRE(CHECK_EQ(adopt(ADDRESS), 0));
	EXPECT(BIOS OTHER END);
}

TEST(smbios_keeps_the_version)
{
	LOAD(BIOS END);
	anchor[7] = 3;
	anchor[8] = 7;
	anchor[9] = 1;
	REQUIRE(CHECK_EQ(adopt(ADDRESS), 0));
	EXPECT(BIOS END);
	CHECK_EQ(to[7], 3);
	CHECK_EQ(to[8], 7);
	CHECK_EQ(to[9], 1);
}

TEST(smbios_takes_free_handles)
{
	set_oem("one");
	LOAD("\x80\4\1\x0b\0\0\x80\4\0\x0b\0\0\x80\4\2\x0b\0\0\x7f\4\3\x0b\0\0");
	REQUIRE(CHECK_EQ(adopt(ADDRESS), 0));
	CHECK_EQ(get(to + 24 + 18 + 2, 2), 0x0b04);
	LOAD("\x80\4\1\x0b\0\0\x80\4\0\x0b\0\0"); /* one of both is between theirs */
	memcpy(tables, "\x80\4\1\x0b\0\0\x80\4\2\x0b\0\0", 12);
	REQUIRE(CHECK_EQ(adopt(ADDRESS), 0));
	CHECK_EQ(get(to + 24 + 12 + 2, 2), 0x0b00);
	CHECK_EQ(get(to + used - 4, 2), 0x0b03);
}

TEST(smbios_runs_out_of_handles)
{
	uint8_t *at;

	set_oem("one");
	LOAD(BIOS);
	tables_size = 6 * (0xff00 - 0x0b00);
	tables = realloc(tables, tables_size);
	at = tables;
	for (unsigned int i = 0x0b00; i < 0xff00; i++, at += 6) {
		memset(at, 0, 6);
		at[0] = 0x80;
		at[1] = 4;
		at[2] = (uint8_t)i;
		at[3] = (uint8_t)(i >> 8);
	}
	memset(anchor + 12, 0xff, 4);
	room = SMBIOS_ADOPT_ROOM(tables_size, oem.size);
	CHECK_EQ(adopt(ADDRESS), ERR_FULL);
	at[-6] = 0x7f; /* nor without the need for another end, */
	CHECK_EQ(adopt(ADDRESS), ERR_FULL);
	oem.size = 0; /* but without that for any */
	CHECK_EQ(adopt(ADDRESS), 0);
	oem.size = 3;
	tables_size -= 12;
	CHECK_EQ(adopt(ADDRESS), 0);
	CHECK_EQ(get(to + used - 4, 2), 0xfeff);
}

/* -- entry point
 * ----------------------------------------------------------------------------------- */

static void seal(void)
{
	anchor[5] = 0;
	anchor[5] = (uint8_t)-sum(anchor, anchor[6]);
}

TEST(smbios_checks_the_sum_that_is_there)
{
	LOAD(BIOS END);
	seal();
	CHECK_EQ(adopt(ADDRESS), 0);
	anchor[5]++;
	CHECK_EQ(adopt(ADDRESS), ERR_SMBIOS);
	anchor[5] = 0;
	CHECK_EQ(adopt(ADDRESS), 0);
}

TEST(smbios_takes_longer_entry_points)
{
	LOAD(BIOS END);
	anchor = realloc(anchor, 30);
	memset(anchor + 24, 0x77, 6);
	anchor_size = 30;
	anchor[6] = 28;
	seal();
	REQUIRE(CHECK_EQ(adopt(ADDRESS), 0));
	EXPECT(BIOS END);
	anchor[27]++;
	CHECK_EQ(adopt(ADDRESS), ERR_SMBIOS);
	anchor[5] = 0;
	anchor[6] = 31;
	CHECK_EQ(adopt(ADDRESS), ERR_SMBIOS);
}

TEST(smbios_refuses_damaged_entry_points)
{
	LOAD(BIOS END);
	anchor[4] = '-';
	CHECK_EQ(adopt(ADDRESS), ERR_SMBIOS);
	anchor[4] = '_';
	for (unsigned int length = 0; length < 256; length++) {
		anchor[6] = (uint8_t)length;
		CHECK_EQ(adopt(ADDRESS), length == 24 ? 0 : ERR_SMBIOS);
	}
	anchor[6] = 24;
	for (anchor_size = 0; anchor_size < 24; anchor_size++) {
		uint8_t *whole = anchor;

		anchor = malloc(anchor_size + 1);
		memcpy(anchor + 1, whole, anchor_size);
		anchor++;
		CHECK_EQ(adopt(ADDRESS), ERR_SMBIOS);
		anchor = whole;
	}
}

TEST(smbios_refuses_old_versions)
{
	LOAD(BIOS END);
	anchor[7] = 2;
	CHECK_EQ(adopt(ADDRESS), ERR_VERSION);
	anchor[7] = 3;
	memcpy(anchor, "_SM_", 4);
	CHECK_EQ(adopt(ADDRESS), ERR_VERSION);
}

/* -- structures
 * ------------------------------------------------------------------------------------ */

TEST(smbios_refuses_damaged_structures)
{
	static const struct {
		const char *data;
		size_t size;
	} damaged[] = {
		{"\1", 1},		     /* no header */
		{"\1\4\0", 3},		     /* half a header */
		{"\1\4\0\1", 4},	     /* no strings */
		{"\1\4\0\1\0", 5},	     /* half of none */
		{"\1\4\0\1ab\0", 7},	     /* strings without their end */
		{"\1\4\0\1ab", 6},	     /* a string without its end */
		{"\1\0\0\1\0\0\0\0", 8},     /* no length: would go round for ever */
		{"\1\3\0\1\0\0", 6},	     /* shorter than its header */
		{"\1\6\0\1\0\0", 6},	     /* longer than the table */
		{"\1\xff\0\1\0\0", 6},	     /* much longer */
		{"\1\4\0\1\0\0\0", 7},	     /* something behind it */
		{"\1\4\0\1\0\0\x7f\4\0", 9}, /* an end without its end */
		{"\x7f\4\0\1\0", 5},
	};

	for (size_t i = 0; i < sizeof(damaged) / sizeof(damaged[0]); i++) {
		load(damaged[i].data, damaged[i].size);
		test_note("damage %zu", i);
		CHECK_EQ(adopt(ADDRESS), ERR_SMBIOS);
	}
}

TEST(smbios_refuses_every_truncation_of_qemus)
{
	unsigned int whole = 0;

	load_qemu();
	for (size_t size = tables_size; size--;) {
		uint8_t *all = tables;

		tables = malloc(size ? size : 1);
		memcpy(tables, all, size);
		free(all);
		tables_size = size;
		test_note("%zu bytes", size);
		if (adopt(ADDRESS) == 0)
			whole++;
		else
			CHECK_EQ(adopt(ADDRESS), ERR_SMBIOS);
	}
	CHECK_EQ(whole, 8); /* nothing at all, and behind each of the seven before the end */
}

/* -- OEM strings
 * ----------------------------------------------------------------------------------- */

TEST(smbios_ends_strings_by_nul_newline_or_end)
{
	static const char text[] = "one\ntwo\0\n\0three\t\xc3\xa4";

	oem = (struct smbios_oem) {text, sizeof(text) - 1};
	LOAD(END);
	REQUIRE(CHECK_EQ(adopt(ADDRESS), 0));
	EXPECT("\x0b\5\0\x0b\3one\0two\0three\t\xc3\xa4\0\0" END);
	oem.size++; /* the last one has its NUL as well */
	REQUIRE(CHECK_EQ(adopt(ADDRESS), 0));
	EXPECT("\x0b\5\0\x0b\3one\0two\0three\t\xc3\xa4\0\0" END);
}

TEST(smbios_needs_no_structure_for_empty_strings)
{
	oem = (struct smbios_oem) {"\n\0\n\n", 4};
	LOAD(BIOS);
	REQUIRE(CHECK_EQ(adopt(ADDRESS), 0));
	EXPECT(BIOS "\x7f\4\0\x0b\0\0");
	oem = (struct smbios_oem) {NULL, 0};
	REQUIRE(CHECK_EQ(adopt(ADDRESS), 0));
	EXPECT(BIOS "\x7f\4\0\x0b\0\0");
}

TEST(smbios_refuses_control_characters)
{
	char text[] = "a\nb?c";

	LOAD(END);
	room = 200;
	oem = (struct smbios_oem) {text, 5};
	for (int c = 0; c < 256; c++) {
		bool control = (c < ' ' && c && c != '\n' && c != '\t') || c == 0x7f;

		text[3] = (char)c;
		test_note("byte %d", c);
		CHECK_EQ(adopt(ADDRESS), control ? ERR_OPTION_VALUE : 0);
	}
}

TEST(smbios_takes_long_strings)
{
	size_t size = 100000;
	char *text = malloc(size);

	memset(text, 'x', size);
	oem = (struct smbios_oem) {text, size};
	LOAD(END);
	REQUIRE(CHECK_EQ(adopt(ADDRESS), 0));
	check_anchor(ADDRESS);
	CHECK_EQ(used, 24 + 5 + size + 2 + 6);
	CHECK_BYTES(to + 24 + 5, text, size);
}

TEST(smbios_takes_255_strings)
{
	char text[512];

	for (int i = 0; i < 256; i++)
		memcpy(text + 2 * i, "a\n", 2);
	oem = (struct smbios_oem) {text, 510};
	LOAD(END);
	REQUIRE(CHECK_EQ(adopt(ADDRESS), 0));
	CHECK_EQ(to[24 + 4], 255);
	CHECK_EQ(used, 24 + 5 + 510 + 1 + 6);
	oem.size = 512;
	room += 2;
	CHECK_EQ(adopt(ADDRESS), ERR_TOO_LONG);
}

/* -- room
 * ------------------------------------------------------------------------------------------ */

TEST(smbios_says_when_there_is_too_little_room)
{
	size_t needed;

	load_qemu();
	set_oem("one\ntwo");
	REQUIRE(CHECK_EQ(adopt(ADDRESS), 0));
	needed = used;
	for (room = 0; room < needed; room++)
		CHECK_EQ(adopt(ADDRESS), ERR_FULL);
	CHECK_EQ(adopt(ADDRESS), 0);
}

TEST(smbios_fits_into_the_room_that_its_header_tells)
{
	set_oem("x");
	LOAD(BIOS);
	CHECK_EQ(adopt(ADDRESS), 0);
	set_oem("x\ny");
	LOAD("");
	CHECK_EQ(adopt(ADDRESS), 0);
}
