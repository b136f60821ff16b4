/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Carriers: where the kernel comes from. That is a file of fw_cfg's; the sections that a bundle has
 * behind forearm itself (uki.h); the initrd that the VMM has put into RAM, if that is a kernel or
 * has one in it; a module that the VMM has put there and announced in /chosen; the flash that we
 * are not in ourselves; and where in RAM the user says.
 */
#include <libfdt.h>
#include <stdio.h>
#include <string.h>
#include "arch.h"
#include "boot.h"
#include "lib/formats/container.h"
#include "lib/formats/cpio.h"
#include "error.h"
#include "lib/formats/initrd.h"
#include "layout.h"
#include "le.h"
#include "lib/formats/pe.h"
#include "lib/formats/uki.h"
#include "boot/core/vm.h"

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
static const uint8_t *map_rom(uint64_t base, uint64_t size)
{
	if (window_map_rom(base, size))
		stop_error("report this", "no room for a mapping of the ROM");
	return (const uint8_t *)(uintptr_t)base;
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

static const char *find_file(struct boot *boot)
{
	return boot->kernel.given ? NULL : "no file";
}

/* Ukify leaves our sizes as they are: nobody has kept this room free. */
static bool has_room(const struct boot *boot, uint64_t size)
{
	const struct platform *p = &boot->platform;
	const struct region file = {window_image(), size};

	if (overlaps(window_workspace(), window_workspace_size(), &file))
		return false;
	return !platform_has_ram(p, file.base, 1) || platform_has_ram(p, file.base, size);
}

static const char *find_bundle(struct boot *boot)
{
	uint64_t size = bundle_size();
	int error;

	if (!size)
		return "forearm is in none";
	if (!has_room(boot, size))
		error = ERR_NO_ROOM;
	else
		error = open_bundle(boot, map_rom(window_image(), size), size);
	if (error)
		stop_error("make it again with forearm-bundle, or give the VM more memory",
			   "the bundle that forearm is in cannot be used: %s", error_string(error));
	file_in_memory(&boot->kernel, &boot->payload.kernel);
	take_options(boot, "bundle that forearm is in", OPTIONS_OF_BUNDLE);
	return NULL;
}

/* Most cpio archives are nothing but an initrd. */
static bool has_kernel(const uint8_t *at, uint64_t size)
{
	struct payload payload = {0};

	return cpio_open(at, size, &payload) != ERR_NO_KERNEL;
}

static bool is_kernel(const uint8_t *at, uint64_t size)
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
static uint64_t told_size(const uint8_t *at, uint64_t room)
{
	struct image image;
	int error = image_identify(at, IMAGE_HEAD, IMAGE_HEAD, &image);

	if (container_of(at, IMAGE_HEAD) || elf_is(at, IMAGE_HEAD))
		return room;
	if ((error && error != ERR_TRUNCATED) || image.memory_size <= IMAGE_HEAD)
		return 0;
	return image.memory_size < room ? image.memory_size : room;
}

/* A compressed file in the initrd's place is an initrd, unless forearm.payload=initrd. */
static const char *find_in_initrd(struct boot *boot)
{
	struct region *initrd = &boot->platform.chosen.initrd;
	struct part part = {(const uint8_t *)(uintptr_t)initrd->base, initrd->size};

	if (!part.size)
		return "none in RAM";
	if (boot->options.payload == PAYLOAD_AUTO && !is_kernel(part.at, part.size))
		return "no kernel in it";
	file_in_memory(&boot->kernel, &part);
	initrd->size = 0;
	return NULL;
}

static _Noreturn void unusable(const struct region *region, const char *why)
{
	stop_error("put it elsewhere in RAM, or give its size: forearm.payload=ADDRESS,SIZE",
		   "the payload at 0x%llx, %llu bytes, cannot be used: %s",
		   (unsigned long long)region->base, (unsigned long long)region->size, why);
}

/* What is read there must be RAM, and mapped. */
static struct part part_in_ram(const struct boot *boot, const struct region *region)
{
	if (!arch_reaches(region->base, region->size) ||
	    !platform_has_ram(&boot->platform, region->base, region->size))
		unusable(region, "it is not in RAM");
	return (struct part) {(const uint8_t *)(uintptr_t)region->base, region->size};
}

static const struct platform_module *module_of(const struct platform *p, enum module_kind kind)
{
	for (unsigned int i = 0; i < p->modules; i++)
		if (p->module[i].kind == kind)
			return &p->module[i];
	return NULL;
}

/*
 * The first of each kind, which are nobody else's then. The ramdisk is where the user wanted it,
 * not always where the kernel does, so it is loaded like a file.
 */
static const char *find_in_modules(struct boot *boot)
{
	struct platform *p = &boot->platform;
	const struct platform_module *kernel = module_of(p, MODULE_KERNEL),
				     *ramdisk = module_of(p, MODULE_RAMDISK);
	struct payload *payload = &boot->payload;
	struct part part;
	int error = 0;

	if (!kernel)
		return "none is a kernel";
	part = part_in_ram(boot, &kernel->region);
	file_in_memory(&boot->kernel, &part);
	if (kernel->bootargs) {
		part.at = (const uint8_t *)kernel->bootargs;
		part.size = strlen(kernel->bootargs);
		error = part_add(payload->text, &payload->texts, PAYLOAD_TEXTS, part);
	}
	if (ramdisk && !error)
		error = part_add(payload->initrd, &payload->initrds, PAYLOAD_INITRDS,
				 part_in_ram(boot, &ramdisk->region));
	p->modules = 0;
	if (error)
		return error_string(error);
	take_options(boot, "module in RAM", OPTIONS_OF_CONTAINER);
	return NULL;
}

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

static const char *find_in_flash(struct boot *boot)
{
	const struct region *flash = &boot->platform.flash;
	struct part part = {NULL, flash->size & ~7ULL};

	if (flash->size < IMAGE_HEAD || !arch_reaches(flash->base, flash->size) ||
	    in_range(window_image(), 1, flash))
		return "none";
	if (flash->size > FLASH_MAX)
		return "too large";
	part.at = map_rom(flash->base, flash->size);
	if (!answers(flash))
		return "nothing answers";
	if (is_unwritten(part.at))
		return "nothing at its start";
	if (boot->options.payload == PAYLOAD_AUTO && !is_kernel(part.at, part.size) &&
	    !packing_of(part.at, IMAGE_HEAD))
		return "no kernel in it";
	part.size = written_size(part.at, part.size);
	file_in_memory(&boot->kernel, &part);
	boot->kernel.padded = true;
	return NULL;
}

static void check_clear(const struct region *region, uint64_t base, uint64_t size, const char *why)
{
	if (overlaps(base, size, region))
		unusable(region, why);
}

/* What is ours was ours before the options were read. */
static void check_free(const struct boot *boot, const struct region *region)
{
	const void *fdt = boot->platform.fdt;

	check_clear(region, window_workspace(), window_workspace_size(),
		    "forearm's workspace is there");
	check_clear(region, window_image(), file_size(), "forearm is there");
	check_clear(region, (uintptr_t)fdt, fdt_totalsize(fdt), "the device tree is there");
}

/* Free RAM from there on, or 1 where it is not free. */
static uint64_t free_from(const struct memmap *ram, uint64_t at)
{
	for (unsigned int i = 0; i < ram->count; i++)
		if (at >= ram->range[i].base && at < ram->range[i].end)
			return ram->range[i].end - at;
	return 1;
}

/* Nothing may be loaded there, for now, or for good if it may be somebody's. */
static void keep_free(struct boot *boot, const struct region *region)
{
	check_memmap(memmap_remove(&boot->ram, region->base, region->size));
	if (!boot->options.payload_size)
		boot->staged[boot->stageds++] = *region;
}

static const char *find_at(struct boot *boot)
{
	const struct options *options = &boot->options;
	struct region region = {options->payload_address, options->payload_size};
	struct part part;

	if (!region.size)
		region.size = free_from(&boot->ram, region.base);
	part = part_in_ram(boot, &region);
	check_free(boot, &region);
	if (!options->payload_size)
		part.size = region.size < IMAGE_HEAD ? 0 : told_size(part.at, region.size);
	if (!part.size)
		unusable(&region, "it does not say how long it is");
	region.size = part.size;
	keep_free(boot, &region);
	file_in_memory(&boot->kernel, &part);
	boot->kernel.padded = true;
	return NULL;
}

/* In the order of trying. Each returns NULL when the kernel is there, or why it is not. */
static const struct carrier {
	const char *name;
	const char *(*find)(struct boot *boot);
} carriers[] = {
	[PAYLOAD_FW_CFG] = {"fw_cfg", find_file},
	[PAYLOAD_BUNDLE] = {"bundle", find_bundle},
	[PAYLOAD_INITRD] = {"initrd", find_in_initrd},
	[PAYLOAD_MODULES] = {"modules", find_in_modules},
	[PAYLOAD_FLASH] = {"flash", find_in_flash},
	[PAYLOAD_AT] = {"ADDRESS", find_at},
};

#define REASONS 160 /* bytes of text, which is cut to fit */

static void find_any(struct boot *boot)
{
	char reasons[REASONS];
	int length = 0;

	for (unsigned int i = PAYLOAD_FW_CFG; i < PAYLOAD_AT; i++) {
		const char *why = carriers[i].find(boot);

		if (!why)
			return;
		if (length < REASONS)
			length += snprintf(reasons + length, (size_t)(REASONS - length), "%s%s: %s",
					   length ? ", " : "", carriers[i].name, why);
	}
	stop_error("give one: QEMU with forearm as -bios: -kernel FILE; in any case: "
		   "-fw_cfg name=opt/org.forearm/kernel,file=FILE",
		   "no kernel was given (%s)", reasons);
}

void find_carrier(struct boot *boot)
{
	const struct carrier *carrier = &carriers[boot->options.payload];
	const char *why;

	if (boot->options.payload == PAYLOAD_AUTO)
		return find_any(boot);
	why = carrier->find(boot);
	if (why)
		stop_error("give it a kernel, or leave the option out",
			   "forearm.payload=%s, but there is no kernel: %s", carrier->name, why);
}
