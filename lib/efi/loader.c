/* SPDX-License-Identifier: BSD-2-Clause */
/* EFI applications as PE files: headers, sections, and base relocations. */
#include "error.h"
#include "le.h"
#include "lib/efi/loader.h"
#include "lib/formats/pe.h"
#include "region.h"

/* Offsets from the signature: of the COFF header, and of PE32+'s optional one. */
#define CHARACTERISTICS 22
#define OPTIONAL	24
#define ENTRY		(OPTIONAL + 16)
#define BASE		(OPTIONAL + 24)
#define SECTION_ALIGN	(OPTIONAL + 32)
#define IMAGE_SIZE	(OPTIONAL + 56)
#define HEADERS_SIZE	(OPTIONAL + 60)
#define SUBSYSTEM	(OPTIONAL + 68)
#define DIRECTORIES	(OPTIONAL + 108)
#define DIRECTORY	(OPTIONAL + 112)
#define DIRECTORY_SIZE	8
#define RELOCATION	5 /* the directory of base relocations */
#define OPTIONAL_LEAST	112
#define MAGIC_PE64	0x20B
#define STRIPPED	0x1
#define SUBSYSTEM_FIRST 10 /* EFI application; drivers follow */

/* Offsets in a section header. */
#define VIRTUAL_SIZE 8
#define VIRTUAL_AT   12
#define RAW_SIZE     16
#define RAW_AT	     20
#define FLAGS	     36
#define FLAG_CODE    0x20000020U /* contains it, or is executed */
#define FLAG_WRITE   0x80000000U

/* Base relocations: a block's header, and kinds of entries. */
#define BLOCK	     8
#define KIND_NOTHING 0
#define KIND_DIR64   10

static void open_relocations(const struct pe *pe, uint32_t optional, struct efi_image *image)
{
	const uint8_t *at = pe->header + DIRECTORY + RELOCATION * DIRECTORY_SIZE;

	image->relocations = image->relocations_size = 0;
	if (le32(pe->header + DIRECTORIES) <= RELOCATION ||
	    optional < OPTIONAL_LEAST + (RELOCATION + 1) * DIRECTORY_SIZE)
		return;
	image->relocations = le32(at);
	image->relocations_size = le32(at + 4);
}

static bool is_sound(const struct efi_image *image)
{
	return image->size && image->size <= EFI_IMAGE_MAX && image->headers <= image->size &&
	       image->entry < image->size && is_power_of_two(image->align) &&
	       fits_in(image->table, (uint64_t)image->sections * PE_SECTION, image->headers) &&
	       fits_in(image->relocations, image->relocations_size, image->size);
}

int efi_image_open(const uint8_t *head, uint64_t size, struct efi_image *image)
{
	uint32_t optional, subsystem;
	struct pe pe;
	int error = pe_open(head, size, &pe);

	if (error)
		return error;
	optional = le16(pe.header + PE_OPTIONAL_SIZE);
	if (!fits_in((uint64_t)(pe.header - head) + OPTIONAL, optional, size))
		return ERR_TRUNCATED;
	if (optional < OPTIONAL_LEAST)
		return ERR_HEADER;
	subsystem = le16(pe.header + SUBSYSTEM);
	if (le16(pe.header + 4) != PE_MACHINE_ARM64 || le16(pe.header + OPTIONAL) != MAGIC_PE64 ||
	    subsystem < SUBSYSTEM_FIRST || subsystem > SUBSYSTEM_FIRST + EFI_IMAGE_RUNTIME_DRIVER)
		return ERR_MACHINE;
	*image = (struct efi_image) {
		.kind = subsystem - SUBSYSTEM_FIRST,
		.size = le32(pe.header + IMAGE_SIZE),
		.headers = le32(pe.header + HEADERS_SIZE),
		.align = le32(pe.header + SECTION_ALIGN),
		.entry = le32(pe.header + ENTRY),
		.table = (uint32_t)(pe.table - head),
		.sections = pe.sections,
		.base = le64(pe.header + BASE),
		.fixed = le16(pe.header + CHARACTERISTICS) & STRIPPED,
	};
	open_relocations(&pe, optional, image);
	return is_sound(image) ? 0 : ERR_HEADER;
}

int efi_image_section(const struct efi_image *image, const uint8_t *memory, uint32_t index,
		      struct efi_section *section)
{
	const uint8_t *header = memory + image->table + (uint64_t)index * PE_SECTION;
	uint32_t raw = le32(header + RAW_SIZE), flags = le32(header + FLAGS);

	section->at = le32(header + VIRTUAL_AT);
	section->size = le32(header + VIRTUAL_SIZE);
	if (!section->size)
		section->size = raw;
	section->from = le32(header + RAW_AT);
	section->in_file = raw < section->size ? raw : section->size;
	section->code = flags & FLAG_CODE;
	section->writable = flags & FLAG_WRITE;
	if (!fits_in(section->at, section->size, image->size) ||
	    (section->size && section->at < image->headers))
		return ERR_PART;
	return 0;
}

/* It may have been anything, and wrap around. */
static uint64_t efi_image_moved(uint64_t value, uint64_t from, uint64_t to)
{
	return value - from + to;
}

static int relocate_one(const struct efi_image *image, uint8_t *memory, uint64_t at,
			unsigned int kind, uint64_t address)
{
	if (kind == KIND_NOTHING)
		return 0;
	if (kind != KIND_DIR64 || !fits_in(at, 8, image->size))
		return ERR_HEADER;
	put_le64(memory + at, efi_image_moved(le64(memory + at), image->base, address));
	return 0;
}

int efi_image_relocate(const struct efi_image *image, uint8_t *memory, uint64_t address)
{
	uint64_t at = image->relocations, end = at + image->relocations_size;

	if (address == image->base)
		return 0;
	if (image->fixed)
		return ERR_ADDRESS;
	while (end - at >= BLOCK) {
		uint64_t page = le32(memory + at), size = le32(memory + at + 4);

		if (size < BLOCK || size > end - at)
			return ERR_HEADER;
		for (uint64_t entry = at + BLOCK; entry + 2 <= at + size; entry += 2) {
			uint16_t word = le16(memory + entry);
			int error = relocate_one(image, memory, page + (word & 0xfff), word >> 12,
						 address);

			if (error)
				return error;
		}
		at += size;
	}
	return 0;
}
