/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stage "overlays": device tree overlays, the container's and those of fw_cfg, make another tree of
 * the VMM's, or of the container's own. From then on that one is the machine.
 */
#include <libfdt.h>
#include <stdio.h>
#include <string.h>
#include "boot.h"
#include "boot/core/fatal.h"
#include "boot/file.h"
#include "boot/memory.h"
#include "boot/seeds.h"
#include "error.h"
#include "tables/fdt/board.h"
#include "lib/fdt/overlay.h"
#include "lib/fdt/walk.h"

#define TREE	 "device tree"
#define OVERLAYS (PAYLOAD_OVERLAYS + BOOT_OVERLAYS)

/* The container's come first. */
static struct boot_file overlay(const struct boot *boot, unsigned int i)
{
	struct boot_file file = {0};

	if (i < boot->payload.overlays)
		file_in_memory(&file, &boot->payload.overlay[i]);
	else if (i >= PAYLOAD_OVERLAYS)
		file = boot->files.overlay[i - PAYLOAD_OVERLAYS];
	return file;
}

static _Noreturn void refuse(unsigned int i, int error, const char *what)
{
	bool inside = i < PAYLOAD_OVERLAYS;
	char number[] = "00";

	snprintf(number, sizeof(number), "%.0u", inside ? i + 1 : i - PAYLOAD_OVERLAYS);
	stop_error("correct it (a VMM's tree has no labels: use target-path), or leave it out",
		   "the device tree overlay %s%s cannot be applied: %s%s%s",
		   inside ? "of the kernel, number " : "opt/org.forearm/overlay", number,
		   error_string(error), what ? ": " : "", what ? what : "");
}

/* How much larger the tree may become; 0: there is no overlay. */
static uint64_t growth(const struct boot *boot)
{
	uint64_t room = 0;

	for (unsigned int i = 0; i < OVERLAYS; i++) {
		struct boot_file file = overlay(boot, i);

		if (!file.given)
			continue;
		if (!file.size || file.size > FDT_OVERLAY_MAX)
			refuse(i, file.size ? ERR_TOO_LARGE : ERR_EMPTY,
			       file.size ? "64 KiB" : NULL);
		room += FDT_OVERLAY_GROWTH(file.size);
	}
	return room;
}

static void apply_all(struct boot *boot, void *fdt)
{
	uint8_t *copy = temp_alloc(boot, "device tree overlay", FDT_OVERLAY_MAX);

	for (unsigned int i = 0; i < OVERLAYS; i++) {
		struct boot_file file = overlay(boot, i);
		const char *what;
		int error;

		if (!file.given)
			continue;
		file_read(&file, copy, file.size, "device tree overlay");
		error = fdt_overlay(fdt, copy, (size_t)file.size, &what);
		if (error)
			refuse(i, error, what);
	}
}

/* Where something may have been loaded already has to stay RAM. */
static void check_ram(const struct platform *p, const struct platform_own *own)
{
	for (unsigned int i = 0; i < own->banks; i++)
		if (!platform_has_ram(p, own->bank[i].base, own->bank[i].size))
			stop_error("leave the memory nodes as they are",
				   "an overlay takes away RAM that the VMM has given, at 0x%llx",
				   (unsigned long long)own->bank[i].base);
}

/* What an overlay says is a device may be anything: those that were there before are used. */
static void keep_devices(struct boot *boot)
{
	struct platform *copy;

	if (boot->devices != &boot->platform)
		return;
	copy = (struct platform *)(uintptr_t)take_memory(boot, "model of the machine",
							 sizeof(*copy));
	*copy = boot->platform;
	boot->devices = copy;
}

/*
 * All of the model is read again. What was done by the old one stays: whose PSCI turns the machine
 * off (boot->host_psci), the command line, and which initrd there is: the VMM's may turn out to be
 * the kernel; and all that we touch ourselves (platform/own.h).
 */
static int read_again(struct boot *boot, const void *fdt)
{
	struct platform *p = &boot->platform;
	const char *words = p->chosen.bootargs;
	struct region initrd = p->chosen.initrd;
	int error;

	keep_devices(boot);
	error = platform_from_fdt(p, fdt, FDT_MAX_SIZE);
	p->chosen.initrd = initrd;
	if (error)
		return error;
	seeds_note(boot);
	check_ram(p, &boot->own);
	if (p->chosen.bootargs && (!words || strcmp(words, p->chosen.bootargs) != 0))
		log_note("bootargs of the kernel's device tree, or of an overlay, do not count");
	return reserve(boot);
}

/* The container's tree, fit for this machine. */
static void take_board_tree(struct boot *boot)
{
	const struct part *tree = &boot->payload.dtb;
	uint64_t size = tree->size < FDT_MAX_SIZE ? tree->size : FDT_MAX_SIZE;
	uint64_t room = size + FDT_BOARD_EXTRA;
	void *aligned = temp_alloc(boot, TREE, size), *to;
	int error;

	to = (void *)(uintptr_t)take_memory(boot, TREE, room);
	memcpy(aligned, tree->at, (size_t)size);
	error = fdt_board(aligned, (size_t)size, to, (size_t)room, &boot->platform);
	if (!error)
		error = read_again(boot, to);
	if (error)
		stop_error("correct it, or leave forearm.dtb=payload out",
			   "the device tree that comes with the kernel cannot be used: %s",
			   error_string(error));
	boot->base_fdt = to;
}

static void change_tree(struct boot *boot, uint64_t more)
{
	uint64_t room = fdt_used_size(boot->base_fdt) + more;
	void *fdt = (void *)(uintptr_t)take_memory(boot, TREE, room);
	int error = fdt_copy(boot->base_fdt, fdt, (size_t)room);

	if (!error) {
		apply_all(boot, fdt);
		fdt_pack(fdt);
		error = read_again(boot, fdt);
	}
	if (error)
		stop_error("correct the overlays",
			   "the device tree cannot be used with its overlays: %s",
			   error_string(error));
}

void apply_overlays(struct boot *boot)
{
	uint64_t more = growth(boot);

	if (boot->options.dtb == DTB_PAYLOAD)
		take_board_tree(boot);
	if (more)
		change_tree(boot, more);
}
