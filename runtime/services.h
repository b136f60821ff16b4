/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_RUNTIME_SERVICES_H
#define FOREARM_RUNTIME_SERVICES_H

#include <stdbool.h>
#include <stdint.h>
#include "tables/efi/efi.h"
#include "tables/efi/runtime.h"

/* The inside of the runtime services. All of it is reached relative to the program counter. */
#pragma GCC visibility push(hidden)

extern struct runtime_data runtime_data;

/* -- the services (UEFI Specification 2.10, chapter 8) ---------------------------------------- */
efi_status runtime_get_time(struct efi_time *time, struct efi_time_capabilities *capabilities);
efi_status runtime_set_time(const struct efi_time *time);
efi_status runtime_set_virtual_address_map(uint64_t size, uint64_t entry_size, uint32_t version,
					   const void *map);
void runtime_reset_system(enum efi_reset type);
/* All others. */
efi_status runtime_unsupported(void);

/* -- what they are made of -------------------------------------------------------------------- */
/* Seconds since 1970, UTC. */
void time_from_seconds(uint32_t seconds, struct efi_time *time);
/* False for what is no time at all, or none that 32 bits of seconds can tell. */
bool time_to_seconds(const struct efi_time *time, uint32_t *seconds);

/* Calls PSCI with a function that takes no argument and ends the machine; does not return. */
void runtime_psci(uint32_t conduit, uint32_t function);

#pragma GCC visibility pop

#endif
