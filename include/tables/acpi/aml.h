/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_AML_H
#define FOREARM_AML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Writes AML (ACPI Specification 6.5, chapter 20) and resource descriptors (6.4) into a buffer of
 * the caller. Nothing is written behind 'end': the first thing that does not fit sets 'full', and
 * from then on nothing is written at all. So only the end of a table has to look at 'full'.
 *
 * A term that contains others is opened, filled and closed: open returns where its length goes,
 * which close sets.
 */

struct aml {
	uint8_t *at, *end;
	bool full;
};

/* Opcodes of what contains others. Two bytes are written with the high one first. */
enum aml_op {
	AML_SCOPE = 0x10,
	AML_BUFFER = 0x11,
	AML_PACKAGE = 0x12,
	AML_METHOD = 0x14,
	AML_DEVICE = 0x5b82,
};

/* Room for 'size' bytes that the caller fills, or NULL when it is not there. */
uint8_t *aml_reserve(struct aml *aml, size_t size);
void aml_bytes(struct aml *aml, const void *data, size_t size);

/* Lengths always take three bytes, which hold 1 MiB less one (20.2.4): more is 'full'. */
uint8_t *aml_open(struct aml *aml, enum aml_op op);
/* Does nothing when 'open' is NULL. */
void aml_close(struct aml *aml, uint8_t *open);

/* Names have four characters. An object's value follows its name. */
uint8_t *aml_device(struct aml *aml, const char *name);
void aml_name(struct aml *aml, const char *name);

/* A package is told at its end how many elements were put in: 255 at most. */
uint8_t *aml_open_package(struct aml *aml);
void aml_close_package(struct aml *aml, uint8_t *open, unsigned int count);

void aml_integer(struct aml *aml, uint64_t value);
void aml_string(struct aml *aml, const char *text);
/* Three capital letters and four hexadecimal digits (6.1.5). */
void aml_eisa_id(struct aml *aml, const char *id);

/* A resource template: a buffer that ends with an end tag. */
uint8_t *aml_open_resources(struct aml *aml);
void aml_close_resources(struct aml *aml, uint8_t *open);

/* Whether a range is not empty, ends below 4 GiB, and is shorter than that. */
bool aml_fits_memory32(uint64_t base, uint64_t size);
/* Memory that a device has: Memory32Fixed, or QWordMemory where that does not reach. As
 * aml_range(). */
void aml_memory(struct aml *aml, uint64_t base, uint64_t size);
/* The interrupt with this GSI that a device has alone. */
void aml_interrupt(struct aml *aml, uint32_t gsi, bool edge, bool active_low);
/* A GPIO pin of the controller at the path 'source' that interrupts at its rising edge. */
void aml_gpio_interrupt(struct aml *aml, uint16_t pin, const char *source);

/* The use of an address range, with the flags of its kind (6.4.3.5.5). */
enum aml_space {
	AML_SPACE_MEMORY = 0x0100, /* read-write, not cacheable */
	AML_SPACE_IO = 0x1301,	   /* all of it, and memory on the CPUs' side */
	AML_SPACE_BUS = 0x0002,
};

/*
 * A range of 'size' bytes, or buses, from 'base': what a bridge hands on, or (consumer) has itself.
 * 'translation' is added to what lies behind the bridge to get what the CPU sees. 'size' is not 0,
 * and the range does not wrap. Takes the narrowest descriptor that holds the numbers.
 */
void aml_range(struct aml *aml, enum aml_space space, bool consumer, uint64_t base, uint64_t size,
	       uint64_t translation);

#endif
