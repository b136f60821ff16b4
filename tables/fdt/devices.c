/* SPDX-License-Identifier: BSD-2-Clause */
/* A device tree from the platform model: one function for each kind of device. */
#include "tree.h"

#define PPI_BASE 16
#define SPI_BASE 32

#define CLOCK_HZ  24000000 /* what VMMs say; no emulated device depends on it */
#define UART_HZ	  1843200
#define UART_BAUD 115200
#define KEY_POWER 116 /* of Linux's input codes */

#define PCI_IO	  0x01000000 /* PCI bus binding: space codes of the first cell */
#define PCI_MEM32 0x02000000
#define PCI_MEM64 0x03000000
#define PCI_IDS	  0x10000 /* requester IDs of a segment */

#define DEVICE(t, name, literal, r) device(t, name, literal, sizeof(literal), r, 1)

/* Begins the node of a device. */
static void device(struct fdt_tree *t, const char *name, const char *compatible, size_t length,
		   const struct region *r, unsigned int regions)
{
	fdt_write_node_number(&t->w, name, r->base, 16);
	fdt_write_bytes(&t->w, "compatible", compatible, length);
	fdt_write_reg(t, r, regions);
}

/* The GIC's three cells (interrupt-controller/arm,gic.yaml): kind, number, trigger. */
static void gic_cells(struct fdt_tree *t, const struct interrupt *i)
{
	bool ppi = i->intid < SPI_BASE;
	uint32_t first = ppi ? PPI_BASE : SPI_BASE;
	uint32_t flags = (i->edge ? 1U : 4U) << i->active_low;

	if (ppi && t->p->gic.version == 2) /* which of the at most 8 CPUs get it */
		flags |= ((1U << (t->p->cpus < 8 ? t->p->cpus : 8)) - 1) << 8;
	fdt_write_cell(&t->w, ppi);
	/* none among others has a number that no GIC has */
	fdt_write_cell(&t->w, i->intid < first ? UINT32_MAX : i->intid - first);
	fdt_write_cell(&t->w, flags);
}

static void interrupts(struct fdt_tree *t, const struct interrupt *list, unsigned int count)
{
	if (!t->p->gic.version || !count || !list->intid)
		return;
	fdt_write_property(&t->w, "interrupts", 3 * (size_t)count);
	while (count--)
		gic_cells(t, list++);
}

static void primecell_clock(struct fdt_tree *t)
{
	NUMBER(t, "clocks", PHANDLE_CLOCK);
	TEXT(t, "clock-names", "apb_pclk");
}

/* -- interrupts ---------------------------------------------------------------------------------
 */

static void msi_controller(struct fdt_tree *t, uint32_t phandle)
{
	FLAG(t, "msi-controller");
	NUMBER(t, "phandle", phandle);
}

static void gic_children(struct fdt_tree *t)
{
	const struct platform_gic *gic = &t->p->gic;

	for (unsigned int i = 0; i < gic->num_its; i++) {
		DEVICE(t, "msi-controller@", "arm,gic-v3-its", &gic->its[i]);
		NUMBER(t, "#msi-cells", 1);
		msi_controller(t, PHANDLE_ITS + i);
		fdt_write_end(&t->w);
	}
	if (gic->v2m.size) {
		DEVICE(t, "v2m@", "arm,gic-v2m-frame", &gic->v2m);
		msi_controller(t, PHANDLE_V2M);
		fdt_write_end(&t->w);
	}
}

/* The order of registers in either binding; 'r' has room for them all. */
static unsigned int gic_regions(const struct platform_gic *gic, struct region *r)
{
	unsigned int count = 1;

	r[0] = gic->dist;
	if (gic->version >= 3) {
		for (unsigned int i = 0; i < gic->redists; i++)
			r[count++] = gic->redist[i];
		return count;
	}
	r[count++] = gic->cpu;
	if (gic->hyp.size) {
		r[count++] = gic->hyp;
		r[count++] = gic->vcpu;
	}
	return count;
}

static void gic(struct fdt_tree *t)
{
	static const char v2[] = "arm,cortex-a15-gic", v3[] = "arm,gic-v3";
	const struct platform_gic *gic = &t->p->gic;
	struct region r[1 + PLATFORM_REDISTS];
	unsigned int regions = gic_regions(gic, r);
	bool is_v3 = gic->version >= 3;

	if (!gic->version)
		return;
	device(t, "interrupt-controller@", is_v3 ? v3 : v2, is_v3 ? sizeof(v3) : sizeof(v2), r,
	       regions);
	if (is_v3 && gic->redists > 1)
		NUMBER(t, "#redistributor-regions", gic->redists);
	FLAG(t, "interrupt-controller");
	NUMBER(t, "#interrupt-cells", 3);
	fdt_cell_counts(t, 2, 2);
	FLAG(t, "ranges");
	NUMBER(t, "phandle", PHANDLE_GIC);
	interrupts(t, &gic->maintenance, 1);
	gic_children(t);
	fdt_write_end(&t->w);
}

/*
 * An interrupt is known by its place in the list. Where one in the middle is missing, its place
 * is taken by the number that the base system architecture gives it (Arm BSA, PPI assignments).
 */
static void timer(struct fdt_tree *t)
{
	static const uint8_t usual[TIMER_INTERRUPTS] = {29, 30, 27, 26};
	struct interrupt list[TIMER_INTERRUPTS];
	unsigned int count = 0;

	if (!t->p->timer.present)
		return;
	for (unsigned int i = 0; i < TIMER_INTERRUPTS; i++) {
		list[i] = t->p->timer.interrupt[i];
		if (list[i].intid)
			count = i + 1;
		else
			list[i].intid = usual[i];
	}
	fdt_write_node(&t->w, "timer");
	TEXTS(t, "compatible", "arm,armv8-timer\0arm,armv7-timer");
	interrupts(t, list, count);
	if (t->p->timer.always_on)
		FLAG(t, "always-on");
	fdt_write_end(&t->w);
}

static void pmu(struct fdt_tree *t)
{
	if (!t->d->pmu.intid)
		return;
	fdt_write_node(&t->w, "pmu");
	TEXT(t, "compatible", "arm,armv8-pmuv3");
	interrupts(t, &t->d->pmu, 1);
	fdt_write_end(&t->w);
}

void fdt_build_interrupts(struct fdt_tree *t)
{
	gic(t);
	timer(t);
	pmu(t);
}

/* -- devices ------------------------------------------------------------------------------------
 */

static void clock(struct fdt_tree *t)
{
	fdt_write_node(&t->w, "apb-pclk");
	TEXT(t, "compatible", "fixed-clock");
	NUMBER(t, "#clock-cells", 0);
	NUMBER(t, "clock-frequency", CLOCK_HZ);
	NUMBER(t, "phandle", PHANDLE_CLOCK);
	fdt_write_end(&t->w);
}

static void uart(struct fdt_tree *t, const struct platform_uart *uart)
{
	if (uart->type == UART_PL011) {
		DEVICE(t, FDT_UART, "arm,pl011\0arm,primecell", &uart->region);
		fdt_write_property(&t->w, "clocks", 2);
		fdt_write_cell(&t->w, PHANDLE_CLOCK);
		fdt_write_cell(&t->w, PHANDLE_CLOCK);
		TEXTS(t, "clock-names", "uartclk\0apb_pclk");
	} else if (uart->type == UART_SBSA) {
		DEVICE(t, FDT_UART, "arm,sbsa-uart", &uart->region);
		NUMBER(t, "current-speed", UART_BAUD);
	} else {
		DEVICE(t, FDT_UART, "ns16550a", &uart->region);
		NUMBER(t, "clock-frequency", UART_HZ);
	}
	interrupts(t, &uart->interrupt, 1);
	fdt_write_end(&t->w);
}

static void rtc(struct fdt_tree *t)
{
	if (!t->p->rtc.region.size)
		return;
	DEVICE(t, "rtc@", "arm,pl031\0arm,primecell", &t->p->rtc.region);
	primecell_clock(t);
	interrupts(t, &t->p->rtc.interrupt, 1);
	fdt_write_end(&t->w);
}

static void virtio(struct fdt_tree *t, const struct platform_virtio *virtio)
{
	DEVICE(t, "virtio@", "virtio,mmio", &virtio->region);
	interrupts(t, &virtio->interrupt, 1);
	if (virtio->coherent)
		FLAG(t, "dma-coherent");
	fdt_write_end(&t->w);
}

static void fw_cfg(struct fdt_tree *t)
{
	if (!t->p->fw_cfg.size)
		return;
	DEVICE(t, "fw-cfg@", "qemu,fw-cfg-mmio", &t->p->fw_cfg);
	FLAG(t, "dma-coherent");
	fdt_write_end(&t->w);
}

static void power_button(struct fdt_tree *t)
{
	const struct platform_button *button = &t->d->button;

	if (!button->present)
		return;
	DEVICE(t, "gpio@", "arm,pl061\0arm,primecell", &button->gpio);
	FLAG(t, "gpio-controller");
	NUMBER(t, "#gpio-cells", 2);
	primecell_clock(t);
	interrupts(t, &button->interrupt, 1);
	NUMBER(t, "phandle", PHANDLE_GPIO);
	fdt_write_end(&t->w);
	fdt_write_node(&t->w, "gpio-keys");
	TEXT(t, "compatible", "gpio-keys");
	fdt_write_node(&t->w, "power-button");
	fdt_write_property(&t->w, "gpios", 3);
	fdt_write_cell(&t->w, PHANDLE_GPIO);
	fdt_write_cell(&t->w, button->pin);
	fdt_write_cell(&t->w, 0);
	NUMBER(t, "linux,code", KEY_POWER);
	TEXT(t, "label", "Power Button");
	fdt_write_end(&t->w);
	fdt_write_end(&t->w);
}

static void smmu(struct fdt_tree *t, unsigned int index)
{
	static const char four[] = "eventq\0priq\0cmdq-sync\0gerror", two[] = "eventq\0gerror";
	const struct platform_smmu *smmu = &t->d->smmu[index];
	bool all = smmu->pri.intid && smmu->sync.intid;
	struct interrupt list[] = {smmu->event, all ? smmu->pri : smmu->error, smmu->sync,
				   smmu->error};

	DEVICE(t, "iommu@", "arm,smmu-v3", &smmu->region);
	if (smmu->event.intid && smmu->error.intid) {
		interrupts(t, list, all ? 4 : 2);
		fdt_write_bytes(&t->w, "interrupt-names", all ? four : two,
				all ? sizeof(four) : sizeof(two));
	}
	NUMBER(t, "#iommu-cells", 1);
	NUMBER(t, "phandle", PHANDLE_SMMU + index);
	if (smmu->coherent)
		FLAG(t, "dma-coherent");
	fdt_write_end(&t->w);
}

/* -- PCI (Bindings/pci/host-generic-pci.yaml) ---------------------------------------------------
 */

static void pcie_window(struct fdt_tree *t, uint32_t space, uint64_t bus, const struct region *r)
{
	if (!r->size)
		return;
	fdt_write_cell(&t->w, space);
	fdt_write_address(&t->w, bus);
	fdt_write_address(&t->w, r->base);
	fdt_write_address(&t->w, r->size);
}

static void pcie_windows(struct fdt_tree *t, const struct platform_pcie *host)
{
	unsigned int count = !!host->io.size + !!host->mem32.size + !!host->mem64.size;

	fdt_write_property(&t->w, "ranges", 7 * (size_t)count);
	pcie_window(t, PCI_IO, host->io_bus, &host->io);
	pcie_window(t, PCI_MEM32, host->mem32_bus, &host->mem32);
	pcie_window(t, PCI_MEM64, host->mem64_bus, &host->mem64);
}

/* A device's interrupt pin, in the four cells of the bus. */
static void pcie_pin(struct fdt_tree *t, uint32_t device, uint32_t pin)
{
	fdt_write_cell(&t->w, device << 11);
	fdt_write_address(&t->w, 0);
	fdt_write_cell(&t->w, pin);
}

static void pcie_routes(struct fdt_tree *t, const struct platform_pcie_details *d)
{
	if (!d->routes || !t->p->gic.version)
		return;
	NUMBER(t, "#interrupt-cells", 1);
	fdt_write_property(&t->w, "interrupt-map-mask", 4);
	pcie_pin(t, d->device_mask, 7);
	fdt_write_property(&t->w, "interrupt-map", 10 * (size_t)d->routes);
	for (unsigned int i = 0; i < d->routes; i++) {
		pcie_pin(t, d->route[i].device, d->route[i].pin);
		fdt_write_cell(&t->w, PHANDLE_GIC);
		fdt_write_address(&t->w, 0);
		gic_cells(t, &d->route[i].interrupt);
	}
}

/* All requester IDs of a host bridge go to IDs of 'to' from 'base' on. */
static void pcie_map(struct fdt_tree *t, const char *name, uint32_t to, uint32_t base)
{
	fdt_write_property(&t->w, name, 4);
	fdt_write_cell(&t->w, 0);
	fdt_write_cell(&t->w, to);
	fdt_write_cell(&t->w, base);
	fdt_write_cell(&t->w, PCI_IDS);
}

/* Who takes the MSIs of a host bridge, and who translates its DMA. */
static void pcie_masters(struct fdt_tree *t, const struct platform_pcie_details *d)
{
	uint32_t msi = d->its != PLATFORM_NO_UNIT ? PHANDLE_ITS + (uint32_t)d->its
		       : t->p->gic.v2m.size	  ? PHANDLE_V2M
						  : PHANDLE_NONE;

	if (msi)
		pcie_map(t, "msi-map", msi, d->its_base);
	if (d->smmu != PLATFORM_NO_UNIT)
		pcie_map(t, "iommu-map", PHANDLE_SMMU + (uint32_t)d->smmu, d->smmu_base);
}

static void pcie(struct fdt_tree *t, unsigned int index)
{
	static const char ecam[] = "pci-host-ecam-generic", cam[] = "pci-host-cam-generic";
	const struct platform_pcie *host = &t->p->pcie[index];
	const struct platform_pcie_details *d = &t->d->pcie[index];

	device(t, "pcie@", host->ecam ? ecam : cam, host->ecam ? sizeof(ecam) : sizeof(cam),
	       &host->config, 1);
	TEXT(t, "device_type", "pci");
	fdt_cell_counts(t, 3, 2);
	fdt_write_property(&t->w, "bus-range", 2);
	fdt_write_cell(&t->w, host->bus_first);
	fdt_write_cell(&t->w, host->bus_last);
	NUMBER(t, "linux,pci-domain", host->segment);
	if (host->probe_only && !t->probe_only)
		NUMBER(t, "linux,pci-probe-only", 1);
	if (d->coherent)
		FLAG(t, "dma-coherent");
	pcie_windows(t, host);
	pcie_routes(t, d);
	pcie_masters(t, d);
	fdt_write_end(&t->w);
}

void fdt_build_devices(struct fdt_tree *t)
{
	const struct platform *p = t->p;

	clock(t);
	for (unsigned int i = 0; i < p->uarts; i++)
		uart(t, &p->uart[i]);
	rtc(t);
	fw_cfg(t);
	power_button(t);
	for (unsigned int i = 0; i < t->d->smmus; i++)
		smmu(t, i);
	for (unsigned int i = 0; i < p->num_pcie; i++)
		pcie(t, i);
	for (unsigned int i = 0; i < p->num_virtio; i++)
		virtio(t, &p->virtio[i]);
}
