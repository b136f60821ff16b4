/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Table-loader scripts, and the tables that come out of them. An even first byte: the input is a
 * script as it is. An odd one: the input tells what the entries of a well-formed script are, so
 * that most of them get as far as the files. Files are blocks of their own size.
 */
#include <stdbool.h>
#include <string.h>
#include "tables/acpi/loader.h"
#include "error.h"
#include "fuzz.h"

#define ENTRIES_MAX 64

static struct fuzz_numbers numbers;
static struct acpi_loader loader;
static uint8_t *content[ACPI_LOADER_FILES];
static unsigned int contents;

/* -- the VMM
 * --------------------------------------------------------------------------------------- */

/* Mostly zeros, as the places of pointers are. */
static void fill(uint8_t *data, uint64_t size)
{
	memset(data, 0, size);
	for (uint64_t i = fuzz_number(&numbers, 1) % 8; size && i--;)
		data[fuzz_number(&numbers, 2) % size] = (uint8_t)fuzz_number(&numbers, 1);
}

static int load(void *context, uint32_t align, uint8_t zone, struct acpi_loader_file *file)
{
	uint64_t kind = fuzz_number(&numbers, 1);

	(void)zone;
	REQUIRE(context == &numbers);
	REQUIRE(align && align <= ACPI_LOADER_ALIGN && !(align & (align - 1)));
	REQUIRE(file->name[0] && memchr(file->name, 0, ACPI_LOADER_NAME));
	REQUIRE(contents < ACPI_LOADER_FILES);
	if (kind % 32 == 31)
		return ERR_NO_FILE;
	file->size = kind % 4 ? kind % 8 * 300 : fuzz_number(&numbers, 1);
	file->address = kind % 16 == 9 ? fuzz_number(&numbers, 8) : 0x10000 * (contents + 1);
	file->data = malloc(file->size ? file->size : 1);
	fill(file->data, file->size);
	content[contents++] = file->data;
	return 0;
}

static int tell(void *context, const char *name, uint32_t offset, const void *bytes, uint32_t size)
{
	uint8_t copy[8];

	(void)offset;
	REQUIRE(context == &numbers);
	REQUIRE(name[0] && memchr(name, 0, ACPI_LOADER_NAME));
	REQUIRE(size == 1 || size == 2 || size == 4 || size == 8);
	memcpy(copy, bytes, size);
	return 0;
}

static const struct acpi_loader_ops ops = {load, tell};

/* -- scripts
 * ---------------------------------------------------------------------------------------- */

static void name(char *to)
{
	static const char *const names[] = {"etc/acpi/tables", ACPI_LOADER_RSDP, "x", ""};

	strcpy(to, names[fuzz_number(&numbers, 1) % 16 ? fuzz_number(&numbers, 1) % 3 : 3]);
}

static void number(uint8_t *to, uint64_t kind)
{
	static const uint16_t usual[] = {0, 9, 36, 44, 140, 300, 340, 600, 636, 644, 24, 8, 32, 20};
	uint32_t value = kind % 4 ? usual[fuzz_number(&numbers, 1) % 14]
				  : (uint32_t)fuzz_number(&numbers, 4);

	memcpy(to, &value, 4);
}

static void make_entry(uint8_t *e)
{
	uint64_t kind = fuzz_number(&numbers, 1);

	memset(e, 0, 128);
	e[0] = (uint8_t)(kind % 5);
	name((char *)e + 4);
	if (kind % 5 == 1) {
		e[61] = (uint8_t)(kind >> 4);
		e[60] = e[61] ? 0 : 1;
	} else if (kind % 5 == 3) {
		for (int i = 60; i < 72; i += 4)
			number(e + i, kind >> 4);
	} else {
		name((char *)e + 60);
		number(e + 116, kind >> 4);
		if (kind % 5 == 4)
			number(e + 120, kind >> 4);
		e[kind % 5 == 4 ? 124 : 120] = (uint8_t)(kind & 64 ? fuzz_number(&numbers, 1) : 8);
	}
}

static size_t make_script(uint8_t *script)
{
	size_t entries = fuzz_number(&numbers, 1) % ENTRIES_MAX;

	for (size_t i = 0; i < entries; i++)
		make_entry(script + 128 * i);
	return 128 * entries;
}

/* -- the test
 * ----------------------------------------------------------------------------------------- */

static void check(size_t size, int result)
{
	REQUIRE(result <= 0 && result > -100);
	REQUIRE(loader.files == contents);
	REQUIRE(loader.entry <= size / 128);
	if (result)
		return;
	REQUIRE(size % 128 == 0 && loader.entry == size / 128);
	for (unsigned int i = 0; i < loader.files; i++)
		REQUIRE(loader.file[i].used <= loader.file[i].size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool raw = size && data[0] % 2 == 0;
	size_t script_size = raw ? size - 1 : 128 * ENTRIES_MAX;
	uint8_t *script = malloc(script_size ? script_size : 1), *exact;

	numbers = (struct fuzz_numbers) {data, size};
	if (raw)
		memcpy(script, data + 1, script_size);
	else
		script_size = make_script(script);
	exact = malloc(script_size ? script_size : 1);
	memcpy(exact, script, script_size);
	contents = 0;
	check(script_size, acpi_loader_run(&loader, &ops, &numbers, exact, script_size));
	while (contents)
		free(content[--contents]);
	free(exact);
	free(script);
	return 0;
}
