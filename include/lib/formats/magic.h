/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_MAGIC_H
#define FOREARM_MAGIC_H

#include <stddef.h>
#include <stdint.h>

/* Files that are taken for kernels and are none that forearm starts: known, to be named. Pure. */

#define MAGIC_HEAD 0x8006 /* how much of a file's start is looked at; less is allowed */

/* What it is, with an article: "a bzip2 file"; NULL: nothing that is known here. */
const char *magic_name(const uint8_t *head, size_t size);

/* The same, if it is the image of a disk with partitions, or of a CD. */
const char *magic_disk(const uint8_t *file, uint64_t size);

#endif
