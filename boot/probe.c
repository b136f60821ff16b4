/* SPDX-License-Identifier: BSD-2-Clause */
/* Stage "probe": what machine is this? */
#include <libfdt.h>
#include "arch.h"
#include "boot.h"
#include "console.h"
#include "efi.h"
#include "error.h"
#include "fdt_walk.h"
#include "fw_cfg.h"
#include "window.h"

static _Noreturn void no_tree(const struct early *early)
{
	if (early->error == ERR_FDT_MAGIC)
		stop_error("start forearm so that the VMM passes a device tree: as its -bios or "
			   "-kernel, "
			   "with nothing loaded over the start of RAM",
			   "no device tree, neither by register nor at the start of RAM");
	stop_error("check the tree that the VMM was given (QEMU: -dtb; try without, or validate it "
		   "with dtc)",
		   "the device tree at 0x%llx cannot be used: %s", (unsigned long long)early->fdt,
		   error_string((int)early->error));
}

/* stdout-path's UART if we can drive it, else the first that we can. */
static void open_console(const struct platform *p)
{
	for (int i = -1; i < (int)p->uarts; i++) {
		int index = i < 0 ? p->console : i;
		const struct uart_driver *driver;

		if (index < 0)
			continue;
		driver = console_driver(p->uart[index].compatible);
		if (!driver ||
		    window_map_device(p->uart[index].region.base, p->uart[index].region.size))
			continue;
		console_use(driver, (uintptr_t)p->uart[index].region.base);
		return;
	}
}

static int add_bank(struct boot *boot, const struct region *bank, uint64_t limit)
{
	struct region seen = {bank->base, min64(bank->size, sub_capped(limit, bank->base))};
	int error = 0;

	if (!in_range(window_workspace(), 1, &seen)) /* else early_init() has mapped all of it */
		error = window_map_ram(seen.base, seen.size);
	return error ? error : memmap_add(&boot->ram, seen.base, seen.size);
}

/*
 * EFI's map counts in granules: what shares one with reserved memory is reserved for its guests,
 * so nothing may be loaded there.
 */
static int remove_granules(struct memmap *ram, const struct region *region)
{
	uint64_t base = align_down(region->base, EFI_GRANULE);

	return memmap_remove(ram, base, align_up(region_end(region), EFI_GRANULE) - base);
}

int reserve(struct boot *boot)
{
	const struct platform *p = &boot->platform;
	int error = 0;

	for (unsigned int i = 0; i < p->reserveds && !error; i++)
		error = remove_granules(&boot->ram, &p->reserved[i].region);
	return error;
}

/* All RAM that we can address, less what is somebody's. */
static int find_ram(struct boot *boot)
{
	const struct platform *p = &boot->platform;
	struct arch_regime regime;
	int error = 0;

	arch_regime(&regime);
	memmap_init(&boot->ram);
	for (unsigned int i = 0; i < p->banks && !error; i++)
		error = add_bank(boot, &p->bank[i].region, regime.pa_limit);
	if (!error)
		error = reserve(boot);
	for (unsigned int i = 0; i < p->modules && !error; i++)
		error = memmap_remove(&boot->ram, p->module[i].region.base,
				      p->module[i].region.size);
	if (!error)
		error = memmap_remove(&boot->ram, p->chosen.initrd.base, p->chosen.initrd.size);
	if (!error)
		error = memmap_remove(&boot->ram, (uintptr_t)p->fdt, fdt_totalsize(p->fdt));
	if (!error)
		error = memmap_remove(&boot->ram, window_image(), file_size());
	if (!error)
		error = memmap_remove(&boot->ram, window_workspace(), window_workspace_size());
	return error;
}

/* Where the tree is: the VMM's, or the one that we make where there is none. */
static const void *find_tree(struct boot *boot, const struct early *early)
{
	const void *fdt = (const void *)(uintptr_t)early->fdt;

	if (early->error == ERR_FDT_MAGIC && !fdt) {
		fdt = probe_hardware(boot);
		boot->probed = fdt != NULL;
	}
	if (early->error && !boot->probed)
		no_tree(early);
	return fdt;
}

void probe(struct boot *boot, const struct early *early)
{
	struct platform *p = &boot->platform;
	const void *fdt;
	int error;

	platform_init(p);
	boot->probed = false;
	boot->secure = (struct platform_secure) {0};
	fdt = find_tree(boot, early);
	error = platform_from_fdt(p, fdt, FDT_MAX_SIZE);
	boot->vmm_fdt = boot->base_fdt = fdt;
	boot->below = p->psci;
	open_console(p);
	if (!error && arch_level() == 3)
		secure_probe(boot);
	if (!error)
		error = find_ram(boot);
	if (error)
		stop_error("check the tree that the VMM was given (QEMU: -dtb)",
			   "the device tree at 0x%llx cannot be used: %s",
			   (unsigned long long)(uintptr_t)fdt, error_string(error));
	acpi_locate(boot);
	if (p->fw_cfg.base && window_map_device(p->fw_cfg.base, FW_CFG_REGISTERS))
		stop_error("report this", "no room for a mapping of fw_cfg");
}
