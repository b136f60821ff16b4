/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel in the sections that a bundle has behind forearm itself (uki.h). */
#include "boot/core/fatal.h"
#include "boot/file.h"
#include "boot/memory.h"
#include "boot/payload.h"
#include "boot/core/vm.h"
#include "error.h"
#include "layout.h"
#include "lib/formats/pe.h"
#include "lib/formats/uki.h"
#include "source.h"

static uint64_t bundle_size(void)
{
	const uint8_t *head = vm_file_head();
	struct pe pe;

	if (!head || pe_open(head, PAGE_SIZE, &pe))
		return 0;
	return pe.sections > IMAGE_PE_OWN ? pe_extent(&pe) : 0;
}

uint64_t file_size(void)
{
	uint64_t bundle = bundle_size(), own = vm_image_size();

	return bundle > own ? bundle : own;
}

struct region file_pages(void)
{
	return (struct region) {vm_image(), page_up(file_size())};
}

/* It is a UKI by its form: a profile of it may be asked for, and a tree for the machine be in it.
 */
static int open_bundle(struct boot *boot, const uint8_t *file, uint64_t size)
{
	struct choices choices;
	struct uki_choice choice;

	make_choices(boot, &choices);
	choice = (struct uki_choice) {choices.profile, choices.compatible};
	return uki_open_as(file, size, &choice, &boot->payload);
}

/* Ukify leaves our sizes as they are: nobody has kept this room free. */
static bool has_room(const struct boot *boot, uint64_t size)
{
	const struct platform *p = &boot->platform;
	const struct region file = {vm_image(), size};

	if (overlaps(vm_workspace(), vm_workspace_size(), &file))
		return false;
	return !platform_has_ram(p, file.base, 1) || platform_has_ram(p, file.base, size);
}

const char *find_bundle(struct boot *boot)
{
	uint64_t size = bundle_size();
	int error;

	if (!size)
		return "forearm is in none";
	if (!has_room(boot, size))
		error = ERR_NO_ROOM;
	else
		error = open_bundle(boot, map_rom(vm_image(), size), size);
	if (error)
		stop_error("make it again with forearm-bundle, or give the VM more memory",
			   "the bundle that forearm is in cannot be used: %s", error_string(error));
	file_in_memory(&boot->files.kernel, &boot->payload.kernel);
	take_options(boot, "bundle that forearm is in", OPTIONS_OF_BUNDLE);
	return NULL;
}
