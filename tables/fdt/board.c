/* SPDX-License-Identifier: BSD-2-Clause */
/* A device tree that came with the kernel, made fit for this machine: its RAM, PSCI and seeds. */
#include <stdio.h>
#include <string.h>
#include "error.h"
#include "tables/fdt/board.h"
#include "tables/fdt/handoff.h"
#include "lib/fdt/walk.h"

static int add_bank(void *fdt, const struct platform_bank *bank)
{
	char name[sizeof("memory@") + 16];
	int node, error;

	snprintf(name, sizeof(name), "memory@%llx", (unsigned long long)bank->region.base);
	node = fdt_add_subnode(fdt, 0, name);
	if (node < 0)
		return node;
	error = fdt_setprop_string(fdt, node, "device_type", "memory");
	if (!error && bank->node)
		error = fdt_setprop_u32(fdt, node, "numa-node-id", bank->node);
	if (!error)
		error = fdt_appendprop_addrrange(fdt, 0, node, "reg", bank->region.base,
						 bank->region.size);
	return error;
}

/* Those of the board go, wherever they are. */
static int set_memory(void *fdt, const struct platform *p)
{
	int node, error = 0;

	while (!error &&
	       (node = fdt_node_offset_by_prop_value(fdt, -1, "device_type", "memory", 7)) >= 0)
		error = fdt_del_node(fdt, node);
	for (unsigned int i = p->banks; i-- && !error;) /* a new node is the first one */
		error = add_bank(fdt, &p->bank[i]);
	return error;
}

static int set_reserved(void *fdt, const struct platform *p)
{
	int error = 0;

	for (unsigned int i = 0; i < p->num_reserved && !error; i++) {
		const struct region *region = &p->reserved[i].region;

		if (p->reserved[i].no_map)
			error = fdt_reserve(fdt, "reserved@", region, 0);
		else
			error = fdt_add_mem_rsv(fdt, region->base, region->size);
	}
	return error;
}

/* A seed that came in a file is none. */
static int set_seed(void *fdt, int chosen, const struct platform *p, const char *name)
{
	int length;
	const void *seed = fdt_getprop(p->fdt, p->chosen.node, name, &length);

	if (seed)
		return fdt_setprop(fdt, chosen, name, seed, length);
	fdt_delprop(fdt, chosen, name);
	return 0;
}

static int set_chosen(void *fdt, const struct platform *p)
{
	int chosen = fdt_add_subnode(fdt, 0, "chosen"), error;

	if (chosen == -FDT_ERR_EXISTS)
		chosen = fdt_subnode_offset(fdt, 0, "chosen");
	if (chosen < 0)
		return chosen;
	error = set_seed(fdt, chosen, p, "kaslr-seed");
	return error ? error : set_seed(fdt, chosen, p, "rng-seed");
}

static int complete(void *fdt, const struct platform *p)
{
	enum conduit conduit = platform_psci_conduit(&p->psci);
	int error = set_memory(fdt, p);

	if (!error)
		error = set_chosen(fdt, p);
	if (!error && conduit != CONDUIT_NONE)
		error = fdt_set_psci(fdt, conduit);
	if (!error)
		error = set_reserved(fdt, p);
	return error;
}

int fdt_board(const void *from, size_t size, void *to, size_t room, const struct platform *platform)
{
	struct fdt_walk walk;
	int error = fdt_walk_start(&walk, from, size);

	if (!error)
		error = fdt_walk_rest(&walk); /* libfdt may have it then */
	if (!error)
		error = fdt_copy(from, to, room);
	if (error)
		return error;
	error = complete(to, platform);
	if (!error)
		error = fdt_pack(to);
	return !error ? 0 : error == -FDT_ERR_NOSPACE ? ERR_FDT_SPACE : ERR_FDT_VALUE;
}
