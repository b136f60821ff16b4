/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lib/guest/place.c, for any kernel, tree and initrd, over any ranges of free RAM: the sums that
 * decide where things go cannot overflow, and a place is given only along with success.
 *
 * prove: by eva
 * prove: with lib/guest/place.c
 * prove: through lib/mem/memmap.c
 * prove: option -cpp-extra-args=-DMEMMAP_MAX=4 -eva-slevel 2000
 */
#include "lib/guest/place.h"
#include "prove.h"

static struct memmap ram;

static void any_ram(unsigned int count)
{
	memmap_init(&ram);
	any_bytes(ram.range, sizeof(ram.range));
	ram.count = count;
	/*@ dynamic_split ram.count; */
}

/* What image_identify() and its like may say of a file, and more. */
static void any_image(struct image *image)
{
	*image = (struct image) {
		.format = each_in(IMAGE_ARM64, IMAGE_RAW),
		.state = STATE_AARCH64,
		.file_size = any64(),
		.memory_size = any64(),
		.text_offset = any64(),
		.fixed = each_in(0, 1),
		.address = any64(),
		.align = any_bool() ? 1ULL << Frama_C_interval(0, 63) : 0,
		.block = any64(),
		.tail = any64(),
	};
}

static void place_all(unsigned int count)
{
	struct placement place = {.base = any64(), .tree = each_in(TREE_AUTO, TREE_ABOVE)};
	struct image image;

	any_image(&image);
	any_ram(count);
	if (place_kernel(&ram, &image, &place) == 0) {
		/*@ check \initialized(&place.kernel); */
	}
	place.tail = (struct region) {any64(), any64()};
	place.kernel = any64();
	any_ram(count);
	if (place_initrd(&ram, &image, any64(), &place) == 0) {
		/*@ check \initialized(&place.initrd); */
	}
	any_ram(count);
	if (place_fdt(&ram, &image, any64(), &place) == 0) {
		/*@ check \initialized(&place.fdt); */
	}
	if (place_in_tail(&place, any64(), &place.fdt) == 0) {
		/*@ check \initialized(&place.fdt); */
	}
}

int main(void)
{
	for (unsigned int count = 0; count <= 3; count++)
		place_all(count);
	return 0;
}
