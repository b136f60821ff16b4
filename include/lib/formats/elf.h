/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_ELF_H
#define FOREARM_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "arch.h"

/*
 * ELF executables (System V gABI chapters 4 and 5; ELF for the Arm Architecture, AAELF32 and
 * AAELF64): 32 and 64 bits, both byte orders. Pure, over the whole file in memory at any alignment;
 * nothing is copied.
 *
 * Addresses are physical: p_paddr is where a segment goes, p_vaddr only serves to translate the
 * entry. Section headers and notes are not looked at, nor is PT_INTERP: FreeBSD's kernel has one.
 * Relocations are elf_relocate()'s.
 */

#define ELF_HEADERS 64 /* program headers that a file may have; kernels have ten at most */

struct elf {
	const uint8_t *file;
	uint64_t size;
	uint64_t headers_at;  /* offset of the program headers */
	unsigned int headers; /* how many */
	unsigned int word;    /* bytes of an address: 4 (ELFCLASS32) or 8 (ELFCLASS64) */
	bool big_endian;      /* its data, and the headers themselves; never its instructions */
	enum execution_state state;
	bool thumb; /* enter in T32 state (STATE_AARCH32) */
	/*
	 * Linked at 0 to run anywhere (ET_DYN): add a multiple of 'align', which is a power of two
	 * then, to every address here and in the segments.
	 */
	bool relocatable;
	uint64_t align; /* the largest p_align, at least 1; any number unless 'relocatable' */
	uint64_t lowest, highest; /* the memory of all segments is inside [lowest, highest) */
	uint64_t entry;		  /* inside a segment's file part; bit 0 clear */
	unsigned int segments;	  /* to load, at least 1 */
};

/*
 * 'file_size' bytes to be copied from 'offset' in the file to 'address', and zeros behind them up
 * to 'memory_size'.
 */
struct elf_segment {
	uint64_t offset;	  /* inside the file unless file_size is 0 */
	uint64_t virtual_address; /* that it is linked for; not checked */
	uint64_t address; /* address + memory_size does not wrap, nor pass 4 GiB for ELF32 */
	uint64_t file_size;
	uint64_t memory_size; /* not 0; >= file_size */
	uint64_t align;	      /* p_align, not checked */
	bool code;	      /* PF_X */
};

/* Whether a file that begins with these bytes is an ELF file, of whatever kind. */
bool elf_is(const uint8_t *head, size_t head_size);

/*
 * Checks everything, fills in '*elf'. Returns 0 or
 * ERR_UNKNOWN: no ELF file; ERR_TRUNCATED: it ends inside of its headers; ERR_PART: a segment's
 * bytes are not in it; ERR_MACHINE: neither EM_ARM nor EM_AARCH64; ERR_NO_KERNEL: an object file or
 * a core dump, or nothing to load; ERR_CPU: BE32, an order of bytes that ended with ARMv6;
 * ERR_FULL: more than ELF_HEADERS; ERR_OVERLAP: two segments want the same memory; ERR_HEADER: any
 * other impossible value, such as memory past the last address, or an entry that is in no segment.
 */
__must_check int elf_open(const uint8_t *file, uint64_t size, struct elf *elf);

#define ELF_DYNAMIC	      2		 /* p_type of the dynamic section (PT_DYNAMIC) */
#define ELF_INTERPRETER	      3		 /* p_type of a path (PT_INTERP) */
#define ELF_OPENBSD_RANDOMIZE 0x65a3dbe6 /* p_type of what OpenBSD fills with random bytes */

/*
 * Whether there is a program header of that type; the first one as if it were a segment, but
 * nothing of it is checked.
 */
bool elf_header(const struct elf *elf, uint32_t type, struct elf_segment *header);

/*
 * The segment 'index' of those that take memory, in the order of the file. Returns 0, or ERR_PART
 * unless index < elf->segments.
 */
__must_check int elf_segment(const struct elf *elf, unsigned int index,
			     struct elf_segment *segment);

#endif
