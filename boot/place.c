/* SPDX-License-Identifier: BSD-2-Clause */
#include "place.h"
#include "error.h"
#include "pagetable.h"

#define KIB 1024ULL
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)

#define BLOCK (2 * MIB)

/* NetBSD's image_size leaves out some of its BSS: nothing of ours goes right behind a kernel. */
#define BEHIND_KERNEL (2 * MIB)

/* arm64: kernel and initrd must lie in one window of 32 GiB, aligned to 1 GiB. */
#define ARM64_WINDOW (32 * GIB)

/*
 * arm: the decompressor, in the first 128 MiB, writes the kernel from 32 KiB on; what is loaded
 * clear of it does not have to be moved away first. The tree and the initrd must be in lowmem.
 */
#define ARM_DECOMPRESS (128 * MIB)
#define ARM_KERNEL_AT  (32 * KIB)
#define ARM_RATIO      5 /* no zImage expands more */
#define ARM_CLEAR      (32 * MIB)
#define ARM_LOWMEM     (704 * MIB)
#define ARM_WORKSPACE  (1 * MIB) /* stack and heap of the decompressor, right behind the zImage */

static uint64_t up(uint64_t value, uint64_t align)
{
	return (value + align - 1) & ~(align - 1);
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* The lowest 2 MiB boundary with room at text_offset: old kernels want low, others do not mind. */
static int place_arm64(struct memmap *ram, const struct image *image, struct placement *p)
{
	uint64_t block = up(p->base, BLOCK);

	for (unsigned int i = 0; i < ram->count;) {
		uint64_t low = ram->range[i].base;

		if (low > image->text_offset)
			block = larger(block, up(low - image->text_offset, BLOCK));
		p->kernel = block + image->text_offset;
		if (memmap_contains(ram, p->kernel, image->memory_size))
			return memmap_remove(ram, p->kernel, page_up(image->memory_size));
		if (p->kernel >= ram->range[i].end ||
		    ram->range[i].end - p->kernel < image->memory_size)
			i++;
		else
			block += BLOCK;
	}
	return ERR_NO_ROOM;
}

/* Clear of the place that it expands to when RAM is large enough, anywhere low when it is not. */
static int place_zimage(struct memmap *ram, const struct image *image, struct placement *p)
{
	uint64_t clear = larger(ARM_CLEAR, up(ARM_KERNEL_AT + ARM_RATIO * image->file_size, BLOCK));
	struct memmap_request request = {
		.size = page_up(image->file_size + ARM_WORKSPACE),
		.align = BLOCK,
		.min = p->base + clear,
		.max = p->base + ARM_DECOMPRESS,
	};
	int error = memmap_alloc(ram, &request, &p->kernel);

	if (error != ERR_NO_ROOM)
		return error;
	request.min = p->base + BLOCK;
	request.highest = 1;
	return memmap_alloc(ram, &request, &p->kernel);
}

/* Not Linux: its file says where it goes, and it looks for its tree at the start of RAM. */
static bool is_elf_or_raw(const struct image *image)
{
	return image->format == IMAGE_ELF || image->format == IMAGE_RAW;
}

/* Where it is linked to; or, if it does not mind, so far behind a boundary, in its own block. */
static int place_elf_or_raw(struct memmap *ram, const struct image *image, struct placement *p)
{
	struct memmap_request request = {
		.size = larger(page_up(image->address + image->memory_size), image->block),
		.align = larger(image->align, BLOCK),
		.max = UINT64_MAX,
	};
	uint64_t first = page_down(image->address);
	int error;

	if (!image->fixed) {
		error = memmap_alloc(ram, &request, &p->kernel);
		p->kernel += image->address;
		return error;
	}
	p->kernel = image->address;
	if (!memmap_contains(ram, image->address, image->memory_size))
		return ERR_NO_ROOM;
	return memmap_remove(ram, first, page_up(image->address + image->memory_size) - first);
}

int place_kernel(struct memmap *ram, const struct image *image, struct placement *placement)
{
	if (is_elf_or_raw(image) || image->fixed)
		return place_elf_or_raw(ram, image, placement);
	return image->format == IMAGE_ZIMAGE ? place_zimage(ram, image, placement)
					     : place_arm64(ram, image, placement);
}

/* Behind the decompressor's 128 MiB where RAM reaches that far, else as high as possible. */
static int place_arm_data(struct memmap *ram, uint64_t size, uint64_t within,
			  const struct placement *p, uint64_t *at)
{
	struct memmap_request request = {
		.size = size,
		.align = PAGE_SIZE,
		.min = p->base + ARM_DECOMPRESS,
		.max = p->base + ARM_LOWMEM,
		.within = within,
	};
	int error = memmap_alloc(ram, &request, at);

	if (error != ERR_NO_ROOM)
		return error;
	request.min = p->kernel;
	request.highest = 1;
	return memmap_alloc(ram, &request, at);
}

/* Above the kernel and well behind it. */
static int alloc_above(struct memmap *ram, struct memmap_request *request,
		       const struct image *image, const struct placement *p, uint64_t *at)
{
	uint64_t behind = p->kernel + larger(image->memory_size, image->block) + BEHIND_KERNEL;

	request->min = larger(request->min, behind);
	return memmap_alloc(ram, request, at);
}

/* There, else below it, else wherever there is room. */
static int alloc_apart(struct memmap *ram, struct memmap_request *request,
		       const struct image *image, const struct placement *p, uint64_t *at)
{
	uint64_t min = request->min, max = request->max;
	int error;

	error = alloc_above(ram, request, image, p, at);
	if (error != ERR_NO_ROOM)
		return error;
	request->min = min;
	request->max = max < p->kernel ? max : p->kernel;
	error = memmap_alloc(ram, request, at);
	if (error != ERR_NO_ROOM)
		return error;
	request->max = max;
	return memmap_alloc(ram, request, at);
}

int place_initrd(struct memmap *ram, const struct image *image, uint64_t size,
		 struct placement *placement)
{
	uint64_t kernel_end = up(placement->kernel + image->memory_size, GIB);
	struct memmap_request request = {
		.size = page_up(size),
		.align = PAGE_SIZE,
		.min = kernel_end > ARM64_WINDOW ? kernel_end - ARM64_WINDOW : 0,
		.max = (placement->kernel & ~(GIB - 1)) + ARM64_WINDOW,
	};

	if (image->format == IMAGE_ZIMAGE)
		return place_arm_data(ram, page_up(size), 0, placement, &placement->initrd);
	return alloc_apart(ram, &request, image, placement, &placement->initrd);
}

int place_fdt(struct memmap *ram, const struct image *image, uint64_t size,
	      struct placement *placement)
{
	struct memmap_request request = {
		.size = page_up(size),
		.align = PAGE_SIZE,
		.max = UINT64_MAX,
		.within = BLOCK,
	};

	if (image->format == IMAGE_ZIMAGE)
		return place_arm_data(ram, page_up(size), BLOCK, placement, &placement->fdt);
	if (placement->tree == TREE_ABOVE)
		return alloc_above(ram, &request, image, placement, &placement->fdt);
	if ((placement->tree == TREE_START || is_elf_or_raw(image)) &&
	    placement->base % BLOCK + request.size <= BLOCK &&
	    memmap_contains(ram, placement->base, request.size)) {
		placement->fdt = placement->base;
		return memmap_remove(ram, placement->base, request.size);
	}
	return alloc_apart(ram, &request, image, placement, &placement->fdt);
}
