/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Initial ramdisks, in stage "load": out of what is around them, one behind the other, and behind
 * the last one Android's boot configuration.
 */
#include <string.h>
#include "boot.h"
#include "boot/core/fatal.h"
#include "boot/core/progress.h"
#include "boot/file.h"
#include "boot/memory.h"
#include "boot/payload.h"
#include "lib/formats/bootconfig.h"
#include "error.h"
#include "lib/formats/initrd.h"
#include "lib/formats/magic.h"

#define INITRD_ALIGN 4 /* of one behind another, for Linux's cpio reader */

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
	return boot->files.initrd.given ? padded(size) + boot->files.initrd.size : size;
}

uint64_t initrd_most(const struct boot *boot)
{
	uint64_t size = initrds_size(boot);

	if (!boot->files.initrd.given)
		size = add_capped(padded(size), boot->platform.chosen.initrd.size);
	return add_capped(padded(size), boot->payload.bootconfigs ? BOOTCONFIG_ROOM : 0);
}

/* vendor_boot that goes with a boot image is seen to by stage "payload". */
static struct part unwrapped(const struct part *file)
{
	struct part initrd;
	int error = initrd_unwrap(file->at, file->size, &initrd);

	if (error == ERR_VENDOR)
		stop_error("give that boot image as kernel", "the initrd cannot be used: %s",
			   error_string(error));
	if (error)
		stop_error("check the file that was given as initrd",
			   "the initrd cannot be used: %s", error_string(error));
	return initrd;
}

static void unwrap(struct payload *payload)
{
	for (unsigned int i = 0; i < payload->initrds; i++)
		payload->initrd[i] = unwrapped(&payload->initrd[i]);
}

/* One of fw_cfg is only in memory once it is in its place. */
static void read_last(struct boot *boot, uint8_t *to)
{
	struct part part = {to, boot->files.initrd.size};

	file_read(&boot->files.initrd, to, part.size, "initrd");
	part = unwrapped(&part);
	if (part.at != to)
		memmove(to, part.at, (size_t)part.size);
	boot->initrd_size -= boot->files.initrd.size - part.size;
}

static void read_initrds(struct boot *boot)
{
	uint8_t *start = (uint8_t *)(uintptr_t)boot->place.initrd, *to = start;

	for (unsigned int i = 0; i < boot->payload.initrds; i++) {
		const struct part *part = &boot->payload.initrd[i];

		copy_file_bytes(to, part->at, part->size, "initrd");
		memset(to + part->size, 0, (size_t)(padded(part->size) - part->size));
		to += padded(part->size);
	}
	if (boot->files.initrd.given)
		read_last(boot, to);
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

/*
 * One that the VMM has put into RAM stays there, unless there are others, or it has to come out of
 * something or to go behind the kernel. Then it is a file like others.
 */
static void take_from_ram(struct boot *boot)
{
	struct region *chosen = &boot->platform.chosen.initrd;
	struct part part = {(const uint8_t *)(uintptr_t)chosen->base, chosen->size}, inner;

	boot->initrd_size = chosen->size;
	boot->place.initrd = chosen->base;
	if (boot->files.initrd.given || !part.size)
		return;
	inner = unwrapped(&part);
	if (boot->payload.initrds || boot->image.tail || inner.at != part.at ||
	    inner.size != part.size)
		file_in_memory(&boot->files.initrd, &part);
}

/* Other guests may have a RAM disk of any kind. */
static void note_disk(const struct boot *boot)
{
	const uint8_t *at = (const uint8_t *)(uintptr_t)boot->place.initrd;
	const char *disk = boot->initrd_size ? magic_disk(at, boot->initrd_size) : NULL;

	if (disk && boot->guest->acpi == GUEST_ACPI_EFI)
		log_note("the initrd is %s, which Linux does not unpack: give the initrd that is "
			 "in it",
			 disk);
}

static void join_initrds(struct boot *boot)
{
	uint64_t extra = boot->payload.bootconfigs ? BOOTCONFIG_ROOM : 0, room;
	int error;

	take_from_ram(boot);
	if (!boot->files.initrd.given && !boot->payload.initrds)
		return;
	unwrap(&boot->payload);
	boot->initrd_size = initrds_size(boot);
	room = add_capped(padded(boot->initrd_size), extra);
	if (!room) /* nothing was in what was around it */
		return;
	error = place_initrd(&boot->ram, &boot->image, room, &boot->place);
	if (error == ERR_NO_ROOM)
		no_room(boot, "initrd", room);
	check_memmap(error);
	read_initrds(boot);
	if (extra)
		add_bootconfig(boot);
}

void load_initrd(struct boot *boot)
{
	join_initrds(boot);
	note_disk(boot);
}
