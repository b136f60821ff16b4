/* SPDX-License-Identifier: BSD-2-Clause */
/* A 32-bit guest without a device tree is too rare to describe its machine: this half gives up. */
#include "boot.h"

const void *probe_hardware(struct boot *boot)
{
	(void)boot;
	return NULL;
}
