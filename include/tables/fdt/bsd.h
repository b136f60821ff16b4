/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_FDT_BSD_H
#define FOREARM_FDT_BSD_H

#include <stddef.h>
#include <stdint.h>
#include "tables/fdt/handoff.h"
#include "platform/platform.h"

/*
 * How the BSDs are told of ACPI tables: by properties of the tree, with no EFI. Pure.
 */

struct fdt_bsd {
	uint64_t rsdp, smbios;	   /* addresses; smbios may be 0: none */
	const struct region *kept; /* what the tables lie in */
	unsigned int num_kept;
	struct fdt_handoff chosen;
};

/* Bytes that NetBSD's tree needs on top of its command line. */
#define FDT_NETBSD_ROOM(p, num_kept)                                                               \
	(1408 + 24 * (size_t)(p)->banks + 96 * ((size_t)(num_kept) + (p)->num_reserved))

/*
 * NetBSD (sys/arch/evbarm/fdt, sys/dev/acpi): a tree of its own kind with memory, what of it is
 * in use, and the tables' addresses. To 'to' (8-byte aligned, 'room' bytes); its totalsize is what
 * is used. Returns 0 or ERR_FDT_SPACE.
 */
int fdt_netbsd(const struct platform *platform, const struct fdt_bsd *bsd, void *to, size_t room);

/* Bytes that FreeBSD's command line grows by. */
#define FDT_FREEBSD_WORDS 128

/*
 * FreeBSD (sys/arm64/arm64/machdep_boot.c) has the whole tree. Its command line begins with a
 * guard word, behind which acpi.rsdp leads to the tables, up to FreeBSD 14 hint.acpi.0.rsdp; and
 * the tree goes before them unless kern.cfg.order says otherwise. Writes all that and the 'words'
 * of the user, which count more, less a guard of their own, to 'line'. The order is one word, as
 * 13.2 never gets to the end of a list. Returns 0 or ERR_TOO_LONG.
 */
int fdt_freebsd_line(const char *words, uint64_t rsdp, char *line, size_t room);

#endif
