/* SPDX-License-Identifier: BSD-2-Clause */
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "fits.h"
#include "test.h"

const char *const fit_layouts[] = {"full", "full-external", "full-position", "full-aligned"};

struct payload found;
uint8_t *file;
size_t size;

void fit_load(const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), "fit/%s.itb", name);
	test_note("%s", path);
	free(file);
	file = part_load(path, &size);
}

int fit_open_choice(const char *configuration, const char *compatible, size_t compatible_size)
{
	struct fit_choice choice = {configuration, compatible, compatible_size};
	int error;

	memset(&found, 0, sizeof(found));
	error = fit_open(file, size, &choice, &found);
	CHECK(parts_inside(&found, file, size, NULL, 0));
	return error;
}

int fit_open_named(const char *configuration)
{
	return fit_open_choice(configuration, NULL, 0);
}

int fit_node(const char *path)
{
	int node = fdt_path_offset(file, path);

	CHECK(node >= 0);
	return node;
}

void fit_change(const char *path, const char *name, const void *value, int length)
{
	CHECK_EQ(fdt_setprop_inplace(file, fit_node(path), name, value, length), 0);
}

void fit_drop(const char *path, const char *name)
{
	CHECK_EQ(fdt_nop_property(file, fit_node(path), name), 0);
}
