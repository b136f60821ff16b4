/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_ELF_FILE_H
#define FOREARM_ELF_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/formats/elf.h"

/* ELF files made by hand, sound or not: change 'plan', then write it. */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define SEGMENTS     3

struct program {
	uint64_t offset, virtual_address, address, file_size, memory_size, align;
	uint32_t type, flags;
};

struct plan {
	unsigned int word;
	bool big_endian;
	unsigned int type, machine, header_size, count;
	uint32_t flags;
	uint64_t entry, headers_at, file_size;
	struct program program[SEGMENTS];
};

extern struct elf elf; /* what was opened last */
extern struct plan plan;
extern uint8_t image[0x4000]; /* as put_file() writes it */

/*
 * A sound file: code at 0x40200000 (linked for 0x80200000) and data at 0x40201000, and a program
 * header that loads nothing. It is for AArch64 if 'word' is 8, else for AArch32.
 */
void plan_for(unsigned int word, bool big_endian);

/* Plans for both classes and both orders, one after the other; *kind starts as 0. False: done. */
bool each_kind(unsigned int *kind);

/* Writes the plan to 'image'; returns where the program headers end. */
size_t put_file(void);

/* elf_open() to 'elf', of a heap block of exactly that size, freed again. */
int open_part(const uint8_t *file, size_t size);

/* Writes the plan and opens it. */
int open_plan(void);

#endif
