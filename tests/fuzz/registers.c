/* SPDX-License-Identifier: BSD-2-Clause */
/* See registers.h. */
#include "registers.h"
#include <string.h>

#define REGISTERS 200

static struct {
	const char *name;
	uint64_t value;
	bool written;
} registers[REGISTERS];
static unsigned int count;
static struct fuzz_numbers *numbers;

void registers_reset(struct fuzz_numbers *from)
{
	numbers = from;
	count = 0;
}

/* Few bits are set in most; an input that is used up makes zeros. */
static uint64_t first_value(void)
{
	uint64_t value = fuzz_number(numbers, 8);

	return fuzz_number(numbers, 1) & 1 ? value : 0;
}

static unsigned int find(const char *name)
{
	unsigned int i = 0;

	while (i < count && strcmp(registers[i].name, name) != 0)
		i++;
	if (i < count)
		return i;
	REQUIRE(count < REGISTERS);
	registers[count].name = name;
	registers[count].written = false;
	registers[count].value = first_value();
	return count++;
}

uint64_t register_read(const char *name)
{
	return registers[find(name)].value;
}

void register_write(const char *name, uint64_t value)
{
	unsigned int i = find(name);

	registers[i].value = value;
	registers[i].written = true;
}

void registers_watch(void)
{
	for (unsigned int i = 0; i < count; i++)
		registers[i].written = false;
}

const char *register_written(unsigned int n)
{
	for (unsigned int i = 0; i < count; i++)
		if (registers[i].written && !n--)
			return registers[i].name;
	return NULL;
}
