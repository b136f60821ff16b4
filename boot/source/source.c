/* SPDX-License-Identifier: BSD-2-Clause */
/* Sources: where the kernel comes from. Each has a file here that finds it, and a row below. */
#include <stdio.h>
#include "boot/core/fatal.h"
#include "boot/file.h"
#include "source.h"

/* In the order of trying. Each returns NULL when the kernel is there, or why it is not. */
static const struct source {
	const char *name;
	const char *(*find)(struct boot *boot);
} sources[] = {
	[SOURCE_FW_CFG] = {"fw_cfg", find_file},
	[SOURCE_BUNDLE] = {"bundle", find_bundle},
	[SOURCE_INITRD] = {"initrd", find_in_initrd},
	[SOURCE_MODULES] = {"modules", find_in_modules},
	[SOURCE_FLASH] = {"flash", find_in_flash},
	[SOURCE_DISK] = {"disk", find_on_disk},
	[SOURCE_DISK_NAMED] = {"disk", find_on_disk},
	[SOURCE_ADDRESS] = {"ADDRESS", find_at},
};

#define REASONS 220 /* bytes of text, which is cut to fit */

static _Noreturn void none_given(const struct boot *boot, const char *reasons)
{
	const struct region *fw_cfg = &boot->devices->fw_cfg;

	if (!fw_cfg->base && !fw_cfg->size)
		stop_error("give one in a bundle, which is started in place of forearm: "
			   "forearm-bundle --kernel FILE --output BUNDLE",
			   "no kernel was given (%s)", reasons);
	stop_error("give one: QEMU with forearm as -bios: -kernel FILE; in any case: "
		   "-fw_cfg name=opt/org.forearm/kernel,file=FILE",
		   "no kernel was given (%s)", reasons);
}

static void find_any(struct boot *boot)
{
	char reasons[REASONS];
	int length = 0;

	for (unsigned int i = SOURCE_FW_CFG; i <= SOURCE_DISK; i++) {
		const char *why = sources[i].find(boot);

		if (!why)
			return;
		if (length < REASONS)
			length += snprintf(reasons + length, (size_t)(REASONS - length), "%s%s: %s",
					   length ? ", " : "", sources[i].name, why);
	}
	none_given(boot, reasons);
}

void find_in_source(struct boot *boot)
{
	const struct source *source = &sources[boot->options.payload];
	const char *why;

	if (boot->options.payload == SOURCE_AUTO)
		return find_any(boot);
	why = source->find(boot);
	if (why)
		stop_error("give it a kernel, or leave the option out",
			   "forearm.payload=%s, but there is no kernel: %s", source->name, why);
}
