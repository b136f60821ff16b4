/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the kernel comes from when no file was given as such: from the sections that a bundle has
 * behind forearm itself (uki.h), else from the initrd that the VMM has put into RAM, if that is a
 * kernel or has one in it.
 */
#include <libfdt.h>
#include "boot.h"
#include "containers.h"
#include "error.h"
#include "layout.h"
#include "pe.h"
#include "uki.h"
#include "window.h"

static uint64_t bundle_size(void)
{
	const uint8_t *head = window_file_head();
	struct pe pe;

	if (!head || pe_open(head, PAGE_SIZE, &pe))
		return 0;
	return pe.sections > 1 ? pe_extent(&pe) : 0;
}

uint64_t file_size(void)
{
	uint64_t bundle = bundle_size(), own = window_image_size();

	return bundle > own ? bundle : own;
}

/* In ROM nothing is mapped at its own address yet. That may be 0, which is no null pointer then. */
static const uint8_t *map_bundle(uint64_t size)
{
	if (window_map_rom(window_image(), size))
		stop_error("report this", "no room for a mapping of the bundle");
	return (const uint8_t *)(uintptr_t)window_image();
}

/* It is a UKI by its form: a profile of it may be asked for, and a tree for the machine be in it.
 */
static int open_bundle(struct boot *boot, const uint8_t *file, uint64_t size)
{
	struct uki_choice choice = {wanted_name(boot->options.profile, boot->options.profile_name),
				    fdt_getprop(boot->platform.fdt, 0, "compatible", NULL)};

	return uki_open_as(file, size, &choice, &boot->payload);
}

static bool find_bundle(struct boot *boot)
{
	uint64_t size = bundle_size();
	int error;

	if (!size)
		return false;
	if (window_workspace() - window_image() < size) /* ukify leaves our sizes as they are */
		error = ERR_NO_ROOM;
	else
		error = open_bundle(boot, map_bundle(size), size);
	if (error)
		stop_error("make it again with forearm-bundle, or give the VM more memory",
			   "the bundle that forearm is in cannot be used: %s", error_string(error));
	file_in_memory(&boot->kernel, &boot->payload.kernel);
	return true;
}

static bool is_kernel(const uint8_t *at, uint64_t size)
{
	size_t head = size < IMAGE_HEAD ? (size_t)size : IMAGE_HEAD;
	struct image image;

	return container_of(at, head) || image_identify(at, head, size, &image) != ERR_UNKNOWN ||
	       elf_is(at, head);
}

/* What is compressed there is an initrd. */
static bool find_in_initrd(struct boot *boot)
{
	struct region *initrd = &boot->platform.chosen.initrd;
	struct part part = {(const uint8_t *)(uintptr_t)initrd->base, initrd->size};

	if (!part.size || !is_kernel(part.at, part.size))
		return false;
	file_in_memory(&boot->kernel, &part);
	initrd->size = 0;
	return true;
}

bool find_carrier(struct boot *boot)
{
	return find_bundle(boot) || find_in_initrd(boot);
}
