/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_UKI_H
#define FOREARM_UKI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/formats/payload.h"
#include "types.h"

/*
 * Unified kernel images (UAPI.5): a PE file with the kernel in section .linux, and what goes with
 * it in others. forearm's own bundles are such files too, with sections of its own:
 *
 *   .linux    the kernel        .dtb      device tree           .osrel    os-release
 *   .initrd   initrd            .dtbauto  trees to choose from  .profile  starts a profile
 *   .cmdline  command line      .payload  a container, in a bundle that has no .linux
 *   .dtbo     device tree overlay (any number)                  .faopts   lines NAME=VALUE
 *
 * All others (.ucode, .splash, .uname, .sbat, .pcrsig...) mean nothing here.
 *
 * What comes before the first .profile is the base. What comes behind one is a profile's, up to the
 * next; its sections stand in for those of the base. In either the first section of a name counts.
 * A .dtbauto counts if the first string of its root's "compatible" is the one asked for, and then
 * takes precedence over .dtb.
 */

struct uki_choice {
	const char *profile;	/* its number, the first is 0, or its ID= in .profile; NULL: 0 */
	const char *compatible; /* the machine's, for .dtbauto; NULL: none of them */
};

/* Tells by the first bytes of a file: as many as hold its headers (4096 do). */
bool uki_is(const uint8_t *head, size_t head_size);

/*
 * Adds what the UKI holds to *payload. Its .dtbauto must be 8-byte aligned to be looked at.
 * Returns 0, ERR_NO_KERNEL, ERR_MACHINE, ERR_PART, ERR_FULL, ERR_OPTION_VALUE when there is no such
 * profile, or an error of pe_open(). Of an image without profiles any one is what it has;
 * CHOSE_PROFILE if it has profiles.
 */
__must_check int uki_open_as(const uint8_t *file, uint64_t size, const struct uki_choice *choice,
			     struct payload *payload);

/* The numbers and IDs of its profiles: payload_list(). */
void uki_list(const uint8_t *file, uint64_t size, char *text, size_t room);

#endif
