/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_BOOT_GUEST_H
#define FOREARM_BOOT_GUEST_H

#include "types.h"

/* The guest's conventions (boot/guest.c), and the BSDs', which no 32-bit CPU has (boot/openbsd.c,
 * boot/freebsd.c). */

struct boot;
struct entry_start;

/* Decides on them, once options and kernel are known, and applies them to the kernel's image. */
void settle_guest(struct boot *boot);
/* Says what of them the machine cannot do. */
void note_guest(const struct boot *boot, const struct entry_start *start);
/* Says so if the command line, which has all its words, is longer than the guest takes. */
void note_line(const struct boot *boot);
/* Whether the kernel says so: it has a segment of OpenBSD's, and its virtual base. */
bool openbsd_is(const struct boot *boot);
/* Makes the image what openbsd.c says; stops the machine if it is no such kernel. */
void openbsd_place(struct boot *boot);
/* The symbols of a kernel that is in its place, and random bytes where it wants some. */
void openbsd_complete(struct boot *boot);
/* Whether that is what is booted: what its own loader would leave for it is left. */
bool freebsd_by_loader(const struct boot *boot);
/* Makes the image what freebsd.c says, once all that goes behind it is known. */
void freebsd_place(struct boot *boot);
/* The symbols of a kernel that is in its place. */
void freebsd_complete(const struct boot *boot);
/* Environment and records, when all else is in its place; fills in modulep. */
void freebsd_describe(struct boot *boot);

#endif
