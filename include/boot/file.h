/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_BOOT_FILE_H
#define FOREARM_BOOT_FILE_H

#include <stdbool.h>
#include "lib/formats/payload.h"
#include "types.h"

/* Files that a source offers, and reading them (boot/source/). */

struct boot;
struct disk_file;

struct boot_file {
	bool given;
	uint16_t item;	   /* of fw_cfg */
	const uint8_t *at; /* in memory; NULL: in fw_cfg */
	uint64_t size;
	bool padded;			 /* where in 'size' it ends is not known */
	const struct disk_file *on_disk; /* or NULL; boot/source/disk.h */
	uint32_t offset;		 /* in that file */
};

/* Reads the first 'size' bytes; stops the machine with 'what' if the VMM's device fails. */
void file_read(const struct boot_file *file, void *to, uint64_t size, const char *what);
/* The same of a file on a disk (disk.c); and the end of all disks, which are reset. */
void disk_file_read(const struct disk_file *file, uint64_t offset, void *to, uint64_t size,
		    const char *what);
void disk_close(void);
/* Makes it a file that is in memory. */
void file_in_memory(struct boot_file *file, const struct part *part);
/* The packed kernel, or the first 'room' bytes of it, to 'to'. Returns what unpack_used() does. */
int unpack_file(struct boot *boot, void *to, uint64_t room, uint64_t *written, uint64_t *used);
_Noreturn void compression_corrupt(const struct boot *boot, int error);
/* Makes the file that forearm.payload stands for boot->kernel, or stops when there is none. */
void find_in_source(struct boot *boot);

#endif
