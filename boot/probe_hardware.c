/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What machine is this, when nobody says? Devices are looked for where a machine that we know has
 * them, and are believed only when they answer as such: what does not answer is not described.
 * Registers are only read, and only those that reading does not change.
 */
#include "arch.h"
#include "boot.h"
#include "boot/describe.h"
#include "boot/memory.h"
#include "error.h"
#include "tables/fdt/build.h"
#include "lib/fdt/walk.h"
#include "platform/machines.h"
#include "platform/fdt_details.h"
#include "platform/ram_size.h"
#include "boot/core/vm.h"

#define MIB 0x100000ULL

struct search {
	const struct machine *machine;
	struct platform *p;
	struct platform_details *d;
};

/* -- registers ----------------------------------------------------------------------------------
 */

static bool map(uint64_t base, uint64_t size)
{
	return (uintptr_t)base == base && vm_map_device(base, size) == 0;
}

/* A register's value, or 0 where nothing answers. */
static uint32_t look(uint64_t address)
{
	uint32_t value;

	return arch_probe_read((uintptr_t)address, &value) ? value : 0;
}

static bool there(struct region *found, const struct region *place, bool answers)
{
	if (answers)
		*found = *place;
	return answers;
}

static struct interrupt level(uint32_t intid)
{
	return (struct interrupt) {.intid = intid};
}

/* PrimeCell identification (DDI 0183, 3.3.14 and on): part number, designer Arm, signature. */
static bool primecell(const struct region *r, uint32_t part)
{
	uint64_t id = 0;

	for (uint64_t at = r->base + 0xFFC; at >= r->base + 0xFE0; at -= 4)
		id = id << 8 | (look(at) & 0xff);
	return (id & 0xffffffff000fffff) == (0xB105F00D00041000 | part);
}

/* -- RAM ----------------------------------------------------------------------------------------
 */

/* Our own memory is RAM, and no place to try that out. */
static bool ours(uint64_t pa)
{
	struct region image = file_pages(), workspace = {vm_workspace(), vm_workspace_size()};

	return in_range(pa, sizeof(uint32_t), &image) || in_range(pa, sizeof(uint32_t), &workspace);
}

/*
 * Looks past the caches, else they would answer. What they hold of the word, which the VMM may
 * have written, goes to memory first.
 */
static bool is_ram(uint64_t pa)
{
	uintptr_t at;
	uint32_t value;

	if (ours(pa))
		return true;
	at = vm_view(pa);
	if (!at || !arch_probe_read(at, &value))
		return false;
	arch_clean_invalidate(at, sizeof(value));
	return arch_is_ram(at);
}

/* Whether two words of RAM are one, because the memory system leaves out bits of the address. */
static bool is_same(uint64_t a, uint64_t b)
{
	volatile uint32_t *at, *again;
	uint32_t value;
	bool same;

	if (ours(a) || ours(b))
		return false;
	at = (uint32_t *)vm_view(a);
	again = (uint32_t *)vm_view(b);
	if (!at || !again)
		return true; /* not to be told: believe in less */
	value = *at;
	*again = ~*again;
	arch_map_sync();
	same = *at != value;
	*again = ~*again;
	return same;
}

static bool find_ram(const struct search *s)
{
	static const struct ram_probe probe = {is_ram, is_same};
	struct region *ram = &s->p->bank[0].region;
	struct arch_regime regime;

	arch_regime(&regime);
	s->p->bank[0].node = 0;
	ram->base = s->machine->ram;
	ram->size = ram_size(&probe, ram->base, regime.pa_limit);
	s->p->banks = 1;
	return in_range(vm_workspace(), vm_workspace_size(), ram) &&
	       vm_map_ram(ram->base, ram->size) == 0;
}

/* -- interrupts ---------------------------------------------------------------------------------
 */

/* GICD_, GICR_ and GITS_PIDR2 (IHI 0069, 12.1.4): bits 7:4 are the architecture's version. */
#define GIC_PIDR2 0xFFE8

#define GICR_TYPER	 0x08
#define GICR_TYPER_VLPIS (1U << 1)
#define GICR_TYPER_LAST	 (1U << 4)

static bool is_gic_v3(uint64_t base)
{
	uint32_t version = look(base + GIC_PIDR2) >> 4 & 0xf;

	return version == 3 || version == 4;
}

/* One region of redistributors, of which as much is told as answers. */
static void find_redistributors(struct platform_gic *gic, const struct region *place)
{
	struct region *region = &gic->redist[gic->redists];
	uint32_t type = 0;

	*region = (struct region) {place->base, 0};
	while (!(type & GICR_TYPER_LAST) && region->size < place->size &&
	       is_gic_v3(region->base + region->size)) {
		type = look(region->base + region->size + GICR_TYPER);
		region->size += type & GICR_TYPER_VLPIS ? 0x40000 : 0x20000;
	}
	if (region->size)
		gic->redists++;
}

static bool find_gic_v3(const struct search *s)
{
	const struct machine *m = s->machine;
	struct platform_gic *gic = &s->p->gic;

	if (!is_gic_v3(m->gic_dist.base))
		return false;
	find_redistributors(gic, &m->gic_redist[0]);
	/* who has not filled the first one has no second one */
	if (gic->redists && gic->redist[0].size == m->gic_redist[0].size &&
	    map(m->gic_redist[1].base, m->gic_redist[1].size))
		find_redistributors(gic, &m->gic_redist[1]);
	gic->num_its = there(&gic->its[0], &m->gic_its, is_gic_v3(m->gic_its.base));
	gic->version = 3;
	return gic->redists;
}

/* GICC_IIDR and GICV_IIDR (IHI 0048, 4.4.14): bits 19:16 are the architecture's version. */
static bool is_gic_v2(uint64_t base)
{
	return (look(base + 0xFC) >> 16 & 0xf) == 2;
}

/* V2M_MSI_TYPER (Server Base System Architecture, appendix E): the SPIs that it can raise. */
static bool is_v2m(uint64_t base)
{
	uint32_t type = look(base + 0x8), first = type >> 16 & 0x3ff, count = type & 0x3ff;

	return first >= 32 && count && first + count <= 1020;
}

static bool find_gic_v2(const struct search *s)
{
	const struct machine *m = s->machine;
	struct platform_gic *gic = &s->p->gic;

	if (!there(&gic->cpu, &m->gic_cpu, is_gic_v2(m->gic_cpu.base)))
		return false;
	gic->dist = m->gic_dist;
	there(&gic->v2m, &m->gic_v2m, is_v2m(m->gic_v2m.base));
	if (there(&gic->vcpu, &m->gic_vcpu, is_gic_v2(m->gic_vcpu.base)))
		gic->hyp = m->gic_hyp;
	gic->version = 2;
	return true;
}

static bool find_gic(const struct search *s)
{
	const struct machine *m = s->machine;
	struct platform_timer *timer = &s->p->timer;

	if (!find_gic_v3(s) && !find_gic_v2(s))
		return false;
	s->p->gic.dist = m->gic_dist;
	if (arch_default_conduit() == CONDUIT_SMC) /* we are the hypervisor */
		s->p->gic.maintenance = level(m->maintenance);
	timer->present = timer->always_on = true;
	for (unsigned int i = 0; i < TIMER_INTERRUPTS; i++)
		timer->interrupt[i] = level(m->timer[i]);
	return true;
}

/* -- CPUs ---------------------------------------------------------------------------------------
 */

#define PSCI_VERSION	     0x84000000
#define PSCI_AFFINITY_INFO   0x84000004
#define PSCI_AFFINITY_INFO64 0xC4000004

static bool cpu_exists(enum conduit conduit, uint64_t mpidr)
{
	return arch_smccc(conduit,
			  arch_state() == STATE_AARCH64 ? PSCI_AFFINITY_INFO64 : PSCI_AFFINITY_INFO,
			  mpidr, 0, 0) >= 0;
}

static void add_cpu(struct platform *p, uint64_t mpidr)
{
	if (p->cpus == PLATFORM_CPUS)
		p->overflow = "CPUs";
	else
		p->cpu[p->cpus++] = (struct platform_cpu) {mpidr, p->psci.version, 0};
}

/* VMMs number from 0: up to 16 CPUs in a cluster, then the next one (GICv2: 8). */
static void find_cpus(const struct search *s)
{
	struct platform *p = s->p;
	enum conduit conduit = arch_default_conduit();
	int64_t version = arch_smccc(conduit, PSCI_VERSION, 0, 0, 0);

	if (version >= 2) {
		p->psci.version = version < 0x10000 ? 0x00002 : 0x10000;
		p->psci.conduit = conduit;
	}
	/* the overflow is for a PSCI to which all exist */
	for (uint32_t cluster = 0;
	     p->psci.version && !p->overflow && cpu_exists(conduit, cluster << 8); cluster++)
		for (uint32_t cpu = 0; cpu < 16 && cpu_exists(conduit, cluster << 8 | cpu); cpu++)
			add_cpu(p, cluster << 8 | cpu);
	if (!p->cpus)
		add_cpu(p, arch_cpu_id());
}

/* -- devices ------------------------------------------------------------------------------------
 */

static void find_primecells(const struct search *s)
{
	const struct machine *m = s->machine;
	struct platform *p = s->p;
	struct platform_uart *uart = &p->uart[0];

	if (there(&uart->region, &m->pl011.region, primecell(&m->pl011.region, 0x011))) {
		uart->type = UART_PL011;
		uart->interrupt = level(m->pl011.intid);
		p->uarts = 1;
		p->console = 0;
	}
	if (there(&p->rtc.region, &m->pl031.region, primecell(&m->pl031.region, 0x031)))
		p->rtc.interrupt = level(m->pl031.intid);
	s->d->button.present =
		there(&s->d->button.gpio, &m->pl061.region, primecell(&m->pl061.region, 0x061));
	s->d->button.interrupt = level(m->pl061.intid);
	s->d->button.pin = m->button;
}

/* What its DMA register reads as, in the bytes' order: "QEMU CFG". */
static void find_fw_cfg(const struct search *s)
{
	const struct region *place = &s->machine->fw_cfg;

	there(&s->p->fw_cfg, place,
	      look(place->base + 0x10) == 0x554d4551 && look(place->base + 0x14) == 0x47464320);
}

/* A slot without a device is a slot, too: tables name them all. */
static void find_virtio(const struct search *s)
{
	const struct machine *m = s->machine;
	struct region place = m->virtio.region;

	for (unsigned int i = 0; i < m->num_virtio; i++, place.base += place.size) {
		struct platform_virtio *virtio = &s->p->virtio[s->p->num_virtio];

		if (!there(&virtio->region, &place, look(place.base) == 0x74726976)) /* "virt" */
			continue;
		virtio->interrupt = (struct interrupt) {.intid = m->virtio.intid + i, .edge = true};
		virtio->coherent = true;
		s->p->num_virtio++;
	}
}

/* -- PCI ----------------------------------------------------------------------------------------
 */

/* A window that leads to a bus without a device reads as all ones; where there is no bus it does
 * not.
 */
static void find_window(struct region *window, uint64_t *bus, const struct region *place,
			uint64_t bus_base)
{
	uint64_t page = place->base & ~(2 * MIB - 1);

	if (map(page, 2 * MIB) && there(window, place, look(place->base) == UINT32_MAX))
		*bus = bus_base;
}

/* Pins go round with the device's number, so that devices share evenly. */
static void find_routes(const struct search *s)
{
	struct platform_pcie_details *d = &s->d->pcie[0];

	d->device_mask = 3;
	for (unsigned int i = 0; i < 16; i++)
		d->route[d->routes++] = (struct platform_route) {
			.device = (uint8_t)(i / 4),
			.pin = (uint8_t)(i % 4 + 1),
			.interrupt = level(s->machine->pci_intid + (i / 4 + i) % 4),
		};
}

static void find_pcie(const struct search *s)
{
	const struct machine *m = s->machine;
	struct platform_pcie *host = &s->p->pcie[0];

	*host = (struct platform_pcie) {.ecam = true};
	for (unsigned int i = 0; i < MACHINE_ECAMS && !s->p->num_pcie; i++)
		s->p->num_pcie =
			map(m->ecam[i].base, 2 * MIB) &&
			there(&host->config, &m->ecam[i], look(m->ecam[i].base) == m->host_bridge);
	if (!s->p->num_pcie)
		return;
	host->bus_last = (uint8_t)(host->config.size / MIB - 1);
	find_window(&host->io, &host->io_bus, &m->pci_io, 0);
	find_window(&host->mem32, &host->mem32_bus, &m->pci_mem32, m->pci_mem32.base);
	find_window(&host->mem64, &host->mem64_bus, &m->pci_mem64, m->pci_mem64.base);
	find_routes(s);
	if (s->p->gic.num_its)
		s->d->pcie[0].its = 0;
}

/* -- the whole ----------------------------------------------------------------------------------
 */

/* Room for the details, and behind them for the tree, in the RAM that has been found. */
static uint64_t find_room(struct boot *boot, uint64_t size)
{
	const struct region *ram = &boot->platform.bank[0].region, file = file_pages();
	uint64_t at;

	memmap_init(&boot->ram);
	if (memmap_add(&boot->ram, ram->base, ram->size) ||
	    memmap_remove(&boot->ram, file.base, file.size) ||
	    memmap_remove(&boot->ram, vm_workspace(), vm_workspace_size()) ||
	    memmap_alloc_high(&boot->ram, size, UINT64_MAX, &at))
		return 0;
	return at;
}

static void find_devices(const struct search *s)
{
	if (arch_has_pmu())
		s->d->pmu = level(s->machine->pmu);
	find_primecells(s);
	find_fw_cfg(s);
	find_virtio(s);
	find_pcie(s);
}

/* By its GIC, before anything is written anywhere. */
static bool find_machine(struct search *s)
{
	for (unsigned int i = 0; i < machine_count; i++) {
		s->machine = &machines[i];
		if (map(s->machine->devices.base, s->machine->devices.size) && find_gic(s))
			return true;
	}
	return false;
}

static void find_lines(const struct machine *m, struct boot *boot)
{
	if (arch_level() != 3 || !primecell(&m->secure_pl061, 0x061))
		return;
	boot->own.secure.ram = m->secure_ram;
	boot->own.secure.off = (struct monitor_gpio) {m->secure_pl061.base, m->off, false};
	boot->own.secure.reset = (struct monitor_gpio) {m->secure_pl061.base, m->reset, false};
}

const void *probe_hardware(struct boot *boot)
{
	struct search s = {NULL, &boot->platform, NULL};
	uint64_t at, details = page_up(sizeof(*s.d));
	void *fdt;

	if (!find_machine(&s) || !find_ram(&s))
		return NULL;
	at = find_room(boot, details + FDT_BUILD_ROOM);
	if (!at)
		return NULL;
	s.d = (void *)(uintptr_t)at;
	fdt = (void *)(uintptr_t)(at + details);
	platform_details_init(s.d);
	find_cpus(&s);
	find_devices(&s);
	find_lines(s.machine, boot);
	platform_own(s.p, &boot->own);
	boot->acpi.tables.size = 0;
	boot->probed_acpi = acpi_probe(boot, s.d);
	return fdt_build(s.p, s.d, NULL, fdt, FDT_BUILD_ROOM) ? NULL : fdt;
}
