/* SPDX-License-Identifier: BSD-2-Clause */
/* The trees by which NetBSD and FreeBSD find ACPI tables. */
#include <libfdt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "error.h"
#include "tables/fdt/bsd.h"
#include "tables/fdt/efi_stub.h"

/* Errors are collected rather than looked at: any of them means that there is no room. */

static int text(void *fdt, int node, const char *name, const char *value)
{
	return fdt_setprop(fdt, node, name, value, (int)strlen(value) + 1);
}

static int address(void *fdt, int node, const char *name, uint64_t value)
{
	fdt64_t cells = cpu_to_fdt64(value);

	return fdt_setprop(fdt, node, name, &cells, sizeof(cells));
}

static int region(void *fdt, int node, const struct region *region)
{
	fdt64_t reg[2] = {cpu_to_fdt64(region->base), cpu_to_fdt64(region->size)};

	return fdt_appendprop(fdt, node, "reg", reg, sizeof(reg));
}

static int cells(void *fdt, int node)
{
	fdt32_t two = cpu_to_fdt32(2);
	int error = fdt_setprop(fdt, node, "#size-cells", &two, sizeof(two));

	return error | fdt_setprop(fdt, node, "#address-cells", &two, sizeof(two));
}

static int add_memory(void *fdt, const struct platform *p)
{
	int node = fdt_add_subnode(fdt, 0, "memory"), error;

	if (node < 0)
		return node;
	error = text(fdt, node, "device_type", "memory");
	for (unsigned int i = 0; i < p->banks; i++)
		error |= region(fdt, node, &p->bank[i].region);
	return error;
}

static int reserve(void *fdt, const char *kind, const struct region *what)
{
	char name[32];
	int parent = fdt_path_offset(fdt, "/reserved-memory"), node, error;

	snprintf(name, sizeof(name), "%s@%llx", kind, (unsigned long long)what->base);
	node = fdt_add_subnode(fdt, parent, name);
	if (node < 0)
		return node;
	error = region(fdt, node, what);
	return error | fdt_setprop(fdt, node, "no-map", NULL, 0);
}

static int add_reserved(void *fdt, const struct platform *p, const struct fdt_bsd *b)
{
	int node = fdt_add_subnode(fdt, 0, "reserved-memory"), error;

	if (node < 0)
		return node;
	error = cells(fdt, node) | fdt_setprop(fdt, node, "ranges", NULL, 0);
	for (unsigned int i = 0; i < b->num_kept; i++)
		error |= reserve(fdt, "acpi", &b->kept[i]);
	for (unsigned int i = 0; i < p->num_reserved; i++)
		error |= reserve(fdt, "vmm", &p->reserved[i].region);
	return error;
}

static int add_acpi(void *fdt, const struct fdt_bsd *b)
{
	int chosen = fdt_path_offset(fdt, "/chosen"), node;
	int error = address(fdt, chosen, "netbsd,acpi-root-table", b->rsdp);

	if (b->smbios)
		error |= address(fdt, chosen, "netbsd,smbios-table", b->smbios);
	node = fdt_add_subnode(fdt, 0, "acpi");
	return error | (node < 0 ? node : text(fdt, node, "compatible", "netbsd,acpi"));
}

int fdt_netbsd(const struct platform *platform, const struct fdt_bsd *bsd, void *to, size_t room)
{
	int error = fdt_begin_chosen(&bsd->chosen, to, room);

	if (error)
		return error;
	error = cells(to, 0) | text(to, 0, "compatible", "netbsd,generic-acpi");
	error |= add_acpi(to, bsd);
	error |= add_reserved(to, platform, bsd);
	error |= add_memory(to, platform);
	error |= fdt_pack(to);
	return error ? ERR_FDT_SPACE : 0;
}

#define GUARD "FreeBSD:"
#define ORDER "kern.cfg.order="

/* Words of its environment are separated by blanks (boot_parse_cmdline_delim()). */
static bool has_order(const char *words)
{
	const char *at = words;

	while ((at = strstr(at, ORDER)) && at > words && at[-1] != ' ')
		at++;
	return at;
}

int fdt_freebsd_line(const char *words, uint64_t rsdp, char *line, size_t room)
{
	int length;

	if (strncmp(words, GUARD, strlen(GUARD)) == 0)
		words += strlen(GUARD);
	length = snprintf(line, room, GUARD "hint.acpi.0.rsdp=0x%llx acpi.rsdp=0x%llx %s%s",
			  (unsigned long long)rsdp, (unsigned long long)rsdp,
			  has_order(words) ? "" : ORDER "acpi ", words);
	return length < 0 || (size_t)length >= room ? ERR_TOO_LONG : 0;
}
