/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * SetVirtualAddressMap (UEFI Specification 2.10, 8.4). The code itself does not care where it
 * runs; what it has to change are the addresses that its data hold, and those by which the guest
 * finds the services. Nothing of the firmware waits to be told, so ConvertPointer has no callers.
 */
#include "services.h"

struct virtual_map {
	const uint8_t *entry;
	uint64_t size, entry_size; /* bytes; of all, of each */
};

#define RTC_SIZE 0x20 /* bytes of registers, those apart that identify a PL031 */

/* Replaces a physical address by a virtual one, if the map has such for all 'size' bytes. */
static bool convert(const struct virtual_map *map, uint64_t *address, uint64_t size)
{
	for (uint64_t at = 0; at + map->entry_size <= map->size; at += map->entry_size) {
		const struct efi_memory_descriptor *e = (const void *)(map->entry + at);
		uint64_t offset = *address - e->base, bytes = e->pages * EFI_PAGE;

		if (e->attribute & EFI_MEMORY_RUNTIME && offset < bytes && size <= bytes - offset) {
			*address = e->virtual_base + offset;
			return true;
		}
	}
	return false;
}

/* CRC-32 as in IEEE 802.3; tables are seldom and short, so it is made bit by bit. */
static void set_crc(struct efi_table_header *header)
{
	const uint8_t *byte = (const uint8_t *)header;
	uint32_t crc = UINT32_MAX;

	header->crc32 = 0;
	for (uint32_t i = 0; i < header->size * 8; i++) {
		if (i % 8 == 0)
			crc ^= *byte++;
		crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	header->crc32 = ~crc;
}

/* Vendor and configuration tables are not in runtime memory: they move if the guest wants it. */
static void convert_system_table(const struct virtual_map *map, struct efi_system_table *s)
{
	convert(map, &s->runtime_services, sizeof(struct efi_runtime_services));
	convert(map, &s->vendor, 1);
	convert(map, &s->tables, 1);
	set_crc(&s->header);
}

efi_status runtime_set_virtual_address_map(uint64_t size, uint64_t entry_size, uint32_t version,
					   const void *entries)
{
	const struct virtual_map map = {entries, size, entry_size};
	struct runtime_data *d = &runtime_data;
	uint64_t base = d->base, rtc = d->rtc;

	if (d->is_virtual)
		return EFI_UNSUPPORTED;
	if (version != EFI_MEMORY_DESCRIPTOR_VERSION ||
	    entry_size < offsetof(struct efi_memory_descriptor, more))
		return EFI_INVALID_PARAMETER;
	if (!convert(&map, &base, RUNTIME_SIZE) || (rtc && !convert(&map, &rtc, RTC_SIZE)))
		return EFI_NO_MAPPING;
	for (int i = 0; i < EFI_SERVICES; i++)
		d->table.service[i] += base - d->base;
	set_crc(&d->table.header);
	if (d->system_table)
		convert_system_table(&map, (void *)(uintptr_t)d->system_table);
	d->rtc = rtc;
	d->is_virtual = true;
	return EFI_SUCCESS;
}
