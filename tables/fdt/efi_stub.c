/* SPDX-License-Identifier: BSD-2-Clause */
/* EFI's tables in a device tree, as Linux's EFI stub announces them; and a tree of nothing else. */
#include <libfdt.h>
#include <stdint.h>
#include <string.h>
#include "error.h"
#include "tables/fdt/efi_stub.h"

/* As the EFI stub of the kernel puts it (include/linux/efi.h). */
#define SECURE_BOOT_DISABLED 2

/*
 * A tree of a root alone, to begin with. What completes trees is in the image anyway; libfdt's
 * functions that begin one are not.
 */
static const uint8_t fdt_empty[72] __attribute__((aligned(8))) = {
	0xd0, 0x0d, 0xfe, 0xed, 0, 0, 0, 72, /* magic, size */
	0,    0,    0,	  56,	0, 0, 0, 72, /* structure, strings */
	0,    0,    0,	  40,	0, 0, 0, 17, /* reservations, version */
	0,    0,    0,	  16,	0, 0, 0, 0,  /* the oldest version like it, boot CPU */
	0,    0,    0,	  0,	0, 0, 0, 16, /* sizes of strings and structure */
	0,    0,    0,	  0,	0, 0, 0, 0,  /* no reservations: address */
	0,    0,    0,	  0,	0, 0, 0, 0,  /* and size */
	0,    0,    0,	  1,	0, 0, 0, 0,  /* node "" */
	0,    0,    0,	  2,	0, 0, 0, 9,  /* its end, the end */
};

/* Errors are collected rather than looked at: any of them means that there is no room. */

static int text(void *fdt, const char *name, const char *value)
{
	return value ? fdt_setprop(fdt, 0, name, value, (int)strlen(value) + 1) : 0;
}

static int number(void *fdt, int node, const char *name, uint32_t value)
{
	fdt32_t cell = cpu_to_fdt32(value);

	return fdt_setprop(fdt, node, name, &cell, sizeof(cell));
}

static int address(void *fdt, int node, const char *name, uint64_t value)
{
	fdt64_t cells = cpu_to_fdt64(value);

	return fdt_setprop(fdt, node, name, &cells, sizeof(cells));
}

/* What a guest calls the table and the memory map. */
struct efi_names {
	const char *system_table, *map, *map_size, *descriptor_size, *descriptor_version;
};

static const struct efi_names linux_names = {
	"linux,uefi-system-table",   "linux,uefi-mmap-start",	 "linux,uefi-mmap-size",
	"linux,uefi-mmap-desc-size", "linux,uefi-mmap-desc-ver",
};

/* sys/arch/arm64/stand/efiboot/efiboot.c */
static const struct efi_names openbsd_names = {
	"openbsd,uefi-system-table",   "openbsd,uefi-mmap-start",    "openbsd,uefi-mmap-size",
	"openbsd,uefi-mmap-desc-size", "openbsd,uefi-mmap-desc-ver",
};

static int add_named(void *fdt, const struct efi_names *names, const struct efi_handoff *e)
{
	int node = fdt_path_offset(fdt, "/chosen");
	int error = address(fdt, node, names->system_table, e->system_table);

	error |= address(fdt, node, names->map, e->map);
	error |= number(fdt, node, names->map_size, e->map_size);
	error |= number(fdt, node, names->descriptor_size, e->descriptor_size);
	error |= number(fdt, node, names->descriptor_version, e->descriptor_version);
	return error;
}

/* All six, or Linux takes none. */
static int add_efi(void *fdt, const struct efi_handoff *e)
{
	return add_named(fdt, &linux_names, e) |
	       number(fdt, fdt_path_offset(fdt, "/chosen"), "linux,uefi-secure-boot",
		      SECURE_BOOT_DISABLED);
}

/* Nothing here has an address, but kernels from 6.14 on warn when the numbers of cells are missing.
 */
static int add_root(void *fdt, const struct fdt_stub *s)
{
	int error = number(fdt, 0, "#address-cells", 2);

	error |= number(fdt, 0, "#size-cells", 2);
	error |= text(fdt, "model", s->model);
	error |= text(fdt, "compatible", s->compatible);
	return error;
}

int fdt_begin_chosen(const struct fdt_handoff *handoff, void *to, size_t room)
{
	struct fdt_handoff chosen = *handoff;
	int error;

	chosen.chosen = -1;
	error = fdt_handoff(fdt_empty, to, room, &chosen);
	if (!error)
		error = fdt_open_into(to, to, (int)room);
	return error ? ERR_FDT_SPACE : 0;
}

int fdt_stub(const struct fdt_stub *stub, void *to, size_t room)
{
	int error = fdt_begin_chosen(&stub->chosen, to, room);

	if (error)
		return error;
	error = add_root(to, stub);
	error |= add_efi(to, &stub->efi);
	error |= fdt_pack(to);
	return error ? ERR_FDT_SPACE : 0;
}

int fdt_add_efi(void *fdt, size_t room, const struct efi_handoff *efi)
{
	int error = fdt_open_into(fdt, fdt, (int)room);

	if (!error)
		error = add_efi(fdt, efi) | fdt_pack(fdt);
	return error ? ERR_FDT_SPACE : 0;
}

int fdt_add_efi_openbsd(void *fdt, size_t room, const struct efi_handoff *efi)
{
	int error = fdt_open_into(fdt, fdt, (int)room);

	if (!error)
		error = add_named(fdt, &openbsd_names, efi) | fdt_pack(fdt);
	return error ? ERR_FDT_SPACE : 0;
}
