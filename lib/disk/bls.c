/* SPDX-License-Identifier: BSD-2-Clause */
/* Boot Loader Specification entries and extlinux.conf: reading their texts. */
#include <string.h>
#include "error.h"
#include "lib/disk/ascii.h"
#include "lib/disk/bls.h"

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\0';
}

bool bls_same(const struct part *a, const char *b)
{
	size_t length = strlen(b);

	if (a->size != length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (folded(a->at[i]) != folded((uint8_t)b[i]))
			return false;
	return true;
}

static struct part trimmed(struct part text)
{
	while (text.size && is_blank(text.at[0])) {
		text.at++;
		text.size--;
	}
	while (text.size && is_blank(text.at[text.size - 1]))
		text.size--;
	return text;
}

static struct part unquoted(struct part text)
{
	uint8_t quote = text.size ? text.at[0] : 0;

	if (text.size >= 2 && (quote == '"' || quote == '\'') && text.at[text.size - 1] == quote) {
		text.at++;
		text.size -= 2;
	}
	return text;
}

/* Takes the next line off a text; false: there is none. */
static bool next_line(struct part *text, struct part *line)
{
	const uint8_t *end = text->size ? memchr(text->at, '\n', (size_t)text->size) : NULL;

	if (!text->size)
		return false;
	*line = *text;
	if (end)
		line->size = (uint64_t)(end - text->at);
	text->at += line->size + (end != NULL);
	text->size -= line->size + (end != NULL);
	*line = trimmed(*line);
	return true;
}

/* Splits a line at the first 'separator', or at blanks if that is one. False for a comment. */
static bool split(struct part line, uint8_t separator, struct part *key, struct part *value)
{
	uint64_t length = 0;

	if (!line.size || line.at[0] == '#')
		return false;
	while (length < line.size && line.at[length] != separator &&
	       (separator != ' ' || !is_blank(line.at[length])))
		length++;
	*key = (struct part) {line.at, length};
	*value = (struct part) {line.at + length, line.size - length};
	if (value->size) {
		value->at++;
		value->size--;
	}
	*value = trimmed(*value);
	return true;
}

/* -- names ---------------------------------------------------------------------------------------
 */

static bool ends_in(const struct part *name, const char *suffix)
{
	size_t length = strlen(suffix);
	struct part end;

	if (name->size <= length)
		return false;
	end = (struct part) {name->at + (name->size - length), length};
	return bls_same(&end, suffix);
}

/* The digits before 'end', of which there is at least one; a large number is the largest. */
static bool number_before(const struct part *name, uint64_t *end, uint32_t *number)
{
	const struct part before = {name->at, *end};
	uint64_t start = *end, at;

	while (start && is_digit(name->at[start - 1]))
		start--;
	at = start;
	*number = take_number(&before, &at);
	if (start == *end)
		return false;
	*end = start;
	return true;
}

static bool ends_with(const struct part *name, uint64_t end, char c)
{
	return end && name->at[end - 1] == (uint8_t)c;
}

/* "+LEFT" or "+LEFT-DONE" at the end of a name (systemd, "Automatic Boot Assessment"). */
static void read_counter(struct bls_entry *entry, struct part *stem)
{
	uint64_t end = stem->size;
	uint32_t number, done = 0;

	entry->counted = false;
	if (!number_before(stem, &end, &number))
		return;
	if (ends_with(stem, end, '-')) {
		done = number;
		end--;
		if (!number_before(stem, &end, &number))
			return;
	}
	if (end < 2 || !ends_with(stem, end, '+'))
		return;
	entry->counted = true;
	entry->tries_left = number;
	entry->tries_done = done;
	stem->size = end - 1;
}

bool bls_name(struct bls_entry *entry, struct part name, const char *suffix)
{
	struct part stem = name;

	if (!ends_in(&name, suffix))
		return false;
	stem.size -= strlen(suffix);
	read_counter(entry, &stem);
	entry->file = name;
	entry->id = stem;
	return true;
}

/* -- texts ---------------------------------------------------------------------------------------
 */

static int add(struct part *list, unsigned int *count, struct part value)
{
	return part_add(list, count, BLS_LINES, value);
}

/* Paths, one behind the other with blanks between them. */
static int add_words(struct part *list, unsigned int *count, struct part words)
{
	struct part word, rest;
	int error = 0;

	for (; words.size && !error; words = rest) {
		if (!split(words, ' ', &word, &rest))
			break;
		error = add(list, count, word);
	}
	return error;
}

/* Fedora's entries have variables of GRUB's behind a path, which are empty or another initrd's. */
static struct part without_variables(struct part value)
{
	for (uint64_t i = 0; i + 1 < value.size; i++)
		if (value.at[i] == ' ' && value.at[i + 1] == '$')
			value.size = i;
	return value;
}

int bls_read(struct bls_entry *entry, struct part text)
{
	/* no pointers to texts, which the EFI application could not have */
	const struct {
		char key[16];
		struct part *value;
	} texts[] = {{"title", &entry->title},
		     {"version", &entry->version},
		     {"sort-key", &entry->sort_key},
		     {"machine-id", &entry->machine_id},
		     {"architecture", &entry->architecture},
		     {"linux", &entry->kernel},
		     {"efi", &entry->kernel},
		     {"uki", &entry->kernel},
		     {"devicetree", &entry->devicetree}};
	struct part line, key, value;
	int error = 0;

	while (!error && next_line(&text, &line)) {
		if (!split(line, ' ', &key, &value))
			continue;
		value = unquoted(value);
		if (bls_same(&key, "initrd"))
			error = add(entry->initrd, &entry->initrds, without_variables(value));
		else if (bls_same(&key, "options"))
			error = add(entry->options, &entry->optionss, value);
		else if (bls_same(&key, "devicetree-overlay"))
			error = add_words(entry->overlay, &entry->overlays, value);
		for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
			if (bls_same(&key, texts[i].key))
				*texts[i].value = value;
	}
	return error;
}

/* The first of some names that os-release has; NULL ends them. */
static void pick(struct part text, const char *const *names, struct part *to)
{
	struct part line, rest, key, value;

	for (; *names && !to->size; names++)
		for (rest = text; next_line(&rest, &line);)
			if (split(line, '=', &key, &value) && bls_same(&key, *names))
				*to = unquoted(value);
}

void bls_read_release(struct bls_entry *entry, struct part text)
{
	static const char *const titles[] = {"PRETTY_NAME", "IMAGE_ID", "NAME", "ID", NULL},
				 *const versions[] = {"IMAGE_VERSION", "VERSION", "VERSION_ID",
						      "BUILD_ID", NULL},
				 *const keys[] = {"IMAGE_ID", "ID", NULL};

	pick(text, titles, &entry->title);
	pick(text, versions, &entry->version);
	pick(text, keys, &entry->sort_key);
}

void bls_read_loader(struct bls_loader *loader, struct part text)
{
	struct part line, key, value;

	*loader = (struct bls_loader) {{NULL, 0}, {NULL, 0}};
	while (next_line(&text, &line)) {
		if (!split(line, ' ', &key, &value))
			continue;
		if (bls_same(&key, "preferred"))
			loader->preferred = unquoted(value);
		else if (bls_same(&key, "default"))
			loader->fallback = unquoted(value);
	}
}

/* -- extlinux.conf -------------------------------------------------------------------------------
 */

/* Initrds are one word, with commas between them; so are overlays. */
static int add_list(struct part *list, unsigned int *count, struct part value)
{
	struct part word;
	int error = 0;

	while (value.size && !error) {
		if (!split(value, ',', &word, &value))
			break;
		error = add(list, count, word);
	}
	return error;
}

static int take_label_line(struct bls_entry *entry, const struct part *key, struct part value)
{
	struct part word, rest;

	if (bls_same(key, "kernel") || bls_same(key, "linux"))
		entry->kernel = value;
	else if (bls_same(key, "fdt") || bls_same(key, "devicetree"))
		entry->devicetree = value;
	else if (bls_same(key, "initrd"))
		return add_list(entry->initrd, &entry->initrds, value);
	else if (bls_same(key, "fdtoverlays") || bls_same(key, "devicetree-overlay"))
		return add_words(entry->overlay, &entry->overlays, value);
	else if (bls_same(key, "append"))
		return add(entry->options, &entry->optionss, value);
	else if (bls_same(key, "menu") && split(value, ' ', &word, &rest) &&
		 bls_same(&word, "label"))
		entry->title = rest;
	return 0;
}

static bool same_part(const struct part *a, const struct part *b)
{
	return a->size && a->size == b->size && memcmp(a->at, b->at, (size_t)a->size) == 0;
}

static void put_first(struct bls_entry *entry, unsigned int count, const struct part *name)
{
	for (unsigned int i = 1; i < count; i++)
		if (same_part(&entry[i].id, name)) {
			struct bls_entry first = entry[i];

			memmove(entry + 1, entry, i * sizeof(*entry));
			entry[0] = first;
			return;
		}
}

int extlinux_read(struct bls_entry *entry, unsigned int room, struct part text)
{
	struct part line, key, value, chosen = {NULL, 0};
	unsigned int count = 0;
	int error = 0;

	while (!error && next_line(&text, &line)) {
		if (!split(line, ' ', &key, &value))
			continue;
		if (bls_same(&key, "label")) {
			if (count == room)
				return ERR_FULL;
			entry[count++] = (struct bls_entry) {
				.type = BLS_EXTLINUX, .id = value, .file = value, .title = value};
		} else if (bls_same(&key, "default")) {
			chosen = value;
		} else if (count) {
			error = take_label_line(&entry[count - 1], &key, value);
		}
	}
	if (chosen.size)
		put_first(entry, count, &chosen);
	return error ? error : (int)count;
}
