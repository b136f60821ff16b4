/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's device tree: /chosen is completed, and a copy is packed. */
#include <libfdt.h>
#include <string.h>
#include "error.h"
#include "tables/fdt/handoff.h"
#include "lib/fdt/walk.h"

/* By one walk: libfdt's search for what is not there costs ten times as much. */
static bool has_initrd(const void *fdt, int chosen)
{
	static const char prefix[] = "linux,initrd-";
	struct fdt_walk walk;
	bool found = false;

	if (fdt_walk_part(&walk, fdt, fdt_totalsize(fdt)))
		return true;
	walk.at += chosen;
	fdt_walk_next(&walk);
	while (!found && fdt_walk_next(&walk) == FDT_PROP)
		found = strncmp(walk.name, prefix, sizeof(prefix) - 1) == 0;
	return found;
}

static int set_initrd(void *fdt, int chosen, const struct fdt_handoff *h)
{
	int error;

	if (!h->initrd_size && !has_initrd(fdt, chosen))
		return 0;
	if (!h->initrd_size) {
		fdt_delprop(fdt, chosen, "linux,initrd-start");
		fdt_delprop(fdt, chosen, "linux,initrd-end");
		return 0;
	}
	error = fdt_setprop_u64(fdt, chosen, "linux,initrd-start", h->initrd);
	if (!error)
		error = fdt_setprop_u64(fdt, chosen, "linux,initrd-end",
					h->initrd + h->initrd_size);
	return error;
}

/* As its own loader for UEFI has them (NetBSD's sys/stand/efiboot/efifdt.c). */
static int set_efirng(void *fdt, int chosen, const struct region *efirng)
{
	int error;

	if (!efirng->size)
		return 0;
	error = fdt_setprop_u64(fdt, chosen, "netbsd,efirng-start", efirng->base);
	if (!error)
		error = fdt_setprop_u64(fdt, chosen, "netbsd,efirng-end",
					efirng->base + efirng->size);
	return error;
}

static int set_seeds(void *fdt, int chosen, const struct fdt_handoff *h)
{
	int error = 0;

	if (h->kaslr_seed)
		error = fdt_setprop(fdt, chosen, "kaslr-seed", h->kaslr_seed, 8);
	if (!error && h->rng_seed)
		error = fdt_setprop(fdt, chosen, "rng-seed", h->rng_seed, (int)h->rng_seed_size);
	if (!error)
		error = set_efirng(fdt, chosen, &h->efirng);
	return error;
}

/* RB_GOODRANDOM and such (OpenBSD's sys/reboot.h). */
static int set_boothowto(void *fdt, int chosen, uint32_t howto)
{
	const fdt32_t *old;
	int length;

	if (!howto)
		return 0;
	old = fdt_getprop(fdt, chosen, "openbsd,boothowto", &length);
	if (old && length == sizeof(*old))
		howto |= fdt32_ld(old);
	return fdt_setprop_u32(fdt, chosen, "openbsd,boothowto", howto);
}

/* Where there is such a node already, that is what was wanted. */
static int add_node(void *fdt, const struct region *memory)
{
	int error = memory->size ? fdt_reserve(fdt, "keep@", memory, 0) : 0;

	return error == -FDT_ERR_EXISTS ? 0 : error;
}

static int add_nodes(void *fdt, const struct fdt_handoff *h)
{
	int error = 0;

	for (unsigned int i = 0; i < h->num_kept && !error; i++)
		error = add_node(fdt, &h->kept[i]);
	for (int i = 0; !error && i < fdt_num_mem_rsv(fdt); i++) {
		struct region entry;

		error = fdt_get_mem_rsv(fdt, i, &entry.base, &entry.size);
		if (!error)
			error = add_node(fdt, &entry);
	}
	return error;
}

static int complete(void *fdt, const struct fdt_handoff *h)
{
	int chosen = h->chosen, error = 0;

	if (chosen < 0)
		chosen = fdt_add_subnode(fdt, 0, "chosen");
	if (chosen < 0)
		return chosen;
	if (h->bootargs)
		error = fdt_setprop(fdt, chosen, "bootargs", h->bootargs,
				    (int)strlen(h->bootargs) + 1);
	if (!error)
		error = set_initrd(fdt, chosen, h);
	if (!error)
		error = set_seeds(fdt, chosen, h);
	if (!error)
		error = set_boothowto(fdt, chosen, h->boothowto);
	if (!error && h->monitor) /* the last: it moves what the offset of /chosen was */
		error = fdt_set_monitor(fdt, h->monitor);
	if (!error && h->nodes)
		error = add_nodes(fdt, h);
	return error;
}

int fdt_copy(const void *from, void *to, size_t room)
{
	uint32_t used = fdt_used_size(from);
	int error = fdt_open_into(from, to, (int)room);

	if (error != -FDT_ERR_NOSPACE || !used || used > room)
		return error ? ERR_FDT_SPACE : 0;
	/* VMMs pad: QEMU's tree is 8 KiB in 1 MiB. Take what is used. */
	memcpy(to, from, used);
	fdt_set_totalsize(to, used);
	return fdt_open_into(to, to, (int)room) ? ERR_FDT_SPACE : 0;
}

int fdt_handoff(const void *from, void *to, size_t room, const struct fdt_handoff *handoff)
{
	int error = fdt_copy(from, to, room);

	if (!error)
		error = complete(to, handoff);
	if (!error)
		error = fdt_pack(to);
	return error ? ERR_FDT_SPACE : 0;
}
