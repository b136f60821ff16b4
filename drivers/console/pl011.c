/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Arm PrimeCell UART (PL011), Technical Reference Manual DDI 0183, and the SBSA's generic UART (Arm
 * DEN0029, appendix B), which has of it what is needed when it is set up.
 */
#include "arch.h"
#include "boot/core/console.h"
#include "mmio.h"

#define UARTDR	 0x00
#define UARTFR	 0x18
#define UARTLCRH 0x2C
#define UARTCR	 0x30

#define FR_RXFE	  (1U << 4)
#define FR_TXFF	  (1U << 5)
#define FR_TXFE	  (1U << 7)
#define LCRH_FEN  (1U << 4)
#define LCRH_8BIT (3U << 5)
#define CR_UARTEN (1U << 0)
#define CR_TXE	  (1U << 8)
#define CR_RXE	  (1U << 9)
#define FIFO	  16 /* bytes, revision r1p4 and before; later ones have more */

/* The rate is the VMM's business; without FIFOs a real UART would hold one byte at a time. */
static bool start(struct uart *uart)
{
	uint32_t flags;

	if (!arch_probe_read(uart->base + UARTFR, &flags))
		return false;
	mmio_write32(uart->base + UARTLCRH, LCRH_8BIT | LCRH_FEN);
	mmio_write32(uart->base + UARTCR, CR_UARTEN | CR_TXE | CR_RXE);
	return true;
}

/* It has no control registers: the host has set it up. */
static bool start_sbsa(struct uart *uart)
{
	uint32_t flags;

	return arch_probe_read(uart->base + UARTFR, &flags);
}

/* An empty FIFO takes 16 bytes. */
static size_t room(const struct uart *uart)
{
	uint32_t flags = mmio_read32(uart->base + UARTFR);

	return flags & FR_TXFF ? 0 : flags & FR_TXFE ? FIFO : 1;
}

static void put(const struct uart *uart, uint8_t byte)
{
	mmio_write32(uart->base + UARTDR, byte);
}

static bool send(const struct uart *uart, const char *text, size_t length)
{
	return uart_send(uart, room, put, text, length);
}

static int receive(const struct uart *uart)
{
	if (mmio_read32(uart->base + UARTFR) & FR_RXFE)
		return -1;
	return (int)(mmio_read32(uart->base + UARTDR) & 0xff);
}

const struct uart_driver pl011 = {"arm,pl011", start, send, receive};
const struct uart_driver sbsa_uart = {"arm,sbsa-uart", start_sbsa, send, receive};
