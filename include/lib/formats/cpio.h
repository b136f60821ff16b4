/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_CPIO_H
#define FOREARM_CPIO_H

#include <stdbool.h>
#include <stddef.h>
#include "lib/formats/payload.h"
#include "types.h"

/*
 * A cpio archive of the kind that Linux takes as initrd (Documentation/driver-api/early-userspace/
 * buffer-format.rst: "newc", with or without checksums; several in a row, zeros between them), as a
 * source: with a kernel in its /boot. All pure.
 *
 * The kernel is the first regular file of these names in boot/, and not below: vmlinuz*, Image*,
 * zImage*, linux*, *.efi, *.itb; a name earlier in this list goes before the place in the archive.
 * The initrd is the first boot/initrd* or boot/initramfs*, else the whole archive. What comes
 * behind an archive and is none is left alone.
 */

/* By the first six bytes. */
bool cpio_is(const uint8_t *head, size_t head_size);

/*
 * Adds kernel and initrd. Returns 0, ERR_NO_KERNEL, ERR_TRUNCATED, ERR_HEADER, ERR_HASH or
 * ERR_FULL.
 */
__must_check int cpio_open(const uint8_t *file, uint64_t size, struct payload *payload);

#endif
