/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tables/acpi/build.h"
#include "built.h"
#include "test.h"
#include "trees.h"

#define LENGTH 4 /* of a header's fields: offset */

struct platform p;
struct platform_details d;
uint8_t *buffer;
size_t room, used;
uint64_t rsdp;
static void *fdt;

uint64_t get(const uint8_t *from, int size)
{
	uint64_t value = 0;

	while (size-- > 0)
		value = value << 8 | from[size];
	return value;
}

uint8_t sum(const uint8_t *data, size_t size)
{
	uint8_t total = 0;

	while (size--)
		total = (uint8_t)(total + *data++);
	return total;
}

int build_in(size_t size)
{
	free(buffer);
	room = size;
	buffer = malloc(room ? room : 1);
	memset(buffer, 0xa5, room);
	return acpi_build(&p, &d, buffer, room, ADDRESS, &rsdp, &used);
}

int build(void)
{
	int error = build_in(ACPI_BUILD_ROOM(p.cpus));

	if (!error)
		CHECK(used <= room);
	return error;
}

void model(const char *name)
{
	size_t size;

	free(fdt);
	fdt = tree_load(name, &size);
	CHECK_EQ(platform_from_fdt(&p, fdt, size), 0);
	CHECK_EQ(platform_details_from_fdt(&d, &p), 0);
}

void load(const char *name)
{
	model(name);
	CHECK_EQ(build(), 0);
}

const uint8_t *at(uint64_t address, size_t size)
{
	if (address < ADDRESS || address - ADDRESS > used || used - (address - ADDRESS) < size) {
		fprintf(stderr, "0x%llx is not in the buffer\n", (unsigned long long)address);
		abort();
	}
	return buffer + (address - ADDRESS);
}

const uint8_t *whole(uint64_t address)
{
	const uint8_t *table = at(address, HEADER);

	return at(address, get(table + LENGTH, 4));
}

uint32_t length(const uint8_t *table)
{
	return (uint32_t)get(table + LENGTH, 4);
}

const uint8_t *xsdt(void)
{
	return whole(get(at(rsdp, 36) + 24, 8));
}

const uint8_t *find(const char *signature)
{
	const uint8_t *found = NULL;

	for (uint32_t i = HEADER; i < length(xsdt()); i += 8) {
		const uint8_t *table = whole(get(xsdt() + i, 8));

		if (memcmp(table, signature, 4) != 0)
			continue;
		CHECK(!found); /* each is there once */
		found = table;
	}
	return found;
}

const uint8_t *need(const char *signature)
{
	const uint8_t *table = find(signature);

	if (!table) {
		fprintf(stderr, "no table %s\n", signature);
		abort();
	}
	return table;
}

const uint8_t *entry(const char *signature, uint32_t first, int type, unsigned int index)
{
	const uint8_t *table = need(signature);

	for (uint32_t i = first; i < length(table); i += table[i + 1]) {
		if (!table[i + 1] || i + table[i + 1] > length(table)) {
			fprintf(stderr, "entry at %u of %s has length %u\n", i, signature,
				table[i + 1]);
			abort();
		}
		if (table[i] == type && !index--)
			return table + i;
	}
	return NULL;
}
