/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_BOOT_MEMORY_H
#define FOREARM_BOOT_MEMORY_H

#include "lib/mem/memmap.h"
#include "region.h"
#include "types.h"

/* Free RAM, and what forearm's own file and the kernel have of it (boot/memory.c). */

struct boot;

/* KiB, rounded up, for a message. */
static inline unsigned long long kib(uint64_t size)
{
	return align_up(size, 1024) / 1024;
}
/* Stops the machine if the list of free RAM was full (or other errors of memmap.h). */
void check_memmap(int error);
/* Whole pages from the top of free RAM; stops the machine, with 'what', when there are none. */
uint64_t take_memory(struct boot *boot, const char *what, uint64_t size);
/* The same until temp_free_all(). */
uint8_t *temp_alloc(struct boot *boot, const char *what, uint64_t size);
/* What temp_alloc() returned needs only 'size' bytes. */
void temp_shrink(struct boot *boot, const uint8_t *at, uint64_t size);
void temp_free_all(struct boot *boot);
/* From now on nothing is taken for a while. */
void temp_init(struct boot *boot);
_Noreturn void no_room(const struct boot *boot, const char *what, uint64_t size);
/* Takes out of free RAM what the device tree reserves. Returns 0 or ERR_FULL. */
__must_check int reserve(struct boot *boot);
/*
 * Where the kernel's bytes from 'offset' on go, which stage "load" has taken memory for; stops the
 * machine if they were to go anywhere else.
 */
uint8_t *kernel_memory(const struct boot *boot, uint64_t offset, uint64_t size);
/* Bytes of the file that forearm is in, with all that a bundle has; from vm_image() on. */
uint64_t file_size(void);
/* The pages that it lies in, all of which are mapped read-only: nobody else's until the hand-off.
 */
struct region file_pages(void);
/*
 * Takes what stands in the way of a kernel with a fixed place somewhere else; may start forearm
 * again in another place, and not return then.
 */
void clear_kernel_place(struct boot *boot);

#endif
