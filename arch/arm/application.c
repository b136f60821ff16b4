/* SPDX-License-Identifier: BSD-2-Clause */
/* There is no EFI environment for a 32-bit CPU. */
#include "boot.h"
#include "boot/core/fatal.h"
#include "boot/efi.h"

bool application_possible(void)
{
	return false;
}

bool application_fits(const struct boot *boot)
{
	(void)boot;
	return false;
}

void application_identify(struct boot *boot)
{
	(void)boot;
}

void application_check_entry(const struct boot *boot)
{
	(void)boot;
}

void application_describe(struct boot *boot, const struct fdt_handoff *chosen)
{
	(void)boot;
	(void)chosen;
}

_Noreturn void application_run(struct boot *boot)
{
	(void)boot;
	stop();
}
