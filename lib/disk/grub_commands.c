/* SPDX-License-Identifier: BSD-2-Clause */
/* grub.cfg: the commands that say what boots. None of them changes anything outside. */
#include <string.h>
#include "error.h"
#include "grub_parts.h"
#include "lib/disk/ascii.h"

#define ENVIRONMENT_BYTES 0x4000 /* of a grubenv, at most; GRUB's has 1024 */

static bool begins(const struct part *word, const char *text)
{
	size_t length = strlen(text);

	return word->size >= length && memcmp(word->at, text, length) == 0;
}

static struct part behind(const struct part *word, uint64_t count)
{
	return (struct part) {word->at + count, word->size - count};
}

/* What is there of a word before a character, and behind it. False: it has none. */
static bool split(const struct part *word, char c, struct part *before, struct part *after)
{
	const uint8_t *at = word->size ? memchr(word->at, c, (size_t)word->size) : NULL;

	if (!at)
		return false;
	*before = (struct part) {word->at, (uint64_t)(at - word->at)};
	*after = behind(word, before->size + 1);
	return true;
}

static void note(const struct grub *grub, const struct part *word)
{
	grub->disk->note(grub->disk->context, grub->line, word);
}

/* -- files ---------------------------------------------------------------------------------------
 */

/* "(hd0,gpt2)/path"; without a name it is that of $root. */
int grub_volume(const struct grub *grub, const struct part *word, struct part *path)
{
	struct part name = grub_value(grub, "root"), rest = *word;

	if (begins(word, "(")) {
		rest = behind(word, 1);
		if (!split(&rest, ')', &name, path))
			return -1;
		rest = *path;
	}
	*path = rest;
	return path->size ? grub->disk->volume(grub->disk->context, &name) : -1;
}

static int read_file(struct grub *grub, const struct part *word, struct part *text)
{
	struct part path;
	int volume = grub_volume(grub, word, &path);

	if (volume < 0)
		return ERR_NO_FILE;
	return grub->disk->read(grub->disk->context, (unsigned int)volume, &path, text);
}

static void run_source(struct grub *grub)
{
	struct part text;

	grub->failed = grub->words < 2 || read_file(grub, &grub->word[1], &text) != 0;
	if (!grub->failed)
		grub_run(grub, text, 1);
}

/* -- variables -----------------------------------------------------------------------------------
 */

static void assign(struct grub *grub, const struct part *word)
{
	struct part name, value;

	if (split(word, '=', &name, &value) && name.size)
		grub_set(grub, name, value);
}

static void run_set(struct grub *grub)
{
	if (grub->words > 1)
		assign(grub, &grub->word[1]);
}

static void run_unset(struct grub *grub)
{
	if (grub->words > 1)
		grub_set(grub, grub->word[1], (struct part) {NULL, 0});
}

/* Whether load_env was told of names, and this is none of them. */
static bool is_left_out(const struct grub *grub, unsigned int first, const struct part *name)
{
	for (unsigned int i = first; i < grub->words; i++)
		if (grub_same(&grub->word[i], name))
			return false;
	return first < grub->words;
}

/* grub-reboot's word counts once, which whoever cannot write to disks cannot see to. */
static void set_saved(struct grub *grub, struct part name, struct part value)
{
	grub->once |= value.size && grub_is(&name, "next_entry");
	grub_set(grub, name, value);
}

/* "load_env [--file FILE] [NAME...]": lines NAME=VALUE up to the first of number signs. */
static void run_load_env(struct grub *grub)
{
	struct part file = grub_value(grub, "prefix"), name = part_of_text("/grubenv"), text, line,
		    value;
	unsigned int first = 1;

	if (first + 1 < grub->words &&
	    (grub_is(&grub->word[first], "--file") || grub_is(&grub->word[first], "-f"))) {
		file = grub->word[first + 1];
		first += 2;
	} else {
		uint32_t start = grub->used;

		grub_put_text(grub, &file);
		grub_put_text(grub, &name);
		file = grub_text_from(grub, start);
	}
	grub->failed = read_file(grub, &file, &text) != 0;
	if (grub->failed || text.size > ENVIRONMENT_BYTES)
		return;
	while (split(&text, '\n', &line, &text))
		if (!begins(&line, "#") && split(&line, '=', &name, &value) &&
		    !is_left_out(grub, first, &name))
			set_saved(grub, name, value);
}

/* -- search --------------------------------------------------------------------------------------
 */

static void set_found(struct grub *grub, enum grub_key key, const struct part *text,
		      struct part variable)
{
	int volume = grub->disk->search(grub->disk->context, key, text);

	grub->failed = volume < 0;
	if (volume >= 0)
		grub_set(grub, variable,
			 grub->disk->name(grub->disk->context, (unsigned int)volume));
}

/* "search --no-floppy --fs-uuid --set=root --hint-... ID"; "--set VARIABLE", too, before others. */
static void run_search(struct grub *grub)
{
	struct part variable = part_of_text("root"), text = {NULL, 0};
	enum grub_key key = GRUB_FILE;

	for (unsigned int i = 1; i < grub->words; i++) {
		const struct part *word = &grub->word[i];

		if (grub_is(word, "--fs-uuid") || grub_is(word, "-u"))
			key = GRUB_UUID;
		else if (grub_is(word, "--label") || grub_is(word, "-l"))
			key = GRUB_LABEL;
		else if (begins(word, "--set="))
			variable = behind(word, 6);
		else if ((grub_is(word, "--set") || grub_is(word, "-s")) && i + 1 < grub->words &&
			 (text.size || i + 2 < grub->words) && !begins(&grub->word[i + 1], "-"))
			variable = grub->word[++i];
		else if (grub_is(word, "--hint"))
			i++;
		else if (!begins(word, "-"))
			text = *word;
	}
	set_found(grub, key, &text, variable);
}

/* "search.fs_uuid ID root HINT" */
static void run_search_by(struct grub *grub)
{
	const struct part *command = &grub->word[0];
	enum grub_key key = grub_is(command, "search.fs_uuid")	  ? GRUB_UUID
			    : grub_is(command, "search.fs_label") ? GRUB_LABEL
								  : GRUB_FILE;

	if (grub->words > 1)
		set_found(grub, key, &grub->word[1],
			  grub->words > 2 ? grub->word[2] : part_of_text("root"));
}

/* -- tests ---------------------------------------------------------------------------------------
 */

static uint32_t number_of(const struct part *word)
{
	uint64_t at = 0;

	return take_number(word, &at);
}

/* Of two words with an how between them: 1 or 0; -1: it is none. */
static int compare(const struct part *a, const struct part *how, const struct part *b)
{
	uint32_t x = number_of(a), y = number_of(b);

	if (grub_is(how, "=") || grub_is(how, "=="))
		return grub_same(a, b);
	if (grub_is(how, "!="))
		return !grub_same(a, b);
	if (grub_is(how, "-eq"))
		return x == y;
	if (grub_is(how, "-ne"))
		return x != y;
	if (grub_is(how, "-lt"))
		return x < y;
	if (grub_is(how, "-le"))
		return x <= y;
	if (grub_is(how, "-gt"))
		return x > y;
	return grub_is(how, "-ge") ? x >= y : -1;
}

/* "-s FILE" and the like; -1: it is none. */
static int inspect(const struct grub *grub, const struct part *how, const struct part *word)
{
	struct part path;
	uint64_t size = 0;
	int volume;

	if (grub_is(how, "-n") || grub_is(how, "-z"))
		return (word->size != 0) == grub_is(how, "-n");
	if (!grub_is(how, "-f") && !grub_is(how, "-s") && !grub_is(how, "-e"))
		return -1;
	volume = grub_volume(grub, word, &path);
	if (volume < 0 ||
	    grub->disk->size(grub->disk->context, (unsigned int)volume, &path, &size) != 0)
		return 0;
	return size || !grub_is(how, "-s");
}

/* A word alone is true if it has anything. With others behind it, it is no test that is known. */
static bool test_word(const struct grub *grub, unsigned int *at, unsigned int end)
{
	const struct part *word = &grub->word[*at];
	bool alone = end - *at <= 1 || grub_is(word + 1, "-a") || grub_is(word + 1, "-o");

	if (*at < end && alone) {
		++*at;
		return word->size;
	}
	if (*at < end)
		note(grub, word);
	while (*at < end && !grub_is(&grub->word[*at], "-a") && !grub_is(&grub->word[*at], "-o"))
		++*at;
	return false;
}

/* One of what stands between -a and -o, from word *at on. */
static bool test_one(const struct grub *grub, unsigned int *at, unsigned int end)
{
	const struct part *word = &grub->word[*at];
	bool inverted = false;
	int result = -1;

	for (; *at < end && grub_is(word, "!"); word = &grub->word[++*at])
		inverted = !inverted;
	if (end - *at >= 3)
		result = compare(word, word + 1, word + 2);
	if (result >= 0) {
		*at += 3;
		return result != inverted;
	}
	if (end - *at >= 2)
		result = inspect(grub, word, word + 1);
	if (result >= 0) {
		*at += 2;
		return result != inverted;
	}
	return test_word(grub, at, end) != inverted;
}

/* "test ..." or "[ ... ]": -a binds closer than -o. */
static void run_test(struct grub *grub)
{
	bool square = grub_is(&grub->word[0], "["), any = false, all = true;
	unsigned int end = grub->words, at = 1;

	if (square && end > 1 && grub_is(&grub->word[end - 1], "]"))
		end--;
	if (at == end)
		all = false;
	while (at < end) {
		if (grub_is(&grub->word[at], "-o")) {
			any |= all;
			all = true;
			at++;
		} else if (grub_is(&grub->word[at], "-a")) {
			at++;
		} else {
			all &= test_one(grub, &at, end);
		}
	}
	grub->failed = !(any || all);
}

/* -- what boots ----------------------------------------------------------------------------------
 */

static void refuse(struct grub *grub, const struct part *word)
{
	struct bls_entry *entry = grub->current;

	if (entry && !entry->obstacle.size) {
		entry->obstacle = *word;
		entry->line = grub->line;
		grub->kept = true;
	}
	grub->failed = true;
}

/* A path of the entry's, all of which is on one volume. False: it cannot be started. */
static bool take_path(struct grub *grub, const struct part *word, struct part *path)
{
	struct bls_entry *entry = grub->current;
	struct part found;
	int volume = grub_volume(grub, word, &found);

	if (volume < 0 || (entry->kernel.size && entry->place != (unsigned int)volume)) {
		refuse(grub, word);
		entry->kernel.size = 0;
		return false;
	}
	grub->kept = true;
	entry->place = (unsigned int)volume;
	*path = found;
	return true;
}

/* A word with a blank in it has quotes around it then, as GRUB has it. */
static void put_option(struct grub *grub, const struct part *word)
{
	bool quotes = word->size && memchr(word->at, ' ', (size_t)word->size);

	if (quotes)
		grub_put(grub, '"');
	grub_put_text(grub, word);
	if (quotes)
		grub_put(grub, '"');
}

static void run_linux(struct grub *grub)
{
	struct bls_entry *entry = grub->current;
	uint32_t start = grub->used;

	if (!entry || grub->words < 2) {
		refuse(grub, &grub->word[0]);
		return;
	}
	entry->kernel.size = 0;
	if (!take_path(grub, &grub->word[1], &entry->kernel))
		return;
	for (unsigned int i = 2; i < grub->words; i++) {
		if (i > 2)
			grub_put(grub, ' ');
		put_option(grub, &grub->word[i]);
	}
	entry->options[0] = grub_text_from(grub, start);
	entry->optionss = entry->options[0].size != 0;
}

static void run_initrd(struct grub *grub)
{
	struct bls_entry *entry = grub->current;
	struct part path;

	for (unsigned int i = 1; entry && i < grub->words; i++)
		if (take_path(grub, &grub->word[i], &path) && !grub->error)
			grub->error = part_add(entry->initrd, &entry->initrds, BLS_LINES, path);
}

static void run_devicetree(struct grub *grub)
{
	if (grub->current && grub->words > 1)
		(void)!take_path(grub, &grub->word[1], &grub->current->devicetree);
}

static void run_blscfg(struct grub *grub)
{
	grub->blscfg = true;
}

/* -- all of them ---------------------------------------------------------------------------------
 */

static void do_nothing(struct grub *grub)
{
	(void)grub;
}

static void fail(struct grub *grub)
{
	grub->failed = true;
}

static const struct {
	const char *name;
	void (*run)(struct grub *grub);
} commands[] = {
	{"set", run_set},
	{"unset", run_unset},
	{"[", run_test},
	{"test", run_test},
	{"search", run_search},
	{"search.fs_uuid", run_search_by},
	{"search.fs_label", run_search_by},
	{"search.file", run_search_by},
	{"linux", run_linux},
	{"linuxefi", run_linux},
	{"initrd", run_initrd},
	{"initrdefi", run_initrd},
	{"devicetree", run_devicetree},
	{"load_env", run_load_env},
	{"source", run_source},
	{".", run_source},
	{"configfile", run_source},
	{"blscfg", run_blscfg},
	/* Of the screen, of GRUB's own parts, and of what is to be written. */
	{"insmod", do_nothing},
	{"rmmod", do_nothing},
	{"echo", do_nothing},
	{"export", do_nothing},
	{"terminal_input", do_nothing},
	{"terminal_output", do_nothing},
	{"serial", do_nothing},
	{"save_env", do_nothing},
	{"sleep", do_nothing},
	{"clear", do_nothing},
	{"play", do_nothing},
	{"true", do_nothing},
	/* What is not there. */
	{"false", fail},
	{"loadfont", fail},
	{"background_image", fail},
	{"background_color", fail},
	{"keystatus", fail},
	{"fwsetup", fail},
};

static bool run_function(struct grub *grub)
{
	for (unsigned int i = grub->functions; i > 0; i--) {
		const struct grub_function *function = &grub->function[i - 1];

		if (grub_same(&function->name, &grub->word[0])) {
			grub_run(grub, function->body, function->line);
			return true;
		}
	}
	return false;
}

/* A script's own functions come before its assignments, as with GRUB. */
void grub_command(struct grub *grub)
{
	struct part name = grub->word[0], before, after;

	grub->failed = false;
	for (unsigned int i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (grub_is(&name, commands[i].name)) {
			commands[i].run(grub);
			return;
		}
	if (run_function(grub))
		return;
	if (split(&name, '=', &before, &after)) {
		assign(grub, &name);
		return;
	}
	note(grub, &name);
	refuse(grub, &name);
}
