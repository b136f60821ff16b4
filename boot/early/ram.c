/* SPDX-License-Identifier: BSD-2-Clause */
/* See include/boot/early/ram.h. Compiled for strict alignment, without stack protector and without
 * globals. */
#include <stdbool.h>
#include "boot/early/ram.h"
#include "error.h"
#include "lib/fdt/walk.h"
#include "platform/fdt_modules.h"
#include "types.h"

#define BANKS_MAX 8
#define BUSY_MAX  48

struct span {
	uint64_t base, end;
};

static uint64_t span_size(const struct span *span)
{
	return sub_capped(span->end, span->base);
}

enum node_kind { NODE_OTHER, NODE_MEMORY, NODE_RESERVED, NODE_CHOSEN };

/* Collected by one pass over the tree. */
struct survey {
	struct span bank[BANKS_MAX], busy[BUSY_MAX], initrd;
	unsigned int banks, num_busy;
	uint32_t root_cells[2], reserved_cells[2]; /* address, size */
	/* of the node being read */
	enum node_kind kind; /* of the root's child that we are in */
	bool is_memory, disabled;
	const char *reg;
	uint32_t reg_len;
};

/* Devicetree Specification 3.4: RAM nodes are named so, with or without unit address. */
static bool is_memory_name(const char *name)
{
	static const char prefix[] = "memory";

	for (unsigned int i = 0; i < sizeof(prefix) - 1; i++)
		if (name[i] != prefix[i])
			return false;
	return true;
}

static bool equal(const char *a, const char *b)
{
	while (*b && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

static int add_span(struct span *list, unsigned int *count, unsigned int max, uint64_t base,
		    uint64_t size)
{
	if (!size)
		return 0;
	if (*count == max)
		return ERR_FULL;
	list[*count].base = base;
	list[*count].end = add_capped(base, size);
	(*count)++;
	return 0;
}

static int add_busy(struct survey *s, uint64_t base, uint64_t size)
{
	return add_span(s->busy, &s->num_busy, BUSY_MAX, base, size);
}

/* One bank is enough to run in: when there are too many, a larger one takes the last one's place.
 */
static int add_bank(struct survey *s, uint64_t base, uint64_t size)
{
	if (s->banks == BANKS_MAX && span_size(&s->bank[BANKS_MAX - 1]) < size)
		s->banks--;
	return s->banks < BANKS_MAX ? add_span(s->bank, &s->banks, BANKS_MAX, base, size) : 0;
}

/* Splits the collected 'reg' into (address, size) pairs: banks of RAM, or busy ranges. */
static int take_reg(struct survey *s, const uint32_t cells[2], bool banks)
{
	uint32_t entry = fdt_entry_size(cells[0], cells[1]);
	int error = 0;

	if (!entry || !cells[1])
		return ERR_FDT_VALUE;
	for (uint32_t at = 0; at + entry <= s->reg_len && !error; at += entry) {
		uint64_t base = fdt_cells(s->reg + at, cells[0]);
		uint64_t size = fdt_cells(s->reg + at + 4 * cells[0], cells[1]);

		error = banks ? add_bank(s, base, size) : add_busy(s, base, size);
	}
	return error;
}

/* By the first letter: nearly all are others. */
static enum node_kind kind_of(const char *name)
{
	if (*name == 'm' && is_memory_name(name))
		return NODE_MEMORY;
	if (*name == 'r' && equal(name, "reserved-memory"))
		return NODE_RESERVED;
	if (*name == 'c' && equal(name, "chosen"))
		return NODE_CHOSEN;
	return NODE_OTHER;
}

static int begin_node(struct survey *s, struct fdt_walk *w)
{
	if (w->depth == 1)
		return 0;
	if (w->depth == 2)
		s->kind = kind_of(w->name);
	if (s->kind == NODE_OTHER || (s->kind == NODE_MEMORY && w->depth > 2) ||
	    (s->kind == NODE_RESERVED && w->depth > 3))
		return fdt_walk_skip_node(w);
	s->reg = NULL;
	s->is_memory = s->disabled = false;
	return 0;
}

static int end_node(struct survey *s, const struct fdt_walk *w)
{
	int error = 0;

	if (s->kind == NODE_MEMORY && s->reg && s->is_memory && !s->disabled && w->depth == 1)
		error = take_reg(s, s->root_cells, true);
	else if (s->kind == NODE_RESERVED && s->reg && !s->disabled && w->depth == 2)
		error = take_reg(s, s->reserved_cells, false);
	return error;
}

static void cells_property(uint32_t cells[2], const struct fdt_walk *w)
{
	if (w->len != 4)
		return;
	if (equal(w->name, "#address-cells"))
		cells[0] = fdt_cell(w->data);
	else if (equal(w->name, "#size-cells"))
		cells[1] = fdt_cell(w->data);
}

static void initrd_property(struct survey *s, const struct fdt_walk *w)
{
	if (w->len != 4 && w->len != 8)
		return;
	if (equal(w->name, "linux,initrd-start"))
		s->initrd.base = fdt_cells(w->data, w->len / 4);
	else if (equal(w->name, "linux,initrd-end"))
		s->initrd.end = fdt_cells(w->data, w->len / 4);
}

/* What lies in memory and is announced there is somebody's, whatever it is. */
static int below_chosen(struct survey *s, const struct fdt_walk *w)
{
	uint32_t cells = module_address_cells(w->len);

	if (!cells || !equal(w->name, "reg"))
		return 0;
	return add_busy(s, fdt_cells(w->data, cells),
			fdt_cells(w->data + 4 * cells, w->len / 4 - cells));
}

/* Only nodes that begin_node() lets through, and the root, come here. */
static int property(struct survey *s, const struct fdt_walk *w)
{
	if (w->depth == 1)
		cells_property(s->root_cells, w);
	else if (w->depth == 2 && s->kind == NODE_RESERVED)
		cells_property(s->reserved_cells, w);
	else if (s->kind == NODE_CHOSEN && w->depth > 2)
		return below_chosen(s, w);
	else if (s->kind == NODE_CHOSEN)
		initrd_property(s, w);
	else if (equal(w->name, "reg")) {
		s->reg = w->data;
		s->reg_len = w->len;
	} else if (w->len == 7 && equal(w->name, "device_type"))
		s->is_memory = equal(w->data, "memory");
	else if (w->len && equal(w->name, "status"))
		s->disabled =
			w->data[w->len - 1] || (!equal(w->data, "okay") && !equal(w->data, "ok"));
	return 0;
}

static int survey_nodes(struct survey *s, struct fdt_walk *w)
{
	int error = 0, token = FDT_NOP;

	while (!error && token != FDT_END) {
		token = fdt_walk_next(w);
		if (token < 0)
			return token;
		if (token == FDT_BEGIN_NODE)
			error = begin_node(s, w);
		else if (token == FDT_PROP)
			error = property(s, w);
		else if (token == FDT_END_NODE)
			error = end_node(s, w);
	}
	return error;
}

/* /memreserve/ entries; the header check has found the list's end. */
static int survey_reservations(struct survey *s, const char *fdt)
{
	const char *at = fdt + fdt_off_mem_rsvmap(fdt);
	int error = 0;

	for (; !error && (fdt_cells(at, 2) || fdt_cells(at + 8, 2)); at += 16)
		error = add_busy(s, fdt_cells(at, 2), fdt_cells(at + 8, 2));
	return error;
}

static int survey_tree(struct survey *s, const void *fdt)
{
	struct fdt_walk walk;
	int error = fdt_walk_start(&walk, fdt, FDT_MAX_SIZE);

	s->banks = s->num_busy = 0;
	s->initrd.base = s->initrd.end = 0;
	s->root_cells[0] = s->reserved_cells[0] = 2;
	s->root_cells[1] = s->reserved_cells[1] = 1;
	s->kind = NODE_OTHER;
	s->is_memory = s->disabled = false;
	s->reg = NULL;
	if (!error)
		error = survey_nodes(s, &walk);
	if (!error)
		error = survey_reservations(s, fdt);
	if (!error)
		error = add_busy(s, s->initrd.base, span_size(&s->initrd));
	return error;
}

static uint64_t highest_in(const struct survey *s, const struct span *bank, uint64_t size)
{
	uint64_t at;
	unsigned int i = 0;

	if (bank->end < size)
		return 0;
	at = page_down(bank->end - size);
	while (i < s->num_busy) {
		struct span busy = s->busy[i++];

		if (at >= busy.end || add_capped(at, size) <= busy.base)
			continue;
		if (busy.base < size)
			return 0;
		at = page_down(busy.base - size);
		i = 0; /* lower now: every range counts again */
	}
	return at >= bank->base ? at : 0;
}

static bool is_busy(const struct survey *s, uint64_t base, uint64_t end)
{
	for (unsigned int i = 0; i < s->num_busy; i++)
		if (s->busy[i].base < end && base < s->busy[i].end)
			return true;
	return false;
}

static void find_hole(const struct survey *s, uint64_t size, struct early_plan *plan)
{
	uint64_t first = align_down(plan->workspace, EARLY_BLOCK);
	uint64_t last = min64(align_up(plan->workspace + size, EARLY_BLOCK),
			      page_down(add_capped(plan->bank, plan->bank_size)));

	if (plan->bank_size < EARLY_BANK_TINY || first < plan->bank || is_busy(s, first, last)) {
		first = plan->workspace;
		last = first + size;
	}
	plan->hole = first;
	plan->hole_size = sub_capped(last, first);
}

bool early_tree_walked(int error)
{
	return !error || error == ERR_FDT_RAM || error == ERR_NO_ROOM || error == ERR_FULL ||
	       error == ERR_FDT_NO_MEMORY;
}

/* In the first bank that has room below 'limit': what lies behind cannot be mapped. */
static int choose_bank(struct survey *s, uint64_t size, uint64_t limit, struct early_plan *plan)
{
	for (unsigned int i = 0; i < s->banks; i++) {
		struct span *bank = &s->bank[i];

		bank->end = min64(bank->end, limit);
		plan->bank = bank->base;
		plan->bank_size = span_size(bank);
		plan->workspace = plan->bank_size ? highest_in(s, bank, size) : 0;
		if (!plan->workspace)
			continue;
		find_hole(s, size, plan);
		return 0;
	}
	return s->banks ? ERR_NO_ROOM : ERR_FDT_NO_MEMORY;
}

int early_find_ram(const void *fdt, uint64_t image, uint64_t image_size, uint64_t size,
		   uint64_t limit, struct early_plan *plan)
{
	struct survey s;
	int error = survey_tree(&s, fdt);

	if (!error)
		error = add_busy(&s, (uintptr_t)fdt, fdt_totalsize(fdt));
	if (!error)
		error = add_busy(&s, image, image_size);
	return error ? error : choose_bank(&s, size, limit, plan);
}
