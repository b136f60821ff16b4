/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_UIMAGE_H
#define FOREARM_UIMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/formats/payload.h"
#include "types.h"

/*
 * U-Boot's legacy uImage: a header of 64 bytes, big-endian, and data behind it, each with a CRC-32.
 * Pure, as all readers of containers (payload.h).
 *
 * Types: "kernel" and "standalone" are 'placed', at the addresses of the header. "kernel_noload" is
 * 'relocatable': 'entry' counts from the first byte of data, as U-Boot has it; but U-Boot starts
 * such a kernel where the file lies, header and all, so 'lead' says that the kernel expects to be
 * UIMAGE_HEADER bytes behind an aligned address (NetBSD's .ub does). If it is compressed, U-Boot
 * puts it at an aligned address and enters it there: entry and 'lead' are 0. "multi" is placed, and
 * has up to three parts: kernel, initrd, device tree, by position; more are ignored, as by U-Boot.
 *
 * How a kernel is compressed its content tells; 'compression' is what the header says. 'load' and
 * 'entry' are numbers of someone else's board: they are not compared with the kernel's size, and a
 * kernel that has a header of its own (Image, zImage, ELF) should go by that. Bit 0 of an ARM entry
 * means T32, as in any function pointer. Bytes behind the data are ignored.
 */

#define UIMAGE_HEADER 64

/* Whether a file that begins with these bytes is a uImage, of whatever type. */
bool uimage_is(const uint8_t *head, size_t head_size);

/*
 * Opens the file. Returns 0 or ERR_UNKNOWN (no uImage), ERR_TRUNCATED, ERR_HASH, ERR_NO_KERNEL
 * (another type, or an empty kernel), ERR_HEADER (the list of parts has no end), ERR_PART, ERR_FULL
 * (no room for the initrd). 'payload' has partial contents after an error.
 */
__must_check int uimage_open(const uint8_t *file, uint64_t size, struct payload *payload);

/* Whether it says that it is of type "ramdisk". */
bool uimage_is_ramdisk(const uint8_t *head, size_t head_size);

/* The data of such a file. Returns 0, ERR_UNKNOWN, ERR_TRUNCATED or ERR_HASH. */
int uimage_ramdisk(const uint8_t *file, uint64_t size, struct part *ramdisk);

#endif
