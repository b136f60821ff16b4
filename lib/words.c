/* SPDX-License-Identifier: BSD-2-Clause */
/* The one tokenizer of command lines. */
#include <stdio.h>
#include <string.h>
#include "error.h"
#include "lib/words.h"

bool is_word_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || c == (char)0xa0;
}

const char *word_start(const char *text)
{
	while (is_word_space(*text))
		text++;
	return text;
}

const char *word_end(const char *text)
{
	bool quoted = false;

	for (; *text && (quoted || !is_word_space(*text)); text++)
		if (*text == '"')
			quoted = !quoted;
	return text;
}

static void drop_last_quote(const char *text, size_t *length)
{
	if (*length && text[*length - 1] == '"')
		--*length;
}

struct parameter parameter_of(const char *word, const char *end)
{
	bool quoted = word < end && *word == '"', has_value;
	struct parameter p = {.name = word + quoted};
	size_t all = (size_t)(end - p.name);

	while (p.name_length < all && p.name[p.name_length] != '=')
		p.name_length++;
	has_value = p.name_length < all;
	p.value = p.name + p.name_length + has_value;
	p.value_length = all - p.name_length - has_value;
	if (p.value_length && *p.value == '"') {
		quoted = true;
		p.value++;
		p.value_length--;
	}
	if (quoted)
		drop_last_quote(has_value ? p.value : p.name,
				has_value ? &p.value_length : &p.name_length);
	return p;
}

static bool is(const char *text, size_t length, const char *word)
{
	return strlen(word) == length && memcmp(text, word, length) == 0;
}

/* The word "--", or the end of the line. */
static const char *end_of_parameters(const char *line)
{
	const char *end;

	for (line = word_start(line); *line; line = word_start(end)) {
		end = word_end(line);
		if (is(line, (size_t)(end - line), "--"))
			return line;
	}
	return line;
}

bool words_have(const char *line, const char *name, const char *value)
{
	const char *last = end_of_parameters(line), *end;

	for (line = word_start(line); line < last; line = word_start(end)) {
		struct parameter p;

		end = word_end(line);
		p = parameter_of(line, end);
		if (is(p.name, p.name_length, name) && is(p.value, p.value_length, value))
			return true;
	}
	return false;
}

bool words_closed(const char *line)
{
	bool open = false;

	for (; *line; line++)
		open ^= *line == '"';
	return !open;
}

int words_join(const char *container, const char *user, char *to, size_t room)
{
	const char *rest = end_of_parameters(container);
	size_t before = (size_t)(rest - container);
	int length;

	if (*rest && *end_of_parameters(user)) /* one "--" is enough: the user's */
		rest = word_start(rest + strlen("--"));
	length = snprintf(to, room, "%.*s%s%s%s%s", (int)before, container,
			  before && *user && !is_word_space(container[before - 1]) ? " " : "", user,
			  *rest && *user ? " " : "", rest);
	return length < 0 || (size_t)length >= room ? ERR_TOO_LONG : 0;
}
