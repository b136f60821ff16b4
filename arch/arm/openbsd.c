/* SPDX-License-Identifier: BSD-2-Clause */
/* OpenBSD/arm64 is no guest of a 32-bit CPU. */
#include "boot.h"
#include "boot/core/fatal.h"
#include "boot/guest.h"

bool openbsd_is(const struct boot *boot)
{
	(void)boot;
	return false;
}

void openbsd_place(struct boot *boot)
{
	stop_error("give a 32-bit kernel and another forearm.guest",
		   "OpenBSD/arm64, but the CPU has no AArch64");
	(void)boot;
}

void openbsd_complete(struct boot *boot)
{
	(void)boot;
}
