/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's SMBIOS: the VMM's structures or our own, and what the user adds. */
#include <string.h>
#include "boot/core/fatal.h"
#include "acpi.h"
#include "arch.h"
#include "error.h"
#include "tables/smbios/smbios.h"

#define ANCHOR "etc/smbios/smbios-anchor"
#define TABLES "etc/smbios/smbios-tables"

#define OEM_MAX 0xF000 /* bytes */

/* The user's file: a string on each line. */
static void read_oem(struct boot *boot, struct scratch *scratch, struct smbios_oem *oem)
{
	uint64_t size = boot->files.smbios_oem.given ? boot->files.smbios_oem.size : 0;
	struct fw_cfg_file file = {.item = boot->files.smbios_oem.item};

	if (size > OEM_MAX)
		stop_error("shorten it",
			   "opt/org.forearm/smbios-oem has %llu bytes, %d are possible",
			   (unsigned long long)size, OEM_MAX);
	oem->text = scratch_read(boot, scratch, &file, size);
	oem->size = size;
	if (size && !oem->text)
		resident_failed(ERR_NO_ROOM);
}

static int adopt(struct boot *boot, const struct smbios_oem *oem, struct fw_cfg_file *anchor,
		 const struct fw_cfg_file *tables, void *to, size_t room, size_t *used)
{
	struct scratch a, t;
	const void *anchor_data = scratch_read(boot, &a, anchor, anchor->size);
	const void *data = scratch_read(boot, &t, tables, tables->size);
	int error = ERR_DEVICE;

	if (anchor_data && data)
		error = smbios_adopt(anchor_data, anchor->size, data, tables->size, oem, to, room,
				     (uintptr_t)to, used);
	scratch_free(boot, &t);
	scratch_free(boot, &a);
	return error;
}

static void check(int error)
{
	if (error == ERR_OPTION_VALUE)
		stop_error("take it out",
			   "opt/org.forearm/smbios-oem has a control character in it");
	if (error == ERR_TOO_LONG)
		stop_error("join some of them",
			   "opt/org.forearm/smbios-oem has more than 255 lines");
	if (error)
		stop_error("correct what the VMM was given (QEMU: -smbios), or boot by device tree "
			   "(forearm.tables=fdt)",
			   "the VMM's SMBIOS cannot be given to the guest: %s",
			   error_string(error));
}

uint64_t smbios_provide(struct boot *boot, struct resident *resident)
{
	struct fw_cfg_file anchor, tables;
	struct scratch scratch;
	struct smbios_oem oem;
	bool given = fw_cfg_find(ANCHOR, &anchor) == 0 && fw_cfg_find(TABLES, &tables) == 0;
	size_t room, used;
	uint64_t at;
	int error;

	read_oem(boot, &scratch, &oem);
	room = given ? SMBIOS_ADOPT_ROOM(tables.size, oem.size)
		     : SMBIOS_BUILD_ROOM(boot->platform.banks, oem.size);
	at = resident_or_stop(resident, room, 16);
	if (given)
		error = adopt(boot, &oem, &anchor, &tables, (void *)(uintptr_t)at, room, &used);
	else
		error = smbios_build(&boot->platform, arch_cpu_model(), &oem, (void *)(uintptr_t)at,
				     room, at, &used);
	scratch_free(boot, &scratch);
	check(error);
	return at;
}
