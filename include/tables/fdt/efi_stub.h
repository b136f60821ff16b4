/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_FDT_STUB_H
#define FOREARM_FDT_STUB_H

#include <stddef.h>
#include "tables/efi/tables.h"
#include "tables/fdt/handoff.h"

/*
 * The tree by which an arm64 Linux is entered that is to use ACPI: only /chosen, because any other
 * node makes it use the tree (arch/arm64/kernel/acpi.c), with the properties that an EFI stub would
 * leave (Documentation/arm/uefi.rst). There is no stdout-path: the SPCR table names the console.
 */

/*
 * Begins a tree at 'to' (8-byte aligned, 'room' bytes) of a root and /chosen alone, for libfdt to
 * add to it; 'chosen' in the handoff is ignored. Pure. Returns 0 or ERR_FDT_SPACE.
 */
int fdt_begin_chosen(const struct fdt_handoff *handoff, void *to, size_t room);

/* Bytes that the tree needs on top of its texts, terminators included, and of the rng-seed. */
#define FDT_STUB_EXTRA 768

struct fdt_stub {
	const char *model, *compatible; /* of the root, or NULL */
	struct efi_handoff efi;
	struct fdt_handoff chosen; /* 'chosen' in it is ignored; NULL: there is none */
};

/*
 * Writes the tree to 'to' (8-byte aligned, 'room' bytes); its totalsize is what is used. Pure.
 * Returns 0 or ERR_FDT_SPACE.
 */
int fdt_stub(const struct fdt_stub *stub, void *to, size_t room);

/* Bytes that a tree grows by. */
#define FDT_EFI_EXTRA 384

/*
 * Adds the same properties to the /chosen of a whole tree, which has 'room' bytes: so the guest
 * has both, and its command line decides (Linux: acpi=force). Pure. Returns 0 or ERR_FDT_SPACE.
 */
int fdt_add_efi(void *fdt, size_t room, const struct efi_handoff *efi);
/* The same for OpenBSD, by the names that it knows. */
int fdt_add_efi_openbsd(void *fdt, size_t room, const struct efi_handoff *efi);

#endif
