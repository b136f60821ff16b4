/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Options: the table of names, values and who may set them, and reading them from words and lines.
 */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include "error.h"
#include "lib/options.h"
#include "lib/words.h"

/* An option's place in struct options: all are enums, whose numbers count its values. */
#define PLACE(member) offsetof(struct options, member)
_Static_assert(PLACE(given) == 14 * sizeof(unsigned int), "every option is a number");

/*
 * Stand for a number, which goes to load_address; for one or two, which go to payload_address and
 * payload_size; for a text, which goes to the option's second place; for the names of guests.
 */
#define ADDRESS "ADDRESS"
#define RANGE	"ADDRESS[,SIZE]"
#define NAME	"NAME"
#define GUEST	"GUEST"
#define DISK	"disk:WHICH" /* a number, or PARTUUID=ID; a text as well */

/*
 * How many of an option's values a bundle that forearm is in may set, and a container. The bundle
 * is the user's own word: who made it could have made another forearm. A container is not: it may
 * be a file from anywhere, and the user has only said that its kernel is to run. So it may say how
 * that kernel is loaded, entered and told of the machine, which is all inside the guest, and how
 * much is printed. It may not say whose description of the machine is believed (dtb), what becomes
 * of the machine (on-error), which of several systems runs (config, profile, entry), or where the
 * kernel comes from (payload). That last one is too late in a bundle, as well. EL3 is above the
 * guest.
 */
#define ALL  UINT8_MAX
#define NONE 0

/*
 * Every option: its name, its place and that of its text, its values by number, one behind the
 * other, the same as a sentence for the message, and who may set them.
 */
static const struct option {
	char name[9];
	uint16_t place, text;
	const char *values;
	const char *help;
	uint8_t bundle, container;
} known[] = {
	{"log", PLACE(log), 0, "quiet\0info\0debug\0", "quiet, info or debug", ALL, ALL},
	{"on-error", PLACE(on_error), 0, "poweroff\0park\0", "poweroff or park", ALL, NONE},
	{"tables", PLACE(tables), 0, "auto\0fdt\0acpi\0both\0", "auto, fdt, acpi or both", ALL,
	 ALL},
	{"guest", PLACE(guest), 0, GUEST "\0", guest_names, ALL, ALL},
	{"el", PLACE(el), 0,
	 "auto\0"
	 "1\0"
	 "2\0"
	 "3\0",
	 "auto, 1, 2 or 3", ALL, EL_2 + 1},
	{"state", PLACE(state), 0, "auto\0aarch64\0aarch32\0", "auto, aarch64 or aarch32", ALL,
	 ALL},
	{"dtb", PLACE(dtb), 0, "vmm\0payload\0", "vmm or payload", ALL, NONE},
	{"endian", PLACE(endian), 0, "auto\0little\0big\0", "auto, little or big", ALL, ALL},
	{"load", PLACE(load), 0, "auto\0raw\0" ADDRESS "\0", "auto, raw or an address, 0x...", ALL,
	 ALL},
	{"config", PLACE(config), PLACE(config_name), "auto\0" NAME "\0", "auto or a name", ALL,
	 NONE},
	{"profile", PLACE(profile), PLACE(profile_name), "auto\0" NAME "\0",
	 "auto, a number or an ID", ALL, NONE},
	{"payload", PLACE(payload), PLACE(disk_name),
	 "auto\0fw_cfg\0bundle\0initrd\0modules\0flash\0disk\0" DISK "\0" RANGE "\0",
	 "auto, fw_cfg, bundle, initrd, modules, flash, disk, disk:NUMBER, disk:PARTUUID=ID or "
	 "0xADDRESS[,0xSIZE]",
	 NONE, NONE},
	{"entry", PLACE(entry), PLACE(entry_name), "auto\0" NAME "\0", "auto, a number or a name",
	 NONE, NONE},
	{"boot", PLACE(boot), 0, "auto\0native\0efi\0", "auto, native or efi", NONE, NONE},
};

#define KNOWN (sizeof(known) / sizeof(known[0]))

void options_init(struct options *options)
{
	options->log = LOG_INFO;
	options->on_error = ON_ERROR_POWEROFF;
	options->tables = TABLES_AUTO;
	options->guest = GUEST_AUTO;
	options->el = EL_AUTO;
	options->state = STATE_AUTO;
	options->endian = ENDIAN_AUTO;
	options->load = LOAD_AUTO;
	options->config = WHICH_AUTO;
	options->profile = WHICH_AUTO;
	options->dtb = DTB_VMM;
	options->payload = SOURCE_AUTO;
	options->entry = WHICH_AUTO;
	options->boot = BOOT_AUTO;
	options->given = options->locked = 0;
	options->source = OPTIONS_OF_USER;
	options->load_address = options->payload_address = options->payload_size = 0;
}

static bool same(const char *text, size_t length, const char *word)
{
	return strlen(word) == length && memcmp(text, word, length) == 0;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Levenshtein distance, one row at a time; 'word' is one of ours and short. */
static size_t distance(const char *text, size_t length, const char *word)
{
	size_t row[OPTION_TEXT], width = strlen(word);

	for (size_t j = 0; j <= width; j++)
		row[j] = j;
	for (size_t i = 0; i < length; i++) {
		size_t diagonal = row[0];

		row[0] = i + 1;
		for (size_t j = 0; j < width; j++) {
			size_t replace = diagonal + (text[i] != word[j]);

			diagonal = row[j + 1];
			row[j + 1] = least(replace, least(row[j], row[j + 1]) + 1);
		}
	}
	return row[width];
}

static const char *nearest(const char *text, size_t length)
{
	size_t best = 0, best_distance = SIZE_MAX;

	length = least(length, OPTION_TEXT);
	for (size_t i = 0; i < KNOWN; i++) {
		size_t d = distance(text, length, known[i].name);

		if (d < best_distance) {
			best = i;
			best_distance = d;
		}
	}
	return known[best].name;
}

static void keep(char *to, const char *text, size_t length)
{
	length = least(length, OPTION_TEXT - 1);
	memcpy(to, text, length);
	to[length] = '\0';
}

static int wrong(struct option_problem *problem, int error, const char *help, const char *name,
		 size_t name_length, const char *value, size_t value_length)
{
	if (problem->error)
		return error;
	problem->error = error;
	problem->help = help;
	keep(problem->name, name, name_length);
	keep(problem->value, value, value_length);
	return error;
}

/* "0x" and hexadecimal digits. */
static bool is_address(const char *text, size_t length, uint64_t *number)
{
	static const char digits[] = "0123456789abcdef";

	*number = 0;
	if (length < 3 || length > 18 || memcmp(text, "0x", 2) != 0)
		return false;
	for (size_t i = 2; i < length; i++) {
		const char *digit = memchr(digits, text[i] | 0x20, 16);

		if (!digit)
			return false;
		*number = *number << 4 | (uint64_t)(digit - digits);
	}
	return true;
}

static bool is(const char *value, const char *word)
{
	return strcmp(value, word) == 0;
}

/* NULL behind the last. */
static __attribute__((noinline)) const char *value_of(const struct option *option,
						      unsigned int number)
{
	const char *value = option->values;

	if (is(value, GUEST))
		return number < GUESTS ? guest_profiles[number].name : NULL;
	for (; *value; value += strlen(value) + 1)
		if (!number--)
			return value;
	return NULL;
}

/* An address, and perhaps a size, which is not 0. */
static bool is_range(const char *text, size_t length, uint64_t number[2])
{
	const char *comma = memchr(text, ',', length);
	size_t first = comma ? (size_t)(comma - text) : length;

	number[1] = 0;
	return is_address(text, first, &number[0]) &&
	       (!comma || (is_address(comma + 1, length - first - 1, &number[1]) && number[1]));
}

/* "disk:" and a few digits, or the identity of a partition. */
static bool is_disk(const char *text, size_t length)
{
	static const char id[] = "disk:PARTUUID=", number[] = "disk:";
	size_t i = sizeof(number) - 1;

	if (length >= OPTION_TEXT || length <= i || memcmp(text, number, i) != 0)
		return false;
	if (length >= sizeof(id) && memcmp(text, id, sizeof(id) - 1) == 0)
		return true;
	while (i < length && text[i] >= '0' && text[i] <= '9')
		i++;
	return i == length && length <= sizeof(number) - 1 + 3;
}

/* Whether what the user has written is kept as a text. */
static bool is_text(const char *known_value)
{
	return is(known_value, NAME) || is(known_value, DISK);
}

static bool is_value(const char *known_value, const char *value, size_t length, uint64_t number[2])
{
	if (is(known_value, ADDRESS))
		return is_address(value, length, number);
	if (is(known_value, RANGE))
		return is_range(value, length, number);
	if (is(known_value, DISK))
		return is_disk(value, length);
	if (is(known_value, NAME))
		return length && length < OPTION_TEXT;
	return same(value, length, known_value);
}

static int set(struct options *options, unsigned int i, unsigned int value,
	       const uint64_t number[2], const char *text, size_t length)
{
	memcpy((char *)options + known[i].place, &value, sizeof(value));
	options->given |= 1U << i;
	if (is(value_of(&known[i], value), ADDRESS))
		options->load_address = number[0];
	if (is(value_of(&known[i], value), RANGE)) {
		options->payload_address = number[0];
		options->payload_size = number[1];
	}
	if (is_text(value_of(&known[i], value)))
		keep((char *)options + known[i].text, text, length);
	return 0;
}

void options_lock(struct options *options)
{
	options->locked = options->given;
}

unsigned int options_open_to(unsigned int i, enum options_source source)
{
	return source == OPTIONS_OF_USER     ? ALL
	       : source == OPTIONS_OF_BUNDLE ? known[i].bundle
					     : known[i].container;
}

int options_set(struct options *options, const char *name, size_t name_length, const char *value,
		size_t value_length, struct option_problem *problem)
{
	const char *known_value, *help;
	uint64_t number[2];
	unsigned int i = 0, v = 0;
	int error = ERR_OPTION_VALUE;

	while (i < KNOWN && !same(name, name_length, known[i].name))
		i++;
	if (i == KNOWN)
		return wrong(problem, ERR_OPTION, nearest(name, name_length), name, name_length,
			     value, value_length);
	help = known[i].help;
	while ((known_value = value_of(&known[i], v)) &&
	       !is_value(known_value, value, value_length, number))
		v++;
	if (known_value && options->locked & 1U << i) /* the user has settled it */
		return 0;
	if (known_value && v < options_open_to(i, options->source))
		return set(options, i, v, number, value, value_length);
	if (known_value)
		error = ERR_OPTION_SOURCE;
	return wrong(problem, error, help, name, name_length, value, value_length);
}

const char *options_name(unsigned int i)
{
	return i < KNOWN ? known[i].name : NULL;
}

const char *options_choice(unsigned int i, unsigned int number)
{
	return value_of(&known[i], number);
}

const char *options_help(unsigned int i)
{
	return known[i].help;
}

const char *options_value(const struct options *options, unsigned int i)
{
	unsigned int v;

	memcpy(&v, (const char *)options + known[i].place, sizeof(v));
	if (is_text(value_of(&known[i], v)))
		return (const char *)options + known[i].text;
	return value_of(&known[i], v);
}

static int set_parameter(struct options *options, const struct parameter *p,
			 struct option_problem *problem)
{
	return options_set(options, p->name, p->name_length, p->value, p->value_length, problem);
}

/* "NAME=VALUE", up to 'end', where quotes are nothing special. */
static int set_line(struct options *options, const char *line, const char *end,
		    struct option_problem *problem)
{
	const char *equals = memchr(line, '=', (size_t)(end - line));
	const char *name_end = equals ? equals : end, *value = equals ? equals + 1 : end;

	return options_set(options, line, (size_t)(name_end - line), value, (size_t)(end - value),
			   problem);
}

int options_lines(struct options *options, const char *text, size_t size,
		  struct option_problem *problem)
{
	int first = 0;

	while (size) {
		const char *end = memchr(text, '\n', size);
		size_t length = end ? (size_t)(end - text) : size;
		int error = 0;

		if (length)
			error = set_line(options, text, text + length, problem);
		first = first ? first : error;
		length += end != NULL;
		text += length;
		size -= length;
	}
	return first;
}

static bool is_ours(const char *word)
{
	return strncmp(word + (*word == '"'), OPTION_PREFIX, strlen(OPTION_PREFIX)) == 0;
}

static struct parameter option_of(const char *word, const char *end)
{
	struct parameter p = parameter_of(word, end);

	p.name += strlen(OPTION_PREFIX);
	p.name_length -= strlen(OPTION_PREFIX);
	return p;
}

int options_take(struct options *options, char *text, struct option_problem *problem)
{
	char *to = text + (word_start(text) - text);
	const char *next;
	int first = 0;

	for (const char *word = to; *word; word = next) {
		const char *end = word_end(word);
		struct parameter p;
		int error;

		next = word_start(end);
		if (!is_ours(word)) {
			memmove(to, word, (size_t)(next - word));
			to += next - word;
			continue;
		}
		p = option_of(word, end);
		error = set_parameter(options, &p, problem);
		first = first ? first : error;
		while (!*next && to > text && is_word_space(to[-1]))
			to--;
	}
	*to = '\0';
	return first;
}
