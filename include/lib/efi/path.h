/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_EFI_PATH_H
#define FOREARM_EFI_PATH_H

#include <stddef.h>
#include <stdint.h>
#include "types.h"

/*
 * Device paths (UEFI Specification 2.10, chapter 10): nodes of a type, a subtype and a length of 16
 * bits, little-endian and of any alignment, behind each other. They come from applications, and are
 * followed no further than EFI_PATH_MAX bytes. Pure.
 */

#define EFI_PATH_MAX  4096
#define EFI_PATH_NODE 4 /* bytes of a node without data */

/* Types, and subtypes (10.3). */
#define EFI_PATH_HARDWARE 1
#define EFI_PATH_MEDIA	  4
#define EFI_PATH_END	  0x7F
#define EFI_PATH_DRIVE	  1    /* media: a partition */
#define EFI_PATH_VENDOR	  4    /* hardware: a GUID; of media it is 3 */
#define EFI_PATH_FILE	  4    /* media: a file's path, or a part of it */
#define EFI_PATH_WHOLE	  0xFF /* end of all */

/* Bytes of the node at 'at', or 0 if that is no node. */
static inline uint32_t efi_path_length(const uint8_t *at)
{
	uint32_t length = at[2] | (uint32_t)at[3] << 8;

	return length < EFI_PATH_NODE ? 0 : length;
}

static inline bool efi_path_ends(const uint8_t *at)
{
	return at[0] == EFI_PATH_END;
}

/* Bytes of the whole path, its end included; 0: it has none within EFI_PATH_MAX. */
size_t efi_path_size(const uint8_t *path);

/*
 * If 'path' without its end is the beginning of 'of', where the rest of that is; else NULL. Both
 * have a size.
 */
const uint8_t *efi_path_behind(const uint8_t *path, const uint8_t *of);

/* Writes 'first' (NULL: nothing) and 'second' as one path. Returns its bytes, or ERR_TOO_LONG. */
int efi_path_join(const uint8_t *first, const uint8_t *second, uint8_t *to, size_t room);

/* Writes a node for a file of that path, and an end. Returns the bytes, or ERR_TOO_LONG. */
int efi_path_file(const uint16_t *name, uint8_t *to, size_t room);

/*
 * The path of a file that nodes for files are, from 'path' on to its end, as one text of at most
 * 'room' characters with its terminator. Returns 0, ERR_UNKNOWN when another node is among them or
 * there is none, or ERR_TOO_LONG.
 */
int efi_path_name(const uint8_t *path, uint16_t *to, size_t room);

/*
 * The path as a text (UEFI 10.6) of at most 'room' characters with its terminator; 'one': only its
 * first node. Returns the characters without that, or ERR_TOO_LONG.
 */
int efi_path_text(const uint8_t *path, bool one, uint16_t *to, size_t room);

#endif
