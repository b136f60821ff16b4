/* SPDX-License-Identifier: BSD-2-Clause */
/* FreeBSD's environment, flags, and records of what is preloaded, as its own loader has them. */
#include <stdbool.h>
#include <string.h>
#include "error.h"
#include "le.h"
#include "lib/guest/freebsd.h"
#include "types.h"

/* -- the command line ---------------------------------------------------------------------------
 */

#define GUARD "FreeBSD:"

struct word {
	const char *at;
	size_t length;
};

/* A variable, in the line or made of a flag. */
struct variable {
	struct word name, value;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

static const char *behind_guard(const char *line)
{
	while (is_blank(*line))
		line++;
	return strncmp(line, GUARD, strlen(GUARD)) == 0 ? line + strlen(GUARD) : line;
}

/*
 * The next word from *line on, which becomes the end of it; false: there is none. FreeBSD's own
 * words (sys/kern/subr_boot.c), not those of lib/words.h: nothing holds blanks together.
 */
static bool next_word(const char **line, struct word *word)
{
	const char *at = *line;

	while (is_blank(*at))
		at++;
	word->at = at;
	while (*at && !is_blank(*at))
		at++;
	word->length = (size_t)(at - word->at);
	*line = at;
	return word->length;
}

static const struct {
	char letter;
	uint32_t flag;
	const char *variable;
} flags[] = {
	{'a', 0x1, "boot_askname"},   {'C', 0x2000, "boot_cdrom"},
	{'d', 0x40, "boot_ddb"},      {'D', 0x20000000, "boot_multicons"},
	{'g', 0x8000, "boot_gdb"},    {'h', 0x1000, "boot_serial"},
	{'m', 0x10000, "boot_mute"},  {'p', 0x100000, "boot_pause"},
	{'r', 0x20, "boot_dfltroot"}, {'s', 0x2, "boot_single"},
	{'v', 0x800, "boot_verbose"}, {'P', 0x10000000, NULL},
};

#define FLAGS (sizeof(flags) / sizeof(flags[0]))
#define SPEED 'S' /* what follows is a number */

static uint32_t flag_of(char letter)
{
	for (size_t i = 0; i < FLAGS; i++)
		if (flags[i].letter == letter)
			return flags[i].flag;
	return 0;
}

static bool is(const struct word *word, const char *text)
{
	return word->length == strlen(text) && memcmp(word->at, text, word->length) == 0;
}

static struct word text(const char *at)
{
	return (struct word) {at, strlen(at)};
}

/* What follows -S; all others are only flags. */
static bool speed_of(const struct word *word, struct variable *variable)
{
	const char *speed = memchr(word->at, SPEED, word->length);

	if (!speed)
		return false;
	variable->name = text("comconsole_speed");
	variable->value.at = speed + 1;
	variable->value.length = word->length - (size_t)(speed + 1 - word->at);
	return true;
}

static bool variable_of(const struct word *word, struct variable *variable)
{
	const char *equals;

	if (*word->at == '-')
		return speed_of(word, variable);
	equals = memchr(word->at, '=', word->length);
	variable->name = *word;
	variable->value = text("1");
	if (equals) {
		variable->name.length = (size_t)(equals - word->at);
		variable->value.at = equals + 1;
		variable->value.length = word->length - variable->name.length - 1;
	}
	return variable->name.length;
}

/* Whether the rest of the line, behind it, says otherwise. */
static bool is_replaced(const struct variable *variable, const char *rest)
{
	struct variable other;
	struct word word;

	while (next_word(&rest, &word))
		if (variable_of(&word, &other) && other.name.length == variable->name.length &&
		    memcmp(other.name.at, variable->name.at, other.name.length) == 0)
			return true;
	return false;
}

static bool is_no(const struct word *value)
{
	return value->length == 2 && (value->at[0] | 0x20) == 'n' && (value->at[1] | 0x20) == 'o';
}

static uint32_t flag_of_variable(const struct variable *variable)
{
	for (size_t i = 0; i < FLAGS; i++)
		if (flags[i].variable && is(&variable->name, flags[i].variable))
			return is_no(&variable->value) ? 0 : flags[i].flag;
	return 0;
}

static uint32_t flags_of(const struct word *word)
{
	uint32_t howto = 0;

	for (size_t i = 1; i < word->length && word->at[i] != SPEED; i++)
		howto |= flag_of(word->at[i]);
	return howto;
}

uint32_t freebsd_howto(const char *line)
{
	struct variable variable;
	struct word word;
	uint32_t howto = 0;

	line = behind_guard(line);
	while (next_word(&line, &word)) {
		if (*word.at == '-')
			howto |= flags_of(&word);
		else if (variable_of(&word, &variable) && !is_replaced(&variable, line))
			howto |= flag_of_variable(&variable);
	}
	return howto;
}

/* -- what is written ----------------------------------------------------------------------------
 */

struct writer {
	uint8_t *to;
	size_t room, used;
	bool full;
};

static void put(struct writer *w, const void *bytes, size_t size)
{
	w->full |= size > w->room - w->used;
	if (w->full)
		return;
	memcpy(w->to + w->used, bytes, size);
	w->used += size;
}

static int written(const struct writer *w)
{
	return w->full ? ERR_TOO_LONG : (int)w->used;
}

int freebsd_environment(const char *line, char *to, size_t room)
{
	struct writer w = {.to = (uint8_t *)to, .room = room};
	struct variable variable;
	struct word word;

	line = behind_guard(line);
	while (next_word(&line, &word)) {
		if (!variable_of(&word, &variable) || is_replaced(&variable, line))
			continue;
		put(&w, variable.name.at, variable.name.length);
		put(&w, "=", 1);
		put(&w, variable.value.at, variable.value.length);
		put(&w, "", 1);
	}
	put(&w, "", 1);
	return written(&w);
}

/* Types of records (sys/linker.h, machine/metadata.h) */
#define END	    0x0
#define NAME	    0x1
#define TYPE	    0x2
#define ADDRESS	    0x3
#define SIZE	    0x4
#define METADATA    0x8000
#define ELF_HEADER  (METADATA | 0x2)
#define SYMBOLS	    (METADATA | 0x3)
#define SYMBOLS_END (METADATA | 0x4)
#define DYNAMIC	    (METADATA | 0x5)
#define ENVIRONMENT (METADATA | 0x6)
#define HOWTO	    (METADATA | 0x7)
#define KERNEL_END  (METADATA | 0x8)
#define TREE	    (METADATA | 0x1002)

#define ALIGN 8 /* of a record */

static void put_record(struct writer *w, uint32_t type, const void *bytes, size_t size)
{
	static const uint8_t zeros[ALIGN];
	uint8_t head[8];

	put_le32(head, type);
	put_le32(head + 4, (uint32_t)size);
	put(w, head, sizeof(head));
	put(w, bytes, size);
	put(w, zeros, (size_t)align_up(size, ALIGN) - size);
}

static void put_text(struct writer *w, uint32_t type, const char *value)
{
	put_record(w, type, value, strlen(value) + 1);
}

static void put_number(struct writer *w, uint32_t type, uint64_t value)
{
	uint8_t bytes[8];

	put_le64(bytes, value);
	put_record(w, type, bytes, sizeof(bytes));
}

/* The records of each file begin with its name. */
static void put_file(struct writer *w, const struct freebsd_module *file)
{
	put_text(w, NAME, file->name);
	put_text(w, TYPE, file->type);
	put_number(w, ADDRESS, file->address);
	put_number(w, SIZE, file->size);
}

static void put_kernel(struct writer *w, const struct freebsd_kernel *kernel)
{
	const struct freebsd_module file = {"kernel", "elf kernel", kernel->address, kernel->size};
	uint8_t howto[4];

	put_le32(howto, kernel->howto);
	put_file(w, &file);
	put_record(w, ELF_HEADER, kernel->elf_header, FREEBSD_ELF_HEADER);
	if (kernel->symbols) {
		put_number(w, SYMBOLS, kernel->symbols);
		put_number(w, SYMBOLS_END, kernel->symbols_end);
	}
	if (kernel->dynamic)
		put_number(w, DYNAMIC, kernel->dynamic);
	put_record(w, HOWTO, howto, sizeof(howto));
	put_number(w, ENVIRONMENT, kernel->environment);
	put_number(w, TREE, kernel->tree);
}

int freebsd_records(const struct freebsd_kernel *kernel, uint64_t address, void *to, size_t room)
{
	struct writer w = {.to = to, .room = room};
	size_t end;

	put_kernel(&w, kernel);
	end = w.used + 8;
	put_number(&w, KERNEL_END, 0);
	for (unsigned int i = 0; i < kernel->modules; i++)
		put_file(&w, &kernel->module[i]);
	put_record(&w, END, "", 0);
	if (!w.full)
		put_le64(w.to + end, page_up(add_capped(address, w.used)));
	return written(&w);
}
