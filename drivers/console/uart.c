/* SPDX-License-Identifier: BSD-2-Clause */
/* Sending by UARTs that take bytes one after the other, and say when they take some. */
#include "arch.h"
#include "boot/core/console.h"

/* Waits until it takes something; 0 if that is too long. */
static size_t wait_for_room(const struct uart *uart, size_t (*room)(const struct uart *uart))
{
	size_t bytes = room(uart);
	uint64_t since;

	if (bytes)
		return bytes;
	since = arch_counter();
	do
		bytes = room(uart);
	while (!bytes && !arch_second_since(since));
	return bytes;
}

bool uart_send(const struct uart *uart, size_t (*room)(const struct uart *uart),
	       void (*put)(const struct uart *uart, uint8_t byte), const char *text, size_t length)
{
	while (length) {
		size_t burst = wait_for_room(uart, room);

		if (!burst)
			return false;
		if (burst > length)
			burst = length;
		length -= burst;
		for (; burst; burst--)
			put(uart, (uint8_t)*text++);
	}
	return true;
}
