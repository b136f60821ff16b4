/* SPDX-License-Identifier: BSD-2-Clause */
/* The description of an ACPI guest: tables, SMBIOS, EFI's tables, and the tree that leads there. */
#include <libfdt.h>
#include <string.h>
#include "boot/describe.h"
#include "boot/memory.h"
#include "boot/payload.h"
#include "acpi.h"
#include "tables/acpi/build.h"
#include "tables/acpi/loader.h"
#include "tables/fdt/bsd.h"
#include "tables/fdt/build.h"
#include "tables/fdt/efi_stub.h"
#include "lib/fdt/walk.h"
#include "tables/efi/runtime.h"

/* What is small: EFI's tables and map, SMBIOS, the files beside etc/acpi/tables. */
#define RESIDENT_SMALL 0x8000

_Static_assert(RUNTIME_SIZE + EFI_TABLES_ROOM(PLATFORM_BANKS + PLATFORM_RESERVED + RESIDENT_BLOCKS +
					      1) <=
		       RESIDENT_SMALL,
	       "the map has to lie in one granule with the runtime services");

/* The largest file that will be kept: the VMM's tables, padded, or what we build. */
uint64_t acpi_largest(const struct boot *boot)
{
	struct fw_cfg_file file;

	if (fw_cfg_find(ACPI_LOADER_TABLES, &file) == 0)
		return file.size;
	return ACPI_BUILD_ROOM(boot->platform.cpus);
}

#define KASLR_SEED_SIZE 8

/* Of the VMM's tree it has but the seed. */
static void give_stub(struct boot *boot, const struct fdt_handoff *chosen,
		      const struct efi_handoff *efi)
{
	const struct platform *p = &boot->platform;
	struct fdt_stub stub = {.model = p->model, .efi = *efi, .chosen = *chosen};
	uint64_t room = FDT_STUB_EXTRA + strlen(boot->command_line) + 1 +
			(p->model ? strlen(p->model) + 1 : 0) + chosen->rng_seed_size;
	int error = place_fdt(&boot->ram, &boot->image, room, &boot->place);

	stub.chosen.bootargs = boot->command_line;
	stub.chosen.rng_seed = NULL; /* EFI's tables have it */
	if (p->chosen.has_kaslr_seed && p->chosen.kaslr_seed_len == KASLR_SEED_SIZE)
		stub.chosen.kaslr_seed = (const uint8_t *)p->chosen.kaslr_seed;
	if (!error)
		error = fdt_stub(&stub, (void *)(uintptr_t)boot->place.fdt, room);
	if (error)
		resident_failed(error);
}

static void give_both(struct boot *boot, const struct fdt_handoff *chosen,
		      const struct efi_handoff *efi)
{
	uint64_t room = fdt_describe(boot, chosen, FDT_EFI_EXTRA);
	int error = fdt_add_efi((void *)(uintptr_t)boot->place.fdt, room, efi);

	if (error)
		resident_failed(error);
}

static void give_netbsd(struct boot *boot, struct fdt_bsd *bsd)
{
	const struct platform *p = &boot->platform;
	uint64_t room = FDT_NETBSD_ROOM(p, bsd->num_kept) + strlen(boot->command_line) +
			p->chosen.rng_seed_len;
	int error = place_fdt(&boot->ram, &boot->image, room, &boot->place);

	bsd->chosen.bootargs = boot->command_line;
	if (p->chosen.has_rng_seed) { /* else it is one of ours */
		bsd->chosen.rng_seed = p->chosen.rng_seed;
		bsd->chosen.rng_seed_size = p->chosen.rng_seed_len;
	}
	if (!error)
		error = fdt_netbsd(p, bsd, (void *)(uintptr_t)boot->place.fdt, room);
	if (error)
		resident_failed(error);
}

/* It has the whole tree in any case. */
static void give_freebsd(struct boot *boot, struct fdt_bsd *bsd)
{
	static char line[COMMAND_LINE_MAX] __attribute__((section(".noinit")));

	if (fdt_freebsd_line(boot->command_line, bsd->rsdp, line, sizeof(line)))
		command_line_too_long(strlen(boot->command_line) + FDT_FREEBSD_WORDS);
	memcpy(boot->command_line, line, strlen(line) + 1);
	bsd->chosen.bootargs = boot->command_line;
	bsd->chosen.kept = bsd->kept;
	bsd->chosen.num_kept = bsd->num_kept;
	fdt_describe(boot, &bsd->chosen, 0);
}

/* The model's tree is another one while that is completed. */
static void give_openbsd(struct boot *boot, const struct fdt_handoff *chosen,
			 const struct efi_handoff *efi, uint64_t rsdp)
{
	static struct platform_details nothing __attribute__((section(".noinit")));
	struct platform *p = &boot->platform;
	const void *whole = p->fdt;
	void *tree = (void *)(uintptr_t)take_memory(boot, "device tree", FDT_BUILD_ROOM);
	struct fdt_handoff own = *chosen;
	uint64_t room;
	int error;

	platform_details_init(&nothing);
	error = fdt_build_openbsd(p, &nothing, rsdp, tree, FDT_BUILD_ROOM);
	if (error)
		resident_failed(error);
	own.chosen = -1;
	own.bootargs = boot->command_line;
	p->fdt = tree;
	room = fdt_describe(boot, &own, FDT_EFI_EXTRA);
	p->fdt = whole;
	error = fdt_add_efi_openbsd((void *)(uintptr_t)boot->place.fdt, room, efi);
	if (error)
		resident_failed(error);
}

/* In an emulator nothing shows whether caches matter here; on hardware they do. */
static void clean(const struct resident *resident)
{
	for (unsigned int i = 0; i < resident->blocks; i++)
		arch_clean(resident->block[i].base, resident->block[i].size);
}

static void resident_monitor(struct boot *boot, struct resident *resident)
{
	struct region *memory = &boot->monitor.memory;

	if (boot->entry.monitor && memory->size)
		memory->base = resident_or_stop(resident, memory->size, PAGE_SIZE);
}

static void describe_by_efi(struct boot *boot, struct resident *resident,
			    const struct fdt_handoff *chosen)
{
	struct efi_place place;
	struct efi_handoff efi;
	uint64_t rsdp, smbios;

	efi_reserve(boot, resident, &place);
	resident_monitor(boot, resident);
	rsdp = acpi_provide(boot, resident);
	smbios = smbios_provide(boot, resident);
	efi_provide(boot, resident, &place, rsdp, smbios, &efi);
	if (boot->guest->acpi == GUEST_ACPI_OPENBSD)
		give_openbsd(boot, chosen, &efi, rsdp);
	else if (boot->description & DESCRIBE_FDT)
		give_both(boot, chosen, &efi);
	else
		give_stub(boot, chosen, &efi);
}

static void describe_bsd(struct boot *boot, struct resident *resident,
			 const struct fdt_handoff *chosen)
{
	struct fdt_bsd bsd = {.chosen = *chosen};

	resident_monitor(boot, resident);
	bsd.rsdp = acpi_provide(boot, resident);
	bsd.smbios = smbios_provide(boot, resident);
	bsd.kept = resident->block;
	bsd.num_kept = resident->blocks;
	if (boot->guest->acpi == GUEST_ACPI_NETBSD)
		give_netbsd(boot, &bsd);
	else
		give_freebsd(boot, &bsd);
}

void acpi_describe(struct boot *boot, const struct fdt_handoff *chosen)
{
	struct resident resident;
	uint64_t small = RESIDENT_SMALL + (boot->entry.monitor ? boot->monitor.memory.size : 0);
	int error = resident_init(&resident, &boot->ram, small, acpi_largest(boot));

	if (error)
		resident_failed(error);
	if (boot->guest->acpi == GUEST_ACPI_EFI || boot->guest->acpi == GUEST_ACPI_OPENBSD)
		describe_by_efi(boot, &resident, chosen);
	else
		describe_bsd(boot, &resident, chosen);
	clean(&resident);
}
