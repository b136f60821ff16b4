/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_CONSOLE_H
#define FOREARM_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A UART's registers, mapped. What is below the line is for its driver to remember. */
struct uart {
	uintptr_t base;
	uint8_t reg_shift, io_width; /* of a 16550: see struct platform_uart */
	/* -- */
	uint8_t fifo; /* bytes that it takes when it says that it is empty */
};

/*
 * A kind of UART. To add one: a file in drivers/console/ with these two functions, a line in
 * console.c.
 */
struct uart_driver {
	const char *compatible; /* as struct platform_uart has it */
	/* Called once, before the first output. False: nothing answers there. */
	bool (*start)(struct uart *uart);
	/* Sends 'length' bytes. False: the device has taken nothing for a second. */
	bool (*send)(const struct uart *uart, const char *text, size_t length);
	/* A byte that somebody has sent; -1: there is none. NULL: nothing is received. */
	int (*receive)(const struct uart *uart);
};

/*
 * A driver's 'send' for UARTs that take bytes one after the other (drivers/console/uart.c). 'room':
 * how many bytes it takes now, unasked in between, since each access is a VM exit; 0: none.
 */
bool uart_send(const struct uart *uart, size_t (*room)(const struct uart *uart),
	       void (*put)(const struct uart *uart, uint8_t byte), const char *text, size_t length);

extern const struct uart_driver pl011, sbsa_uart, ns16550;

/* Its 'base' is a struct virtio_device, of kind VIRTIO_CONSOLE, which stays where it is. */
extern const struct uart_driver virtio_console;

/*
 * Xen's, which are called by HVC, as PSCI is. xen_ring(): the address of the page that the first
 * one has for a 'base', or 0 where there is none, or no Xen; the second one needs nothing.
 */
extern const struct uart_driver xen_ring_console, xen_log_console;
uint64_t xen_ring(void);

/* Is there a driver for this 'compatible' string of the model? NULL: no. */
const struct uart_driver *console_driver(const char *compatible);

/* Output goes to this UART from now on, which is copied; NULL driver: nowhere. */
void console_use(const struct uart_driver *driver, const struct uart *uart);
/*
 * When that one does not answer, or gets stuck, or there is none: 'next' calls console_use() with
 * another and returns true, as long as there are some.
 */
void console_or(bool (*next)(void));
/* Whether there may be one. */
bool console_ready(void);
/* Whether one answers: asks them now, until one does. */
bool console_start(void);
void console_send(const char *text, size_t length);
/* A byte that has come in, or -1; and whether the console that answers can be read. */
int console_receive(void);
bool console_receives(void);

#endif
