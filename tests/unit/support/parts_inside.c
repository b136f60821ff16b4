/* SPDX-License-Identifier: BSD-2-Clause */
/* For the fuzz targets, too. */
#include "parts.h"

/* The files need not lie in any order: compare as numbers. */
static bool inside(const struct part *part, const uint8_t *file, uint64_t size)
{
	uint64_t offset = (uintptr_t)part->at - (uintptr_t)file;

	return file && (uintptr_t)part->at >= (uintptr_t)file && offset <= size &&
	       part->size <= size - offset;
}

bool parts_inside(const struct payload *payload, const uint8_t *file, uint64_t size,
		  const uint8_t *second, uint64_t second_size)
{
	const struct {
		const struct part *parts;
		unsigned int count, room;
	} all[] = {
		{&payload->kernel, 1, 1},
		{&payload->dtb, 1, 1},
		{&payload->name, 1, 1},
		{payload->initrd, payload->initrds, PAYLOAD_INITRDS},
		{payload->overlay, payload->overlays, PAYLOAD_OVERLAYS},
		{payload->text, payload->texts, PAYLOAD_TEXTS},
		{payload->bootconfig, payload->bootconfigs, PAYLOAD_BOOTCONFIGS},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (all[i].count > all[i].room)
			return false;
		for (unsigned int n = 0; n < all[i].count; n++) {
			const struct part *part = &all[i].parts[n];

			if (part->size && !inside(part, file, size) &&
			    !inside(part, second, second_size))
				return false;
		}
	}
	return true;
}
