/* SPDX-License-Identifier: BSD-2-Clause */
/* Recognises kernels by their headers, and says how an Image or zImage wants to be placed. */
#include <string.h>
#include "error.h"
#include "lib/formats/image.h"
#include "le.h"
#include "lib/guest/recognise.h"
#include "types.h"

/* Offsets in the arm64 Image header, all fields little-endian. */
#define ARM64_TEXT_OFFSET 0x08
#define ARM64_IMAGE_SIZE  0x10
#define ARM64_FLAGS	  0x18
#define ARM64_MAGIC	  0x38
#define ARM64_HEADER	  0x40
#define ARM64_PE	  0x3C
#define ARM64_OLD_OFFSET  0x80000 /* before 3.17, image_size was 0 and this was meant */
#define ARM64_SIZE_MAX	  (1ULL << 40)
#define FLAG_BIG_ENDIAN	  (1U << 0)
#define FLAG_PAGE_SIZE	  (3U << 1) /* 0: not told; 4, 16, 64 KiB */
#define FLAG_PAGE_4K	  (1U << 1)
#define FLAG_ANYWHERE	  (1U << 3)

/* PE/COFF: in the file header, and in each section header. */
#define PE_SECTIONS	 6
#define PE_OPTIONAL_SIZE 20
#define PE_HEADER	 24 /* with the signature */
#define SECTION_SIZE	 40
#define SECTION_RAW_SIZE 16
#define SECTION_RAW_AT	 20
#define PE_CERTIFICATES	 168 /* PE32+: where they are in the file, and their size */

#define ZIMAGE_MAGIC_AT 0x24
#define ZIMAGE_MAGIC	0x016F2818
#define ZIMAGE_START	0x28
#define ZIMAGE_END	0x2C
#define ZIMAGE_ORDER	0x30
#define ZIMAGE_HEADER	0x34
#define ZIMAGE_BIG	0x01020304

/* A kernel with an EFI stub is a PE file too: where in the head its header is, or 0. */
static uint32_t find_pe(const uint8_t *head, size_t head_size)
{
	uint32_t pe = le32(head + ARM64_PE);

	if (le16(head) != 0x5A4D || pe < ARM64_HEADER || pe > head_size - PE_HEADER)
		return 0;
	return le32(head + pe) == 0x4550 ? pe : 0;
}

/* Where a piece of the file ends, by two numbers of a header; 0: the header is not all there. */
static uint64_t piece_end(const uint8_t *head, size_t head_size, uint32_t at_at, uint32_t size_at)
{
	if (at_at + 4 > head_size || size_at + 4 > head_size)
		return 0;
	return (uint64_t)le32(head + at_at) + le32(head + size_at);
}

/*
 * The Image header does not know the file's length, but the sections of a PE file do, and where the
 * signatures of a signed one are, which may have been cut off.
 */
static uint64_t pe_file_size(const uint8_t *head, size_t head_size, uint32_t pe, uint64_t file_size)
{
	uint32_t optional = le16(head + pe + PE_OPTIONAL_SIZE);
	uint32_t sections = pe + PE_HEADER + optional, count = le16(head + pe + PE_SECTIONS);
	uint64_t size = 0, end;

	if (optional >= PE_CERTIFICATES + 8 - PE_HEADER)
		size = piece_end(head, head_size, pe + PE_CERTIFICATES, pe + PE_CERTIFICATES + 4);
	if (size > file_size)
		size = 0;
	for (; count && sections + SECTION_SIZE <= head_size; count--, sections += SECTION_SIZE) {
		end = piece_end(head, head_size, sections + SECTION_RAW_AT,
				sections + SECTION_RAW_SIZE);
		size = end > size ? end : size;
	}
	return size;
}

static int identify_arm64(const uint8_t *head, size_t head_size, struct image *image)
{
	uint32_t flags = le32(head + ARM64_FLAGS), pe = find_pe(head, head_size);
	uint64_t memory = le64(head + ARM64_IMAGE_SIZE);

	image->format = IMAGE_ARM64;
	image->state = STATE_AARCH64;
	image->text_offset = memory ? le64(head + ARM64_TEXT_OFFSET) : ARM64_OLD_OFFSET;
	if (image->text_offset >= ARM64_SIZE_MAX || memory >= ARM64_SIZE_MAX ||
	    image->text_offset % 4)
		return ERR_HEADER;
	image->memory_size = memory > image->file_size ? memory : image->file_size;
	image->anywhere = flags & FLAG_ANYWHERE;
	image->guest = recognise_image(head, head_size);
	image->big_endian = flags & FLAG_BIG_ENDIAN && image->guest != GUEST_NETBSD &&
			    image->guest != GUEST_UNIKRAFT;
	image->large_pages = (flags & FLAG_PAGE_SIZE) > FLAG_PAGE_4K;
	image->efi = pe != 0;
	if (pe)
		image->own_size = pe_file_size(head, head_size, pe, image->file_size);
	return image->own_size > image->file_size ? ERR_TRUNCATED : 0;
}

/* What follows the zImage proper is loaded with it, but for a device tree. */
static int identify_zimage(const uint8_t *head, struct image *image)
{
	uint32_t start = le32(head + ZIMAGE_START), end = le32(head + ZIMAGE_END);

	image->format = IMAGE_ZIMAGE;
	image->state = STATE_AARCH32;
	if (end <= start || end - start < ZIMAGE_HEADER)
		return ERR_HEADER;
	if (end - start > image->file_size) {
		image->memory_size = end - start;
		return ERR_TRUNCATED;
	}
	image->own_size = end - start;
	image->big_endian = le32(head + ZIMAGE_ORDER) == ZIMAGE_BIG;
	return 0;
}

int image_identify(const uint8_t *head, size_t head_size, uint64_t file_size, struct image *image)
{
	memset(image, 0, sizeof(*image));
	image->file_size = image->memory_size = file_size;
	if (!file_size)
		return ERR_EMPTY;
	if (head_size >= ARM64_HEADER && memcmp(head + ARM64_MAGIC, "ARM\x64", 4) == 0)
		return identify_arm64(head, head_size, image);
	if (head_size >= ZIMAGE_HEADER && le32(head + ZIMAGE_MAGIC_AT) == ZIMAGE_MAGIC)
		return identify_zimage(head, image);
	return ERR_UNKNOWN;
}

/* No kernel has so much behind its file; and no RAM begins between this and the start of all. */
#define BSS_MOST 0x8000000

void image_fix(struct image *image, uint64_t address)
{
	uint64_t size = sub_capped(image->memory_size, address);

	image->fixed = true;
	image->address = address;
	if (address >= BSS_MOST && size && size >= image->file_size)
		image->memory_size = size;
}

/* An Image, or an ELF file, of those that are known by their files. */
static const char *const names[GUESTS][2] = {
	[GUEST_NETBSD] = {"NetBSD arm64 Image", "NetBSD ELF file"},
	[GUEST_FREEBSD] = {"FreeBSD arm64 Image", "FreeBSD ELF file"},
	[GUEST_OPENBSD] = {NULL, "OpenBSD ELF file"},
	[GUEST_ZEPHYR] = {"Zephyr arm64 Image", "Zephyr ELF file"},
	[GUEST_NUTTX] = {"NuttX arm64 Image", "NuttX ELF file"},
	[GUEST_UNIKRAFT] = {"Unikraft arm64 Image", NULL},
	[GUEST_LK] = {NULL, "Little Kernel ELF file"},
};

const char *image_name(const struct image *image)
{
	bool elf = image->format == IMAGE_ELF;

	if ((elf || image->format == IMAGE_ARM64) && names[image->guest][elf])
		return names[image->guest][elf];
	switch (image->format) {
	case IMAGE_ARM64:
		return image->big_endian ? "Linux arm64 big-endian Image" : "Linux arm64 Image";
	case IMAGE_ZIMAGE:
		return image->big_endian ? "Linux arm big-endian zImage" : "Linux arm zImage";
	case IMAGE_ELF:
		return image->big_endian ? "big-endian ELF file" : "ELF file";
	default:
		return "raw file";
	}
}
