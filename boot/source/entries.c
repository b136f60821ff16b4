/* SPDX-License-Identifier: BSD-2-Clause */
/* Boot entries on a disk: reading them, choosing one, and making it the payload. */
#include <stdio.h>
#include <string.h>
#include "boot/core/fatal.h"
#include "boot/file.h"
#include "boot/memory.h"
#include "boot/payload.h"
#include "arch.h"
#include "error.h"
#include "boot/source/disk.h"
#include "lib/formats/pe.h"
#include "lib/formats/uki.h"
#include "source.h"

#define LIST_MAX 150 /* bytes of a message */
#define CORRECT	 "correct the entry, or choose another one: forearm.entry=NAME"

/* -- texts ---------------------------------------------------------------------------------------
 */

static uint8_t *take_text(struct disk_source *source, uint64_t size)
{
	uint8_t *at = source->text + source->texts;

	if (size > DISK_TEXTS - source->texts)
		return NULL;
	source->texts += size;
	return at;
}

/* The file's name, which the entry's is the start of, goes where it stays. */
static int keep_name(struct disk_source *source, struct bls_entry *entry)
{
	uint8_t *at = take_text(source, entry->file.size);

	if (!at)
		return ERR_FULL;
	memcpy(at, entry->file.at, (size_t)entry->file.size);
	entry->file.at = entry->id.at = at;
	return 0;
}

static int read_piece(struct disk_source *source, struct volume *volume,
		      const struct volume_file *file, uint64_t offset, uint64_t size,
		      struct part *text)
{
	uint8_t *at;

	if (size > DISK_TEXT)
		return ERR_TOO_LARGE;
	at = take_text(source, size);
	if (!at)
		return ERR_FULL;
	*text = (struct part) {at, size};
	return volume_read(volume, file, offset, size, at);
}

/* A folder is none. */
static int find_plain(struct volume *volume, const struct part *path, struct volume_file *file)
{
	int error = volume_find(volume, (const char *)path->at, (size_t)path->size, file);

	return !error && file->folder ? ERR_NO_FILE : error;
}

int disk_read_text(struct disk_source *source, unsigned int number, const struct part *path,
		   struct part *text)
{
	struct volume *volume = &source->volume[number].volume;
	struct volume_file file;
	int error = find_plain(volume, path, &file);

	*text = (struct part) {NULL, 0};
	return error ? error : read_piece(source, volume, &file, 0, file.size, text);
}

static int read_named(struct disk_source *source, unsigned int number, const char *path,
		      struct part *text)
{
	struct part part = part_of_text(path);

	return disk_read_text(source, number, &part, text);
}

static void note(const struct disk_source *source, unsigned int volume, const char *name, int error)
{
	if (error && error != ERR_NO_FILE)
		log_note("%s: %.*s is left out: %s", disk_place(source, volume), DISK_SHOWN, name,
			 error_string(error));
}

/* -- entries -------------------------------------------------------------------------------------
 */

static int add_text_entry(struct disk_source *source, struct volume *volume,
			  const struct volume_file *file, struct bls_entry *entry)
{
	struct part text;
	int error = read_piece(source, volume, file, 0, file->size, &text);

	return error ? error : bls_read(entry, text);
}

/* The headers are at its start, and say where .osrel is. */
static int add_uki(struct disk_source *source, struct volume *volume,
		   const struct volume_file *file, struct bls_entry *entry)
{
	uint32_t head = (uint32_t)min64(file->size, PAGE_SIZE);
	uint8_t *at = source->scratch;
	struct part part;
	struct pe pe;
	int error = volume_read(volume, file, 0, head, at);

	if (error || !uki_is(at, head))
		return error ? error : ERR_NO_KERNEL;
	source->found[source->entries] = *file;
	entry->kernel = entry->file;
	error = pe_open(at, head, &pe);
	if (error)
		return error;
	pe.size = file->size;
	for (unsigned int i = 0; i < pe.sections; i++) {
		if (memcmp(pe_name(&pe, i), ".osrel\0\0", PE_NAME) != 0)
			continue;
		error = pe_section(&pe, i, &part);
		if (!error)
			error = read_piece(source, volume, file, (uint64_t)(part.at - at),
					   part.size, &part);
		if (!error)
			bls_read_release(entry, part);
		return error;
	}
	return 0;
}

static int add_found(struct disk_source *source, unsigned int number, enum bls_type type)
{
	struct bls_entry *entry = &source->entry[source->entries];
	struct volume *volume = &source->volume[number].volume;
	struct volume_file file;
	int error;

	if (source->entries == DISK_ENTRIES)
		return ERR_FULL;
	*entry = (struct bls_entry) {.type = type, .place = number};
	if (!bls_name(entry, part_of_text(source->walk.name), type == BLS_UKI ? ".efi" : ".conf"))
		return 0;
	error = volume_walk_file(volume, &source->walk, &file);
	if (error || file.folder)
		return error;
	error = keep_name(source, entry);
	if (error)
		return error;
	error = type == BLS_UKI ? add_uki(source, volume, &file, entry)
				: add_text_entry(source, volume, &file, entry);
	if (!error && entry->kernel.size && bls_fits(entry, arch_state() == STATE_AARCH64))
		source->entries++;
	return error;
}

static void read_folder(struct disk_source *source, unsigned int number, const char *path,
			enum bls_type type)
{
	struct volume *volume = &source->volume[number].volume;
	struct volume_file folder;
	unsigned int files = 0;
	int result = volume_find(volume, path, strlen(path), &folder);

	if (!result && !folder.folder)
		result = ERR_NO_FILE;
	if (result) {
		note(source, number, path, result);
		return;
	}
	volume_walk_start(volume, &folder, &source->walk);
	while ((result = volume_walk_next(volume, &source->walk)) == 1 && files++ < DISK_FILES)
		note(source, number, source->walk.name, add_found(source, number, type));
	if (result == 1)
		log_note("%s: %s has more than %d files: only so many are looked at",
			 disk_place(source, number), path, DISK_FILES);
	else
		note(source, number, path, result);
}

static void read_extlinux(struct disk_source *source, unsigned int volume, const char *path)
{
	struct bls_entry *entry = &source->entry[source->entries];
	struct part text;
	int result = read_named(source, volume, path, &text);

	if (!result)
		result = extlinux_read(entry, DISK_ENTRIES - source->entries, text);
	if (result < 0) {
		note(source, volume, path, result);
		return;
	}
	for (int i = 0; i < result; i++) {
		entry[i].place = volume;
		if (entry[i].kernel.size)
			source->entry[source->entries++] = entry[i];
	}
}

/* On ext4, the folder with kernels may be one of a volume with all of a system. */
static void read_volume(struct disk_source *source, unsigned int volume)
{
	read_folder(source, volume, "loader/entries", BLS_TEXT);
	read_folder(source, volume, "EFI/Linux", BLS_UKI);
	read_extlinux(source, volume, "extlinux/extlinux.conf");
	if (source->volume[volume].volume.kind != VOLUME_EXT4)
		return;
	read_folder(source, volume, "boot/loader/entries", BLS_TEXT);
	read_extlinux(source, volume, "boot/extlinux/extlinux.conf");
}

void disk_read_entries(struct disk_source *source)
{
	struct part text;

	source->entries = 0;
	source->texts = 0;
	note(source, 0, "loader/loader.conf", read_named(source, 0, "loader/loader.conf", &text));
	bls_read_loader(&source->loader, text);
	for (unsigned int volume = 0; volume < source->volumes; volume++)
		read_volume(source, volume);
	disk_read_grub(source);
	bls_sort(source->entry, source->entries, source->order);
}

/* -- the entry that is booted --------------------------------------------------------------------
 */

/* By its file, or its label there; GRUB's are all in one file, and have titles. */
static struct disk_shown entry_shown(const struct bls_entry *entry)
{
	return disk_shown(entry->type == BLS_GRUB ? &entry->title : &entry->file);
}

static _Noreturn void no_such_entry(const struct boot *boot, const struct disk_source *source)
{
	static char list[LIST_MAX] __attribute__((section(".noinit")));
	char name[DISK_SHOWN];

	list[0] = '\0';
	for (unsigned int i = 0; i < source->entries; i++) {
		const struct bls_entry *entry = &source->entry[source->order[i]];

		snprintf(name, sizeof(name), "%u (%s)", i, entry_shown(entry).text);
		payload_list(list, sizeof(list), name, sizeof(name));
	}
	stop_error("give one that it has, or leave the option out",
		   "forearm.entry=%s, but disk %u has %s", boot->options.entry_name, source->number,
		   list);
}

/* Its place in the order. */
static unsigned int choose(const struct boot *boot, const struct disk_source *source)
{
	int number;

	if (boot->options.entry != WHICH_NAMED)
		return bls_default(source->entry, source->entries, source->order, &source->loader);
	number = bls_find(source->entry, source->entries, source->order, boot->options.entry_name);
	if (number < 0)
		no_such_entry(boot, source);
	return (unsigned int)number;
}

/* A file with something in it. */
static int find_named(struct disk_source *source, const struct bls_entry *entry,
		      const struct part *path, struct disk_file *file)
{
	int error;

	*file = (struct disk_file) {.volume = &source->volume[entry->place].volume,
				    .path = *path,
				    .place = entry->place};
	error = find_plain(file->volume, path, &file->file);
	return !error && !file->file.size ? ERR_EMPTY : error;
}

/*
 * Whether all files of an entry are there: its kernel, initrds, overlays and device tree, which
 * source->file has in that order; source->files is how many, behind which is the one that is not.
 */
static int find_files(struct disk_source *source, unsigned int index)
{
	const struct bls_entry *entry = &source->entry[index];
	const struct {
		const struct part *path;
		unsigned int count;
	} lists[] = {{&entry->kernel, entry->type != BLS_UKI},
		     {entry->initrd, entry->initrds},
		     {entry->overlay, entry->overlays},
		     {&entry->devicetree, entry->devicetree.size != 0}};
	int error = 0;

	source->files = 0;
	if (entry->type == BLS_UKI)
		source->file[source->files++] =
			(struct disk_file) {&source->volume[entry->place].volume,
					    source->found[index], entry->file, entry->place};
	for (unsigned int i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		for (unsigned int j = 0; j < lists[i].count && !error; j++) {
			error = find_named(source, entry, &lists[i].path[j],
					   &source->file[source->files]);
			source->files += !error;
		}
	return error;
}

/* One of GRUB's may be of a kind that is not known here. */
static bool is_obstacle(const struct bls_entry *entry)
{
	return entry->type == BLS_GRUB && !entry->kernel.size;
}

bool disk_needs_loader(const struct boot *boot, const struct disk_source *source)
{
	return is_obstacle(&source->entry[source->order[choose(boot, source)]]);
}

static void check_obstacle(const struct disk_source *source, const struct bls_entry *entry)
{
	if (is_obstacle(entry))
		stop_error(
			"choose another one: forearm.entry=NAME, or boot the disk by UEFI and GRUB",
			"%s: the entry %s cannot be started without GRUB: line %u of its file: %s",
			disk_place(source, entry->place), disk_shown(&entry->title).text,
			entry->line,
			entry->obstacle.size ? disk_shown(&entry->obstacle).text : "no kernel");
}

/* As systemd-boot does: what is not whole is nobody's, unless it is asked for. */
static const struct bls_entry *find_whole(const struct boot *boot, struct disk_source *source)
{
	unsigned int first = choose(boot, source), index = source->order[first];
	bool named = boot->options.entry == WHICH_NAMED;
	int error;

	check_obstacle(source, &source->entry[index]);
	error = find_files(source, index);
	for (unsigned int i = 0; error && !named && i < source->entries; i++) {
		if (i == first || !source->entry[source->order[i]].kernel.size)
			continue;
		log_note("%s: the entry %s is left out: it names %s: %s",
			 disk_place(source, source->entry[index].place),
			 entry_shown(&source->entry[index]).text,
			 disk_shown(&source->file[source->files].path).text, error_string(error));
		index = source->order[i];
		error = find_files(source, index);
	}
	if (error)
		stop_error(CORRECT, "%s: the entry %s names %s: %s",
			   disk_place(source, source->entry[index].place),
			   entry_shown(&source->entry[index]).text,
			   disk_shown(&source->file[source->files].path).text, error_string(error));
	return &source->entry[index];
}

static void on_disk(struct boot_file *to, const struct disk_file *file)
{
	*to = (struct boot_file) {.given = true, .size = file->file.size, .on_disk = file};
}

/* Options as one text, with blanks between them. */
static int take_options_of(struct disk_source *source, const struct bls_entry *entry,
			   struct payload *payload)
{
	struct part text = {source->text + source->texts, 0};

	for (unsigned int i = 0; i < entry->optionss; i++) {
		const struct part *line = &entry->options[i];
		uint8_t *at = take_text(source, line->size + 1);

		if (!at)
			return ERR_FULL;
		memcpy(at, line->at, (size_t)line->size);
		at[line->size] = ' ';
		text.size += line->size + 1;
	}
	text.size -= text.size != 0;
	return part_add(payload->text, &payload->texts, PAYLOAD_TEXTS, text);
}

static uint64_t pages_of(const struct disk_file *file, unsigned int count)
{
	uint64_t size = 0;

	for (unsigned int i = 0; i < count; i++)
		size += page_up(file[i].file.size);
	return size;
}

static struct part read_extra(uint8_t **memory, const struct disk_file *file, const char *what)
{
	struct part part = {*memory, file->file.size};

	disk_file_read(file, 0, *memory, part.size, what);
	*memory += page_up(part.size);
	return part;
}

/* The last initrd goes straight to its place, if that is the one that comes last there. */
static unsigned int take_last_initrd(struct boot *boot, const struct disk_source *source,
				     const struct bls_entry *entry)
{
	if (!entry->initrds || boot->files.initrd.given || boot->platform.chosen.initrd.size)
		return entry->initrds;
	on_disk(&boot->files.initrd, &source->file[entry->initrds]);
	return entry->initrds - 1;
}

/* Files that are read now, into one piece of memory. */
static int take_extras(struct boot *boot, const struct disk_source *source,
		       const struct bls_entry *entry)
{
	const struct disk_file *initrd = source->file + 1, *other = initrd + entry->initrds;
	unsigned int initrds = take_last_initrd(boot, source, entry);
	uint64_t size = pages_of(initrd, initrds) +
			pages_of(other, entry->overlays + (entry->devicetree.size != 0));
	struct payload *payload = &boot->payload;
	uint8_t *memory;
	int error = 0;

	if (!size)
		return 0;
	memory = temp_alloc(boot, "boot entry's files", size);
	for (unsigned int i = 0; i < initrds && !error; i++)
		error = part_add(payload->initrd, &payload->initrds, PAYLOAD_INITRDS,
				 read_extra(&memory, initrd++, "initrd"));
	for (unsigned int i = 0; i < entry->overlays && !error; i++)
		error = part_add(payload->overlay, &payload->overlays, PAYLOAD_OVERLAYS,
				 read_extra(&memory, other++, "overlay"));
	if (entry->devicetree.size && !error)
		payload->dtb = read_extra(&memory, other, "device tree");
	return error;
}

/* What was written last may be in the journal alone. */
static void note_journal(const struct disk_source *source, unsigned int number)
{
	const struct volume *volume = &source->volume[number].volume;

	if (volume->kind == VOLUME_EXT4 && volume->ext4.dirty)
		log_note("%s was not unmounted: it is read without its journal",
			 disk_place(source, number));
}

void disk_take_entry(struct boot *boot, struct disk_source *source)
{
	const struct bls_entry *entry = find_whole(boot, source);
	const struct part *title = entry->title.size ? &entry->title : &entry->id;
	int error;

	snprintf(boot->source, sizeof(boot->source), "%s (%s on %s): ", disk_shown(title).text,
		 disk_shown(&entry->file).text, disk_place(source, entry->place));
	boot->payload.chosen |= CHOSE_ENTRY;
	note_journal(source, entry->place);
	on_disk(&boot->files.kernel, &source->file[0]);
	error = take_extras(boot, source, entry);
	if (!error)
		error = take_options_of(source, entry, &boot->payload);
	if (error)
		stop_error(CORRECT, "%s: the entry %s cannot be used: %s",
			   disk_place(source, entry->place), entry_shown(entry).text,
			   error_string(error));
	take_options(boot, "boot entry", OPTIONS_OF_CONTAINER);
}
