/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_PLATFORM_ACPI_H
#define FOREARM_PLATFORM_ACPI_H

#include "tables/acpi/acpi.h"
#include "platform/platform.h"
#include "platform/fdt_details.h"

/*
 * Adds to 'platform' and 'details' what ACPI tables say (ACPI Specification 6.5; IORT is DEN0049):
 *
 *   MADT  CPUs (those that are enabled) and GIC, which replace what was there
 *   FADT  PSCI and how it is called; the version is not told and becomes 0.2 unless known
 *   GTDT  timer
 *   SPCR  console; its UART is found by its address, or added
 *   MCFG  PCIe hosts, found by their ECAM, or added without windows and interrupts: those are the
 *         DSDT's, and are not read
 *   SRAT  NUMA nodes of CPUs and RAM, and the RAM itself when the platform has none so far
 *   SLIT  NUMA distances
 *   IORT  SMMUs (version 3), which replace what was there, and for each PCIe host what takes its
 *         DMA and its MSIs: the units that the first device on its root bus has
 *
 * What the tables do not say stays as it was; 'overflow' is set when a list was cut. Pure; both
 * structures are initialized, and 'acpi' has passed acpi_open(). Returns 0; ERR_ACPI_MISSING
 * without MADT, GTDT or FADT; ERR_ACPI_FADT; ERR_ACPI_TABLE for a structure that runs past its
 * table, is shorter than its kind has to be or impossible, or for a MADT without GIC or CPU;
 * ERR_VERSION for a GIC after version 4. After an error both are filled in part.
 */
int platform_from_acpi(struct platform *platform, struct platform_details *details,
		       const struct acpi *acpi);

#endif
