/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_BOOT_PAYLOAD_H
#define FOREARM_BOOT_PAYLOAD_H

#include "lib/formats/container.h"
#include "lib/options.h"
#include "types.h"

/* What stage "payload" and those behind it do with containers and what they hold. */

struct boot;

/* Bytes that they take at most, wherever they come from. */
uint64_t initrd_most(const struct boot *boot);
/* Puts them where the guest gets them; fills in place.initrd and initrd_size. */
void load_initrd(struct boot *boot);
/* Device trees of the container that are compressed are not any more. */
void unpack_trees(struct boot *boot);
/*
 * Takes the options that a container has, which has just been opened, as lines and in its command
 * line: later ones count more, a bundle's more than those, but the user's most.
 */
void take_options(struct boot *boot, const char *name, enum options_source source);
/* Adds the containers' part of the command line, which take_options() has seen. */
void add_command_line(struct boot *boot);
_Noreturn void command_line_too_long(uint64_t size);
/* What to ask the reader of a container for, by the options and the machine. */
void make_choices(const struct boot *boot, struct choices *choices);
/* Takes an Android vendor_boot, if there is one, out of the initrds. */
void take_vendor(struct boot *boot, struct choices *choices);
/* The container, which is boot->kernel, does not have it. */
_Noreturn void no_such_choice(const struct boot *boot, const struct container *container);
/* When all containers are open: was there one to choose from? */
void check_choices(const struct boot *boot);

#endif
