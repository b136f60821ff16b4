/* SPDX-License-Identifier: BSD-2-Clause */
/* The console: the list of UART drivers, and the one that messages go to. */
#include <string.h>
#include "boot/core/console.h"

static const struct uart_driver *const drivers[] = {&pl011, &sbsa_uart, &ns16550};

static const struct uart_driver *active;
static struct uart active_uart;
static bool started;

const struct uart_driver *console_driver(const char *compatible)
{
	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++)
		if (strcmp(drivers[i]->compatible, compatible) == 0)
			return drivers[i];
	return NULL;
}

void console_use(const struct uart_driver *driver, const struct uart *uart)
{
	active = driver;
	active_uart = *uart;
	started = false;
}

bool console_ready(void)
{
	return active != NULL;
}

/*
 * The device is left alone until there is something to say: at quiet, nothing touches it. One that
 * does not answer, or gets stuck, is none any more: what has to be done is done without a word. So
 * is what goes wrong in here, which could only be told in here.
 */
void console_send(const char *text, size_t length)
{
	const struct uart_driver *driver = active;

	if (!driver)
		return;
	active = NULL;
	if ((started || driver->start(&active_uart)) && driver->send(&active_uart, text, length))
		active = driver;
	started = true;
}
