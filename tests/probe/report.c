/* SPDX-License-Identifier: BSD-2-Clause */
/* The console (PL011 of QEMU's virt machine) and the report, one line an item. */
#include "probe.h"

/* Fixed, so that the probe can speak even when the FDT it was given is unusable. */
#define PL011	 0x09000000
#define DR	 0x00
#define FR	 0x18
#define FR_TXFF	 (1u << 5)
#define CR	 0x30
#define CR_TX_ON 0x101 /* UARTEN | TXE */

static unsigned int passed, failed;

static volatile uint32_t *uart(unsigned int offset)
{
	return (volatile uint32_t *)(uintptr_t)(PL011 + offset);
}

void uart_init(void)
{
	*uart(CR) = CR_TX_ON;
}

void put_char(char c)
{
	while (*uart(FR) & FR_TXFF)
		;
	*uart(DR) = (uint8_t)c;
}

void put_str(const char *s)
{
	while (*s)
		put_char(*s++);
}

void put_hex(uint64_t value)
{
	int shift = 60;

	put_str("0x");
	while (shift && !(value >> shift))
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		put_char("0123456789abcdef"[value >> shift & 15]);
}

void put_dec(uint32_t value)
{
	char digits[11];
	unsigned int n = 0;

	do {
		digits[n++] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	while (n)
		put_char(digits[--n]);
}

void info(const char *name, uint64_t value)
{
	put_str("probe: ");
	put_str(name);
	put_char('=');
	put_hex(value);
	put_char('\n');
}

void put_range(const char *name, struct range r)
{
	put_str("probe: ");
	put_str(name);
	put_char('=');
	put_hex(r.start);
	put_char('+');
	put_hex(r.size);
	put_char('\n');
}

static void report(const char *item, bool ok, uint64_t got, const char *relation, uint64_t want)
{
	put_str("probe: ");
	put_str(item);
	if (ok) {
		passed++;
		put_str(" ok\n");
		return;
	}
	failed++;
	put_str(" FAIL got=");
	put_hex(got);
	put_str(" want=");
	put_str(relation);
	put_hex(want);
	put_char('\n');
}

void item_is(const char *item, uint64_t got, uint64_t want)
{
	report(item, got == want, got, "", want);
}

void item_not(const char *item, uint64_t got, uint64_t unwanted)
{
	report(item, got != unwanted, got, "!", unwanted);
}

void item_below(const char *item, uint64_t got, uint64_t limit)
{
	report(item, got < limit, got, "<", limit);
}

void item_from(const char *item, uint64_t got, uint64_t least)
{
	report(item, got >= least, got, ">=", least);
}

void report_total(void)
{
	put_str("probe: ");
	put_dec(passed);
	put_str(" ok, ");
	put_dec(failed);
	put_str(" failed\n");
}
