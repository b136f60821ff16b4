/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef FOREARM_EFI_HANDLES_H
#define FOREARM_EFI_HANDLES_H

#include "tables/efi/efi.h"
#include "types.h"

/*
 * Handles of the EFI environment and the protocols on them (UEFI Specification 2.10, 7.3). What
 * an application has as a handle is an address in the database, which is checked. Pure.
 */

#define EFI_HANDLES    96
#define EFI_INTERFACES 256

/* A protocol on a handle; 'handle' is its number from 1 on, 0: this one is free. */
struct efi_interface {
	struct efi_guid guid;
	void *interface;
	unsigned int handle;
};

struct efi_handle {
	unsigned int interfaces; /* on it; 0: it is free */
};

struct efi_handles {
	struct efi_handle handle[EFI_HANDLES];
	struct efi_interface interface[EFI_INTERFACES];
};

void efi_handles_init(struct efi_handles *handles);

/* Whether the GUIDs are the same. */
bool efi_same_guid(const struct efi_guid *a, const struct efi_guid *b);

/* Whether it is a handle that is in use. */
bool efi_handle_is(const struct efi_handles *handles, const void *handle);

/* That protocol on the handle, or NULL. */
struct efi_interface *efi_handle_find(struct efi_handles *handles, const void *handle,
				      const struct efi_guid *guid);

/*
 * Adds a protocol to *handle, or to a new one if that is NULL, and is there then. Returns 0,
 * ERR_OVERLAP: it has one of that kind; ERR_UNKNOWN: it is no handle; or ERR_FULL.
 */
__must_check int efi_handle_add(struct efi_handles *handles, void **handle,
				const struct efi_guid *guid, void *interface);

/* Takes it away, and a handle without any. Returns 0 or ERR_UNKNOWN. */
__must_check int efi_handle_remove(struct efi_handles *handles, const void *handle,
				   const struct efi_guid *guid, const void *interface);

/*
 * The next handle from *place on, 0 at first, that has the protocol (NULL: any, or 'interface',
 * with any GUID); NULL behind the last.
 */
void *efi_handle_next(struct efi_handles *handles, const struct efi_guid *guid,
		      unsigned int *place);

/* The same for the protocols of a handle. */
struct efi_interface *efi_interface_next(struct efi_handles *handles, const void *handle,
					 unsigned int *place);

#endif
