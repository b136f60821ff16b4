/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Intake of ACPI tables: the input tells sizes and addresses of tables and which bytes of them are
 * wrong; the sums are made good, most of the time. Tables are blocks of their own size.
 */
#include <stdbool.h>
#include <string.h>
#include "tables/acpi/acpi.h"
#include "error.h"
#include "fuzz.h"

#define TABLES	   8
#define RSDP_SIZE  36
#define ADDRESS(i) (0x10001ULL * ((i) + 1))

static struct fuzz_numbers numbers;
static struct {
	uint8_t *data;
	uint32_t size;
} table[TABLES];

static void *memory(void *context, uint64_t address, uint64_t size)
{
	REQUIRE(context == table && size);
	for (unsigned int i = 0; i < TABLES; i++)
		if (address >= ADDRESS(i) && size <= table[i].size &&
		    address - ADDRESS(i) <= table[i].size - size)
			return table[i].data + (address - ADDRESS(i));
	return NULL;
}

static void put(unsigned int i, uint32_t at, uint64_t value, uint32_t size)
{
	if (at + size <= table[i].size)
		memcpy(table[i].data + at, &value, size);
}

/* -- what a table is like before it is damaged
 * ----------------------------------------------------- */

static void make_rsdp(void)
{
	memcpy(table[0].data, "RSD PTR ", 8);
	put(0, 15, 2, 1);
	put(0, 20, RSDP_SIZE, 4);
	put(0, 24, ADDRESS(1), 8);
}

static void make_table(unsigned int i)
{
	static const char *const signature[TABLES] = {"",     "XSDT", "FACP", "DSDT",
						      "SSDT", "SSDT", "APIC", "SPCR"};

	memcpy(table[i].data, signature[i], 4);
	put(i, 4, table[i].size, 4);
	for (unsigned int j = 2; i == 1 && j < TABLES; j++)
		put(i, 36 + 8 * (j - 2), j == 3 ? 0 : ADDRESS(j), 8);
	if (i == 2) {
		put(i, 8, 6, 1);
		put(i, 114, 0x10, 1);
		put(i, 140, ADDRESS(3), 8);
	}
	if (i == 5)
		put(i, 40, 0x3331303049504341, 8); /* ACPI0013 */
}

static void make(void)
{
	for (unsigned int i = 0; i < TABLES; i++) {
		uint32_t size = i == 1 ? 36 + 8 * 6 : i == 2 ? 276 : 36;

		table[i].size = size + (uint32_t)fuzz_number(&numbers, 1);
		table[i].data = calloc(1, table[i].size);
		if (i)
			make_table(i);
	}
	make_rsdp();
}

static void damage(void)
{
	for (uint64_t n = fuzz_number(&numbers, 1) % 8; n--;) {
		unsigned int i = (unsigned int)fuzz_number(&numbers, 1) % TABLES;
		uint32_t at = (uint32_t)fuzz_number(&numbers, 1) * (i == 2 ? 2 : 1);

		put(i, at, fuzz_number(&numbers, 8), 1U << fuzz_number(&numbers, 1) % 4);
	}
}

/* -- the test
 * --------------------------------------------------------------------------------------- */

static void seal(void)
{
	put(0, 8, (uint8_t)(table[0].data[8] - acpi_sum(table[0].data, 20)), 1);
	put(0, 32, (uint8_t)(table[0].data[32] - acpi_sum(table[0].data, RSDP_SIZE)), 1);
	for (unsigned int i = 1; i < TABLES; i++) {
		uint32_t size;

		memcpy(&size, table[i].data + 4, 4);
		if (size < 36 || size > table[i].size)
			continue;
		put(i, 9, (uint8_t)(table[i].data[9] - acpi_sum(table[i].data, size)), 1);
	}
}

static void use(const struct acpi *acpi)
{
	struct acpi_table fadt;
	int result = acpi_mentions(acpi, ACPI_GED, 8);

	REQUIRE(result == 0 || result == 1 || result == ERR_ACPI_MISSING ||
		result == ERR_ACPI_FADT || result == ERR_ACPI_TABLE || result == ERR_ACPI_SUM);
	if (acpi_fadt(acpi, &fadt))
		return;
	REQUIRE(acpi_sum(fadt.data, fadt.size) == 0);
	acpi_set_psci(&fadt, ACPI_PSCI);
	REQUIRE(acpi_psci(&fadt) == ACPI_PSCI && acpi_sum(fadt.data, fadt.size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct acpi acpi;
	int result;

	numbers = (struct fuzz_numbers) {data, size};
	make();
	damage();
	if (fuzz_number(&numbers, 1) % 8 != 7)
		seal();
	result = acpi_open(&acpi, ADDRESS(0), memory, table);
	REQUIRE(result == 0 || result == ERR_ACPI_RSDP || result == ERR_ACPI_TABLE ||
		result == ERR_ACPI_SUM);
	if (!result)
		use(&acpi);
	for (unsigned int i = 0; i < TABLES; i++)
		free(table[i].data);
	return 0;
}
