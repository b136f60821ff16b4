/* SPDX-License-Identifier: BSD-2-Clause */
/* One pass over the tree, which takes out what the checks want to know. */
#include "fdt.h"

/* What is remembered of each node on the way down to the current one. */
struct node {
	const char *name;
	uint32_t hash; /* of the path */
	uint32_t address_cells, size_cells;
	const uint8_t *reg;
	uint32_t reg_len;
	const char *device_type, *status, *method;
	bool gicv2, gicv3, timer;
	const uint8_t *interrupts;
	uint32_t interrupts_len;
};

struct walk {
	struct tree *tree;
	struct node node[FDT_DEPTH];
	int depth; /* of the current node, -1 outside the root */
};

/* A property value as a string, or NULL when it does not end in NUL. */
static const char *as_string(const struct fdt_event *p)
{
	return p->len && !p->value[p->len - 1] ? (const char *)p->value : NULL;
}

static bool list_has(const struct fdt_event *p, const char *wanted)
{
	const char *s = as_string(p);

	for (uint32_t at = 0; s && at < p->len; at += (uint32_t)text_len(s + at) + 1)
		if (text_same(s + at, wanted))
			return true;
	return false;
}

static bool in_node(const struct walk *w, int depth, const char *name)
{
	return w->depth >= depth && text_same(w->node[depth].name, name);
}

static bool in_chosen(const struct walk *w)
{
	return in_node(w, 1, "chosen");
}

static void chosen_initrd(struct tree *t, const struct fdt_event *p)
{
	uint64_t value = be_cells(p->value, p->len == 8 ? 2 : 1);

	if (p->len != 4 && p->len != 8)
		return;
	if (text_same(p->name, "linux,initrd-start")) {
		t->has_initrd_start = true;
		t->initrd_start = value;
	} else if (text_same(p->name, "linux,initrd-end")) {
		t->has_initrd_end = true;
		t->initrd_end = value;
	}
}

static void chosen_prop(struct tree *t, const struct fdt_event *p)
{
	put_str("probe: chosen ");
	put_str(p->name);
	put_char('\n');
	if (text_same(p->name, "bootargs"))
		t->bootargs = as_string(p);
	else if (text_same(p->name, "stdout-path"))
		t->stdout_path = as_string(p);
	else if (text_same(p->name, "kaslr-seed"))
		t->kaslr_seed = p->value, t->kaslr_len = p->len;
	else if (text_same(p->name, "rng-seed"))
		t->rng_seed = p->value, t->rng_len = p->len;
	else
		chosen_initrd(t, p);
}

static void node_compatible(struct node *n, const struct fdt_event *p)
{
	n->gicv3 = list_has(p, "arm,gic-v3");
	n->gicv2 = list_has(p, "arm,cortex-a15-gic") || list_has(p, "arm,gic-400");
	n->timer = list_has(p, "arm,armv8-timer") || list_has(p, "arm,armv7-timer");
}

static void node_prop(struct node *n, const struct fdt_event *p)
{
	if (text_same(p->name, "reg"))
		n->reg = p->value, n->reg_len = p->len;
	else if (text_same(p->name, "#address-cells") && p->len == 4)
		n->address_cells = be32(p->value);
	else if (text_same(p->name, "#size-cells") && p->len == 4)
		n->size_cells = be32(p->value);
	else if (text_same(p->name, "device_type"))
		n->device_type = as_string(p);
	else if (text_same(p->name, "status"))
		n->status = as_string(p);
	else if (text_same(p->name, "method"))
		n->method = as_string(p);
	else if (text_same(p->name, "interrupts"))
		n->interrupts = p->value, n->interrupts_len = p->len;
	else if (text_same(p->name, "compatible"))
		node_compatible(n, p);
}

static void take_prop(struct walk *w, const struct fdt_event *p)
{
	struct node *n = &w->node[w->depth];
	uint32_t hash = crc32(n->hash, p->name, text_len(p->name) + 1);

	w->tree->props++;
	if (in_chosen(w)) {
		if (w->depth == 1)
			chosen_prop(w->tree, p);
		return;
	}
	w->tree->hash += crc32(hash, p->value, p->len);
	node_prop(n, p);
}

static void take_ranges(const struct node *n, const struct node *parent, struct range *list,
			unsigned int max, unsigned int *count)
{
	uint32_t address = parent->address_cells, size = parent->size_cells;
	uint32_t step = 4 * (address + size);

	if (address > 2 || size > 2 || !step)
		return;
	for (uint32_t at = 0; at + step <= n->reg_len && *count < max; at += step) {
		struct range r = {be_cells(n->reg + at, address),
				  be_cells(n->reg + at + 4 * address, size)};

		if (r.size)
			list[(*count)++] = r;
	}
}

static bool enabled(const struct node *n)
{
	return !n->status || text_same(n->status, "okay") || text_same(n->status, "ok");
}

static bool is_type(const struct node *n, const char *type)
{
	return n->device_type && text_same(n->device_type, type);
}

static void take_cpu(struct tree *t, const struct node *n, const struct node *parent)
{
	if (n->reg_len >= 4 * parent->address_cells && t->ncpus < MAX_CPUS)
		t->cpu[t->ncpus++] = be_cells(n->reg, parent->address_cells);
}

static void take_psci(struct tree *t, const struct node *n)
{
	if (!n->method)
		return;
	t->psci_smc = text_same(n->method, "smc");
	t->has_psci = t->psci_smc || text_same(n->method, "hvc");
}

static void take_gic(struct tree *t, const struct node *n, const struct node *parent)
{
	t->has_gicv2 = n->gicv2;
	t->has_gicv3 = n->gicv3;
	take_ranges(n, parent, t->gic, MAX_GIC, &t->ngic);
}

/* Triplets of the GIC's binding: kind, number, flags. */
static void take_timer(struct tree *t, const struct node *n)
{
	for (uint32_t i = 0; i < 4 && 12 * (i + 1) <= n->interrupts_len; i++)
		t->timer_ppi[i] = (uint8_t)be32(n->interrupts + 12 * i + 4);
}

/* The node is complete: all its properties have been seen. */
static void take_node(struct walk *w)
{
	const struct node *n = &w->node[w->depth], *parent = n - 1;
	struct tree *t = w->tree;

	if ((n->gicv2 || n->gicv3) && enabled(n))
		take_gic(t, n, parent);
	if (n->timer && enabled(n))
		take_timer(t, n);
	if (w->depth == 1 && is_type(n, "memory") && enabled(n))
		take_ranges(n, parent, t->ram, MAX_RANGES, &t->nram);
	else if (w->depth == 1 && text_same(n->name, "psci"))
		take_psci(t, n);
	else if (w->depth == 2 && in_node(w, 1, "cpus") && is_type(n, "cpu"))
		take_cpu(t, n, parent);
	else if (w->depth == 2 && in_node(w, 1, "reserved-memory"))
		take_ranges(n, parent, t->reserved, MAX_RANGES, &t->nreserved);
}

static bool enter_node(struct walk *w, const char *name)
{
	struct node *n = &w->node[w->depth + 1];

	if (w->depth + 1 >= FDT_DEPTH)
		return false;
	*n = (struct node) {.name = name, .address_cells = 2, .size_cells = 1};
	n->hash = crc32(w->depth < 0 ? 0 : n[-1].hash, name, text_len(name));
	n->hash = crc32(n->hash, "/", 1);
	w->depth++;
	w->tree->nodes++;
	if (in_chosen(w))
		w->tree->has_chosen = true;
	else
		w->tree->hash += n->hash;
	return true;
}

static void leave_node(struct walk *w)
{
	if (w->depth > 0)
		take_node(w);
	w->depth--;
}

static bool take_event(struct walk *w, const struct fdt_event *ev)
{
	if (ev->token == FDT_BEGIN_NODE)
		return enter_node(w, ev->name);
	if (ev->token == FDT_NOP)
		return true;
	if (w->depth < 0)
		return false;
	if (ev->token == FDT_PROP)
		take_prop(w, ev);
	else
		leave_node(w);
	return true;
}

uint32_t tree_read(struct tree *t, const struct fdt *f)
{
	static struct walk w;
	struct fdt_event ev;
	uint32_t pos = 0;

	w.tree = t;
	w.depth = -1;
	while (t->nreserved < MAX_RANGES &&
	       fdt_reserve(f, t->nreserved, &t->reserved[t->nreserved]))
		t->nreserved++;
	for (;;) {
		enum fdt_token token = fdt_next(f, &pos, &ev);

		if (token == FDT_END)
			return w.depth == -1 && t->nodes ? 0 : f->structs + pos;
		if (token == FDT_BROKEN || !take_event(&w, &ev))
			return f->structs + pos;
	}
}
