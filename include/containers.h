/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_CONTAINERS_H
#define FOREARM_CONTAINERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "payload.h"

/* Every kind of container that a kernel may come in. */

struct container {
	const char *name; /* for people */
	bool (*is)(const uint8_t *head, size_t head_size);
	int (*open)(const uint8_t *file, uint64_t size, struct payload *payload);
};

/*
 * Tells by the first bytes of a file: the lesser of 4096 and its size. Pure. Returns NULL when it
 * is no container.
 */
const struct container *container_of(const uint8_t *head, size_t head_size);

#endif
