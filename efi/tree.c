/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The device tree that our own start gets, as a VMM would make it (Devicetree Specification 0.4,
 * chapter 5): written from its first byte to its last. Packaged libfdt cannot be here: compiled as
 * it is, it has to be relocated.
 */
#include <string.h>
#include "application.h"
#include "boot/early/ram.h"
#include "error.h"
#include "layout.h"
#include "lib/fdt/walk.h"
#include "types.h"

#define HEADER	     40
#define HEADER_WORDS 10
#define VERSION	     17
#define COMPATIBLE   16 /* the oldest version that it can be read as */
#define RSDP_SIZE    36 /* ACPI 6.5, 5.2.5.3 */

/* What is added to the names of properties. */
static const char names[] = "bootargs\0#address-cells\0#size-cells\0device_type\0reg\0compatible\0"
			    "linux,initrd-start\0linux,initrd-end";
enum name {
	BOOTARGS,
	ADDRESS_CELLS = 9,
	SIZE_CELLS = 24,
	DEVICE_TYPE = 36,
	REG = 48,
	COMPATIBLE_NAME = 52,
	INITRD_START = 63,
	INITRD_END = 82
};

struct writer {
	uint8_t *at, *end;
	uint32_t names; /* where ours are in the strings block */
	bool full;
};

static void put(struct writer *w, const void *bytes, size_t size)
{
	size_t padded = (size_t)align_up(size, 4);

	if ((size_t)(w->end - w->at) < padded) {
		w->full = true;
		return;
	}
	memcpy(w->at, bytes, size);
	memset(w->at + size, 0, padded - size);
	w->at += padded;
}

static void put_cell(struct writer *w, uint32_t value)
{
	fdt32_t cell = cpu_to_fdt32(value);

	put(w, &cell, sizeof(cell));
}

static void put_address(struct writer *w, uint64_t value)
{
	put_cell(w, (uint32_t)(value >> 32));
	put_cell(w, (uint32_t)value);
}

static void begin_node(struct writer *w, const char *name)
{
	put_cell(w, FDT_BEGIN_NODE);
	put(w, name, strlen(name) + 1);
}

static void begin_property(struct writer *w, enum name name, size_t size)
{
	put_cell(w, FDT_PROP);
	put_cell(w, (uint32_t)size);
	put_cell(w, w->names + name);
}

static void property(struct writer *w, enum name name, const void *data, size_t size)
{
	begin_property(w, name, size);
	put(w, data, size);
}

static void number(struct writer *w, enum name name, uint32_t value)
{
	begin_property(w, name, sizeof(value));
	put_cell(w, value);
}

static void region(struct writer *w, uint64_t base, uint64_t size)
{
	begin_property(w, REG, 2 * sizeof(uint64_t));
	put_address(w, base);
	put_address(w, size);
}

/* -- reservations ------------------------------------------------------------------------------ */

static void reserve(struct writer *w, uint64_t base, uint64_t size)
{
	put_address(w, base);
	put_address(w, size);
}

/*
 * The firmware's, and what its memory map says of the RAM that is told; the reader has seen that
 * the former come to an end.
 */
static void reservations(const struct application *app, struct writer *w)
{
	const fdt64_t *old = app->fdt ? (const fdt64_t *)((const uint8_t *)app->fdt +
							  fdt_off_mem_rsvmap(app->fdt))
				      : NULL;
	enum efi_use use = app->fdt ? EFI_USE_RESERVED : EFI_USE_TABLES;
	struct region run = {0, 0};

	for (; old && (old[0] || old[1]); old += 2)
		put(w, old, 2 * sizeof(*old));
	while (efi_map_next(&app->map, use, region_end(&run), &run))
		reserve(w, run.base, run.size);
	reserve(w, 0, 0);
}

/* -- a tree of our own: what our start needs before it has read the ACPI tables -----------------
 */

/* "memory@" and the address. */
static void begin_memory(struct writer *w, uint64_t base)
{
	static const char digits[16] = "0123456789abcdef";
	char name[24] = "memory@";
	unsigned int at = 7, shift = 60;

	while (shift && !(base >> shift))
		shift -= 4;
	for (; shift; shift -= 4)
		name[at++] = digits[base >> shift & 0xf];
	name[at++] = digits[base & 0xf];
	name[at] = '\0';
	begin_node(w, name);
}

static void memory(const struct application *app, struct writer *w)
{
	struct region run = {0, 0};

	while (efi_map_next(&app->map, EFI_USE_RAM, region_end(&run), &run)) {
		begin_memory(w, run.base);
		property(w, DEVICE_TYPE, "memory", sizeof("memory"));
		region(w, run.base, run.size);
		put_cell(w, FDT_END_NODE);
	}
}

/* As Xen announces its tables. */
static void rsdp(const struct application *app, struct writer *w)
{
	static const char compatible[] = "xen,guest-acpi\0multiboot,module";

	begin_node(w, "acpi");
	property(w, COMPATIBLE_NAME, compatible, sizeof(compatible));
	region(w, app->rsdp, RSDP_SIZE);
	put_cell(w, FDT_END_NODE);
}

static void command_line(const struct application *app, struct writer *w)
{
	if (!app->has_command_line && app->command_line[0])
		property(w, BOOTARGS, app->command_line, strlen(app->command_line) + 1);
}

static void address(struct writer *w, enum name name, uint64_t value)
{
	begin_property(w, name, sizeof(value));
	put_address(w, value);
}

/* What is ours to say in /chosen. */
static void wishes(const struct application *app, struct writer *w)
{
	command_line(app, w);
	if (!app->initrd.size)
		return;
	address(w, INITRD_START, app->initrd.at);
	address(w, INITRD_END, app->initrd.at + app->initrd.size);
}

/* The kernel of the volume, as QEMU's guest-loader and Xen's loaders announce one. */
static void module(const struct application *app, struct writer *w)
{
	static const char compatible[] = "multiboot,kernel\0multiboot,module";

	if (!app->volume_kernel.size)
		return;
	begin_node(w, "module");
	property(w, COMPATIBLE_NAME, compatible, sizeof(compatible));
	region(w, app->volume_kernel.at, app->volume_kernel.size);
	put_cell(w, FDT_END_NODE);
}

static void own_structure(const struct application *app, struct writer *w)
{
	begin_node(w, "");
	number(w, ADDRESS_CELLS, 2);
	number(w, SIZE_CELLS, 2);
	memory(app, w);
	begin_node(w, "chosen");
	wishes(app, w);
	rsdp(app, w);
	module(app, w);
	put_cell(w, FDT_END_NODE);
	put_cell(w, FDT_END_NODE);
	put_cell(w, FDT_END);
}

/* -- the firmware's tree ------------------------------------------------------------------------
 */

#define CUTS 3

/* Places in its structure block. */
struct places {
	uint32_t chosen;     /* behind the name of /chosen, or the end of the root */
	uint32_t chosen_end; /* of the node, or again the end of the root */
	uint32_t end;	     /* of the block */
	bool has_chosen;
	unsigned int cuts; /* properties of /chosen that are ours to say */
	struct {
		uint32_t from, to;
	} cut[CUTS];
};

/*
 * The bundle's own command line counts alone; else load options before what the tree has. An initrd
 * that was loaded for us takes the place of another.
 */
static bool is_ours(const struct application *app, const char *name)
{
	if (strcmp(name, names + BOOTARGS) == 0)
		return app->has_command_line || app->command_line[0];
	return app->initrd.size &&
	       (strcmp(name, names + INITRD_START) == 0 || strcmp(name, names + INITRD_END) == 0);
}

static void look(const struct application *app, struct places *p, const struct fdt_walk *walk,
		 int token, bool *inside)
{
	uint32_t at = (uint32_t)walk->offset, next = (uint32_t)(walk->at - walk->start);

	if (token == FDT_BEGIN_NODE && walk->depth == 2) {
		*inside = !p->has_chosen && strcmp(walk->name, "chosen") == 0;
		if (*inside) {
			p->has_chosen = true;
			p->chosen = next;
		}
	} else if (token == FDT_PROP && walk->depth == 2 && *inside && p->cuts < CUTS &&
		   is_ours(app, walk->name)) {
		p->cut[p->cuts].from = at;
		p->cut[p->cuts++].to = next;
	} else if (token == FDT_END_NODE && walk->depth == 1 && *inside) {
		p->chosen_end = at;
		*inside = false;
	} else if (token == FDT_END_NODE && walk->depth == 0 && !p->has_chosen) {
		p->chosen = p->chosen_end = at;
	}
	p->end = next;
}

static int find_places(const struct application *app, const void *fdt, struct places *p)
{
	struct fdt_walk walk;
	bool inside = false;
	int token = fdt_walk_start(&walk, fdt, FDT_MAX_SIZE);

	*p = (struct places) {0};
	if (token)
		return token;
	do {
		token = fdt_walk_next(&walk);
		if (token < 0)
			return token;
		look(app, p, &walk, token, &inside);
	} while (token != FDT_END);
	return 0;
}

static void copied_structure(const struct application *app, const struct places *p,
			     struct writer *w)
{
	const uint8_t *from = (const uint8_t *)app->fdt + fdt_off_dt_struct(app->fdt);
	uint32_t at = p->chosen;

	put(w, from, at);
	if (!p->has_chosen)
		begin_node(w, "chosen");
	wishes(app, w);
	for (unsigned int i = 0; i < p->cuts; i++) {
		put(w, from + at, p->cut[i].from - at);
		at = p->cut[i].to;
	}
	put(w, from + at, p->chosen_end - at);
	module(app, w);
	if (!p->has_chosen)
		put_cell(w, FDT_END_NODE);
	put(w, from + p->chosen_end, p->end - p->chosen_end);
}

int efi_tree_used(const struct application *app, const void *fdt, uint32_t *used)
{
	struct places places;
	int error = find_places(app, fdt, &places);

	*used = error ? 0 : fdt_used_size(fdt);
	return *used ? error : ERR_FDT_LAYOUT;
}

/* -- the whole ----------------------------------------------------------------------------------
 */

static void write_header(const struct application *app, uint32_t structure, uint32_t structure_size,
			 uint32_t strings_size)
{
	uint8_t *tree = (uint8_t *)(uintptr_t)app->tree.at;
	struct writer w = {.at = tree, .end = tree + HEADER};
	const uint32_t header[HEADER_WORDS] = {
		FDT_MAGIC,    (uint32_t)app->tree.room,
		structure,    structure + structure_size,
		HEADER,	      VERSION,
		COMPATIBLE,   app->fdt ? fdt_boot_cpuid_phys(app->fdt) : 0,
		strings_size, structure_size,
	};

	for (unsigned int i = 0; i < HEADER_WORDS; i++)
		put_cell(&w, header[i]);
}

/* At most: tables of pages, and all that is writable. */
#define WORKSPACE (PAGETABLE_POOL + WINDOW_POOL - WINDOW_DATA)

/* Our start looks for it likewise, but has nobody to tell then if there is none. */
static int look_for_workspace(const struct application *app)
{
	struct early_plan plan;

	return early_find_ram((const void *)(uintptr_t)app->tree.at,
			      (uintptr_t)app->loaded->ImageBase, app->loaded->ImageSize, WORKSPACE,
			      WINDOW_VA_ARM64, &plan);
}

int efi_tree(const struct application *app)
{
	uint8_t *tree = (uint8_t *)(uintptr_t)app->tree.at, *structure, *strings;
	struct writer w = {.at = tree + HEADER, .end = tree + app->tree.room - EARLY_STACK_SIZE};
	uint32_t old = app->fdt ? fdt_size_dt_strings(app->fdt) : 0;
	struct places places;
	int error = app->fdt ? find_places(app, app->fdt, &places) : 0;

	if (error)
		return error;
	w.names = old;
	reservations(app, &w);
	structure = w.at;
	if (app->fdt)
		copied_structure(app, &places, &w);
	else
		own_structure(app, &w);
	strings = w.at;
	if (old)
		put(&w, (const uint8_t *)app->fdt + fdt_off_dt_strings(app->fdt), old);
	w.at = strings + (w.full ? 0 : old); /* nothing is padded there */
	put(&w, names, sizeof(names));
	if (w.full)
		return ERR_FDT_SPACE;
	write_header(app, (uint32_t)(structure - tree), (uint32_t)(strings - structure),
		     old + (uint32_t)sizeof(names));
	return look_for_workspace(app);
}
