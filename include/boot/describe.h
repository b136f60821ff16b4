/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_BOOT_DESCRIBE_H
#define FOREARM_BOOT_DESCRIBE_H

#include "tables/fdt/handoff.h"
#include "types.h"

/* The two descriptions that a guest can get. ACPI is for 64-bit guests: arch/arm has these names,
 * too, and does nothing. */

struct boot;
struct platform_details;

/* Finds tables that the VMM has put into RAM, and takes them out of free RAM. */
void acpi_locate(struct boot *boot);
/*
 * Where the tree has no CPUs, as an EFI firmware with ACPI only leaves it, the machine is what such
 * tables say: makes the model of them, and a tree of that. Returns whether it did.
 */
bool acpi_adopt(struct boot *boot);
/* Whether the VMM has tables and they announce what a device tree cannot: hotplug by a GED. */
bool acpi_offers_hotplug(struct boot *boot);
/*
 * Everything that an ACPI guest needs: the tables, the VMM's or our own, SMBIOS, EFI's tables in
 * memory, and a tree that leads to them, with 'chosen' in it.
 */
void acpi_describe(struct boot *boot, const struct fdt_handoff *chosen);
/*
 * Puts the VMM's tree, with 'chosen' in it and room for 'extra' bytes more, where the guest gets
 * it. Returns the bytes that it may have.
 */
uint64_t fdt_describe(struct boot *boot, const struct fdt_handoff *chosen, uint64_t extra);
/* Bytes that it takes for that at most, before it is known what of all that there is. */
uint64_t fdt_most(const struct boot *boot);
/*
 * Adds what the VMM's ACPI tables say, if fw_cfg has some, to a platform that was found so; uses
 * free RAM up. Returns whether there are any.
 */
bool acpi_probe(struct boot *boot, struct platform_details *details);

#endif
