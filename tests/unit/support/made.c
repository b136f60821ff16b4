/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdio.h>
#include <stdlib.h>
#include "made.h"

uint8_t *made_load(const char *name, size_t *size)
{
	char path[256];
	uint8_t *data = NULL;
	long length;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", UNIT_OUT, name);
	file = fopen(path, "rb");
	if (file && !fseek(file, 0, SEEK_END) && (length = ftell(file)) > 0) {
		*size = (size_t)length;
		data = malloc(*size);
		rewind(file);
	}
	if (!data || fread(data, *size, 1, file) != 1) {
		perror(path);
		abort();
	}
	fclose(file);
	return data;
}
