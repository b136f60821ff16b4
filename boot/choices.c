/* SPDX-License-Identifier: BSD-2-Clause */
/* Of what a container has, which the user wants; and what comes in another file beside it. */
#include <libfdt.h>
#include <string.h>
#include "android.h"
#include "boot.h"
#include "fit.h"
#include "window.h"

#define LIST_MAX 256 /* bytes of a message */

const char *wanted_name(enum which which, const char *name)
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
static bool in_initrd(struct boot *boot, struct part *vendor)
{
	static uint8_t head[16] __attribute__((section(".noinit")));
	struct boot_file *file = &boot->initrd;
	size_t size = file->size < sizeof(head) ? (size_t)file->size : sizeof(head);

	if (!file->given)
		return false;
	file_read(file, window_phys(head), size, "initrd");
	if (!android_vendor_is(head, size))
		return false;
	*vendor = (struct part) {file->at, file->size};
	if (!vendor->at) {
		vendor->at = stage_memory(boot, "vendor_boot image", file->size);
		file_read(file, (uintptr_t)vendor->at, file->size, "initrd");
	}
	file->given = false;
	return true;
}

/* One that the VMM has put into RAM. */
static void in_memory(struct boot *boot, struct part *vendor)
{
	struct region *initrd = &boot->platform.chosen.initrd;
	const uint8_t *at = (const uint8_t *)(uintptr_t)initrd->base;

	if (!initrd->size || !android_vendor_is(at, (size_t)initrd->size))
		return;
	*vendor = (struct part) {at, initrd->size};
	initrd->size = 0;
}

void choose_from(struct boot *boot, const struct container *container, struct choices *choices)
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
	if (container->takes_vendor && !in_payload(&boot->payload, &choices->vendor) &&
	    !in_initrd(boot, &choices->vendor))
		in_memory(boot, &choices->vendor);
}

_Noreturn void no_such_choice(const struct boot *boot, const struct container *container)
{
	static char list[LIST_MAX] __attribute__((section(".noinit")));
	bool fit = container->list == fit_list;

	list[0] = '\0';
	container->list(boot->kernel.at, boot->kernel.size, list, sizeof(list));
	stop_error("give one that it has, or leave the option out",
		   "forearm.%s=%s, but the %s has %s", fit ? "config" : "profile",
		   fit ? boot->options.config_name : boot->options.profile_name, container->name,
		   list[0] ? list : "none");
}

void check_choices(const struct boot *boot)
{
	const struct options *options = &boot->options;
	unsigned int chosen = boot->payload.chosen;

	if (options->config == WHICH_NAMED && !(chosen & CHOSE_CONFIGURATION))
		stop_error("leave the option out, or give a FIT image",
			   "forearm.config=%s, but the kernel is in no FIT image",
			   options->config_name);
	if (options->profile == WHICH_NAMED && !(chosen & CHOSE_PROFILE))
		stop_error("leave the option out, or give a unified kernel image with profiles",
			   "forearm.profile=%s, but the kernel is in no unified kernel image with "
			   "profiles",
			   options->profile_name);
}
