/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes a device tree front to back, without searching; one failure is remembered to the end. */
#include <limits.h>
#include <string.h>
#include "error.h"
#include "tables/fdt/write.h"

int fdt_write_start(struct fdt_writer *w, void *to, size_t room, uint32_t flags)
{
	*w = (struct fdt_writer) {.fdt = to};
	if (fdt_create_with_flags(to, room < INT_MAX ? (int)room : INT_MAX, flags) ||
	    fdt_finish_reservemap(to))
		return ERR_FDT_SPACE;
	return 0;
}

void fdt_write_node(struct fdt_writer *w, const char *name)
{
	w->failed |= fdt_begin_node(w->fdt, name);
}

const char *fdt_write_name(char text[FDT_WRITE_NAME], const char *name, uint64_t number,
			   uint32_t base)
{
	char *at = &text[FDT_WRITE_NAME - 1];
	size_t length = strlen(name);

	*at = '\0';
	do {
		*--at = "0123456789abcdef"[number % base];
		number /= base;
	} while (number);
	return memcpy(at - length, name, length);
}

void fdt_write_node_number(struct fdt_writer *w, const char *name, uint64_t number, uint32_t base)
{
	char text[FDT_WRITE_NAME];

	fdt_write_node(w, fdt_write_name(text, name, number, base));
}

void fdt_write_end(struct fdt_writer *w)
{
	w->failed |= fdt_end_node(w->fdt);
}

void fdt_write_bytes(struct fdt_writer *w, const char *name, const void *data, size_t size)
{
	w->failed |= fdt_property(w->fdt, name, data, (int)size);
}

void fdt_write_text(struct fdt_writer *w, const char *name, const char *text)
{
	fdt_write_bytes(w, name, text, strlen(text) + 1);
}

void fdt_write_property(struct fdt_writer *w, const char *name, size_t cells)
{
	void *value = NULL;

	if (fdt_property_placeholder(w->fdt, name, (int)(4 * cells), &value)) {
		w->failed = true;
		cells = 0;
	}
	w->at = value;
	w->left = cells;
}

void fdt_write_cell(struct fdt_writer *w, uint32_t value)
{
	if (!w->left)
		return;
	w->left--;
	*w->at++ = cpu_to_fdt32(value);
}

void fdt_write_address(struct fdt_writer *w, uint64_t value)
{
	fdt_write_cell(w, (uint32_t)(value >> 32));
	fdt_write_cell(w, (uint32_t)value);
}

void fdt_write_number(struct fdt_writer *w, const char *name, uint32_t value)
{
	fdt_write_property(w, name, 1);
	fdt_write_cell(w, value);
}

int fdt_write_finish(struct fdt_writer *w)
{
	return fdt_finish(w->fdt) || w->failed ? ERR_FDT_SPACE : 0;
}
