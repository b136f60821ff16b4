/* SPDX-License-Identifier: BSD-2-Clause */
/* The initrd that the VMM has put into RAM, if that is a kernel or has one in it. */
#include "boot/file.h"
#include "source.h"

/* A compressed file in the initrd's place is an initrd, unless forearm.payload=initrd. */
const char *find_in_initrd(struct boot *boot)
{
	struct region *initrd = &boot->platform.chosen.initrd;
	struct part part = {(const uint8_t *)(uintptr_t)initrd->base, initrd->size};

	if (!part.size)
		return "none in RAM";
	if (boot->options.payload == SOURCE_AUTO && !is_kernel(part.at, part.size))
		return "no kernel in it";
	file_in_memory(&boot->files.kernel, &part);
	initrd->size = 0;
	return NULL;
}
