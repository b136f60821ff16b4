/* SPDX-License-Identifier: BSD-2-Clause */
/* What a monitor changes in the guest's device tree: /psci, enable-method, reserved memory. */
#include <libfdt.h>
#include <stdio.h>
#include <string.h>
#include "tables/fdt/handoff.h"
#include "lib/fdt/visit.h"

#define OTHER_PSCI 4 /* more than any tree has */

/* Bindings/arm/secure.txt */
static const char secure_status[] = "secure-status";

/* Bindings/arm/psci.yaml: with these the function IDs are the specification's. */
static const char compatible[] = "arm,psci-1.0\0arm,psci-0.2";

/* By one visit, because libfdt's searches are slow. */
struct found {
	int psci; /* /psci, or negative */
	int other[OTHER_PSCI];
	unsigned int others;
	int cpus;
	int first;	    /* node below the root; 0: there is none */
	bool other_methods; /* a CPU is not started by PSCI */
	bool reserved_memory;
	void *hide; /* the tree, when what is secure is to be hidden in it, or NULL */
};

static bool is_psci(const struct fdt_node *node)
{
	return fdt_lists(node, P_COMPATIBLE, "arm,psci") ||
	       fdt_lists(node, P_COMPATIBLE, "arm,psci-0.2") ||
	       fdt_lists(node, P_COMPATIBLE, "arm,psci-1.0");
}

/* A node that only the secure world may use; NOPs move nothing. */
static void hide_secure(void *fdt, const struct fdt_node *node)
{
	int offset = node->level[node->depth].offset;
	const char *type = fdt_text(node, P_DEVICE_TYPE);

	if (!fdt_getprop(fdt, offset, secure_status, NULL))
		return;
	fdt_nop_property(fdt, offset, secure_status);
	if (type && strcmp(type, "memory") == 0)
		fdt_nop_property(fdt, offset, "device_type");
}

static int find(void *context, const struct fdt_node *node)
{
	const char *type = fdt_text(node, P_DEVICE_TYPE);
	int offset = node->level[node->depth].offset;
	struct found *found = context;

	if (node->depth == 2 && !found->first)
		found->first = offset;
	if (node->depth == 2 && !strcmp(fdt_name(node, 0), "psci"))
		found->psci = offset;
	else if (is_psci(node) && found->others < OTHER_PSCI)
		found->other[found->others++] = offset;
	if (type && !strcmp(type, "cpu") && !fdt_lists(node, P_ENABLE_METHOD, "psci"))
		found->other_methods = true;
	if (node->depth == 2 && !strcmp(fdt_name(node, 0), "cpus"))
		found->cpus = offset;
	if (node->depth == 2 && !strcmp(fdt_name(node, 0), "reserved-memory"))
		found->reserved_memory = true;
	if (found->hide && !fdt_enabled(node))
		hide_secure(found->hide, node);
	return 0;
}

/*
 * A node that is known not to be there yet, before the others below the root: fdt_add_subnode()
 * would look through the whole tree for it first. Returns its offset.
 */
static int add_first(void *fdt, int first, const char *name)
{
	size_t length = (strlen(name) + 4) & ~(size_t)3, size = length + 2 * FDT_TAGSIZE;
	char *at = (char *)fdt + fdt_off_dt_struct(fdt) + first;
	char *end = (char *)fdt + fdt_off_dt_strings(fdt) + fdt_size_dt_strings(fdt);

	if (size > fdt_totalsize(fdt) - (size_t)(end - (char *)fdt))
		return -FDT_ERR_NOSPACE;
	memmove(at + size, at, (size_t)(end - at));
	memset(at, 0, size);
	fdt32_st(at, FDT_BEGIN_NODE);
	memcpy(at + FDT_TAGSIZE, name, strlen(name));
	fdt32_st(at + FDT_TAGSIZE + length, FDT_END_NODE);
	fdt_set_size_dt_struct(fdt, fdt_size_dt_struct(fdt) + (uint32_t)size);
	fdt_set_off_dt_strings(fdt, fdt_off_dt_strings(fdt) + (uint32_t)size);
	return first;
}

/* The VMM's own nodes describe what is below us: /psci becomes ours. */
static int take_psci(void *fdt, const struct found *found)
{
	const char *name;

	if (found->psci < 0)
		return found->first ? add_first(fdt, found->first, "psci")
				    : fdt_add_subnode(fdt, 0, "psci");
	while (fdt_getprop_by_offset(fdt, fdt_first_property_offset(fdt, found->psci), &name, NULL))
		fdt_delprop(fdt, found->psci, name);
	return found->psci;
}

static int set_psci(void *fdt, const struct found *found, enum conduit conduit)
{
	int node = take_psci(fdt, found), error;

	if (node < 0)
		return node;
	error = fdt_setprop(fdt, node, "compatible", compatible, sizeof(compatible));
	if (!error)
		error = fdt_setprop_string(fdt, node, "method",
					   conduit == CONDUIT_HVC ? "hvc" : "smc");
	return error;
}

/* Devicetree Specification 3.8: other ways to start a CPU are not there any more. */
static int set_enable_methods(void *fdt, int cpus)
{
	int node, error = 0;

	fdt_for_each_subnode(node, fdt, cpus)
	{
		const char *type = fdt_getprop(fdt, node, "device_type", NULL);

		if (!type || strcmp(type, "cpu") != 0)
			continue;
		fdt_delprop(fdt, node, "cpu-release-addr");
		error = fdt_setprop_string(fdt, node, "enable-method", "psci");
		if (error)
			return error;
	}
	return 0;
}

/* Devicetree Specification 3.5: addresses in it count as in the root. */
static int reserved_memory(void *fdt, int first)
{
	int node = first ? add_first(fdt, first, "reserved-memory")
			 : fdt_add_subnode(fdt, 0, "reserved-memory");
	int error;

	if (node == -FDT_ERR_EXISTS)
		return fdt_path_offset(fdt, "/reserved-memory");
	if (node < 0)
		return node;
	error = fdt_setprop_u32(fdt, node, "#address-cells", (uint32_t)fdt_address_cells(fdt, 0));
	if (!error)
		error = fdt_setprop_u32(fdt, node, "#size-cells", (uint32_t)fdt_size_cells(fdt, 0));
	if (!error)
		error = fdt_setprop(fdt, node, "ranges", NULL, 0);
	return error ? error : node;
}

int fdt_reserve(void *fdt, const char *what, const struct region *memory, int first)
{
	int parent = reserved_memory(fdt, first), node, error;
	char name[32];

	if (parent < 0)
		return parent;
	snprintf(name, sizeof(name), "%s%llx", what, (unsigned long long)memory->base);
	node = fdt_add_subnode(fdt, parent, name);
	if (node < 0)
		return node;
	error = fdt_appendprop_addrrange(fdt, parent, node, "reg", memory->base, memory->size);
	if (!error)
		error = fdt_setprop(fdt, node, "no-map", NULL, 0);
	return error;
}

static int set_psci_of(void *fdt, bool from_secure, struct found *found, enum conduit conduit)
{
	int error = 0;

	*found = (struct found) {.psci = -1, .cpus = -1, .hide = from_secure ? fdt : NULL};
	if (fdt_visit(fdt, fdt_totalsize(fdt), find, found))
		return -FDT_ERR_BADSTRUCTURE;
	for (unsigned int i = 0; i < found->others; i++) /* as /psci did, but these go */
		fdt_nop_node(fdt, found->other[i]);
	/* what is changed from here on moves what is behind it */
	if (found->psci > found->cpus)
		error = set_psci(fdt, found, conduit);
	if (!error && found->cpus >= 0 && found->other_methods)
		error = set_enable_methods(fdt, found->cpus);
	if (!error && found->psci <= found->cpus)
		error = set_psci(fdt, found, conduit);
	return error;
}

int fdt_set_psci(void *fdt, enum conduit conduit)
{
	struct found found;

	return set_psci_of(fdt, false, &found, conduit);
}

int fdt_set_monitor(void *fdt, const struct fdt_monitor *monitor)
{
	struct found found;
	int error = set_psci_of(fdt, monitor->from_secure, &found, monitor->conduit);

	if (!error && monitor->memory.size)
		error = fdt_reserve(fdt, "monitor@", &monitor->memory,
				    found.reserved_memory ? 0 : found.first);
	return error;
}
