/* SPDX-License-Identifier: BSD-2-Clause */
/* Writes a bundle: the stub, with sections added behind it and to its PE header. */
#include <string.h>
#include "bundle.h"
#include "error.h"
#include "layout.h"
#include "le.h"
#include "lib/formats/pe.h"
#include "region.h"

/* Offsets of the arm64 Image header, and in the PE file from its signature. */
#define ARM64_IMAGE_SIZE   0x10
#define NUMBER_OF_SECTIONS 6
#define CODE_SIZE	   28 /* in the optional header */
#define INITIALIZED_DATA   32
#define SIZE_OF_IMAGE	   80
#define SIZE_OF_HEADERS	   84

/* Section characteristics: contents, and that they can be read. */
#define CODE 0x40000020
#define DATA 0x40000040

#define STUB_REMEDY "name forearm's own file, forearm.bin, by --stub"

static void check_stub(const struct bundle *bundle)
{
	const struct bytes *file = &bundle->file;
	struct pe pe;
	int error = pe_open(file->data, file->size, &pe);

	if (error || le32(file->data) != IMAGE_MAGIC)
		fail(STUB_REMEDY, "the stub, %s, is not forearm: %s", bundle->path,
		     error ? error_string(error) : "it starts with other bytes");
	if (le32(file->data + PE_POINTER) != IMAGE_PE ||
	    le32(pe.header + SIZE_OF_HEADERS) != IMAGE_PE_HEADERS)
		fail("use the forearm.bin that came with this tool",
		     "the stub, %s, is of another version of forearm", bundle->path);
	if (pe.sections != IMAGE_PE_OWN)
		fail(STUB_REMEDY, "the stub, %s, is a bundle already", bundle->path);
	if (file->size != le32(file->data + IMAGE_SIZE_AT) || file->size != pe_extent(&pe))
		fail("build or fetch it again",
		     "the stub, %s, is cut short or has something behind it", bundle->path);
}

/* A place in the headers; the file may move in memory. */
static uint8_t *header(const struct bundle *bundle, uint32_t at)
{
	return bundle->file.data + IMAGE_PE + at;
}

static uint8_t *section_header(const struct bundle *bundle, unsigned int index)
{
	return header(bundle, PE_HEADER + le16(header(bundle, PE_OPTIONAL_SIZE))) +
	       index * PE_SECTION;
}

/* Up to the first section: what lies in no section is not covered by a signature. */
static void stretch_text(struct bundle *bundle)
{
	uint8_t *text = section_header(bundle, IMAGE_PE_OWN - 1);
	uint32_t size = (uint32_t)bundle->file.size - IMAGE_PE_TEXT;

	put_le32(text + 8, size);
	put_le32(text + 16, size);
	put_le32(header(bundle, CODE_SIZE), size);
}

void bundle_start(struct bundle *bundle, const char *stub)
{
	bundle->path = stub;
	bundle->file = read_file(stub, "the stub");
	check_stub(bundle);
	append(&bundle->file, "", 0, IMAGE_PE_PAGE); /* where the first section begins */
	stretch_text(bundle);
}

/* Addresses are offsets in the file, so each section begins where the one before ends. */
void bundle_add(struct bundle *bundle, const char *name, const struct bytes *content)
{
	unsigned int index = le16(header(bundle, NUMBER_OF_SECTIONS));
	uint64_t at = bundle->file.size;
	uint8_t *section;

	if (index == IMAGE_PE_SECTIONS)
		fail("use fewer overlays: dtc's fdtoverlay joins them",
		     "a bundle has at most %d sections", IMAGE_PE_SECTIONS);
	if (!fits_in(at, content->size, UINT32_MAX - IMAGE_PE_PAGE))
		fail("use smaller files", "the bundle would be larger than 4 GiB");
	append(&bundle->file, content->data, content->size, IMAGE_PE_PAGE);
	put_le16(header(bundle, NUMBER_OF_SECTIONS), (uint16_t)(index + 1));
	section = section_header(bundle, index);
	memset(section, 0, PE_SECTION);
	memcpy(section, name, strlen(name) < PE_NAME ? strlen(name) : PE_NAME);
	put_le32(section + 8, (uint32_t)content->size);
	put_le32(section + 12, (uint32_t)at);
	put_le32(section + 16, (uint32_t)align_up(content->size, IMAGE_PE_PAGE));
	put_le32(section + 20, (uint32_t)at);
	put_le32(section + 36, strcmp(name, ".linux") == 0 ? CODE : DATA);
}

/* The sizes that loaders go by: of the arm64 Image, of the zImage, of the PE file. */
void bundle_finish(struct bundle *bundle)
{
	uint64_t size = bundle->file.size, stub = le32(bundle->file.data + IMAGE_SIZE_AT);

	put_le64(bundle->file.data + ARM64_IMAGE_SIZE, size);
	put_le32(bundle->file.data + IMAGE_SIZE_AT, (uint32_t)size);
	put_le32(header(bundle, SIZE_OF_IMAGE), (uint32_t)size);
	put_le32(header(bundle, INITIALIZED_DATA),
		 (uint32_t)(size - page_up(stub)) + IMAGE_PE_TEXT - IMAGE_PE_HEADERS);
}
