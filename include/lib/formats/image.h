/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_IMAGE_H
#define FOREARM_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "arch.h"
#include "lib/guest/profiles.h"

/* Kernel files: what kind, and what the kind demands. All pure. */

#define IMAGE_HEAD 4096 /* how much of a file's start tells what it is */

enum image_format {
	IMAGE_ARM64,  /* Linux arm64 Image (Documentation/arm64/booting.rst) */
	IMAGE_ZIMAGE, /* Linux arm zImage (Documentation/arm/booting.rst) */
	IMAGE_ELF,    /* an ELF executable (elf.h) */
	IMAGE_RAW,    /* code, and nothing that says so */
};

struct image {
	enum image_format format;
	enum execution_state state; /* that its code is for */
	enum guest guest;     /* whose kernel it is, where that is sure; GUEST_AUTO: not known */
	uint64_t file_size;   /* bytes to load */
	uint64_t own_size;    /* without what is appended, by its header; 0: not told */
	uint64_t memory_size; /* bytes that must be free from its start on; >= file_size */
	uint64_t text_offset; /* of its start from a 2 MiB boundary (IMAGE_ARM64) */
	bool anywhere;	      /* any 2 MiB boundary will do, rather than the lowest */
	bool fixed;	      /* it is linked to 'address' */
	uint64_t address;     /* physical; not fixed: from a boundary of 'align' */
	uint64_t align;	      /* a power of two, 2 MiB or more */
	uint64_t block;	      /* bytes from that boundary on that nobody else has; or 0 */
	uint64_t tail;	      /* bytes at the end of memory_size that initrd and tree go to; or 0 */
	uint64_t entry;	      /* bytes behind its start; bit 0 of AArch32: T32 */
	bool big_endian;
	bool large_pages; /* its pages are larger than 4 KiB (IMAGE_ARM64) */
	bool efi;	  /* it can be an EFI application, so it knows EFI's tables (IMAGE_ARM64) */
};

/*
 * Recognises a file of 'file_size' bytes by its first 'head_size' (the lesser of IMAGE_HEAD and
 * file_size). Returns 0, ERR_EMPTY, ERR_UNKNOWN, ERR_TRUNCATED or ERR_HEADER. With 0 and
 * ERR_TRUNCATED memory_size is right.
 */
__must_check int image_identify(const uint8_t *head, size_t head_size, uint64_t file_size,
				struct image *image);

/*
 * Says that it runs at 'address' only. If its header has the address of its end as its size, as old
 * Zephyrs', the size follows from that: where RAM begins so high that no kernel's size reaches it.
 */
void image_fix(struct image *image, uint64_t address);

/* "Linux arm64 Image", or another guest's if image->guest is set, for people. */
const char *image_name(const struct image *image);

#endif
