/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU's etc/table-loader: the script that says how ACPI tables are put into memory and linked. */
#include <string.h>
#include "tables/acpi/acpi.h"
#include "tables/acpi/loader.h"
#include "error.h"
#include "region.h"

enum command { ALLOCATE = 1, ADD_POINTER = 2, ADD_CHECKSUM = 3, WRITE_POINTER = 4 };

#define PACKED __attribute__((packed))

/* As it is in the script, little-endian. */
struct entry {
	uint32_t command;
	union {
		struct {
			char file[ACPI_LOADER_NAME];
			uint32_t align;
			uint8_t zone;
		} PACKED allocate;
		struct {
			char to[ACPI_LOADER_NAME], of[ACPI_LOADER_NAME];
			uint32_t offset;
			uint8_t size;
		} PACKED add_pointer;
		struct {
			char file[ACPI_LOADER_NAME];
			uint32_t result, start, length;
		} PACKED add_checksum;
		struct {
			char to[ACPI_LOADER_NAME], of[ACPI_LOADER_NAME];
			uint32_t offset, of_offset;
			uint8_t size;
		} PACKED write_pointer;
		char fill[ACPI_LOADER_ENTRY - 4];
	};
} PACKED;

_Static_assert(sizeof(struct entry) == ACPI_LOADER_ENTRY, "QEMU's entries have 128 bytes");

static int check_name(const char *name)
{
	return !name[0] || name[ACPI_LOADER_NAME - 1] ? ERR_LOADER_NAME : 0;
}

/* A file that must have been allocated. */
static int look_up(struct acpi_loader *l, const char *name, struct acpi_loader_file **file)
{
	int error = check_name(name);

	if (error)
		return error;
	*file = acpi_loader_find(l, name);
	return *file ? 0 : ERR_LOADER_ORDER;
}

static void reach(uint64_t *mark, uint64_t offset)
{
	if (*mark < offset)
		*mark = offset;
}

static int check_range(const struct acpi_loader_file *file, uint32_t offset, uint32_t size)
{
	return fits_in(offset, size, file->size) ? 0 : ERR_LOADER_RANGE;
}

static int check_pointer_size(uint8_t size)
{
	return size > 8 || !size || (size & (size - 1)) ? ERR_LOADER_VALUE : 0;
}

/* The address of a byte of the file, which has to fit into a pointer of 'size' bytes. */
static int address_of(struct acpi_loader_file *file, uint64_t offset, uint8_t size,
		      uint64_t *address)
{
	if (offset >= file->size)
		return ERR_LOADER_RANGE;
	reach(&file->pointed, offset);
	if (!fits_in(file->address, offset, UINT64_MAX))
		return ERR_LOADER_WIDTH;
	*address = file->address + offset;
	return size < 8 && *address >> 8 * size ? ERR_LOADER_WIDTH : 0;
}

static int allocate(struct acpi_loader *l, const struct entry *e)
{
	const char *name = e->allocate.file;
	uint32_t align = e->allocate.align;
	struct acpi_loader_file file = {.name = name};
	int error = check_name(name);

	if (error)
		return error;
	if (acpi_loader_find(l, name))
		return ERR_LOADER_TWICE;
	if (!align || align > ACPI_LOADER_ALIGN || (align & (align - 1)))
		return ERR_LOADER_VALUE;
	if (l->files == ACPI_LOADER_FILES)
		return ERR_FULL;
	error = l->ops->allocate(l->context, align, e->allocate.zone, &file);
	if (!error)
		l->file[l->files++] = file;
	return error;
}

/* The value in the pointer's place is the offset in the file that it is to point to. */
static int add_pointer(struct acpi_loader *l, const struct entry *e)
{
	struct acpi_loader_file *to, *of;
	uint32_t offset = e->add_pointer.offset;
	uint8_t size = e->add_pointer.size;
	uint64_t value = 0;
	int error = look_up(l, e->add_pointer.to, &to);

	if (!error)
		error = look_up(l, e->add_pointer.of, &of);
	if (!error)
		error = check_pointer_size(size);
	if (!error)
		error = check_range(to, offset, size);
	if (error)
		return error;
	reach(&to->pointed, (uint64_t)offset + size - 1);
	memcpy(&value, to->data + offset, size);
	error = address_of(of, value, size, &value);
	if (!error)
		memcpy(to->data + offset, &value, size);
	return error;
}

static int add_checksum(struct acpi_loader *l, const struct entry *e)
{
	struct acpi_loader_file *file;
	uint32_t start = e->add_checksum.start, length = e->add_checksum.length;
	uint32_t result = e->add_checksum.result;
	int error = look_up(l, e->add_checksum.file, &file);

	if (!error)
		error = check_range(file, start, length);
	if (!error)
		error = check_range(file, result, 1);
	if (error)
		return error;
	reach(&file->pointed, result);
	reach(&file->summed, (uint64_t)start + length);
	file->data[result] -= acpi_sum(file->data + start, length);
	return 0;
}

static int write_pointer(struct acpi_loader *l, const struct entry *e)
{
	struct acpi_loader_file *of;
	uint64_t value;
	int error = check_name(e->write_pointer.to);

	if (!error)
		error = look_up(l, e->write_pointer.of, &of);
	if (!error)
		error = check_pointer_size(e->write_pointer.size);
	if (!error)
		error = address_of(of, e->write_pointer.of_offset, e->write_pointer.size, &value);
	if (!error)
		error = l->ops->write(l->context, e->write_pointer.to, e->write_pointer.offset,
				      &value, e->write_pointer.size);
	return error;
}

/* What checksums do not cover has no known end; if anything points there, all is in use. */
static void measure(struct acpi_loader *l)
{
	for (struct acpi_loader_file *i = l->file; i < l->file + l->files; i++)
		i->used = i->pointed < i->summed ? i->summed : i->size;
}

static int execute(struct acpi_loader *l, const struct entry *e)
{
	switch (e->command) {
	case ALLOCATE:
		return allocate(l, e);
	case ADD_POINTER:
		return add_pointer(l, e);
	case ADD_CHECKSUM:
		return add_checksum(l, e);
	case WRITE_POINTER:
		return write_pointer(l, e);
	default:
		return 0;
	}
}

int acpi_loader_run(struct acpi_loader *loader, const struct acpi_loader_ops *ops, void *context,
		    const void *script, size_t size)
{
	const struct entry *entry = script;

	loader->ops = ops;
	loader->context = context;
	loader->entry = 0;
	loader->files = 0;
	if (size % sizeof(*entry))
		return ERR_LOADER_SIZE;
	for (; loader->entry < size / sizeof(*entry); loader->entry++) {
		int error = execute(loader, &entry[loader->entry]);

		if (error)
			return error;
	}
	measure(loader);
	return 0;
}

struct acpi_loader_file *acpi_loader_find(struct acpi_loader *loader, const char *name)
{
	for (unsigned int i = 0; i < loader->files; i++)
		if (strcmp(loader->file[i].name, name) == 0)
			return &loader->file[i];
	return NULL;
}
