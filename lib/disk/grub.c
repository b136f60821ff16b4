/* SPDX-License-Identifier: BSD-2-Clause */
/* grub.cfg: GRUB's script language, which is run while it is read; and which entry is the default.
 */
#include <string.h>
#include "error.h"
#include "grub_parts.h"
#include "lib/disk/ascii.h"

struct script {
	const uint8_t *at, *end;
};

bool grub_is(const struct part *word, const char *text)
{
	size_t length = strlen(text);

	return word->size == length && (!length || memcmp(word->at, text, length) == 0);
}

bool grub_same(const struct part *a, const struct part *b)
{
	return a->size == b->size && (!a->size || memcmp(a->at, b->at, (size_t)a->size) == 0);
}

/* -- variables -----------------------------------------------------------------------------------
 */

/* Its index; GRUB_VARIABLES or less: where it would be. */
static unsigned int find_variable(const struct grub *grub, const struct part *name)
{
	unsigned int i = 0;

	while (i < grub->variables && !grub_same(&grub->variable[i].name, name))
		i++;
	return i;
}

/* What this GRUB can do it can. */
struct part grub_value_of(const struct grub *grub, const struct part *name)
{
	unsigned int i = find_variable(grub, name);

	if (i < grub->variables)
		return grub->variable[i].value;
	if (grub_is(name, "?"))
		return part_of_text(grub->failed ? "1" : "0");
	if (name->size > 8 && memcmp(name->at, "feature_", 8) == 0)
		return part_of_text("y");
	return (struct part) {NULL, 0};
}

struct part grub_value(const struct grub *grub, const char *name)
{
	struct part part = part_of_text(name);

	return grub_value_of(grub, &part);
}

void grub_set(struct grub *grub, struct part name, struct part value)
{
	unsigned int i = find_variable(grub, &name);

	grub->kept = true;
	if (i < grub->variables)
		grub->variable[i].value = value;
	else if (i == GRUB_VARIABLES)
		grub->error = ERR_FULL;
	else
		grub->variable[grub->variables++] = (struct grub_variable) {name, value};
}

/* -- words ---------------------------------------------------------------------------------------
 */

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Asked of every byte. */
static bool ends_word(uint8_t c)
{
	if (c > '>' && c < '{')
		return false;
	return is_blank(c) || c == '\n' || c == ';' || c == '{' || c == '}' || c == '|' ||
	       c == '&' || c == '<' || c == '>';
}

static bool is_name(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

void grub_put(struct grub *grub, uint8_t c)
{
	if (grub->used < GRUB_TEXT)
		grub->text[grub->used++] = c;
	else
		grub->error = ERR_FULL;
}

void grub_put_text(struct grub *grub, const struct part *text)
{
	for (uint64_t i = 0; i < text->size && !grub->error; i++)
		grub_put(grub, text->at[i]);
}

struct part grub_text_from(const struct grub *grub, uint32_t start)
{
	return (struct part) {grub->text + start, grub->used - start};
}

void grub_end_word(struct grub *grub, bool must)
{
	struct part word = grub_text_from(grub, grub->word_start);

	if (word.size || must) {
		if (grub->words == GRUB_WORDS || ++grub->steps > GRUB_STEPS)
			grub->error = ERR_FULL;
		else
			grub->word[grub->words++] = word;
	}
	grub->word_start = grub->used;
}

/* Behind a dollar sign: a name, in braces or not, or one other character. */
static struct part take_name(struct script *s)
{
	bool braces = s->at < s->end && *s->at == '{';
	struct part name = {s->at + braces, 0};

	s->at += braces;
	while (s->at < s->end && (braces ? *s->at != '}' && *s->at != '\n' : is_name(*s->at)))
		s->at++;
	if (!braces && s->at == name.at && s->at < s->end && strchr("?@*#", *s->at) && *s->at)
		s->at++;
	name.size = (uint64_t)(s->at - name.at);
	if (braces && s->at < s->end && *s->at == '}')
		s->at++;
	return name;
}

/* Without quotes around it, blanks in a value end words. */
static void put_value(struct grub *grub, struct script *s, bool quoted)
{
	struct part name = take_name(s), value = grub_value_of(grub, &name);

	if (!name.size)
		grub_put(grub, '$');
	for (uint64_t i = 0; i < value.size && !grub->error; i++)
		if (!quoted && is_blank(value.at[i]))
			grub_end_word(grub, false);
		else
			grub_put(grub, value.at[i]);
}

static uint8_t take_byte(struct grub *grub, struct script *s)
{
	grub->line += *s->at == '\n';
	return *s->at++;
}

/* Up to the closing quote, which is taken off. */
static void put_quoted(struct grub *grub, struct script *s, uint8_t quote)
{
	while (s->at < s->end && *s->at != quote && !grub->error) {
		uint8_t c = take_byte(grub, s);

		if (c == '$' && quote == '"')
			put_value(grub, s, true);
		else if (c == '\\' && quote == '"' && s->at < s->end && strchr("\"$\\", *s->at))
			grub_put(grub, take_byte(grub, s));
		else
			grub_put(grub, c);
	}
	if (s->at == s->end)
		grub->error = ERR_SCRIPT;
	else
		s->at++;
}

static void read_word(struct grub *grub, struct script *s)
{
	bool quoted = false;

	grub->word_start = grub->used;
	while (s->at < s->end && !ends_word(*s->at) && !grub->error) {
		uint8_t c = *s->at++;

		quoted |= c == '\'' || c == '"';
		if (c == '\'' || c == '"')
			put_quoted(grub, s, c);
		else if (c == '$')
			put_value(grub, s, false);
		else if (c != '\\')
			grub_put(grub, c);
		else if (s->at < s->end && *s->at == '\n')
			take_byte(grub, s);
		else if (s->at < s->end)
			grub_put(grub, *s->at++);
	}
	grub_end_word(grub, quoted);
}

/* Blanks, comments, and the ends of lines that are continued. */
static void skip_blanks(struct grub *grub, struct script *s)
{
	while (s->at < s->end) {
		if (is_blank(*s->at)) {
			s->at++;
		} else if (*s->at == '#') {
			while (s->at < s->end && *s->at != '\n')
				s->at++;
		} else if (*s->at == '\\' && s->end - s->at > 1 && s->at[1] == '\n') {
			grub->line++;
			s->at += 2;
		} else {
			return;
		}
	}
}

int grub_expand(struct grub *grub, struct part text, struct part *to)
{
	struct script s = {text.at, text.at + text.size};
	uint32_t start = grub->used;

	grub->error = 0;
	while (s.at < s.end && !grub->error)
		if (*s.at != '$') {
			grub_put(grub, *s.at++);
		} else {
			s.at++;
			put_value(grub, &s, true);
		}
	*to = grub_text_from(grub, start);
	return grub->error;
}

/* -- commands ------------------------------------------------------------------------------------
 */

/* Between commands: to the next one's first word. */
static void skip_to_command(struct grub *grub, struct script *s)
{
	skip_blanks(grub, s);
	while (s->at < s->end && (*s->at == '\n' || *s->at == ';')) {
		take_byte(grub, s);
		skip_blanks(grub, s);
	}
}

/* The word as it is written, if it is plain; it stays. */
static struct part next_plain(const struct script *s)
{
	struct part word = {s->at, 0};

	while (s->at + word.size < s->end && is_name(s->at[word.size]))
		word.size++;
	if (s->at + word.size < s->end && !ends_word(s->at[word.size]))
		word.size = 0;
	return word;
}

/* Takes a word of the language's own, if it comes next. */
static bool take_word(struct script *s, const char *word)
{
	struct part next = next_plain(s);

	if (!grub_is(&next, word))
		return false;
	s->at += next.size;
	return true;
}

/* Words up to the command's end, which stays. */
static void read_words(struct grub *grub, struct script *s)
{
	grub->words = 0;
	for (skip_blanks(grub, s); s->at < s->end && !grub->error; skip_blanks(grub, s)) {
		if (ends_word(*s->at))
			break;
		read_word(grub, s);
	}
}

static void run_list(struct grub *grub, struct script *s, bool run);

/* Commands between braces, the first of which was seen. */
static void run_block(struct grub *grub, struct script *s, bool run)
{
	s->at++;
	run_list(grub, s, run);
	if (!grub->error && (s->at == s->end || *s->at != '}'))
		grub->error = ERR_SCRIPT;
	s->at += !grub->error;
}

static void expect(struct grub *grub, struct script *s, const char *word)
{
	if (!grub->error && !take_word(s, word))
		grub->error = ERR_SCRIPT;
}

static void run_if(struct grub *grub, struct script *s, bool run)
{
	bool done = !run, taken;

	do {
		run_list(grub, s, !done);
		expect(grub, s, "then");
		taken = !done && !grub->failed;
		run_list(grub, s, taken);
		done |= taken;
	} while (!grub->error && take_word(s, "elif"));
	if (!grub->error && take_word(s, "else"))
		run_list(grub, s, !done);
	expect(grub, s, "fi");
}

static void skip_loop(struct grub *grub, struct script *s, bool run)
{
	struct part loop = part_of_text("loop");

	if (run)
		grub->disk->note(grub->disk->context, grub->line, &loop);
	run_list(grub, s, false);
	expect(grub, s, "do");
	run_list(grub, s, false);
	expect(grub, s, "done");
}

static void take_function(struct grub *grub, struct script *s, bool run)
{
	struct grub_function function = {.line = 0};

	skip_blanks(grub, s);
	function.name = next_plain(s);
	s->at += function.name.size;
	skip_to_command(grub, s);
	if (s->at == s->end || *s->at != '{' || !function.name.size) {
		grub->error = ERR_SCRIPT;
		return;
	}
	function.line = grub->line;
	function.body.at = s->at + 1;
	run_block(grub, s, false);
	function.body.size = (uint64_t)(s->at - function.body.at) - !grub->error;
	if (!run || grub->error)
		return;
	if (grub->functions == GRUB_FUNCTIONS)
		grub->error = ERR_FULL;
	else
		grub->function[grub->functions++] = function;
}

/* -- menus ---------------------------------------------------------------------------------------
 */

/* "menuentry TITLE --class ... --id ID" */
static struct grub_item read_item(const struct grub *grub)
{
	struct grub_item item = {.menu = grub->menu};

	for (unsigned int i = 1; i < grub->words; i++) {
		const struct part *word = &grub->word[i];
		bool more = i + 1 < grub->words;

		if (grub_is(word, "--id") && more)
			item.id = grub->word[++i];
		else if ((grub_is(word, "--class") || grub_is(word, "--users") ||
			  grub_is(word, "--hotkey")) &&
			 more)
			i++;
		else if ((word->size < 2 || memcmp(word->at, "--", 2) != 0) && !item.title.at)
			item.title = *word;
	}
	if (!item.id.size)
		item.id = item.title;
	return item;
}

/* GRUB runs it when it is chosen: what it sets is nobody else's. */
static void run_entry(struct grub *grub, struct script *s, struct grub_item *item)
{
	unsigned int variables = grub->variables;

	if (grub->entries == grub->room) {
		grub->error = ERR_FULL;
		return;
	}
	item->entry = grub->entries;
	grub->current = &grub->entry[grub->entries++];
	*grub->current = (struct bls_entry) {.type = BLS_GRUB,
					     .id = item->id,
					     .file = part_of_text("grub.cfg"),
					     .title = item->title,
					     .line = grub->line};
	memcpy(grub->outer, grub->variable, sizeof(grub->outer));
	run_block(grub, s, true);
	grub->current = NULL;
	memcpy(grub->variable, grub->outer, sizeof(grub->outer));
	grub->variables = variables;
}

static void run_menu(struct grub *grub, struct script *s)
{
	bool submenu = grub_is(&grub->word[0], "submenu");
	struct grub_item *item = &grub->item[grub->items];
	unsigned int outer = grub->menu;

	if (grub->items == GRUB_ITEMS) {
		grub->error = ERR_FULL;
		return;
	}
	grub->items++;
	*item = read_item(grub);
	if (!submenu) {
		run_entry(grub, s, item);
		return;
	}
	item->own = grub->menu = ++grub->menus;
	run_block(grub, s, true);
	grub->menu = outer;
}

/* One that has a block behind its words is a menu's, or none that is known here. */
static void run_simple(struct grub *grub, struct script *s, bool run)
{
	uint32_t used = grub->used;
	bool block, kept = grub->kept;

	grub->kept = false;
	read_words(grub, s);
	block = s->at < s->end && *s->at == '{';
	if (run && block && grub->words && !grub->error && !grub->current &&
	    (grub_is(&grub->word[0], "menuentry") || grub_is(&grub->word[0], "submenu"))) {
		run_menu(grub, s);
		grub->kept = true;
		return;
	}
	if (block && !grub->error)
		run_block(grub, s, false);
	else if (run && grub->words && !grub->error)
		grub_command(grub);
	if (!grub->kept)
		grub->used = used;
	grub->kept |= kept;
	if (s->at < s->end && strchr("|&<>", *s->at) && *s->at)
		grub->error = ERR_SCRIPT;
}

/* Whether a word of the language ends the list of commands here. */
static bool at_end(const struct script *s)
{
	static const char *const ends[] = {"then", "elif", "else", "fi", "do", "done"};
	struct part next = next_plain(s);

	if (s->at == s->end || *s->at == '}')
		return true;
	for (unsigned int i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (grub_is(&next, ends[i]))
			return true;
	return false;
}

static void run_list(struct grub *grub, struct script *s, bool run)
{
	if (grub->depth++ == GRUB_DEPTH)
		grub->error = ERR_NESTED;
	while (!grub->error) {
		skip_to_command(grub, s);
		if (at_end(s))
			break;
		if (take_word(s, "if"))
			run_if(grub, s, run);
		else if (take_word(s, "function"))
			take_function(grub, s, run);
		else if (take_word(s, "while") || take_word(s, "until") || take_word(s, "for"))
			skip_loop(grub, s, run);
		else if (*s->at == '{')
			run_block(grub, s, run);
		else
			run_simple(grub, s, run);
	}
	grub->depth--;
}

void grub_run(struct grub *grub, struct part text, unsigned int line)
{
	struct script s = {text.at, text.at + text.size};
	unsigned int outer = grub->line;

	if (text.size > GRUB_BYTES - grub->bytes) {
		grub->error = ERR_FULL;
		return;
	}
	grub->bytes += (unsigned int)text.size;
	grub->line = line;
	run_list(grub, &s, true);
	if (!grub->error && s.at != s.end)
		grub->error = ERR_SCRIPT;
	if (!grub->error)
		grub->line = outer;
}

/* -- the default ---------------------------------------------------------------------------------
 */

/* The item of a menu that a number, an identity or a title stands for; else the first. */
static const struct grub_item *find_item(const struct grub *grub, unsigned int menu,
					 const struct part *wanted)
{
	const struct grub_item *first = NULL;
	uint64_t count = 0, digits = 0;
	uint32_t number = take_number(wanted, &digits);
	bool by_number = digits && digits == wanted->size && digits <= NUMBER_DIGITS;

	for (unsigned int i = 0; i < grub->items; i++) {
		const struct grub_item *item = &grub->item[i];

		if (item->menu != menu)
			continue;
		first = first ? first : item;
		if (by_number ? count == number
			      : grub_same(&item->id, wanted) || grub_same(&item->title, wanted))
			return item;
		count++;
	}
	return first;
}

/* By a path of items with '>' between them; a submenu stands for what it has first. -1: none. */
static int find_default(const struct grub *grub)
{
	struct part left = grub_value(grub, "default"), wanted;
	const struct grub_item *item = NULL;
	unsigned int menu = 0;

	do {
		const uint8_t *end = left.size ? memchr(left.at, '>', (size_t)left.size) : NULL;

		wanted = left;
		wanted.size = end ? (uint64_t)(end - left.at) : left.size;
		left.size -= wanted.size + (end != NULL);
		left.at = end ? end + 1 : NULL;
		item = find_item(grub, menu, &wanted);
		menu = item ? item->own : 0;
	} while (menu);
	return item ? (int)item->entry : -1;
}

/* The default first, then the others that can be started. */
static int arrange(struct grub *grub)
{
	int first = find_default(grub);
	unsigned int kept = 0;

	if (first > 0) {
		struct bls_entry entry = grub->entry[first];

		memmove(grub->entry + 1, grub->entry, (size_t)first * sizeof(entry));
		grub->entry[0] = entry;
	}
	for (unsigned int i = 0; i < grub->entries; i++)
		if (!i || grub->entry[i].kernel.size)
			grub->entry[kept++] = grub->entry[i];
	return (int)kept;
}

/* "(NAME)FOLDER" */
static struct part make_prefix(struct grub *grub, const struct part *device,
			       const struct part *path)
{
	uint64_t folder = path->size;
	uint32_t start = grub->used;

	while (folder && path->at[folder - 1] != '/')
		folder--;
	folder -= folder != 0;
	grub_put(grub, '(');
	grub_put_text(grub, device);
	grub_put(grub, ')');
	grub_put_text(grub, &(struct part) {path->at, folder});
	return grub_text_from(grub, start);
}

int grub_read(struct grub *grub, const struct grub_disk *disk, unsigned int volume,
	      const struct part *path, struct bls_entry *entry, unsigned int room)
{
	struct part text, device = disk->name(disk->context, volume), prefix;
	int error;

	memset(grub, 0, offsetof(struct grub, text));
	error = disk->read(disk->context, volume, path, &text);
	if (error)
		return error;
	grub->disk = disk;
	grub->entry = entry;
	grub->room = room;
	prefix = make_prefix(grub, &device, path);
	grub_set(grub, part_of_text("root"), device);
	grub_set(grub, part_of_text("prefix"), prefix);
	grub_set(grub, part_of_text("config_directory"), prefix);
	grub_set(grub, part_of_text("grub_platform"), part_of_text("efi"));
	grub_run(grub, text, 1);
	return grub->error ? grub->error : arrange(grub);
}
