/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_ELF_RELOCATE_H
#define FOREARM_ELF_RELOCATE_H

#include "lib/formats/elf.h"

/*
 * Relative relocations of position-independent executables (System V gABI chapter 5, "Dynamic
 * Section" and DT_RELR; AAELF32 5.6, AAELF64 5.7), which need no symbol: what a static-pie's own
 * start code, or a dynamic linker, would do with them. Pure, over the loaded image.
 *
 * The rule. Only an image that is placed elsewhere than it is linked to is touched, and of those
 * only one whose segments have the same virtual and physical addresses: one where they differ maps
 * itself to its virtual addresses, for which it is linked. Code that relocates itself as well finds
 * nothing that would be wrong after a second time:
 * - RELA replaces a pointer by a sum that does not depend on what was there;
 * - REL and RELR add to what is there. Their sizes in the loaded dynamic section become 0, so start
 *   code that goes by that (of a static-pie) has nothing left to add. Start code that has the
 *   table's place by its linker script, as U-Boot's, moves itself from where it runs, for which all
 *   is right now.
 */

/* What the file needs that nobody does here, since the remedies differ. */
enum elf_need {
	ELF_NEEDS_UNKNOWN,
	ELF_NEEDS_SYMBOLS, /* or the libraries that have them */
	ELF_NEEDS_CALLS,   /* of functions that say where others are: IRELATIVE */
	ELF_NEEDS_THREADS, /* memory that each thread has of its own */
};

/* What stands in the way, for a message. */
struct elf_obstacle {
	const char *name; /* in the specification; NULL: a relocation that has no name here */
	uint32_t kind;	  /* of the relocation, ELFxx_R_TYPE() */
	enum elf_need need;
};

/*
 * Relocates the image in 'memory', which has all bytes of [elf->lowest, elf->highest), for running
 * at 'address'. Its file part must be as it is in the file; what relocations name is read there, so
 * that the work is bounded by the file's size. Returns 0 or
 * ERR_DYNAMIC: it needs a dynamic linker, for '*obstacle';
 * ERR_PART: a table, or what is to be relocated, is not in the image; ERR_HEADER: entries of an
 * impossible size; ERR_ADDRESS: a 32-bit image would not end below 4 GiB.
 */
__must_check int elf_relocate(const struct elf *elf, uint8_t *memory, uint64_t address,
			      struct elf_obstacle *obstacle);

#endif
