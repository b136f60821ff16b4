/* SPDX-License-Identifier: BSD-2-Clause */
/* Stage "load": where kernel and initrd go, and bringing them there. */
#include <string.h>
#include "android.h"
#include "boot.h"
#include "bootconfig.h"
#include "error.h"

#define INITRD_ALIGN 4 /* of one behind another, for Linux's cpio reader */

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
	uint64_t size = boot->image.file_size, written;
	int result = unpack_file(boot, kernel_memory(boot, 0, size), size, &written);

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

static uint64_t padded(uint64_t size)
{
	return align_up(size, INITRD_ALIGN);
}

/* The container's initrds, and behind them the one that was given; zeros between them. */
static uint64_t initrds_size(const struct boot *boot)
{
	uint64_t size = 0;

	for (unsigned int i = 0; i < boot->payload.initrds; i++)
		size = padded(size) + boot->payload.initrd[i].size;
	return boot->initrd.given ? padded(size) + boot->initrd.size : size;
}

static void read_initrds(struct boot *boot)
{
	uint8_t *start = (uint8_t *)(uintptr_t)boot->place.initrd, *to = start;

	for (unsigned int i = 0; i < boot->payload.initrds; i++) {
		const struct part *part = &boot->payload.initrd[i];

		memcpy(to, part->at, (size_t)part->size);
		memset(to + part->size, 0, (size_t)(padded(part->size) - part->size));
		to += padded(part->size);
	}
	if (boot->initrd.given)
		file_read(&boot->initrd, to, boot->initrd.size, "initrd");
}

static void add_bootconfig(struct boot *boot)
{
	int added = bootconfig_write((uint8_t *)(uintptr_t)boot->place.initrd, boot->initrd_size,
				     BOOTCONFIG_ROOM, boot->payload.bootconfig,
				     boot->payload.bootconfigs);

	if (added < 0)
		stop_error("shorten it", "the kernel's boot configuration cannot be used: %s",
			   error_string(added));
	boot->initrd_size += (uint64_t)added;
}

/* One that the VMM has put into RAM stays there, unless there are others. */
static void load_initrd(struct boot *boot)
{
	uint64_t extra = boot->payload.bootconfigs ? BOOTCONFIG_ROOM : 0;

	boot->initrd_size = boot->platform.chosen.initrd.size;
	boot->place.initrd = boot->platform.chosen.initrd.base;
	if (!boot->initrd.given && !boot->payload.initrds)
		return;
	if (!boot->initrd.given && boot->initrd_size) {
		struct part part = {(const uint8_t *)(uintptr_t)boot->place.initrd,
				    boot->initrd_size};

		file_in_memory(&boot->initrd, &part);
	}
	boot->initrd_size = initrds_size(boot);
	if (place_initrd(&boot->ram, &boot->image, padded(boot->initrd_size) + extra, &boot->place))
		no_room(boot, "initrd", boot->initrd_size);
	read_initrds(boot);
	if (extra)
		add_bootconfig(boot);
}

/* That joins a boot image, which stage "payload" would have seen to. */
static void check_initrd(const struct boot *boot)
{
	if (android_vendor_is((const uint8_t *)(uintptr_t)boot->place.initrd,
			      (size_t)boot->initrd_size))
		stop_error("give that boot image as kernel", "the initrd cannot be used: %s",
			   error_string(ERR_VENDOR));
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
	check_initrd(boot);
	stage_release(boot);
}
