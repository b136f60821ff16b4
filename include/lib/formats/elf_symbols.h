/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_ELF_SYMBOLS_H
#define FOREARM_ELF_SYMBOLS_H

#include <stdint.h>
#include "lib/formats/elf.h"

/*
 * An ELF file's symbols, as BSD kernels find them behind themselves: the ELF header without program
 * headers, the section headers, and of the sections those of the types SHT_SYMTAB and SHT_STRTAB,
 * each padded to 8 bytes; offsets count from the header. Little-endian files of 64 bits. Pure.
 */

/* Bytes, a multiple of 8; 0 if the file has no symbols, or if something about them is wrong. */
uint64_t elf_symbols_size(const struct elf *elf);

/* Writes them to 'to', which has room for elf_symbols_size() bytes, unless those are 0. */
void elf_symbols_copy(const struct elf *elf, uint8_t *to);

#endif
