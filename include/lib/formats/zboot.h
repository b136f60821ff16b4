/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_ZBOOT_H
#define FOREARM_ZBOOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/formats/payload.h"
#include "types.h"

/*
 * Linux's EFI zboot images (CONFIG_EFI_ZBOOT, vmlinuz.efi): an EFI application that unpacks the
 * kernel in it. Outside of EFI one takes the packed kernel out, by the header that Linux has given
 * the file for that.
 */

bool zboot_is(const uint8_t *head, size_t head_size);

/*
 * Sets payload->kernel to the packed kernel, whose first bytes tell how it is packed, and
 * payload->arch. Returns 0, ERR_TRUNCATED, ERR_PART, ERR_NO_KERNEL, ERR_MACHINE, or an error of
 * pe_open().
 */
__must_check int zboot_open(const uint8_t *file, uint64_t size, struct payload *payload);

#endif
