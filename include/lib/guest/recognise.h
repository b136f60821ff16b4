/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_RECOGNISE_H
#define FOREARM_RECOGNISE_H

#include <stddef.h>
#include <stdint.h>
#include "lib/formats/elf.h"
#include "lib/guest/profiles.h"

/*
 * Guests that are known by their files, where that is sure; GUEST_AUTO where it is not. Pure.
 */

/*
 * By an arm64 Image header, which several guests have whose loaders expect Linux. 'head' are the
 * first 'size' bytes of the file, 64 or more.
 */
enum guest recognise_image(const uint8_t *head, size_t size);

/*
 * Where code without a header may be linked to, by the lowest address of RAM among the words of its
 * start: *found is mostly among its first 64 KiB. 'base' and 'ram' are where RAM is and how large.
 * Returns the start of those 64 KiB, or 0 when there is no such word.
 */
uint64_t recognise_place(const uint8_t *head, size_t size, uint64_t base, uint64_t ram,
			 uint64_t *found);

/* By program headers, and in a small file by what the guest greets with. */
enum guest recognise_elf(const struct elf *elf);

/* Whether it is U-Boot, by its banner. It is no guest of a kind, but moves itself (boot/load.c). */
bool recognise_uboot(const struct elf *elf);

#endif
