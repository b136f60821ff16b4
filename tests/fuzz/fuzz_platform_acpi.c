/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The platform model from ACPI tables: the input is tables without their headers, each behind its
 * kind (1 byte) and size (2 bytes, little-endian); each goes into a block of its size. From a model
 * that was read, tables are built, which must give the same CPUs and units again.
 */
#include <string.h>
#include "tables/acpi/acpi.h"
#include "tables/acpi/build.h"
#include "error.h"
#include "fuzz.h"
#include "platform/acpi.h"

#define TABLES	   10
#define HEADER	   36
#define RSDP_SIZE  36
#define ADDRESS(i) (0x10001ULL * ((i) + 1))
#define BUILT	   0x7f000000ULL

/* RSDP, XSDT, FADT, and those of the input. */
static struct {
	uint8_t *data;
	uint32_t size;
} table[TABLES];
static unsigned int tables;

static uint8_t *built;
static size_t used;

static struct platform p, q;
static struct platform_details d, e;

static void *memory(void *context, uint64_t address, uint64_t size)
{
	(void)context;
	for (unsigned int i = 0; i < tables; i++)
		if (address >= ADDRESS(i) && size <= table[i].size &&
		    address - ADDRESS(i) <= table[i].size - size)
			return table[i].data + (address - ADDRESS(i));
	return NULL;
}

static void *built_memory(void *context, uint64_t address, uint64_t size)
{
	(void)context;
	if (address < BUILT || size > used || address - BUILT > used - size)
		return NULL;
	return built + (address - BUILT);
}

/* -- tables
 * ----------------------------------------------------------------------------------------- */

static void put(uint8_t *to, uint64_t value, size_t size)
{
	memcpy(to, &value, size);
}

static uint8_t *add(const char *signature, uint32_t size)
{
	uint8_t *data = calloc(1, size);

	memcpy(data, signature, strlen(signature));
	put(data + 4, size, 4);
	table[tables].data = data;
	table[tables++].size = size;
	return data;
}

static void make_root(void)
{
	uint8_t *rsdp = add("", RSDP_SIZE), *xsdt = add("XSDT", HEADER + 8 * (TABLES - 2));
	uint8_t *fadt = add("FACP", 276);

	memcpy(rsdp, "RSD PTR ", 8);
	rsdp[15] = 2;
	put(rsdp + 20, RSDP_SIZE, 4);
	put(rsdp + 24, ADDRESS(1), 8);
	put(xsdt + HEADER, ADDRESS(2), 8);
	fadt[8] = 6;
	fadt[114] = 0x10;
	fadt[129] = 3;
}

static void make_tables(const uint8_t *data, size_t size)
{
	static const char signature[][5] = {"APIC", "GTDT", "SPCR", "MCFG",
					    "SRAT", "SLIT", "IORT", "PPTT"};

	make_root();
	while (size >= 3 && tables < TABLES) {
		uint32_t length = data[1] + 256U * data[2];
		const char *name = signature[data[0] % 8];

		data += 3;
		size -= 3;
		if (length > size)
			length = (uint32_t)size;
		put(table[1].data + HEADER + 8 * (tables - 2), ADDRESS(tables), 8);
		memcpy(add(name, HEADER + length) + HEADER, data, length);
		data += length;
		size -= length;
	}
}

static void seal(void)
{
	uint8_t *rsdp = table[0].data;

	rsdp[8] = (uint8_t)-acpi_sum(rsdp, 20);
	rsdp[32] = (uint8_t)-acpi_sum(rsdp, RSDP_SIZE);
	for (unsigned int i = 1; i < tables; i++)
		table[i].data[9] = (uint8_t)-acpi_sum(table[i].data, table[i].size);
}

/* -- the test
 * --------------------------------------------------------------------------------------- */

static void check_unit(int unit, unsigned int units)
{
	REQUIRE(unit == PLATFORM_NO_UNIT || (unit >= 0 && (unsigned int)unit < units));
}

static void check_model(void)
{
	REQUIRE(p.cpus && p.cpus <= PLATFORM_CPUS && p.banks <= PLATFORM_BANKS);
	REQUIRE(p.gic.version == 2 || p.gic.version == 3);
	REQUIRE(p.gic.redists <= PLATFORM_REDISTS && p.gic.num_its <= PLATFORM_ITS);
	REQUIRE(p.num_pcie <= PLATFORM_PCIE && d.smmus <= PLATFORM_SMMUS);
	REQUIRE(p.console < (int)p.uarts && p.uarts <= 1);
	for (unsigned int i = 0; i < p.banks; i++)
		REQUIRE(p.bank[i].region.base + p.bank[i].region.size > p.bank[i].region.base);
	for (unsigned int i = 0; i < p.gic.redists; i++)
		REQUIRE(p.gic.redist[i].size);
	for (unsigned int i = 0; i < p.num_pcie; i++) {
		REQUIRE(p.pcie[i].bus_first <= p.pcie[i].bus_last);
		check_unit(d.pcie[i].its, p.gic.num_its);
		check_unit(d.pcie[i].smmu, d.smmus);
	}
}

static void check_again(uint64_t rsdp)
{
	struct acpi acpi;

	platform_init(&q);
	platform_details_init(&e);
	REQUIRE(acpi_open(&acpi, rsdp, built_memory, NULL) == 0);
	REQUIRE(platform_from_acpi(&q, &e, &acpi) == 0);
	REQUIRE(q.cpus == p.cpus && q.gic.version == p.gic.version && e.smmus == d.smmus);
	for (unsigned int i = 0; i < p.cpus; i++)
		REQUIRE(q.cpu[i].mpidr == p.cpu[i].mpidr);
	REQUIRE((q.console < 0) == (p.console < 0));
}

static void build(void)
{
	size_t room = ACPI_BUILD_ROOM(p.cpus);
	uint64_t rsdp;
	int result;

	built = aligned_alloc(8, room);
	result = acpi_build(&p, &d, built, room, BUILT, &rsdp, &used);
	REQUIRE(result == 0 || result == ERR_NO_ACPI || result == ERR_FULL);
	if (!result)
		check_again(rsdp);
	free(built);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct acpi acpi;
	int result;

	tables = 0;
	make_tables(data, size);
	seal();
	platform_init(&p);
	platform_details_init(&d);
	REQUIRE(acpi_open(&acpi, ADDRESS(0), memory, NULL) == 0);
	result = platform_from_acpi(&p, &d, &acpi);
	REQUIRE(result == 0 || result == ERR_ACPI_TABLE || result == ERR_ACPI_MISSING ||
		result == ERR_VERSION);
	if (!result) {
		check_model();
		build();
	}
	for (unsigned int i = 0; i < tables; i++)
		free(table[i].data);
	return 0;
}
