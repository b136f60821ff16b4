/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_CONSOLE_H
#define FOREARM_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A kind of UART. To add one: a file in drivers/ with these two functions, a line in console.c. */
struct uart_driver {
	const char *compatible; /* of its device tree node */
	/* Called once, before the first output; 'base' is mapped. False: nothing answers there. */
	bool (*start)(uintptr_t base);
	/* Sends 'length' bytes. False: the device has taken nothing for a second. */
	bool (*send)(uintptr_t base, const char *text, size_t length);
};

extern const struct uart_driver pl011;

/* Is there a driver for this device tree 'compatible' string? */
const struct uart_driver *console_driver(const char *compatible);

/* Output goes to the UART at 'base' (mapped) from now on; NULL driver: nowhere. */
void console_use(const struct uart_driver *driver, uintptr_t base);
bool console_ready(void);
void console_send(const char *text, size_t length);

#endif
