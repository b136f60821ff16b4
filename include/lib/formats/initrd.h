/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_INITRD_H
#define FOREARM_INITRD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/formats/payload.h"

/*
 * Initial ramdisks as boot loaders get them: in a legacy uImage of type "ramdisk", or in an Android
 * boot image that has no kernel or whose kernel is not asked for (init_boot.img). Pure.
 */

/*
 * Whether a file that begins with these bytes (64 are enough) is nothing but a ramdisk in one of
 * those, so that it is no kernel.
 */
bool initrd_is_wrapped(const uint8_t *head, size_t head_size);

/*
 * The ramdisk in the 'size' bytes at 'file', which is all of them if they are nothing that is known
 * here. Returns 0; ERR_VENDOR for a vendor_boot image, which means nothing by itself; ERR_NO_INITRD
 * for an Android boot image without one; or what is wrong with the wrapping: ERR_TRUNCATED,
 * ERR_HASH (CRC-32, uImage), ERR_HEADER, ERR_PART, ERR_VERSION.
 */
int initrd_unwrap(const uint8_t *file, uint64_t size, struct part *initrd);

#endif
