/* SPDX-License-Identifier: BSD-2-Clause */
/* A 32-bit FreeBSD is booted as its container says. */
#include "boot.h"
#include "boot/guest.h"

bool freebsd_by_loader(const struct boot *boot)
{
	(void)boot;
	return false;
}

void freebsd_place(struct boot *boot)
{
	(void)boot;
}

void freebsd_complete(const struct boot *boot)
{
	(void)boot;
}

void freebsd_describe(struct boot *boot)
{
	(void)boot;
}
