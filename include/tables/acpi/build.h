/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_ACPI_BUILD_H
#define FOREARM_ACPI_BUILD_H

#include <stddef.h>
#include <stdint.h>
#include "platform/platform.h"
#include "platform/fdt_details.h"

/*
 * Builds ACPI tables (ACPI Specification 6.5, Arm's SBBR/BBR and IORT DEN0049) from the platform
 * model, for VMMs that have none.
 */

/* A buffer of so many bytes is large enough for nearly every machine of that many CPUs. */
#define ACPI_BUILD_ROOM(cpus) (0xA000 + 256 * (size_t)(cpus))

/*
 * Builds RSDP, XSDT and all tables into the 'room' bytes at 'to' (8-byte aligned), which the guest
 * sees at 'address'. Pure. *rsdp is the address of the RSDP, *used the bytes that hold something.
 * Returns 0, ERR_FULL when the room is too small, or ERR_NO_ACPI for a machine that ACPI cannot
 * describe: no GIC that MADT knows, no timer, or more than one CPU without PSCI 0.2 or later.
 */
int acpi_build(const struct platform *platform, const struct platform_details *details, void *to,
	       size_t room, uint64_t address, uint64_t *rsdp, size_t *used);

/*
 * The DSDT of it alone: whole table with header and checksum (revision 2). Returns 0 or ERR_FULL.
 */
int dsdt_build(const struct platform *platform, const struct platform_details *details, void *to,
	       size_t room, size_t *used);

/*
 * How many buses of a PCI host can be reached by ECAM, from bus_first on: as many as the window has
 * room for. 0 when ACPI cannot describe the host (CAM, a segment over 16 bits, or
 * a bus 0 below address 0).
 */
unsigned int acpi_pcie_buses(const struct platform_pcie *host);

/*
 * What a FADT has to say of that PSCI (ACPI_PSCI of acpi.h, or 0). One of version 0.1 has numbers
 * of its own, which ACPI cannot say.
 */
unsigned int acpi_psci_flags(const struct platform_psci *psci);

/* Fills the 36 bytes of a table header; the checksum is acpi_finish()'s. */
void acpi_header(uint8_t *table, const char *signature, uint8_t revision);
/* Sets length and checksum of a table whose 'size' bytes are complete. */
void acpi_finish(uint8_t *table, uint32_t size);

#endif
