/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_FREEBSD_H
#define FOREARM_FREEBSD_H

#include <stddef.h>
#include <stdint.h>

/*
 * What FreeBSD's loader leaves behind its arm64 kernel (stand/common/modinfo.c,
 * stand/efi/loader/bootinfo.c): the kernel's environment, kenv(2), and records that tell of the
 * kernel, the preloaded files and of where all that is, by virtual addresses. Little-endian. Pure.
 */

/*
 * A command line is one of boot(8): words between blanks, tabs or line ends. Letters behind a "-"
 * are flags, any other word is a variable, which is 1 where it has no value. A guard "FreeBSD:" at
 * its start, which kernels want that get the line by a device tree, does not count.
 */

/*
 * The flags (sys/reboot.h) that such a line stands for: its own, and those of variables such as
 * boot_verbose which are not "no" (sys/kern/subr_boot.c).
 */
uint32_t freebsd_howto(const char *line);

/* Bytes that the environment of a line of so many bytes may have. */
#define FREEBSD_ENVIRONMENT_ROOM(length) (2 * (size_t)(length) + 32)

/*
 * Writes the variables of such a line, each with a terminator, and one more behind the last. Of
 * those that are named alike the last counts, as for the loader; the kernel would take the first.
 * Returns the bytes, or ERR_TOO_LONG.
 */
int freebsd_environment(const char *line, char *to, size_t room);

/* A preloaded file. */
struct freebsd_module {
	const char *name, *type; /* 31 bytes each at most */
	uint64_t address, size;
};

#define FREEBSD_ELF_HEADER 64 /* bytes of an ELF header of 64 bits */

/* Addresses are virtual, and those that may be 0 are not told then. */
struct freebsd_kernel {
	const void *elf_header;	       /* FREEBSD_ELF_HEADER bytes */
	uint64_t address, size;	       /* with symbols */
	uint64_t symbols, symbols_end; /* elf_tables_copy(); both or none may be 0 */
	uint64_t dynamic;	       /* its dynamic section; may be 0 */
	uint64_t environment, tree;
	uint32_t howto;
	const struct freebsd_module *module;
	unsigned int modules;
};

/* Bytes of the records. */
#define FREEBSD_RECORDS_ROOM(modules) (384 + 128 * (size_t)(modules))

/*
 * Writes the records to 'to', which the kernel sees at 'address', the last of all. What it may use
 * for itself begins at the page behind them. Returns the bytes, or ERR_TOO_LONG.
 */
int freebsd_records(const struct freebsd_kernel *kernel, uint64_t address, void *to, size_t room);

#endif
