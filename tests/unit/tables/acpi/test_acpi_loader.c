/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * QEMU's table-loader language, by the description in its hw/acpi/bios-linker-loader.c. Scripts are
 * made byte by byte; each file of the fake VMM is a heap block of exactly its size.
 */
#include <stdlib.h>
#include <string.h>
#include "tables/acpi/acpi.h"
#include "tables/acpi/loader.h"
#include "error.h"
#include "test.h"

#define ENTRIES 64
#define NAME	56

static uint8_t script[ENTRIES * 128];
static unsigned int entries;
static struct acpi_loader loader;

/* -- the VMM -------------------------------------------------------------------------------------
 */

struct offered {
	const char *name;
	uint32_t size;
	uint64_t address;
	uint8_t *data; /* what it is loaded with; afterwards what it is in memory */
	uint32_t align;
	uint8_t zone;
};

static struct offered offered[32];
static unsigned int offers;
static struct {
	unsigned int count;
	char name[NAME];
	uint32_t offset, size;
	uint8_t bytes[8];
	int result;
} written;

static uint8_t *offer(const char *name, uint32_t size, uint64_t address)
{
	struct offered *o = &offered[offers++];

	o->name = name;
	o->size = size;
	o->address = address;
	o->data = calloc(1, size);
	return o->data;
}

static int fake_allocate(void *context, uint32_t align, uint8_t zone, struct acpi_loader_file *file)
{
	CHECK(context == &offered);
	for (struct offered *o = offered; o < offered + offers; o++) {
		if (strcmp(o->name, file->name) != 0)
			continue;
		o->align = align;
		o->zone = zone;
		file->data = o->data;
		file->size = o->size;
		file->address = o->address;
		return 0;
	}
	return ERR_NO_FILE;
}

static int fake_write(void *context, const char *name, uint32_t offset, const void *bytes,
		      uint32_t size)
{
	CHECK(context == &offered);
	written.count++;
	strcpy(written.name, name);
	written.offset = offset;
	written.size = size;
	memcpy(written.bytes, bytes, size);
	return written.result;
}

static const struct acpi_loader_ops ops = {fake_allocate, fake_write};

/* -- scripts -------------------------------------------------------------------------------------
 */

static void put32(uint8_t *to, uint32_t value)
{
	for (int i = 0; i < 4; i++)
		to[i] = (uint8_t)(value >> 8 * i);
}

static uint64_t get(const uint8_t *from, int size)
{
	uint64_t value = 0;

	while (size-- > 0)
		value = value << 8 | from[size];
	return value;
}

static uint8_t *add(uint32_t command, const char *first, const char *second)
{
	uint8_t *e = script + 128 * entries++;

	memset(e, 0, 128);
	put32(e, command);
	strcpy((char *)e + 4, first);
	if (second)
		strcpy((char *)e + 60, second);
	return e;
}

static void allocate(const char *file, uint32_t align, uint8_t zone)
{
	uint8_t *e = add(1, file, NULL);

	put32(e + 60, align);
	e[64] = zone;
}

static void pointer(const char *to, const char *of, uint32_t offset, uint8_t size)
{
	uint8_t *e = add(2, to, of);

	put32(e + 116, offset);
	e[120] = size;
}

static void checksum(const char *file, uint32_t result, uint32_t start, uint32_t length)
{
	uint8_t *e = add(3, file, NULL);

	put32(e + 60, result);
	put32(e + 64, start);
	put32(e + 68, length);
}

static void write_pointer(const char *to, const char *of, uint32_t offset, uint32_t of_offset,
			  uint8_t size)
{
	uint8_t *e = add(4, to, of);

	put32(e + 116, offset);
	put32(e + 120, of_offset);
	e[124] = size;
}

/* Runs a copy in a block of its own size, which stays, as names point into it. */
static int run_bytes(size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	memcpy(copy, script, size);
	memset(&loader, 0xa5, sizeof(loader));
	return acpi_loader_run(&loader, &ops, &offered, copy, size);
}

static int run(void)
{
	return run_bytes(128 * (size_t)entries);
}

/* Runs what was added since 'kept' entries, which must fail at its last entry; takes it back. */
static void refuse(unsigned int kept, int error)
{
	CHECK_EQ(run(), error);
	CHECK_EQ(loader.entry, entries - 1);
	entries = kept;
}

/* Two files, "to" of 32 bytes at 0x10000 and "of" of 16 at 0x20000, allocated by two entries. */
static uint8_t *two_files(void)
{
	uint8_t *to = offer("to", 32, 0x10000);

	offer("of", 16, 0x20000);
	allocate("to", 16, 1);
	allocate("of", 1, 1);
	return to;
}

/* -- scripts as a whole ---------------------------------------------------------------------------
 */

TEST(loader_takes_an_empty_script)
{
	CHECK_EQ(run(), 0);
	CHECK_EQ(loader.files, 0);
	CHECK(acpi_loader_find(&loader, "x") == NULL);
}

TEST(loader_refuses_a_script_of_broken_entries)
{
	static const size_t sizes[] = {1, 4, 127, 129, 255, 300};

	offer("to", 32, 0);
	allocate("to", 1, 1);
	allocate("to", 1, 1);
	allocate("to", 1, 1);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		test_note("%zu bytes", sizes[i]);
		CHECK_EQ(run_bytes(sizes[i]), ERR_LOADER_SIZE);
		CHECK_EQ(loader.entry, 0);
		CHECK_EQ(loader.files, 0);
	}
}

TEST(loader_skips_what_it_does_not_know)
{
	static const uint32_t unknown[] = {0,	  5,	      6,	  0x80,
					   0x100, 0x01000000, 0x80000001, UINT32_MAX};
	uint8_t *to = two_files();

	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		memset(add(unknown[i], "", NULL) + 4, 0xff, 124);
	pointer("to", "of", 0, 4);
	CHECK_EQ(run(), 0);
	CHECK_EQ(get(to, 4), 0x20000);
	CHECK_EQ(loader.entry, entries);
}

/* -- ALLOCATE
 * -------------------------------------------------------------------------------------- */

TEST(loader_allocates)
{
	uint8_t *data = offer("etc/acpi/tables", 100, 0x7f001234);
	const struct acpi_loader_file *file;

	offer("etc/acpi/rsdp", 36, 0x7f000000);
	allocate("etc/acpi/rsdp", 16, 2);
	allocate("etc/acpi/tables", 64, 1);
	CHECK_EQ(run(), 0);
	CHECK_EQ(loader.files, 2);
	file = acpi_loader_find(&loader, "etc/acpi/tables");
	REQUIRE(CHECK(file != NULL));
	CHECK_TEXT(file->name, "etc/acpi/tables");
	CHECK(file->data == data);
	CHECK_EQ(file->size, 100);
	CHECK_EQ(file->address, 0x7f001234);
	CHECK_EQ(offered[0].align, 64);
	CHECK_EQ(offered[0].zone, 1);
	CHECK_EQ(offered[1].align, 16);
	CHECK_EQ(offered[1].zone, 2);
	CHECK(acpi_loader_find(&loader, ACPI_LOADER_RSDP) == &loader.file[0]);
	CHECK(acpi_loader_find(&loader, "etc/acpi/table") == NULL);
	CHECK(acpi_loader_find(&loader, "") == NULL);
}

TEST(loader_checks_alignments)
{
	static const uint32_t bad[] = {0,	3,	 6,	     24,	 0xffff,    0x10001,
				       0x18000, 0x20000, 0x40000000, 0x80000000, UINT32_MAX};

	for (uint32_t align = 1; align <= 0x10000; align *= 2) {
		offers = entries = 0;
		offer("a", 1, 0);
		allocate("a", align, 1);
		CHECK_EQ(run(), 0);
		CHECK_EQ(offered[0].align, align);
	}
	entries = 0;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		test_note("alignment 0x%x", bad[i]);
		allocate("a", bad[i], 1);
		refuse(0, ERR_LOADER_VALUE);
	}
}

TEST(loader_refuses_bad_names)
{
	two_files();
	memset(add(1, "to", NULL) + 4, 'a', NAME);
	refuse(2, ERR_LOADER_NAME);
	allocate("", 1, 1);
	refuse(2, ERR_LOADER_NAME);
	pointer("", "of", 0, 1);
	refuse(2, ERR_LOADER_NAME);
	pointer("to", "", 0, 1);
	refuse(2, ERR_LOADER_NAME);
	pointer("to", "of", 0, 1);
	script[128 * 2 + 60 + NAME - 1] = 'x';
	refuse(2, ERR_LOADER_NAME);
	checksum("", 0, 0, 1);
	refuse(2, ERR_LOADER_NAME);
	write_pointer("", "of", 0, 0, 8);
	refuse(2, ERR_LOADER_NAME);
	memset(add(4, "", "of") + 4, 'a', NAME);
	refuse(2, ERR_LOADER_NAME);
	write_pointer("elsewhere", "", 0, 0, 8);
	refuse(2, ERR_LOADER_NAME);
	CHECK_EQ(written.count, 0);
}

TEST(loader_takes_the_longest_name)
{
	static char name[NAME];

	memset(name, 'n', NAME - 1);
	offer(name, 1, 0);
	allocate(name, 1, 1);
	CHECK_EQ(run(), 0);
	CHECK(acpi_loader_find(&loader, name) != NULL);
}

TEST(loader_refuses_a_second_allocation)
{
	two_files();
	allocate("to", 16, 1);
	refuse(2, ERR_LOADER_TWICE);
	CHECK_EQ(loader.files, 2);
}

TEST(loader_refuses_use_before_allocation)
{
	offer("to", 32, 0);
	offer("of", 16, 0);
	allocate("to", 16, 1);
	pointer("to", "of", 0, 8);
	refuse(1, ERR_LOADER_ORDER);
	pointer("of", "to", 0, 8);
	refuse(1, ERR_LOADER_ORDER);
	checksum("of", 0, 0, 1);
	refuse(1, ERR_LOADER_ORDER);
	write_pointer("elsewhere", "of", 0, 0, 8);
	refuse(1, ERR_LOADER_ORDER);
	entries = 0;
	checksum("to", 0, 0, 1);
	allocate("to", 16, 1);
	CHECK_EQ(run(), ERR_LOADER_ORDER);
	CHECK_EQ(loader.entry, 0);
}

TEST(loader_says_what_the_vmm_does_not_have)
{
	two_files();
	allocate("etc/none", 1, 1);
	refuse(2, ERR_NO_FILE);
	CHECK_EQ(loader.files, 2);
}

TEST(loader_holds_as_many_files_as_it_says)
{
	static const char *const names[] = {"0", "1",  "2",  "3",  "4",	 "5",  "6",  "7", "8",
					    "9", "10", "11", "12", "13", "14", "15", "16"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		offer(names[i], 1, i);
		allocate(names[i], 1, 1);
	}
	CHECK_EQ(run(), ERR_FULL);
	CHECK_EQ(loader.entry, ACPI_LOADER_FILES);
	CHECK_EQ(loader.files, ACPI_LOADER_FILES);
	entries--;
	CHECK_EQ(run(), 0);
	CHECK_EQ(acpi_loader_find(&loader, "15")->used, 1);
}

/* -- ADD_POINTER
 * ----------------------------------------------------------------------------------- */

TEST(loader_adds_pointers_of_every_size)
{
	for (int size = 1; size <= 8; size *= 2) {
		uint64_t limit = size == 8 ? 0x123456789abcdef0 : 1ULL << (8 * size - 1);
		uint8_t *to;

		offers = entries = 0;
		test_note("%d bytes", size);
		to = two_files();
		offered[1].address = limit;
		memset(to, 0xee, 32);
		memset(to + 11, 0, (size_t)size);
		to[11] = 9;
		pointer("to", "of", 11, (uint8_t)size);
		CHECK_EQ(run(), 0);
		CHECK_EQ(get(to + 11, size), limit + 9);
		CHECK_EQ(to[10], 0xee);
		CHECK_EQ(to[11 + size], 0xee);
	}
}

TEST(loader_adds_a_pointer_to_its_own_file)
{
	uint8_t *to = two_files();

	to[24] = 31;
	pointer("to", "to", 24, 8);
	CHECK_EQ(run(), 0);
	CHECK_EQ(get(to + 24, 8), 0x10000 + 31);
}

/* RAM may begin there. */
TEST(loader_takes_a_file_at_address_zero)
{
	uint8_t *to = two_files();

	offered[1].address = 0;
	to[0] = 3;
	pointer("to", "of", 0, 1);
	write_pointer("elsewhere", "of", 0, 0, 1);
	CHECK_EQ(run(), 0);
	CHECK_EQ(to[0], 3);
	CHECK_EQ(written.bytes[0], 0);
}

TEST(loader_refuses_pointer_sizes)
{
	two_files();
	for (unsigned int size = 0; size < 256; size++) {
		if (size == 1 || size == 2 || size == 4 || size == 8)
			continue;
		test_note("%u bytes", size);
		pointer("to", "of", 0, (uint8_t)size);
		refuse(2, ERR_LOADER_VALUE);
		write_pointer("elsewhere", "of", 0, 0, (uint8_t)size);
		refuse(2, ERR_LOADER_VALUE);
	}
	CHECK_EQ(written.count, 0);
}

TEST(loader_keeps_pointers_inside_their_file)
{
	static const uint32_t bad[] = {25, 31, 32, 33, 0x7fffffff, 0xfffffff8, 0xffffffff};

	two_files();
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		test_note("offset 0x%x", bad[i]);
		pointer("to", "of", bad[i], 8);
		refuse(2, ERR_LOADER_RANGE);
	}
	pointer("to", "of", 32, 1);
	refuse(2, ERR_LOADER_RANGE);
	pointer("to", "of", 24, 8);
	pointer("to", "of", 20, 4);
	CHECK_EQ(run(), 0);
}

TEST(loader_refuses_pointers_out_of_the_other_file)
{
	uint8_t *to = two_files();

	to[0] = 16;
	pointer("to", "of", 0, 8);
	refuse(2, ERR_LOADER_RANGE);
	CHECK_EQ(get(to, 8), 16);
	memset(to, 0xff, 8);
	pointer("to", "of", 0, 8);
	refuse(2, ERR_LOADER_RANGE);
	offer("empty", 0, 0x30000);
	to = offer("pointers", 8, 0x40000);
	entries = 0;
	allocate("empty", 1, 1);
	allocate("pointers", 1, 1);
	pointer("pointers", "empty", 0, 8);
	refuse(2, ERR_LOADER_RANGE);
	pointer("empty", "pointers", 0, 1);
	refuse(2, ERR_LOADER_RANGE);
}

/* The largest address that fits, and one more. */
TEST(loader_refuses_addresses_that_do_not_fit)
{
	uint8_t *to = two_files();

	for (int size = 1; size <= 4; size *= 2) {
		test_note("%d bytes", size);
		memset(to, 0, 8);
		offered[1].address = (1ULL << 8 * size) - 1;
		pointer("to", "of", 0, (uint8_t)size);
		CHECK_EQ(run(), 0);
		CHECK_EQ(get(to, 8), (1ULL << 8 * size) - 1);
		memset(to, 0, 8);
		to[0] = 1;
		refuse(2, ERR_LOADER_WIDTH);
		CHECK_EQ(get(to, 8), 1);
	}
	memset(to, 0, 8);
	offered[1].address = UINT64_MAX - 7;
	to[0] = 7;
	pointer("to", "of", 0, 8);
	CHECK_EQ(run(), 0);
	CHECK_EQ(get(to, 8), UINT64_MAX);
	memset(to, 0, 8);
	to[0] = 8; /* wraps around */
	refuse(2, ERR_LOADER_WIDTH);
}

/* -- ADD_CHECKSUM
 * ---------------------------------------------------------------------------------- */

static uint8_t sum(const uint8_t *data, size_t size)
{
	uint8_t total = 0;

	while (size--)
		total = (uint8_t)(total + *data++);
	return total;
}

TEST(loader_completes_checksums)
{
	uint8_t *to = two_files();

	for (uint8_t i = 0; i < 32; i++)
		to[i] = (uint8_t)(i * 37 + 200);
	checksum("to", 9, 3, 20);  /* inside the range, whatever was there */
	checksum("to", 31, 0, 31); /* behind it: adds */
	to[31] = 0;
	CHECK_EQ(run(), 0);
	CHECK_EQ(sum(to + 3, 20), 0);
	CHECK_EQ(sum(to, 32), 0);
}

TEST(loader_adds_to_what_is_in_the_checksum_place)
{
	uint8_t *to = two_files();

	memset(to, 1, 32);
	checksum("to", 20, 0, 4);
	checksum("to", 21, 0, 0);
	CHECK_EQ(run(), 0);
	CHECK_EQ(to[20], (uint8_t)(1 - 4));
	CHECK_EQ(to[21], 1);
	CHECK_EQ(to[19], 1);
}

TEST(loader_keeps_checksums_inside_their_file)
{
	static const uint32_t bad[][3] = {
		{32, 0, 32},
		{0xffffffff, 0, 1},
		{0, 0, 33},
		{0, 1, 32},
		{0, 32, 1},
		{0, 33, 0},
		{0, 0xffffffff, 2},
		{0, 2, 0xffffffff},
		{0, 0xfffffff0, 0x20},
		{0, 0x80000000, 0x80000000},
	};

	two_files();
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		test_note("result 0x%x, start 0x%x, length 0x%x", bad[i][0], bad[i][1], bad[i][2]);
		checksum("to", bad[i][0], bad[i][1], bad[i][2]);
		refuse(2, ERR_LOADER_RANGE);
	}
	checksum("to", 31, 0, 32);
	checksum("to", 0, 32, 0);
	CHECK_EQ(run(), 0);
}

/* -- WRITE_POINTER
 * --------------------------------------------------------------------------------- */

TEST(loader_tells_addresses)
{
	two_files();
	offered[1].address = 0x1122334455667780;
	write_pointer("etc/hardware_errors_addr", "of", 0x89abcdef, 15, 8);
	CHECK_EQ(run(), 0);
	CHECK_EQ(written.count, 1);
	CHECK_TEXT(written.name, "etc/hardware_errors_addr");
	CHECK_EQ(written.offset, 0x89abcdef);
	CHECK_EQ(written.size, 8);
	CHECK_BYTES(written.bytes, "\x8f\x77\x66\x55\x44\x33\x22\x11", 8);
}

TEST(loader_tells_short_addresses)
{
	two_files();
	write_pointer("elsewhere", "of", 4, 2, 4);
	CHECK_EQ(run(), 0);
	CHECK_EQ(written.size, 4);
	CHECK_BYTES(written.bytes, "\x02\x00\x02\x00", 4);
}

TEST(loader_refuses_to_tell_wrong_addresses)
{
	two_files();
	write_pointer("elsewhere", "of", 0, 16, 8);
	refuse(2, ERR_LOADER_RANGE);
	write_pointer("elsewhere", "of", 0, UINT32_MAX, 8);
	refuse(2, ERR_LOADER_RANGE);
	write_pointer("elsewhere", "of", 0, 0, 2); /* 0x20000 */
	refuse(2, ERR_LOADER_WIDTH);
	CHECK_EQ(written.count, 0);
	written.result = ERR_DEVICE;
	write_pointer("elsewhere", "of", 0, 0, 4);
	refuse(2, ERR_DEVICE);
	CHECK_EQ(written.count, 1);
}

/* -- what is used
 * ---------------------------------------------------------------------------------- */

static uint64_t used(const char *name)
{
	return acpi_loader_find(&loader, name)->used;
}

TEST(loader_tells_what_is_filling)
{
	uint8_t *to = two_files();

	to[16] = 19;
	checksum("to", 9, 0, 10);
	checksum("to", 12, 10, 10);
	pointer("to", "to", 16, 4); /* ends in byte 19, points to it */
	CHECK_EQ(run(), 0);
	CHECK_EQ(used("to"), 20);
	CHECK_EQ(used("of"), 16); /* nobody says anything about it */
}

/* Whatever reaches behind the checksums: its end is not known. */
TEST(loader_takes_what_is_pointed_to_for_used)
{
	uint8_t *to = two_files();

	checksum("to", 9, 0, 20);
	pointer("to", "of", 17, 4); /* the place itself */
	CHECK_EQ(run(), 0);
	CHECK_EQ(used("to"), 32);
	entries = 3;
	memset(to, 0, 32);
	to[0] = 20; /* the place that it points to */
	pointer("to", "to", 0, 4);
	CHECK_EQ(run(), 0);
	CHECK_EQ(used("to"), 32);
	entries = 3;
	write_pointer("elsewhere", "to", 0, 20, 8);
	CHECK_EQ(run(), 0);
	CHECK_EQ(used("to"), 32);
	entries = 3;
	checksum("to", 20, 0, 1); /* the place of a checksum */
	CHECK_EQ(run(), 0);
	CHECK_EQ(used("to"), 32);
	entries = 3;
	write_pointer("elsewhere", "to", 0, 19, 8);
	CHECK_EQ(run(), 0);
	CHECK_EQ(used("to"), 20);
}

/* -- a script like QEMU's, and what hostile ones make of it
 * ----------------------------------------- */

#define TABLES 0x7f000400

static void put_table(uint8_t *tables, uint32_t at, const char *signature, uint32_t size)
{
	memset(tables + at, 0, size);
	memcpy(tables + at, signature, 4);
	put32(tables + at + 4, size);
	checksum("etc/acpi/tables", at + 9, at, size);
}

/* RSDP, and a file with DSDT (40 bytes), FADT (276) and an XSDT that lists it, and filling. */
static void make_qemu(void)
{
	uint8_t *rsdp = offer("etc/acpi/rsdp", 36, 0x7f000000);
	uint8_t *tables = offer("etc/acpi/tables", 0x1000, TABLES);

	allocate("etc/acpi/rsdp", 16, 2);
	allocate("etc/acpi/tables", 64, 1);
	put_table(tables, 0, "DSDT", 40);
	pointer("etc/acpi/tables", "etc/acpi/tables", 40 + 140, 8);
	put_table(tables, 40, "FACP", 276);
	tables[40 + 8] = 6;
	tables[40 + 114] = 0x10; /* hardware-reduced */
	pointer("etc/acpi/tables", "etc/acpi/tables", 316 + 36, 8);
	put_table(tables, 316, "XSDT", 44);
	tables[316 + 36] = 40;
	memcpy(rsdp, "RSD PTR ", 8);
	rsdp[15] = 2;
	rsdp[20] = 36;
	put32(rsdp + 24, 316);
	checksum("etc/acpi/rsdp", 8, 0, 20);
	pointer("etc/acpi/rsdp", "etc/acpi/tables", 24, 8);
	checksum("etc/acpi/rsdp", 32, 0, 36);
}

static void *memory(void *context, uint64_t address, uint64_t size)
{
	(void)context;
	for (struct acpi_loader_file *f = loader.file; f < loader.file + loader.files; f++)
		if (address >= f->address && size <= f->size &&
		    address - f->address <= f->size - size)
			return f->data + (address - f->address);
	return NULL;
}

TEST(loader_makes_tables_of_a_script_like_qemus)
{
	struct acpi acpi;
	struct acpi_table table;

	make_qemu();
	REQUIRE(CHECK_EQ(run(), 0));
	CHECK_EQ(loader.entry, entries);
	CHECK_EQ(used("etc/acpi/rsdp"), 36);
	CHECK_EQ(used("etc/acpi/tables"), 360);
	CHECK_EQ(acpi_open(&acpi, 0x7f000000, memory, NULL), 0);
	CHECK_EQ(acpi_dsdt(&acpi, &table), 0);
	CHECK_EQ(table.size, 40);
}

/* Any byte of the script wrong, in any way: refused or harmless. */
TEST(loader_survives_damaged_scripts)
{
	unsigned int refused = 0;
	static uint8_t good[sizeof(script)], content[2][0x1000];

	make_qemu();
	memcpy(good, script, sizeof(script));
	for (int i = 0; i < 2; i++)
		memcpy(content[i], offered[i].data, offered[i].size);
	for (int i = 0; i < 20000; i++) {
		int result;

		memcpy(script, good, sizeof(script));
		for (int j = 0; j < 2; j++)
			memcpy(offered[j].data, content[j], offered[j].size);
		for (uint64_t n = test_between(1, 4); n--;)
			script[test_between(0, 128 * entries - 1)] = (uint8_t)test_random();
		memset(&loader, 0xa5, sizeof(loader));
		result = acpi_loader_run(&loader, &ops, &offered, script, 128 * (size_t)entries);
		refused += result != 0;
		CHECK(result <= 0 && result > -100);
		CHECK(loader.files <= 2);
		CHECK(result == 0 || loader.entry < entries);
	}
	CHECK(refused > 2000);
	CHECK(refused < 18000);
}
