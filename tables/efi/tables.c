/* SPDX-License-Identifier: BSD-2-Clause */
/* EFI's system table, configuration tables and memory map, as Linux's EFI stub would leave them. */
#include <stdbool.h>
#include <string.h>
#include "lib/hash/crc32.h"
#include "tables/efi/tables.h"
#include "error.h"
#include "types.h"

const struct efi_guid efi_guid_acpi = {
	0x8868e871, 0xe4f1, 0x11d3, {0xbc, 0x22, 0x00, 0x80, 0xc7, 0x3c, 0x88, 0x81}};
const struct efi_guid efi_guid_smbios = {
	0xf2fd1544, 0x9794, 0x4a2c, {0x99, 0x2e, 0xe5, 0xbb, 0xcf, 0x20, 0xe3, 0x94}};
const struct efi_guid efi_guid_rt_properties = {
	0xeb66918a, 0x7eef, 0x402a, {0x84, 0x2e, 0x93, 0x1d, 0x21, 0xc3, 0x8a, 0xe9}};
const struct efi_guid efi_guid_memory_attributes = {
	0xdcfa911d, 0x26eb, 0x469f, {0xa2, 0x20, 0x38, 0xb7, 0xdc, 0x46, 0x12, 0x20}};
static const struct efi_guid linux_memreserve = {
	0x888eb0c6, 0x8ede, 0x4ff5, {0xa8, 0xf0, 0x9a, 0xee, 0x5c, 0xb9, 0x77, 0xc2}};
static const struct efi_guid linux_initrd = {
	0x5568e427, 0x68fc, 0x4f3d, {0xac, 0x74, 0xca, 0x55, 0x52, 0x31, 0xcc, 0x68}};
static const struct efi_guid linux_seed = {
	0x1ce1e5bc, 0x7ceb, 0x42f2, {0x81, 0xe5, 0x8a, 0xad, 0xf1, 0x80, 0xf5, 0x7b}};

#define TABLES_MAX 7

/* How the buffer is laid out. */
struct block {
	struct efi_system_table system;
	struct efi_configuration_table table[TABLES_MAX];
	struct efi_rt_properties properties;
	struct linux_efi_memreserve memreserve;
	struct linux_efi_initrd initrd;
	struct linux_efi_random_seed seed;
	uint16_t vendor[8];
	struct efi_memory_attributes attributes;
	struct efi_memory_descriptor map[];
};

_Static_assert(sizeof(struct block) <= 1024, "EFI_TABLES_ROOM counts on it");

/* -- memory map ---------------------------------------------------------------------------------
 */

/* Where granules end at the latest; what is behind is nobody's RAM. */
#define TOP (~(uint64_t)(EFI_GRANULE - 1))

#define NO_MEMORY     (-1)
#define RUNTIME_ALONE (-2)

/*
 * Whether 'at' is in the range as far as it is known in units: whole ones of RAM, all that are
 * touched of anything else. Lowers *next to the first place behind 'at' where this changes.
 */
static bool holds(const struct efi_range *r, uint64_t unit, uint64_t at, uint64_t *next)
{
	uint64_t low = r->base, high = min64(add_capped(r->base, r->size), TOP);

	if (low >= high)
		return false;
	if (r->type == EFI_CONVENTIONAL) {
		low = align_up(low, unit);
		high = align_down(high, unit);
	} else {
		low = align_down(low, unit);
		high = align_up(high, unit);
	}
	if (low < high && low > at && low < *next)
		*next = low;
	if (low < high && high > at && high < *next)
		*next = high;
	return at >= low && at < high;
}

/* The ranges of the request behind those that the runtime services bring. */
#define RUNTIME_RANGES 2

static struct efi_range range_at(const struct efi_request *r, unsigned int i)
{
	const struct efi_runtime *runtime = &r->runtime;

	if (i == 0)
		return (struct efi_range) {runtime->base,
					   (uint64_t)runtime->code_size + runtime->data_size,
					   EFI_RUNTIME_CODE};
	if (i == 1)
		return (struct efi_range) {runtime->rtc, runtime->rtc ? 1 : 0, EFI_MMIO};
	return r->range[i - RUNTIME_RANGES];
}

/* Whether several banks, of NUMA nodes say, are all of the granule at 'at'. It ends at *end. */
static bool is_joined(const struct efi_request *r, uint64_t at, uint64_t *end)
{
	uint64_t next;

	at &= ~(uint64_t)(EFI_GRANULE - 1);
	for (*end = at + EFI_GRANULE; at < *end; at = next) {
		bool ram = false;

		next = *end;
		for (unsigned int i = 0; i < r->ranges; i++)
			if (r->range[i].type == EFI_CONVENTIONAL)
				ram |= holds(&r->range[i], EFI_PAGE, at, &next);
		if (!ram)
			return false;
	}
	return true;
}

/* The type of memory at 'at', or NO_MEMORY, and where the next one may begin. */
static int type_at(const struct efi_request *r, uint64_t at, uint64_t *next)
{
	bool ram = false, whole = false;
	int use = NO_MEMORY, fill = NO_MEMORY;
	uint64_t end;

	*next = UINT64_MAX;
	for (unsigned int i = 0; i < r->ranges + RUNTIME_RANGES; i++) {
		struct efi_range range = range_at(r, i);
		bool page = holds(&range, EFI_PAGE, at, next);
		bool granule = holds(&range, EFI_GRANULE, at, next);

		ram |= page && range.type != EFI_RESERVED;
		if (range.type == EFI_CONVENTIONAL) {
			whole |= granule;
			continue;
		}
		if (page && use == NO_MEMORY)
			use = (int)range.type;
		if (granule && fill < 0)
			fill = i < RUNTIME_RANGES ? RUNTIME_ALONE : (int)range.type;
	}
	if (!ram)
		return NO_MEMORY;
	if (use != NO_MEMORY)
		return use;
	if (fill != NO_MEMORY)
		return fill == RUNTIME_ALONE ? EFI_ACPI_RECLAIM : fill;
	if (whole)
		return EFI_CONVENTIONAL;
	whole = is_joined(r, at, &end);
	*next = *next < end ? *next : end;
	return whole ? EFI_CONVENTIONAL : EFI_RESERVED;
}

static struct efi_memory_descriptor descriptor(int type, uint64_t base, uint64_t pages)
{
	struct efi_memory_descriptor d = {
		.type = (uint32_t)type, .base = base, .pages = pages, .attribute = EFI_MEMORY_WB};

	if (type == EFI_MMIO)
		d.attribute = EFI_MEMORY_UC;
	if (type == EFI_MMIO || type == EFI_RUNTIME_CODE) {
		d.attribute |= EFI_MEMORY_RUNTIME;
		d.virtual_base = base;
	}
	return d;
}

/* Adds to the last entry, or to a new one, for which 'count' has to stay below 'room'. */
static int append(struct efi_memory_descriptor *map, size_t *count, size_t room, int type,
		  uint64_t base, uint64_t end)
{
	struct efi_memory_descriptor *last = map + *count - 1;
	uint64_t pages = (end - base) / EFI_PAGE;

	if (*count && last->type == (uint32_t)type && last->base + last->pages * EFI_PAGE == base) {
		last->pages += pages;
		return 0;
	}
	if (*count == room)
		return ERR_FULL;
	map[(*count)++] = descriptor(type, base, pages);
	return 0;
}

static int build_map(const struct efi_request *r, struct efi_memory_descriptor *map, size_t room,
		     size_t *count)
{
	uint64_t at = 0, next;
	int error = 0;

	for (*count = 0; at != UINT64_MAX && !error; at = next) {
		int type = type_at(r, at, &next);

		if (type != NO_MEMORY)
			error = append(map, count, room, type, at, next);
	}
	return error;
}

/* -- tables -------------------------------------------------------------------------------------
 */

static void add(struct block *b, const struct efi_guid *guid, uint64_t table)
{
	struct efi_configuration_table *t = &b->table[b->system.table_count++];

	t->guid = *guid;
	t->table = table;
}

void efi_runtime_attributes(const struct efi_runtime *r, struct efi_memory_attributes *a)
{
	a->version = EFI_MEMORY_ATTRIBUTES_VERSION;
	a->entries = 2;
	a->descriptor_size = sizeof(a->entry[0]);
	a->entry[0] = descriptor(EFI_RUNTIME_CODE, r->base, r->code_size / EFI_PAGE);
	a->entry[0].attribute = EFI_MEMORY_RUNTIME | EFI_MEMORY_RO;
	a->entry[1] = descriptor(EFI_RUNTIME_CODE, r->base + r->code_size, r->data_size / EFI_PAGE);
	a->entry[1].attribute = EFI_MEMORY_RUNTIME | EFI_MEMORY_XP;
}

static void add_tables(struct block *b, const struct efi_request *r, uint64_t address)
{
	add(b, &efi_guid_acpi, r->rsdp);
	if (r->smbios3)
		add(b, &efi_guid_smbios, r->smbios3);
	b->properties.version = EFI_RT_PROPERTIES_VERSION;
	b->properties.size = sizeof(b->properties);
	b->properties.supported = r->runtime.supported;
	add(b, &efi_guid_rt_properties, address + offsetof(struct block, properties));
	if (r->runtime.code_size && !r->large_pages) {
		efi_runtime_attributes(&r->runtime, &b->attributes);
		add(b, &efi_guid_memory_attributes, address + offsetof(struct block, attributes));
	}
	/* Without it, Linux warns of each table of interrupts that it wants to keep over kexec. */
	add(b, &linux_memreserve, address + offsetof(struct block, memreserve));
	if (r->initrd_size) {
		b->initrd.base = r->initrd;
		b->initrd.size = r->initrd_size;
		add(b, &linux_initrd, address + offsetof(struct block, initrd));
	}
	if (r->seed) {
		b->seed.size = r->seed_size;
		memcpy(b->seed.bits, r->seed, r->seed_size);
		add(b, &linux_seed, address + offsetof(struct block, seed));
	}
}

static void complete_system_table(struct block *b, const struct efi_request *r, uint64_t address)
{
	static const uint16_t vendor[] = u"forearm";
	struct efi_system_table *s = &b->system;

	memcpy(b->vendor, vendor, sizeof(vendor));
	s->vendor = address + offsetof(struct block, vendor);
	s->firmware_revision = r->revision;
	s->runtime_services = r->runtime.services;
	s->tables = address + offsetof(struct block, table);
	s->header.signature = EFI_SYSTEM_TABLE_SIGNATURE;
	s->header.revision = EFI_REVISION_2_70;
	s->header.size = sizeof(*s);
	s->header.crc32 = crc32_add(0, s, sizeof(*s));
}

int efi_tables_build(const struct efi_request *request, void *to, size_t room, uint64_t address,
		     struct efi_handoff *handoff)
{
	struct block *b = to;
	size_t count;
	int error;

	if (room < sizeof(*b))
		return ERR_FULL;
	if (request->seed && request->seed_size > LINUX_EFI_SEED_MAX)
		return ERR_TOO_LONG;
	memset(b, 0, sizeof(*b));
	add_tables(b, request, address);
	complete_system_table(b, request, address);
	error = build_map(request, b->map, (room - sizeof(*b)) / sizeof(b->map[0]), &count);
	*handoff = (struct efi_handoff) {
		.system_table = address,
		.map = address + offsetof(struct block, map),
		.map_size = (uint32_t)(count * sizeof(b->map[0])),
		.descriptor_size = sizeof(b->map[0]),
		.descriptor_version = EFI_MEMORY_DESCRIPTOR_VERSION,
	};
	return error;
}
