/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_DMIDECODE_H
#define FOREARM_DMIDECODE_H

#include <stddef.h>

/*
 * What Debian's dmidecode says about tables whose entry point was made for address 0; a failed
 * check if it does not run, or finds anything wrong. The file stays, as UNIT_OUT/NAME.dmi. The text
 * holds until the next call.
 */
const char *dmidecode(const char *name, const void *tables, size_t size);

/* Checks that the text has that line, among those of the structure with that title. */
void dmidecode_has(const char *text, const char *title, const char *line);

#endif
