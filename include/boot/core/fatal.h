/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_BOOT_FATAL_H
#define FOREARM_BOOT_FATAL_H

/* The end of every failure (boot/core/fatal.c), and of the machine (boot/core/poweroff.c). */

struct boot;

/* Prints cause and remedy, then stops as forearm.on-error says. */
_Noreturn void stop_error(const char *remedy, const char *cause, ...)
	__attribute__((format(printf, 2, 3)));
/* The end of every failure, after its message. */
_Noreturn void stop(void);
/* Before a message: a console, if none is known yet and no tree says that there is none. */
void stop_console(void);
/* What stop() has to know: 'boot' as it is before the first stage, and what becomes of it. */
void stop_init(struct boot *boot);
/* Power-off by PSCI, or in a secure state by a GPIO line; returns when there is neither. */
void power_off(const struct boot *boot);

#endif
