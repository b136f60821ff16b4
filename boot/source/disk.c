/* SPDX-License-Identifier: BSD-2-Clause */
/* Disks as a source of kernels: which ones there are, and the volumes with boot entries on them. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "boot/core/fatal.h"
#include "boot/file.h"
#include "boot/efi.h"
#include "boot/memory.h"
#include "arch.h"
#include "boot/core/devices.h"
#include "boot/core/vm.h"
#include "drivers/fw_cfg.h"
#include "drivers/virtio_blk.h"
#include "error.h"
#include "boot/source/disk.h"
#include "source.h"

#define WHY_MAX	    160
#define ORDER_MAX   2048 /* bytes of fw_cfg's "bootorder" */
#define ORDER_LINES 32
#define UUID_WORD   "PARTUUID="
#define APPLICATION "\\EFI\\BOOT\\BOOTAA64.EFI"
#define CHECK_DISK  "check the disk on the host (sgdisk --verify, fsck), or give another one"

/* Why there is nothing to boot. */
enum problem {
	DAMAGED,
	NO_START,
	NO_DISK,
	OUT_OF_REACH,
	NO_SUCH_DISK,
	NO_PARTITION,
	NO_ESP,
	NO_ENTRY,
	NO_APPLICATION
};

/* Which disk, and which of its partitions, the user wants. */
struct wanted {
	bool any;
	unsigned int number;
	const char *id; /* of a partition; NULL: any */
	enum boot_by by;
};

static char why[WHY_MAX];    /* the first disk is not it */
static enum problem problem; /* what that is */

static void refuse(enum problem which, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void refuse(enum problem which, const char *format, ...)
{
	va_list arguments;

	if (why[0])
		return;
	va_start(arguments, format);
	vsnprintf(why, sizeof(why), format, arguments);
	va_end(arguments);
	problem = which;
}

const char *disk_place(const struct disk_source *source, unsigned int volume)
{
	static char text[40];
	unsigned int number = source->volume[volume].partition;

	if (number)
		snprintf(text, sizeof(text), "disk %u, partition %u", source->number, number);
	else
		snprintf(text, sizeof(text), "disk %u", source->number);
	return text;
}

struct disk_shown disk_shown(const struct part *part)
{
	struct disk_shown shown;

	snprintf(shown.text, sizeof(shown.text), "%.*s", (int)min64(part->size, sizeof(shown.text)),
		 (const char *)part->at);
	return shown;
}

/* -- volumes -------------------------------------------------------------------------------------
 */

/* Opens it as the next one; 'source->volumes' still is the number of those before. */
static int open_volume(struct disk_source *source, uint64_t start, uint64_t size,
		       unsigned int number)
{
	struct disk_volume *volume = &source->volume[source->volumes];

	if (source->volumes == DISK_VOLUMES)
		return ERR_FULL;
	volume->partition = number;
	return volume_open(&volume->volume, &source->disk, start, size,
			   source->volume_scratch[source->volumes]);
}

static void refuse_volume(const struct disk_source *source, int error)
{
	refuse(DAMAGED, "%s: no file system that can be read: %s",
	       disk_place(source, source->volumes), error_string(error));
}

static bool add_volume(struct disk_source *source, uint64_t start, uint64_t size,
		       unsigned int number)
{
	int error = open_volume(source, start, size, number);

	if (error)
		refuse_volume(source, error);
	else
		source->volumes++;
	return !error;
}

/* Linux's partitions may have anything; what is looked at is ext4. */
static void add_linux(struct disk_source *source, const struct partition *p)
{
	int error = open_volume(source, p->start, p->size, p->number);

	if (!error && source->volume[source->volumes].volume.kind == VOLUME_EXT4)
		source->volumes++;
	else if (error && error != ERR_UNKNOWN && error != ERR_FULL)
		refuse_volume(source, error);
}

static void add_kind(struct disk_source *source, enum partition_kind kind)
{
	for (unsigned int i = 0; i < source->partitions.count; i++) {
		const struct partition *p = &source->partitions.partition[i];

		if (p->kind == kind && add_volume(source, p->start, p->size, p->number))
			return;
	}
}

static void add_named(struct disk_source *source, const char *id)
{
	char text[GUID_TEXT];

	for (unsigned int i = 0; i < source->partitions.count; i++) {
		const struct partition *p = &source->partitions.partition[i];
		struct part name;

		partition_id(&source->partitions, p, text);
		name = part_of_text(text);
		if (bls_same(&name, id))
			add_volume(source, p->start, p->size, p->number);
	}
}

/*
 * What firmware boots from; without any, what is FAT; then Linux's; without partitions, the disk as
 * a whole.
 */
static void add_volumes(struct disk_source *source, const struct wanted *wanted)
{
	source->volumes = 0;
	if (wanted->id) {
		add_named(source, wanted->id);
		return;
	}
	if (source->partitions.scheme == PARTITIONS_NONE)
		add_volume(source, 0, block_bytes(&source->disk), 0);
	add_kind(source, PARTITION_ESP);
	add_kind(source, PARTITION_XBOOTLDR);
	if (!source->volumes)
		add_kind(source, PARTITION_FAT);
	for (unsigned int i = 0; i < source->partitions.count; i++)
		if (source->partitions.partition[i].kind == PARTITION_LINUX)
			add_linux(source, &source->partitions.partition[i]);
}

/* -- disks ---------------------------------------------------------------------------------------
 */

static bool read_table(struct disk_source *source)
{
	int error = block_check(&source->disk);

	if (!error)
		error = partitions_read(&source->disk, source->scratch, &source->partitions);
	if (error)
		refuse(DAMAGED, "disk %u: its partition table cannot be used: %s", source->number,
		       error_string(error));
	else if (source->partitions.damage)
		log_note("disk %u: the backup of its GPT is used (sgdisk --verify says more): the "
			 "first one cannot be: %s",
			 source->number, error_string(source->partitions.damage));
	return !error;
}

static void refuse_empty(struct disk_source *source, const struct wanted *wanted)
{
	if (wanted->id)
		refuse(NO_PARTITION, "disk %u has no partition " UUID_WORD "%s", source->number,
		       wanted->id);
	else if (!source->volumes)
		refuse(NO_ESP, "disk %u has no EFI system partition, no ext4", source->number);
	else if (wanted->by == BOOT_EFI)
		refuse(NO_APPLICATION, "%s: no " APPLICATION, disk_place(source, 0));
	else
		refuse(NO_ENTRY, "%s: no boot entry", disk_place(source, 0));
}

/* What firmware starts where nothing else is said. */
static void find_application(struct disk_source *source)
{
	struct volume_file file;

	source->application = 0;
	for (unsigned int i = 0; i < source->volumes && !source->application; i++) {
		struct volume *volume = &source->volume[i].volume;
		int error;

		if (volume->kind != VOLUME_FAT)
			continue;
		volume->fat.work = 0; /* what the entries took is not of this */
		error = volume_find(volume, APPLICATION, strlen(APPLICATION), &file);
		if (error && error != ERR_NO_FILE)
			refuse(DAMAGED, "%s: " APPLICATION " cannot be found: %s",
			       disk_place(source, i), error_string(error));
		if (!error && !file.folder)
			source->application = i + 1;
	}
}

/* Whether there is something to boot on the disk that is started. */
static bool look_at(struct disk_source *source, const struct wanted *wanted)
{
	source->entries = source->volumes = source->application = 0;
	source->disk.bounce = source->bounce;
	if (!read_table(source))
		return false;
	add_volumes(source, wanted);
	if (source->volumes && wanted->by != BOOT_EFI)
		disk_read_entries(source);
	if (wanted->by == BOOT_EFI)
		find_application(source);
	if (!source->entries && !source->application)
		refuse_empty(source, wanted);
	return source->entries || source->application;
}

/* Starts the device that was found last, if it is the one, and looks at it. */
static bool try_disk(struct disk_source *source, struct virtio_device *device,
		     const struct wanted *wanted)
{
	int error;

	if (!wanted->any && source->number != wanted->number)
		return false;
	error = virtio_blk_start(device, &source->disk);
	if (error)
		refuse(NO_START, "disk %u does not start: %s", source->number, error_string(error));
	else if (look_at(source, wanted))
		return true;
	virtio_blk_stop();
	return false;
}

/* Those that have been tried. */
static uint64_t tried;

static bool try_once(struct disk_source *source, struct virtio_device *device,
		     const struct wanted *wanted)
{
	uint64_t bit = source->number < 64 ? 1ULL << source->number : 0;

	if (tried & bit)
		return false;
	tried |= bit;
	return try_disk(source, device, wanted);
}

/*
 * Looks at the disks that 'line' of fw_cfg's "bootorder" is about, or at all (NULL). A machine
 * without disks pays for nothing but looking for them. Returns how many there are, at least.
 */
static unsigned int look_for(struct boot *boot, const struct wanted *wanted, const char *line,
			     struct disk_source **source, bool *found)
{
	static struct virtio_device device;
	unsigned int place = 0, number = 0;

	for (; !virtio_find(&device, boot->devices, VIRTIO_BLOCK, &place); number++) {
		if (line && !virtio_has_path(&device, line))
			continue;
		if (!*source)
			*source = (struct disk_source *)(uintptr_t)temp_alloc(boot, "disk's reader",
									      sizeof(**source));
		(*source)->number = number;
		*found = try_once(*source, &device, wanted);
		if (*found)
			break;
	}
	return number;
}

/* What the user says comes first (QEMU: bootindex); others than disks are among it. */
static bool look_in_order(struct boot *boot, const struct wanted *wanted,
			  struct disk_source **source)
{
	static char text[ORDER_MAX + 1] __attribute__((section(".noinit")));
	struct fw_cfg_file file;
	bool found = false;
	char *line = text, *end;
	uint64_t size;

	if (fw_cfg_find("bootorder", &file))
		return false;
	size = min64(file.size, ORDER_MAX);
	if (fw_cfg_read(file.item, virt_to_phys(text), size))
		return false;
	text[size] = '\0';
	for (unsigned int i = 0; i < ORDER_LINES && *line && !found; i++) {
		end = line + strcspn(line, "\n");
		if (*end)
			*end++ = '\0';
		if (strstr(line, "/disk@"))
			(void)look_for(boot, wanted, line, source, &found);
		line = end;
	}
	return found;
}

/* QEMU has PCI above 4 GiB when forearm is its -kernel, which a 32-bit CPU does not get to. */
static void refuse_none(const struct boot *boot)
{
	const struct platform *p = boot->devices;

	for (unsigned int i = 0; i < p->num_pcie; i++)
		if (!arch_reaches(p->pcie[i].config.base, p->pcie[i].config.size))
			refuse(OUT_OF_REACH,
			       "none on virtio-mmio, and PCI at 0x%llx is out of this CPU's reach",
			       (unsigned long long)p->pcie[i].config.base);
	refuse(NO_DISK, "there is none");
}

static struct disk_source *find_disk(struct boot *boot, const struct wanted *wanted)
{
	struct disk_source *source = NULL;
	bool found = false;
	unsigned int number;

	tried = 0;
	if (wanted->any && look_in_order(boot, wanted, &source))
		return source;
	number = look_for(boot, wanted, NULL, &source, &found);
	if (found)
		return source;
	if (!wanted->any && number <= wanted->number)
		refuse(NO_SUCH_DISK, "there is no disk %u", wanted->number);
	else if (!number)
		refuse_none(boot);
	return NULL;
}

/* "N" or "PARTUUID=ID", as options_set() lets it pass. */
static struct wanted wanted_by(const struct options *options)
{
	const char *name = options->disk_name + sizeof("disk:") - 1;
	struct wanted wanted = {true, 0, NULL, options->boot};

	if (options->payload != SOURCE_DISK_NAMED)
		return wanted;
	if (strncmp(name, UUID_WORD, strlen(UUID_WORD)) == 0) {
		wanted.id = name + strlen(UUID_WORD);
		return wanted;
	}
	wanted.any = false;
	for (; *name; name++)
		wanted.number = wanted.number * 10 + (unsigned int)(*name - '0');
	return wanted;
}

#define NO_KERNEL "forearm.payload=disk, but there is no kernel: %s"

static _Noreturn void no_kernel(void)
{
	if (problem == NO_START)
		stop_error("see the VMM's messages, or give another disk", NO_KERNEL, why);
	if (problem == NO_DISK)
		stop_error("attach one (QEMU: -drive if=none,id=d,format=raw,file=FILE -device "
			   "virtio-blk-device,drive=d)",
			   NO_KERNEL, why);
	if (problem == OUT_OF_REACH)
		stop_error("have it below 4 GiB (QEMU: -M virt,highmem=off), or attach the disk "
			   "by virtio-mmio",
			   NO_KERNEL, why);
	if (problem == NO_SUCH_DISK)
		stop_error("count the disks from 0 on, in the order of the device tree", NO_KERNEL,
			   why);
	if (problem == NO_PARTITION)
		stop_error("see which there are (sgdisk -i, /dev/disk/by-partuuid)", NO_KERNEL,
			   why);
	if (problem == NO_ESP)
		stop_error("give a disk that has one (sgdisk --typecode=N:EF00; N:8300 for ext4)",
			   NO_KERNEL, why);
	if (problem == NO_ENTRY)
		stop_error("install a kernel there: an entry below loader/entries, or a unified "
			   "kernel image in EFI/Linux",
			   NO_KERNEL, why);
	if (problem == NO_APPLICATION)
		stop_error("install a boot loader for 64-bit Arm there, or let forearm boot the "
			   "disk's kernel: forearm.boot=native",
			   NO_KERNEL, why);
	stop_error(CHECK_DISK, NO_KERNEL, why);
}

static void take_application(struct boot *boot, struct disk_source *source)
{
	boot->application.disk = source;
	boot->application.volume = source->application - 1;
	snprintf(boot->source, sizeof(boot->source), "%s on %s", APPLICATION,
		 disk_place(source, source->application - 1));
}

/* What forearm cannot start itself the disk's own boot loader can, if there is one. */
static void prefer_loader(const struct boot *boot, struct disk_source *source)
{
	if (boot->options.entry == WHICH_NAMED || !disk_needs_loader(boot, source))
		return;
	find_application(source);
	if (source->application)
		log_note("disk %u is booted by its own boot loader: its default entry needs GRUB",
			 source->number);
}

/* An entry on any disk comes before a boot loader on any. */
static struct disk_source *find_either(struct boot *boot, struct wanted *wanted)
{
	bool loaders = wanted->by == BOOT_AUTO && application_fits(boot);
	struct disk_source *source;

	if (wanted->by == BOOT_AUTO)
		wanted->by = BOOT_NATIVE;
	source = find_disk(boot, wanted);
	if (source && loaders)
		prefer_loader(boot, source);
	if (source || !loaders || problem == NO_DISK)
		return source;
	wanted->by = BOOT_EFI;
	return find_disk(boot, wanted);
}

const char *find_on_disk(struct boot *boot)
{
	struct wanted wanted = wanted_by(&boot->options);
	struct disk_source *source;

	why[0] = '\0';
	if (wanted.by == BOOT_EFI && !application_possible())
		stop_error("leave the option out, or give the VM a 64-bit CPU",
			   "forearm.boot=efi, but the CPU was started in AArch32 state: forearm "
			   "starts EFI applications on 64-bit CPUs only");
	source = find_either(boot, &wanted);
	if (!source && boot->options.payload != SOURCE_AUTO)
		no_kernel();
	if (source && source->application)
		take_application(boot, source);
	else if (source)
		disk_take_entry(boot, source);
	return source ? NULL : why;
}

void disk_file_read(const struct disk_file *file, uint64_t offset, void *to, uint64_t size,
		    const char *what)
{
	int error = volume_read(file->volume, &file->file, offset, size, to);

	if (error)
		stop_error(CHECK_DISK, "the %s cannot be read from its disk, file %s: %s", what,
			   disk_shown(&file->path).text, error_string(error));
}

void disk_close(void)
{
	virtio_blk_stop();
}
