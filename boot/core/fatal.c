/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of a failed boot: say why, then power off, or wait for ever. */
#include <stdarg.h>
#include <stdio.h>
#include "arch.h"
#include "boot.h"
#include "boot/core/fatal.h"
#include "boot/core/console.h"
#include "boot/core/vm.h"

/* Where a PL011 may be when no tree says so; only used if its identification registers agree. */
static const uint64_t usual_pl011[] = {0x09000000};

/* PrimeCell part number 0x011 by Arm, and the PrimeCell signature (DDI 0183, 3.3.14 and on). */
static const uint8_t pl011_id[] = {0x11, 0x10, 0x0D, 0xF0, 0x05, 0xB1};
static const uint16_t pl011_id_at[] = {0xFE0, 0xFE4, 0xFF0, 0xFF4, 0xFF8, 0xFFC};

static const struct boot *state; /* NULL before there is anything to know */

/* What a failure looks at, until it is known. */
void stop_init(struct boot *boot)
{
	boot->platform.fdt = NULL;
	boot->platform.uarts = 0;
	boot->host_psci = (struct platform_psci) {.version = 0};
	boot->own.secure.off.base = boot->own.secure.reset.base = 0;
	options_init(&boot->options);
	state = boot;
}

static bool is_pl011(uintptr_t base)
{
	uint32_t value;

	for (unsigned int i = 0; i < sizeof(pl011_id); i++)
		if (!arch_probe_read(base + pl011_id_at[i], &value) ||
		    (value & 0xff) != pl011_id[i])
			return false;
	return true;
}

/* Without a tree nobody names a console, yet the message matters most then. */
void stop_console(void)
{
	if (console_start() || !state || state->platform.fdt)
		return;
	for (unsigned int i = 0; i < sizeof(usual_pl011) / sizeof(usual_pl011[0]); i++) {
		uintptr_t base = (uintptr_t)usual_pl011[i];
		const struct uart uart = {.base = base};

		if (vm_map_device(base, 0x1000) || !is_pl011(base))
			continue;
		console_use(&pl011, &uart);
		return;
	}
}

_Noreturn void stop(void)
{
	log_error("stopped");
	if (state && state->options.on_error == ON_ERROR_POWEROFF)
		power_off(state);
	arch_park();
}

_Noreturn void stop_error(const char *remedy, const char *cause, ...)
{
	char text[200];
	va_list arguments;

	va_start(arguments, cause);
	vsnprintf(text, sizeof(text), cause, arguments);
	va_end(arguments);
	stop_console();
	log_error("error: %s", text);
	log_error("remedy: %s", remedy);
	stop();
}
