/* SPDX-License-Identifier: BSD-2-Clause */
/* See tables.h. */
#include <stdlib.h>
#include <string.h>
#include "tables.h"

#define TABLES	   24
#define ADDRESS(i) (0x17f000001ULL + 0x100000 * (uint64_t)(i))
#define RSDP_SIZE  36
#define HEADER	   36

/* The last two are XSDT and RSDP. */
static struct {
	uint8_t *data;
	uint32_t size;
} table[TABLES + 2];
static unsigned int count;

void tables_put(uint8_t *to, uint64_t value, int size)
{
	for (int i = 0; i < size; i++)
		to[i] = (uint8_t)(value >> 8 * i);
}

static void seal(uint8_t *data, uint32_t size, uint32_t at)
{
	uint8_t sum = 0;

	for (uint32_t i = 0; i < size; i++)
		sum = (uint8_t)(sum + data[i]);
	data[at] = (uint8_t)(data[at] - sum);
}

static unsigned int index_of(const char *signature)
{
	unsigned int i = 0;

	while (i < count && memcmp(table[i].data, signature, 4) != 0)
		i++;
	return i;
}

static uint8_t *make(unsigned int i, uint32_t size)
{
	free(table[i].data);
	table[i].data = calloc(1, size);
	table[i].size = size;
	return table[i].data;
}

void tables_clear(void)
{
	count = 0;
}

uint8_t *tables_add(const char *signature, uint32_t size)
{
	uint8_t *data = make(count++, size);

	memcpy(data, signature, 4);
	tables_put(data + 4, size, 4);
	return data;
}

uint8_t *tables_find(const char *signature, uint32_t *size)
{
	unsigned int i = index_of(signature);

	if (i == count)
		return NULL;
	*size = table[i].size;
	return table[i].data;
}

void tables_remove(const char *signature)
{
	memset(table[index_of(signature)].data, '-', 4);
}

void tables_resize(const char *signature, uint32_t size)
{
	unsigned int i = index_of(signature);
	uint32_t old = table[i].size;

	table[i].data = realloc(table[i].data, size);
	if (size > old)
		memset(table[i].data + old, 0, size - old);
	table[i].size = size;
	tables_put(table[i].data + 4, size, 4);
}

void tables_append(const char *signature, const void *data, uint32_t size)
{
	unsigned int i = index_of(signature);
	uint32_t old = table[i].size;

	tables_resize(signature, old + size);
	memcpy(table[i].data + old, data, size);
}

void tables_qemu(const struct qemu_table *tables)
{
	tables_clear();
	for (; tables->signature; tables++) {
		size_t size;
		uint8_t *data = qemu_load(tables->hex, &size);

		memcpy(tables_add(tables->signature, (uint32_t)size), data, size);
		free(data);
	}
}

static void *memory(void *context, uint64_t address, uint64_t size)
{
	(void)context;
	for (unsigned int i = 0; i < TABLES + 2; i++)
		if (table[i].data && address >= ADDRESS(i) && size <= table[i].size &&
		    address - ADDRESS(i) <= table[i].size - size)
			return table[i].data + (address - ADDRESS(i));
	return NULL;
}

static void make_xsdt(void)
{
	uint32_t size = HEADER + 8 * count;
	uint8_t *xsdt = make(TABLES, size);

	memcpy(xsdt, "XSDT", 4);
	tables_put(xsdt + 4, size, 4);
	for (unsigned int i = 0; i < count; i++)
		tables_put(xsdt + HEADER + 8 * i, ADDRESS(i), 8);
	seal(xsdt, size, 9);
}

int tables_open(struct acpi *acpi)
{
	uint8_t *rsdp = make(TABLES + 1, RSDP_SIZE);

	for (unsigned int i = 0; i < count; i++)
		seal(table[i].data, table[i].size, 9);
	make_xsdt();
	memcpy(rsdp, "RSD PTR ", 8);
	rsdp[15] = 2;
	tables_put(rsdp + 20, RSDP_SIZE, 4);
	tables_put(rsdp + 24, ADDRESS(TABLES), 8);
	seal(rsdp, 20, 8);
	seal(rsdp, RSDP_SIZE, 32);
	return acpi_open(acpi, ADDRESS(TABLES + 1), memory, NULL);
}
