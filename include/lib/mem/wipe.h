/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_WIPE_H
#define FOREARM_WIPE_H

#include <stddef.h>

/* Overwrites secrets with zeros, also where the compiler may think that nobody reads them any more.
 * Pure.
 */
void wipe(void *bytes, size_t size);

#endif
