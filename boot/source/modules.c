/* SPDX-License-Identifier: BSD-2-Clause */
/* A module that the VMM has put into RAM and announced in /chosen. */
#include <string.h>
#include "boot/file.h"
#include "boot/payload.h"
#include "error.h"
#include "source.h"

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
const char *find_in_modules(struct boot *boot)
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
	file_in_memory(&boot->files.kernel, &part);
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
