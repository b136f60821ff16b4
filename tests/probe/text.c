/* SPDX-License-Identifier: BSD-2-Clause */
/* Strings, and what the compiler calls by itself. */
#include "probe.h"

void *memset(void *to, int value, size_t len);

void *memset(void *to, int value, size_t len)
{
	uint8_t *p = to;

	while (len--)
		*p++ = (uint8_t)value;
	return to;
}

bool text_same(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return *a == *b;
}

size_t text_len(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}

static bool starts_with(const char *text, const char *prefix)
{
	while (*prefix)
		if (*text++ != *prefix++)
			return false;
	return true;
}

/* The first word (space or quote before it) that begins with the prefix, or NULL. */
const char *text_word(const char *text, const char *prefix)
{
	bool at_word = true;

	for (; *text; text++) {
		if (at_word && starts_with(text, prefix))
			return text;
		at_word = *text == ' ' || *text == '"' || *text == '\t';
	}
	return NULL;
}
