/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_ELF_SYMBOLS_H
#define FOREARM_ELF_SYMBOLS_H

#include <stdint.h>
#include "lib/formats/elf.h"

/*
 * An ELF file's symbols, as BSD kernels find them behind themselves. Little-endian files of 64
 * bits. Pure.
 */

/*
 * OpenBSD and NetBSD: the ELF header without program headers, the section headers, and of the
 * sections those of the types SHT_SYMTAB and SHT_STRTAB, each padded to 8 bytes; offsets count from
 * the header.
 */

/* Bytes, a multiple of 8; 0 if the file has no symbols, or if something about them is wrong. */
uint64_t elf_symbols_size(const struct elf *elf);

/* Writes them to 'to', which has room for elf_symbols_size() bytes, unless those are 0. */
void elf_symbols_copy(const struct elf *elf, uint8_t *to);

/*
 * FreeBSD: the last section of the type SHT_SYMTAB that has something in it and the one with its
 * strings, each behind its size in 8 bytes and padded to 8 (stand/common/load_elf.c). As above.
 */
uint64_t elf_tables_size(const struct elf *elf);
void elf_tables_copy(const struct elf *elf, uint8_t *to);

#endif
