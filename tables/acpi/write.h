/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_ACPI_WRITE_H
#define FOREARM_ACPI_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "platform/platform.h"
#include "platform/fdt_details.h"

/*
 * Between tables/acpi/build.c and the writers of single tables: a buffer that tables are appended
 * to. Where it ends, entries go to a spare place and 'full' is set, so that writers need not look.
 */

#define ACPI_HEADER 36	/* bytes (ACPI 6.5, 5.2.6) */
#define ACPI_PIECE  288 /* bytes that acpi_take() gives at most */
#define ACPI_TABLES 12	/* that the XSDT has room for */

struct acpi_write {
	const struct platform *platform;
	const struct platform_details *details;
	uint8_t *start; /* the whole buffer; the guest sees it at 'address' */
	size_t room, used;
	uint64_t address;
	bool full;
	size_t table; /* offset of the table being written */
	unsigned int tables;
	uint64_t list[ACPI_TABLES]; /* addresses for the XSDT */
	uint8_t spare[ACPI_PIECE];
};

/* The next 'size' bytes, zeroed. */
uint8_t *acpi_take(struct acpi_write *w, size_t size);
/* The same, with the type and length that entries of most tables start with. */
uint8_t *acpi_entry(struct acpi_write *w, uint8_t type, uint8_t size);
/* Starts a table whose header and fixed fields have 'size' bytes. */
uint8_t *acpi_begin(struct acpi_write *w, const char *signature, uint8_t revision, size_t size);
/* Ends it, and lists it in the XSDT. */
void acpi_end(struct acpi_write *w);
/* Bytes of the table so far. */
uint32_t acpi_so_far(const struct acpi_write *w);

/* Each writes a table (the last one two), or nothing when the machine has nothing to say there. */
void acpi_madt(struct acpi_write *w);
void acpi_gtdt(struct acpi_write *w);
void acpi_mcfg(struct acpi_write *w);
void acpi_spcr(struct acpi_write *w);
void acpi_dbg2(struct acpi_write *w);
void acpi_iort(struct acpi_write *w);
void acpi_pptt(struct acpi_write *w);
void acpi_numa(struct acpi_write *w);

/* Whether the guest can use this CPU, by MADT and SRAT. */
bool acpi_cpu_usable(const struct platform *platform, unsigned int cpu);

#endif
