/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_FDT_HANDOFF_H
#define FOREARM_FDT_HANDOFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "platform/platform.h"

/*
 * The device tree that the guest gets: the VMM's, kept whole, with /chosen completed (Devicetree
 * Specification 3.6, Linux's Documentation/devicetree/bindings/chosen).
 */

/* Bytes that the properties below may need on top of the VMM's tree, without the command line. */
#define FDT_HANDOFF_EXTRA 512

/* Describes a monitor to the guest that runs at a lower exception level. */
struct fdt_monitor {
	enum conduit conduit;
	struct region memory; /* that the guest leaves alone; size 0: none of its own */
	bool from_secure;     /* the guest is not in the secure world, but the tree is for that */
};

/* Bytes that the nodes of a monitor, and enable-method for 'cpus' CPUs, may need. */
#define FDT_MONITOR_EXTRA(cpus) (512 + 24 * (cpus))

struct fdt_handoff {
	int chosen;	      /* structure offset of /chosen in the source tree, or negative */
	const char *bootargs; /* set as it is; NULL: leave what is there */
	uint64_t initrd, initrd_size; /* size 0: none, and any that the tree names is removed */
	const void *kaslr_seed;	      /* 8 bytes, or NULL: leave what is there */
	const void *rng_seed;	      /* or NULL: leave what is there */
	size_t rng_seed_size;
	const struct fdt_monitor *monitor; /* or NULL */
	/* NetBSD reads no rng-seed, but random bytes in pages of their own; size 0: none. */
	struct region efirng;
	uint32_t boothowto; /* OpenBSD's RB_... that are added to those of the tree; 0: none */
	/*
	 * For a guest that honours nothing else (FreeBSD's fdt_get_reserved_mem()): what the tree
	 * only has as /memreserve/, and 'kept', become nodes with no-map below /reserved-memory.
	 */
	bool nodes;
	const struct region *kept;
	unsigned int num_kept;
};

/* Bytes that so many nodes of that kind may need. */
#define FDT_NODES_EXTRA(count) (128 + 112 * (size_t)(count))

/*
 * Copies the tree 'from' to 'to' (8-byte aligned), without its padding, with what else there is of
 * the 'room' bytes for libfdt to add to it. Structure offsets stay as they are. Pure. Returns 0 or
 * ERR_FDT_SPACE.
 */
int fdt_copy(const void *from, void *to, size_t room);

/*
 * Copies the tree 'from' to 'to' (8-byte aligned, 'room' bytes), completes it, and packs it so that
 * totalsize is what is used. Pure. Returns 0 or ERR_FDT_SPACE.
 */
int fdt_handoff(const void *from, void *to, size_t room, const struct fdt_handoff *handoff);

/*
 * Makes /psci (Bindings/arm/psci.yaml), every CPU's enable-method, and /reserved-memory in the tree
 * at 'fdt', which has room, what a monitor provides. From the secure world, what only that may use
 * (Bindings/arm/secure.txt) is disabled for good: some guests take any node for memory whose
 * device_type says so. Pure. Returns 0 or an error of libfdt's.
 */
int fdt_set_monitor(void *fdt, const struct fdt_monitor *monitor);

/*
 * Parts of that: PSCI by that conduit; and memory that the guest does not even map, as the node
 * named 'what' (14 letters at most) and its address below /reserved-memory. 'first' is the offset
 * of the first node below the root if there is no /reserved-memory yet, or 0: that is not known.
 */
int fdt_set_psci(void *fdt, enum conduit conduit);
int fdt_reserve(void *fdt, const char *what, const struct region *memory, int first);

#endif
