/* SPDX-License-Identifier: BSD-2-Clause */
/* Arm PrimeCell UART (PL011), Technical Reference Manual DDI 0183: output only. */
#include "arch.h"
#include "console.h"
#include "mmio.h"

#define UARTDR	 0x00
#define UARTFR	 0x18
#define UARTLCRH 0x2C
#define UARTCR	 0x30

#define FR_TXFF	  (1U << 5)
#define FR_TXFE	  (1U << 7)
#define LCRH_FEN  (1U << 4)
#define LCRH_8BIT (3U << 5)
#define CR_UARTEN (1U << 0)
#define CR_TXE	  (1U << 8)
#define CR_RXE	  (1U << 9)
#define FIFO	  16 /* bytes, revision r1p4 and before; later ones have more */

/* The rate is the VMM's business; without FIFOs a real UART would hold one byte at a time. */
static bool start(uintptr_t base)
{
	uint32_t flags;

	if (!arch_probe_read(base + UARTFR, &flags))
		return false;
	mmio_write32(base + UARTLCRH, LCRH_8BIT | LCRH_FEN);
	mmio_write32(base + UARTCR, CR_UARTEN | CR_TXE | CR_RXE);
	return true;
}

/* Waits until it takes something; false if that is too long. */
static bool ready(uintptr_t base, uint32_t *flags)
{
	uint64_t since;

	*flags = mmio_read32(base + UARTFR);
	if (!(*flags & FR_TXFF))
		return true;
	since = arch_counter();
	do
		*flags = mmio_read32(base + UARTFR);
	while ((*flags & FR_TXFF) && !arch_second_since(since));
	return !(*flags & FR_TXFF);
}

/* An empty FIFO takes 16 bytes unasked: one status read for 16 writes, each of them a VM exit. */
static bool send(uintptr_t base, const char *text, size_t length)
{
	uint32_t flags;

	while (length) {
		size_t burst;

		if (!ready(base, &flags))
			return false;
		burst = flags & FR_TXFE ? FIFO : 1;
		if (burst > length)
			burst = length;
		length -= burst;
		while (burst--)
			mmio_write32(base + UARTDR, (uint8_t)*text++);
	}
	return true;
}

const struct uart_driver pl011 = {"arm,pl011", start, send};
