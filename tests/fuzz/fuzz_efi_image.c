/* SPDX-License-Identifier: BSD-2-Clause */
/* EFI applications as PE files, loaded as boot/efi/image.c does: headers, sections, relocations. */
#include <string.h>
#include "fuzz.h"
#include "lib/efi/loader.h"
#include "region.h"

#define MEMORY_MAX 0x100000 /* what is larger is a test of the host's memory only */

static void load(const struct efi_image *image, const uint8_t *data, size_t size)
{
	uint8_t *memory = calloc(1, image->size);
	struct efi_section section;

	if (image->headers > size) {
		free(memory);
		return;
	}
	memcpy(memory, data, image->headers);
	for (uint32_t i = 0; i < image->sections; i++) {
		if (efi_image_section(image, memory, i, &section) ||
		    !fits_in(section.from, section.in_file, size))
			continue;
		REQUIRE(section.in_file <= section.size);
		memcpy(memory + section.at, data + section.from, section.in_file);
	}
	REQUIRE(image->entry < image->size);
	(void)!efi_image_relocate(image, memory, 0x123450000);
	free(memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t head_size = size < EFI_IMAGE_HEAD ? size : EFI_IMAGE_HEAD;
	uint8_t *head = malloc(head_size ? head_size : 1);
	struct efi_image image;

	memcpy(head, data, head_size);
	if (!efi_image_open(head, head_size, &image) && image.size <= MEMORY_MAX)
		load(&image, data, size);
	free(head);
	return 0;
}
