/* SPDX-License-Identifier: BSD-2-Clause */
#include "aml_reader.h"
#include <stdio.h>
#include <string.h>
#include "le.h"

const uint8_t *aml_length(const uint8_t **at, const uint8_t *end)
{
	const uint8_t *start = *at;
	unsigned int more;
	size_t length;

	if (start >= end)
		return NULL;
	more = *start >> 6;
	if (more >= (size_t)(end - start) || (more && *start & 0x30))
		return NULL;
	length = *start & (more ? 0xf : 0x3f);
	for (unsigned int i = 0; i < more; i++)
		length |= (size_t)start[1 + i] << (4 + 8 * i);
	*at = start + 1 + more;
	if (length < 1 + more || length > (size_t)(end - start))
		return NULL;
	return start + length;
}

static size_t string_size(const uint8_t *at, const uint8_t *end)
{
	const uint8_t *zero = memchr(at, 0, (size_t)(end - at));

	for (const uint8_t *c = at; zero && c < zero; c++)
		if (*c > 0x7f)
			return 0;
	return zero ? (size_t)(zero + 1 - at) : 0;
}

size_t aml_data_size(const uint8_t *at, const uint8_t *end)
{
	const uint8_t *start = at;
	size_t size = 0;

	if (at >= end)
		return 0;
	switch (*at++) {
	case 0x00:
	case 0x01:
		size = 1;
		break;
	case 0x0a:
		size = 2;
		break;
	case 0x0b:
		size = 3;
		break;
	case 0x0c:
		size = 5;
		break;
	case 0x0e:
		size = 9;
		break;
	case 0x0d:
		size = string_size(at, end);
		size += size != 0;
		break;
	case 0x11:
	case 0x12:
		at = aml_length(&at, end);
		size = at ? (size_t)(at - start) : 0;
		break;
	}
	return size <= (size_t)(end - start) ? size : 0;
}

bool aml_number(const uint8_t *at, size_t size, uint64_t *value)
{
	*value = 0;
	if (!size || *at == 0x0d || *at == 0x11 || *at == 0x12 ||
	    aml_data_size(at, at + size) != size)
		return false;
	if (size == 1)
		*value = *at;
	else
		memcpy(value, at + 1, size - 1);
	return true;
}

bool aml_buffer(const uint8_t *at, size_t size, const uint8_t **data, size_t *length)
{
	const uint8_t *end = at + size, *inside = at + 1;
	uint64_t declared;
	size_t number;

	if (!size || *at != 0x11 || aml_length(&inside, end) != end)
		return false;
	number = aml_data_size(inside, end);
	if (!number || !aml_number(inside, number, &declared))
		return false;
	*data = inside + number;
	*length = (size_t)(end - *data);
	return declared == *length;
}

static bool name_is_legal(const uint8_t *name)
{
	for (int i = 0; i < 4; i++) {
		bool letter = (name[i] >= 'A' && name[i] <= 'Z') || name[i] == '_';
		bool digit = name[i] >= '0' && name[i] <= '9';

		if (!letter && !(digit && i))
			return false;
	}
	return true;
}

/* Adds the object whose name is at 'name'; names must be new. */
static struct aml_object *add(struct aml_tree *tree, const char *parent, uint8_t op,
			      const uint8_t *name)
{
	struct aml_object *object = &tree->object[tree->objects];

	if (tree->objects == sizeof(tree->object) / sizeof(tree->object[0]) || !name_is_legal(name))
		return NULL;
	if ((size_t)snprintf(object->path, sizeof(object->path), "%s%s%.4s", parent,
			     *parent ? "." : "", (const char *)name) >= sizeof(object->path) ||
	    aml_find(tree, object->path))
		return NULL;
	object->op = op;
	tree->objects++;
	return object;
}

static bool read_terms(struct aml_tree *tree, const char *parent, const uint8_t *at,
		       const uint8_t *end);

/* Scope, device or method: length, name, and what is in it. */
static const uint8_t *read_container(struct aml_tree *tree, const char *parent, uint8_t op,
				     const uint8_t *at, const uint8_t *end)
{
	struct aml_object *object;

	end = aml_length(&at, end);
	if (!end)
		return NULL;
	if (op == 0x10 && at < end && *at++ != '\\')
		return NULL;
	object = end - at < 4 ? NULL : add(tree, parent, op, at);
	if (!object)
		return NULL;
	object->data = at + 4;
	object->size = (size_t)(end - object->data);
	if (op == 0x14)
		return object->size ? end : NULL;
	return read_terms(tree, object->path, object->data, end) ? end : NULL;
}

static const uint8_t *read_name(struct aml_tree *tree, const char *parent, const uint8_t *at,
				const uint8_t *end)
{
	struct aml_object *object = end - at < 4 ? NULL : add(tree, parent, 0x08, at);

	if (!object)
		return NULL;
	object->data = at + 4;
	object->size = aml_data_size(object->data, end);
	return object->size ? object->data + object->size : NULL;
}

static bool read_terms(struct aml_tree *tree, const char *parent, const uint8_t *at,
		       const uint8_t *end)
{
	while (at && at < end) {
		uint8_t op = *at++;

		if (op == 0x5b && (at == end || *at++ != 0x82))
			return false;
		if (op == 0x08)
			at = read_name(tree, parent, at, end);
		else if (op == 0x10 || op == 0x14 || op == 0x5b)
			at = read_container(tree, parent, op, at, end);
		else
			return false;
	}
	return at == end;
}

bool aml_read(const uint8_t *table, size_t size, struct aml_tree *tree)
{
	uint8_t sum = 0;

	tree->objects = 0;
	for (size_t i = 0; i < size; i++)
		sum = (uint8_t)(sum + table[i]);
	if (size < 36 || le32(table + 4) != size || sum)
		return false;
	return read_terms(tree, "", table + 36, table + size);
}

const struct aml_object *aml_find(const struct aml_tree *tree, const char *path)
{
	for (unsigned int i = 0; i < tree->objects; i++)
		if (strcmp(tree->object[i].path, path) == 0)
			return &tree->object[i];
	return NULL;
}

unsigned int aml_count(const struct aml_tree *tree, const char *end)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < tree->objects; i++) {
		size_t length = strlen(tree->object[i].path);

		count += length >= strlen(end) &&
			 strcmp(tree->object[i].path + length - strlen(end), end) == 0;
	}
	return count;
}
