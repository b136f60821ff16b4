/* SPDX-License-Identifier: BSD-2-Clause */
/* Device trees and overlays of a container that are compressed: FIT images have such. */
#include "boot.h"
#include "boot/core/fatal.h"
#include "boot/core/progress.h"
#include "boot/memory.h"
#include "boot/payload.h"
#include "error.h"
#include "lib/fdt/overlay.h"
#include "lib/fdt/walk.h"

static bool is_compressed(const struct part *part)
{
	return compression_of(part->at, (size_t)min64(part->size, UNPACK_HEAD)) != COMPRESSION_NONE;
}

static _Noreturn void refuse(const char *what, enum compression compression, int error)
{
	stop_error("make the container again, or leave it out of it",
		   "the %s that comes with the kernel cannot be unpacked: %s: %s", what,
		   compression_name(compression), error_string(error));
}

/* To 'to', where there is room for 'most' bytes, which is as large as such a tree may be. */
static void unpack_tree(const char *what, struct part *part, uint8_t *to, uint64_t most)
{
	enum compression compression =
		compression_of(part->at, (size_t)min64(part->size, UNPACK_HEAD));
	uint64_t written;
	int result;

	progress_begin("unpacking", what, part->size);
	result = unpack(compression, part->at, part->size, to, most, &written);
	progress_end();
	if (result <= 0)
		refuse(what, compression, result ? result : ERR_TOO_LARGE);
	*part = (struct part) {to, written};
}

/* One that is not used may be damaged or large: that is a note, and no reason to stop. */
static bool wants_tree(const struct boot *boot)
{
	return boot->options.dtb == DTB_PAYLOAD && is_compressed(&boot->payload.dtb);
}

static uint64_t room_for(const struct boot *boot)
{
	const struct payload *payload = &boot->payload;
	uint64_t room = wants_tree(boot) ? FDT_MAX_SIZE : 0;

	for (unsigned int i = 0; i < payload->overlays; i++)
		room += is_compressed(&payload->overlay[i]) ? FDT_OVERLAY_MAX : 0;
	return room;
}

void unpack_trees(struct boot *boot)
{
	struct payload *payload = &boot->payload;
	uint64_t room = room_for(boot);
	uint8_t *to;

	if (!room)
		return;
	to = temp_alloc(boot, "unpacked device trees", room);
	for (unsigned int i = 0; i < payload->overlays; i++) {
		if (!is_compressed(&payload->overlay[i]))
			continue;
		unpack_tree("device tree overlay", &payload->overlay[i], to, FDT_OVERLAY_MAX);
		to += FDT_OVERLAY_MAX;
	}
	if (wants_tree(boot))
		unpack_tree("device tree", &payload->dtb, to, FDT_MAX_SIZE);
}
