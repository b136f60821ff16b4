/* SPDX-License-Identifier: BSD-2-Clause */
/* The platform model from ACPI tables. Offsets are those of ACPI 6.5, 5.2, or as named. */
#include <string.h>
#include "error.h"
#include "le.h"
#include "platform/acpi.h"
#include "acpi_parts.h"

void acpi_overflow(struct platform *p, const char *what)
{
	if (!p->overflow)
		p->overflow = what;
}

int acpi_walk(const struct acpi_table *table, uint32_t start, const struct acpi_kind *kinds,
	      struct acpi_intake *in)
{
	uint32_t length;
	int error = 0;

	if (table->size < start)
		return ERR_ACPI_TABLE;
	for (uint32_t at = start; at < table->size && !error; at += length) {
		const uint8_t *s = table->data + at;

		if (table->size - at < 2 || s[1] < 2 || s[1] > table->size - at)
			return ERR_ACPI_TABLE;
		length = s[1];
		for (const struct acpi_kind *k = kinds; k->take && !error; k++)
			if (k->type == s[0])
				error = length < k->size ? ERR_ACPI_TABLE : k->take(in, s);
	}
	return error;
}

/* -- MADT (5.2.12) ------------------------------------------------------------------------------
 */

#define MADT_STRUCTURES 44

#define GICC 11
#define GICD 12
#define MSI  13
#define GICR 14
#define ITS  15

#define GICC_ENABLED	      1U
#define GICC_PMU_EDGE	      2U
#define GICC_MAINTENANCE_EDGE 4U

/* Sizes that the architecture gives: MADT has none but that of a range of redistributors. */
#define GICV2_DIST_SIZE 0x1000
#define GICV2_CPU_SIZE	0x2000 /* GICV too */
#define GICV2_HYP_SIZE	0x1000
#define GICV3_DIST_SIZE 0x10000
#define GICV3_REDIST	0x20000 /* of a CPU: two frames of 64 KiB, */
#define GICV4_REDIST	0x40000 /* and two more for virtual LPIs */
#define ITS_SIZE	0x20000
#define V2M_SIZE	0x1000

#define MPIDR_AFFINITY 0xff00ffffffULL

#define IS_PPI(intid) ((intid) >= 16 && (intid) < 32)

/* Values that are the same for every CPU are taken from the first one. */
static void take_common(struct acpi_intake *in, const uint8_t *s, uint32_t flags)
{
	struct platform_gic *gic = &in->platform->gic;

	gic->cpu.base = le64(s + 32);
	gic->vcpu.base = le64(s + 40);
	gic->hyp.base = le64(s + 48);
	gic->maintenance.intid = le32(s + 56);
	gic->maintenance.edge = flags & GICC_MAINTENANCE_EDGE;
	if (!IS_PPI(le32(s + 20)))
		return;
	in->details->pmu = (struct interrupt) {le32(s + 20), flags & GICC_PMU_EDGE, false};
}

static int take_cpu(struct acpi_intake *in, const uint8_t *s)
{
	struct platform *p = in->platform;
	uint32_t flags = le32(s + 12);
	struct platform_cpu *cpu = &p->cpu[p->cpus];

	if (!(flags & GICC_ENABLED))
		return 0;
	if (p->cpus == PLATFORM_CPUS) {
		acpi_overflow(p, "CPUs");
		return 0;
	}
	if (!p->cpus)
		take_common(in, s, flags);
	in->uid[p->cpus++] = le32(s + 8);
	*cpu = (struct platform_cpu) {.mpidr = le64(s + 68) & MPIDR_AFFINITY, .psci = in->psci};
	return 0;
}

static int take_distributor(struct acpi_intake *in, const uint8_t *s)
{
	in->platform->gic.dist.base = le64(s + 8);
	in->distributor = true;
	in->gic = s[20];
	return in->gic > 4 ? ERR_VERSION : 0;
}

static int take_msi_frame(struct acpi_intake *in, const uint8_t *s)
{
	struct platform_gic *gic = &in->platform->gic;

	if (gic->v2m.size)
		acpi_overflow(in->platform, "GICv2m frames");
	else
		gic->v2m = (struct region) {le64(s + 8), V2M_SIZE};
	return 0;
}

/* One that goes on where the last one ended makes that one longer. */
static int add_redistributors(struct acpi_intake *in, uint64_t base, uint64_t size)
{
	struct platform_gic *gic = &in->platform->gic;
	struct region *next = gic->redist + gic->redists, region = {base, size};

	if (!base || !size)
		return 0;
	if (region_wraps(&region))
		return ERR_ACPI_TABLE;
	if (gic->redists && region_end(&next[-1]) == base) {
		next[-1].size += size;
	} else if (gic->redists == PLATFORM_REDISTS) {
		acpi_overflow(in->platform, "GIC redistributor regions");
	} else {
		*next = region;
		gic->redists++;
	}
	return 0;
}

static int take_redistributors(struct acpi_intake *in, const uint8_t *s)
{
	return add_redistributors(in, le64(s + 4), le32(s + 12));
}

/* A CPU's own one, for systems that list none. */
static int take_redistributor_of_cpu(struct acpi_intake *in, const uint8_t *s)
{
	if (!(le32(s + 12) & GICC_ENABLED))
		return 0;
	return add_redistributors(in, le64(s + 60), in->gic == 4 ? GICV4_REDIST : GICV3_REDIST);
}

static int take_its(struct acpi_intake *in, const uint8_t *s)
{
	struct platform_gic *gic = &in->platform->gic;

	if (gic->num_its == PLATFORM_ITS) {
		acpi_overflow(in->platform, "GIC ITS units");
		return 0;
	}
	in->its[gic->num_its] = le32(s + 4);
	gic->its[gic->num_its++] = (struct region) {le64(s + 8), ITS_SIZE};
	return 0;
}

static void set_size(struct region *region, uint64_t size)
{
	region->size = region->base ? size : 0;
}

/* A version of 0 is to be read from the GIC, but only version 3 has redistributors. */
static void complete_gic(const struct acpi_intake *in)
{
	struct platform_gic *gic = &in->platform->gic;

	gic->version = in->gic > 2 || (!in->gic && gic->redists) ? 3 : 2;
	gic->dist.size = gic->version == 3 ? GICV3_DIST_SIZE : GICV2_DIST_SIZE;
	set_size(&gic->cpu, GICV2_CPU_SIZE);
	set_size(&gic->vcpu, GICV2_CPU_SIZE);
	set_size(&gic->hyp, GICV2_HYP_SIZE);
}

static int take_madt(struct acpi_intake *in, const struct acpi_table *madt)
{
	static const struct acpi_kind all[] = {
		{GICC, 76, take_cpu}, {GICD, 24, take_distributor},    {MSI, 24, take_msi_frame},
		{ITS, 20, take_its},  {GICR, 16, take_redistributors}, {0, 0, NULL},
	};
	static const struct acpi_kind redistributors[] = {
		{GICC, 76, take_redistributor_of_cpu},
		{0, 0, NULL},
	};
	int error;

	memset(&in->platform->gic, 0, sizeof(in->platform->gic));
	in->platform->cpus = 0;
	error = acpi_walk(madt, MADT_STRUCTURES, all, in);
	if (error)
		return error;
	if (!in->distributor || !in->platform->cpus)
		return ERR_ACPI_TABLE;
	if (!in->platform->gic.redists && (!in->gic || in->gic > 2))
		error = acpi_walk(madt, MADT_STRUCTURES, redistributors, in);
	complete_gic(in);
	return error;
}

/* -- FADT (5.2.9), GTDT (5.2.25) ----------------------------------------------------------------
 */

#define PSCI_0_2 0x00002

#define GTDT_INTERRUPTS 48
#define GTDT_EDGE	1U
#define GTDT_ACTIVE_LOW 2U
#define GTDT_ALWAYS_ON	4U

static int take_fadt(struct acpi_intake *in, const struct acpi_table *fadt)
{
	struct platform_psci *psci = &in->platform->psci;
	unsigned int flags = acpi_psci(fadt);

	in->psci = flags & ACPI_PSCI;
	if (!in->psci)
		return 0;
	if (psci->version < PSCI_0_2)
		psci->version = PSCI_0_2;
	psci->conduit = flags & ACPI_PSCI_BY_HVC ? CONDUIT_HVC : CONDUIT_SMC;
	return 0;
}

/* Its interrupts come in the order of the model's. */
static int take_gtdt(struct acpi_intake *in, const struct acpi_table *gtdt)
{
	struct platform_timer *timer = &in->platform->timer;
	const uint8_t *at = gtdt->data + GTDT_INTERRUPTS;
	uint32_t always_on = 0;

	if (gtdt->size < GTDT_INTERRUPTS + 8 * TIMER_INTERRUPTS)
		return ERR_ACPI_TABLE;
	for (int i = 0; i < TIMER_INTERRUPTS; i++, at += 8) {
		uint32_t flags = le32(at + 4);

		timer->interrupt[i] =
			(struct interrupt) {le32(at), flags & GTDT_EDGE, flags & GTDT_ACTIVE_LOW};
		always_on |= flags;
	}
	/* QEMU says so of one of them alone, although all of them do. */
	timer->always_on = always_on & GTDT_ALWAYS_ON;
	timer->present = true;
	return 0;
}

/* -- SPCR (Microsoft's specification of it, revision 2) -----------------------------------------
 */

#define SPCR_SIZE	80
#define SPCR_TYPE	36
#define SPCR_SPACE	40 /* of the generic address structure (5.2.3.2) */
#define SPCR_WIDTH	41
#define SPCR_ADDRESS	44
#define SPCR_INTERRUPTS 52
#define SPCR_GSI	54

#define SPCR_BY_GIC 8U

static const struct uart_kind {
	uint8_t type, size_shift;
	enum uart_type model;
	const char *compatible;
} uart_kinds[] = {
	{0x00, 3, UART_NS16550, "ns16550a"}, /* 16550 */
	{0x01, 3, UART_NS16550, "ns16550a"}, /* with the registers of a 16450 */
	{0x12, 3, UART_NS16550, "ns16550a"}, /* as the address structure tells */
	{0x03, 12, UART_PL011, "arm,pl011"},
	{0x0d, 12, UART_SBSA, "arm,sbsa-uart"}, /* 32-bit accesses only */
	{0x0e, 12, UART_SBSA, "arm,sbsa-uart"},
};

static const struct uart_kind *uart_kind(const uint8_t *spcr)
{
	for (size_t i = 0; i < sizeof(uart_kinds) / sizeof(uart_kinds[0]); i++)
		if (uart_kinds[i].type == spcr[SPCR_TYPE])
			return &uart_kinds[i];
	return NULL;
}

/* The UART at that address, or a new one; NULL if there is no room. */
static struct platform_uart *find_uart(struct platform *p, uint64_t base)
{
	struct platform_uart *uart = p->uart;

	while (uart < p->uart + p->uarts && uart->region.base != base)
		uart++;
	if (uart < p->uart + p->uarts)
		return uart;
	if (p->uarts == PLATFORM_UARTS) {
		acpi_overflow(p, "UARTs");
		return NULL;
	}
	memset(uart, 0, sizeof(*uart));
	uart->region.base = base;
	p->uarts++;
	return uart;
}

/* An address of 0 means no console; what the model has no words for is left out. */
static int take_spcr(struct acpi_intake *in, const struct acpi_table *spcr)
{
	const uint8_t *s = spcr->data;
	struct platform_uart *uart;
	const struct uart_kind *kind;

	if (spcr->size < SPCR_SIZE)
		return ERR_ACPI_TABLE;
	kind = uart_kind(s);
	if (!kind || s[SPCR_SPACE] || !le64(s + SPCR_ADDRESS) ||
	    (kind->model == UART_NS16550 && s[SPCR_WIDTH] > 8))
		return 0;
	uart = find_uart(in->platform, le64(s + SPCR_ADDRESS));
	if (!uart)
		return 0;
	uart->type = kind->model;
	uart->compatible = kind->compatible;
	uart->io_width = 1;
	if (!uart->region.size)
		uart->region.size = 1ULL << kind->size_shift;
	if (s[SPCR_INTERRUPTS] & SPCR_BY_GIC)
		uart->interrupt = (struct interrupt) {.intid = le32(s + SPCR_GSI)};
	in->platform->console = (int)(uart - in->platform->uart);
	return 0;
}

/* -- MCFG (PCI Firmware Specification 3.3, 4.1.2) -----------------------------------------------
 */

#define MCFG_ENTRIES 44
#define MCFG_ENTRY   16
#define ECAM_SHIFT   20 /* 1 MiB for each bus */

static int take_host(struct platform *p, const uint8_t *s)
{
	uint8_t first = s[10], last = s[11];
	struct region config = {add_capped(le64(s), (uint64_t)first << ECAM_SHIFT),
				(uint64_t)(last - first + 1) << ECAM_SHIFT};
	struct platform_pcie *host = p->pcie;

	if (first > last || region_wraps(&config))
		return ERR_ACPI_TABLE;
	while (host < p->pcie + p->num_pcie && host->config.base != config.base)
		host++;
	if (host == p->pcie + PLATFORM_PCIE) {
		acpi_overflow(p, "PCI host bridges");
		return 0;
	}
	if (host == p->pcie + p->num_pcie) {
		*host = (struct platform_pcie) {.node = -1};
		p->num_pcie++;
	}
	host->config = config;
	host->ecam = true;
	host->segment = le16(s + 8);
	host->bus_first = first;
	host->bus_last = last;
	return 0;
}

static int take_mcfg(struct acpi_intake *in, const struct acpi_table *mcfg)
{
	int error = 0;

	if (mcfg->size < MCFG_ENTRIES || (mcfg->size - MCFG_ENTRIES) % MCFG_ENTRY)
		return ERR_ACPI_TABLE;
	for (uint32_t at = MCFG_ENTRIES; at < mcfg->size && !error; at += MCFG_ENTRY)
		error = take_host(in->platform, mcfg->data + at);
	return error;
}

/* -- all ----------------------------------------------------------------------------------------
 */

/* Each needs what those before it found. */
static const struct {
	char signature[5];
	bool optional;
	int (*take)(struct acpi_intake *in, const struct acpi_table *table);
} parts[] = {
	{"FACP", false, take_fadt},	{"APIC", false, take_madt},
	{"GTDT", false, take_gtdt},	{"SPCR", true, take_spcr},
	{"MCFG", true, take_mcfg},	{"SRAT", true, acpi_take_srat},
	{"SLIT", true, acpi_take_slit}, {"IORT", true, acpi_take_iort},
};

int platform_from_acpi(struct platform *platform, struct platform_details *details,
		       const struct acpi *acpi)
{
	struct acpi_intake in = {.platform = platform, .details = details};
	struct acpi_table table;
	int error = acpi_fadt(acpi, &table);

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && !error; i++) {
		error = acpi_find(acpi, parts[i].signature, 0, &table);
		if (!error)
			error = parts[i].take(&in, &table);
		else if (parts[i].optional)
			error = 0;
	}
	return error;
}
