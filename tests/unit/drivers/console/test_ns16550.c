/* SPDX-License-Identifier: BSD-2-Clause */
/* The 16550's driver before a UART that is played: of each register layout, slow, full, absent. */
#include <string.h>
#include "test.h"

/* The driver is compiled here, and its accesses come here. */
#define mmio_read8	       ns_read8
#define mmio_read16	       ns_read16
#define mmio_read32	       ns_read32
#define mmio_write8	       ns_write8
#define mmio_write16	       ns_write16
#define mmio_write32	       ns_write32
#define arch_probe_read	       ns_probe_read
#define arch_counter	       ns_counter
#define arch_counter_frequency ns_counter_frequency
#include "drivers/console/uart.c"
#include "drivers/console/ns16550.c"

#define BASE	  0x3f8UL
#define FREQUENCY 1000U

static struct {
	struct uart uart;
	bool absent, stuck, has_fifo;
	uint64_t now;
	unsigned int busy_for; /* reads of the status before it is empty again */
	unsigned int busy, held, status_reads;
	uint8_t lcr, fcr;
	char text[256];
	size_t length;
} device;

static unsigned int register_of(uintptr_t address, unsigned int width)
{
	uintptr_t offset = address - device.uart.base;

	CHECK_EQ(width, device.uart.io_width);
	CHECK_EQ(address % width, 0);
	CHECK_EQ(offset & ((1U << device.uart.reg_shift) - 1), 0);
	return (unsigned int)(offset >> device.uart.reg_shift);
}

static uint32_t status(void)
{
	device.status_reads++;
	if (device.stuck)
		return 0;
	if (device.busy) {
		device.busy--;
		return 0;
	}
	device.held = 0;
	return LSR_THRE;
}

static uint32_t get_register(uintptr_t address, unsigned int width)
{
	switch (register_of(address, width)) {
	case IIR:
		return device.has_fifo && device.fcr & FCR_ENABLE ? IIR_FIFOS | 1 : 1;
	case LSR:
		return status();
	default:
		CHECK(!"a register that has nothing to tell");
		return 0;
	}
}

static void set_register(uintptr_t address, unsigned int width, uint32_t value)
{
	switch (register_of(address, width)) {
	case THR:
		CHECK(!device.busy && device.held < (device.has_fifo ? 16 : 1));
		CHECK_EQ(device.lcr, LCR_8BIT);
		device.text[device.length++] = (char)value;
		if (++device.held == (device.has_fifo ? 16 : 1))
			device.busy = device.busy_for;
		return;
	case FCR:
		device.fcr = (uint8_t)value;
		return;
	case LCR:
		device.lcr = (uint8_t)value;
		return;
	default:
		CHECK(!"a register that nobody asked to set");
	}
}

uint8_t ns_read8(uintptr_t address)
{
	return (uint8_t)get_register(address, 1);
}

uint16_t ns_read16(uintptr_t address)
{
	return (uint16_t)get_register(address, 2);
}

uint32_t ns_read32(uintptr_t address)
{
	return get_register(address, 4);
}

void ns_write8(uintptr_t address, uint8_t value)
{
	set_register(address, 1, value);
}

void ns_write16(uintptr_t address, uint16_t value)
{
	set_register(address, 2, value);
}

void ns_write32(uintptr_t address, uint32_t value)
{
	set_register(address, 4, value);
}

/* A word that does not have the holding register in it: reading that takes a byte of the input. */
bool ns_probe_read(uintptr_t address, uint32_t *value)
{
	CHECK_EQ(address % 4, 0);
	CHECK(address >= device.uart.base + 4);
	*value = 0;
	return !device.absent;
}

uint64_t ns_counter(void)
{
	return device.now += 10;
}

uint64_t ns_counter_frequency(void)
{
	return FREQUENCY;
}

static void make(uint8_t shift, uint8_t width, bool has_fifo)
{
	memset(&device, 0, sizeof(device));
	device.uart = (struct uart) {.base = BASE, .reg_shift = shift, .io_width = width};
	device.has_fifo = has_fifo;
	device.busy_for = 5;
}

static const char line[] = "a line that is longer than the sixteen bytes of a FIFO\r\n";

static bool send_line(void)
{
	return ns16550.start(&device.uart) && ns16550.send(&device.uart, line, sizeof(line) - 1);
}

TEST(ns16550_sends_by_every_layout_of_its_registers)
{
	static const uint8_t layout[][2] = {{0, 1}, {1, 1}, {1, 2}, {2, 1}, {2, 2}, {2, 4}, {3, 4}};

	for (size_t i = 0; i < 2 * (sizeof(layout) / sizeof(layout[0])); i++) {
		make(layout[i / 2][0], layout[i / 2][1], i % 2);
		test_note("shift %u, width %u, FIFO %u", layout[i / 2][0], layout[i / 2][1],
			  (unsigned int)(i % 2));
		CHECK(send_line());
		CHECK_EQ(device.length, sizeof(line) - 1);
		CHECK(memcmp(device.text, line, sizeof(line) - 1) == 0);
	}
}

TEST(ns16550_asks_once_for_sixteen_bytes)
{
	make(0, 1, true);
	device.busy_for = 0;
	CHECK(send_line());
	CHECK_EQ(device.status_reads, (sizeof(line) - 1 + 15) / 16);
}

TEST(ns16550_that_is_not_there_or_gets_stuck_is_given_up)
{
	make(2, 4, true);
	device.absent = true;
	CHECK(!send_line());
	CHECK_EQ(device.length, 0);
	make(2, 4, true);
	device.stuck = true;
	CHECK(!send_line());
	CHECK_EQ(device.length, 0);
	CHECK(device.now >= FREQUENCY && device.now < 3 * FREQUENCY);
}
