/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether the VMM has ACPI tables of its own, and where: in fw_cfg (QEMU) or in RAM (others). */
#include <string.h>
#include "boot/describe.h"
#include "tables/acpi/acpi.h"
#include "tables/acpi/loader.h"
#include "acpi.h"
#include "tables/efi/efi.h"
#include "error.h"
#include "drivers/fw_cfg.h"
#include "le.h"
#include "boot/core/vm.h"

#define RSDP_MAGIC 0x2052545020445352 /* "RSD PTR " */

/* cloud-hypervisor: 2 MiB behind the tree, at a place that nothing announces. */
#define CLOUD_HYPERVISOR_OFFSET 0x200000

void *acpi_in_ram(void *context, uint64_t address, uint64_t size)
{
	const struct boot *boot = context;
	const struct region ours = {vm_workspace(), vm_workspace_size()};

	if (overlaps(address, size, &ours))
		return NULL;
	if (arch_reaches(address, size) && (platform_owns_ram(&boot->own, address, size) ||
					    in_range(address, size, &boot->acpi.tables)))
		return (void *)(uintptr_t)address;
	return NULL;
}

/* What is to stay of free RAM. */
static int check_tables(struct boot *boot)
{
	struct acpi acpi;
	uint64_t base, end;
	int error = acpi_open(&acpi, boot->acpi.rsdp, acpi_in_ram, boot);

	if (!error)
		error = acpi_extent(&acpi, boot->acpi.rsdp, &base, &end);
	if (!error) {
		boot->acpi.tables.base = base;
		boot->acpi.tables.size = end - base;
		base = align_down(base, EFI_GRANULE);
		error = memmap_remove(&boot->ram, base, align_up(end, EFI_GRANULE) - base);
	}
	return error;
}

static bool answers(const struct region *region)
{
	uint32_t value;

	return arch_probe_read((uintptr_t)page_down(region->base), &value) &&
	       arch_probe_read((uintptr_t)page_down(region->base + region->size - 1), &value);
}

/* Xen tells the size of the tables; the pages that they are in are all theirs. */
static bool map_announced(const struct region *region)
{
	struct region pages = region_pages(region);

	return region->size && arch_reaches(region->base, region->size) &&
	       vm_map_ram(pages.base, pages.size) == 0 && answers(region);
}

void acpi_locate(struct boot *boot)
{
	const struct platform *p = &boot->platform;
	uint64_t at = p->acpi.size ? p->acpi.base : (uintptr_t)p->fdt + CLOUD_HYPERVISOR_OFFSET;

	boot->acpi.rsdp = 0;
	boot->acpi.tables.size = 0;
	if (map_announced(&p->acpi))
		boot->acpi.tables = p->acpi;
	if (!acpi_in_ram(boot, at, 8) || le64((const void *)(uintptr_t)at) != RSDP_MAGIC)
		return;
	boot->acpi.rsdp = at;
	boot->acpi.error = check_tables(boot);
}

/* QEMU's file of tables begins with the DSDT, whose devices tell. */
static bool offered_by_file(struct boot *boot, const struct fw_cfg_file *file)
{
	struct scratch scratch;
	const uint8_t *dsdt = scratch_read(boot, &scratch, file, ACPI_HEADER);
	uint32_t size = dsdt && memcmp(dsdt, "DSDT", 4) == 0 ? le32(dsdt + 4) : 0;
	bool offered;

	scratch_free(boot, &scratch);
	if (size < ACPI_HEADER || size > file->size)
		return false;
	dsdt = scratch_read(boot, &scratch, file, size);
	offered = dsdt && acpi_bytes_mention(dsdt, size, ACPI_GED, sizeof(ACPI_GED) - 1);
	scratch_free(boot, &scratch);
	return offered;
}

bool acpi_offers_hotplug(struct boot *boot)
{
	struct fw_cfg_file file;
	struct acpi acpi;

	if (boot->acpi.rsdp)
		return !boot->acpi.error &&
		       acpi_open(&acpi, boot->acpi.rsdp, acpi_in_ram, boot) == 0 &&
		       acpi_mentions(&acpi, ACPI_GED, sizeof(ACPI_GED) - 1) > 0;
	return acpi_file(boot, ACPI_LOADER_TABLES, &file) == 0 && offered_by_file(boot, &file);
}
