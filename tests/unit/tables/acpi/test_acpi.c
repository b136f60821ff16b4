/* SPDX-License-Identifier: BSD-2-Clause */
/* Intake of ACPI tables (ACPI 6.5, 5.2). Memory is a few heap blocks, each of its table's size. */
#include <stdlib.h>
#include <string.h>
#include "tables/acpi/acpi.h"
#include "error.h"
#include "test.h"

#define BLOCKS 16

#define RSDP  0x7f000000
#define XSDT  0x7f000123 /* nothing promises alignment */
#define FADT  0x7f000a01
#define DSDT  0x7f000c02
#define MADT  0x7f001503
#define SSDT1 0x17f002004
#define SSDT2 0x17f003005

static struct block {
	uint64_t address;
	uint32_t size;
	uint8_t *data;
} block[BLOCKS];
static unsigned int blocks;
static struct acpi acpi;
static struct acpi_table table;

static void *memory(void *context, uint64_t address, uint64_t size)
{
	CHECK(context == block);
	for (struct block *b = block; b < block + blocks; b++)
		if (address >= b->address && size <= b->size &&
		    address - b->address <= b->size - size)
			return b->data + (address - b->address);
	return NULL;
}

/* -- making tables
 * --------------------------------------------------------------------------------- */

static uint8_t sum(const uint8_t *data, size_t size)
{
	uint8_t total = 0;

	while (size--)
		total = (uint8_t)(total + *data++);
	return total;
}

static void put(uint8_t *to, uint64_t value, int size)
{
	for (int i = 0; i < size; i++)
		to[i] = (uint8_t)(value >> 8 * i);
}

static uint8_t *at(uint64_t address)
{
	for (unsigned int i = 0; i < blocks; i++)
		if (block[i].address == address)
			return block[i].data;
	abort();
}

static uint8_t *add_block(uint64_t address, uint32_t size)
{
	block[blocks] = (struct block) {address, size, calloc(1, size)};
	return block[blocks++].data;
}

static void seal(uint64_t address)
{
	for (unsigned int i = 0; i < blocks; i++)
		if (block[i].address == address)
			block[i].data[9] =
				(uint8_t)(block[i].data[9] - sum(block[i].data, block[i].size));
}

static uint8_t *add_table(uint64_t address, const char *signature, uint32_t size)
{
	uint8_t *data = add_block(address, size);

	memcpy(data, signature, 4);
	put(data + 4, size, 4);
	memset(data + 36, 0x5a, size - 36);
	seal(address);
	return data;
}

static void seal_rsdp(uint8_t *rsdp)
{
	rsdp[8] = rsdp[32] = 0;
	rsdp[8] = (uint8_t)-sum(rsdp, 20);
	rsdp[32] = (uint8_t)-sum(rsdp, 36);
}

static void make_rsdp(void)
{
	uint8_t *rsdp = add_block(RSDP, 36);

	memcpy(rsdp, "RSD PTR ", 8);
	rsdp[15] = 2;
	put(rsdp + 20, 36, 4);
	put(rsdp + 24, XSDT, 8);
	seal_rsdp(rsdp);
}

/* Version, hardware-reduced, PSCI by HVC, another Arm flag, and the DSDT. */
static void make_fadt(uint32_t size, uint8_t major, uint8_t minor)
{
	uint8_t *fadt = add_table(FADT, "FACP", size);

	fadt[8] = major;
	fadt[131] = minor;
	put(fadt + 112, 1U << 20, 4);
	fadt[129] = 0x83;
	put(fadt + 40, 0, 4);
	put(fadt + 140, DSDT, 8);
	seal(FADT);
}

static void make_xsdt(const uint64_t *entry, uint32_t count)
{
	uint8_t *xsdt = add_table(XSDT, "XSDT", 36 + 8 * count);

	for (uint32_t i = 0; i < count; i++)
		put(xsdt + 36 + 8 * i, entry[i], 8);
	seal(XSDT);
}

/* Another make of a block that is there. */
static void unmake(uint64_t address)
{
	for (unsigned int i = 0; i < blocks; i++) {
		if (block[i].address != address)
			continue;
		free(block[i].data);
		block[i] = block[--blocks];
	}
}

static void make_all(void)
{
	static const uint64_t entry[] = {FADT, MADT, SSDT1, 0, SSDT2};

	make_rsdp();
	make_xsdt(entry, 5);
	make_fadt(276, 6, 0);
	add_table(DSDT, "DSDT", 100);
	add_table(MADT, "APIC", 64);
	add_table(SSDT1, "SSDT", 36);
	add_table(SSDT2, "SSDT", 60);
}

static int open_all(void)
{
	memset(&acpi, 0xa5, sizeof(acpi));
	return acpi_open(&acpi, RSDP, memory, block);
}

static void refuse(int error)
{
	CHECK_EQ(open_all(), error);
}

/* -- sums
 * ------------------------------------------------------------------------------------------- */

TEST(acpi_sums_every_size_and_alignment)
{
	uint8_t data[600];

	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)test_random();
	for (size_t size = 0; size < 300; size++)
		for (size_t start = 0; start < 9; start++) {
			test_note("%zu bytes at %zu", size, start);
			CHECK_EQ(acpi_sum(data + start, size), sum(data + start, size));
		}
	memset(data, 0xff, sizeof(data));
	for (size_t size = 0; size < sizeof(data); size++)
		CHECK_EQ(acpi_sum(data, size), (uint8_t)-size);
}

TEST(acpi_sums_large_tables)
{
	size_t size = 0x100003;
	uint8_t *data = malloc(size);

	memset(data, 0xff, size);
	CHECK_EQ(acpi_sum(data, size), (uint8_t)-size);
	for (size_t i = 0; i < size; i++)
		data[i] = (uint8_t)test_random();
	CHECK_EQ(acpi_sum(data, size), sum(data, size));
	free(data);
}

/* -- root
 * -------------------------------------------------------------------------------------------- */

TEST(acpi_finds_tables)
{
	make_all();
	REQUIRE(CHECK_EQ(open_all(), 0));
	CHECK_EQ(acpi_find(&acpi, "APIC", 0, &table), 0);
	CHECK(table.data == at(MADT));
	CHECK_EQ(table.size, 64);
	CHECK_EQ(acpi_find(&acpi, "SSDT", 0, &table), 0);
	CHECK(table.data == at(SSDT1));
	CHECK_EQ(acpi_find(&acpi, "SSDT", 1, &table), 0);
	CHECK(table.data == at(SSDT2));
	CHECK_EQ(acpi_find(&acpi, "SSDT", 2, &table), ERR_ACPI_MISSING);
	CHECK_EQ(acpi_find(&acpi, "DSDT", 0, &table), ERR_ACPI_MISSING); /* is not listed */
	CHECK_EQ(acpi_find(&acpi, "APIC", 1, &table), ERR_ACPI_MISSING);
}

TEST(acpi_takes_an_empty_xsdt)
{
	make_rsdp();
	make_xsdt(NULL, 0);
	CHECK_EQ(open_all(), 0);
	CHECK_EQ(acpi_find(&acpi, "FACP", 0, &table), ERR_ACPI_MISSING);
	CHECK_EQ(acpi_fadt(&acpi, &table), ERR_ACPI_MISSING);
	CHECK_EQ(acpi_dsdt(&acpi, &table), ERR_ACPI_MISSING);
	CHECK_EQ(acpi_mentions(&acpi, ACPI_GED, 8), ERR_ACPI_MISSING);
}

TEST(acpi_refuses_what_is_no_rsdp)
{
	uint8_t *rsdp;

	make_all();
	rsdp = at(RSDP);
	rsdp[0] = 'r';
	seal_rsdp(rsdp);
	refuse(ERR_ACPI_RSDP);
	rsdp[0] = 'R';
	for (uint8_t revision = 0; revision < 2; revision++) {
		rsdp[15] = revision;
		seal_rsdp(rsdp);
		refuse(ERR_ACPI_RSDP);
	}
	rsdp[15] = 3;
	seal_rsdp(rsdp);
	CHECK_EQ(open_all(), 0);
	CHECK_EQ(acpi_open(&acpi, RSDP + 1, memory, block), ERR_ACPI_RSDP);
	CHECK_EQ(acpi_open(&acpi, 0, memory, block), ERR_ACPI_RSDP);
	CHECK_EQ(acpi_open(&acpi, UINT64_MAX, memory, block), ERR_ACPI_RSDP);
}

TEST(acpi_checks_the_length_of_the_rsdp)
{
	static const uint32_t bad[] = {0, 20, 35, 37, 0x80000000, UINT32_MAX};

	make_all();
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		test_note("length 0x%x", bad[i]);
		put(at(RSDP) + 20, bad[i], 4);
		seal_rsdp(at(RSDP));
		refuse(ERR_ACPI_RSDP);
	}
}

TEST(acpi_checks_both_sums_of_the_rsdp)
{
	make_all();
	at(RSDP)[8]++; /* only the first: the second is made good in a reserved byte */
	at(RSDP)[33]--;
	refuse(ERR_ACPI_SUM);
	at(RSDP)[8]--;
	refuse(ERR_ACPI_SUM); /* only the second */
	at(RSDP)[33]++;
	CHECK_EQ(open_all(), 0);
}

TEST(acpi_refuses_what_is_no_xsdt)
{
	make_all();
	at(XSDT)[9]++;
	refuse(ERR_ACPI_SUM);
	memcpy(at(XSDT), "RSDT", 4);
	seal(XSDT);
	refuse(ERR_ACPI_TABLE);
	unmake(XSDT);
	refuse(ERR_ACPI_TABLE);
	put(at(RSDP) + 24, 0, 8);
	seal_rsdp(at(RSDP));
	refuse(ERR_ACPI_TABLE);
}

TEST(acpi_checks_the_length_of_every_table)
{
	static const uint64_t tables[] = {XSDT, FADT, MADT, SSDT2};
	static const uint32_t bad[] = {0, 4, 35, 277, 0x7fffffff, UINT32_MAX};

	make_all();
	for (size_t i = 0; i < 4 * 6; i++) {
		uint8_t *data = at(tables[i / 6]);
		uint32_t size = (uint32_t)data[4] | (uint32_t)data[5] << 8;

		test_note("length 0x%x", bad[i % 6]);
		put(data + 4, bad[i % 6], 4);
		seal(tables[i / 6]);
		refuse(ERR_ACPI_TABLE);
		put(data + 4, size, 4);
		seal(tables[i / 6]);
		CHECK_EQ(open_all(), 0);
	}
}

TEST(acpi_checks_the_sum_of_every_table)
{
	static const uint64_t tables[] = {XSDT, FADT, MADT, SSDT1, SSDT2};

	make_all();
	for (size_t i = 0; i < 5; i++) {
		at(tables[i])[35] ^= 0x40;
		refuse(ERR_ACPI_SUM);
		at(tables[i])[35] ^= 0x40;
		CHECK_EQ(open_all(), 0);
	}
}

TEST(acpi_refuses_tables_outside_of_memory)
{
	static const uint64_t tables[] = {FADT, MADT, SSDT1, SSDT2};

	for (size_t i = 0; i < 4; i++) {
		blocks = 0;
		make_all();
		unmake(tables[i]);
		refuse(ERR_ACPI_TABLE);
	}
}

/* -- FADT and DSDT
 * ----------------------------------------------------------------------------------- */

static int fadt_of(uint32_t size, uint8_t major, uint8_t minor)
{
	unmake(FADT);
	make_fadt(size, major, minor);
	CHECK_EQ(open_all(), 0);
	return acpi_fadt(&acpi, &table);
}

TEST(acpi_wants_a_fadt_that_knows_arm)
{
	make_all();
	CHECK_EQ(fadt_of(268, 5, 1), 0);
	CHECK(table.data == at(FADT));
	CHECK_EQ(table.size, 268);
	CHECK_EQ(fadt_of(276, 6, 0), 0);
	CHECK_EQ(fadt_of(276, 6, 5), 0);
	CHECK_EQ(fadt_of(300, 7, 0), 0);
	CHECK_EQ(fadt_of(268, 5, 0x11), 0); /* an erratum of 5.1 */
	CHECK_EQ(fadt_of(268, 5, 0), ERR_ACPI_FADT);
	CHECK_EQ(fadt_of(268, 5, 0x10), ERR_ACPI_FADT); /* an erratum of 5.0 */
	CHECK_EQ(fadt_of(268, 4, 9), ERR_ACPI_FADT);
	CHECK_EQ(fadt_of(267, 6, 0), ERR_ACPI_FADT);
	CHECK_EQ(fadt_of(244, 5, 1), ERR_ACPI_FADT);
}

TEST(acpi_wants_hardware_reduced_acpi)
{
	make_all();
	put(at(FADT) + 112, ~(1U << 20), 4);
	seal(FADT);
	CHECK_EQ(open_all(), 0);
	CHECK_EQ(acpi_fadt(&acpi, &table), ERR_ACPI_FADT);
	CHECK_EQ(acpi_dsdt(&acpi, &table), ERR_ACPI_FADT);
}

TEST(acpi_finds_the_dsdt)
{
	make_all();
	CHECK_EQ(open_all(), 0);
	CHECK_EQ(acpi_dsdt(&acpi, &table), 0);
	CHECK(table.data == at(DSDT));
	CHECK_EQ(table.size, 100);
	put(at(FADT) + 40, 0x1000, 4); /* does not count */
	CHECK_EQ(acpi_dsdt(&acpi, &table), 0);
	put(at(FADT) + 40, DSDT, 4); /* counts, without the other */
	put(at(FADT) + 140, 0, 8);
	CHECK_EQ(acpi_dsdt(&acpi, &table), 0);
	CHECK(table.data == at(DSDT));
}

TEST(acpi_refuses_what_is_no_dsdt)
{
	make_all();
	CHECK_EQ(open_all(), 0);
	at(DSDT)[50]++;
	CHECK_EQ(acpi_dsdt(&acpi, &table), ERR_ACPI_SUM);
	CHECK_EQ(acpi_mentions(&acpi, ACPI_GED, 8), ERR_ACPI_SUM);
	memcpy(at(DSDT), "SSDT", 4);
	seal(DSDT);
	CHECK_EQ(acpi_dsdt(&acpi, &table), ERR_ACPI_TABLE);
	put(at(FADT) + 140, 0, 8);
	CHECK_EQ(acpi_dsdt(&acpi, &table), ERR_ACPI_TABLE);
	put(at(FADT) + 140, UINT64_MAX - 10, 8);
	CHECK_EQ(acpi_dsdt(&acpi, &table), ERR_ACPI_TABLE);
}

/* RAM may begin at address 0, and yet an empty pointer is one. */
TEST(acpi_takes_no_table_at_zero)
{
	make_all();
	add_table(0, "DSDT", 40);
	put(at(FADT) + 140, 0, 8);
	seal(FADT);
	CHECK_EQ(open_all(), 0);
	CHECK_EQ(acpi_dsdt(&acpi, &table), ERR_ACPI_TABLE);
	CHECK_EQ(acpi_find(&acpi, "DSDT", 0, &table), ERR_ACPI_MISSING);
}

TEST(acpi_sets_psci_flags)
{
	make_all();
	CHECK_EQ(open_all(), 0);
	REQUIRE(CHECK_EQ(acpi_fadt(&acpi, &table), 0));
	CHECK_EQ(acpi_psci(&table), ACPI_PSCI | ACPI_PSCI_BY_HVC);
	for (unsigned int i = 0; i < 16; i++) {
		unsigned int flags = i * 7 % 4;
		uint8_t before[276];

		memcpy(before, table.data, sizeof(before));
		acpi_set_psci(&table, flags);
		CHECK_EQ(acpi_psci(&table), flags);
		CHECK_EQ(table.data[129], 0x80 | flags);
		CHECK_EQ(sum(table.data, table.size), 0);
		before[9] = table.data[9];
		before[129] = table.data[129];
		CHECK_BYTES(table.data, before, sizeof(before));
	}
	CHECK_EQ(ACPI_PSCI, 1);
	CHECK_EQ(ACPI_PSCI_BY_HVC, 2);
}

/* A GICC, an ITS, a structure of an OEM, and an ITS whose length is impossible. */
TEST(acpi_hides_its)
{
	static const uint8_t structures[] = {0x0b, 4, 0x0f, 0x0f, 0x0f, 6,   0,
					     0,	   0, 0,    0x81, 3,	0x0f};
	uint8_t *madt;

	make_all();
	madt = at(MADT);
	memset(madt + 36, 0, 24);
	memcpy(madt + 44, structures, sizeof(structures));
	madt[44 + sizeof(structures)] = 0x0f;
	madt[44 + sizeof(structures) + 1] = 1;
	seal(MADT);
	CHECK_EQ(open_all(), 0);
	acpi_hide_its(&acpi);
	CHECK_EQ(open_all(), 0);
	CHECK_EQ(madt[44 + 4], 0x80);
	madt[44 + 4] = 0x0f;
	CHECK_BYTES(madt + 44, structures, sizeof(structures));
	CHECK_EQ(madt[44 + sizeof(structures)], 0x0f);
}

/* -- looking for devices
 * ------------------------------------------------------------------------------ */

static int mentions(uint64_t address, size_t offset, const char *text, size_t size)
{
	uint8_t *to = at(address) + offset, saved[16];
	int result;

	memcpy(saved, to, size);
	memcpy(to, text, size);
	seal(address);
	CHECK_EQ(open_all(), 0);
	result = acpi_mentions(&acpi, ACPI_GED, 8);
	memcpy(to, saved, size);
	seal(address);
	return result;
}

TEST(acpi_finds_the_ged)
{
	make_all();
	CHECK_EQ(open_all(), 0);
	CHECK_EQ(acpi_mentions(&acpi, ACPI_GED, 8), 0);
	for (size_t offset = 36; offset <= 92; offset++)
		CHECK_EQ(mentions(DSDT, offset, "ACPI0013", 8), 1);
	CHECK_EQ(mentions(SSDT2, 52, "ACPI0013", 8), 1);
	CHECK_EQ(mentions(DSDT, 40, "ACPI0014", 8), 0);
	CHECK_EQ(mentions(DSDT, 93, "ACPI001", 7), 0); /* cut off by the end */
	CHECK_EQ(mentions(DSDT, 40, "AAAACPI0013", 11), 1);
	CHECK_EQ(mentions(DSDT, 40, "ACPACPI0013", 11), 1);
	CHECK_EQ(mentions(MADT, 36, "ACPI0013", 8), 0); /* has no AML */
}

TEST(acpi_finds_any_bytes)
{
	make_all();
	memcpy(at(SSDT1) + 20, "\x41\xd0\x00\x80", 4);
	seal(SSDT1);
	CHECK_EQ(open_all(), 0);
	CHECK_EQ(acpi_mentions(&acpi, "\x41\xd0\x00\x80", 4), 1);
	CHECK_EQ(acpi_mentions(&acpi, "\x41\xd0\x00\x81", 4), 0);
	CHECK_EQ(acpi_mentions(&acpi, "SSDT", 4), 1);
	CHECK_EQ(acpi_mentions(&acpi, "\xd0", 1), 1);
	CHECK_EQ(acpi_mentions(&acpi, at(SSDT1), 36), 1); /* the smallest table, whole */
}

/* -- where they lie
 * ----------------------------------------------------------------------------------- */

static int extent_of(uint64_t *base, uint64_t *end)
{
	CHECK_EQ(open_all(), 0);
	return acpi_extent(&acpi, RSDP, base, end);
}

/* The DSDT counts, which the XSDT does not list. */
TEST(acpi_tells_the_extent_of_its_tables)
{
	static const uint64_t entry[] = {0, FADT, MADT};
	uint64_t base, end;

	make_rsdp();
	make_xsdt(entry, 2);
	make_fadt(276, 6, 0);
	add_table(DSDT, "DSDT", 0x2000 - (DSDT - RSDP));
	CHECK_EQ(extent_of(&base, &end), 0);
	CHECK_EQ(base, RSDP);
	CHECK_EQ(end, RSDP + 0x2000);
	unmake(DSDT);
	add_table(DSDT, "DSDT", 36);
	unmake(XSDT);
	make_xsdt(entry, 3);
	add_table(MADT, "APIC", 44);
	CHECK_EQ(extent_of(&base, &end), 0);
	CHECK_EQ(end, MADT + 44);
}

TEST(acpi_refuses_tables_that_are_far_apart)
{
	uint64_t base, end;

	make_all(); /* SSDTs are above 4 GiB */
	CHECK_EQ(extent_of(&base, &end), ERR_ACPI_TABLE);
}

TEST(acpi_needs_a_dsdt_for_the_extent)
{
	static const uint64_t entry[] = {MADT};
	uint64_t base, end;

	make_rsdp();
	make_xsdt(entry, 1);
	add_table(MADT, "APIC", 44);
	CHECK_EQ(extent_of(&base, &end), ERR_ACPI_MISSING);
}

/* -- hostile tables
 * ----------------------------------------------------------------------------------- */

static void use(void)
{
	uint64_t base, end;

	if (open_all())
		return;
	if (acpi_fadt(&acpi, &table) == 0)
		acpi_set_psci(&table, acpi_psci(&table) ^ ACPI_PSCI);
	acpi_mentions(&acpi, ACPI_GED, 8);
	acpi_hide_its(&acpi);
	acpi_extent(&acpi, RSDP, &base, &end);
}

TEST(acpi_survives_damaged_tables)
{
	unsigned int opened = 0;

	make_all();
	for (int i = 0; i < 20000; i++) {
		struct block *b = &block[test_between(0, blocks - 1)];
		uint32_t offset = (uint32_t)test_between(0, b->size - 1);
		uint8_t saved = b->data[offset];

		b->data[offset] = (uint8_t)test_random();
		if (b->address == RSDP)
			seal_rsdp(b->data);
		else
			seal(b->address);
		use();
		opened += open_all() == 0;
		b->data[offset] = saved;
		if (b->address == RSDP)
			seal_rsdp(b->data);
		else
			seal(b->address);
	}
	CHECK_EQ(open_all(), 0);
	CHECK(opened > 5000);
	CHECK(opened < 19500);
}
