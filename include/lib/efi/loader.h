/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_EFI_LOADER_H
#define FOREARM_EFI_LOADER_H

#include <stdint.h>
#include "types.h"

/*
 * EFI applications as PE32+ files for AArch64 (Microsoft's "PE Format"; UEFI Specification 2.10,
 * 2.1.1): what a loader has to know of one, and base relocations. Anybody's files: every place is
 * checked against the size of the image. Pure.
 */

#define EFI_IMAGE_HEAD 4096	   /* bytes of a file's start that efi_image_open() wants */
#define EFI_IMAGE_MAX  0x40000000U /* bytes that one may have in memory */

enum efi_image_kind { EFI_IMAGE_APPLICATION, EFI_IMAGE_BOOT_DRIVER, EFI_IMAGE_RUNTIME_DRIVER };

struct efi_image {
	enum efi_image_kind kind;
	uint32_t size;	  /* bytes in memory */
	uint32_t headers; /* of these the file's start */
	uint32_t align;	  /* of sections in memory: a power of two */
	uint32_t entry;	  /* from its start on, as the next ones */
	uint32_t table;	  /* the section headers, which lie in the headers */
	uint32_t sections;
	uint32_t relocations, relocations_size; /* size 0: none */
	uint64_t base;				/* that it is linked for */
	bool fixed;				/* relocations are stripped */
};

/* A section: 'size' bytes at 'at', of which the first 'in_file' come from 'from' of the file. */
struct efi_section {
	uint32_t at, size, from, in_file;
	bool code, writable;
};

/*
 * Reads the headers at the start of 'size' bytes, EFI_IMAGE_HEAD or the whole of a shorter file.
 * Returns 0, ERR_UNKNOWN: no PE file; ERR_MACHINE: not for AArch64, or no EFI application;
 * ERR_TRUNCATED or ERR_HEADER.
 */
__must_check int efi_image_open(const uint8_t *head, uint64_t size, struct efi_image *image);

/*
 * Section 'index', whose header is in the image->headers bytes at 'memory'. Returns 0 or ERR_PART:
 * it would lie outside of the image, or in its headers.
 */
__must_check int efi_image_section(const struct efi_image *image, const uint8_t *memory,
				   uint32_t index, struct efi_section *section);

/*
 * Makes the image of image->size bytes at 'memory' one that runs at 'address'. Returns 0,
 * ERR_ADDRESS: it can run at another one only; or ERR_HEADER: a relocation is none, or of a kind
 * that AArch64 does not have.
 */
__must_check int efi_image_relocate(const struct efi_image *image, uint8_t *memory,
				    uint64_t address);

#endif
