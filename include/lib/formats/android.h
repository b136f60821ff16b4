/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_ANDROID_H
#define FOREARM_ANDROID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/formats/payload.h"
#include "types.h"

/* Android boot images (boot.img of header versions 0 to 4, vendor_boot.img of 3 and 4). */

bool android_is(const uint8_t *head, size_t head_size);
bool android_vendor_is(const uint8_t *head, size_t head_size);

/*
 * Adds to 'payload' what is in a boot image of 'size' bytes, and in the vendor's (NULL: none),
 * which goes only with a boot image of version 3 or 4. What comes from the vendor is first:
 * ramdisk, command line. Of its ramdisk's fragments those of the types none, platform and DLKM are
 * taken, recovery and unknown ones are not; nor are a second stage, recovery_dtbo and a signature.
 * The load address is what the header says; for kernels that know better it means nothing.
 * The device tree may be several, one behind the other.
 *
 * Returns 0, ERR_UNKNOWN (other magic), ERR_VERSION (other version), ERR_TRUNCATED (within a
 * header), ERR_HEADER, ERR_VENDOR, ERR_PART, ERR_NO_KERNEL or ERR_FULL.
 */
__must_check int android_open(const uint8_t *boot, uint64_t size, const uint8_t *vendor,
			      uint64_t vendor_size, struct payload *payload);

/* Whether it is a boot image without a kernel, as init_boot.img and some of recovery's are. */
bool android_is_ramdisk(const uint8_t *head, size_t head_size);

/* The ramdisk of a boot image; errors as above, and ERR_NO_INITRD when it has none. */
int android_ramdisk(const uint8_t *file, uint64_t size, struct part *ramdisk);

#endif
