/* SPDX-License-Identifier: BSD-2-Clause */
/* The DSDT: what enumerates itself nowhere else, one function for each kind of device. */
#include <string.h>
#include "tables/acpi/build.h"
#include "device.h"
#include "tables/acpi/aml.h"
#include "error.h"
#include "le.h"

#define HEADER_SIZE   36
#define DSDT_REVISION 2 /* integers have 64 bits */

void acpi_digits(char *at, unsigned int digits, unsigned int number)
{
	for (; digits; number >>= 4)
		at[--digits] = "0123456789ABCDEF"[number & 0xf];
}

bool acpi_usable(const struct region *region)
{
	return region->size && !region_wraps(region);
}

void acpi_integer(struct aml *aml, const char *name, uint64_t value)
{
	aml_name(aml, name);
	aml_integer(aml, value);
}

/* EISA IDs have seven characters, ACPI IDs eight. */
static void identifier(struct aml *aml, const char *name, const char *id)
{
	aml_name(aml, name);
	if (strlen(id) == 7)
		aml_eisa_id(aml, id);
	else
		aml_string(aml, id);
}

uint8_t *acpi_open_device(struct aml *aml, const char *name, const char *id, unsigned int uid)
{
	uint8_t *open = aml_device(aml, name);

	identifier(aml, "_HID", id);
	acpi_integer(aml, "_UID", uid);
	return open;
}

uint8_t *acpi_open_crs(struct aml *aml)
{
	aml_name(aml, "_CRS");
	return aml_open_resources(aml);
}

/* A device with registers, and an interrupt where 'interrupt' has one; NULL: it has none. */
static uint8_t *open_mmio(struct aml *aml, const char *name, const char *id, unsigned int uid,
			  const struct region *region, const struct interrupt *interrupt)
{
	uint8_t *open, *crs;

	if (!acpi_usable(region))
		return NULL;
	open = acpi_open_device(aml, name, id, uid);
	crs = acpi_open_crs(aml);
	aml_memory(aml, region->base, region->size);
	if (interrupt && interrupt->intid)
		aml_interrupt(aml, interrupt->intid, interrupt->edge, interrupt->active_low);
	aml_close_resources(aml, crs);
	return open;
}

/* What there are many of is written as a whole; strings end where the next field begins. */
struct cpu_device {
	uint8_t op[2], length;
	char name[4], hid[6], id[9], uid[6];
	uint16_t index;
} __attribute__((packed));

/* MADT knows the CPUs by the same _UIDs. */
static void add_cpus(struct aml *aml, const struct platform *p)
{
	static const struct cpu_device device = {
		.op = {0x5b, 0x82},
		.length = sizeof(device) - 2,
		.name = "C000",
		.hid = "\b_HID\r",
		.id = "ACPI0007",
		.uid = "\b_UID\v",
	};

	for (unsigned int i = 0; i < p->cpus; i++) {
		struct cpu_device *to = (void *)aml_reserve(aml, sizeof(device));

		if (!to)
			return;
		*to = device;
		acpi_digits(to->name + 1, 3, i);
		to->index = (uint16_t)i;
	}
}

/* The console comes first: SPCR and DBG2 mean COM0. */
static unsigned int uart_uid(const struct platform *p, unsigned int i)
{
	if (p->console < 0 || i > (unsigned int)p->console)
		return i;
	return i == (unsigned int)p->console ? 0 : i + 1;
}

static void add_uarts(struct aml *aml, const struct platform *p)
{
	static const char id[][9] = {
		[UART_PL011] = "ARMH0011", [UART_SBSA] = "ARMHB000", [UART_NS16550] = "PNP0501"};
	char name[] = "COM0";

	for (unsigned int i = 0; i < p->uarts; i++) {
		const struct platform_uart *uart = &p->uart[i];
		unsigned int uid = uart_uid(p, i);

		acpi_digits(name + 3, 1, uid);
		if (platform_uart_in_acpi(uart))
			aml_close(aml, open_mmio(aml, name, id[uart->type], uid, &uart->region,
						 &uart->interrupt));
	}
}

struct virtio_device {
	uint8_t op[2], length[2];
	char name[4], hid[6], id[9], uid[6];
	uint8_t index;
	char cca[5];
	uint8_t coherent;
	char crs[5];
	uint8_t buffer[4], memory[4];
	uint32_t base, size;
	uint8_t interrupt[3], flags, count;
	uint32_t intid;
	uint8_t end[2];
} __attribute__((packed));

/* One with an interrupt, below 4 GiB. */
static void put_virtio(struct aml *aml, unsigned int i, const struct platform_virtio *virtio)
{
	enum {
		LENGTH = sizeof(struct virtio_device) - 2,
		RESOURCES = sizeof(struct virtio_device) - offsetof(struct virtio_device, memory),
	};
	static const struct virtio_device device = {
		.op = {0x5b, 0x82},
		.length = {0x40 | (LENGTH & 0xf), LENGTH >> 4},
		.name = "VR00",
		.hid = "\b_HID\r",
		.id = "LNRO0005",
		.uid = "\b_UID\n",
		.cca = "\b_CCA",
		.crs = "\b_CRS",
		.buffer = {AML_BUFFER, RESOURCES + 3, 0x0a, RESOURCES},
		.memory = {0x86, 9, 0, 1},
		.interrupt = {0x89, 6, 0},
		.count = 1,
		.end = {0x79},
	};
	const struct interrupt *interrupt = &virtio->interrupt;
	struct virtio_device *to = (void *)aml_reserve(aml, sizeof(device));

	if (!to)
		return;
	*to = device;
	acpi_digits(to->name + 2, 2, i);
	to->index = (uint8_t)i;
	to->coherent = virtio->coherent;
	to->base = (uint32_t)virtio->region.base;
	to->size = (uint32_t)virtio->region.size;
	to->flags = (uint8_t)(1 | interrupt->edge << 1 | interrupt->active_low << 2);
	to->intid = interrupt->intid;
}

static void add_virtios(struct aml *aml, const struct platform *p)
{
	char name[] = "VR00";

	for (unsigned int i = 0; i < p->num_virtio; i++) {
		const struct platform_virtio *virtio = &p->virtio[i];
		const struct region *region = &virtio->region;
		uint8_t *open;

		if (virtio->interrupt.intid && aml_fits_memory32(region->base, region->size)) {
			put_virtio(aml, i, virtio);
			continue;
		}
		acpi_digits(name + 2, 2, i);
		open = open_mmio(aml, name, "LNRO0005", i, region, &virtio->interrupt);
		if (!open)
			continue;
		acpi_integer(aml, "_CCA", virtio->coherent);
		aml_close(aml, open);
	}
}

/* No identifier is registered for a PL031: this is what Arm's boards and QEMU have used. */
static void add_rtc(struct aml *aml, const struct platform_rtc *rtc)
{
	uint8_t *open = open_mmio(aml, "RTC0", "LNRO0013", 0, &rtc->region, &rtc->interrupt);

	aml_close(aml, open);
}

static void add_fw_cfg(struct aml *aml, const struct region *region)
{
	uint8_t *open = open_mmio(aml, "FWCF", "QEMU0002", 0, region, NULL);

	if (!open)
		return;
	acpi_integer(aml, "_STA",
		     0xb); /* present, enabled, works, but is nothing to show to a user */
	acpi_integer(aml, "_CCA", 1);
	aml_close(aml, open);
}

/* -- PCI host bridges ---------------------------------------------------------------------------
 */

unsigned int acpi_pcie_buses(const struct platform_pcie *host)
{
	unsigned int buses;

	if (!host->ecam || host->segment > 0xffff || host->bus_last < host->bus_first ||
	    !acpi_usable(&host->config) || host->config.base < (uint64_t)host->bus_first << 20)
		return 0;
	buses = host->bus_last - host->bus_first + 1U;
	return host->config.size >> 20 < buses ? (unsigned int)(host->config.size >> 20) : buses;
}

/* Whoever assigns addresses must know that ECAM is not free (PCI Firmware Specification, 4.1.2). */
static void reserve_ecam(struct aml *aml, const struct platform *p)
{
	uint8_t *open, *crs;
	bool any = false;

	for (unsigned int i = 0; i < p->num_pcie; i++)
		any |= acpi_pcie_buses(&p->pcie[i]) != 0;
	if (!any)
		return;
	open = acpi_open_device(aml, "RES0", "PNP0C02", 0);
	crs = acpi_open_crs(aml);
	for (unsigned int i = 0; i < p->num_pcie; i++)
		if (acpi_pcie_buses(&p->pcie[i]))
			aml_range(aml, AML_SPACE_MEMORY, true, p->pcie[i].config.base,
				  p->pcie[i].config.size, 0);
	aml_close_resources(aml, crs);
	aml_close(aml, open);
}

/* A translation offset is a number in two's complement. */
static uint64_t offset_of(uint64_t cpu, uint64_t bus)
{
	return cpu >= bus ? cpu - bus : ~(bus - cpu) + 1;
}

static void put_window(struct aml *aml, enum aml_space space, const struct region *window,
		       uint64_t bus)
{
	const struct region behind = {bus, window->size};

	if (acpi_usable(window) && acpi_usable(&behind))
		aml_range(aml, space, false, bus, window->size, offset_of(window->base, bus));
}

static void put_windows(struct aml *aml, const struct platform_pcie *host)
{
	uint8_t *crs = acpi_open_crs(aml);

	aml_range(aml, AML_SPACE_BUS, false, host->bus_first, acpi_pcie_buses(host), 0);
	put_window(aml, AML_SPACE_IO, &host->io, host->io_bus);
	put_window(aml, AML_SPACE_MEMORY, &host->mem32, host->mem32_bus);
	put_window(aml, AML_SPACE_MEMORY, &host->mem64, host->mem64_bus);
	aml_close_resources(aml, crs);
}

/* {device and any function, pin from 0, no link device, GSI}: a package of 16 bytes. */
static void put_route(struct aml *aml, uint64_t device, uint64_t pin, uint64_t gsi)
{
	uint8_t *at = aml_reserve(aml, 16);

	if (!at)
		return;
	put_le64(at, 0x0000ffff0c040f12 | device << 48);
	put_le64(at + 8, 0x0c00000a | pin << 8 | gsi << 32);
}

/*
 * Interrupts of devices on the root bus (6.2.13). The tree gives each for all devices whose number
 * is the same under a mask: here they are spelled out, at most once, so 128 at most.
 */
static unsigned int put_routes(struct aml *aml, const struct platform_pcie_details *details)
{
	unsigned int mask = details->any_device ? 0 : details->device_mask & 31, any = ~mask & 31;
	uint32_t seen[4] = {0};
	unsigned int count = 0;

	for (unsigned int i = 0; i < details->routes; i++) {
		const struct platform_route *route = &details->route[i];
		unsigned int pin = route->pin - 1U, rest = 0;

		if (pin > 3 || !route->interrupt.intid || route->device & ~mask)
			continue;
		do {
			unsigned int device = route->device | rest;

			if (!(seen[pin] >> device & 1)) {
				put_route(aml, device, pin, route->interrupt.intid);
				count++;
			}
			seen[pin] |= 1U << device;
			rest = (rest - any) & any; /* the next number made of these bits */
		} while (rest);
	}
	return count;
}

static void put_routing(struct aml *aml, const struct platform_pcie_details *details)
{
	uint8_t *start = aml->at, *open;
	unsigned int count;

	aml_name(aml, "_PRT");
	open = aml_open_package(aml);
	count = put_routes(aml, details);
	aml_close_package(aml, open, count);
	if (!count)
		aml->at = start;
}

/* Words of the methods below (20.3) */
#define ZERO   0x00
#define ONE    0x01
#define BYTE   0x0a
#define UUID   0x11, 0x13, BYTE, 16 /* a buffer of 16 bytes */
#define METHOD 0x14
#define LOCAL0 0x60
#define ARG0   0x68
#define ARG1   0x69
#define ARG2   0x6a
#define ARG3   0x6b
#define STORE  0x70
#define AND    0x7b
#define OR     0x7d
#define NOTIFY 0x86
#define FIELD  0x8a /* CreateDWordField */
#define NOT    0x92
#define EQUAL  0x93
#define LESS   0x95
#define IF     0xa0
#define RETURN 0xa4
#define CDW1   'C', 'D', 'W', '1'
#define CDW3   'C', 'D', 'W', '3'

/*
 * Method (_OSC, 4, Serialized): ACPI 6.5, 6.2.11; PCI Firmware Specification 3.3, 4.5. Nobody below
 * the guest uses these features, so it gets them all (those with a native driver in guests).
 */
static const uint8_t osc[] = {
	METHOD, 0x46, 0x08, '_', 'O', 'S', 'C', 0x0c,
	/* CreateDWordField (Arg3, 0, CDW1) */
	FIELD, ARG3, ZERO, CDW1,
	/* If (Arg0 != ToUUID ("33DB4D5B-1FF7-401C-9657-7441C03DD766")) */
	IF, 0x25, NOT, EQUAL, ARG0, UUID, 0x5b, 0x4d, 0xdb, 0x33, 0xf7, 0x1f, 0x1c, 0x40, 0x96,
	0x57, 0x74, 0x41, 0xc0, 0x3d, 0xd7, 0x66,
	/* { CDW1 |= 4 (unknown UUID); Return (Arg3) } */
	OR, CDW1, BYTE, 0x04, CDW1, RETURN, ARG3,
	/* If (Arg1 != 1) { CDW1 |= 8 (unknown revision); Return (Arg3) } */
	IF, 0x12, NOT, EQUAL, ARG1, ONE, OR, CDW1, BYTE, 0x08, CDW1, RETURN, ARG3,
	/* If (Arg2 < 3) { CDW1 |= 2 (failure); Return (Arg3) } */
	IF, 0x12, LESS, ARG2, BYTE, 3, OR, CDW1, BYTE, 0x02, CDW1, RETURN, ARG3,
	/* CreateDWordField (Arg3, 8, CDW3) */
	FIELD, ARG3, BYTE, 8, CDW3,
	/* Local0 = CDW3 & 0xbf: hotplug, SHPC, PME, AER, capability structure, LTR, DPC */
	AND, CDW3, BYTE, 0xbf, LOCAL0,
	/* If (Local0 != CDW3) { CDW1 |= 0x10 (masked) } */
	IF, 0x13, NOT, EQUAL, LOCAL0, CDW3, OR, CDW1, BYTE, 0x10, CDW1,
	/* CDW3 = Local0; Return (Arg3) */
	STORE, LOCAL0, CDW3, RETURN, ARG3};

/* Method (_DSM, 4) with function 5 alone: keep the addresses that the VMM has assigned (4.6.5). */
static const uint8_t dsm[] = {
	METHOD, 0x34, '_', 'D', 'S', 'M', 0x04,
	/* If (Arg0 == ToUUID ("E5C937D0-3553-4D7A-9117-EA4D19C3434D")) { */
	IF, 0x28, EQUAL, ARG0, UUID, 0xd0, 0x37, 0xc9, 0xe5, 0x53, 0x35, 0x7a, 0x4d, 0x91, 0x17,
	0xea, 0x4d, 0x19, 0xc3, 0x43, 0x4d,
	/* If (!Arg2) { Return (Buffer (1) {0x21}) } (which functions there are) */
	IF, 0x08, NOT, ARG2, RETURN, 0x11, 3, ONE, 0x21,
	/* If (Arg2 == 5) { Return (0) } } */
	IF, 0x07, EQUAL, ARG2, BYTE, 5, RETURN, ZERO,
	/* Return (Buffer (1) {0}) */
	RETURN, 0x11, 3, ONE, 0};

static void add_host(struct aml *aml, unsigned int i, const struct platform_pcie *host,
		     const struct platform_pcie_details *details)
{
	char name[] = "PCI0";
	uint8_t *open;

	acpi_digits(name + 3, 1, i);
	open = acpi_open_device(aml, name, "PNP0A08", i);
	identifier(aml, "_CID", "PNP0A03");
	acpi_integer(aml, "_SEG", host->segment);
	acpi_integer(aml, "_BBN", host->bus_first);
	acpi_integer(aml, "_CCA", details->coherent);
	put_windows(aml, host);
	put_routing(aml, details);
	aml_bytes(aml, osc, sizeof(osc));
	if (host->probe_only)
		aml_bytes(aml, dsm, sizeof(dsm));
	aml_close(aml, open);
}

static void add_hosts(struct aml *aml, const struct platform *p,
		      const struct platform_details *details)
{
	reserve_ecam(aml, p);
	for (unsigned int i = 0; i < p->num_pcie; i++)
		if (acpi_pcie_buses(&p->pcie[i]))
			add_host(aml, i, &p->pcie[i], &details->pcie[i]);
}

/* -- power button -------------------------------------------------------------------------------
 */

/* The pin's interrupt runs the method that bears its number (5.6.5). */
static void put_event(struct aml *aml, unsigned int pin)
{
	uint8_t method[] = {METHOD, 13,	 '_', 'E', '0', '0',  0,
			    NOTIFY, 'P', 'W', 'R', 'B', BYTE, 0x80};
	uint8_t *event;

	aml_name(aml, "_AEI");
	event = aml_open_resources(aml);
	aml_gpio_interrupt(aml, (uint16_t)pin, "\\_SB.GPO0");
	aml_close_resources(aml, event);
	acpi_digits((char *)method + 4, 2, pin);
	aml_bytes(aml, method, sizeof(method));
}

static void add_button(struct aml *aml, const struct platform_button *button)
{
	uint8_t *open;

	if (!button->present)
		return;
	open = open_mmio(aml, "GPO0", "ARMH0061", 0, &button->gpio, &button->interrupt);
	if (!open)
		return;
	put_event(aml, button->pin);
	aml_close(aml, open);
	aml_close(aml, acpi_open_device(aml, "PWRB", "PNP0C0C", 0));
}

int dsdt_build(const struct platform *platform, const struct platform_details *details, void *to,
	       size_t room, size_t *used)
{
	struct aml aml = {to, (uint8_t *)to + room, false};
	uint8_t *header = aml_reserve(&aml, HEADER_SIZE), *scope = aml_open(&aml, AML_SCOPE);

	aml_bytes(&aml, "\\_SB_", 5);
	add_cpus(&aml, platform);
	add_uarts(&aml, platform);
	add_rtc(&aml, &platform->rtc);
	add_fw_cfg(&aml, &platform->fw_cfg);
	add_virtios(&aml, platform);
	add_hosts(&aml, platform, details);
	add_button(&aml, &details->button);
	aml_close(&aml, scope);
	if (aml.full)
		return ERR_FULL;
	*used = (size_t)(aml.at - header);
	acpi_header(header, "DSDT", DSDT_REVISION);
	acpi_finish(header, (uint32_t)*used);
	return 0;
}
