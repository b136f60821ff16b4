/* SPDX-License-Identifier: BSD-2-Clause */
#include <glob.h>
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "test.h"
#include "trees.h"

#define HEADER_SIZE 40

/* A fixture that is not there is a broken build, not a failed check. */
static _Noreturn void broken(const char *what)
{
	perror(what);
	abort();
}

static void *load(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	long length;
	void *fdt;

	if (!file || fseek(file, 0, SEEK_END) || (length = ftell(file)) <= 0)
		broken(path);
	rewind(file);
	*size = (size_t)length;
	fdt = malloc(*size);
	if (!fdt || fread(fdt, 1, *size, file) != *size)
		broken(path);
	fclose(file);
	return fdt;
}

void *tree_load(const char *name, size_t *size)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s.dtb", UNIT_DTB, name);
	return load(path, size);
}

void tree_each(void (*visit)(const char *name, const void *fdt, size_t size))
{
	glob_t found;

	if (glob(UNIT_DTB "/*.dtb", 0, NULL, &found))
		broken(UNIT_DTB);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		size_t size;
		void *fdt = load(found.gl_pathv[i], &size);
		const char *name = strrchr(found.gl_pathv[i], '/') + 1;

		test_note("%s", name);
		visit(name, fdt, size);
		free(fdt);
	}
	globfree(&found);
}

void *tree_copy(const void *fdt, size_t size)
{
	void *copy = malloc(size ? size : 1);

	if (!copy)
		broken("malloc");
	return memcpy(copy, fdt, size);
}

uint32_t tree_field(const void *fdt, size_t field)
{
	return fdt32_ld((const fdt32_t *)((const char *)fdt + field));
}

void tree_set_field(void *fdt, size_t field, uint32_t value)
{
	fdt32_st((char *)fdt + field, value);
}

static void *grow(struct maker *m, size_t size)
{
	void *at = m->structure + m->structure_size;

	if (m->structure_size + size > sizeof(m->structure))
		broken("a test's tree is too large");
	m->structure_size += (uint32_t)size;
	return at;
}

void make_token(struct maker *m, uint32_t token)
{
	fdt32_st(grow(m, 4), token);
}

void make_node(struct maker *m, const char *name)
{
	size_t size = strlen(name) + 1;

	make_token(m, FDT_BEGIN_NODE);
	memcpy(grow(m, (size + 3) & ~3UL), name, size);
}

void make_start(struct maker *m)
{
	memset(m, 0, sizeof(*m));
	make_node(m, "");
}

void make_reservation(struct maker *m, uint64_t base, uint64_t size)
{
	m->reservation[m->reservations][0] = base;
	m->reservation[m->reservations++][1] = size;
}

void make_end(struct maker *m)
{
	make_token(m, FDT_END_NODE);
}

/* The offset of 'name' in the strings block, where it goes if it is not there. */
static uint32_t string(struct maker *m, const char *name)
{
	uint32_t size = (uint32_t)strlen(name) + 1, at = 0;

	while (at < m->strings_size && strcmp(m->strings + at, name) != 0)
		at += (uint32_t)strlen(m->strings + at) + 1;
	if (at + size > sizeof(m->strings))
		broken("a test's tree has too many names");
	if (at == m->strings_size) {
		memcpy(m->strings + at, name, size);
		m->strings_size += size;
	}
	return at;
}

void make_property(struct maker *m, const char *name, const void *data, size_t size)
{
	make_token(m, FDT_PROP);
	make_token(m, (uint32_t)size);
	make_token(m, string(m, name));
	if (size)
		memcpy(grow(m, (size + 3) & ~3UL), data, size);
}

void make_text(struct maker *m, const char *name, const char *text)
{
	make_property(m, name, text, strlen(text) + 1);
}

void make_cells_of(struct maker *m, const char *name, const uint32_t *cells, size_t count)
{
	fdt32_t value[256];

	for (size_t i = 0; i < count; i++)
		value[i] = cpu_to_fdt32(cells[i]);
	make_property(m, name, value, 4 * count);
}

void make_cell_counts(struct maker *m, uint32_t address, uint32_t size)
{
	make_cells(m, "#address-cells", address);
	make_cells(m, "#size-cells", size);
}

void make_memory(struct maker *m, uint64_t base, uint64_t size)
{
	char name[32];

	snprintf(name, sizeof(name), "memory@%llx", (unsigned long long)base);
	make_node(m, name);
	make_text(m, "device_type", "memory");
	make_cells(m, "reg", (uint32_t)(base >> 32), (uint32_t)base, (uint32_t)(size >> 32),
		   (uint32_t)size);
	make_end(m);
}

void *make_blob(const struct maker *m, size_t *size)
{
	uint32_t structure = HEADER_SIZE + 16 * (m->reservations + 1);
	uint32_t strings = structure + m->structure_size;
	const uint32_t header[] = {FDT_MAGIC,
				   strings + m->strings_size,
				   structure,
				   strings,
				   HEADER_SIZE,
				   17,
				   16,
				   0,
				   m->strings_size,
				   m->structure_size};
	char *fdt;

	*size = strings + m->strings_size;
	fdt = calloc(1, *size);
	if (!fdt)
		broken("calloc");
	for (size_t i = 0; i < sizeof(header) / 4; i++)
		tree_set_field(fdt, 4 * i, header[i]);
	for (unsigned int i = 0; i < 2 * m->reservations; i++)
		fdt64_st(fdt + HEADER_SIZE + 8 * i, m->reservation[i / 2][i % 2]);
	memcpy(fdt + structure, m->structure, m->structure_size);
	memcpy(fdt + strings, m->strings, m->strings_size);
	return fdt;
}

void *make_finish(struct maker *m, size_t *size)
{
	make_end(m);
	make_token(m, FDT_END);
	return make_blob(m, size);
}
