/* SPDX-License-Identifier: BSD-2-Clause */
/* Where kernel, initrd and device tree go in RAM, by the rules of the kernel's format. */
#include "lib/guest/place.h"
#include "error.h"

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

/* The lowest 2 MiB boundary with room at text_offset: old kernels want low, others do not mind. */
static int place_arm64(struct memmap *ram, const struct image *image, struct placement *p)
{
	uint64_t block = align_up(p->base, BLOCK);

	for (unsigned int i = 0; i < ram->count; i++) {
		uint64_t low = sub_capped(ram->range[i].base, image->text_offset);

		block = max64(block, align_up(low, BLOCK));
		p->kernel = add_capped(block, image->text_offset);
		if (memmap_contains(ram, p->kernel, image->memory_size))
			return memmap_take(ram, p->kernel, image->memory_size);
	}
	return ERR_NO_ROOM;
}

/* Clear of the place that it expands to when RAM is large enough, anywhere low when it is not. */
static int place_zimage(struct memmap *ram, const struct image *image, struct placement *p)
{
	struct memmap_request request = {
		.size = add_capped(image->file_size, ARM_WORKSPACE),
		.align = BLOCK,
		.max = add_capped(p->base, ARM_DECOMPRESS),
	};
	uint64_t expanded;
	int error;

	if (image->file_size > ARM_DECOMPRESS)
		return ERR_NO_ROOM;
	expanded = align_up(ARM_KERNEL_AT + ARM_RATIO * image->file_size, BLOCK);
	request.min = add_capped(p->base, max64(ARM_CLEAR, expanded));
	error = memmap_alloc(ram, &request, &p->kernel);
	if (error != ERR_NO_ROOM)
		return error;
	request.min = add_capped(p->base, BLOCK);
	request.highest = 1;
	return memmap_alloc(ram, &request, &p->kernel);
}

/* Not Linux: its file says where it goes, and it looks for its tree at the start of RAM. */
static bool is_elf_or_raw(const struct image *image)
{
	return image->format == IMAGE_ELF || image->format == IMAGE_RAW;
}

/* So far behind a boundary, in its own block: it does not mind which. */
static int place_relocatable(struct memmap *ram, const struct image *image, struct placement *p)
{
	struct memmap_request request = {
		.size = max64(add_capped(image->address, image->memory_size), image->block),
		.align = max64(image->align, BLOCK),
		.max = UINT64_MAX,
	};
	uint64_t tail = min64(image->tail, image->memory_size);
	int error = memmap_alloc(ram, &request, &p->kernel);

	if (error)
		return error;
	p->kernel = add_capped(p->kernel, image->address);
	p->tail.base = add_capped(p->kernel, sub_capped(image->memory_size, tail));
	p->tail.size = tail;
	return 0;
}

int place_in_tail(struct placement *placement, uint64_t size, uint64_t *at)
{
	struct region *tail = &placement->tail;

	if (!size || size > tail->size)
		return ERR_NO_ROOM;
	*at = tail->base;
	size = min64(page_up(size), tail->size);
	tail->base = add_capped(tail->base, size);
	tail->size = sub_capped(tail->size, size);
	return 0;
}

/* Where it is linked to. */
static int place_fixed(struct memmap *ram, const struct image *image, struct placement *p)
{
	p->kernel = image->address;
	return memmap_take(ram, image->address, image->memory_size);
}

int place_kernel(struct memmap *ram, const struct image *image, struct placement *placement)
{
	placement->tail.size = 0;
	if (image->fixed)
		return place_fixed(ram, image, placement);
	if (is_elf_or_raw(image))
		return place_relocatable(ram, image, placement);
	return image->format == IMAGE_ZIMAGE ? place_zimage(ram, image, placement)
					     : place_arm64(ram, image, placement);
}

/* Behind the decompressor's 128 MiB where RAM reaches that far, else as high as possible. */
static int place_arm_data(struct memmap *ram, uint64_t size, uint64_t within,
			  const struct placement *p, uint64_t *at)
{
	struct memmap_request request = {
		.size = size,
		.min = add_capped(p->base, ARM_DECOMPRESS),
		.max = add_capped(p->base, ARM_LOWMEM),
		.within = within,
	};
	int error = memmap_alloc(ram, &request, at);

	if (error != ERR_NO_ROOM)
		return error;
	request.min = p->kernel;
	request.highest = 1;
	return memmap_alloc(ram, &request, at);
}

/* Above the kernel and well behind it, from a multiple of 'block' on. */
static int alloc_above(struct memmap *ram, struct memmap_request request, uint64_t block,
		       const struct image *image, const struct placement *p, uint64_t *at)
{
	uint64_t end = add_capped(p->kernel, max64(image->memory_size, image->block));
	uint64_t behind = align_up(add_capped(end, BEHIND_KERNEL), block);

	request.min = max64(request.min, behind);
	return memmap_alloc(ram, &request, at);
}

/* There, else below the kernel and the 'block' that it begins in. */
static int alloc_apart(struct memmap *ram, struct memmap_request request, uint64_t block,
		       const struct image *image, const struct placement *p, uint64_t *at)
{
	int error = alloc_above(ram, request, block, image, p, at);

	if (error != ERR_NO_ROOM)
		return error;
	request.max = min64(request.max, align_down(p->kernel, block));
	return memmap_alloc(ram, &request, at);
}

/* There, else wherever there is room. */
static int alloc_anyhow(struct memmap *ram, const struct memmap_request *request,
			const struct image *image, const struct placement *p, uint64_t *at)
{
	int error = alloc_apart(ram, *request, PAGE_SIZE, image, p, at);

	return error == ERR_NO_ROOM ? memmap_alloc(ram, request, at) : error;
}

int place_initrd(struct memmap *ram, const struct image *image, uint64_t size,
		 struct placement *placement)
{
	uint64_t kernel_end = add_capped(placement->kernel, image->memory_size);
	struct memmap_request request = {
		.size = size,
		.min = sub_capped(align_up(kernel_end, GIB), ARM64_WINDOW),
		.max = add_capped(align_down(placement->kernel, GIB), ARM64_WINDOW),
	};

	if (image->tail)
		return place_in_tail(placement, size, &placement->initrd);
	if (image->format == IMAGE_ZIMAGE)
		return place_arm_data(ram, size, 0, placement, &placement->initrd);
	return alloc_anyhow(ram, &request, image, placement, &placement->initrd);
}

/* At the start of RAM, in whole pages and in one block. */
static bool fits_at_start(const struct memmap *ram, uint64_t size, const struct placement *p)
{
	uint64_t room = BLOCK - p->base % BLOCK;

	return page_up(size) <= room && memmap_contains(ram, p->base, page_up(size));
}

/*
 * NetBSD's first page tables map the kernel, and 1 MiB behind it, by blocks of 2 MiB, and then the
 * tree's block with other attributes: if that is one of those it panics, before it has a console.
 * Nobody minds a tree in blocks in which there is nothing of a kernel; so it gets one if there is
 * one.
 */
static int place_tree_above(struct memmap *ram, const struct memmap_request *request,
			    const struct image *image, struct placement *p)
{
	int error = alloc_above(ram, *request, BLOCK, image, p, &p->fdt);

	return error == ERR_NO_ROOM ? alloc_above(ram, *request, PAGE_SIZE, image, p, &p->fdt)
				    : error;
}

static int place_tree_apart(struct memmap *ram, const struct memmap_request *request,
			    const struct image *image, struct placement *p)
{
	int error = alloc_apart(ram, *request, BLOCK, image, p, &p->fdt);

	return error == ERR_NO_ROOM ? alloc_anyhow(ram, request, image, p, &p->fdt) : error;
}

int place_fdt(struct memmap *ram, const struct image *image, uint64_t size,
	      struct placement *placement)
{
	struct memmap_request request = {
		.size = size,
		.max = UINT64_MAX,
		.within = BLOCK,
	};

	if (image->tail)
		return place_in_tail(placement, size, &placement->fdt);
	if (image->format == IMAGE_ZIMAGE)
		return place_arm_data(ram, size, BLOCK, placement, &placement->fdt);
	if (placement->tree == TREE_ABOVE)
		return place_tree_above(ram, &request, image, placement);
	if ((placement->tree == TREE_START || is_elf_or_raw(image)) &&
	    fits_at_start(ram, size, placement)) {
		placement->fdt = placement->base;
		return memmap_take(ram, placement->base, page_up(size));
	}
	return place_tree_apart(ram, &request, image, placement);
}
