/* SPDX-License-Identifier: BSD-2-Clause */
/* Selects a FIT configuration or a UKI profile; attaches an Android vendor_boot image. */
#include <libfdt.h>
#include <string.h>
#include "lib/formats/android.h"
#include "boot.h"
#include "boot/core/fatal.h"
#include "boot/file.h"
#include "boot/memory.h"
#include "boot/payload.h"
#include "lib/formats/fit.h"
#include "boot/core/vm.h"

#define LIST_MAX 256 /* bytes of a message */

static const char *wanted_name(enum which which, const char *name)
{
	return which == WHICH_NAMED ? name : NULL;
}

/* In the bundle, beside the boot image. */
static bool in_payload(struct payload *payload, struct part *vendor)
{
	for (unsigned int i = 0; i < payload->initrds; i++) {
		struct part *part = &payload->initrd[i];

		if (!android_vendor_is(part->at, (size_t)part->size))
			continue;
		*vendor = *part;
		memmove(part, part + 1, (--payload->initrds - i) * sizeof(*part));
		return true;
	}
	return false;
}

/* The user's initrd, wherever it is. */
static void in_initrd(struct boot *boot, struct part *vendor)
{
	static uint8_t head[16] __attribute__((section(".noinit")));
	struct region *chosen = &boot->platform.chosen.initrd;
	struct boot_file *file = &boot->files.initrd;
	struct boot_file in_memory = {.given = true,
				      .at = (const uint8_t *)(uintptr_t)chosen->base,
				      .size = chosen->size};

	if (!file->given)
		file = &in_memory;
	if (file->size < sizeof(head))
		return;
	file_read(file, head, sizeof(head), "initrd");
	if (!android_vendor_is(head, sizeof(head)))
		return;
	*vendor = (struct part) {file->at, file->size};
	if (!vendor->at) {
		vendor->at = temp_alloc(boot, "vendor_boot image", file->size);
		file_read(file, (void *)(uintptr_t)vendor->at, file->size, "initrd");
	}
	boot->files.initrd.given = false;
	chosen->size = 0;
}

void make_choices(const struct boot *boot, struct choices *choices)
{
	const struct options *options = &boot->options;
	int length;

	*choices = (struct choices) {
		.configuration = wanted_name(options->config, options->config_name),
		.profile = wanted_name(options->profile, options->profile_name),
		.compatible = fdt_getprop(boot->platform.fdt, 0, "compatible", &length),
	};
	if (choices->compatible)
		choices->compatible_size = (size_t)length;
}

void take_vendor(struct boot *boot, struct choices *choices)
{
	if (!in_payload(&boot->payload, &choices->vendor))
		in_initrd(boot, &choices->vendor);
}

_Noreturn void no_such_choice(const struct boot *boot, const struct container *container)
{
	static char list[LIST_MAX] __attribute__((section(".noinit")));
	bool fit = container->list == fit_list;

	list[0] = '\0';
	container->list(boot->files.kernel.at, boot->files.kernel.size, list, sizeof(list));
	stop_error("give one that it has, or leave the option out",
		   "forearm.%s=%s, but the %s has %s", fit ? "config" : "profile",
		   fit ? boot->options.config_name : boot->options.profile_name, container->name,
		   list[0] ? list : "none");
}

void check_choices(const struct boot *boot)
{
	const struct options *options = &boot->options;
	unsigned int chosen = boot->payload.chosen;
	bool config = options->config && !(chosen & CHOSE_CONFIGURATION);
	bool profile = options->profile && !(chosen & CHOSE_PROFILE);
	bool entry = options->entry && !(chosen & CHOSE_ENTRY);

	if (config || profile || entry)
		stop_error("leave the option out",
			   "forearm.%s=%s, but the kernel comes with none to choose from",
			   config    ? "config"
			   : profile ? "profile"
				     : "entry",
			   config    ? options->config_name
			   : profile ? options->profile_name
				     : options->entry_name);
}
