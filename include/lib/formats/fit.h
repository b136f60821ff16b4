/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_FIT_H
#define FOREARM_FIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/formats/payload.h"
#include "types.h"

/*
 * FIT, U-Boot's flattened image tree (Flattened Image Tree specification): a device tree that holds
 * images, or says where behind itself they are, and configurations that name those that go
 * together. Hashes of what is used are checked (crc32, sha1, sha256; others beside them are not);
 * signatures are not.
 */

/*
 * Bounds of the work, which is linear in the file's size: of each image the first hash of each of
 * the three kinds is computed, trees are hashed up to FDT_MAX_SIZE and overlays up to
 * FDT_OVERLAY_MAX; of the machine's names FIT_MACHINES count, and of the configurations without
 * "compatible" the trees of the first FIT_ROOTS are looked into; and no name of a node or property
 * is longer than FIT_NAME_MAX (the Devicetree Specification, 2.2.1 and 2.2.4, has 31 characters).
 */
#define FIT_NAME_MAX 255
#define FIT_MACHINES 16
#define FIT_ROOTS    64

/* Which configuration; each may be left out. */
struct fit_choice {
	const char *configuration; /* its name, terminated */
	const char *compatible;	   /* of the machine: the property of the root of its tree */
	size_t compatible_size;	   /* bytes */
};

/* Is this the start of a FIT, rather than of another device tree? */
bool fit_is(const uint8_t *head, size_t head_size);

/*
 * Adds what the FIT of 'size' bytes at 'file' (8-byte aligned) holds to 'payload'. The
 * configuration is the one that is asked for; or that fits the machine best, by its "compatible" or
 * that of the root of its device tree; or the default; or the first. Without configurations it is
 * the first image of each type. Several trees in one: all but the first are overlays. Images may be
 * compressed, and stay so. The name is the kernel's description, or else that of the whole.
 *
 * Returns 0; ERR_TRUNCATED, ERR_TOO_LARGE (2 GiB or more in the tree itself, a tree or overlay
 * that forearm does not take) or ERR_FDT_* for the tree as a whole; ERR_OPTION_VALUE for a
 * configuration that was asked for and is not there, ERR_NO_FILE for any other name, ERR_NO_KERNEL,
 * ERR_PART, ERR_HASH, ERR_HASH_KIND (payload->detail names one), ERR_ENCRYPTED or ERR_FULL.
 * CHOSE_CONFIGURATION if it has configurations.
 */
__must_check int fit_open(const uint8_t *file, uint64_t size, const struct fit_choice *choice,
			  struct payload *payload);

/* The names of the configurations of a FIT that fit_open() did not find damaged: payload_list(). */
void fit_list(const uint8_t *file, uint64_t size, char *text, size_t room);

#endif
