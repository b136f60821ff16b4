/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Command lines: the result is never longer, has no word of ours left, and has all other words
 * unchanged and in order.
 */
#include <stdbool.h>
#include <string.h>
#include "error.h"
#include "fuzz.h"
#include "lib/options.h"
#include "lib/words.h"

struct word {
	const char *at;
	size_t length;
};

static bool is_space(char c)
{
	return c && strchr(" \t\n\v\f\r\xa0", c);
}

/* Steps to the next word: to white space outside of double quotes. False at the end. */
static bool next_word(const char **text, struct word *word)
{
	bool quoted = false;

	while (is_space(**text))
		++*text;
	word->at = *text;
	for (; **text && (quoted || !is_space(**text)); ++*text)
		quoted ^= **text == '"';
	word->length = (size_t)(*text - word->at);
	return word->length != 0;
}

static bool is_option(const struct word *word)
{
	size_t quote = word->length && *word->at == '"';

	return word->length >= quote + strlen(OPTION_PREFIX) &&
	       memcmp(word->at + quote, OPTION_PREFIX, strlen(OPTION_PREFIX)) == 0;
}

/* Returns how many options there were. */
static unsigned int compare(const char *before, const char *after)
{
	struct word old, new;
	unsigned int options = 0;

	while (next_word(&before, &old)) {
		if (is_option(&old)) {
			options++;
			continue;
		}
		REQUIRE(next_word(&after, &new));
		REQUIRE(new.length == old.length &&memcmp(new.at, old.at, new.length) == 0);
	}
	REQUIRE(!next_word(&after, &new));
	return options;
}

static void check_problem(const struct option_problem *problem, int result)
{
	REQUIRE(result == problem->error);
	REQUIRE(result == 0 || result == ERR_OPTION || result == ERR_OPTION_VALUE ||
		result == ERR_OPTION_SOURCE);
	REQUIRE(!result || (problem->help && *problem->help));
	REQUIRE(strnlen(problem->name, OPTION_TEXT) < OPTION_TEXT);
	REQUIRE(strnlen(problem->value, OPTION_TEXT) < OPTION_TEXT);
}

static char *text_of(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

/* A container's line and the user's: the words of both are there, and what is closed stays so. */
static void check_joined(const char *container, const char *user)
{
	size_t room = strlen(container) + strlen(user) + 3;
	char *to = malloc(room);
	int result = words_join(container, user, to, room);

	REQUIRE(result == 0 && strlen(to) < room);
	REQUIRE(!words_closed(container) || words_closed(to) == words_closed(user));
	if (words_closed(container))
		REQUIRE(words_have(to, "acpi", "off") || !words_have(user, "acpi", "off"));
	free(to);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *before = text_of(data, size), *after = text_of(data, strlen(before));
	struct option_problem problem = {0};
	struct options options;
	int result;

	options_init(&options);
	options.source = size ? data[size - 1] % 3 : OPTIONS_OF_USER;
	result = options_take(&options, after, &problem);
	check_problem(&problem, result);
	REQUIRE(strlen(after) <= strlen(before));
	if (!compare(before, after))
		REQUIRE(strcmp(before, after) == 0 && result == 0);
	REQUIRE((unsigned int)options.log <= LOG_DEBUG);
	REQUIRE((unsigned int)options.on_error <= ON_ERROR_PARK);
	if (options.source == OPTIONS_OF_CONTAINER)
		REQUIRE(options.dtb == DTB_VMM && options.payload == SOURCE_AUTO &&
			options.on_error == ON_ERROR_POWEROFF && options.config == WHICH_AUTO);
	check_joined(before, "quiet acpi=off");
	check_joined("a=\"b c\" -- single", before);
	free(before);
	free(after);
	return 0;
}
