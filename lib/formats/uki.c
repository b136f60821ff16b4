/* SPDX-License-Identifier: BSD-2-Clause */
/* Unified kernel images and bundles: which section is what, and profiles (UAPI.5). */
#include <stdio.h>
#include <string.h>
#include "error.h"
#include "lib/fdt/walk.h"
#include "lib/formats/pe.h"
#include "lib/formats/uki.h"

enum kind { LINUX, PAYLOAD, INITRD, CMDLINE, DTB, OSREL, OPTIONS, DTBAUTO, DTBO, PROFILE, KINDS };

static const char names[KINDS][PE_NAME] = {".linux", ".payload", ".initrd", ".cmdline",
					   ".dtb",   ".osrel",	 ".faopts", ".dtbauto",
					   ".dtbo",  ".profile"};

struct reader {
	struct pe pe;
	const struct uki_choice *choice;
	struct payload *payload;
	struct part found[DTBO]; /* of which the first counts */
};

static enum kind kind_of(const struct pe *pe, unsigned int index)
{
	unsigned int kind = 0;

	while (kind < KINDS && memcmp(pe_name(pe, index), names[kind], PE_NAME) != 0)
		kind++;
	return kind;
}

bool uki_is(const uint8_t *head, size_t head_size)
{
	struct pe pe;
	unsigned int i;

	if (pe_open(head, head_size, &pe))
		return false;
	for (i = 0; i < pe.sections; i++)
		if (kind_of(&pe, i) <= PAYLOAD)
			return true;
	return false;
}

/* Whether the first string of a tree's root's "compatible" is 'wanted'. */
static bool tree_is_for(const struct part *tree, const char *wanted)
{
	struct fdt_walk walk;
	size_t limit = tree->size < FDT_MAX_SIZE ? (size_t)tree->size : FDT_MAX_SIZE;
	size_t length = wanted ? strlen(wanted) + 1 : 0;

	if (!length || (uintptr_t)tree->at % 8 || fdt_walk_start(&walk, tree->at, limit) ||
	    fdt_walk_next(&walk) != FDT_BEGIN_NODE)
		return false;
	while (fdt_walk_next(&walk) == FDT_PROP)
		if (strcmp(walk.name, "compatible") == 0)
			return walk.len >= length && memcmp(walk.data, wanted, length) == 0;
	return false;
}

static int take(struct reader *reader, unsigned int index)
{
	struct payload *payload = reader->payload;
	enum kind kind = kind_of(&reader->pe, index);
	struct part part;
	int error;

	if (kind >= PROFILE)
		return 0;
	error = pe_section(&reader->pe, index, &part);
	if (error)
		return error;
	if (kind == DTBO)
		return part_add(payload->overlay, &payload->overlays, PAYLOAD_OVERLAYS, part);
	if (!reader->found[kind].at &&
	    (kind != DTBAUTO || tree_is_for(&part, reader->choice->compatible)))
		reader->found[kind] = part;
	return 0;
}

/* Takes the sections from 'index' on up to a .profile; *end is that one, or their count. */
static int take_range(struct reader *reader, unsigned int index, unsigned int *end)
{
	int error = 0;

	while (!error && index < reader->pe.sections && kind_of(&reader->pe, index) != PROFILE)
		error = take(reader, index++);
	*end = index;
	return error;
}

/* What comes behind 'key' on a line that begins so, without quotes. */
static struct part value_of(const struct part *text, const char *key)
{
	const char *at = (const char *)text->at, *line_end;
	size_t left = (size_t)text->size, length = strlen(key), line;
	struct part value = {NULL, 0};

	for (; left && !value.at; at += line, left -= line) {
		line_end = memchr(at, '\n', left);
		line = line_end ? (size_t)(line_end - at) + 1 : left;
		if (line <= length || memcmp(at, key, length) != 0)
			continue;
		value.at = (const uint8_t *)at + length;
		value.size = line - length - (line_end ? 1 : 0);
	}
	if (value.at && value.size >= 2 && (*value.at == '"' || *value.at == '\'') &&
	    value.at[value.size - 1] == *value.at) {
		value.at++;
		value.size -= 2;
	}
	return value;
}

/* What a .profile says; nothing if it is damaged. */
static struct part profile_id(const struct pe *pe, unsigned int index)
{
	struct part text;

	return pe_section(pe, index, &text) ? (struct part) {NULL, 0} : value_of(&text, "ID=");
}

static bool is_profile(const struct pe *pe, unsigned int index, unsigned int number,
		       const char *wanted)
{
	struct part id = profile_id(pe, index);
	char text[12];

	if (!wanted)
		return true;
	snprintf(text, sizeof(text), "%u", number);
	return strcmp(wanted, text) == 0 ||
	       (id.size && strlen(wanted) == id.size && memcmp(wanted, id.at, id.size) == 0);
}

/* The index behind the .profile that was asked for; 0 when there are none. */
static int profile_start(const struct reader *reader, unsigned int *start)
{
	unsigned int number = 0, i;

	*start = 0;
	for (i = 0; i < reader->pe.sections; i++) {
		if (kind_of(&reader->pe, i) != PROFILE)
			continue;
		*start = i + 1;
		if (is_profile(&reader->pe, i, number++, reader->choice->profile))
			break;
	}
	if (number)
		reader->payload->chosen |= CHOSE_PROFILE;
	return number && i == reader->pe.sections ? ERR_OPTION_VALUE : 0;
}

/* Text comes with the end of its last line, or with C's end of a string. */
static void trim(struct part *text)
{
	while (text->size && text->at[text->size - 1] <= ' ')
		text->size--;
}

static int hand_over(struct reader *reader)
{
	struct payload *payload = reader->payload;
	struct part *found = reader->found;
	int error;

	payload->kernel = found[LINUX].size ? found[LINUX] : found[PAYLOAD];
	if (!payload->kernel.size)
		return ERR_NO_KERNEL;
	payload->arch = reader->pe.arch;
	trim(&found[CMDLINE]);
	error = part_add(payload->text, &payload->texts, PAYLOAD_TEXTS, found[CMDLINE]);
	if (!error)
		error = part_add(payload->initrd, &payload->initrds, PAYLOAD_INITRDS,
				 found[INITRD]);
	if (found[DTB].size)
		payload->dtb = found[DTB];
	if (found[DTBAUTO].size)
		payload->dtb = found[DTBAUTO];
	payload->name = value_of(&found[OSREL], "PRETTY_NAME=");
	payload->options = found[OPTIONS];
	return error;
}

int uki_open_as(const uint8_t *file, uint64_t size, const struct uki_choice *choice,
		struct payload *payload)
{
	struct reader reader = {.choice = choice, .payload = payload};
	unsigned int start, end;
	int error = pe_open(file, size, &reader.pe);

	if (!error && reader.pe.arch == PAYLOAD_OTHER)
		error = ERR_MACHINE;
	if (!error)
		error = profile_start(&reader, &start);
	if (!error && start)
		error = take_range(&reader, start, &end);
	if (!error)
		error = take_range(&reader, 0, &end);
	return error ? error : hand_over(&reader);
}

void uki_list(const uint8_t *file, uint64_t size, char *text, size_t room)
{
	unsigned int number = 0;
	struct pe pe;

	if (pe_open(file, size, &pe))
		return;
	for (unsigned int i = 0; i < pe.sections; i++) {
		struct part id;
		char name[48];

		if (kind_of(&pe, i) != PROFILE)
			continue;
		id = profile_id(&pe, i);
		snprintf(name, sizeof(name), id.size ? "%u (%.*s)" : "%u", number++,
			 id.size < sizeof(name) ? (int)id.size : (int)sizeof(name),
			 (const char *)id.at);
		payload_list(text, room, name, sizeof(name));
	}
}
