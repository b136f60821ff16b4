/* SPDX-License-Identifier: BSD-2-Clause */
/* EFI's tables in a device tree, as Linux's EFI stub announces them; and a tree of nothing else. */
#include <libfdt.h>
#include <stdint.h>
#include <string.h>
#include "error.h"
#include "tables/fdt/efi_stub.h"
#include "tables/fdt/write.h"

/* As the EFI stub of the kernel puts it (include/linux/efi.h). */
#define SECURE_BOOT_DISABLED 2

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

struct efi_property {
	const char *name;
	uint64_t value;
	uint32_t cells;
};

#define NAMED 5
#define ALL   6 /* or Linux takes none */

/* NAMED of them; for Linux, ALL. */
static void list_properties(const struct efi_names *names, const struct efi_handoff *e,
			    struct efi_property list[ALL])
{
	list[0] = (struct efi_property) {names->system_table, e->system_table, 2};
	list[1] = (struct efi_property) {names->map, e->map, 2};
	list[2] = (struct efi_property) {names->map_size, e->map_size, 1};
	list[3] = (struct efi_property) {names->descriptor_size, e->descriptor_size, 1};
	list[4] = (struct efi_property) {names->descriptor_version, e->descriptor_version, 1};
	list[NAMED] = (struct efi_property) {"linux,uefi-secure-boot", SECURE_BOOT_DISABLED, 1};
}

static int add_properties(void *fdt, const struct efi_property *list, unsigned int count)
{
	int node = fdt_path_offset(fdt, "/chosen"), error = 0;

	for (unsigned int i = 0; i < count && !error; i++)
		error = list[i].cells == 2
				? fdt_setprop_u64(fdt, node, list[i].name, list[i].value)
				: fdt_setprop_u32(fdt, node, list[i].name, (uint32_t)list[i].value);
	return error;
}

static void write_address(struct fdt_writer *w, const char *name, uint64_t value)
{
	fdt_write_property(w, name, 2);
	fdt_write_address(w, value);
}

/* All that is in /chosen but for EFI's properties. */
static void write_chosen(struct fdt_writer *w, const struct fdt_handoff *h)
{
	fdt_write_node(w, "chosen");
	if (h->bootargs)
		fdt_write_text(w, "bootargs", h->bootargs);
	if (h->initrd_size) {
		write_address(w, "linux,initrd-start", h->initrd);
		write_address(w, "linux,initrd-end", h->initrd + h->initrd_size);
	}
	if (h->kaslr_seed)
		fdt_write_bytes(w, "kaslr-seed", h->kaslr_seed, 8);
	if (h->rng_seed)
		fdt_write_bytes(w, "rng-seed", h->rng_seed, h->rng_seed_size);
	if (h->efirng.size) {
		write_address(w, "netbsd,efirng-start", h->efirng.base);
		write_address(w, "netbsd,efirng-end", h->efirng.base + h->efirng.size);
	}
}

static void write_properties(struct fdt_writer *w, const struct efi_property *list)
{
	for (unsigned int i = 0; i < ALL; i++)
		if (list[i].cells == 2)
			write_address(w, list[i].name, list[i].value);
		else
			fdt_write_number(w, list[i].name, (uint32_t)list[i].value);
}

/* Nothing here has an address, but kernels from 6.14 on warn when the numbers of cells are missing.
 */
static void write_root(struct fdt_writer *w, const struct fdt_stub *s)
{
	fdt_write_node(w, "");
	fdt_write_number(w, "#address-cells", 2);
	fdt_write_number(w, "#size-cells", 2);
	if (s->model)
		fdt_write_text(w, "model", s->model);
	if (s->compatible)
		fdt_write_text(w, "compatible", s->compatible);
}

/* No name comes twice: the strings need not be searched for them. */
#define NAMES_DIFFER FDT_CREATE_FLAG_NO_NAME_DEDUP

int fdt_begin_chosen(const struct fdt_handoff *handoff, void *to, size_t room)
{
	struct fdt_writer w;

	if (fdt_write_start(&w, to, room, NAMES_DIFFER))
		return ERR_FDT_SPACE;
	fdt_write_node(&w, "");
	write_chosen(&w, handoff);
	fdt_write_end(&w);
	fdt_write_end(&w);
	return fdt_write_finish(&w) || fdt_open_into(to, to, (int)room) ? ERR_FDT_SPACE : 0;
}

int fdt_stub(const struct fdt_stub *stub, void *to, size_t room)
{
	struct efi_property list[ALL];
	struct fdt_writer w;

	if (fdt_write_start(&w, to, room, NAMES_DIFFER))
		return ERR_FDT_SPACE;
	write_root(&w, stub);
	write_chosen(&w, &stub->chosen);
	list_properties(&linux_names, &stub->efi, list);
	write_properties(&w, list);
	fdt_write_end(&w);
	fdt_write_end(&w);
	return fdt_write_finish(&w);
}

static int add_efi(void *fdt, size_t room, const struct efi_names *names, unsigned int count,
		   const struct efi_handoff *efi)
{
	struct efi_property list[ALL];
	int error = fdt_open_into(fdt, fdt, (int)room);

	list_properties(names, efi, list);
	if (!error)
		error = add_properties(fdt, list, count);
	if (!error)
		error = fdt_pack(fdt);
	return error ? ERR_FDT_SPACE : 0;
}

int fdt_add_efi(void *fdt, size_t room, const struct efi_handoff *efi)
{
	return add_efi(fdt, room, &linux_names, ALL, efi);
}

int fdt_add_efi_openbsd(void *fdt, size_t room, const struct efi_handoff *efi)
{
	return add_efi(fdt, room, &openbsd_names, NAMED, efi);
}
