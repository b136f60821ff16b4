/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_PLATFORM_CHECK_H
#define FOREARM_PLATFORM_CHECK_H

#include "lib/mem/memmap.h"
#include "platform/fdt_secure.h"
#include "platform/platform.h"

/*
 * What a description names, held against RAM and against each other: what forearm touches itself,
 * and what it tells the guest in tables of its own. Pure; reads only the model.
 */

/* A contradiction that was found. The strings are constants, and make a sentence: "the initrd" "is
 * not in RAM". */
struct platform_fault {
	const char *what, *why;
	struct region region; /* of what */
};

/*
 * Whether the model contradicts itself; what is found first is in *fault then. 'ram' is all RAM
 * that can be addressed; 'image' is the file that we run in, wherever that is; 'secure' is what the
 * monitor touches with the rights of the secure world, or NULL when we did not start in that.
 */
bool platform_contradicts(const struct platform *platform, const struct platform_secure *secure,
			  const struct memmap *ram, const struct region *image,
			  struct platform_fault *fault);

/*
 * Whether the first 'size' bytes of a device can be used: on a word boundary, and clear of RAM,
 * flash memory, our file and other devices of the model.
 */
bool platform_may_be_device(const struct platform *platform, const struct region *image,
			    const struct region *device, uint64_t size);

#endif
