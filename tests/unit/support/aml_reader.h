/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_AML_READER_H
#define FOREARM_AML_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reads as much AML as declares things: scopes, devices, named values, methods (but not what they
 * do). Written after the specification and apart from the writer, to judge it.
 */

/* Something with a name, and the bytes that it has: a value, or what is within it. */
struct aml_object {
	char path[32]; /* "_SB_.PCI0._CRS" */
	uint8_t op;    /* first byte of its opcode; 0x5b is a device */
	const uint8_t *data;
	size_t size;
};

struct aml_tree {
	struct aml_object object[4096];
	unsigned int objects;
};

/* Reads a whole table with its header. False when anything is not as it must be. */
bool aml_read(const uint8_t *table, size_t size, struct aml_tree *tree);

/* NULL when there is none of that path. */
const struct aml_object *aml_find(const struct aml_tree *tree, const char *path);

/* How many objects' paths end so. */
unsigned int aml_count(const struct aml_tree *tree, const char *end);

/* A package length of any width at *at, which moves on; what it covers ends at the result. */
const uint8_t *aml_length(const uint8_t **at, const uint8_t *end);

/* The size of the data object at 'at', or 0. */
size_t aml_data_size(const uint8_t *at, const uint8_t *end);

/* The value of an integer object that takes all of 'size' bytes. */
bool aml_number(const uint8_t *at, size_t size, uint64_t *value);

/* The bytes of a buffer object. */
bool aml_buffer(const uint8_t *at, size_t size, const uint8_t **data, size_t *length);

#endif
