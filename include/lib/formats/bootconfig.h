/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_BOOTCONFIG_H
#define FOREARM_BOOTCONFIG_H

#include <stdint.h>
#include "lib/formats/payload.h"
#include "types.h"

/*
 * Linux's boot configuration (Documentation/admin-guide/bootconfig.rst): lines behind the initrd,
 * with a trailer by which the kernel finds them from the initrd's end.
 */

#define BOOTCONFIG_TEXT 0x7fff		       /* bytes that Linux takes */
#define BOOTCONFIG_ROOM (BOOTCONFIG_TEXT + 20) /* bytes that bootconfig_write() adds at most */

/*
 * Writes the lines of all parts behind the 'size' bytes of the initrd at 'initrd' (4-byte aligned),
 * where there is room for 'room' more. Returns how many bytes were added (the new end is 4-byte
 * aligned), 0 if the parts are empty, ERR_TOO_LONG or ERR_NO_ROOM.
 */
__must_check int bootconfig_write(uint8_t *initrd, uint64_t size, uint64_t room,
				  const struct part *parts, unsigned int count);

#endif
