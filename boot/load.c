/* SPDX-License-Identifier: BSD-2-Clause */
/* Stage "load": where kernel and initrd go, and bringing them there. */
#include <stdio.h>
#include <string.h>
#include "boot.h"
#include "boot/core/fatal.h"
#include "boot/core/progress.h"
#include "boot/file.h"
#include "boot/guest.h"
#include "boot/memory.h"
#include "boot/payload.h"
#include "lib/formats/elf_relocate.h"
#include "error.h"
#include "lib/guest/recognise.h"

static void place(struct boot *boot)
{
	int error = place_kernel(&boot->ram, &boot->image, &boot->place);

	if (error == ERR_NO_ROOM)
		no_room(boot, "kernel", max64(boot->image.memory_size, boot->image.block));
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
		compression_corrupt(boot, result);
}

#define NEEDS_LINKER                                                                               \
	"the kernel is a position-independent ELF file that needs a dynamic linker: it has %s"

/* -static-pie leaves calls of functions in, so it is no remedy for these. */
static _Noreturn void needs_linker(const struct elf_obstacle *obstacle)
{
	char kind[32];
	const char *name = obstacle->name ? obstacle->name : kind;

	snprintf(kind, sizeof(kind), "relocation type %lu", (unsigned long)obstacle->kind);
	if (obstacle->need == ELF_NEEDS_SYMBOLS)
		stop_error("link it with -static-pie and without undefined symbols, or without "
			   "-pie for the address that it runs at",
			   NEEDS_LINKER, name);
	if (obstacle->need == ELF_NEEDS_CALLS)
		stop_error("build it without indirect functions (ifunc), or link it without -pie "
			   "for the address that it runs at",
			   NEEDS_LINKER, name);
	if (obstacle->need == ELF_NEEDS_THREADS)
		stop_error("build it without thread-local variables, or link it with -static-pie, "
			   "or without -pie for the address that it runs at",
			   NEEDS_LINKER, name);
	stop_error("link it without -pie for the address that it runs at", NEEDS_LINKER, name);
}

/* One that is not where it is linked to. */
static void relocate_elf(struct boot *boot)
{
	uint8_t *memory = kernel_memory(boot, 0, boot->elf.highest - boot->elf.lowest);
	struct elf_obstacle obstacle;
	int error = elf_relocate(&boot->elf, memory, boot->place.kernel, &obstacle);

	if (error == ERR_DYNAMIC)
		needs_linker(&obstacle);
	if (boot->place.kernel != boot->elf.lowest && boot->elf.state == STATE_AARCH32 &&
	    recognise_uboot(&boot->elf))
		log_note("a 32-bit U-Boot that is not where it is linked to gets no further than "
			 "its banner, unless it was built with CONFIG_POSITION_INDEPENDENT");
	if (error)
		stop_error("check the file that was given as kernel",
			   "the relocations of the ELF file cannot be used: %s",
			   error_string(error));
}

/* Segments to where they want to be; zeros behind what the file has of them. */
static void load_elf(struct boot *boot)
{
	struct elf_segment segment;

	for (unsigned int i = 0; elf_segment(&boot->elf, i, &segment) == 0; i++) {
		uint8_t *to = kernel_memory(boot, segment.address - boot->elf.lowest,
					    segment.memory_size);

		copy_file_bytes(to, boot->elf.file + segment.offset, segment.file_size, "kernel");
		memset(to + segment.file_size, 0,
		       (size_t)(segment.memory_size - segment.file_size));
	}
	relocate_elf(boot);
	if (boot->guest->flags & GUEST_END)
		openbsd_complete(boot);
	if (freebsd_by_loader(boot))
		freebsd_complete(boot);
}

void load(struct boot *boot)
{
	if (boot->application.disk) /* what it wants of its disk is read when it wants it */
		return;
	if (freebsd_by_loader(boot))
		freebsd_place(boot);
	if (boot->image.fixed)
		clear_kernel_place(boot);
	place(boot);
	if (boot->image.format == IMAGE_ELF)
		load_elf(boot);
	else if (boot->compression)
		unpack_kernel(boot);
	else
		file_read(&boot->files.kernel, kernel_memory(boot, 0, boot->files.kernel.size),
			  boot->files.kernel.size, "kernel");
	load_initrd(boot);
	disk_close();
	temp_free_all(boot);
}
