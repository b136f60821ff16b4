/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_BOOT_MONITOR_H
#define FOREARM_BOOT_MONITOR_H

#include "monitor.h"
#include "types.h"

/* The PSCI monitor as the flow sees it (boot/monitor.c, boot/stage2.c), and the secure world
 * (boot/secure.c). */

struct boot;
struct guest_entry;

/* Makes the platform's PSCI the monitor's, and says how much memory that needs. */
void monitor_announce(struct boot *boot);
/* Takes that memory. For an ACPI guest it comes from what is kept for its tables instead. */
void monitor_reserve(struct boot *boot);
/* Whether the guest is at EL1 or in SVC mode, and level 2 free to keep it out of the monitor. */
bool monitor_translates(const struct boot *boot);
/* Bytes of it for the tables of that (stage2.c). */
uint64_t monitor_tables_size(const struct boot *boot);
/* Writes those, behind what else the monitor has, and tells it of them. */
void monitor_tables(const struct boot *boot, struct monitor *m);
/* Puts the monitor there; *guest, where it is to go on, becomes where the monitor begins. */
void monitor_install(const struct boot *boot, struct guest_entry *guest);
/* Fills in boot->own.secure, from the VMM's tree if there is one; platform/check.h judges it. */
void secure_probe(struct boot *boot);
/* Where in secure RAM 'size' bytes are free, and maps them; false: there is none for us. */
bool secure_place(const struct boot *boot, uint64_t size, struct region *place);
/* Where the other CPUs look, if that is the pen (layout.h), or 0. */
uint64_t secure_pen(void);

#endif
