/* SPDX-License-Identifier: BSD-2-Clause */
/* Handles of the EFI environment, and the protocols on them. */
#include <string.h>
#include "error.h"
#include "lib/efi/handles.h"

void efi_handles_init(struct efi_handles *handles)
{
	memset(handles, 0, sizeof(*handles));
}

bool efi_same_guid(const struct efi_guid *a, const struct efi_guid *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

/* Its number, or 0. */
static unsigned int number_of(const struct efi_handles *handles, const void *handle)
{
	uintptr_t first = (uintptr_t)handles->handle, at = (uintptr_t)handle;

	if (at < first || at - first >= sizeof(handles->handle) ||
	    (at - first) % sizeof(handles->handle[0]))
		return 0;
	at = (at - first) / sizeof(handles->handle[0]);
	return handles->handle[at].interfaces ? (unsigned int)at + 1 : 0;
}

bool efi_handle_is(const struct efi_handles *handles, const void *handle)
{
	return number_of(handles, handle);
}

struct efi_interface *efi_handle_find(struct efi_handles *handles, const void *handle,
				      const struct efi_guid *guid)
{
	unsigned int number = number_of(handles, handle);

	for (unsigned int i = 0; number && i < EFI_INTERFACES; i++) {
		struct efi_interface *interface = &handles->interface[i];

		if (interface->handle == number && efi_same_guid(&interface->guid, guid))
			return interface;
	}
	return NULL;
}

/* The number of one that is free, or 0. */
static unsigned int free_handle(const struct efi_handles *handles)
{
	for (unsigned int i = 0; i < EFI_HANDLES; i++)
		if (!handles->handle[i].interfaces)
			return i + 1;
	return 0;
}

static struct efi_interface *free_interface(struct efi_handles *handles)
{
	for (unsigned int i = 0; i < EFI_INTERFACES; i++)
		if (!handles->interface[i].handle)
			return &handles->interface[i];
	return NULL;
}

int efi_handle_add(struct efi_handles *handles, void **handle, const struct efi_guid *guid,
		   void *interface)
{
	struct efi_interface *to = free_interface(handles);
	unsigned int number;

	if (*handle && !number_of(handles, *handle))
		return ERR_UNKNOWN;
	if (*handle && efi_handle_find(handles, *handle, guid))
		return ERR_OVERLAP;
	number = *handle ? number_of(handles, *handle) : free_handle(handles);
	if (!to || !number)
		return ERR_FULL;
	*to = (struct efi_interface) {*guid, interface, number};
	handles->handle[number - 1].interfaces++;
	*handle = &handles->handle[number - 1];
	return 0;
}

int efi_handle_remove(struct efi_handles *handles, const void *handle, const struct efi_guid *guid,
		      const void *interface)
{
	struct efi_interface *at = efi_handle_find(handles, handle, guid);

	if (!at || at->interface != interface)
		return ERR_UNKNOWN;
	handles->handle[at->handle - 1].interfaces--;
	at->handle = 0;
	return 0;
}

void *efi_handle_next(struct efi_handles *handles, const struct efi_guid *guid, unsigned int *place)
{
	while (*place < EFI_HANDLES) {
		struct efi_handle *handle = &handles->handle[(*place)++];

		if (handle->interfaces && (!guid || efi_handle_find(handles, handle, guid)))
			return handle;
	}
	return NULL;
}

struct efi_interface *efi_interface_next(struct efi_handles *handles, const void *handle,
					 unsigned int *place)
{
	unsigned int number = number_of(handles, handle);

	while (number && *place < EFI_INTERFACES) {
		struct efi_interface *interface = &handles->interface[(*place)++];

		if (interface->handle == number)
			return interface;
	}
	return NULL;
}
