/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory of stage "describe" for ACPI guests: what is kept, and what is taken for a while. */
#include "boot/core/fatal.h"
#include "acpi.h"
#include "error.h"

_Noreturn void resident_failed(int error)
{
	stop_error("give the VM more memory (QEMU: -m)",
		   "no room for the tables that an ACPI guest keeps: %s", error_string(error));
}

uint64_t resident_or_stop(struct resident *resident, uint64_t size, uint64_t align)
{
	uint64_t at;
	int error = resident_alloc(resident, size, align, &at);

	if (error)
		resident_failed(error);
	return at;
}

void *scratch_read(struct boot *boot, struct scratch *scratch, const struct fw_cfg_file *file,
		   uint64_t size)
{
	scratch->size = 0;
	if (!size || memmap_alloc_high(&boot->ram, size, UINT64_MAX, &scratch->at))
		return NULL;
	scratch->size = size;
	return fw_cfg_read(file->item, scratch->at, size) ? NULL : (void *)(uintptr_t)scratch->at;
}

void scratch_free(struct boot *boot, struct scratch *scratch)
{
	int error = memmap_free(&boot->ram, scratch->at, scratch->size);

	if (error)
		resident_failed(error);
}
