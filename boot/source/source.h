/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_SOURCE_H
#define FOREARM_SOURCE_H

#include "boot.h"

/* Where the kernel comes from: the sources, and what they share (boot/source/). */

/*
 * Each returns NULL when boot->files.kernel is there, or why it is not, as a part of a message.
 * What is there but cannot be used stops the machine.
 */
const char *find_file(struct boot *boot);
const char *find_bundle(struct boot *boot);
const char *find_in_initrd(struct boot *boot);
const char *find_in_modules(struct boot *boot);
const char *find_in_flash(struct boot *boot);
const char *find_on_disk(struct boot *boot);
const char *find_at(struct boot *boot);

/* Whether it is a kernel, or a container with one: 'size' bytes in memory (identify.c). */
bool is_kernel(const uint8_t *at, uint64_t size);
/*
 * How long what is at the start of 'room' bytes is, by its own word; 0: it has none. Containers
 * and ELF files find what is theirs, so they may have all of it. 'room' is IMAGE_HEAD or more.
 */
uint64_t told_size(const uint8_t *at, uint64_t room);

/* What is at a region that the VMM or the user names, which must be RAM, and mapped; or stops. */
struct part part_in_ram(const struct boot *boot, const struct region *region);
/* Maps ROM, or stops. Its address may be 0, which is no null pointer then. */
const uint8_t *map_rom(uint64_t base, uint64_t size);

#endif
