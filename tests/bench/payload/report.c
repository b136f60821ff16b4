/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a payload says after the marker, on virt's PL011: whether all of it and of the initrd
 * arrived, and how much RAM the firmware kept for itself. One line of NAME=VALUE words.
 */
#include "report.h"

#define UART_DR ((volatile uint32_t *)0x09000000)
#define PATTERN 0x9e3779b1u

/* ---- output ---- */

static void put(const char *text)
{
	while (*text)
		*UART_DR = (uint8_t)*text++;
}

static void put_hex(const char *name, uint64_t value)
{
	put(name);
	for (int shift = 60; shift >= 0; shift -= 4)
		*UART_DR = (uint8_t) "0123456789abcdef"[(value >> shift) & 15];
}

/* ---- contents ---- */

/* A page of fill (see fill.py): its own number, then multiples of a constant. */
static bool page_ok(const uint32_t *page, uint32_t number)
{
	if (page[0] != number)
		return false;
	for (uint32_t i = 1; i < PAGE / 4; i++)
		if (page[i] != i * PATTERN)
			return false;
	return true;
}

static bool filled(uint64_t start, uint32_t from, uint64_t bytes)
{
	for (uint32_t n = from; n < bytes / PAGE; n++)
		if (!page_ok((const uint32_t *)(uintptr_t)(start + (uint64_t)n * PAGE), n))
			return false;
	return true;
}

void report(const struct findings *f, uintptr_t start)
{
	uint64_t initrd = f->initrd.end - f->initrd.start;

	put("payload:");
	put(filled(start, CODE_PAGES, PAYLOAD_BYTES) ? " image=ok" : " image=damaged");
	put_hex(" at=0x", start);
	put(filled(f->initrd.start, 0, initrd) ? " initrd=ok" : " initrd=damaged");
	put_hex(" initrd_bytes=0x", initrd);
	put_hex(" memory=0x", f->memory);
	put_hex(" reserved=0x", f->reserved);
	put_hex(" fdt_bytes=0x", f->fdt.end - f->fdt.start);
	put("\r\n");
}
