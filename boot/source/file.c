/* SPDX-License-Identifier: BSD-2-Clause */
/* Files that a source offers: in fw_cfg, or in memory already. */
#include <string.h>
#include "arch.h"
#include "boot.h"
#include "boot/core/fatal.h"
#include "boot/core/progress.h"
#include "boot/file.h"
#include "error.h"
#include "drivers/fw_cfg.h"
#include "boot/core/vm.h"
#include "source.h"

/* The device writes to where memory is; some of ours is mapped elsewhere, and only there. */
void file_read(const struct boot_file *file, void *to, uint64_t size, const char *what)
{
	int error = 0;

	if (file->on_disk)
		disk_file_read(file->on_disk, file->offset, to, size, what);
	else if (file->at)
		copy_file_bytes(to, file->at, size, what);
	else
		error = fw_cfg_read(file->item, virt_to_phys(to), size);
	if (error)
		stop_error("report this with the VMM's version", "fw_cfg gave no %s: %s", what,
			   error_string(error));
}

void file_in_memory(struct boot_file *file, const struct part *part)
{
	file->given = part->size != 0;
	file->at = part->at;
	file->size = part->size;
	file->padded = false;
	file->on_disk = NULL;
}

/* In ROM nothing is mapped at its own address yet. That may be 0, which is no null pointer then. */
const uint8_t *map_rom(uint64_t base, uint64_t size)
{
	if (vm_map_rom(base, size))
		stop_error("report this", "no room for a mapping of the ROM");
	return (const uint8_t *)(uintptr_t)base;
}

int unpack_file(struct boot *boot, void *to, uint64_t room, uint64_t *written, uint64_t *used)
{
	int result;

	progress_begin("unpacking", "kernel", boot->files.kernel.size);
	result = unpack_used(boot->compression, boot->files.kernel.at, boot->files.kernel.size, to,
			     room, written, used);
	progress_end();
	return result;
}

_Noreturn void compression_corrupt(const struct boot *boot, int error)
{
	if (error == ERR_NO_ROOM)
		stop_error("pack it again, as one file with one dictionary",
			   "the %s kernel cannot be unpacked: %s",
			   compression_name(boot->compression), error_string(error));
	if (error == ERR_DICTIONARY_SIZE)
		stop_error("pack it again with a smaller one (xz -9 takes 64 MiB, xz -6 8 MiB)",
			   "the %s kernel cannot be unpacked: %s",
			   compression_name(boot->compression), error_string(error));
	if (error == ERR_DICTIONARY || error == ERR_UNSUPPORTED)
		stop_error("pack it again, without dictionaries and experimental features",
			   "the %s kernel cannot be unpacked: %s",
			   compression_name(boot->compression), error_string(error));
	stop_error("copy or download it again", "the %s kernel is corrupt: %s",
		   compression_name(boot->compression), error_string(error));
}
