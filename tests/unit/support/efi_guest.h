/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_EFI_GUEST_H
#define FOREARM_EFI_GUEST_H

#include <stddef.h>
#include <stdint.h>
#include "tables/efi/tables.h"

/* EFI tables as a guest sees them: built in a buffer, read by address. */

#define ADDRESS 0x17f000000
#define KIB	1024ULL
#define MIB	(1024 * KIB)
#define GIB	(1024 * MIB)
#define PAGE	(4 * KIB)
#define GRANULE (64 * KIB)

/* The request that a test fills in, and what came of it. */
extern size_t efi_room;
extern struct efi_request efi_request;
extern struct efi_handoff efi_handoff;

void efi_add(uint64_t base, uint64_t size, enum efi_memory_type type);
/* Two pages of runtime services at 'base', and the page of a clock at 'rtc' (0: none). */
void efi_add_runtime(uint64_t base, uint64_t rtc);
int efi_build(void);

/* What the guest sees at an address in the buffer, and numbers in it. */
const uint8_t *efi_at(uint64_t address, size_t size);
uint64_t efi_get(const uint8_t *from, int size);

/* Entries of the memory map. */
uint32_t efi_entries(void);
const uint8_t *efi_entry(uint32_t i);
uint64_t efi_base(uint32_t i);
uint64_t efi_end(uint32_t i);

#endif
