/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "parts.h"

uint8_t *part_load(const char *path, size_t *size)
{
	char full[256];
	FILE *file;
	uint8_t *data;
	long length;

	snprintf(full, sizeof(full), "%s/%s", UNIT_OUT, path);
	file = fopen(full, "rb");
	if (!file || fseek(file, 0, SEEK_END) || (length = ftell(file)) <= 0) {
		perror(full);
		abort();
	}
	rewind(file);
	*size = (size_t)length;
	data = malloc(*size);
	if (!data || fread(data, 1, *size, file) != *size)
		abort();
	fclose(file);
	return data;
}

bool part_is_file(const struct part *part, const char *path)
{
	uint8_t *data;
	size_t size;
	bool same;

	if (!*path)
		return !part->size;
	data = part_load(path, &size);
	same = part->size == size && memcmp(part->at, data, size) == 0;
	free(data);
	return same;
}

bool part_is_text(const struct part *part, const char *text)
{
	return part->size == strlen(text) && memcmp(part->at, text, part->size) == 0;
}
