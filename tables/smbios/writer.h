/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_SMBIOS_WRITER_H
#define FOREARM_SMBIOS_WRITER_H

#include <stddef.h>
#include <stdint.h>
#include "tables/smbios/smbios.h"

/* Shared by adopting and building SMBIOS tables: structures are put one after another. */

/* DSP0134, 7: types by name, as far as ours need them. */
#define SMBIOS_OEM_STRINGS 11
#define SMBIOS_END	   127

#define SMBIOS_HEADER_SIZE   4
#define SMBIOS_HANDLES	     0xff00 /* from here on they are reserved (6.1.2) */
#define SMBIOS_STRINGS_LIMIT 255    /* of a structure; they are numbered from 1 by a byte */

struct smbios_writer {
	uint8_t *to;
	size_t room, used; /* bytes, entry point included */
	uint16_t handle;   /* of the next structure */
	int error;	   /* the first one; nothing is written after it */
};

/* Begins behind the entry point. */
void smbios_start(struct smbios_writer *writer, void *to, size_t room);

/* Appends bytes as they are. */
void smbios_put(struct smbios_writer *writer, const void *data, size_t size);

/*
 * Appends a structure: the formatted part, its length in its second byte, gets the writer's handle;
 * 'strings' is the whole set behind it, 'size' bytes with the NUL that ends it. A string literal
 * with "\0" after each string is one.
 */
void smbios_append(struct smbios_writer *writer, const void *formatted, const void *strings,
		   size_t size);

/* Appends type 11, if there are strings. */
void smbios_append_oem(struct smbios_writer *writer, const struct smbios_oem *oem);

/* Appends type 127. */
void smbios_append_end(struct smbios_writer *writer);

/* Writes the entry point for the 'version' (major, minor, revision). Returns 0 or an error. */
int smbios_finish(struct smbios_writer *writer, const uint8_t version[3], uint64_t address,
		  size_t *used);

#endif
