/* SPDX-License-Identifier: BSD-2-Clause */
/* Stage "probe": what machine is this? */
#include <limits.h>
#include <libfdt.h>
#include "arch.h"
#include "boot.h"
#include "boot/core/fatal.h"
#include "boot/describe.h"
#include "boot/memory.h"
#include "boot/monitor.h"
#include "boot/seeds.h"
#include "boot/core/console.h"
#include "boot/core/devices.h"
#include "error.h"
#include "lib/fdt/walk.h"
#include "drivers/fw_cfg.h"
#include "platform/check.h"
#include "boot/core/vm.h"

#define UART_REGISTERS 0x1000

static _Noreturn void no_tree(void)
{
	stop_error("start forearm so that the VMM passes a device tree: as its -bios or -kernel, "
		   "with nothing loaded over the start of RAM",
		   "no device tree, neither by register nor at the start of RAM");
}

/* A console that is in the wrong place was meant to be one: the usual one is looked for. */
static void forget_console(struct boot *boot)
{
	if (boot->platform.uarts)
		boot->platform.fdt = NULL;
}

static _Noreturn void bad_tree(struct boot *boot, const void *fdt, int error)
{
	forget_console(boot);
	if (error == ERR_FDT_RAM)
		stop_error("give the VM that much RAM (QEMU: -m), or correct the tree (QEMU: -dtb)",
			   "the device tree at 0x%llx cannot be used: %s",
			   (unsigned long long)(uintptr_t)fdt, error_string(error));
	stop_error("check the tree that the VMM was given (QEMU: -dtb; try without, or validate it "
		   "with dtc)",
		   "the device tree at 0x%llx cannot be used: %s",
		   (unsigned long long)(uintptr_t)fdt, error_string(error));
}

static _Noreturn void contradiction(struct boot *boot, const struct platform_fault *fault)
{
	const void *fdt = boot->platform.fdt;

	forget_console(boot);
	stop_error("check the tree that the VMM was given (QEMU: -dtb; try without)",
		   "the device tree at 0x%llx cannot be used: %s at 0x%llx, %llu bytes, %s",
		   (unsigned long long)(uintptr_t)fdt, fault->what,
		   (unsigned long long)fault->region.base, (unsigned long long)fault->region.size,
		   fault->why);
}

/* The file that we run in. */
static struct region image(void)
{
	return (struct region) {vm_image(), file_size()};
}

static bool open_uart(const struct platform_uart *uart)
{
	const struct uart_driver *driver = console_driver(uart->compatible);
	const struct uart registers = {.base = (uintptr_t)(uart->region.base + uart->reg_offset),
				       .reg_shift = uart->reg_shift,
				       .io_width = uart->io_width};

	if (!driver || !uart->io_width || vm_map_device(uart->region.base, UART_REGISTERS))
		return false;
	console_use(driver, &registers);
	return true;
}

/* Whatever else is wrong with the model, a UART that may be one is one. */
static bool may_be_uart(const struct platform *p, const struct platform_uart *uart)
{
	const struct region file = image();

	return platform_may_be_device(p, &file, &uart->region, UART_REGISTERS);
}

/* The consoles that are left, in the order of trying. */
static struct {
	const struct boot *boot;
	bool named;	     /* what stdout-path says is a virtio console was tried */
	unsigned int uart;   /* stdout-path's, then all others */
	unsigned int virtio; /* place of virtio_find() */
	unsigned int xen;    /* of Xen's two */
} consoles;

/* The next UART that we can drive. */
static bool next_uart(void)
{
	const struct platform *p = consoles.boot->devices;

	while (consoles.uart <= p->uarts) {
		unsigned int at = consoles.uart++;
		int index = at ? (int)at - 1 : p->console;

		if (index >= 0 && (!at || index != p->console) && may_be_uart(p, &p->uart[index]) &&
		    open_uart(&p->uart[index]))
			return true;
	}
	return false;
}

/* The next virtio console, if it is in the first 'end' places. */
static bool use_virtio(unsigned int *place, unsigned int end)
{
	static struct virtio_device device;
	const struct uart uart = {.base = (uintptr_t)&device};

	if (virtio_find(&device, consoles.boot->devices, VIRTIO_CONSOLE, place) || *place > end)
		return false;
	console_use(&virtio_console, &uart);
	return true;
}

/* The one that stdout-path leads to comes before everything else. */
static bool named_virtio(void)
{
	int index = consoles.boot->devices->virtio_console;
	unsigned int place = (unsigned int)index;

	if (index < 0 || consoles.named)
		return false;
	consoles.named = true;
	return use_virtio(&place, place + 1);
}

static bool next_virtio(void)
{
	return use_virtio(&consoles.virtio, UINT_MAX);
}

/* Xen's ring is in a page of the domain's that its tree does not call RAM. */
static bool use_xen_ring(void)
{
	const struct region file = image(), ring = {xen_ring(), PAGE_SIZE};

	if (!ring.base || (uintptr_t)ring.base != ring.base ||
	    !platform_may_be_device(consoles.boot->devices, &file, &ring, PAGE_SIZE) ||
	    vm_map_ram(ring.base, PAGE_SIZE))
		return false;
	console_use(&xen_ring_console, &(struct uart) {.base = (uintptr_t)ring.base});
	return true;
}

/* The ring, then the log. HVC goes to a hypervisor where PSCI's calls do. */
static bool next_xen(void)
{
	if (consoles.boot->host_psci.conduit != CONDUIT_HVC || arch_level() != 1)
		return false;
	if (!consoles.xen++ && use_xen_ring())
		return true;
	if (consoles.xen > 2)
		return false;
	consoles.xen = 2;
	console_use(&xen_log_console, &(struct uart) {0});
	return true;
}

/* No UART if what was named as one is wrong (forget_console()); a virtio device answers as one. */
static bool next_console(void)
{
	const struct boot *boot = consoles.boot;

	return named_virtio() || (boot->devices->fdt == boot->vmm_fdt && next_uart()) ||
	       next_virtio() || next_xen();
}

static void open_console(const struct boot *boot)
{
	consoles.boot = boot;
	consoles.named = false;
	consoles.uart = consoles.virtio = consoles.xen = 0;
	if (boot->devices->virtio_console < 0)
		next_uart();
	console_or(next_console);
}

/* early_init() has mapped all of the first bank that has the workspace in it. */
static int add_bank(struct boot *boot, const struct region *bank, uint64_t limit, bool *mapped)
{
	struct region seen = {bank->base, min64(bank->size, sub_capped(limit, bank->base))};
	int error = 0;

	if (in_range(vm_workspace(), 1, &seen) && !*mapped)
		*mapped = true;
	else
		error = vm_map_ram(seen.base, seen.size);
	return error ? error : memmap_add(&boot->ram, seen.base, seen.size);
}

/* All RAM that we can address. */
static int add_banks(struct boot *boot)
{
	const struct platform *p = &boot->platform;
	struct arch_regime regime;
	bool mapped = false;
	int error = 0;

	arch_regime(&regime);
	memmap_init(&boot->ram);
	for (unsigned int i = 0; i < p->banks && !error; i++)
		error = add_bank(boot, &p->bank[i].region, regime.pa_limit, &mapped);
	if (!error && !memmap_contains(&boot->ram, vm_workspace(), vm_workspace_size()))
		error = ERR_FULL;
	return error;
}

static bool contradicts(const struct boot *boot, const struct memmap *ram,
			struct platform_fault *fault)
{
	const struct platform_secure *secure = arch_level() == 3 ? &boot->own.secure : NULL;
	const struct region file = image();

	return platform_contradicts(&boot->platform, secure, ram, &file, fault);
}

/* Takes memory that is in use already out of the map of free RAM. */
static int remove_used(struct boot *boot)
{
	const struct platform *p = &boot->platform;
	const struct region file = file_pages();
	int error = reserve(boot);

	for (unsigned int i = 0; i < p->modules && !error; i++)
		error = memmap_remove(&boot->ram, p->module[i].region.base,
				      p->module[i].region.size);
	if (!error)
		error = memmap_remove(&boot->ram, p->chosen.initrd.base, p->chosen.initrd.size);
	if (!error)
		error = memmap_remove(&boot->ram, (uintptr_t)p->fdt, fdt_totalsize(p->fdt));
	if (!error)
		error = memmap_remove(&boot->ram, file.base, file.size);
	if (!error)
		error = memmap_remove(&boot->ram, vm_workspace(), vm_workspace_size());
	return error;
}

/* A bank that is larger than what there is shows at its ends; what is somebody's is left alone. */
static int try_ram(const struct memmap *ram)
{
	for (unsigned int i = 0; i < ram->count; i++) {
		uint64_t first = ram->range[i].base, last = ram->range[i].end;

		if (!arch_is_ram((first + 7) & ~7ULL) || !arch_is_ram((last - 8) & ~7ULL))
			return ERR_FDT_RAM;
	}
	return 0;
}

static int find_ram(struct boot *boot)
{
	int error = remove_used(boot);

	return error ? error : try_ram(&boot->ram);
}

/* Where the tree is: the VMM's, or the one that we make where there is none. */
static const void *find_tree(struct boot *boot, const struct early *early)
{
	const void *fdt = (const void *)(uintptr_t)early->fdt;

	if (early->error == ERR_FDT_MAGIC && !fdt) {
		platform_init(&boot->platform);
		fdt = probe_hardware(boot);
		boot->probed = fdt != NULL;
		if (!fdt)
			no_tree();
	}
	if (early->error && !early_tree_walked((int)early->error) && !boot->probed)
		bad_tree(boot, fdt, (int)early->error);
	return fdt;
}

static void map_fw_cfg(const struct region *fw_cfg)
{
	if (!fw_cfg->base && !fw_cfg->size)
		return;
	if (!arch_reaches(fw_cfg->base, FW_CFG_REGISTERS))
		stop_error("correct the tree (QEMU: -dtb), or start a 64-bit machine",
			   "fw_cfg at 0x%llx is out of this CPU's reach",
			   (unsigned long long)fw_cfg->base);
	if (vm_map_device(fw_cfg->base, FW_CFG_REGISTERS))
		stop_error("report this", "no room for a mapping of fw_cfg");
}

/* What is in the banks as far as it is reached, used or not. */
static int all_ram(const struct platform *p, struct memmap *ram)
{
	struct arch_regime regime;
	int error = 0;

	arch_regime(&regime);
	memmap_init(ram);
	for (unsigned int i = 0; i < p->banks && !error; i++) {
		uint64_t base = p->bank[i].region.base;
		uint64_t reached = sub_capped(regime.pa_limit, base);

		error = memmap_add(ram, base, min64(p->bank[i].region.size, reached));
	}
	return error;
}

/* The model is another one now, and as little to be believed. */
static void adopt(struct boot *boot)
{
	static struct memmap banks_now __attribute__((section(".noinit")));
	struct platform_fault fault = {NULL, NULL, {0, 0}};
	int error = all_ram(&boot->platform, &banks_now);

	if (error)
		bad_tree(boot, boot->base_fdt, error);

	seeds_note(boot);
	platform_own(&boot->platform, &boot->own);
	boot->host_psci = boot->platform.psci;
	open_console(boot);
	if (contradicts(boot, &banks_now, &fault))
		contradiction(boot, &fault);
}

void probe(struct boot *boot, const struct early *early)
{
	struct platform *p = &boot->platform;
	struct platform_fault fault = {NULL, NULL, {0, 0}};
	const void *fdt;
	int error;

	boot->probed = false;
	boot->own.secure = (struct platform_secure) {0};
	fdt = find_tree(boot, early);
	error = platform_from_fdt(p, fdt, FDT_MAX_SIZE);
	platform_own(p, &boot->own);
	boot->devices = p;
	boot->vmm_fdt = boot->base_fdt = fdt;
	boot->host_psci = p->psci;
	boot->seeds.num = 0;
	if (!error)
		seeds_note(boot);
	open_console(boot);
	if (!error && !boot->probed)
		error = (int)early->error;
	if (!error)
		error = add_banks(boot);
	if (!error && arch_level() == 3)
		secure_probe(boot);
	if (!error && contradicts(boot, &boot->ram, &fault))
		contradiction(boot, &fault);
	if (!error)
		error = find_ram(boot);
	if (error)
		bad_tree(boot, fdt, error);
	acpi_locate(boot);
	if (acpi_adopt(boot))
		adopt(boot);
	map_fw_cfg(&p->fw_cfg);
}
