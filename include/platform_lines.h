/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_PLATFORM_LINES_H
#define FOREARM_PLATFORM_LINES_H

#include "monitor.h"

/*
 * The GPIO lines that power the machine off and reset it, where they belong to the secure world:
 * a node that is compatible with "gpio-poweroff" or "gpio-restart" (Bindings/power/reset) and may
 * be used there (Bindings/arm/secure.txt), with a line of a PL061. base is 0 when 'fdt', a valid
 * tree, has none. Pure.
 */
void platform_lines(const void *fdt, struct monitor_line *off, struct monitor_line *reset);

#endif
