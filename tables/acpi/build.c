/* SPDX-License-Identifier: BSD-2-Clause */
/* ACPI tables from the platform model: the frame, and the tables that need few lines. */
#include <string.h>
#include "tables/acpi/acpi.h"
#include "tables/acpi/build.h"
#include "write.h"
#include "error.h"
#include "le.h"

#define ALIGN 8 /* of tables; ACPI asks for none */

/* RSDP (5.2.5.3), XSDT (5.2.8) */
#define RSDP_SIZE_V1 20
#define RSDP_SIZE    36
#define RSDP_ROOM    40

/* FADT (5.2.9) */
#define FADT_SIZE	276 /* ACPI 6.0 to 6.5 */
#define FADT_REVISION	6
#define FADT_MINOR	3 /* the tables' formats are those of ACPI 6.3 */
#define FADT_HW_REDUCED (1U << 20)

/* GTDT (5.2.25) */
#define GTDT_EDGE      1U
#define GTDT_LOW       2U
#define GTDT_ALWAYS_ON 4U

uint8_t *acpi_take(struct acpi_write *w, size_t size)
{
	uint8_t *at = w->start + w->used;

	if (w->room - w->used < size) {
		w->full = true;
		at = w->spare;
	} else {
		w->used += size;
	}
	return memset(at, 0, size);
}

uint8_t *acpi_entry(struct acpi_write *w, uint8_t type, uint8_t size)
{
	uint8_t *entry = acpi_take(w, size);

	entry[0] = type;
	entry[1] = size;
	return entry;
}

uint8_t *acpi_begin(struct acpi_write *w, const char *signature, uint8_t revision, size_t size)
{
	uint8_t *table;

	acpi_take(w, -w->used % ALIGN);
	w->table = w->used;
	table = acpi_take(w, size);
	acpi_header(table, signature, revision);
	return table;
}

uint32_t acpi_so_far(const struct acpi_write *w)
{
	return (uint32_t)(w->used - w->table);
}

void acpi_end(struct acpi_write *w)
{
	if (w->full)
		return;
	acpi_finish(w->start + w->table, acpi_so_far(w));
	w->list[w->tables++] = w->address + w->table;
}

unsigned int acpi_psci_flags(const struct platform_psci *psci)
{
	enum conduit conduit = platform_psci_conduit(psci);

	return conduit == CONDUIT_NONE	? 0
	       : conduit == CONDUIT_HVC ? ACPI_PSCI | ACPI_PSCI_BY_HVC
					: ACPI_PSCI;
}

bool acpi_cpu_usable(const struct platform *platform, unsigned int cpu)
{
	return cpu == 0 || platform->cpu[cpu].psci;
}

static void fadt(struct acpi_write *w, uint64_t dsdt)
{
	uint8_t *table = acpi_begin(w, "FACP", FADT_REVISION, FADT_SIZE);

	put_le32(table + 112, FADT_HW_REDUCED);
	table[129] = (uint8_t)acpi_psci_flags(&w->platform->psci);
	table[131] = FADT_MINOR;
	put_le64(table + 140, dsdt);
	acpi_end(w);
}

/* Returns its address. */
static uint64_t dsdt(struct acpi_write *w)
{
	size_t used;

	acpi_take(w, -w->used % ALIGN);
	w->table = w->used;
	if (w->full ||
	    dsdt_build(w->platform, w->details, w->start + w->used, w->room - w->used, &used))
		w->full = true;
	else
		w->used += used;
	return w->address + w->table;
}

void acpi_gtdt(struct acpi_write *w)
{
	const struct platform_timer *timer = &w->platform->timer;
	uint8_t *table = acpi_begin(w, "GTDT", 3, 104);

	put_le64(table + 36, UINT64_MAX); /* no memory-mapped counter */
	put_le64(table + 80, UINT64_MAX);
	for (unsigned int i = 0; i < TIMER_INTERRUPTS; i++) {
		const struct interrupt *interrupt = &timer->interrupt[i];

		if (!interrupt->intid)
			continue;
		put_le32(table + 48 + 8 * i, interrupt->intid);
		put_le32(table + 52 + 8 * i, (interrupt->edge ? GTDT_EDGE : 0) |
						     (interrupt->active_low ? GTDT_LOW : 0) |
						     (timer->always_on ? GTDT_ALWAYS_ON : 0));
	}
	acpi_end(w);
}

/* PCI Firmware Specification 3.3, 4.1.2: the address is that of bus 0, there or not. */
void acpi_mcfg(struct acpi_write *w)
{
	const struct platform *p = w->platform;
	uint8_t *entry;

	acpi_begin(w, "MCFG", 1, 44);
	for (unsigned int i = 0; i < p->num_pcie; i++) {
		const struct platform_pcie *host = &p->pcie[i];
		unsigned int buses = acpi_pcie_buses(host);

		if (!buses)
			continue;
		entry = acpi_take(w, 16);
		put_le64(entry, host->config.base - ((uint64_t)host->bus_first << 20));
		put_le16(entry + 8, (uint16_t)host->segment);
		entry[10] = host->bus_first;
		entry[11] = (uint8_t)(host->bus_first + buses - 1);
	}
	if (acpi_so_far(w) == 44)
		w->used = w->table; /* no host bridge that ACPI knows */
	else
		acpi_end(w);
}

/* Sets the byte at 'sum' so that 'size' bytes add up to 0. */
static void settle(uint8_t *table, size_t sum, size_t size)
{
	table[sum] = 0;
	table[sum] = (uint8_t)-acpi_sum(table, size);
}

/* Both were given room in front of all others. */
static void root(const struct acpi_write *w)
{
	uint8_t *rsdp = w->start, *xsdt = rsdp + RSDP_ROOM;
	size_t size = ACPI_HEADER + 8 * (size_t)w->tables;

	acpi_header(xsdt, "XSDT", 1);
	memcpy(xsdt + ACPI_HEADER, w->list, 8 * (size_t)w->tables);
	acpi_finish(xsdt, (uint32_t)size);
	memcpy(rsdp, "RSD PTR ", 8);
	memcpy(rsdp + 9, xsdt + 10, 6); /* the OEM's name */
	rsdp[15] = 2;
	put_le32(rsdp + 20, RSDP_SIZE);
	put_le64(rsdp + 24, w->address + RSDP_ROOM);
	settle(rsdp, 8, RSDP_SIZE_V1);
	settle(rsdp, 32, RSDP_SIZE);
}

static bool supported(const struct platform *p)
{
	const struct platform_gic *gic = &p->gic;
	const struct interrupt *timer = p->timer.interrupt;

	if (gic->version == 2 ? !gic->cpu.size : gic->version != 3 || !gic->redists)
		return false;
	if (!p->timer.present || (!timer[TIMER_VIRTUAL].intid && !timer[TIMER_NONSECURE].intid))
		return false;
	return gic->dist.size && p->cpus && (p->cpus == 1 || acpi_psci_flags(&p->psci));
}

int acpi_build(const struct platform *platform, const struct platform_details *details, void *to,
	       size_t room, uint64_t address, uint64_t *rsdp, size_t *used)
{
	static void (*const writers[])(struct acpi_write * w) = {
		acpi_madt, acpi_gtdt, acpi_pptt, acpi_mcfg,
		acpi_spcr, acpi_dbg2, acpi_iort, acpi_numa,
	};
	struct acpi_write w;

	if (!supported(platform))
		return ERR_NO_ACPI;
	memset(&w, 0, offsetof(struct acpi_write, list));
	w.platform = platform;
	w.details = details;
	w.start = to;
	w.room = room;
	w.address = address;
	acpi_take(&w, RSDP_ROOM);
	acpi_take(&w, ACPI_HEADER + 8 * ACPI_TABLES);
	fadt(&w, dsdt(&w));
	for (unsigned int i = 0; i < sizeof(writers) / sizeof(writers[0]); i++)
		writers[i](&w);
	if (w.full)
		return ERR_FULL;
	root(&w);
	*rsdp = address;
	*used = w.used;
	return 0;
}
