/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes AML: names, devices, packages and resource descriptors (ACPI 6.5, 6.4 and 20.2). */
#include "tables/acpi/aml.h"
#include <string.h>
#include "le.h"
#include "region.h"

#define NAME_OP	      0x08
#define BYTE_PREFIX   0x0a
#define WORD_PREFIX   0x0b
#define DWORD_PREFIX  0x0c
#define STRING_PREFIX 0x0d
#define QWORD_PREFIX  0x0e

#define LENGTH_SIZE 3
#define LENGTH_MAX  0xfffff
#define SIZE_SIZE   3 /* of a buffer, which follows its length: a word */

/* Tags of resource descriptors (6.4.2, 6.4.3) */
#define END_TAG		0x79
#define MEMORY32_FIXED	0x86
#define DWORD_RANGE	0x87
#define WORD_RANGE	0x88
#define INTERRUPT	0x89
#define QWORD_RANGE	0x8a
#define GPIO_CONNECTION 0x8c

uint8_t *aml_reserve(struct aml *aml, size_t size)
{
	uint8_t *at = aml->at;

	if (aml->full || size > (size_t)(aml->end - at)) {
		aml->full = true;
		return NULL;
	}
	aml->at = at + size;
	return at;
}

void aml_bytes(struct aml *aml, const void *data, size_t size)
{
	uint8_t *at = aml_reserve(aml, size);

	if (at)
		memcpy(at, data, size);
}

uint8_t *aml_open(struct aml *aml, enum aml_op op)
{
	uint8_t *at = aml_reserve(aml, (op > 0xff) + 1 + LENGTH_SIZE);

	if (!at)
		return NULL;
	if (op > 0xff)
		*at++ = (uint8_t)(op >> 8);
	*at++ = (uint8_t)op;
	return at;
}

/* The lead byte says how many follow it (7:6) and holds the length's lowest four bits. */
void aml_close(struct aml *aml, uint8_t *open)
{
	size_t length;

	if (aml->full || !open)
		return;
	length = (size_t)(aml->at - open);
	if (length > LENGTH_MAX) {
		aml->full = true;
		return;
	}
	open[0] = (uint8_t)((LENGTH_SIZE - 1) << 6 | (length & 0xf));
	put_le16(open + 1, (uint16_t)(length >> 4));
}

uint8_t *aml_device(struct aml *aml, const char *name)
{
	uint8_t *open = aml_open(aml, AML_DEVICE);
	uint8_t *at = aml_reserve(aml, 4);

	if (at)
		put_le32(at, le32(name));
	return open;
}

void aml_name(struct aml *aml, const char *name)
{
	uint8_t *at = aml_reserve(aml, 5);

	if (!at)
		return;
	*at = NAME_OP;
	put_le32(at + 1, le32(name));
}

uint8_t *aml_open_package(struct aml *aml)
{
	uint8_t *open = aml_open(aml, AML_PACKAGE);

	aml_reserve(aml, 1);
	return open;
}

void aml_close_package(struct aml *aml, uint8_t *open, unsigned int count)
{
	if (count > 0xff)
		aml->full = true;
	aml_close(aml, open);
	if (!aml->full)
		open[LENGTH_SIZE] = (uint8_t)count;
}

static void put_number(uint8_t *at, unsigned int width, uint64_t value)
{
	if (width == 1)
		*at = (uint8_t)value;
	else if (width == 2)
		put_le16(at, (uint16_t)value);
	else if (width == 4)
		put_le32(at, (uint32_t)value);
	else
		put_le64(at, value);
}

void aml_integer(struct aml *aml, uint64_t value)
{
	static const uint8_t prefix[] = {BYTE_PREFIX, WORD_PREFIX, DWORD_PREFIX, QWORD_PREFIX};
	unsigned int step = 0;
	uint8_t *at;

	while (step < 3 && value >> (8 << step))
		step++;
	at = aml_reserve(aml, value > 1 ? 1 + (1U << step) : 1);
	if (!at)
		return;
	*at = value > 1 ? prefix[step] : (uint8_t)value; /* ZeroOp is 0, OneOp 1 */
	if (value > 1)
		put_number(at + 1, 1U << step, value);
}

void aml_string(struct aml *aml, const char *text)
{
	size_t size = strlen(text) + 1;
	uint8_t *at = aml_reserve(aml, 1 + size);

	if (!at)
		return;
	*at = STRING_PREFIX;
	memcpy(at + 1, text, size);
}

/* Five bits for each letter, four for each digit, and the highest byte first. */
void aml_eisa_id(struct aml *aml, const char *id)
{
	uint32_t value = 0;
	uint8_t *at = aml_reserve(aml, 5);

	if (!at)
		return;
	for (int i = 0; i < 3; i++)
		value = value << 5 | (id[i] & 0x1f);
	for (int i = 3; i < 7; i++)
		value = value << 4 | (uint32_t)(id[i] - (id[i] > '9' ? 'A' - 10 : '0'));
	*at = DWORD_PREFIX;
	put_le32(at + 1, __builtin_bswap32(value));
}

uint8_t *aml_open_resources(struct aml *aml)
{
	uint8_t *open = aml_open(aml, AML_BUFFER);

	aml_reserve(aml, SIZE_SIZE);
	return open;
}

void aml_close_resources(struct aml *aml, uint8_t *open)
{
	uint8_t *end = aml_reserve(aml, 2);
	size_t size;

	if (!end)
		return;
	size = (size_t)(aml->at - open) - LENGTH_SIZE - SIZE_SIZE;
	if (size > 0xffff) {
		aml->full = true;
		return;
	}
	end[0] = END_TAG;
	end[1] = 0; /* no checksum */
	open[LENGTH_SIZE] = WORD_PREFIX;
	put_le16(open + LENGTH_SIZE + 1, (uint16_t)size);
	aml_close(aml, open);
}

bool aml_fits_memory32(uint64_t base, uint64_t size)
{
	return size && size <= UINT32_MAX && fits_in(base, size, 1ULL << 32);
}

void aml_memory(struct aml *aml, uint64_t base, uint64_t size)
{
	uint8_t *at;

	if (!aml_fits_memory32(base, size)) {
		aml_range(aml, AML_SPACE_MEMORY, true, base, size, 0);
		return;
	}
	at = aml_reserve(aml, 12);
	if (!at)
		return;
	put_le32(at, 9 << 8 | MEMORY32_FIXED);
	at[3] = 1; /* read-write */
	put_le32(at + 4, (uint32_t)base);
	put_le32(at + 8, (uint32_t)size);
}

void aml_interrupt(struct aml *aml, uint32_t gsi, bool edge, bool active_low)
{
	uint8_t *at = aml_reserve(aml, 9);

	if (!at)
		return;
	at[0] = INTERRUPT;
	put_le16(at + 1, 6);
	at[3] = (uint8_t)(active_low << 2 | edge << 1 | 1); /* consumer */
	at[4] = 1;					    /* one number */
	put_le32(at + 5, gsi);
}

/* 6.4.3.8.1: header, then the pins, then the source. */
void aml_gpio_interrupt(struct aml *aml, uint16_t pin, const char *source)
{
	enum { PINS = 23, SOURCE = 25 };
	static const uint8_t head[PINS] = {
		[0] = GPIO_CONNECTION,
		[3] = 1, /* revision */
		[5] = 1, /* consumer */
		[7] = 1, /* edge, active high, exclusive */
		[9] = 1, /* pull-up */
		[14] = PINS,
		[17] = SOURCE,
	};
	size_t end = SOURCE + strlen(source) + 1;
	uint8_t *at = aml_reserve(aml, end);

	if (!at)
		return;
	memcpy(at, head, PINS);
	put_le16(at + 1, (uint16_t)(end - 3));
	put_le16(at + 19, (uint16_t)end); /* vendor data: none */
	put_le16(at + PINS, pin);
	memcpy(at + SOURCE, source, end - SOURCE);
}

void aml_range(struct aml *aml, enum aml_space space, bool consumer, uint64_t base, uint64_t size,
	       uint64_t translation)
{
	uint64_t last = base + (size - 1); /* which may be the last address */
	const uint64_t number[] = {0, base, last, translation, size};
	bool wide = (last | size | translation) >> 32 || (last + translation) >> 32;
	unsigned int width = space == AML_SPACE_BUS ? 2 : wide ? 8 : 4;
	uint8_t *at = aml_reserve(aml, 6 + 5 * width);

	if (!at)
		return;
	at[0] = width == 2 ? WORD_RANGE : wide ? QWORD_RANGE : DWORD_RANGE;
	put_le16(at + 1, (uint16_t)(3 + 5 * width));
	at[3] = (uint8_t)space;
	at[4] = (uint8_t)(0xc | consumer); /* both ends are fixed, decoded positively */
	at[5] = (uint8_t)(space >> 8);
	for (unsigned int i = 0; i < 5; i++)
		put_number(at + 6 + i * width, width, number[i]);
}
