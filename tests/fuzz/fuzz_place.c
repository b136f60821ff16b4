/* SPDX-License-Identifier: BSD-2-Clause */
/* Machines and kernels at random: what is placed was free, lies apart, and keeps the kernels'
 * rules. */
#include <stdbool.h>
#include "error.h"
#include "fuzz.h"
#include "lib/guest/place.h"

#define MIB   0x100000ULL
#define GIB   (1024 * MIB)
#define PAGE  0x1000ULL
#define BLOCK (2 * MIB)

static struct memmap ram, before;

static void make_machine(struct fuzz_numbers *numbers, struct placement *place)
{
	unsigned int count = (unsigned int)fuzz_number(numbers, 1) % 32;

	place->base = fuzz_number(numbers, 2) * 16 * MIB;
	memmap_init(&ram);
	REQUIRE(memmap_add(&ram, place->base, fuzz_number(numbers, 2) * MIB) == 0);
	while (count--) {
		uint64_t what = fuzz_number(numbers, 1);
		uint64_t base = place->base + fuzz_number(numbers, 3) * PAGE;
		uint64_t size = fuzz_number(numbers, 2) * PAGE;

		if (what % 4 == 0)
			REQUIRE(memmap_add(&ram, base * 16, size * 64) == 0);
		else
			REQUIRE(memmap_remove(&ram, base, size / 4) == 0);
	}
	before = ram;
}

static void make_image(struct fuzz_numbers *numbers, struct image *image)
{
	*image =
		(struct image) {.format = fuzz_number(numbers, 1) % 2 ? IMAGE_ZIMAGE : IMAGE_ARM64};
	image->file_size = image->memory_size = 1 + fuzz_number(numbers, 3) * 16;
	image->state = image->format == IMAGE_ZIMAGE ? STATE_AARCH32 : STATE_AARCH64;
	if (image->format == IMAGE_ZIMAGE)
		return;
	image->text_offset = fuzz_number(numbers, 3) / 4 * 4;
	image->memory_size += fuzz_number(numbers, 3);
}

static bool apart(uint64_t a, uint64_t a_size, uint64_t b, uint64_t b_size)
{
	return a + a_size <= b || b + b_size <= a;
}

static void require_taken(uint64_t at, uint64_t size)
{
	REQUIRE(memmap_contains(&before, at, size));
	for (unsigned int i = 0; i < ram.count; i++)
		REQUIRE(apart(at, size, ram.range[i].base, ram.range[i].end - ram.range[i].base));
}

static void require_kernel(const struct image *image, const struct placement *place)
{
	require_taken(place->kernel, image->memory_size);
	REQUIRE(place->kernel >= place->base);
	if (image->format == IMAGE_ARM64)
		REQUIRE((place->kernel - image->text_offset) % BLOCK == 0);
	else
		REQUIRE(place->kernel + image->file_size <= place->base + 128 * MIB);
}

static void require_initrd(const struct image *image, const struct placement *place, uint64_t size)
{
	uint64_t kernel_end = place->kernel + image->memory_size, end = place->initrd + size;
	uint64_t low = place->initrd < place->kernel ? place->initrd : place->kernel;
	uint64_t high = end > kernel_end ? end : kernel_end;

	require_taken(place->initrd, size);
	REQUIRE(place->initrd % PAGE == 0);
	REQUIRE(apart(place->kernel, image->memory_size, place->initrd, size));
	if (image->format == IMAGE_ARM64)
		REQUIRE(high - low / GIB * GIB <= 32 * GIB);
	else
		REQUIRE(end <= place->base + 760 * MIB);
}

static void require_fdt(const struct image *image, const struct placement *place, uint64_t size)
{
	require_taken(place->fdt, size);
	REQUIRE(place->fdt % 8 == 0);
	REQUIRE(place->fdt / BLOCK == (place->fdt + size - 1) / BLOCK);
	if (place->tree == TREE_ABOVE && image->format == IMAGE_ARM64)
		REQUIRE(place->fdt >= place->kernel + image->memory_size + BLOCK);
	if (image->format == IMAGE_ZIMAGE)
		REQUIRE(place->fdt + size <= place->base + 760 * MIB);
}

static bool failed(int result)
{
	REQUIRE(result == 0 || result == ERR_NO_ROOM || result == ERR_FULL);
	return result != 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_numbers numbers = {data, size};
	struct placement place = {0};
	struct image image;
	uint64_t initrd_size, fdt_size;

	make_image(&numbers, &image);
	initrd_size = 1 + fuzz_number(&numbers, 4);
	fdt_size = 1 + fuzz_number(&numbers, 3) % (2 * BLOCK);
	make_machine(&numbers, &place);
	place.tree = (enum tree_place)(fuzz_number(&numbers, 1) % 3);
	if (failed(place_kernel(&ram, &image, &place)))
		return 0;
	require_kernel(&image, &place);
	if (!failed(place_initrd(&ram, &image, initrd_size, &place)))
		require_initrd(&image, &place, initrd_size);
	if (!failed(place_fdt(&ram, &image, fdt_size, &place)))
		require_fdt(&image, &place, fdt_size);
	return 0;
}
