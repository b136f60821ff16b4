/* SPDX-License-Identifier: BSD-2-Clause */
/* Stage "load": where kernel and initrd go, and bringing them there. */
#include <string.h>
#include "boot.h"
#include "error.h"

static void place(struct boot *boot)
{
	int error = place_kernel(&boot->ram, &boot->image, &boot->place);

	if (error == ERR_NO_ROOM)
		no_room(boot, "kernel", boot->image.memory_size);
	check_memmap(error);
}

uint8_t *kernel_memory(const struct boot *boot, uint64_t offset, uint64_t size)
{
	if (!fits_in(offset, size, boot->image.memory_size))
		stop_error("report this with the kernel's file",
			   "the kernel reaches out of the memory that was taken for it");
	return (uint8_t *)(uintptr_t)(boot->place.kernel + offset);
}

static void unpack_kernel(struct boot *boot)
{
	uint64_t size = boot->image.file_size, written, used;
	int result = unpack_file(boot, kernel_memory(boot, 0, size), size, &written, &used);

	if (result == 0 || (result > 0 && written != size))
		result = ERR_CORRUPT;
	if (result < 0)
		packing_corrupt(boot, result);
}

/* Segments to where they want to be; zeros behind what the file has of them. */
static void load_elf(struct boot *boot)
{
	struct elf_segment segment;

	for (unsigned int i = 0; elf_segment(&boot->elf, i, &segment) == 0; i++) {
		uint8_t *to = kernel_memory(boot, segment.address - boot->elf.lowest,
					    segment.memory_size);

		memcpy(to, boot->elf.file + segment.offset, (size_t)segment.file_size);
		memset(to + segment.file_size, 0,
		       (size_t)(segment.memory_size - segment.file_size));
	}
	if (boot->guest->flags & GUEST_END)
		openbsd_complete(boot);
}

void load(struct boot *boot)
{
	if (boot->image.fixed)
		make_way(boot);
	place(boot);
	if (boot->image.format == IMAGE_ELF)
		load_elf(boot);
	else if (boot->packing)
		unpack_kernel(boot);
	else
		file_read(&boot->kernel, kernel_memory(boot, 0, boot->kernel.size),
			  boot->kernel.size, "kernel");
	load_initrd(boot);
	stage_release(boot);
}
