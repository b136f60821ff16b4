/* SPDX-License-Identifier: BSD-2-Clause */
/* The consoles' registers, and the two kinds of UART: output only, sent at once. */
#include "vmm.h"

static const struct options *given;
static uint32_t spi[VIRTIO_CONSOLE + 1]; /* of each kind */

/* -- PL011 (Arm DDI 0183), without FIFO ------------------------------------------------------- */

#define PL011_DR   0x00
#define PL011_FR   0x18
#define PL011_IMSC 0x38
#define PL011_RIS  0x3c
#define PL011_MIS  0x40
#define PL011_ICR  0x44
#define PL011_ID   0xfe0
#define PL011_SIZE 0x1000

#define FR_EMPTY 0x90U /* both FIFOs */
#define FR_FULL	 0x20U /* the transmitter's */
#define INT_TX	 0x20U

static uint32_t pl011_register[PL011_SIZE / 4], pl011_raw;

static void pl011_line(void)
{
	set_line(spi[PL011], pl011_raw & pl011_register[PL011_IMSC / 4]);
}

static uint64_t pl011_read(uint64_t offset)
{
	static const uint8_t id[] = {0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

	if (offset >= PL011_ID)
		return id[(offset - PL011_ID) / 4 % sizeof(id)];
	switch (offset) {
	case PL011_FR:
		return FR_EMPTY;
	case PL011_RIS:
		return pl011_raw;
	case PL011_MIS:
		return pl011_raw & pl011_register[PL011_IMSC / 4];
	case PL011_DR:
		return 0;
	default:
		return pl011_register[offset / 4];
	}
}

/* A byte fills the FIFO and leaves it again: the interrupt goes away and comes back. */
static void pl011_write(uint64_t offset, uint64_t value)
{
	char byte = (char)value;

	if (offset == PL011_DR) {
		put(&byte, 1);
		pl011_raw &= ~INT_TX;
		pl011_line();
		pl011_raw |= INT_TX;
	} else if (offset == PL011_ICR) {
		pl011_raw &= ~(uint32_t)value;
	} else {
		pl011_register[offset / 4] = (uint32_t)value;
	}
	pl011_line();
}

/* -- 16550 (PC16550D) ------------------------------------------------------------------------- */

enum { THR, IER, IIR, LCR, MCR, LSR, MSR, SCR, REGISTERS };

#define IER_BITS  0x0fU /* more would be another UART's */
#define IER_THRI  0x02U
#define FCR_FIFOS 0x01U
#define MCR_LOOP  0x10U
#define LCR_DLAB  0x80U
#define LSR_EMPTY 0x60U
#define MSR_LINES 0xb0U
#define IIR_NONE  0x01U
#define IIR_THRI  0x02U
#define IIR_FIFOS 0xc0U

static uint8_t ns_register[REGISTERS], ns_divisor[2], ns_fifos;
static bool ns_empty; /* and not yet told by IIR */

static void ns_line(void)
{
	set_line(spi[NS16550], ns_empty && ns_register[IER] & IER_THRI);
}

static void ns16550_reset(void)
{
	ns_empty = true;
}

static uint8_t ns_identify(void)
{
	uint8_t fifos = ns_fifos & FCR_FIFOS ? IIR_FIFOS : 0;

	if (!ns_empty || !(ns_register[IER] & IER_THRI))
		return fifos | IIR_NONE;
	ns_empty = false;
	ns_line();
	return fifos | IIR_THRI;
}

/* Looped back, RTS is CTS, DTR is DSR, and the two other outputs are the two other inputs. */
static uint8_t ns_modem(void)
{
	uint8_t mcr = ns_register[MCR];

	if (!(mcr & MCR_LOOP))
		return MSR_LINES;
	return (uint8_t)((mcr & 2) << 3 | (mcr & 1) << 5 | (mcr & 0xc) << 4);
}

static uint64_t ns16550_read(uint64_t offset)
{
	if (offset < 2 && ns_register[LCR] & LCR_DLAB)
		return ns_divisor[offset];
	switch (offset) {
	case THR:
		return 0;
	case IIR:
		return ns_identify();
	case LSR:
		return LSR_EMPTY;
	case MSR:
		return ns_modem();
	default:
		return offset < REGISTERS ? ns_register[offset] : 0;
	}
}

static void ns16550_write(uint64_t offset, uint64_t value)
{
	char byte = (char)value;

	if (offset >= REGISTERS)
		return;
	if (offset < 2 && ns_register[LCR] & LCR_DLAB) {
		ns_divisor[offset] = (uint8_t)value;
		return;
	}
	if (offset == THR) {
		if (!(ns_register[MCR] & MCR_LOOP))
			put(&byte, 1);
		ns_empty = true;
	} else if (offset == IIR) {
		ns_fifos = (uint8_t)value;
	} else {
		ns_empty |= offset == IER && (value & ~(uint64_t)ns_register[IER] & IER_THRI);
		ns_register[offset] = (uint8_t)(offset == IER ? value & IER_BITS : value);
	}
	ns_line();
}

/* -- whichever it is -------------------------------------------------------------------------- */

static void reset(const struct console *console)
{
	spi[console->kind] = console->spi;
	if (console->base && console->kind == VIRTIO_CONSOLE)
		virtio_reset(console->spi);
}

void console_reset(const struct options *options)
{
	given = options;
	ns16550_reset();
	if (options->machine->second.base)
		reset(&options->machine->second);
	reset(&options->machine->console);
}

static bool covers(const struct console *console, uint64_t address)
{
	return address >= console->base && address - console->base < console->size;
}

const struct console *console_at(uint64_t address)
{
	const struct machine *m = given->machine;

	return covers(&m->console, address)  ? &m->console
	       : covers(&m->second, address) ? &m->second
					     : NULL;
}

/* Different on each read, and the same in each run. */
static uint64_t garbage(void)
{
	static uint64_t state = 0x9e3779b97f4a7c15ULL;

	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return state >> 16;
}

static uint64_t good_read(enum uart kind, uint64_t offset)
{
	if (kind == PL011)
		return pl011_read(offset);
	return kind == NS16550 ? ns16550_read(offset) : virtio_read(offset);
}

/* A transmitter that is full; a virtio console's takes notice of nothing (console_write()). */
static uint64_t stuck_read(enum uart kind, uint64_t offset)
{
	if (kind == PL011 && offset == PL011_FR)
		return FR_FULL;
	return kind == NS16550 && offset == LSR ? 0 : good_read(kind, offset);
}

static enum misbehaviour manner(const struct console *console)
{
	return console == &given->machine->console ? given->console : GOOD;
}

/* A wide read of a 16550 sees its registers side by side. */
uint64_t console_read(const struct console *console, uint64_t offset, unsigned int size)
{
	enum misbehaviour how = manner(console);
	uint64_t value = 0;

	if (how == GARBAGE)
		return garbage();
	if (how != GOOD && how != STUCK)
		return 0;
	for (unsigned int i = 0; i < (console->kind == NS16550 ? size : 1); i++)
		value |= (how == GOOD ? good_read(console->kind, offset + i)
				      : stuck_read(console->kind, offset + i))
			 << 8 * i;
	return value;
}

void console_write(const struct console *console, uint64_t offset, uint64_t value)
{
	enum misbehaviour how = manner(console);

	if (how != GOOD && (how != STUCK || console->kind == VIRTIO_CONSOLE))
		return;
	if (console->kind == PL011)
		pl011_write(offset, value);
	else if (console->kind == NS16550)
		ns16550_write(offset, value);
	else
		virtio_write(offset, value);
}
