/* SPDX-License-Identifier: BSD-2-Clause */
/* Devices of the platform from a device tree: one function for each kind, and their table. */
#include <string.h>
#include "platform/fdt_details.h"
#include "platform/fdt_devices.h"
#include "platform/fdt_modules.h"

static void gic_v2(struct platform *p, const struct fdt_node *node)
{
	p->gic.version = 2;
	fdt_region(node, 0, &p->gic.dist);
	fdt_region(node, 1, &p->gic.cpu);
	fdt_region(node, 2, &p->gic.hyp);
	fdt_region(node, 3, &p->gic.vcpu);
	fdt_interrupt(node, 0, &p->gic.maintenance);
}

static void gic_v3(struct platform *p, const struct fdt_node *node)
{
	uint64_t count = fdt_number(node, P_REDISTRIBUTOR_REGIONS, 1);
	unsigned int *redists = &p->gic.redists;

	p->gic.version = 3;
	fdt_region(node, 0, &p->gic.dist);
	while (*redists < count && *redists < PLATFORM_REDISTS &&
	       fdt_region(node, *redists + 1, &p->gic.redist[*redists]))
		(*redists)++;
	if (count > PLATFORM_REDISTS)
		platform_overflow(p, "GIC redistributor regions");
	fdt_interrupt(node, 0, &p->gic.maintenance);
}

static void gic_its(struct platform *p, const struct fdt_node *node)
{
	if (p->gic.num_its == PLATFORM_ITS)
		platform_overflow(p, "GIC ITS units");
	else if (fdt_region(node, 0, &p->gic.its[p->gic.num_its]))
		p->gic.num_its++;
}

static void gic_v2m(struct platform *p, const struct fdt_node *node)
{
	fdt_region(node, 0, &p->gic.v2m);
}

static void timer(struct platform *p, const struct fdt_node *node)
{
	p->timer.present = true;
	p->timer.always_on = fdt_has(node, P_ALWAYS_ON);
	for (unsigned int i = 0; i < TIMER_INTERRUPTS; i++)
		fdt_interrupt(node, i, &p->timer.interrupt[i]);
}

/* The node's path as text; empty when it does not fit. */
static void path_of(const struct fdt_node *node, char *path, size_t room)
{
	size_t length = 0;

	for (int depth = 2; depth <= node->depth; depth++) {
		size_t name = strlen(node->level[depth].name);

		if (length + name + 2 > room) {
			length = 0;
			break;
		}
		path[length++] = '/';
		memcpy(path + length, node->level[depth].name, name);
		length += name;
	}
	path[length] = '\0';
}

static void uart(struct platform *p, const struct fdt_node *node, enum uart_type type,
		 const char *compatible)
{
	struct platform_uart *entry = &p->uart[p->uarts];

	if (p->uarts == PLATFORM_UARTS) {
		platform_overflow(p, "UARTs");
		return;
	}
	if (!fdt_region(node, 0, &entry->region))
		return;
	entry->type = type;
	entry->compatible = compatible;
	entry->io_width = 1;
	entry->reg_shift = 0;
	entry->reg_offset = 0;
	fdt_interrupt(node, 0, &entry->interrupt);
	path_of(node, entry->path, sizeof(entry->path));
	p->uarts++;
}

static void uart_pl011(struct platform *p, const struct fdt_node *node)
{
	uart(p, node, UART_PL011, "arm,pl011");
}

static void uart_sbsa(struct platform *p, const struct fdt_node *node)
{
	uart(p, node, UART_SBSA, "arm,sbsa-uart");
}

/* One whose registers are not understood is no console, but may be the guest's. */
static void uart_ns16550(struct platform *p, const struct fdt_node *node)
{
	uint64_t shift = fdt_number(node, P_REG_SHIFT, 0),
		 width = fdt_number(node, P_REG_IO_WIDTH, 1);
	uint64_t offset = fdt_number(node, P_REG_OFFSET, 0);
	unsigned int before = p->uarts;

	uart(p, node, UART_NS16550, "ns16550a");
	if (p->uarts == before)
		return;
	p->uart[before].io_width = 0;
	if (shift > 3 || (width != 1 && width != 2 && width != 4) || width > 1U << shift ||
	    offset > 0x800 || offset % width)
		return;
	p->uart[before].reg_shift = (uint8_t)shift;
	p->uart[before].io_width = (uint8_t)width;
	p->uart[before].reg_offset = (uint32_t)offset;
}

static void rtc_pl031(struct platform *p, const struct fdt_node *node)
{
	fdt_region(node, 0, &p->rtc.region);
	fdt_interrupt(node, 0, &p->rtc.interrupt);
}

/* PCI binding: space code in bits 25:24 of the first cell: 1 I/O, 2 32-bit memory, 3 64-bit. */
static void pcie_window(struct platform_pcie *host, uint32_t space, uint64_t bus, uint64_t base,
			uint64_t size)
{
	struct region *window = space == 1 ? &host->io : space == 2 ? &host->mem32 : &host->mem64;
	uint64_t *start = space == 1   ? &host->io_bus
			  : space == 2 ? &host->mem32_bus
				       : &host->mem64_bus;

	if (!space || window->size)
		return; /* configuration space; a second window of a kind stays with the tree */
	window->base = base;
	window->size = size;
	*start = bus;
}

static void pcie(struct platform *p, const struct fdt_node *node, bool ecam)
{
	struct platform_pcie *host = &p->pcie[p->num_pcie];
	const struct fdt_value *ranges = &node->value[P_RANGES], *buses = &node->value[P_BUS_RANGE];
	uint32_t cells = node->level[node->depth - 1].address_cells, entry;

	if (p->num_pcie == PLATFORM_PCIE) {
		platform_overflow(p, "PCI host bridges");
		return;
	}
	memset(host, 0, sizeof(*host));
	if (!fdt_region(node, 0, &host->config))
		return;
	/* PCI's address, the CPU's, the size; few cells, since the region is read. */
	entry = 4 * (3 + cells + 2);
	host->ecam = ecam;
	host->segment = (uint32_t)fdt_number(node, P_PCI_DOMAIN, p->num_pcie); /* two need two */
	host->probe_only = fdt_number(node, P_PROBE_ONLY, 0);
	host->node = node->level[node->depth].offset;
	host->bus_last = 255;
	if (fdt_has(node, P_BUS_RANGE) && buses->len == 8) {
		host->bus_first = (uint8_t)fdt_cell(buses->data);
		host->bus_last = (uint8_t)fdt_cell(buses->data + 4);
	}
	for (uint32_t at = 0; fdt_has(node, P_RANGES) && at + entry <= ranges->len; at += entry)
		pcie_window(host, fdt_cell(ranges->data + at) >> 24 & 3,
			    fdt_cells(ranges->data + at + 4, 2),
			    fdt_cells(ranges->data + at + 12, cells),
			    fdt_cells(ranges->data + at + 12 + 4 * cells, 2));
	p->num_pcie++;
}

static void pcie_ecam(struct platform *p, const struct fdt_node *node)
{
	pcie(p, node, true);
}

static void pcie_cam(struct platform *p, const struct fdt_node *node)
{
	pcie(p, node, false);
}

static void virtio_mmio(struct platform *p, const struct fdt_node *node)
{
	struct platform_virtio *entry = &p->virtio[p->num_virtio];

	if (p->num_virtio == PLATFORM_VIRTIO) {
		platform_overflow(p, "virtio-mmio devices");
		return;
	}
	if (!fdt_region(node, 0, &entry->region))
		return;
	fdt_interrupt(node, 0, &entry->interrupt);
	entry->coherent = fdt_has(node, P_DMA_COHERENT);
	entry->node = node->level[node->depth].offset;
	p->num_virtio++;
}

static void fw_cfg(struct platform *p, const struct fdt_node *node)
{
	fdt_region(node, 0, &p->fw_cfg);
}

/* Bindings/mtd/mtd-physmap.yaml: an entry for each bank, as each device of QEMU's is one. */
static void flash(struct platform *p, const struct fdt_node *node)
{
	struct region bank;

	for (unsigned int i = 0; fdt_region(node, i, &bank); i++) {
		p->flash = bank;
		if (p->flashes < PLATFORM_FLASH)
			p->flash_bank[p->flashes++] = bank;
	}
}

/* Bindings/arm/psci.yaml. From v0.2 on the function IDs are the specification's. */
static void psci(struct platform *p, const struct fdt_node *node)
{
	const char *method = fdt_text(node, P_METHOD);

	p->psci.version = fdt_lists(node, P_COMPATIBLE, "arm,psci-1.0")	  ? 0x10000
			  : fdt_lists(node, P_COMPATIBLE, "arm,psci-0.2") ? 0x00002
									  : 0x00001;
	if (method && strcmp(method, "hvc") == 0)
		p->psci.conduit = CONDUIT_HVC;
	else if (method && strcmp(method, "smc") == 0)
		p->psci.conduit = CONDUIT_SMC;
	p->psci.cpu_suspend = (uint32_t)fdt_number(node, P_CPU_SUSPEND, 0);
	p->psci.cpu_off = (uint32_t)fdt_number(node, P_CPU_OFF, 0);
	p->psci.cpu_on = (uint32_t)fdt_number(node, P_CPU_ON, 0);
	p->psci.migrate = (uint32_t)fdt_number(node, P_MIGRATE, 0);
}

/* Tables that Xen has put outside of RAM, announced as a module below /chosen. */
static void xen_acpi(struct platform *p, const struct fdt_node *node)
{
	const struct fdt_value *reg = &node->value[P_REG];

	if (!fdt_has(node, P_REG) || reg->len != 16)
		return;
	p->acpi.base = fdt_cells(reg->data, 2);
	p->acpi.size = fdt_cells(reg->data + 8, 2);
}

static void smmu_v3(struct platform *p, const struct fdt_node *node)
{
	(void)node;
	p->smmu = true;
}

/* The most frequent first: QEMU's tree has 32 virtio-mmio nodes. */
static const struct {
	struct fdt_device device;
	void (*take)(struct platform *p, const struct fdt_node *node);
} devices[] = {
	{FDT_DEVICE("virtio,mmio"), virtio_mmio},
	{FDT_DEVICE("arm,pl011"), uart_pl011},
	{FDT_DEVICE("arm,sbsa-uart"), uart_sbsa},
	{FDT_DEVICE("ns16550a"), uart_ns16550},
	{FDT_DEVICE("ns16550"), uart_ns16550},
	{FDT_DEVICE("snps,dw-apb-uart"), uart_ns16550},
	{FDT_DEVICE("arm,gic-v3"), gic_v3},
	{FDT_DEVICE("arm,gic-v3-its"), gic_its},
	{FDT_DEVICE("arm,cortex-a15-gic"), gic_v2},
	{FDT_DEVICE("arm,gic-400"), gic_v2},
	{FDT_DEVICE("arm,cortex-a9-gic"), gic_v2},
	{FDT_DEVICE("arm,cortex-a7-gic"), gic_v2},
	{FDT_DEVICE("arm,gic-v2m-frame"), gic_v2m},
	{FDT_DEVICE("arm,armv8-timer"), timer},
	{FDT_DEVICE("arm,armv7-timer"), timer},
	{FDT_DEVICE("arm,psci-1.0"), psci},
	{FDT_DEVICE("arm,psci-0.2"), psci},
	{FDT_DEVICE("arm,psci"), psci},
	{FDT_DEVICE("qemu,fw-cfg-mmio"), fw_cfg},
	{FDT_DEVICE("arm,pl031"), rtc_pl031},
	{FDT_DEVICE("pci-host-ecam-generic"), pcie_ecam},
	{FDT_DEVICE("pci-host-cam-generic"), pcie_cam},
	{FDT_DEVICE("xen,guest-acpi"), xen_acpi},
	{FDT_DEVICE("multiboot,module"), platform_module},
	{FDT_DEVICE("cfi-flash"), flash},
	{FDT_DEVICE("arm,smmu-v3"), smmu_v3},
};

void platform_device(struct platform *p, const struct fdt_node *node)
{
	int found;

	if (fdt_has(node, P_STATUS) && !fdt_enabled(node)) /* few say it */
		return;
	found = fdt_find_device(node, devices, sizeof(devices[0]),
				sizeof(devices) / sizeof(devices[0]));
	if (found >= 0)
		devices[found].take(p, node);
}
