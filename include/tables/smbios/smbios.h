/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_SMBIOS_H
#define FOREARM_SMBIOS_H

#include <stddef.h>
#include <stdint.h>
#include "platform/platform.h"

/* SMBIOS 3 (DMTF DSP0134): the VMM's tables taken over, or own ones built from the model. */

#define SMBIOS_ANCHOR_SIZE 24 /* bytes of the 64-bit entry point, 5.2.2 */

/*
 * The user's additions: strings for type 11 (OEM strings), which systemd takes credentials from.
 * Each ends with a newline, a NUL or the end of the text, so that a line typed on QEMU's command
 * line and a text file both will do; empty ones do not count. Bytes from 0x80 on are the guest's
 * matter.
 */
struct smbios_oem {
	const char *text; /* may be NULL when size is 0 */
	size_t size;	  /* bytes of all of it; 0: none */
};

/* A buffer of so many bytes is large enough for what smbios_build() makes. */
#define SMBIOS_BUILD_ROOM(banks, oem_size) (0x280 + 33 * (size_t)(banks) + (oem_size))
/* And so for smbios_adopt(). */
#define SMBIOS_ADOPT_ROOM(tables_size, oem_size)                                                   \
	(SMBIOS_ANCHOR_SIZE + 13 + (size_t)(tables_size) + (oem_size))

/*
 * Both write entry point and structures to 'to' (8-byte aligned, 'room' bytes), which the guest
 * sees at 'address'; the entry point comes first. *used is what holds something. Pure.
 * Both return 0, or ERR_FULL when the room is too small; about the user's strings ERR_OPTION_VALUE
 * when there is a control character other than a tab in one, or ERR_TOO_LONG when there are more
 * than 255. After an error the buffer holds nothing of use.
 */

/*
 * Takes over the structures of the VMM: 'anchor' and 'tables' are its files (QEMU:
 * etc/smbios/smbios-anchor and smbios-tables), which 'to' does not overlap. They are copied as
 * they are, up to their end (type 127) or that of the tables, whichever comes first; 'oem' goes
 * into a structure of its own before the end, which is added where there is none. The entry point
 * is made anew. Its checksum may be zero, as QEMU leaves it for the firmware to complete.
 * Also returns ERR_VERSION for an entry point before SMBIOS 3, and ERR_SMBIOS for a damaged
 * one or structures that run past the end.
 */
int smbios_adopt(const void *anchor, size_t anchor_size, const void *tables, size_t tables_size,
		 const struct smbios_oem *oem, void *to, size_t room, uint64_t address,
		 size_t *used);

/*
 * Builds SMBIOS 3.0 with types 0, 1, 3, 4, 16, 17, 19 (one for each bank), 32, 127, and 11 if there
 * are OEM strings. The product name is the model's, bytes that are not printable replaced; midr is
 * the register that says what the CPUs are.
 */
int smbios_build(const struct platform *platform, uint32_t midr, const struct smbios_oem *oem,
		 void *to, size_t room, uint64_t address, size_t *used);

#endif
