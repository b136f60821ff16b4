/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_BOOT_EFI_H
#define FOREARM_BOOT_EFI_H

#include <stdbool.h>

/*
 * EFI applications as payloads (boot/efi/): boot loaders on disks. arch/arm has none, and says so.
 */

struct boot;
struct fdt_handoff;

/* Whether there are any on this CPU. */
bool application_possible(void);
/* Whether one can be entered at the level that the VM was started at, before the stages know all.
 */
bool application_fits(const struct boot *boot);
/* Makes the image that the stages look at one that stands for the application. */
void application_identify(struct boot *boot);
/* Stops, with what to do, if it cannot be entered as boot->entry says. */
void application_check_entry(const struct boot *boot);
/* What it is told of the machine: tables of EFI's and the device tree; fills in boot->application.
 */
void application_describe(struct boot *boot, const struct fdt_handoff *chosen);
/* Starts it, and stops when it comes back. */
_Noreturn void application_run(struct boot *boot);

#endif
