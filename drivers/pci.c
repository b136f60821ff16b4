/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PCI: functions of a host bridge's first bus, their capabilities and base address registers (PCI
 * Local Bus Specification 3.0, chapter 6), as they are before the guest assigns anything.
 */
#include "drivers/pci.h"
#include "mmio.h"
#include "region.h"

#define COMMAND	     0x04
#define COMMAND_USED 0x6U	/* memory space, bus master */
#define STATUS_LIST  (1U << 20) /* in COMMAND's word: there are capabilities */
#define HEADER	     0x0c
#define HEADER_MULTI (0x80U << 16)
#define HEADER_TYPE  (0x7fU << 16)
#define BARS	     0x10
#define BAR_COUNT    6
#define BAR_IO	     1U
#define BAR_TYPE     0x6U
#define BAR_64	     0x4U
#define BAR_FLAGS    0xfU
#define LIST	     0x34
#define HEADER_SIZE  0x40
#define LIST_MAX     48 /* capabilities, of 4 bytes at least, behind the header */

uint32_t pci_read32(const struct pci_function *function, unsigned int at)
{
	return mmio_read32(function->config + at);
}

uint8_t pci_read8(const struct pci_function *function, unsigned int at)
{
	return (uint8_t)(pci_read32(function, at & ~3U) >> 8 * (at & 3));
}

static void set(const struct pci_function *function, unsigned int at, uint32_t value)
{
	mmio_write32(function->config + at, value);
}

unsigned int pci_number(const struct pci_function *function)
{
	return (unsigned int)((function->config - function->host.config.base) /
			      (function->host.ecam ? 0x1000 : 0x100));
}

uint32_t pci_id(const struct pci_function *function)
{
	return pci_read32(function, 0);
}

static struct pci_function function_at(const struct platform_pcie *host, unsigned int number)
{
	uint64_t size = host->ecam ? 0x1000 : 0x100;

	return (struct pci_function) {.host = *host,
				      .config = (uintptr_t)(host->config.base + number * size)};
}

/* A device without function 0 is none, and only some have others. */
bool pci_has_more(const struct platform_pcie *host, unsigned int number)
{
	struct pci_function first = function_at(host, number / PCI_DEVICE * PCI_DEVICE);

	return pci_id(&first) != UINT32_MAX && pci_read32(&first, HEADER) & HEADER_MULTI;
}

bool pci_function(struct pci_function *function, const struct platform_pcie *host,
		  unsigned int number)
{
	*function = function_at(host, number);
	return (number % PCI_DEVICE == 0 || pci_has_more(host, number)) &&
	       pci_id(function) != UINT32_MAX && !(pci_read32(function, HEADER) & HEADER_TYPE);
}

/* Each of them is read once: its ID and the place of the next are in one word. */
unsigned int pci_capability(const struct pci_function *function, uint8_t id, struct pci_walk *walk)
{
	if (!walk->seen && !(pci_read32(function, COMMAND) & STATUS_LIST))
		return 0;
	if (!walk->seen)
		walk->next = pci_read8(function, LIST);
	while (walk->next >= HEADER_SIZE && walk->seen < LIST_MAX) {
		unsigned int at = walk->next & ~3U;
		uint32_t word = pci_read32(function, at);

		walk->seen++;
		walk->next = word >> 8 & 0xff;
		if ((word & 0xff) == id)
			return at;
	}
	return 0;
}

void pci_open(struct pci_function *function)
{
	function->command = (uint16_t)pci_read32(function, COMMAND);
	function->assigned = 0;
	function->open = true;
	mmio_write16(function->config + COMMAND, (uint16_t)(function->command | COMMAND_USED));
}

void pci_close(struct pci_function *function)
{
	if (!function->open)
		return;
	function->open = false;
	mmio_write16(function->config + COMMAND, function->command);
	for (unsigned int i = 0; i < BAR_COUNT; i++)
		if (function->assigned & 1U << i)
			set(function, BARS + 4 * i, function->bar[i]);
}

/* From the window's end down; nothing is lent twice, in whatever window. */
static uint64_t place_in(const struct region *window, uint64_t size)
{
	static uint64_t lent;
	uint64_t place = align_down(sub_capped(region_end(window), add_capped(lent, size)), size);

	if (place < window->base)
		return 0;
	lent = region_end(window) - place;
	return place;
}

static uint64_t bar_size(const struct pci_function *function, unsigned int at, bool wide)
{
	uint64_t mask;

	set(function, at, UINT32_MAX);
	mask = pci_read32(function, at) & ~BAR_FLAGS;
	if (!wide)
		return mask ? (~mask & UINT32_MAX) + 1 : 0;
	set(function, at + 4, UINT32_MAX);
	mask |= (uint64_t)pci_read32(function, at + 4) << 32;
	return mask ? ~mask + 1 : 0;
}

/* Returns the address on the bus, or 0. It does not answer anywhere meanwhile. */
static uint64_t assign(struct pci_function *function, unsigned int bar, bool wide)
{
	const struct platform_pcie *host = &function->host;
	unsigned int at = BARS + 4 * bar;
	bool low = host->mem32.size;
	uint64_t size, place = 0;

	for (unsigned int i = bar; i <= bar + wide; i++) {
		function->bar[i] = pci_read32(function, BARS + 4 * i);
		function->assigned |= (uint8_t)(1U << i);
	}
	mmio_write16(function->config + COMMAND, function->command & (uint16_t)~COMMAND_USED);
	size = bar_size(function, at, wide);
	if (is_power_of_two(size) && (low || wide))
		place = place_in(low ? &host->mem32 : &host->mem64, size);
	if (place)
		place = low ? add_capped(host->mem32_bus, place - host->mem32.base)
			    : add_capped(host->mem64_bus, place - host->mem64.base);
	if (!wide && place > UINT32_MAX)
		place = 0;
	set(function, at, (uint32_t)place);
	if (wide)
		set(function, at + 4, (uint32_t)(place >> 32));
	mmio_write16(function->config + COMMAND, (uint16_t)(function->command | COMMAND_USED));
	return place;
}

/* The CPU's address of what is in a window; 0: it is not. */
static uint64_t behind(const struct region *window, uint64_t bus, uint64_t at, uint64_t length)
{
	return at >= bus && fits_in(at - bus, length, window->size) ? window->base + (at - bus) : 0;
}

uint64_t pci_memory(struct pci_function *function, unsigned int bar, uint32_t offset,
		    uint32_t length)
{
	const struct platform_pcie *host = &function->host;
	uint32_t low;
	uint64_t bus, at;
	bool wide;

	if (bar >= BAR_COUNT || !length)
		return 0;
	low = pci_read32(function, BARS + 4 * bar);
	wide = (low & BAR_TYPE) == BAR_64;
	if (low & BAR_IO || (wide && bar + 1 == BAR_COUNT))
		return 0;
	bus = low & ~BAR_FLAGS;
	if (wide)
		bus |= (uint64_t)pci_read32(function, BARS + 4 * bar + 4) << 32;
	if (!bus && !host->probe_only)
		bus = assign(function, bar, wide);
	bus = bus ? add_capped(bus, offset) : 0;
	at = bus ? behind(&host->mem32, host->mem32_bus, bus, length) : 0;
	return at || !bus ? at : behind(&host->mem64, host->mem64_bus, bus, length);
}
