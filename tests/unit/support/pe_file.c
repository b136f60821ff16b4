/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdlib.h>
#include <string.h>
#include "le.h"
#include "pe_file.h"

void pe_file_resize(struct pe_file *file, size_t size)
{
	uint8_t *data = calloc(1, size ? size : 1);

	if (file->data)
		memcpy(data, file->data, size < file->size ? size : file->size);
	free(file->data);
	file->data = data;
	file->size = size;
}

void pe_file_start(struct pe_file *file, uint16_t machine)
{
	memset(file, 0, sizeof(*file));
	pe_file_resize(file, PE_FILE_HEADERS);
	memcpy(file->data, "MZ", 2);
	put_le32(file->data + 0x3C, PE_FILE_AT);
	memcpy(file->data + PE_FILE_AT, "PE\0", 4);
	put_le16(file->data + PE_FILE_AT + 4, machine);
	put_le16(file->data + PE_FILE_AT + 20, PE_FILE_TABLE - PE_FILE_AT - 24);
	put_le16(file->data + PE_FILE_AT + 24, machine == 0x1C4 ? 0x10B : 0x20B);
}

size_t pe_file_add(struct pe_file *file, const char *name, const void *data, size_t size)
{
	size_t at = file->size, raw = (size + PE_FILE_UNIT - 1) / PE_FILE_UNIT * PE_FILE_UNIT;
	uint8_t *header;

	pe_file_resize(file, at + raw);
	memcpy(file->data + at, data, size);
	header = file->data + PE_FILE_TABLE + 40 * (size_t)file->sections++;
	memcpy(header, name, strlen(name));
	put_le32(header + 8, (uint32_t)size);
	put_le32(header + 12, (uint32_t)at);
	put_le32(header + 16, (uint32_t)raw);
	put_le32(header + 20, (uint32_t)at);
	put_le16(file->data + PE_FILE_AT + 6, (uint16_t)file->sections);
	return at;
}

size_t pe_file_text(struct pe_file *file, const char *name, const char *text)
{
	return pe_file_add(file, name, text, strlen(text));
}
