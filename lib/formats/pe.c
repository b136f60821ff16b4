/* SPDX-License-Identifier: BSD-2-Clause */
/* PE files: headers and sections, for unified kernel images and bundles (PE/COFF Specification). */
#include "error.h"
#include "layout.h"
#include "le.h"
#include "lib/formats/pe.h"
#include "region.h"

/* Offsets from the signature. */
#define MACHINE	   4
#define SECTIONS   6
#define OPTIONAL   24 /* the optional header, which begins with its own magic */
#define MAGIC_PE32 0x10B
#define MAGIC_PE64 0x20B

/* Offsets in a section header. */
#define VIRTUAL_SIZE 8
#define VIRTUAL_AT   12
#define RAW_SIZE     16
#define RAW_AT	     20

static enum payload_arch arch_of(uint16_t machine)
{
	if (machine == PE_MACHINE_ARM64)
		return PAYLOAD_ARM64;
	/* Arm, Thumb, and Thumb-2 ("ARMNT"). */
	if (machine == 0x1C0 || machine == 0x1C2 || machine == 0x1C4)
		return PAYLOAD_ARM;
	return PAYLOAD_OTHER;
}

int pe_open(const uint8_t *file, uint64_t size, struct pe *pe)
{
	uint64_t at, table;
	uint16_t magic;

	if (size < PE_POINTER + 4 || le16(file) != PE_MAGIC)
		return ERR_UNKNOWN;
	at = le32(file + PE_POINTER);
	if (!fits_in(at, PE_HEADER + 2, size))
		return ERR_TRUNCATED;
	pe->header = file + at;
	if (le32(pe->header) != PE_SIGNATURE)
		return ERR_UNKNOWN;
	magic = le16(pe->header + OPTIONAL);
	if (magic != MAGIC_PE32 && magic != MAGIC_PE64)
		return ERR_HEADER;
	pe->sections = le16(pe->header + SECTIONS);
	table = at + PE_HEADER + le16(pe->header + PE_OPTIONAL_SIZE);
	if (!fits_in(table, (uint64_t)pe->sections * PE_SECTION, size))
		return ERR_TRUNCATED;
	pe->table = file + table;
	pe->file = file;
	pe->size = size;
	pe->arch = arch_of(le16(pe->header + MACHINE));
	if (le32(file) == IMAGE_MAGIC)
		pe->arch = PAYLOAD_ANY;
	return 0;
}

const uint8_t *pe_name(const struct pe *pe, unsigned int index)
{
	return pe->table + (uint64_t)index * PE_SECTION;
}

int pe_section(const struct pe *pe, unsigned int index, struct part *part)
{
	const uint8_t *header = pe_name(pe, index);
	uint32_t raw = le32(header + RAW_SIZE), virtual = le32(header + VIRTUAL_SIZE);
	uint32_t at = le32(header + RAW_AT), size = raw < virtual ? raw : virtual;

	if (!fits_in(at, size, pe->size))
		return ERR_PART;
	part->at = pe->file + at;
	part->size = size;
	return 0;
}

int pe_loaded(const struct pe *pe, unsigned int index, struct part *part)
{
	const uint8_t *header = pe_name(pe, index);
	uint32_t at = le32(header + VIRTUAL_AT), size = le32(header + VIRTUAL_SIZE);

	if (!fits_in(at, size, pe->size))
		return ERR_PART;
	part->at = pe->file + at;
	part->size = size;
	return 0;
}

uint64_t pe_extent(const struct pe *pe)
{
	uint64_t extent = 0;
	unsigned int i;

	for (i = 0; i < pe->sections; i++) {
		const uint8_t *header = pe_name(pe, i);
		uint64_t end = (uint64_t)le32(header + RAW_AT) + le32(header + RAW_SIZE);

		extent = max64(extent, end);
	}
	return extent;
}
