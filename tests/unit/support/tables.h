/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_TABLES_H
#define FOREARM_TABLES_H

#include <stddef.h>
#include <stdint.h>
#include "tables/acpi/acpi.h"
#include "qemu_tables.h"

/* ACPI tables made by hand, each in a heap block of its size. */

void tables_clear(void);
/* A table with its header, zero otherwise. Holds until tables_clear(). */
uint8_t *tables_add(const char *signature, uint32_t size);
/* A table that is there; NULL: it is not. */
uint8_t *tables_find(const char *signature, uint32_t *size);
/* Takes it away. */
void tables_remove(const char *signature);
/* Adds 'size' bytes to the end of a table. */
void tables_append(const char *signature, const void *data, uint32_t size);
/* Cuts it. */
void tables_resize(const char *signature, uint32_t size);
/* Clears, and adds those of QEMU. */
void tables_qemu(const struct qemu_table *tables);
/* Makes checksums, XSDT and RSDP, and opens them. */
int tables_open(struct acpi *acpi);

/* Little-endian numbers. */
void tables_put(uint8_t *to, uint64_t value, int size);

#endif
