/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * 16550 UART with memory-mapped registers (National Semiconductor PC16550D), as kvmtool,
 * Firecracker, crosvm and many boards have it. Where its registers are is the device
 * tree's word (reg-shift, reg-io-width: Linux's serial/8250.yaml).
 */
#include "arch.h"
#include "boot/core/console.h"
#include "mmio.h"

#define RBR 0 /* received byte, when read */
#define THR 0 /* transmitter holding */
#define IIR 2 /* interrupt identification, when read */
#define FCR 2 /* FIFO control, when written */
#define LCR 3 /* line control */
#define LSR 5 /* line status */

#define IIR_FIFOS  0xC0U /* both bits: the FIFOs are there and on */
#define FCR_ENABLE 0x01U
#define LCR_8BIT   0x03U /* and the divisor's latch is away */
#define LSR_DR	   0x01U /* a byte has come in */
#define LSR_THRE   0x20U /* the FIFO, or the holding register, is empty */
#define FIFO	   16

static uintptr_t at(const struct uart *uart, unsigned int number)
{
	return uart->base + ((uintptr_t)number << uart->reg_shift);
}

static uint32_t get(const struct uart *uart, unsigned int number)
{
	if (uart->io_width == 4)
		return mmio_read32(at(uart, number));
	if (uart->io_width == 2)
		return mmio_read16(at(uart, number));
	return mmio_read8(at(uart, number));
}

static void set(const struct uart *uart, unsigned int number, uint8_t value)
{
	if (uart->io_width == 4)
		mmio_write32(at(uart, number), value);
	else if (uart->io_width == 2)
		mmio_write16(at(uart, number), value);
	else
		mmio_write8(at(uart, number), value);
}

/*
 * Whether anything answers is seen by a whole word around the line status: reading the one around
 * the holding register would take a byte that somebody has typed. The rate is the VMM's business.
 */
static bool start(struct uart *uart)
{
	uint32_t word;

	if (!arch_probe_read(at(uart, LSR) & ~(uintptr_t)3, &word))
		return false;
	set(uart, LCR, LCR_8BIT);
	set(uart, FCR, FCR_ENABLE);
	uart->fifo = (get(uart, IIR) & IIR_FIFOS) == IIR_FIFOS ? FIFO : 1;
	return true;
}

static size_t room(const struct uart *uart)
{
	return get(uart, LSR) & LSR_THRE ? uart->fifo : 0;
}

static void put(const struct uart *uart, uint8_t byte)
{
	set(uart, THR, byte);
}

static bool send(const struct uart *uart, const char *text, size_t length)
{
	return uart_send(uart, room, put, text, length);
}

static int receive(const struct uart *uart)
{
	return get(uart, LSR) & LSR_DR ? (int)(get(uart, RBR) & 0xff) : -1;
}

const struct uart_driver ns16550 = {"ns16550a", start, send, receive};
