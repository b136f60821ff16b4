/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SMBIOS tables: the input is the VMM's structures, and at its end what else there is. What was
 * taken over or built must be what we would take over again, to the byte.
 */
#include <string.h>
#include "tables/acpi/acpi.h"
#include "error.h"
#include "fuzz.h"
#include "tables/smbios/smbios.h"

#define ADDRESS 0x17f000008ULL

static struct fuzz_numbers numbers;

static uint32_t number32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

static void *copy(const void *data, size_t size)
{
	void *block = malloc(size ? size : 1);

	return size ? memcpy(block, data, size) : block;
}

/* The text is from the end of the input, and in a block of its size. */
static struct smbios_oem make_oem(void)
{
	size_t size = fuzz_number(&numbers, 1);
	char *text;

	if (size > numbers.size)
		size = numbers.size;
	numbers.size -= size;
	text = copy(numbers.data + numbers.size, size);
	return (struct smbios_oem) {text, size};
}

static void make_anchor(uint8_t *anchor)
{
	memcpy(anchor, "_SM3_\0\x18\3\0\0\1", 12);
	memset(anchor + 12, 0, 12);
	anchor[13] = 0x10;
	for (uint64_t n = fuzz_number(&numbers, 1) % 8; n > 5; n--)
		anchor[fuzz_number(&numbers, 1) % 24] = (uint8_t)fuzz_number(&numbers, 1);
}

/* Without strings of ours, taking them over changes nothing. */
static void check_result(const uint8_t *data, size_t used)
{
	const struct smbios_oem none = {NULL, 0};
	uint8_t *again = malloc(used);
	size_t size;

	REQUIRE(acpi_sum(data, SMBIOS_ANCHOR_SIZE) == 0);
	REQUIRE(number32(data + 12) == used - SMBIOS_ANCHOR_SIZE);
	REQUIRE(smbios_adopt(data, SMBIOS_ANCHOR_SIZE, data + SMBIOS_ANCHOR_SIZE,
			     used - SMBIOS_ANCHOR_SIZE, &none, again, used, ADDRESS, &size) == 0);
	REQUIRE(size == used && memcmp(data + 12, again + 12, size - 12) == 0);
	free(again);
}

static void adopt(const struct smbios_oem *oem, size_t less)
{
	uint8_t *anchor = malloc(SMBIOS_ANCHOR_SIZE), *tables, *to;
	size_t used, room;
	int result;

	make_anchor(anchor);
	tables = copy(numbers.data, numbers.size);
	room = SMBIOS_ADOPT_ROOM(numbers.size, oem->size);
	room -= less < room ? less : room;
	to = malloc(room ? room : 1);
	result = smbios_adopt(anchor, SMBIOS_ANCHOR_SIZE, tables, numbers.size, oem, to, room,
			      ADDRESS, &used);
	REQUIRE(result == 0 || result == ERR_SMBIOS || result == ERR_VERSION ||
		result == ERR_OPTION_VALUE || (result == ERR_FULL && less));
	if (!result) {
		REQUIRE(used <= room);
		check_result(to, used);
	}
	free(to);
	free(tables);
	free(anchor);
}

static void build(const struct smbios_oem *oem, size_t less)
{
	static struct platform p;
	char *model = calloc(1, numbers.size + 1);
	uint8_t *to;
	size_t room, used;
	int result;

	platform_init(&p);
	if (numbers.size)
		memcpy(model, numbers.data, numbers.size);
	p.model = model;
	p.cpus = (unsigned int)fuzz_number(&numbers, 2) % (PLATFORM_CPUS + 1);
	p.banks = (unsigned int)fuzz_number(&numbers, 1) % (PLATFORM_BANKS + 1);
	for (unsigned int i = 0; i < p.banks; i++)
		p.bank[i].region =
			(struct region) {fuzz_number(&numbers, 8), fuzz_number(&numbers, 8)};
	room = SMBIOS_BUILD_ROOM(p.banks, oem->size) - less;
	to = malloc(room);
	result = smbios_build(&p, 0x411fd073, oem, to, room, ADDRESS, &used);
	REQUIRE(result == 0 || result == ERR_OPTION_VALUE || (result == ERR_FULL && less));
	if (!result) {
		REQUIRE(used <= room);
		check_result(to, used);
	}
	free(to);
	free(model);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct smbios_oem oem;
	uint64_t choice;
	size_t less;

	numbers = (struct fuzz_numbers) {data, size};
	choice = fuzz_number(&numbers, 1);
	less = choice & 2 ? fuzz_number(&numbers, 1) : 0;
	oem = make_oem();
	if (choice & 1)
		build(&oem, less);
	else
		adopt(&oem, less);
	free((void *)oem.text);
	return 0;
}
