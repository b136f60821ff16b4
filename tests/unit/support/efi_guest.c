/* SPDX-License-Identifier: BSD-2-Clause */
#include "efi_guest.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "test.h"

#define RANGES 40

static uint8_t *buffer;
static struct efi_range range[RANGES];

size_t efi_room = 0x8000;
struct efi_request efi_request = {.revision = 0x00010002, .rsdp = 0x7f001000, .range = range};
struct efi_handoff efi_handoff;

void efi_add(uint64_t base, uint64_t size, enum efi_memory_type type)
{
	range[efi_request.ranges++] = (struct efi_range) {base, size, type};
}

void efi_add_runtime(uint64_t base, uint64_t rtc)
{
	efi_request.runtime = (struct efi_runtime) {
		.base = base,
		.code_size = PAGE,
		.data_size = PAGE,
		.services = base + PAGE,
		.rtc = rtc,
		.supported = 0x483,
	};
}

int efi_build(void)
{
	free(buffer);
	buffer = malloc(efi_room);
	memset(buffer, 0xa5, efi_room);
	memset(&efi_handoff, 0xa5, sizeof(efi_handoff));
	return efi_tables_build(&efi_request, buffer, efi_room, ADDRESS, &efi_handoff);
}

const uint8_t *efi_at(uint64_t address, size_t size)
{
	if (address < ADDRESS || address - ADDRESS > efi_room ||
	    efi_room - (address - ADDRESS) < size) {
		fprintf(stderr, "0x%llx is not in the buffer\n", (unsigned long long)address);
		abort();
	}
	return buffer + (address - ADDRESS);
}

uint64_t efi_get(const uint8_t *from, int size)
{
	uint64_t value = 0;

	while (size-- > 0)
		value = value << 8 | from[size];
	return value;
}

uint32_t efi_entries(void)
{
	CHECK_EQ(efi_handoff.descriptor_version, 1);
	CHECK_EQ(efi_handoff.descriptor_size, 48);
	CHECK_EQ(efi_handoff.map % 8, 0);
	CHECK_EQ(efi_handoff.map_size % 48, 0);
	return efi_handoff.map_size / 48;
}

const uint8_t *efi_entry(uint32_t i)
{
	return efi_at(efi_handoff.map + 48 * (uint64_t)i, 48);
}

uint64_t efi_base(uint32_t i)
{
	return efi_get(efi_entry(i) + 8, 8);
}

uint64_t efi_end(uint32_t i)
{
	return efi_base(i) + PAGE * efi_get(efi_entry(i) + 24, 8);
}
