/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_PLATFORM_ACPI_PARTS_H
#define FOREARM_PLATFORM_ACPI_PARTS_H

#include "tables/acpi/acpi.h"
#include "platform/platform.h"
#include "platform/fdt_details.h"

/* How the work of platform_from_acpi() is shared among its source files. */

struct acpi_intake {
	struct platform *platform;
	struct platform_details *details;
	bool psci;		     /* the FADT says that there is PSCI */
	bool distributor;	     /* MADT has one */
	uint8_t gic;		     /* its version, or 0 when it is not told */
	uint32_t its[PLATFORM_ITS];  /* identifiers, as platform.gic.its */
	uint32_t uid[PLATFORM_CPUS]; /* ACPI's numbers of CPUs, as platform.cpu */
};

/* What to do with structures of that type, which have 'size' bytes at least. */
struct acpi_kind {
	uint8_t type, size;
	int (*take)(struct acpi_intake *in, const uint8_t *structure);
};

/*
 * Walks structures that begin with a byte each for type and length, from 'start' to the end of the
 * table, and skips those whose type is not in the list, which ends with a NULL. Returns 0, the
 * first error of a function, or ERR_ACPI_TABLE.
 */
int acpi_walk(const struct acpi_table *table, uint32_t start, const struct acpi_kind *kinds,
	      struct acpi_intake *in);

/* Notes that a list is full. */
void acpi_overflow(struct platform *platform, const char *what);

int acpi_take_srat(struct acpi_intake *in, const struct acpi_table *srat);
int acpi_take_slit(struct acpi_intake *in, const struct acpi_table *slit);
int acpi_take_iort(struct acpi_intake *in, const struct acpi_table *iort);

#endif
