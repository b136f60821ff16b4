/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_PE_FILE_H
#define FOREARM_PE_FILE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Makes a PE file as stubs and ukify do: headers, and sections of 512-byte units behind them. The
 * block has exactly the file's size, so that a read behind it is seen.
 */
#define PE_FILE_AT	0x80  /* the signature */
#define PE_FILE_TABLE	0x188 /* the section headers, behind a PE32+ header with 16 directories */
#define PE_FILE_HEADERS 0x800
#define PE_FILE_UNIT	0x200

struct pe_file {
	uint8_t *data;
	size_t size;
	unsigned int sections;
};

void pe_file_start(struct pe_file *file, uint16_t machine);

/* Appends a section of 'size' bytes; returns where it begins in the file. */
size_t pe_file_add(struct pe_file *file, const char *name, const void *data, size_t size);

/* The same with a text. */
size_t pe_file_text(struct pe_file *file, const char *name, const char *text);

/* Cuts it to 'size' bytes, or makes it longer. */
void pe_file_resize(struct pe_file *file, size_t size);

#endif
