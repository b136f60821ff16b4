/* SPDX-License-Identifier: BSD-2-Clause */
/* The EFI environment's services for handles and protocols (UEFI 2.10, 7.3). */
#include <stdarg.h>
#include <string.h>
#include "boot/core/fatal.h"
#include "environment.h"
#include "error.h"

enum how_to_locate { ALL_HANDLES, BY_REGISTRATION, BY_PROTOCOL };

#define OPEN_TEST	4 /* OpenProtocol() of nothing but the question whether it is there */
#define MULTIPLE_MAX	16
#define NATIVE_PROTOCOL 0

const struct efi_guid efi_guid_path = {
	0x09576e91, 0x6d3f, 0x11d2, {0x8e, 0x39, 0x00, 0xa0, 0xc9, 0x69, 0x72, 0x3b}};

void efi_provide_protocol(void **handle, const struct efi_guid *guid, void *interface)
{
	if (efi_handle_add(&efi_environment->handles, handle, guid, interface))
		stop_error("report this", "the EFI environment has no room for its own protocols");
}

efi_status efi_install_protocol(void **handle, const struct efi_guid *guid, uint32_t native,
				void *interface)
{
	int error;

	if (!handle || !guid || native != NATIVE_PROTOCOL)
		return EFI_INVALID_PARAMETER;
	error = efi_handle_add(&efi_environment->handles, handle, guid, interface);
	return error == ERR_FULL ? EFI_OUT_OF_RESOURCES
	       : error		 ? EFI_INVALID_PARAMETER
				 : EFI_SUCCESS;
}

efi_status efi_uninstall_protocol(void *handle, const struct efi_guid *guid, void *interface)
{
	if (!guid || !efi_handle_is(&efi_environment->handles, handle))
		return EFI_INVALID_PARAMETER;
	return efi_handle_remove(&efi_environment->handles, handle, guid, interface) ? EFI_NOT_FOUND
										     : EFI_SUCCESS;
}

efi_status efi_reinstall_protocol(void *handle, const struct efi_guid *guid, void *old, void *now)
{
	struct efi_interface *at;

	if (!guid || !efi_handle_is(&efi_environment->handles, handle))
		return EFI_INVALID_PARAMETER;
	at = efi_handle_find(&efi_environment->handles, handle, guid);
	if (!at || at->interface != old)
		return EFI_NOT_FOUND;
	at->interface = now;
	return EFI_SUCCESS;
}

efi_status efi_handle_protocol(void *handle, const struct efi_guid *guid, void **interface)
{
	const struct efi_interface *at;

	if (!guid || !interface || !efi_handle_is(&efi_environment->handles, handle))
		return EFI_INVALID_PARAMETER;
	at = efi_handle_find(&efi_environment->handles, handle, guid);
	*interface = at ? at->interface : NULL;
	return at ? EFI_SUCCESS : EFI_UNSUPPORTED;
}

/* Nobody's use of a protocol keeps another one from it. */
efi_status efi_open_protocol(void *handle, const struct efi_guid *guid, void **interface,
			     void *agent, void *controller, uint32_t attributes)
{
	void *unused;

	(void)agent;
	(void)controller;
	return efi_handle_protocol(handle, guid, attributes == OPEN_TEST ? &unused : interface);
}

efi_status efi_close_protocol(void *handle, const struct efi_guid *guid, void *agent,
			      void *controller)
{
	(void)agent;
	(void)controller;
	if (!guid || !efi_handle_is(&efi_environment->handles, handle))
		return EFI_INVALID_PARAMETER;
	return efi_handle_find(&efi_environment->handles, handle, guid) ? EFI_SUCCESS
									: EFI_NOT_FOUND;
}

efi_status efi_protocols_per_handle(void *handle, struct efi_guid ***guids, uint64_t *count)
{
	struct efi_handles *handles = &efi_environment->handles;
	struct efi_interface *at;
	unsigned int place = 0;
	efi_status status;

	if (!guids || !count || !efi_handle_is(handles, handle))
		return EFI_INVALID_PARAMETER;
	for (*count = 0; efi_interface_next(handles, handle, &place);)
		++*count;
	status = efi_allocate_pool(EFI_BOOT_DATA, *count * sizeof(**guids), (void **)guids);
	if (status)
		return status;
	place = 0;
	for (uint64_t i = 0; (at = efi_interface_next(handles, handle, &place)); i++)
		(*guids)[i] = &at->guid;
	return EFI_SUCCESS;
}

/* What is looked for; *guid is NULL for all handles. Returns whether it can be. */
static efi_status locate_by(uint32_t how, const struct efi_guid **guid)
{
	if (how == ALL_HANDLES)
		*guid = NULL;
	else if (how == BY_REGISTRATION)
		return EFI_UNSUPPORTED;
	else if (how != BY_PROTOCOL || !*guid)
		return EFI_INVALID_PARAMETER;
	return EFI_SUCCESS;
}

static uint64_t count_handles(const struct efi_guid *guid)
{
	unsigned int place = 0;
	uint64_t count = 0;

	while (efi_handle_next(&efi_environment->handles, guid, &place))
		count++;
	return count;
}

static void list_handles(const struct efi_guid *guid, void **to)
{
	unsigned int place = 0;
	void *handle;

	while ((handle = efi_handle_next(&efi_environment->handles, guid, &place)))
		*to++ = handle;
}

efi_status efi_locate_handle(uint32_t how, const struct efi_guid *guid, void *key, uint64_t *size,
			     void **handles)
{
	efi_status status = locate_by(how, &guid);
	uint64_t room, needed;

	(void)key;
	if (!size)
		return EFI_INVALID_PARAMETER;
	if (status)
		return status;
	room = *size;
	needed = count_handles(guid) * sizeof(*handles);
	if (!needed)
		return EFI_NOT_FOUND;
	*size = needed;
	if (room < needed)
		return EFI_BUFFER_TOO_SMALL;
	if (!handles)
		return EFI_INVALID_PARAMETER;
	list_handles(guid, handles);
	return EFI_SUCCESS;
}

efi_status efi_locate_handle_buffer(uint32_t how, const struct efi_guid *guid, void *key,
				    uint64_t *count, void ***handles)
{
	efi_status status = locate_by(how, &guid);

	(void)key;
	if (!count || !handles)
		return EFI_INVALID_PARAMETER;
	*count = 0;
	*handles = NULL;
	if (status)
		return status;
	if (!count_handles(guid))
		return EFI_NOT_FOUND;
	status = efi_allocate_pool(EFI_BOOT_DATA, count_handles(guid) * sizeof(**handles),
				   (void **)handles);
	if (status)
		return status;
	*count = count_handles(guid);
	list_handles(guid, *handles);
	return EFI_SUCCESS;
}

efi_status efi_locate_protocol(const struct efi_guid *guid, void *registration, void **interface)
{
	unsigned int place = 0;
	const void *handle;

	(void)registration;
	if (!guid || !interface)
		return EFI_INVALID_PARAMETER;
	handle = efi_handle_next(&efi_environment->handles, guid, &place);
	*interface =
		handle ? efi_handle_find(&efi_environment->handles, handle, guid)->interface : NULL;
	return handle ? EFI_SUCCESS : EFI_NOT_FOUND;
}

/* The handle with the protocol whose path is the longest beginning of this one. */
efi_status efi_locate_device_path(const struct efi_guid *guid, const uint8_t **path, void **handle)
{
	struct efi_handles *handles = &efi_environment->handles;
	const uint8_t *best = NULL;
	unsigned int place = 0;
	void *at;

	if (!guid || !path || !*path || !efi_path_size(*path))
		return EFI_INVALID_PARAMETER;
	while ((at = efi_handle_next(handles, guid, &place))) {
		const struct efi_interface *own = efi_handle_find(handles, at, &efi_guid_path);
		const uint8_t *rest = NULL;

		if (own && efi_path_size(own->interface))
			rest = efi_path_behind(own->interface, *path);
		if (!rest || (best && rest <= best))
			continue;
		best = rest;
		if (handle)
			*handle = at;
	}
	if (!best)
		return EFI_NOT_FOUND;
	if (!handle)
		return EFI_INVALID_PARAMETER;
	*path = best;
	return EFI_SUCCESS;
}

struct multiple {
	const struct efi_guid *guid;
	void *interface;
};

/* What was added before one that cannot be is taken away again. */
efi_status efi_install_multiple(void **handle, ...)
{
	struct multiple done[MULTIPLE_MAX];
	efi_status status = handle ? EFI_SUCCESS : EFI_INVALID_PARAMETER;
	void *const before = handle ? *handle : NULL;
	const struct efi_guid *guid;
	unsigned int count = 0;
	va_list list;

	va_start(list, handle);
	while (!status && (guid = va_arg(list, const struct efi_guid *))) {
		void *interface = va_arg(list, void *);

		status = count == MULTIPLE_MAX
				 ? EFI_OUT_OF_RESOURCES
				 : efi_install_protocol(handle, guid, NATIVE_PROTOCOL, interface);
		if (!status)
			done[count++] = (struct multiple) {guid, interface};
	}
	va_end(list);
	if (!status)
		return EFI_SUCCESS;
	while (count--)
		efi_uninstall_protocol(*handle, done[count].guid, done[count].interface);
	if (handle)
		*handle = before;
	return status;
}

/* What was taken before one that cannot be comes back, where its handle is still one. */
efi_status efi_uninstall_multiple(void *handle, ...)
{
	struct multiple done[MULTIPLE_MAX];
	efi_status status = EFI_SUCCESS;
	const struct efi_guid *guid;
	unsigned int count = 0;
	va_list list;

	va_start(list, handle);
	while (!status && (guid = va_arg(list, const struct efi_guid *))) {
		void *interface = va_arg(list, void *);

		status = count == MULTIPLE_MAX ? EFI_OUT_OF_RESOURCES
					       : efi_uninstall_protocol(handle, guid, interface);
		if (!status)
			done[count++] = (struct multiple) {guid, interface};
	}
	va_end(list);
	if (!status)
		return EFI_SUCCESS;
	while (count--)
		efi_install_protocol(&handle, done[count].guid, NATIVE_PROTOCOL,
				     done[count].interface);
	return EFI_INVALID_PARAMETER;
}
