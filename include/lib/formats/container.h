/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_CONTAINERS_H
#define FOREARM_CONTAINERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/formats/payload.h"

/* Every kind of container that a kernel may come in. */

/* The choice among several systems in a container, and what goes with it. */
struct choices {
	const char *configuration; /* of a FIT; NULL: what fits the machine, or its default */
	const char *profile;	   /* of a UKI: number or ID; NULL: the first */
	const char *compatible; /* of the machine: the property of the root of its tree, or NULL */
	size_t compatible_size; /* bytes */
	struct part vendor;	/* vendor_boot, beside an Android boot image */
};

struct container {
	const char *name; /* for people */
	bool (*is)(const uint8_t *head, size_t head_size);
	/* ERR_OPTION_VALUE: what was chosen is not in it. Errors else as in the reader's header. */
	int (*open)(const uint8_t *file, uint64_t size, const struct choices *choices,
		    struct payload *payload);
	/* What can be chosen from a file that open() has read, as payload_list() writes it; or
	 * NULL. */
	void (*list)(const uint8_t *file, uint64_t size, char *text, size_t room);
	bool takes_vendor;
};

/*
 * Tells by the first bytes of a file: the lesser of 4096 and its size. Pure. Returns NULL when it
 * is no container.
 */
const struct container *container_of(const uint8_t *head, size_t head_size);

#endif
