/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * EFI's variables (UEFI 2.10, 8.2), in memory: until boot services end. They are then gone, with a
 * note if one was meant to stay.
 */
#include <string.h>
#include "environment.h"

#define NON_VOLATILE 1U
#define KNOWN	     7U /* attributes: that one, boot service and run time access */
#define APPEND	     0x40U
#define STORE_SIZE   ((uint64_t)EFI_VARIABLES * EFI_VARIABLE_MAX)

static bool same_name(const uint16_t *a, const uint16_t *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

static struct efi_variable *find_variable(const uint16_t *name, const struct efi_guid *guid)
{
	for (unsigned int i = 0; i < EFI_VARIABLES; i++) {
		struct efi_variable *at = &efi_environment->variable[i];

		if (at->data && efi_same_guid(&at->guid, guid) && same_name(at->name, name))
			return at;
	}
	return NULL;
}

/* Characters without the terminator. */
static unsigned int name_length(const uint16_t *name)
{
	unsigned int length = 0;

	while (length < EFI_VARIABLE_NAME && name[length])
		length++;
	return length;
}

static efi_status get_variable(const uint16_t *name, const struct efi_guid *guid,
			       uint32_t *attributes, uint64_t *size, void *to)
{
	const struct efi_variable *at;
	uint64_t room;

	if (!name || !guid || !size)
		return EFI_INVALID_PARAMETER;
	at = find_variable(name, guid);
	if (!at)
		return EFI_NOT_FOUND;
	room = *size;
	*size = at->size;
	if (attributes)
		*attributes = at->attributes;
	if (room < at->size)
		return EFI_BUFFER_TOO_SMALL;
	if (!to)
		return EFI_INVALID_PARAMETER;
	memcpy(to, at->data, at->size);
	return EFI_SUCCESS;
}

static efi_status next_variable(uint64_t *size, uint16_t *name, struct efi_guid *guid)
{
	const struct efi_variable *at = efi_environment->variable, *end = at + EFI_VARIABLES;
	uint64_t needed;

	if (!size || !name || !guid)
		return EFI_INVALID_PARAMETER;
	if (*name) {
		at = find_variable(name, guid);
		if (!at)
			return EFI_INVALID_PARAMETER;
		at++;
	}
	while (at < end && !at->data)
		at++;
	if (at == end)
		return EFI_NOT_FOUND;
	needed = 2 * (uint64_t)(name_length(at->name) + 1);
	if (*size < needed) {
		*size = needed;
		return EFI_BUFFER_TOO_SMALL;
	}
	memcpy(name, at->name, (size_t)needed);
	*guid = at->guid;
	return EFI_SUCCESS;
}

static void remove_variable(struct efi_variable *at)
{
	efi_free_pages((uintptr_t)at->data, page_up(max64(at->size, 1)) / PAGE_SIZE);
	at->data = NULL;
}

static struct efi_variable *free_variable(void)
{
	for (unsigned int i = 0; i < EFI_VARIABLES; i++)
		if (!efi_environment->variable[i].data)
			return &efi_environment->variable[i];
	return NULL;
}

/* What it says from now on; what there was of it comes first, if 'old' is not NULL. */
static efi_status put_variable(const struct efi_variable *new, struct efi_variable *old,
			       const void *data, uint64_t size)
{
	struct efi_variable *to = old ? old : free_variable();
	uint64_t before = old && new->attributes &APPEND ? old->size : 0;
	uint8_t *memory;

	if (!to || before + size > EFI_VARIABLE_MAX)
		return EFI_OUT_OF_RESOURCES;
	memory = efi_own_memory(max64(before + size, 1));
	if (!memory)
		return EFI_OUT_OF_RESOURCES;
	if (before)
		memcpy(memory, old->data, (size_t)before);
	memcpy(memory + before, data, (size_t)size);
	if (old)
		remove_variable(old);
	*to = *new;
	to->attributes &= ~APPEND;
	to->data = memory;
	to->size = (uint32_t)(before + size);
	return EFI_SUCCESS;
}

static efi_status set_variable(const uint16_t *name, const struct efi_guid *guid,
			       uint32_t attributes, uint64_t size, const void *data)
{
	struct efi_variable new = {.attributes = attributes}, *old;
	unsigned int length = name ? name_length(name) : 0;

	if (!length || !guid || (size && !data))
		return EFI_INVALID_PARAMETER;
	if (attributes & ~(KNOWN | APPEND))
		return EFI_UNSUPPORTED;
	if (length == EFI_VARIABLE_NAME || size > EFI_VARIABLE_MAX)
		return EFI_OUT_OF_RESOURCES;
	old = find_variable(name, guid);
	if (!(attributes & APPEND) && (!size || !(attributes & KNOWN))) {
		if (old)
			remove_variable(old);
		return old ? EFI_SUCCESS : EFI_NOT_FOUND;
	}
	if (old && old->attributes != (attributes & KNOWN))
		return EFI_INVALID_PARAMETER;
	if (!size) /* added to what there is, or is not */
		return EFI_SUCCESS;
	if (attributes & NON_VOLATILE)
		efi_environment->noted_variables = true;
	new.guid = *guid;
	memcpy(new.name, name, 2 * ((size_t)length + 1));
	return put_variable(&new, old, data, size);
}

static efi_status query_variables(uint32_t attributes, uint64_t *store, uint64_t *left,
				  uint64_t *most)
{
	if (!attributes || !store || !left || !most)
		return EFI_INVALID_PARAMETER;
	*store = *left = STORE_SIZE;
	*most = EFI_VARIABLE_MAX;
	return EFI_SUCCESS;
}

/* Until boot services end: end_services(). */
void efi_variables_init(void)
{
	uint64_t *service = efi_environment->runtime->service;

	service[EFI_GET_VARIABLE] = (uintptr_t)get_variable;
	service[EFI_GET_NEXT_VARIABLE_NAME] = (uintptr_t)next_variable;
	service[EFI_SET_VARIABLE] = (uintptr_t)set_variable;
	service[EFI_QUERY_VARIABLE_INFO] = (uintptr_t)query_variables;
}
