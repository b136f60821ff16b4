/* SPDX-License-Identifier: BSD-2-Clause */
/* Boot entries on a disk: reading them, choosing one, and making it the payload. */
#include <stdio.h>
#include <string.h>
#include "arch.h"
#include "error.h"
#include "boot/source/disk.h"
#include "lib/formats/pe.h"
#include "lib/formats/uki.h"
#include "source.h"

#define LIST_MAX  150 /* bytes of a message */
#define SHOWN_MAX 80  /* of a file, in one */
#define CORRECT	  "correct the entry, or choose another one: forearm.entry=NAME"

/* As a terminated text, cut to fit a message; it lasts as long as the call that it is given to. */
struct shown {
	char text[SHOWN_MAX];
};

static struct shown shown(const struct part *part)
{
	struct shown copy;

	snprintf(copy.text, sizeof(copy.text), "%.*s", (int)min64(part->size, SHOWN_MAX),
		 (const char *)part->at);
	return copy;
}

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

int disk_read_text(struct disk_source *source, unsigned int number, const struct part *path,
		   struct part *text)
{
	struct volume *volume = &source->volume[number].volume;
	struct volume_file file;
	int error = volume_find(volume, (const char *)path->at, (size_t)path->size, &file);

	*text = (struct part) {NULL, 0};
	if (!error && file.folder)
		error = ERR_NO_FILE;
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
		log_note("%s: %.*s is left out: %s", disk_place(source, volume), SHOWN_MAX, name,
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

static _Noreturn void no_such_entry(const struct boot *boot, const struct disk_source *source)
{
	static char list[LIST_MAX] __attribute__((section(".noinit")));
	char name[SHOWN_MAX];

	list[0] = '\0';
	for (unsigned int i = 0; i < source->entries; i++) {
		const struct bls_entry *entry = &source->entry[source->order[i]];

		snprintf(name, sizeof(name), "%u (%s)", i,
			 shown(entry->type == BLS_GRUB ? &entry->title : &entry->file).text);
		payload_list(list, sizeof(list), name, sizeof(name));
	}
	stop_error("give one that it has, or leave the option out",
		   "forearm.entry=%s, but disk %u has %s", boot->options.entry_name, source->number,
		   list);
}

static const struct bls_entry *choose(const struct boot *boot, const struct disk_source *source,
				      unsigned int *index)
{
	int number;

	if (boot->options.entry == WHICH_NAMED)
		number = bls_find(source->entry, source->entries, source->order,
				  boot->options.entry_name);
	else
		number = (int)bls_default(source->entry, source->entries, source->order,
					  &source->loader);
	if (number >= 0) {
		*index = source->order[number];
		return &source->entry[*index];
	}
	no_such_entry(boot, source);
}

/* A file that the entry names, with something in it; or stops. */
static struct disk_file file_of(struct disk_source *source, const struct bls_entry *entry,
				const struct part *path)
{
	struct disk_file file = {.volume = &source->volume[entry->place].volume,
				 .path = *path,
				 .place = entry->place};
	int error =
		volume_find(file.volume, (const char *)path->at, (size_t)path->size, &file.file);

	if (!error && !file.file.size)
		error = file.file.folder ? ERR_NO_FILE : ERR_EMPTY;
	if (error)
		stop_error(CORRECT, "%s: the entry %s names %s: %s",
			   disk_place(source, entry->place), shown(&entry->file).text,
			   shown(path).text, error_string(error));
	return file;
}

static void on_disk(struct boot_file *to, const struct disk_file *file)
{
	*to = (struct boot_file) {.given = true, .size = file->file.size, .on_disk = file};
}

static void take_kernel(struct boot *boot, struct disk_source *source,
			const struct bls_entry *entry, unsigned int index)
{
	if (entry->type == BLS_UKI)
		source->kernel =
			(struct disk_file) {&source->volume[entry->place].volume,
					    source->found[index], entry->file, entry->place};
	else
		source->kernel = file_of(source, entry, &entry->kernel);
	on_disk(&boot->kernel, &source->kernel);
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

/* Files that are read now, into one piece of memory: first their places in it, then they. */
struct extra {
	struct disk_file file[2 * BLS_LINES + 1];
	unsigned int files;
	uint8_t *memory;
	uint64_t size;
};

static void add_extra(struct extra *extra, struct disk_file file)
{
	extra->file[extra->files++] = file;
	extra->size += page_up(file.file.size);
}

static struct part read_extra(struct extra *extra, const struct disk_file *file, const char *what)
{
	struct part part = {extra->memory, file->file.size};

	disk_file_read(file, 0, extra->memory, part.size, what);
	extra->memory += page_up(part.size);
	return part;
}

/* The last initrd goes straight to its place, if that is the one that comes last there. */
static unsigned int take_last_initrd(struct boot *boot, struct disk_source *source,
				     const struct bls_entry *entry)
{
	if (!entry->initrds || boot->initrd.given || boot->platform.chosen.initrd.size)
		return entry->initrds;
	source->initrd = file_of(source, entry, &entry->initrd[entry->initrds - 1]);
	on_disk(&boot->initrd, &source->initrd);
	return entry->initrds - 1;
}

static int take_extras(struct boot *boot, struct disk_source *source, const struct bls_entry *entry)
{
	unsigned int initrds = take_last_initrd(boot, source, entry), at = 0;
	struct payload *payload = &boot->payload;
	struct extra extra = {.files = 0};
	int error = 0;

	for (unsigned int i = 0; i < initrds; i++)
		add_extra(&extra, file_of(source, entry, &entry->initrd[i]));
	for (unsigned int i = 0; i < entry->overlays; i++)
		add_extra(&extra, file_of(source, entry, &entry->overlay[i]));
	if (entry->devicetree.size)
		add_extra(&extra, file_of(source, entry, &entry->devicetree));
	if (!extra.files)
		return 0;
	extra.memory = temp_alloc(boot, "boot entry's files", extra.size);
	while (at < initrds && !error)
		error = part_add(payload->initrd, &payload->initrds, PAYLOAD_INITRDS,
				 read_extra(&extra, &extra.file[at++], "initrd"));
	for (unsigned int i = 0; i < entry->overlays && !error; i++)
		error = part_add(payload->overlay, &payload->overlays, PAYLOAD_OVERLAYS,
				 read_extra(&extra, &extra.file[at++], "overlay"));
	if (entry->devicetree.size && !error)
		payload->dtb = read_extra(&extra, &extra.file[at], "device tree");
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

/* The one that GRUB would start by itself may be of a kind that is not known here. */
static void check_obstacle(const struct disk_source *source, const struct bls_entry *entry)
{
	if (entry->type == BLS_GRUB && !entry->kernel.size)
		stop_error(
			"choose another one: forearm.entry=NAME, or boot the disk by UEFI and GRUB",
			"%s: the entry %s cannot be started without GRUB: line %u of its file: %s",
			disk_place(source, entry->place), shown(&entry->title).text, entry->line,
			entry->obstacle.size ? shown(&entry->obstacle).text : "no kernel");
}

void disk_take_entry(struct boot *boot, struct disk_source *source)
{
	unsigned int index;
	const struct bls_entry *entry = choose(boot, source, &index);
	const struct part *title = entry->title.size ? &entry->title : &entry->id;
	int error;

	snprintf(boot->source, sizeof(boot->source), "%s (%s on %s): ", shown(title).text,
		 shown(&entry->file).text, disk_place(source, entry->place));
	boot->payload.chosen |= CHOSE_ENTRY;
	note_journal(source, entry->place);
	check_obstacle(source, entry);
	take_kernel(boot, source, entry, index);
	error = take_extras(boot, source, entry);
	if (!error)
		error = take_options_of(source, entry, &boot->payload);
	if (error)
		stop_error(CORRECT, "%s: the entry %s cannot be used: %s",
			   disk_place(source, entry->place), shown(&entry->file).text,
			   error_string(error));
	take_options(boot, "boot entry", OPTIONS_OF_CONTAINER);
}
