/* SPDX-License-Identifier: BSD-2-Clause */
/* OpenBSD/arm64 is no guest of a 32-bit CPU. */
#include "boot.h"

bool openbsd_is(const struct boot *boot)
{
	(void)boot;
	return false;
}

void openbsd_place(struct boot *boot)
{
	stop_error("give another forearm.guest",
		   "forearm.guest=openbsd, but this kernel (%s) is not linked to "
		   "0xffffff8000000000 or above",
		   image_name(&boot->image));
}

void openbsd_symbols(const struct boot *boot)
{
	(void)boot;
}
