/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel in the flash that we are not in ourselves. */
#include "boot/file.h"
#include "arch.h"
#include "boot/core/vm.h"
#include "le.h"
#include "source.h"

static bool is_unwritten(const uint8_t *at)
{
	uint64_t word = le64(at);

	return !word || word == UINT64_MAX;
}

/* Without what was never written; but a file may end with such bytes: a page of them is left. */
static uint64_t written_size(const uint8_t *at, uint64_t room)
{
	uint64_t told = told_size(at, room), size = room;

	while (size > told && is_unwritten(at + size - sizeof(uint64_t)))
		size -= sizeof(uint64_t);
	return room - size < PAGE_SIZE ? room : size + PAGE_SIZE;
}

/* What reads each word of it must come to an end. */
#define FLASH_MAX 0x10000000ULL

static bool answers(const struct region *flash)
{
	uint32_t value;

	return arch_probe_read((uintptr_t)flash->base, &value) &&
	       arch_probe_read((uintptr_t)(flash->base + flash->size - sizeof(value)) & ~3UL,
			       &value);
}

const char *find_in_flash(struct boot *boot)
{
	const struct region *flash = &boot->platform.flash;
	struct part part = {NULL, flash->size & ~7ULL};

	if (flash->size < IMAGE_HEAD || !arch_reaches(flash->base, flash->size) ||
	    in_range(vm_image(), 1, flash))
		return "none";
	if (flash->size > FLASH_MAX)
		return "too large";
	part.at = map_rom(flash->base, flash->size);
	if (!answers(flash))
		return "nothing answers";
	if (is_unwritten(part.at))
		return "nothing at its start";
	if (boot->options.payload == SOURCE_AUTO && !is_kernel(part.at, part.size) &&
	    !compression_of(part.at, IMAGE_HEAD))
		return "no kernel in it";
	part.size = written_size(part.at, part.size);
	file_in_memory(&boot->files.kernel, &part);
	boot->files.kernel.padded = true;
	return NULL;
}
