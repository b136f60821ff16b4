/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_FITS_H
#define FOREARM_FITS_H

#include <stddef.h>
#include <stdint.h>
#include "lib/formats/fit.h"
#include "parts.h"

/* The FIT that a test works on, and what was found in it. */

#define LAYOUTS 4
extern const char *const fit_layouts[]; /* its/full.its: data inside, outside, ... */

extern struct payload found;
extern uint8_t *file; /* in a heap block of exactly 'size' bytes */
extern size_t size;

void fit_load(const char *name);
/* Each opens it, with an empty payload, and checks that nothing outside of it is handed out. */
int fit_open_choice(const char *configuration, const char *compatible, size_t compatible_size);
int fit_open_named(const char *configuration);

/* Changes in place: a property of the same length, or gone. */
int fit_node(const char *path);
void fit_change(const char *path, const char *name, const void *value, int length);
void fit_drop(const char *path, const char *name);

#endif
