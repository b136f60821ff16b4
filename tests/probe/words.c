/* SPDX-License-Identifier: BSD-2-Clause */
/* Words of the command line, and their values. */
#include "words.h"

const char *word_value(const char *text, const char *prefix)
{
	const char *word = text ? text_word(text, prefix) : NULL;

	return word ? word + text_len(prefix) : NULL;
}

static bool ends_here(char c)
{
	return !c || c == ' ' || c == ',';
}

bool word_is(const char *value, const char *wanted)
{
	while (value && *wanted)
		if (*value++ != *wanted++)
			return false;
	return value && ends_here(*value);
}

bool word_in_list(const char *text, const char *prefix, const char *item)
{
	const char *at = word_value(text, prefix);

	while (at && !word_is(at, item)) {
		while (!ends_here(*at))
			at++;
		at = *at == ',' ? at + 1 : NULL;
	}
	return at;
}

uint32_t word_number(const char *text, const char *prefix, uint32_t otherwise)
{
	const char *at = word_value(text, prefix);
	uint32_t value = 0;

	if (!at || *at < '0' || *at > '9')
		return otherwise;
	for (; *at >= '0' && *at <= '9'; at++)
		value = value * 10 + (uint32_t)(*at - '0');
	return value;
}
