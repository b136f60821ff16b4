/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device tree overlays, over a tree that has what the seeds refer to. What we accept is good enough
 * for libfdt, too, and it makes as much of it: not the same where a property is there twice.
 */
#include <libfdt.h>
#include <string.h>
#include "error.h"
#include "lib/fdt/overlay.h"
#include "fuzz.h"
#include "judge.h"

#define ROOM 0x8000

static char base[ROOM] __attribute__((aligned(8)));

static void node(const char *name, uint32_t phandle)
{
	fdt_begin_node(base, name);
	fdt_property_u32(base, "phandle", phandle);
}

static void make_base(void)
{
	fdt_create(base, ROOM);
	fdt_finish_reservemap(base);
	fdt_begin_node(base, "");
	node("gic", 1);
	fdt_end_node(base);
	node("soc", 2);
	node("uart@2000", 3);
	fdt_end_node(base);
	fdt_end_node(base);
	fdt_begin_node(base, "__symbols__");
	fdt_property_string(base, "gic", "/gic");
	fdt_property_string(base, "soc", "/soc");
	fdt_property_string(base, "uart", "/soc/uart@2000");
	fdt_property_string(base, "lonely", "/gic");
	fdt_end_node(base);
	fdt_end_node(base);
	REQUIRE(fdt_finish(base) == 0);
	REQUIRE(fdt_open_into(base, base, ROOM) == 0);
}

static void *copied(const void *data, size_t size)
{
	void *copy = malloc(size ? size : 1);

	memcpy(copy, data, size);
	return copy;
}

static void compare(void *ours, const uint8_t *data, size_t size)
{
	void *overlay = copied(data, size), *libfdts = copied(base, ROOM);

	if (fdt_overlay_apply(libfdts, overlay) == 0) {
		REQUIRE(fdt_pack(ours) == 0 && fdt_pack(libfdts) == 0);
		REQUIRE(fdt_totalsize(ours) == fdt_totalsize(libfdts));
	}
	free(libfdts);
	free(overlay);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	void *overlay = copied(data, size), *fdt;
	const char *what;
	int error;

	if (!fdt_totalsize(base))
		make_base();
	fdt = copied(base, ROOM);
	error = fdt_overlay(fdt, overlay, size, &what);
	REQUIRE(tree_is_good_for_libfdt(fdt, ROOM));
	REQUIRE(!what == (error != ERR_LABEL && error != ERR_TARGET && error != ERR_FIXUP));
	REQUIRE(!what || strlen(what) < size);
	if (!error)
		compare(fdt, data, size);
	free(fdt);
	free(overlay);
	return 0;
}
