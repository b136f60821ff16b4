/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_PE_H
#define FOREARM_PE_H

#include <stdint.h>
#include "lib/formats/payload.h"
#include "types.h"

/*
 * PE/COFF files (Microsoft's "PE Format"), as far as sections go: what EFI applications, unified
 * kernel images and forearm itself are. Pure, and content with any alignment of the file.
 */

#define PE_POINTER	 0x3C	/* where a file says where its PE header is */
#define PE_MAGIC	 0x5A4D /* "MZ", the file's first two bytes */
#define PE_SIGNATURE	 0x4550 /* "PE\0\0" */
#define PE_OPTIONAL_SIZE 20	/* in the COFF header: bytes of the optional one */
#define PE_HEADER	 24	/* bytes of signature and COFF header; the optional one follows */
#define PE_SECTION	 40	/* bytes of a section header */
#define PE_NAME		 8	/* of a section, padded by zeros, not terminated */
#define PE_MACHINE_ARM64 0xAA64

struct pe {
	const uint8_t *file;
	uint64_t size;
	const uint8_t *header; /* the signature */
	const uint8_t *table;  /* the section headers */
	unsigned int sections;
	enum payload_arch arch; /* by the machine field; PAYLOAD_ANY: forearm, which is for both */
};

/*
 * Reads the headers at the start of 'size' bytes: a whole file, or its head if they lie in it.
 * Returns 0, ERR_UNKNOWN when it is no PE file, ERR_TRUNCATED or ERR_HEADER.
 */
__must_check int pe_open(const uint8_t *file, uint64_t size, struct pe *pe);

/* The name of section 'index' (below pe->sections): PE_NAME bytes. */
const uint8_t *pe_name(const struct pe *pe, unsigned int index);

/*
 * Returns what section 'index' has in the file: the lesser of its size there, which is padded, and
 * its size in memory, which may be larger. Returns 0, or ERR_PART when that is not inside of the
 * file.
 */
__must_check int pe_section(const struct pe *pe, unsigned int index, struct part *part);

/*
 * The same in memory, once a loader has put the sections where they belong: 'pe' was opened there,
 * and its size is what the loader took. Returns 0, or ERR_PART when it is not inside of that.
 */
__must_check int pe_loaded(const struct pe *pe, unsigned int index, struct part *part);

/*
 * Bytes from the start of the file to the end of the last section's data in it. It does not read
 * the data, so the file may be longer or shorter than pe->size.
 */
uint64_t pe_extent(const struct pe *pe);

#endif
