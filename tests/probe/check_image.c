/* SPDX-License-Identifier: BSD-2-Clause */
/* The image itself: where it is, whether it arrived whole, and the room that it was promised. */
#include "fdt.h"

/* seal.py writes this over the last bytes of the file. */
struct seal {
	char magic[8];
	uint32_t size, crc;
};

static struct range fdt_range(void)
{
	const uint8_t *fdt = (const uint8_t *)(uintptr_t)entry_fdt();

	return (struct range) {entry_fdt(), be32(fdt + 4)};
}

static void check_intact(void)
{
	const struct seal *seal = (const struct seal *)file_seal;
	uint32_t size = (uint32_t)((uintptr_t)file_end - (uintptr_t)file_start);

	item_is("image-size", seal->size, size);
	item_is("image-intact", crc32(0, file_start, size - sizeof(seal->crc)), seal->crc);
}

/* Write all the room behind the file that the probe does not live in, and read it back. */
static unsigned long try_room(void)
{
	volatile uint32_t *p = (volatile uint32_t *)room_start;
	const volatile uint32_t *end =
		(const volatile uint32_t *)(uintptr_t)(entry.base + image_span());
	unsigned long bad = 0;

	for (volatile uint32_t *at = p; at < end; at++)
		*at = ~(uint32_t)(uintptr_t)at;
	for (volatile uint32_t *at = p; at < end; at++)
		bad += *at != ~(uint32_t)(uintptr_t)at;
	return bad;
}

void check_image(const struct tree *t)
{
	bool clear = !range_overlaps(image_range(), fdt_range());
	bool in_ram = range_in_ram(t, image_range());

	put_range("image", image_range());
	check_placement(t);
	item_is("image-in-ram", in_ram, true);
	item_is("fdt-clear-of-image", clear, true);
	check_intact();
	/* Not over the tree, which is read to the end, nor where nothing is. */
	if (clear && in_ram)
		item_is("bss-usable", try_room(), 0);
}
