/* SPDX-License-Identifier: BSD-2-Clause */
/* The console: the list of UART drivers, and the one that messages go to. */
#include <string.h>
#include "boot/core/console.h"

static const struct uart_driver *const drivers[] = {&pl011, &sbsa_uart, &ns16550};

static const struct uart_driver *active;
static struct uart active_uart;
static bool started;
static bool (*others)(void); /* names another one; NULL: there is none left */

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

void console_or(bool (*next)(void))
{
	others = next;
}

bool console_ready(void)
{
	return active || others;
}

/* Whoever looks for one has to do without. */
static bool name_another(void)
{
	bool (*next)(void) = others;
	bool found;

	others = NULL;
	found = next && next();
	if (found)
		others = next;
	return found;
}

/*
 * The device is left alone until there is something to say: at quiet, nothing touches it. One that
 * does not answer, or gets stuck, is none any more, and the next one is tried. What goes wrong in
 * here could only be told in here.
 */
bool console_start(void)
{
	while (active || name_another()) {
		const struct uart_driver *driver = active;

		if (started)
			return true;
		active = NULL;
		started = driver->start(&active_uart);
		if (started)
			active = driver;
	}
	return false;
}

void console_send(const char *text, size_t length)
{
	while (console_start()) {
		const struct uart_driver *driver = active;

		active = NULL;
		if (driver->send(&active_uart, text, length)) {
			active = driver;
			return;
		}
	}
}

bool console_receives(void)
{
	return console_start() && active->receive;
}

int console_receive(void)
{
	return console_receives() ? active->receive(&active_uart) : -1;
}
