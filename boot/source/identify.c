/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether bytes in memory are a kernel, and how long it is by its own word. */
#include "error.h"
#include "layout.h"
#include "lib/formats/container.h"
#include "lib/formats/cpio.h"
#include "lib/formats/initrd.h"
#include "source.h"

/* Most cpio archives are nothing but an initrd. */
static bool has_kernel(const uint8_t *at, uint64_t size)
{
	struct payload payload = {0};

	return cpio_open(at, size, &payload) != ERR_NO_KERNEL;
}

bool is_kernel(const uint8_t *at, uint64_t size)
{
	size_t head = size < IMAGE_HEAD ? (size_t)size : IMAGE_HEAD;
	struct image image;

	if (cpio_is(at, head))
		return has_kernel(at, size);
	if (initrd_is_wrapped(at, head))
		return false;
	return container_of(at, head) || image_identify(at, head, size, &image) != ERR_UNKNOWN ||
	       elf_is(at, head);
}

/*
 * How long what is at the start of 'room' bytes is, by its own word; 0: it has none. Containers
 * and ELF files find what is theirs, so they may have all of it.
 */
uint64_t told_size(const uint8_t *at, uint64_t room)
{
	struct image image;
	int error = image_identify(at, IMAGE_HEAD, IMAGE_HEAD, &image);

	if (container_of(at, IMAGE_HEAD) || elf_is(at, IMAGE_HEAD))
		return room;
	if ((error && error != ERR_TRUNCATED) || image.memory_size <= IMAGE_HEAD)
		return 0;
	return image.memory_size < room ? image.memory_size : room;
}
