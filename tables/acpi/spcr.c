/* SPDX-License-Identifier: BSD-2-Clause */
/* SPCR and DBG2: the UART for the console and for a debugger. */
#include <string.h>
#include "write.h"
#include "le.h"

#define GAS_SIZE 12 /* Generic Address Structure (ACPI 6.5, 5.2.3.2) */

#define SPCR_SIZE      80
#define SPCR_BY_GIC    8 /* interrupt type */
#define SPCR_TERMINAL  3 /* ANSI */
#define SPCR_NO_DEVICE 0xffffffffU

#define DBG2_INFO   44 /* offset of the device's record */
#define DBG2_GAS    22 /* in the record, and so on */
#define DBG2_SIZE   34
#define DBG2_NAME   38
#define DBG2_SERIAL 0x8000

/* In the DSDT the console comes first. */
static const char name[] = "\\_SB.COM0";

/* DBG2, table 3: subtypes, which SPCR shares. */
static uint8_t subtype(const struct platform_uart *uart)
{
	return uart->type == UART_PL011 ? 3 : uart->type == UART_SBSA ? 14 : 0;
}

/* The registers of a PL011 are words, those of a 16550 bytes. */
static void address(uint8_t *gas, const struct platform_uart *uart)
{
	bool bytes = uart->type == UART_NS16550;

	gas[1] = bytes ? 8 : 32;
	gas[3] = bytes ? 1 : 3;
	put_le64(gas + 4, uart->region.base);
}

/* A speed of 0 says that it is set up: VMMs do not care. */
void acpi_spcr(struct acpi_write *w)
{
	const struct platform *p = w->platform;
	const struct platform_uart *uart;
	uint8_t *table;

	if (p->console < 0 || !platform_uart_in_acpi(&p->uart[p->console]))
		return;
	uart = &p->uart[p->console];
	table = acpi_begin(w, "SPCR", 2, SPCR_SIZE);
	table[36] = subtype(uart);
	address(table + 40, uart);
	if (uart->interrupt.intid)
		table[52] = SPCR_BY_GIC;
	put_le32(table + 54, uart->interrupt.intid);
	table[60] = 1; /* stop bit */
	table[62] = SPCR_TERMINAL;
	put_le32(table + 64, SPCR_NO_DEVICE); /* not on PCI */
	acpi_end(w);
}

void acpi_dbg2(struct acpi_write *w)
{
	const struct platform *p = w->platform;
	const struct platform_uart *uart = &p->uart[p->console < 0 ? 0 : p->console];
	uint8_t *table, *info;

	if (!p->uarts || !platform_uart_in_acpi(uart))
		return;
	table = acpi_begin(w, "DBG2", 0, DBG2_INFO + DBG2_NAME + sizeof(name));
	info = table + DBG2_INFO;
	put_le32(table + 36, DBG2_INFO);
	put_le32(table + 40, 1);
	put_le16(info + 1, DBG2_NAME + sizeof(name));
	info[3] = 1; /* register block */
	put_le16(info + 4, sizeof(name));
	put_le16(info + 6, DBG2_NAME);
	put_le16(info + 12, DBG2_SERIAL);
	put_le16(info + 14, subtype(uart));
	put_le16(info + 18, DBG2_GAS);
	put_le16(info + 20, DBG2_SIZE);
	address(info + DBG2_GAS, uart);
	put_le32(info + DBG2_SIZE, (uint32_t)uart->region.size);
	memcpy(info + DBG2_NAME, name, sizeof(name));
	acpi_end(w);
}
