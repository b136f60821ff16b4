/* SPDX-License-Identifier: BSD-2-Clause */
/* The device tree of a machine, as its row of machines.c wants it. */
#include <libfdt.h>
#include <stdio.h>
#include <string.h>
#include "vmm.h"

#define PHANDLE_GIC   1
#define PHANDLE_CLOCK 2

#define SPI	     0
#define PPI	     1
#define EDGE	     1
#define LEVEL_HIGH   4
#define LEVEL_LOW    8
#define MAINTENANCE  9
#define PCI_MEMORY32 0x02000000U

static void *blob;

static void must(int error)
{
	if (error)
		die(fdt_strerror(error));
}

static void begin(const char *name)
{
	must(fdt_begin_node(blob, name));
}

static void begin_at(const char *name, uint64_t address)
{
	char text[64];

	snprintf(text, sizeof(text), "%s@%llx", name, (unsigned long long)address);
	begin(text);
}

static void end(void)
{
	must(fdt_end_node(blob));
}

static void cells(const char *name, const uint32_t *value, unsigned int count)
{
	fdt32_t cell[32];

	for (unsigned int i = 0; i < count; i++)
		cell[i] = cpu_to_fdt32(value[i]);
	must(fdt_property(blob, name, cell, (int)(count * sizeof(cell[0]))));
}

static void cell(const char *name, uint32_t value)
{
	cells(name, &value, 1);
}

static void empty(const char *name)
{
	cells(name, NULL, 0);
}

static void text(const char *name, const char *value)
{
	if (value)
		must(fdt_property_string(blob, name, value));
}

/* One string, or two. */
static void list(const char *name, const char *first, const char *second)
{
	char both[64];
	size_t length = strlen(first) + 1;

	memcpy(both, first, length);
	if (second)
		memcpy(both + length, second, strlen(second) + 1);
	must(fdt_property(blob, name, both, (int)(length + (second ? strlen(second) + 1 : 0))));
}

static void reg(uint64_t base, uint64_t size)
{
	const fdt64_t value[] = {cpu_to_fdt64(base), cpu_to_fdt64(size)};

	must(fdt_property(blob, "reg", value, sizeof(value)));
}

static void interrupt(uint32_t kind, uint32_t number, uint32_t flags)
{
	cells("interrupts", (const uint32_t[]) {kind, number, flags}, 3);
}

static void clock_of(const struct machine *m)
{
	if (!m->clock)
		return;
	cell("clocks", PHANDLE_CLOCK);
	text("clock-names", "apb_pclk");
}

static void write_seeds(const struct machine *m)
{
	uint8_t seed[64];

	for (unsigned int i = 0; i < sizeof(seed); i++)
		seed[i] = (uint8_t)(i * 37 + 11);
	if (m->kaslr_seed || m->zero_kaslr_seed)
		must(fdt_property_u64(blob, "kaslr-seed",
				      m->kaslr_seed ? 0x0123456789abcdefULL : 0));
	if (m->rng_seed)
		must(fdt_property(blob, "rng-seed", seed, sizeof(seed)));
}

static void write_chosen(const struct options *options, const struct layout *layout)
{
	const struct machine *m = options->machine;

	begin("chosen");
	text("bootargs", options->append);
	if (options->console != UNNAMED)
		text("stdout-path", m->stdout_path);
	if (m->probe_only)
		cell("linux,pci-probe-only", 1);
	write_seeds(m);
	if (layout->initrd_size) {
		must(fdt_property_u64(blob, "linux,initrd-start", layout->initrd));
		must(fdt_property_u64(blob, "linux,initrd-end",
				      layout->initrd + layout->initrd_size));
	}
	end();
}

static void write_memory(const struct options *options, const struct layout *layout)
{
	const struct machine *m = options->machine;
	uint64_t size = options->claimed ? options->claimed : layout->ram_size;

	begin(m->memory);
	text("device_type", "memory");
	reg(layout->ram + m->hidden, size - m->hidden);
	end();
}

static void write_cpus(const struct options *options)
{
	const struct machine *m = options->machine;

	begin("cpus");
	cell("#address-cells", m->cpu_cells);
	cell("#size-cells", 0);
	for (uint32_t i = 0; i < options->cpus; i++) {
		const uint32_t number[2] = {0, i};

		begin_at("cpu", i);
		text("device_type", "cpu");
		text("compatible", m->cpu);
		if (m->always_psci || options->cpus > 1)
			text("enable-method", "psci");
		cells("reg", number + 2 - m->cpu_cells, m->cpu_cells);
		end();
	}
	end();
}

static void write_gic(const struct options *options)
{
	uint64_t redistributors = (uint64_t)options->cpus * REDIST_SIZE;
	uint64_t distributor = options->machine->distributor;
	const fdt64_t registers[] = {cpu_to_fdt64(distributor), cpu_to_fdt64(0x10000),
				     cpu_to_fdt64(distributor - redistributors),
				     cpu_to_fdt64(redistributors)};

	begin("intc");
	text("compatible", "arm,gic-v3");
	empty("interrupt-controller");
	cell("#interrupt-cells", 3);
	must(fdt_property(blob, "reg", registers, sizeof(registers)));
	cell("phandle", PHANDLE_GIC);
	cell("#address-cells", 2);
	cell("#size-cells", 2);
	empty("ranges");
	interrupt(PPI, MAINTENANCE, LEVEL_HIGH);
	end();
}

static void write_timer(const struct machine *m)
{
	static const uint32_t number[] = {13, 14, 11, 10};
	uint32_t value[12];

	for (unsigned int i = 0; i < 4; i++) {
		value[3 * i] = PPI;
		value[3 * i + 1] = number[i];
		value[3 * i + 2] = m->timer_low ? LEVEL_LOW : LEVEL_HIGH;
	}
	begin("timer");
	text("compatible", "arm,armv8-timer");
	empty("always-on");
	cells("interrupts", value, 12);
	end();
}

static void write_clock(void)
{
	begin("apb-pclk");
	text("compatible", "fixed-clock");
	cell("#clock-cells", 0);
	cell("clock-frequency", 24000000);
	text("clock-output-names", "clk24mhz");
	cell("phandle", PHANDLE_CLOCK);
	end();
}

static void write_psci(const struct options *options)
{
	const struct machine *m = options->machine;
	uint32_t wide = options->aarch32 ? 0 : 1U << 30;

	begin("psci");
	list("compatible", m->psci, m->psci2);
	text("method", "hvc");
	if (m->psci_functions) {
		cell("cpu_suspend", 0x84000001 | wide);
		cell("cpu_off", 0x84000002);
		cell("cpu_on", 0x84000003 | wide);
		cell("migrate", 0x84000005 | wide);
	}
	end();
}

static void write_console(const struct machine *m, const struct console *c)
{
	begin_at(c->name, c->base);
	list("compatible", c->compatible, c->compatible2);
	reg(c->base, c->size);
	interrupt(SPI, c->spi, c->level ? LEVEL_HIGH : EDGE);
	if (c->hz)
		cell("clock-frequency", c->hz);
	else if (c->kind != VIRTIO_CONSOLE)
		clock_of(m);
	end();
}

static void write_rtc(const struct machine *m)
{
	begin_at("rtc", m->rtc);
	list("compatible", "arm,pl031", "arm,primecell");
	reg(m->rtc, 0x1000);
	clock_of(m);
	end();
}

static void write_virtio(const struct machine *m)
{
	for (uint32_t i = 0; i < m->virtio_places; i++) {
		uint64_t base = m->virtio + i * m->virtio_stride;

		begin_at(m->virtio_name, base);
		text("compatible", "virtio,mmio");
		reg(base, 0x1000);
		interrupt(SPI, 16 + i, EDGE);
		cell("interrupt-parent", PHANDLE_GIC);
		end();
	}
}

static void write_pci(const struct machine *m)
{
	const uint32_t ranges[] = {PCI_MEMORY32,
				   0,
				   (uint32_t)m->pci_memory,
				   0,
				   (uint32_t)m->pci_memory,
				   0,
				   (uint32_t)m->pci_memory_size};

	begin("pci");
	text("compatible", m->pci == CAM ? "pci-host-cam-generic" : "pci-host-ecam-generic");
	text("device_type", "pci");
	cells("ranges", ranges, 7);
	cells("bus-range", (const uint32_t[2]) {0, 0}, 2);
	cell("#address-cells", 3);
	cell("#size-cells", 2);
	reg(m->pci_config, m->pci_config_size);
	cell("#interrupt-cells", 1);
	empty("interrupt-map");
	empty("interrupt-map-mask");
	empty("dma-coherent");
	end();
}

static void write_devices(const struct options *options)
{
	const struct machine *m = options->machine;

	if (m->rtc)
		write_rtc(m);
	if (options->console != UNNAMED)
		write_console(m, &m->console);
	if (m->second.base)
		write_console(m, &m->second);
	write_virtio(m);
	if (m->pci)
		write_pci(m);
	if (m->stdout_path && *m->stdout_path != '/' && options->console != UNNAMED) {
		char path[64];

		snprintf(path, sizeof(path), "/%s@%llx", m->console.name,
			 (unsigned long long)m->console.base);
		begin("aliases");
		text(m->stdout_path, path);
		end();
	}
}

void tree_write(void *room, const struct options *options, const struct layout *layout)
{
	const struct machine *m = options->machine;

	blob = room;
	must(fdt_create(blob, TREE_ROOM));
	must(fdt_finish_reservemap(blob));
	begin(m->root);
	text("compatible", "linux,dummy-virt");
	cell("#address-cells", 2);
	cell("#size-cells", 2);
	cell("interrupt-parent", PHANDLE_GIC);
	write_cpus(options);
	write_memory(options, layout);
	write_chosen(options, layout);
	write_gic(options);
	write_timer(m);
	if (m->clock)
		write_clock();
	write_psci(options);
	write_devices(options);
	end();
	must(fdt_finish(blob));
}
