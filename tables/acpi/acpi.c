/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The VMM's ACPI tables in memory: RSDP, XSDT, FADT and DSDT are found and checked (ACPI 6.5, 5.2).
 */
#include <string.h>
#include "tables/acpi/acpi.h"
#include "tables/acpi/build.h"
#include "error.h"
#include "le.h"

/* RSDP (5.2.5.3) */
#define RSDP_SIZE_V1  20 /* the first checksum covers so much */
#define RSDP_REVISION 15
#define RSDP_LENGTH   20
#define RSDP_XSDT     24
#define RSDP_SUM      32 /* the second checksum, of all */
#define RSDP_SIZE     36

/* Header of every other table (5.2.6) */
#define HEADER_LENGTH	4
#define HEADER_REVISION 8
#define HEADER_CHECKSUM 9
#define HEADER_SIZE	ACPI_HEADER

/* FADT (5.2.9) */
#define FADT_DSDT      40
#define FADT_FLAGS     112
#define FADT_ARM_FLAGS 129
#define FADT_MINOR     131
#define FADT_X_DSDT    140
#define FADT_SIZE_5_1  268

#define FADT_HW_REDUCED (1U << 20)

/* Eight bytes at a time, in four lanes of 16 bits. */
uint8_t acpi_sum(const void *data, size_t size)
{
	const uint64_t lanes = 0x00ff00ff00ff00ff;
	const uint8_t *from = data;
	uint64_t sum = 0;

	for (; size >= 8; size -= 8, from += 8) {
		uint64_t bytes = le64(from);

		sum = ((sum & lanes) + (bytes & lanes)) + (bytes >> 8 & lanes);
	}
	while (size--)
		sum = (sum & lanes) + *from++;
	sum += sum >> 32;
	return (uint8_t)(sum + (sum >> 16));
}

/* A table by its address: header and length, not the checksum. */
static int locate(const struct acpi *acpi, uint64_t address, struct acpi_table *table)
{
	if (!address)
		return ERR_ACPI_TABLE;
	table->data = acpi->memory(acpi->context, address, HEADER_SIZE);
	if (!table->data)
		return ERR_ACPI_TABLE;
	table->size = le32(table->data + HEADER_LENGTH);
	if (table->size < HEADER_SIZE || !acpi->memory(acpi->context, address, table->size))
		return ERR_ACPI_TABLE;
	return 0;
}

static int check(const struct acpi *acpi, uint64_t address, struct acpi_table *table)
{
	int error = locate(acpi, address, table);

	if (!error && acpi_sum(table->data, table->size))
		error = ERR_ACPI_SUM;
	return error;
}

static bool is(const struct acpi_table *table, const char *signature)
{
	return memcmp(table->data, signature, 4) == 0;
}

static int check_rsdp(const struct acpi *acpi, uint64_t address, uint64_t *xsdt)
{
	const uint8_t *rsdp = acpi->memory(acpi->context, address, RSDP_SIZE);
	uint32_t length;

	if (!rsdp || memcmp(rsdp, "RSD PTR ", 8) != 0 || rsdp[RSDP_REVISION] < 2)
		return ERR_ACPI_RSDP;
	length = le32(rsdp + RSDP_LENGTH);
	if (length < RSDP_SIZE || !acpi->memory(acpi->context, address, length))
		return ERR_ACPI_RSDP;
	if (acpi_sum(rsdp, RSDP_SIZE_V1) || acpi_sum(rsdp, length))
		return ERR_ACPI_SUM;
	*xsdt = le64(rsdp + RSDP_XSDT);
	return 0;
}

static uint32_t entries(const struct acpi *acpi)
{
	return (acpi->xsdt.size - HEADER_SIZE) / 8;
}

/* Entries of the XSDT may be empty. */
static uint64_t entry(const struct acpi *acpi, uint32_t index)
{
	return le64(acpi->xsdt.data + HEADER_SIZE + 8 * (size_t)index);
}

int acpi_open(struct acpi *acpi, uint64_t rsdp, acpi_memory *memory, void *context)
{
	struct acpi_table table;
	uint64_t xsdt;
	int error;

	acpi->memory = memory;
	acpi->context = context;
	error = check_rsdp(acpi, rsdp, &xsdt);
	if (!error)
		error = check(acpi, xsdt, &acpi->xsdt);
	if (!error && !is(&acpi->xsdt, "XSDT"))
		error = ERR_ACPI_TABLE;
	for (uint32_t i = 0; !error && i < entries(acpi); i++)
		if (entry(acpi, i))
			error = check(acpi, entry(acpi, i), &table);
	return error;
}

int acpi_find(const struct acpi *acpi, const char *signature, unsigned int index,
	      struct acpi_table *table)
{
	for (uint32_t i = 0; i < entries(acpi); i++)
		if (locate(acpi, entry(acpi, i), table) == 0 && is(table, signature) && !index--)
			return 0;
	return ERR_ACPI_MISSING;
}

int acpi_fadt(const struct acpi *acpi, struct acpi_table *fadt)
{
	const uint8_t *data;
	int error = acpi_find(acpi, "FACP", 0, fadt);

	if (error)
		return error;
	data = fadt->data;
	if (fadt->size < FADT_SIZE_5_1 || !(le32(data + FADT_FLAGS) & FADT_HW_REDUCED) ||
	    data[HEADER_REVISION] < 5 || (data[HEADER_REVISION] == 5 && !(data[FADT_MINOR] & 0xf)))
		return ERR_ACPI_FADT;
	return 0;
}

static int dsdt_address(const struct acpi *acpi, uint64_t *address)
{
	struct acpi_table fadt;
	int error = acpi_fadt(acpi, &fadt);

	if (error)
		return error;
	*address = le64(fadt.data + FADT_X_DSDT);
	if (!*address)
		*address = le32(fadt.data + FADT_DSDT);
	return 0;
}

int acpi_dsdt(const struct acpi *acpi, struct acpi_table *dsdt)
{
	uint64_t address;
	int error = dsdt_address(acpi, &address);

	if (!error)
		error = check(acpi, address, dsdt);
	if (!error && !is(dsdt, "DSDT"))
		error = ERR_ACPI_TABLE;
	return error;
}

unsigned int acpi_psci(const struct acpi_table *fadt)
{
	return fadt->data[FADT_ARM_FLAGS] & (ACPI_PSCI | ACPI_PSCI_BY_HVC);
}

void acpi_set_psci(struct acpi_table *fadt, unsigned int flags)
{
	uint8_t old = fadt->data[FADT_ARM_FLAGS];
	uint8_t value = (uint8_t)((old & ~(ACPI_PSCI | ACPI_PSCI_BY_HVC)) | flags);

	fadt->data[FADT_ARM_FLAGS] = value;
	fadt->data[HEADER_CHECKSUM] += (uint8_t)(old - value);
}

/* MADT (5.2.12): structures of type and length; from 0x80 on, types are for OEMs. */
#define MADT_STRUCTURES 44
#define MADT_ITS	0x0f
#define MADT_OEM	0x80

void acpi_hide_its(const struct acpi *acpi)
{
	struct acpi_table madt;
	uint32_t at = MADT_STRUCTURES;

	if (acpi_find(acpi, "APIC", 0, &madt))
		return;
	while (at + 2 <= madt.size && madt.data[at + 1] >= 2) {
		if (madt.data[at] == MADT_ITS) {
			madt.data[at] = MADT_OEM;
			madt.data[HEADER_CHECKSUM] -= MADT_OEM - MADT_ITS;
		}
		at += madt.data[at + 1];
	}
}

bool acpi_bytes_mention(const void *table, size_t table_size, const void *what, size_t size)
{
	const uint8_t *at = table, *end = at + table_size - size + 1;

	while ((at = memchr(at, *(const uint8_t *)what, (size_t)(end - at)))) {
		if (memcmp(at, what, size) == 0)
			return true;
		at++;
	}
	return false;
}

int acpi_mentions(const struct acpi *acpi, const void *what, size_t size)
{
	struct acpi_table table;
	unsigned int ssdts = 0;
	int error = acpi_dsdt(acpi, &table);

	if (error)
		return error;
	do {
		if (acpi_bytes_mention(table.data, table.size, what, size))
			return 1;
	} while (acpi_find(acpi, "SSDT", ssdts++, &table) == 0);
	return 0;
}

struct extent {
	uint64_t base, end;
};

static void include(struct extent *extent, uint64_t address, uint64_t size)
{
	extent->base = min64(extent->base, address);
	extent->end = max64(extent->end, add_capped(address, size));
}

static int include_table(const struct acpi *acpi, struct extent *extent, uint64_t address)
{
	struct acpi_table table;
	int error = locate(acpi, address, &table);

	if (!error)
		include(extent, address, table.size);
	return error;
}

#define EXTENT_MAX 0x1000000

int acpi_extent(const struct acpi *acpi, uint64_t rsdp, uint64_t *base, uint64_t *end)
{
	const uint8_t *data = acpi->memory(acpi->context, rsdp, RSDP_SIZE);
	struct extent extent = {rsdp, rsdp + RSDP_SIZE};
	uint64_t dsdt;
	int error = data ? dsdt_address(acpi, &dsdt) : ERR_ACPI_RSDP;

	if (!error)
		error = include_table(acpi, &extent, dsdt);
	if (!error)
		error = include_table(acpi, &extent, le64(data + RSDP_XSDT));
	for (uint32_t i = 0; !error && i < entries(acpi); i++)
		if (entry(acpi, i))
			error = include_table(acpi, &extent, entry(acpi, i));
	if (!error && extent.end - extent.base > EXTENT_MAX)
		error = ERR_ACPI_TABLE;
	*base = extent.base;
	*end = extent.end;
	return error;
}

void acpi_append(const struct acpi *acpi, uint64_t rsdp, uint8_t *xsdt, uint64_t xsdt_address,
		 uint64_t address)
{
	uint8_t *root = acpi->memory(acpi->context, rsdp, RSDP_SIZE);
	uint32_t size = acpi->xsdt.size;

	memcpy(xsdt, acpi->xsdt.data, size);
	put_le64(xsdt + size, address);
	acpi_finish(xsdt, size + 8);
	put_le64(root + RSDP_XSDT, xsdt_address);
	root[RSDP_SUM] -= acpi_sum(root, le32(root + RSDP_LENGTH));
}
