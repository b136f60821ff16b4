/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_PLATFORM_SECURE_H
#define FOREARM_PLATFORM_SECURE_H

#include "monitor.h"

/*
 * What the secure world has (Bindings/arm/secure.txt), and what the monitor touches in it: by the
 * VMM's word alone. Neither overlays nor a tree that comes with the kernel change anything of it.
 */
struct platform_secure {
	struct region ram; /* that the non-secure world does not reach; size 0: none */
	struct monitor_gpio off, reset;
	struct platform_gic gic;
	uint64_t spin_table; /* layout.h */
};

/*
 * From 'fdt', a valid tree: the first RAM that only the secure world may use, and the GPIO lines
 * that power the machine off and reset it: a node that is compatible with "gpio-poweroff" or
 * "gpio-restart" (Bindings/power/reset) and may be used there, with a line of a PL061; base is 0
 * where there is none. Leaves the rest of 'secure' alone. Pure.
 */
void platform_secure(const void *fdt, struct platform_secure *secure);

#endif
