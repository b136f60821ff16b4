/* SPDX-License-Identifier: BSD-2-Clause */
/* grub.cfg on a disk: where it is, and what its script asks of the disk. */
#include <stdio.h>
#include <string.h>
#include "error.h"
#include "lib/disk/ascii.h"
#include "boot/source/disk.h"
#include "source.h"

#define GRUB_NOTES 4
#define FOLDERS	   16 /* of EFI systems, in EFI */

static unsigned int grub_notes; /* of the script that is run */

/* -- what a script asks --------------------------------------------------------------------------
 */

/* Behind letters, and a comma before those. */
static uint32_t number_in(const struct part *name, uint64_t *at)
{
	*at += *at < name->size && name->at[*at] == ',';
	while (*at < name->size && folded(name->at[*at]) >= 'a' && folded(name->at[*at]) <= 'z')
		++*at;
	return take_number(name, at);
}

/*
 * "hd0,gpt2": which disk GRUB would count as the first nobody knows, so it is this one. Another
 * disk, as one that "search" has not found, is none.
 */
static int volume_named(void *context, const struct part *name)
{
	const struct disk_source *source = context;
	uint64_t i = 0;
	uint32_t disk = number_in(name, &i), number = 0;

	if (i < name->size && name->at[i] == ',')
		number = number_in(name, &i);
	if (disk || i < name->size)
		return -1;
	for (unsigned int volume = 0; volume < source->volumes; volume++)
		if (source->volume[volume].partition == number)
			return (int)volume;
	return -1;
}

static struct part name_of(void *context, unsigned int volume)
{
	struct disk_source *source = context;
	char *name = source->grub_name[volume];

	snprintf(name, sizeof(source->grub_name[volume]), "hd0,gpt%u",
		 source->volume[volume].partition);
	return part_of_text(name);
}

static bool is_wanted(struct volume *volume, enum grub_key key, const struct part *text)
{
	struct volume_file file;
	char id[VOLUME_ID];

	if (key == GRUB_FILE)
		return text->size &&
		       !volume_find(volume, (const char *)text->at, (size_t)text->size, &file);
	if (key == GRUB_UUID)
		volume_uuid(volume, id);
	else
		volume_label(volume, id);
	return id[0] && bls_same(text, id);
}

static int search(void *context, enum grub_key key, const struct part *text)
{
	struct disk_source *source = context;

	for (unsigned int i = 0; i < source->volumes; i++)
		if (is_wanted(&source->volume[i].volume, key, text))
			return (int)i;
	return -1;
}

static int size_of(void *context, unsigned int volume, const struct part *path, uint64_t *size)
{
	struct disk_source *source = context;
	struct volume_file file;
	int error = volume_find(&source->volume[volume].volume, (const char *)path->at,
				(size_t)path->size, &file);

	if (!error)
		*size = file.size;
	return error;
}

static int read_text(void *context, unsigned int volume, const struct part *path, struct part *text)
{
	return disk_read_text(context, volume, path, text);
}

/* As the first lines of it make clear what it is about, the others need not be shown. */
static void note_word(void *context, unsigned int line, const struct part *word)
{
	if (grub_notes++ < GRUB_NOTES)
		log_note("disk %u: grub.cfg, line %u: %.*s is left out, which is not known here",
			 ((struct disk_source *)context)->number, line,
			 (int)min64(word->size, DISK_SHOWN), (const char *)word->at);
}

/* -- where it is ---------------------------------------------------------------------------------
 */

static void add_entries(struct disk_source *source, unsigned int count)
{
	source->entries += count;
	if (source->grub.once)
		log_note("disk %u: grubenv's next_entry counts, and goes on to: forearm does not "
			 "write to disks",
			 source->number);
}

/* Whether there is one of that path, which then is the disk's. */
static bool try_script(struct disk_source *source, unsigned int volume, const char *path)
{
	struct grub_disk disk = {source,  volume_named, name_of,  search,
				 size_of, read_text,	note_word};
	struct part part = part_of_text(path);
	struct grub *grub = &source->grub;
	int result;

	grub_notes = 0;
	result = grub_read(grub, &disk, volume, &part, &source->entry[source->entries],
			   DISK_ENTRIES - source->entries);
	if (result >= 0)
		add_entries(source, (unsigned int)result);
	else if (result != ERR_NO_FILE && !grub->line)
		log_note("%s: %s is left out: %s", disk_place(source, volume), path,
			 error_string(result));
	else if (result != ERR_NO_FILE)
		log_note("%s: %s is left out: line %u: %s", disk_place(source, volume), path,
			 grub->line, error_string(result));
	return result > 0 || (!result && grub->blscfg);
}

/* "EFI/debian/grub.cfg", which says where the other one is. */
static bool try_systems(struct disk_source *source, unsigned int number)
{
	struct volume *volume = &source->volume[number].volume;
	char path[DISK_SHOWN];
	struct volume_file folder;
	unsigned int folders = 0;

	if (volume->kind != VOLUME_FAT || volume_find(volume, "EFI", 3, &folder) || !folder.folder)
		return false;
	volume_walk_start(volume, &folder, &source->walk);
	while (folders++ < FOLDERS && volume_walk_next(volume, &source->walk) == 1) {
		snprintf(path, sizeof(path), "/EFI/%s/grub.cfg", source->walk.name);
		if (source->walk.name[0] != '.' && try_script(source, number, path))
			return true;
	}
	return false;
}

static bool try_folders(struct disk_source *source, unsigned int volume)
{
	static const char *const paths[] = {"/boot/grub/grub.cfg", "/grub/grub.cfg",
					    "/boot/grub2/grub.cfg", "/grub2/grub.cfg"};

	for (unsigned int i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (try_script(source, volume, paths[i]))
			return true;
	return false;
}

/* Entries of the Boot Loader Specification in the hands of GRUB: its variables, and its default. */
static void expand_entries(struct disk_source *source)
{
	struct part chosen = grub_value(&source->grub, "default");

	for (unsigned int i = 0; i < source->entries; i++) {
		struct bls_entry *entry = &source->entry[i];

		for (unsigned int j = 0; entry->type == BLS_TEXT && j < entry->optionss; j++)
			if (grub_expand(&source->grub, entry->options[j], &entry->options[j]))
				return;
	}
	if (!source->loader.fallback.size && chosen.size)
		source->loader.fallback = chosen;
}

void disk_read_grub(struct disk_source *source)
{
	bool found = false;

	for (unsigned int i = 0; i < source->volumes && !found; i++)
		found = try_systems(source, i);
	for (unsigned int i = 0; i < source->volumes && !found; i++)
		found = try_folders(source, i);
	if (found && source->grub.blscfg)
		expand_entries(source);
}
